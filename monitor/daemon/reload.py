"""Reading the configuration again while the daemon runs: all of it, or nothing of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from monitor import wiring
from monitor.alerts.delivery import Destination
from monitor.config import Settings, load
from monitor.extract.lexicon import lexicon
from monitor.mistakes import ConfigError, Mistake

# What `monitor check` looks at: (file, environment) to mistakes and notes.
Check = Callable[[Path, Mapping[str, str]], tuple[list[Mistake], list[str]]]


def reread(config: Path, running: Settings, check: Check) -> tuple[Settings, Sequence[Destination]]:
    """The settings as the file has them now, with the destinations' secrets read.

    Raises `ConfigError` for any mistake, and for what can't change in a running daemon.
    """
    lexicon.cache_clear()
    settings = load(config)
    mistakes, _ = check(config, os.environ)
    if settings.store.path != running.store.path:
        remedy = "restart the daemon for that"
        mistakes.append(Mistake(f"{config}: store.path", "can't change while it runs", remedy))
    if settings.clock != running.clock:
        remedy = "restart the daemon for that"
        mistakes.append(Mistake(f"{config}: clock", "can't change while it runs", remedy))
    if mistakes:
        raise ConfigError(mistakes)
    return settings, wiring.destinations(settings)


def has_terminal() -> bool:
    """Whether a terminal controls this process.

    One that goes away sends SIGHUP too, and then means that the work is to end.
    """
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
    except OSError:
        return False
    return True
