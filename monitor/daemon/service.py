"""The daemon: wires the rooms, starts them in order, and stops them with nothing left half done."""

from __future__ import annotations

import asyncio
import functools
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor import __version__, systemd, wiring
from monitor.alerts.delivery import Courier, Destination, Sender
from monitor.alerts.notices import health_alert
from monitor.clock import Clock
from monitor.config import Settings, load
from monitor.daemon.articles import Articles
from monitor.daemon.endpoint import Endpoint, serving
from monitor.daemon.notices import Notices
from monitor.daemon.outbox import StoredOutbox
from monitor.daemon.polls import Polls
from monitor.daemon.reader import Reader
from monitor.daemon.rechecks import TOGETHER
from monitor.daemon.reload import Check, has_terminal, reread
from monitor.daemon.requests import Requests
from monitor.daemon.waits import Waits
from monitor.errors import MonitorError
from monitor.extract.reading import load_pipeline
from monitor.feeds.guard import guarded_session
from monitor.feeds.http import Client
from monitor.intake import Ailment
from monitor.pipeline import fade_threads
from monitor.store.lock import hold
from monitor.store.writer import Writer
from monitor.workers import Workers

log = structlog.get_logger(__name__)

LOOK_FOR_REQUESTS = 0.5  # seconds
TIDY = 3600.0  # seconds
BODIES_KEPT = timedelta(days=1)  # of pages that became no revision
LINES_KEPT = timedelta(days=7)  # of outlets' articles that were not seen again
ANY_NETWORK = ("0.0.0.0/0", "::/0")


def serve(config: Path, check: Check, *, once: bool = False) -> None:
    """Run the daemon on a configuration until SIGTERM or Ctrl-C; ``once``: one round only.

    SIGHUP has the configuration read again, if ``check`` finds no mistake in it. Raises
    `ConfigError` or `StoreError` before anything was started.
    """
    settings = load(config)
    destinations = wiring.destinations(settings)
    with hold(settings.store.path):
        try:
            if once:
                asyncio.run(_run_once(settings, destinations))
            else:
                asyncio.run(_run(config, check, settings, destinations))
        except ExceptionGroup as group:
            told = group.subgroup(MonitorError)
            if told is None:
                raise
            raise _first(told) from None


async def deliver_requests(settings: Settings) -> None:
    """Carry out what was asked and send what is due, where no daemon runs.

    The caller holds the store.
    """
    destinations = wiring.destinations(settings)
    clock = wiring.clock(settings)
    async with (
        Writer(settings.store.path) as writer,
        _courier(writer, clock, destinations) as courier,
    ):
        await Requests(writer, clock, [each.name for each in destinations], courier.wake).look()
        await courier.drain()


@asynccontextmanager
async def _courier(
    writer: Writer, clock: Clock, destinations: Sequence[Destination]
) -> AsyncIterator[Courier]:
    async with guarded_session() as public, guarded_session(ANY_NETWORK) as private:
        sender = Sender(lambda to: private if to.allow_private else public)
        yield Courier(StoredOutbox(writer, clock, destinations), sender, destinations, clock.now)


def _first(group: ExceptionGroup[Exception]) -> Exception:
    """What went wrong first; the others went wrong with it."""
    error = group.exceptions[0]
    return _first(error) if isinstance(error, ExceptionGroup) else error


