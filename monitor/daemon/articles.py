"""From entries and rechecks to filed revisions, in the order in which pages were fetched."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog

from monitor.claims import Extraction, Report
from monitor.clock import Clock
from monitor.daemon.line import Filing, Key, Line
from monitor.daemon.reader import Reader
from monitor.daemon.rechecks import (
    NO_PAGE,
    TOGETHER,
    Finding,
    OnFile,
    is_gone,
    is_redesign,
    judge,
    next_look,
)
from monitor.daemon.repeats import (
    SHARED_BY,
    countable_lines,
    is_followed,
    line_at,
    lines_without_claims,
    without_lines,
)
from monitor.errors import StoreError
from monitor.feeds.http import Client
from monitor.feeds.poll import fetch_article
from monitor.feeds.robots import Robots
from monitor.feeds.schedule import is_soft
from monitor.feeds.urls import canonical_url
from monitor.inert import one_line
from monitor.intake import Ailment, CleanText, Fetch, Outcome
from monitor.pipeline import Arrival, Rules, file_revision, withdraw_article
from monitor.store.articles import StoredArticle, StoredRevision
from monitor.store.feeds import WaitingEntry
from monitor.store.store import Store
from monitor.store.writer import Writer
from monitor.track.differences import Difference
from monitor.track.origins import origin_of

log = structlog.get_logger(__name__)

IN_HAND = 48  # entries and rechecks being fetched, read or filed at once
SHARE = 8  # of them one outlet's: its site is asked for no more than a page in two seconds
FINISHING = 45.0  # seconds for what is in hand at a stop; the rest waits in the store
ENTRY, ARTICLE = "entry", "article"  # the kinds of work
Work = TypeVar("Work", WaitingEntry, StoredArticle)
LOOK = 1.0  # seconds between two looks for work when nobody wakes us
# A page that could not be had is asked for again after these; then the feed's own text serves.
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120))
QUARANTINE = timedelta(hours=6)
_OF_A_WORKER = (Outcome.WORKER_DIED, Outcome.WORKER_TIMEOUT)
TRIED_AGAIN = timedelta(days=30)  # how old texts may be that a new extractor tries again
FUTURE_ALLOWED = timedelta(days=1)  # a date of publication further ahead is no date


def believed_published(entry: WaitingEntry, clean: CleanText, now: datetime) -> datetime:
    """When an article was published: by its feed, else its page, else when we first saw it.

    A date that lies in the future is the publisher's mistake; what we saw ourselves is none.
    """
    stated = entry.entry.published or clean.published
    if stated is None or stated > now + FUTURE_ALLOWED:
        return entry.first_seen
    return min(stated, now)


class Articles:
    """Fetches what waits, has it read by the workers, and files it one after another.

    ``filed`` is called after each filing, since there may be something to send.
    """

    def __init__(
        self,
        writer: Writer,
        client: Client,
        reader: Reader,
        clock: Clock,
        rules: Rules,
        filed: Callable[[], None],
        *,
        robots: bool = True,
        recheck: bool = True,
    ) -> None:
        self._writer = writer
        self._client = client
        self._reader = reader
        self._clock = clock
        self._rules = rules
        self._filed = filed
        self._robots = Robots(client) if robots else None
        self._recheck = recheck
        self._line = Line(IN_HAND, SHARE, self._quarantine, self.wake)
        self._stirred = asyncio.Event()
        self._stopping = False

    async def run(self) -> None:
        """Work until `stop`; then what is in hand is finished and filed.

        What can't be finished soon waits in the store for the next start. Raises `StoreError`.
        """
        await self._try_again()
        async with self._filing():
            while not self._stopping:
                await self._take()
                await self._wait()
            await self._line.finish(FINISHING)

    async def _try_again(self) -> None:
        """Let texts wait again at which an earlier version of the extractor failed."""
        now, version = self._clock.now(), self._reader.version
        again = await self._writer.run(
            lambda store: store.feeds.try_again(version, now - TRIED_AGAIN, now)
        )
        if again:
            log.info("tried again with a new extractor", texts=again)

    async def drain(self) -> None:
        """Take and file everything that is due now, then return. Raises `StoreError`."""
        await self._try_again()
        async with self._filing():
            while await self._take() or not self._line.is_idle():
                await self._wait()

    @asynccontextmanager
    async def _filing(self) -> AsyncIterator[None]:
        """File what arrives while the block runs; an error there ends the block."""
        async with asyncio.TaskGroup() as group:
            filing = group.create_task(self._line.file(), name="filing")
            yield
            filing.cancel()

    def wake(self) -> None:
        """Say that there may be work."""
        self._stirred.set()

    def stop(self) -> None:
        """Ask `run` to end."""
        self._stopping = True
        self.wake()

    # ------------------------------------------------------------ taking work

    async def _take(self) -> int:
        """Start fetching what is due; returns how much that was."""
        now = self._clock.now()

        def due(store: Store) -> tuple[list[WaitingEntry], list[StoredArticle]]:
            rechecks = store.articles.due_for_check(now) if self._recheck else []
            return store.feeds.waiting(now), rechecks

        # Nothing is awaited between this and the start: what is filed meanwhile waits no more.
        entries, rechecks = await self._writer.run(due)
        started = [self._start((ENTRY, each.id), self._fetch_entry, each) for each in entries]
        started += [self._start((ARTICLE, each.id), self._look_again, each) for each in rechecks]
        return sum(started)

    def _start(
        self, key: Key, fetch: Callable[[Work], Coroutine[Any, Any, Filing]], work: Work
    ) -> bool:
        takes = not self._stopping and self._line.takes(key, work.outlet)
        if takes:
            self._line.start(key, work.outlet, fetch(work))
        return takes

    async def _quarantine(self, key: Key, error: Exception) -> None:
        """Put off a piece of work that we failed at, for hours, so that it holds up no other.

        What a page can do to us is an outcome long before; this is a mistake of ours. Raises the
        `StoreError` of a store that can't be written: no piece of work is to blame for that.
        """
        if isinstance(error, StoreError):
            raise error
        log.error("a piece of work failed and was put off", what=key, exc_info=error)
        kind, number = key
        later = self._clock.now() + QUARANTINE

        def work(store: Store) -> None:
            if kind == ENTRY:
                store.feeds.retry_entry(number, later, f"failed here: {error}")
            else:
                store.articles.plan_check(number, later)

        await self._writer.run(work)

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._stirred.wait(), LOOK)
        except TimeoutError:
            return
        self._stirred.clear()

    # ------------------------------------------------------------ entries

    async def _fetch_entry(self, entry: WaitingEntry) -> Filing:
        now = self._clock.now()
        if entry.entry.url is None:
            note = "the entry has no address; the feed's own text serves"
            fetch = Fetch("", Outcome.EMPTY, started=now, seconds=0.0, note=note)
        else:
            fetch = await fetch_article(self._client, entry.entry.url, now, robots=self._robots)
        if is_soft(fetch.outcome) and entry.attempts < len(RETRIES):
            return lambda: self._put_off(entry, fetch)
        reading = asyncio.create_task(self._read_entry(entry, fetch))
        return lambda: self._file_entry(entry, fetch, reading)

    async def _put_off(self, entry: WaitingEntry, fetch: Fetch) -> None:
        wait = max(RETRIES[entry.attempts], timedelta(seconds=fetch.retry_after or 0))
        due = self._clock.now() + wait

        def work(store: Store) -> None:
            with store.transaction():
                store.articles.record_fetch(fetch, entry_id=entry.id)
                store.feeds.retry_entry(entry.id, due, f"{fetch.outcome}: {fetch.note}")

        await self._writer.run(work)
        log.info("put off", url=fetch.url, outcome=fetch.outcome.value, until=due.isoformat())

    async def _read_entry(
        self, entry: WaitingEntry, fetch: Fetch
    ) -> tuple[CleanText, Extraction | None]:
        furniture = await self._writer.run(lambda store: store.lines.learned(entry.outlet))
        clean = await self._reader.clean(fetch, entry.entry, furniture)
        if clean.outcome is not Outcome.OK:
            return clean, None
        published = believed_published(entry, clean, self._clock.now())
        read = await self._reader.extract(clean.text, published, entry.outlet)
        return (clean, read) if isinstance(read, Extraction) else (read, None)

    async def _file_entry(
        self,
        entry: WaitingEntry,
        fetch: Fetch,
        reading: asyncio.Task[tuple[CleanText, Extraction | None]],
    ) -> None:
        clean, extraction = await reading
        now = self._clock.now()

        def work(store: Store) -> None:
            with store.transaction():
                fetch_id = _record(store, fetch, clean, entry_id=entry.id)
                if extraction is None:
                    note = f"{clean.outcome}: {clean.note or fetch.note}"
                    failed_at = self._reader.version if clean.outcome in _OF_A_WORKER else None
                    state = "skipped" if clean.outcome is Outcome.LANGUAGE else "failed"
                    store.feeds.close_entry(entry.id, state, note, extractor=failed_at)
                else:
                    arrival = _arrival(entry, fetch, clean, fetch_id, now)
                    if _is_another_text(store, arrival):
                        arrival = replace(arrival, url=_own_address(entry, fetch))
                    self._file(store, arrival, extraction, now)

        await self._writer.run(work)
        log.info(
            "filed" if extraction else "not filed",
            url=entry.entry.url,
            outcome=clean.outcome.value,
            basis=clean.basis,
            note=one_line(clean.note or fetch.note),
        )
        self._filed()

    def _file(self, store: Store, arrival: Arrival, extraction: Extraction, now: datetime) -> None:
        """File a first text. What another feed brings of the same article is left to rechecks."""
        filed = file_revision(store, arrival, extraction, self._rules, now)
        if not filed.is_new:
            return
        _learn(store, filed.report, extraction, now)
        look = next_look(Finding.SAME, arrival.published, now)
        store.articles.plan_check(filed.report.article_id, look)

    # ------------------------------------------------------------ rechecks

    async def _look_again(self, article: StoredArticle) -> Filing:
        fetch = await fetch_article(
            self._client,
            article.url,
            self._clock.now(),
            validators=article.validators,
            robots=self._robots,
        )
        furniture = await self._writer.run(lambda store: store.lines.learned(article.outlet))
        is_page = fetch.outcome is Outcome.OK
        cleaning = self._reader.clean(fetch, drop=furniture) if is_page else None
        reading = asyncio.create_task(cleaning) if cleaning else None
        return lambda: self._settle(article, fetch, reading, furniture)

    async def _settle(
        self,
        article: StoredArticle,
        fetch: Fetch,
        reading: asyncio.Task[CleanText] | None,
        furniture: frozenset[str],
    ) -> None:
        """File the check; a text that changed the same way twice becomes a revision."""
        clean = await reading if reading else None
        latest = await self._writer.run(lambda store: store.articles.latest(article.id))
        sha256 = hashlib.sha256(clean.text.encode()).hexdigest() if clean else ""
        sha256 = NO_PAGE if is_gone(fetch) else sha256
        if latest and clean and clean.text == without_lines(latest.report.text, furniture):
            sha256 = latest.sha256  # lines that were learned since then are no edit
        now = self._clock.now()
        finding = Finding.UNREADABLE
        if latest is not None:
            finding = judge(_on_file(article, latest), fetch, clean, sha256, now)
        if finding is Finding.CHANGED and clean is not None and latest is not None:
            await self._file_changed(article, latest, fetch, clean)
            return

        def work(store: Store) -> None:
            with store.transaction():
                _record(store, fetch, clean, article_id=article.id)
                seen = sha256 if finding is Finding.SEEN_ONCE else None
                if finding is not Finding.UNREADABLE:  # which says nothing against the last look
                    store.articles.set_unconfirmed(article.id, seen, now if seen else None)
                if finding is Finding.WITHDRAWN:
                    withdraw_article(store, article.id, _how_gone(fetch), self._rules, now)
                # A page that changed is to come whole the next time.
                keep = fetch.validators if finding is Finding.SAME else None
                due = next_look(finding, article.published, now)
                store.articles.plan_check(article.id, due, checked=True, validators=keep)

        await self._writer.run(work)
        if finding is not Finding.SAME:
            log.info("looked again", url=article.url, finding=finding.value)
            self._filed()

    async def _file_changed(
        self, article: StoredArticle, latest: StoredRevision, fetch: Fetch, clean: CleanText
    ) -> None:
        read = await self._reader.compare(
            latest.report.text, clean.text, article.published, article.outlet
        )
        now = self._clock.now()

        def work(store: Store) -> None:
            with store.transaction():
                failed = read if isinstance(read, CleanText) else clean
                fetch_id = _record(store, fetch, failed, article_id=article.id)
                if not isinstance(read, CleanText):
                    self._file_edition(store, article, latest, clean, fetch_id, read, now)
                store.articles.set_unconfirmed(article.id, None, None)
                due = next_look(Finding.CHANGED, article.published, now)
                store.articles.plan_check(
                    article.id, due, checked=True, validators=fetch.validators
                )

        await self._writer.run(work)
        log.info("edited", url=article.url)
        self._filed()

    def _file_edition(
        self,
        store: Store,
        article: StoredArticle,
        latest: StoredRevision,
        clean: CleanText,
        fetch_id: int,
        read: tuple[Extraction, tuple[Difference, ...]],
        now: datetime,
    ) -> None:
        """File a changed text; where all of an outlet's pages changed, there is no edit in it."""
        extraction, differences = read
        changed, looked = store.articles.changed_together(article.outlet, now - TOGETHER, now)
        redesign = is_redesign(changed, looked)
        if redesign:
            note = f"{changed} of the {looked} articles looked at again last had another text"
            store.health.begin_for(article.id, Ailment.PAGES_CHANGED, note, now)
        is_comparable = (latest.cleaner, latest.basis) == (clean.cleaner, clean.basis)
        own = _own(store, article, latest, differences) if is_comparable and not redesign else []
        arrival = replace(_new_revision(article, clean, fetch_id, now), redesign=redesign)
        filed = file_revision(store, arrival, extraction, self._rules, now, own)
        _learn(store, filed.report, extraction, now)


