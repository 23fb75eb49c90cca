"""The monitor's own messages: the baseline once, digest and heartbeat at their hours, health."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from monitor import wiring
from monitor.alerts.hours import last_hour
from monitor.alerts.notices import (
    baseline_alert,
    coverage_words,
    digest_alert,
    heartbeat_alert,
    recovered_alert,
    sick_alert,
)
from monitor.clock import Clock
from monitor.config import Settings
from monitor.intake import FeedAilment
from monitor.messaging.digests import left_to_digest
from monitor.outbox import Alert
from monitor.store.store import Store
from monitor.store.writer import Writer

log = structlog.get_logger(__name__)

# Of messages on the health of feeds. What is over that goes together into one: a network that
# breaks here makes every feed fail, and the operator needs one message of it.
PER_HOUR = 6
TOGETHER = 3  # more of them than that at once are one message
APART = timedelta(minutes=15)  # between two messages beyond PER_HOUR
MOVED_WITHIN = timedelta(days=14)  # series that are missed when nobody is read who reports them


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
        ops = [each.name for each in settings.destinations if each.ops]
        self._ops = ops or destinations
        self._sent = sent
        self._rules = wiring.rules(settings, destinations)
        self._zone = ZoneInfo(settings.defaults.delivery.timezone)

    async def look(self) -> None:
        """File what is due now."""
        if await self._writer.run(self._file_due):
            self._sent()

    def _file_due(self, store: Store) -> bool:
        with store.transaction():
            filed = [
                self._baseline(store),
                self._digest(store),
                self._heartbeat(store),
                self._health(store, store.health.untold(), "monitor.feed_sick"),
                self._health(store, store.health.end_untold(), "monitor.feed_recovered"),
            ]
        return any(filed)

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
        due = last_hour(now, rules.digest, self._zone)
        last = store.alerts.newest_of("monitor.digest") or store.alerts.newest_of(
            "monitor.baseline"
        )
        if due is None or last is None or last.created_at >= due:
            return False
        coverage = coverage_words(store.health.coverage(last.created_at, now))
        for digest in left_to_digest(store, self._rules, last.created_at, now):
            alert = digest_alert(
                digest.changes,
                now,
                coverage=coverage,
                not_covered=self._not_covered(store, now),
                most=rules.digest_lines,
            )
            store.alerts.file([alert], digest.destinations)
        return True

    def _not_covered(self, store: Store, now: datetime) -> list[str]:
        """Watches and series whose outlets all bring nothing at present."""
        blind = set(store.health.blind_outlets())
        watches = [
            f"all of watch {watch.name!r}"
            for watch in self._settings.watches
            if watch.outlets and blind.issuperset(watch.outlets)
        ]
        return watches + store.health.not_covered(now - MOVED_WITHIN)

    def _heartbeat(self, store: Store) -> bool:
        """Once a day what was covered: where it stays away, the monitor itself has stopped."""
        hour = self._settings.defaults.delivery.heartbeat
        now = self._clock.now()
        due = last_hour(now, [hour] if hour else [], self._zone)
        last = store.alerts.newest_of("monitor.heartbeat") or store.alerts.newest_of(
            "monitor.baseline"
        )
        if due is None or last is None or last.created_at >= due:
            return False
        coverage = store.health.coverage(last.created_at, now)
        alert = heartbeat_alert(coverage, store.health.ill(), last.created_at, now)
        store.alerts.file([alert], self._ops)
        log.info("heartbeat", covered=alert.title)
        return True

    def _health(self, store: Store, ailments: Sequence[FeedAilment], kind: str) -> bool:
        """What began to be wrong with feeds, or is over, told once."""
        now = self._clock.now()
        ends = kind == "monitor.feed_recovered"
        # What was over before it could be told is no news any more.
        over = [] if ends else [each for each in ailments if each.ended is not None]
        if over:
            store.health.told(over, now)
            store.health.told(over, now, end=True)
        lasting = [each for each in ailments if each not in over]
        messages = _messages(lasting, self._allowed(store, kind, now), now, ends=ends)
        if messages:
            store.health.told(lasting, now, end=ends)
            store.alerts.file(messages, self._ops)
            log.info(kind, feeds=[each.url for each in lasting])
        return bool(messages)

    def _allowed(self, store: Store, kind: str, now: datetime) -> int:
        """How many messages of a kind may go out now."""
        sent = store.alerts.count_of(kind, now - timedelta(hours=1))
        newest = store.alerts.newest_of(kind)
        if sent < PER_HOUR or newest is None:
            return PER_HOUR - sent
        return int(now - newest.created_at >= APART)


def _messages(
    ailments: Sequence[FeedAilment], allowed: int, now: datetime, *, ends: bool
) -> list[Alert]:
    """A message for each ailment where they are few, else one for all."""
    alert = recovered_alert if ends else sick_alert
    if not ailments or allowed <= 0:
        return []
    if len(ailments) <= min(TOGETHER, allowed):
        return [alert([each], now) for each in ailments]
    return [alert(ailments, now)]
