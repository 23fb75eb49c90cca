"""Asking every feed on its schedule, and filing what each poll brought."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.clock import Clock
from monitor.daemon.health import examine
from monitor.errors import StoreError
from monitor.feeds.http import Client
from monitor.feeds.parse import Parsed
from monitor.feeds.poll import poll
from monitor.feeds.schedule import after_poll, new_address
from monitor.inert import one_line
from monitor.intake import Brought, FeedState, Outcome, Poll
from monitor.store.feeds import PollRecord, StoredFeed
from monitor.store.store import Store
from monitor.store.writer import Writer
from monitor.workers import Workers, parse_job

PARSING_DEADLINE = 20.0  # seconds for one large feed
FINISHING = 45.0  # seconds for polls in hand at a stop

log = structlog.get_logger(__name__)


class Polls:
    """Polls each feed when it falls due. ``found`` is called after a poll with new entries."""

    def __init__(
        self,
        writer: Writer,
        client: Client,
        workers: Workers,
        clock: Clock,
        found: Callable[[], None],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._writer = writer
        self._client = client
        self._workers = workers
        self._clock = clock
        self._found = found
        self._chance = chance
        self._running: set[asyncio.Task[PollRecord]] = set()
        self._stopped = False
        self._end: asyncio.Queue[StoreError | None] = asyncio.Queue()

    async def run(self) -> None:
        """Wait for `stop`. Raises the `StoreError` of a poll that could not be filed."""
        error = await self._end.get()
        if error is not None:
            raise error

    async def schedule(self, scheduler: AsyncIOScheduler) -> None:
        """Give every feed its next poll; each poll plans the one after it."""
        now = self._clock.now()
        for feed in await self._writer.run(lambda store: store.feeds.all()):
            # Where the last poll lies ahead, the clock was wrong when the next was planned.
            is_void = feed.last_polled is not None and feed.last_polled > now
            self._plan(scheduler, feed.id, None if is_void else feed.state.next_poll)

    async def poll_all(self) -> None:
        """Poll every feed once, now. Raises `StoreError`."""
        feeds = await self._writer.run(lambda store: store.feeds.all())
        polls = (self._poll(feed) for feed in feeds)
        for feed, end in zip(
            feeds, await asyncio.gather(*polls, return_exceptions=True), strict=True
        ):
            if isinstance(end, StoreError):
                raise end
            if isinstance(end, Exception):
                log.error("a poll failed here", feed=feed.url, exc_info=end)

    async def stop(self) -> None:
        """Start no more polls, and wait until those in hand are on file.

        One that waits long for its host is given up; it is due at the next start.
        """
        self._stopped = True
        self._end.put_nowait(None)
        if self._running:
            _, unfinished = await asyncio.wait(self._running, timeout=FINISHING)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

    def _plan(self, scheduler: AsyncIOScheduler, feed_id: int, due: datetime | None) -> None:
        wait = self._clock.wall_until(due) if due else timedelta()
        scheduler.add_job(
            self._poll_and_plan,
            "date",
            run_date=datetime.now(UTC) + wait,
            args=(scheduler, feed_id),
            id=f"poll {feed_id}",
            replace_existing=True,
            # A poll plans the next one before it has ended itself; where that is due at once, the
            # scheduler would take it for a second run and drop it, and the feed with it.
            max_instances=2,
            # A busy loop must delay a poll and never skip it: the default grace is one second.
            misfire_grace_time=None,
        )

    async def _poll_and_plan(self, scheduler: AsyncIOScheduler, feed_id: int) -> None:
        if self._stopped:
            return
        task = asyncio.create_task(self._poll_by_id(feed_id))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        # Waited for and not awaited: the scheduler cancels its jobs at shutdown, but a poll in hand
        # is to be filed.
        await asyncio.wait((task,))
        error = None if task.cancelled() else task.exception()
        if isinstance(error, StoreError):
            self._end.put_nowait(error)
            return
        if error is not None:
            # What a feed could do is an outcome long before; no mistake of ours gives it up either.
            log.error("a poll failed here and will be tried again", feed=feed_id, exc_info=error)
        if not self._stopped:
            feed = await self._writer.run(lambda store: store.feeds.get(feed_id))
            soonest = self._clock.now() + timedelta(seconds=feed.state.interval)
            self._plan(scheduler, feed_id, soonest if error else feed.state.next_poll)

    async def _poll_by_id(self, feed_id: int) -> PollRecord:
        return await self._poll(await self._writer.run(lambda store: store.feeds.get(feed_id)))

    async def _poll(self, feed: StoredFeed) -> PollRecord:
        result = await self._ask(feed)
        now = self._clock.now()
        dice = self._chance()

        def plan(brought: Brought) -> FeedState:
            state = after_poll(
                feed.state,
                result,
                now,
                fresh=brought.fresh,
                headlines=brought.headlines,
                dice=dice,
            )
            moved = new_address(state)
            return replace(state, url=moved, moved_to=None, moved_polls=0) if moved else state

        def work(store: Store) -> PollRecord:
            with store.transaction():
                record = store.feeds.record_poll(feed.id, result, plan, now)
                examine(store, feed.id, result, record, now)
            return record

        record = await self._writer.run(work)
        log.info(
            "polled",
            feed=feed.url,
            outcome=result.outcome.value,
            new=len(record.new),
            known=record.known,
            skipped=record.skipped,
            note=one_line(result.note),
        )
        if record.new:
            self._found()
        return record

    async def _ask(self, feed: StoredFeed) -> Poll:
        """Ask a feed; a mistake of ours is an outcome too, and leaves its row."""
        started = self._clock.now()
        try:
            return await poll(self._client, feed.state, started, parse_elsewhere=self._parse)
        except Exception as error:
            log.error("a poll failed here", feed=feed.url, exc_info=error)
            note = one_line(f"failed here: {type(error).__name__}: {error}")
            return Poll(feed.state.url, Outcome.WORKER_DIED, started, 0.0, note=note)

    async def _parse(
        self, body: bytes, headers: Mapping[str, str], url: str, now: datetime
    ) -> Parsed:
        return await self._workers.run(
            parse_job, body, headers, url, now, deadline=PARSING_DEADLINE
        )
