"""``monitor demo``: the whole job on a made-up week, with the daemon killed once on the way.

The daemon is ``monitor run`` in a process of its own, on a configuration like any other; the
outlets run in another, and the receiver here.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live

from monitor.alerts.signing import new_secret
from monitor.clock import Clock
from monitor.config import ClockSettings
from monitor.demo.outlets import serve
from monitor.demo.receiver import Receiver
from monitor.demo.stage import Stage, kill, log_tail, start_daemon, start_outlets, stop
from monitor.demo.story import ENDS, OPENS
from monitor.demo.view import Scene, Snapshot, opening, screen, show_quietly, summary, take_snapshot
from monitor.errors import InputError, MonitorError, StoreError

START_UP = 12.0  # seconds for the daemon to start and read the baseline before the week begins
LEFT_STANDING = 3.0  # seconds that the last screen is shown
REFRESH = 0.25  # seconds
KILL_AFTER = 0.5  # seconds between a delivery that gets no answer and SIGKILL


def run_demo(store: Path | None, seconds: float) -> int:
    """Run the demonstration in about ``seconds``; returns the exit status, 1 without any alert.

    The store is kept at ``store``, which must not exist, or else in a temporary folder that is left
    in place, so that it can be opened.
    """
    if store is not None and store.exists():
        raise InputError(f"{store} exists; name a new file, so that nothing of yours is touched")
    folder = Path(tempfile.mkdtemp(prefix="monitor-demo-"))
    try:
        told = asyncio.run(_run(folder, (store or folder / "demo.db").absolute(), seconds))
    except KeyboardInterrupt:
        return 130
    finally:
        if store is not None:
            shutil.rmtree(folder, ignore_errors=True)
    return 0 if told else 1


def _clock(seconds: float) -> ClockSettings:
    week = max(1.0, seconds - START_UP - LEFT_STANDING)
    return ClockSettings(
        real_start=datetime.now(UTC) + timedelta(seconds=START_UP),
        start=OPENS,
        speed=(ENDS - OPENS).total_seconds() / week,
    )


def _to_be_interrupted(payload: dict[str, Any]) -> bool:
    """The message whose delivery is cut short by killing the daemon: the toll of 20 October."""
    return bool(payload["type"] == "figure.raised")


async def _run(folder: Path, store: Path, seconds: float) -> bool:
    """Play the week; whether any change was told."""
    console = Console()
    receiver = Receiver(new_secret(), _to_be_interrupted)
    runner, port = await serve(receiver.app())
    stage = Stage(folder, store, _clock(seconds), port, receiver.secret)
    outlets, outlets_port = await start_outlets(stage)
    try:
        stage.write_config(outlets_port)
        show = Show(stage, receiver, console)
        async with show.running():
            await show.play()
        console.print(summary(take_snapshot(store), receiver.received))
        console.print(opening(store), soft_wrap=True)
        return any(not got.payload["type"].startswith("monitor.") for got in receiver.received)
    finally:
        await kill(outlets)
        await runner.cleanup()


class Show:
    """Plays the week: draws, kills the daemon once, starts it again, stops it at the end."""

    def __init__(self, stage: Stage, receiver: Receiver, console: Console) -> None:
        self._stage = stage
        self._receiver = receiver
        self._console = console
        self._clock = Clock(stage.clock)
        self._events: list[str] = []
        self._snapshot: Snapshot | None = None
        self._said: set[str] = set()
        self._daemon: Process | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """A daemon for the time being, stopped in order at the end."""
        self._daemon = await start_daemon(self._stage)
        self._events.append(f"monitor run, process {self._daemon.pid}: first polls, the baseline")
        try:
            yield
        finally:
            if await stop(self._daemon) not in (0, -9):
                self._console.print(log_tail(self._stage), markup=False)

    async def play(self) -> None:
        """Draw until the week is over."""
        live = Live(console=self._console, refresh_per_second=8, screen=self._console.is_terminal)
        interruption = asyncio.create_task(self._interrupt())
        try:
            with live if self._console.is_terminal else contextlib.nullcontext():
                while self._clock.now() < ENDS:
                    await self._draw(live)
                    self._check()
                await asyncio.sleep(LEFT_STANDING)
                await self._draw(live)
        finally:
            interruption.cancel()

    async def _draw(self, live: Live) -> None:
        await asyncio.sleep(REFRESH)
        with contextlib.suppress(StoreError):
            self._snapshot = await asyncio.to_thread(take_snapshot, self._stage.store)
        scene = Scene(self._clock.now(), self._snapshot, self._receiver.received, self._events)
        if self._console.is_terminal:
            live.update(screen(scene, self._console.width))
        else:
            show_quietly(self._console, scene, self._said)

    def _check(self) -> None:
        daemon = self._daemon
        if daemon is not None and daemon.returncode not in (None, -9):
            raise MonitorError(f"the daemon ended by itself:\n{log_tail(self._stage)}")

    async def _interrupt(self) -> None:
        """Kill the daemon while a delivery is under way; start it again."""
        await self._receiver.hanging.wait()
        await asyncio.sleep(KILL_AFTER)
        assert self._daemon is not None
        message = self._receiver.received[-1]
        await kill(self._daemon)
        self._events.append(
            f"kill -9 {self._daemon.pid} while {message.payload['id']} was under way"
        )
        self._daemon = await start_daemon(self._stage)
        self._events.append(
            f"monitor run again, process {self._daemon.pid}: the store knows what is undelivered"
        )
        await self._receiver.came_again.wait()
        self._events.append(f"it came again under the same id, {message.id}: one alert")
