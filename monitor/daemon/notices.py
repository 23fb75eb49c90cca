"""The monitor's own messages: the baseline once, and the digest at its hours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

import structlog

from monitor.alerts.notices import baseline_alert, digest_alert
from monitor.clock import Clock
from monitor.config import Settings
from monitor.pipeline import unsent_between
from monitor.store.store import Store
from monitor.store.writer import Writer

log = structlog.get_logger(__name__)


def last_digest_hour(now: datetime, hours: Sequence[str]) -> datetime | None:
    """The newest of the digest's hours (UTC) that has passed; None without any."""
    clocks = sorted(time.fromisoformat(hour) for hour in hours)
    moments = [
        datetime.combine(now.date() - timedelta(days=back), clock, now.tzinfo)
        for back in (0, 1)
        for clock in reversed(clocks)
    ]
    return next((moment for moment in moments if moment <= now), None)


class Notices:
    """Looks whether a message of the monitor's own is due, and puts it into the outbox."""

    def __init__(
        self,
        settings: Settings,
        writer: Writer,
        clock: Clock,
        destinations: Sequence[str],
        sent: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._writer = writer
        self._clock = clock
        self._destinations = destinations
        self._sent = sent

    async def look(self) -> None:
        """File what is due now."""
        if await self._writer.run(self._file_due):
            self._sent()

    def _file_due(self, store: Store) -> bool:
        with store.transaction():
            baseline = self._baseline(store)
            digest = self._digest(store)
        return baseline or digest

    def _baseline(self, store: Store) -> bool:
        """One summary, when every feed was asked once and what they brought is on file."""
        counts = store.status.baseline_ready()
        if counts is None:
            return False
        store.alerts.file([baseline_alert(counts, self._clock.now())], self._destinations)
        log.info("baseline", articles=counts.articles, figures=counts.figures)
        return True

    def _digest(self, store: Store) -> bool:
        """What moved below the level of a push since the last digest; also when that is nothing."""
        rules = self._settings.defaults.delivery
        now = self._clock.now()
        due = last_digest_hour(now, rules.digest)
        last = store.alerts.newest_of("monitor.digest") or store.alerts.newest_of(
            "monitor.baseline"
        )
        if due is None or last is None or last.created_at >= due:
            return False
        moved = unsent_between(store, last.created_at, now)
        alert = digest_alert(moved, now, coverage=_coverage(store), most=rules.digest_lines)
        store.alerts.file([alert], self._destinations)
        return True


def _coverage(store: Store) -> str:
    """The line on feeds that could not be read."""
    feeds, sick = store.status.counts().feeds, len(store.status.sick_feeds())
    return f"{feeds - sick} of {feeds} feeds healthy" + (f", {sick} failing" if sick else "")
