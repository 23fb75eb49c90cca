"""The daemon: wires the rooms, starts them in order, and stops them with nothing left half done."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor import __version__, systemd, wiring
from monitor.alerts.delivery import Courier, Destination, Sender
from monitor.config import Settings, load
from monitor.daemon.articles import Articles
from monitor.daemon.clock import Clock
from monitor.daemon.notices import Notices
from monitor.daemon.outbox import StoredOutbox
from monitor.daemon.polls import Polls
from monitor.daemon.reader import Reader
from monitor.daemon.requests import Requests
from monitor.feeds.guard import guarded_session
from monitor.feeds.http import Client
from monitor.store.lock import hold
from monitor.store.writer import Writer
from monitor.workers import Workers

log = structlog.get_logger(__name__)

LOOK_FOR_REQUESTS = 0.5  # seconds
ANY_NETWORK = ("0.0.0.0/0", "::/0")


def serve(config: Path, *, once: bool = False) -> None:
    """Run the daemon on a configuration until SIGTERM or Ctrl-C; ``once``: one round only.

    Raises `ConfigError` or `StoreError` before anything was started.
    """
    settings = load(config)
    destinations = wiring.destinations(settings)
    with hold(settings.store.path):
        asyncio.run(_run(settings, destinations, once=once))


async def _run(settings: Settings, destinations: list[Destination], *, once: bool) -> None:
    async with Daemon.started(settings, destinations) as daemon:
        if once:
            await daemon.one_round()
        else:
            await daemon.serve()


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
        requests: Requests,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.writer = writer
        self.polls = polls
        self.articles = articles
        self.courier = courier
        self.notices = notices
        self.requests = requests

    @classmethod
    @asynccontextmanager
    async def started(
        cls, settings: Settings, destinations: list[Destination]
    ) -> AsyncIterator[Daemon]:
        """Open the store, the network and the workers; closed again at the end, in reverse."""
        clock = Clock(settings.clock)
        async with AsyncExitStack() as stack:
            enter = stack.enter_async_context
            writer = await enter(Writer(settings.store.path))
            run = await writer.run(
                lambda store: store.runs.start("daemon", __version__, os.getpid(), clock.now())
            )
            await writer.run(
                lambda store: store.feeds.declare(wiring.declared_feeds(settings), clock.now())
            )
            workers = await enter(Workers(settings.extract.workers))
            client = await enter(Client(wiring.manners(settings.http)))
            public = await enter(guarded_session())
            private = await enter(guarded_session(ANY_NETWORK))
            courier = Courier(
                StoredOutbox(writer, clock),
                Sender(lambda to: private if to.allow_private else public),
                destinations,
                clock.now,
            )
            reader = Reader(
                workers,
                wiring.extractor(settings),
                settings.extract.deadline.total_seconds(),
            )
            names = [each.name for each in destinations]
            notices = Notices(settings, writer, clock, names, courier.wake)
            articles = Articles(settings, writer, client, reader, clock, names, courier.wake)
            polls = Polls(writer, client, workers, clock, articles.wake)
            requests = Requests(writer, clock, names, courier.wake)
            yield cls(settings, clock, writer, polls, articles, courier, notices, requests)
            await writer.run(lambda store: store.runs.end(run, clock.now()))

    async def serve(self) -> None:
        """Work until told to stop; what is in hand is finished and filed."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        scheduler = AsyncIOScheduler(timezone=UTC)
        async with asyncio.TaskGroup() as group:
            group.create_task(self.courier.run(), name="courier")
            group.create_task(self.articles.run(), name="articles")
            await self.polls.schedule(scheduler)
            self._every(scheduler, self.requests.carry_out, LOOK_FOR_REQUESTS)
            self._every(scheduler, self.notices.look, 1.0)
            self._watchdog(scheduler)
            scheduler.start()
            systemd.notify("READY=1")
            log.info("started", store=str(self.settings.store.path), feeds=len(self.settings.feeds))
            await stop.wait()
            systemd.notify("STOPPING=1")
            log.info("stopping")
            await self.polls.stop()
            scheduler.shutdown(wait=False)
            self.articles.stop()
            self.courier.stop()
        log.info("stopped")

    async def one_round(self) -> None:
        """Poll every feed once, file what that brings, send what is due, and end."""
        await self.polls.poll_all()
        await self.articles.drain()
        await self.notices.look()
        await self.courier.drain()