def _own(
    store: Store,
    article: StoredArticle,
    latest: StoredRevision,
    differences: Sequence[Difference],
) -> list[Difference]:
    """The differences without those in furniture: lines with no claim that others have too."""
    return [
        each
        for each in differences
        if is_followed(each.before)
        or store.lines.articles_with(article.outlet, line_at(latest.report.text, each.before))
        < SHARED_BY
    ]


def _learn(store: Store, report: Report, extraction: Extraction, now: datetime) -> None:
    """Count the lines of a text; those without a claim may be furniture."""
    lines = countable_lines(report.text)
    learn = lines_without_claims(report.text, extraction)
    store.lines.count(report.outlet, report.article_id, lines, now, learn=learn)


def _how_gone(fetch: Fetch) -> str:
    """What was answered in place of the article."""
    return fetch.note or f"the address leads to {fetch.final_url} now"


def _record(
    store: Store,
    fetch: Fetch,
    clean: CleanText | None,
    *,
    entry_id: int | None = None,
    article_id: int | None = None,
) -> int:
    """File a fetch, with the outcome that cleaning gave it."""
    if clean is not None and fetch.outcome is Outcome.OK and clean.outcome is not Outcome.OK:
        fetch = replace(fetch, outcome=clean.outcome, note=clean.note)
    return store.articles.record_fetch(fetch, entry_id=entry_id, article_id=article_id)


