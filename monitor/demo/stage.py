"""The demonstration's processes: outlets and daemon apart, so that the daemon can be killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.config import ClockSettings
from monitor.demo.story import OUTLETS
from monitor.errors import MonitorError

SECRET_VARIABLE = "DEMO_WEBHOOK_SECRET"
LOG_LINES = 12  # of the daemon's log shown when it fails


@dataclass(frozen=True, slots=True)
class Stage:
    """Where everything of one demonstration lies and listens."""

    folder: Path
    store: Path
    clock: ClockSettings
    receiver_port: int
    secret: str

    @property
    def config(self) -> Path:
        """The daemon's configuration file."""
        return self.folder / "demo.toml"

    @property
    def log(self) -> Path:
        """What the daemon writes to its error stream."""
        return self.folder / "daemon.log"

    def write_config(self, outlets_port: int) -> None:
        """Write the file that the daemon reads. Nothing in it is known to the daemon alone."""
        base = f"http://127.0.0.1:{outlets_port}"
        outlets = [
            f"[[outlets]]\nname = {json.dumps(outlet.name)}\nkind = {json.dumps(outlet.kind)}\n\n"
            f"[[feeds]]\nurl = {json.dumps(f'{base}/{outlet.slug}/feed.xml')}\n"
            f"outlet = {json.dumps(outlet.name)}\n"
            for outlet in OUTLETS
        ]
        self.config.write_text(
            f"""# Written by `monitor demo`: three outlets on this machine, a week in a minute.
[clock]
real_start = {self.clock.real_start.isoformat()}
start = {self.clock.start.isoformat()}
speed = {self.clock.speed!r}

[store]
path = {json.dumps(str(self.store))}

[http]
allow_networks = ["127.0.0.0/8"]
host_gap = "0s"
timeout = "10s"

[poll]
interval = "3h"

[extract]
workers = 1  # twenty articles: a second one would only make the start slower

[defaults.delivery]
digest = ["16:00"]
heartbeat = ""

[[destinations]]
name = "receiver"
url = "http://127.0.0.1:{self.receiver_port}/alerts"
secret = "env:{SECRET_VARIABLE}"
allow_private = true

{chr(10).join(outlets)}""",
            encoding="utf-8",
        )


async def start_outlets(stage: Stage) -> tuple[Process, int]:
    """Start the outlets' process and wait for its port."""
    port_file = stage.folder / "outlets.port"
    clock = stage.clock
    arguments = {
        "--port-file": str(port_file),
        "--real-start": clock.real_start.isoformat(),
        "--start": clock.start.isoformat(),
        "--speed": repr(clock.speed),
    }
    flat = [word for pair in arguments.items() for word in pair]
    process = await _python(["-m", "monitor.demo.outlets", *flat], stage.folder / "outlets.log")
    while not port_file.exists():
        if process.returncode is not None:
            raise MonitorError(f"the outlets did not start; see {stage.folder / 'outlets.log'}")
        await asyncio.sleep(0.02)
    return process, int(port_file.read_text())


async def start_daemon(stage: Stage) -> Process:
    """Start ``monitor run`` on the stage's configuration, as an operator would."""
    return await _python(
        ["-m", "monitor", "run", "--config", str(stage.config)],
        stage.log,
        {SECRET_VARIABLE: stage.secret},
    )


async def kill(process: Process) -> None:
    """SIGKILL: no chance to tidy up."""
    process.kill()
    await process.wait()


async def stop(process: Process, within: float = 15.0) -> int | None:
    """SIGTERM, then wait; SIGKILL after ``within`` seconds. Returns the exit status."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), within)
        except TimeoutError:
            await kill(process)
    return process.returncode


def log_tail(stage: Stage) -> str:
    """The end of the daemon's log."""
    try:
        lines = stage.log.read_text("utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return "\n".join(lines[-LOG_LINES:])


async def _python(
    arguments: Sequence[str], log: Path, environ: Mapping[str, str] | None = None
) -> Process:
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(environ or {})},
            start_new_session=True,  # Ctrl-C reaches the demonstration alone, which stops them
        )