def _stop_signals() -> asyncio.Event:
    """Set when the daemon is told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _run_once(settings: Settings, destinations: Sequence[Destination]) -> None:
    stop = _stop_signals()
    async with Daemon.started(settings, destinations) as daemon:
        await _until(stop, daemon.one_round())


async def _run(
    config: Path, check: Check, settings: Settings, destinations: Sequence[Destination]
) -> None:
    """Serve until told to stop; with other settings, everything is put down and taken up again."""
    stop, reload = _stop_signals(), asyncio.Event()
    had_terminal = has_terminal()

    def hung_up() -> None:
        (stop if had_terminal and not has_terminal() else reload).set()

    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, hung_up)
    before: tuple[Settings, Sequence[Destination]] | None = None
    trouble = ""
    while not stop.is_set():
        leave = asyncio.Event()
        async with AsyncExitStack() as stack:
            try:
                daemon = await stack.enter_async_context(Daemon.started(settings, destinations))
            except (MonitorError, OSError) as error:
                if before is None:
                    raise
                (settings, destinations), before = before, None
                trouble = str(error)
                continue
            if trouble:
                await daemon.refuse_settings(config, trouble)
                trouble = ""
            watching = asyncio.create_task(
                _new_settings(daemon, config, check, stop, reload, leave)
            )
            try:
                await daemon.serve(leave)
            finally:
                watching.cancel()
            before = settings, destinations
            settings, destinations = await watching


async def _new_settings(
    daemon: Daemon,
    config: Path,
    check: Check,
    stop: asyncio.Event,
    reload: asyncio.Event,
    leave: asyncio.Event,
) -> tuple[Settings, Sequence[Destination]]:
    """Wait for settings that can be taken over; ``leave`` is set then, and when told to stop."""
    while True:
        await _first_of(stop, reload)
        if stop.is_set():
            systemd.notify("STOPPING=1")
            leave.set()
            return daemon.settings, daemon.destinations
        reload.clear()
        try:
            settings, destinations = reread(config, daemon.settings, check)
        except MonitorError as error:
            await daemon.refuse_settings(config, str(error))
            continue
        log.info("taking over the configuration", feeds=len(settings.feeds))
        systemd.notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}\nWATCHDOG=1")
        leave.set()
        return settings, destinations


async def _first_of(*events: asyncio.Event) -> None:
    """Wait until one of several events is set."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()