def _arrival(
    entry: WaitingEntry, fetch: Fetch, clean: CleanText, fetch_id: int, now: datetime
) -> Arrival:
    return Arrival(
        url=clean.canonical_url or _own_address(entry, fetch),
        outlet=entry.outlet,
        outlet_kind=entry.outlet_kind,
        live=entry.live or clean.live,
        baseline=entry.baseline,
        clean=clean,
        published=believed_published(entry, clean, now),
        first_seen=entry.first_seen,
        fetched=fetch.started,
        fetch_id=fetch_id,
        entry_id=entry.id,
    )


def _own_address(entry: WaitingEntry, fetch: Fetch) -> str:
    """Where an article was found, whatever its page says of itself."""
    address = fetch.final_url or entry.entry.url or ""
    return canonical_url(address) or f"entry:{entry.feed_id}:{entry.entry.key}"


def _is_another_text(store: Store, arrival: Arrival) -> bool:
    """Whether an article with another title and text is on file at the address that a page names.

    Some sites name one page for all of theirs; that would make one article of many.
    """
    known = store.articles.by_url(arrival.url)
    shown = store.articles.latest(known.id) if known is not None else None
    if shown is None or shown.report.title == arrival.clean.title:
        return False
    return origin_of(arrival.clean.text, [("", shown.report.text)]) is None


def _new_revision(
    article: StoredArticle, clean: CleanText, fetch_id: int, now: datetime
) -> Arrival:
    return Arrival(
        url=article.url,
        outlet=article.outlet,
        outlet_kind=article.outlet_kind,
        live=article.live or clean.live,
        clean=clean,
        published=article.published,
        first_seen=article.first_seen,
        fetched=now,
        fetch_id=fetch_id,
        first_sight=article.unconfirmed_at,
    )


def _on_file(article: StoredArticle, latest: StoredRevision) -> OnFile:
    return OnFile(
        sha256=latest.sha256,
        published=article.published,
        unconfirmed_sha256=article.unconfirmed_sha256,
        unconfirmed_at=article.unconfirmed_at,
        withdrawn=article.withdrawn is not None,
    )
