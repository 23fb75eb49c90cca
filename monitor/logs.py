"""The log: one line an event on standard error, JSON unless a person is watching."""

from __future__ import annotations

import contextlib
import logging
import sys
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor

from monitor.inert import one_line


def configure(*, person: bool | None = None) -> None:
    """Send the log to standard error. ``person``: for a terminal; by default, if it is one."""
    for_person = (sys.stderr is not None and sys.stderr.isatty()) if person is None else person
    last: list[Processor] = (
        [structlog.dev.ConsoleRenderer()]
        if for_person
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _inert,
            *last,
        ],
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Steady(sys.stderr))),
        cache_logger_on_first_use=True,
    )
    # APScheduler reports each job it runs; only its warnings are news.
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s: %(message)s")


class _Steady:
    """A stream that never fails: a daemon whose log nobody takes any more goes on working."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write what can be written."""
        with contextlib.suppress(OSError, ValueError):
            if self._stream is not None:
                self._stream.write(text)

    def flush(self) -> None:
        """Hand on what can be handed on."""
        with contextlib.suppress(OSError, ValueError):
            if self._stream is not None:
                self._stream.flush()


def _inert(_: Any, __: str, event: EventDict) -> EventDict:
    """Words from feeds and pages must not steer a terminal or forge a line."""
    return {
        key: one_line(value) if isinstance(value, str) else value for key, value in event.items()
    }