async def _until(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do some work to its end, or put it down when told to stop."""
    working = asyncio.create_task(work)
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait((working, waiting), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not working.done():
        log.info("stopping")
        working.cancel()
        await asyncio.wait((working,))
    else:
        await working


class Daemon:
    """One running service. Made by `started`."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        writer: Writer,
        polls: Polls,
        articles: Articles,
        courier: Courier,
        notices: Notices,
        waits: Waits,
        requests: Requests,
        destinations: Sequence[Destination],
    ) -> None:
        self.settings = settings
        self.destinations = destinations
        self.clock = clock
        self.writer = writer
        self.polls = polls
        self.articles = articles
        self.courier = courier
        self.notices = notices
        self.waits = waits
        self.requests = requests

    @classmethod
    @asynccontextmanager
    async def started(
        cls, settings: Settings, destinations: Sequence[Destination]
    ) -> AsyncIterator[Daemon]:
        """Open the store, the network and the workers; closed again at the end, in reverse."""
        clock = wiring.clock(settings)
        async with AsyncExitStack() as stack:
            enter = stack.enter_async_context
            writer = await enter(Writer(settings.store.path))
            run = await writer.run(
                lambda store: store.runs.start("daemon", __version__, os.getpid(), clock.now())
            )
            await writer.run(
                lambda store: store.feeds.declare(wiring.declared_feeds(settings), clock.now())
            )
            warm_up = functools.partial(load_pipeline, settings.extract.pipeline)
            workers = await enter(Workers(settings.extract.workers, warm_up=warm_up))
            client = await enter(Client(wiring.manners(settings.http)))
            courier = await enter(_courier(writer, clock, destinations))
            reader = Reader(
                workers,
                wiring.extractor(settings),
                settings.extract.deadline.total_seconds(),
            )
            names = [each.name for each in destinations]
            rules = wiring.rules(settings, names, wiring.pages(settings))
            notices = Notices(settings, writer, clock, names, courier.wake)
            waits = Waits(writer, clock, rules, courier.wake)
            articles = Articles(
                writer,
                client,
                reader,
                clock,
                rules,
                courier.wake,
                robots=settings.http.robots,
                recheck=settings.poll.recheck,
            )
            polls = Polls(writer, client, workers, clock, articles.wake)
            requests = Requests(writer, clock, names, courier.wake)
            if settings.endpoint.listen:
                endpoint = Endpoint(writer, clock, wiring.pages(settings), names)
                await enter(serving(endpoint.application(), settings.endpoint.listen))
            yield cls(
                settings,
                clock,
                writer,
                polls,
                articles,
                courier,
                notices,
                waits,
                requests,
                destinations,
            )
            await writer.run(lambda store: store.runs.end(run, clock.now()))

    async def serve(self, stop: asyncio.Event) -> None:
        """Work until told to stop; what is in hand is finished and filed."""
        scheduler = AsyncIOScheduler(timezone=UTC)
        async with asyncio.TaskGroup() as group:
            group.create_task(self.courier.run(), name="courier")
            group.create_task(self.articles.run(), name="articles")
            group.create_task(self.polls.run(), name="polls")
            await self.polls.schedule(scheduler)
            self._every(scheduler, self.requests.look, LOOK_FOR_REQUESTS)
            self._every(scheduler, self.waits.look, 1.0)
            self._every(scheduler, self.notices.look, 1.0)
            self._every(scheduler, self._tidy, TIDY)
            self._watchdog(scheduler)
            scheduler.start()
            systemd.notify("READY=1")
            log.info("started", store=str(self.settings.store.path), feeds=len(self.settings.feeds))
            try:
                await stop.wait()
                log.info("stopping")
                self.articles.stop()
                self.courier.stop()
                await self.polls.stop()
            finally:
                scheduler.shutdown(wait=False)
        log.info("stopped")

    async def refuse_settings(self, config: Path, mistakes: str) -> None:
        """Tell the destinations marked ``ops``, or all, that other settings were not taken over."""
        log.error("the configuration was not taken over", mistakes=mistakes)
        ops = [each.name for each in self.destinations if each.ops]
        to = ops or [each.name for each in self.destinations]
        notice = health_alert(
            "configuration",
            f"not taken over, the one before stays: {mistakes}",
            f"monitor check -c {config} says what is wrong",
            self.clock.now(),
        )
        await self.writer.run(lambda store: store.alerts.file([notice], to))
        self.courier.wake()

    async def one_round(self) -> None:
        """Poll every feed once, file what that brings, send what is due, and end."""
        await self.polls.poll_all()
        await self.articles.drain()
        await self.waits.look()
        await self.notices.look()
        await self.courier.drain()

    async def _tidy(self) -> None:
        """Drop what nobody can need any more; see what is over and which threads fell asleep."""
        now = self.clock.now()
        await self.writer.run(lambda store: store.articles.drop_bodies(now - BODIES_KEPT))
        await self.writer.run(lambda store: fade_threads(store, now))
        await self.writer.run(lambda store: store.lines.forget(now - LINES_KEPT))
        await self.writer.run(
            lambda store: store.health.end_since(Ailment.PAGES_CHANGED, now - TOGETHER, now)
        )

    def _every(
        self,
        scheduler: AsyncIOScheduler,
        look: Callable[[], Coroutine[Any, Any, None]],
        seconds: float,
    ) -> None:
        """Look again and again; one look at a time, and none is skipped because it comes late."""
        scheduler.add_job(
            look,
            "interval",
            seconds=seconds,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            next_run_time=datetime.now(UTC),
        )

    def _watchdog(self, scheduler: AsyncIOScheduler) -> None:
        """Tell systemd that we live, as long as the store's thread still answers."""
        interval = systemd.watchdog_interval()
        if interval is None:
            return

        async def alive() -> None:
            await self.writer.run(lambda store: store.alerts.pending_count())
            systemd.notify("WATCHDOG=1")

        self._every(scheduler, alive, interval.total_seconds())
