"""What a poll shows of its feed's health, kept in the poll's own transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from monitor.feeds.health import HABIT, is_over, new_ailments, quiet_at
from monitor.feeds.schedule import is_good
from monitor.inert import one_line
from monitor.intake import Ailment, FeedState, Poll
from monitor.store.feeds import PollRecord
from monitor.store.store import Store


def examine(store: Store, feed_id: int, poll: Poll, record: PollRecord, now: datetime) -> None:
    """Keep what a poll shows to be wrong with its feed, and what is over."""
    after = _with_habit(store, feed_id, poll, record, now)
    sick = store.health.open(feed_id)
    for ailment in sick:
        if is_over(ailment, record.before, poll, record.brought):
            store.health.end(feed_id, ailment, now)
    for ailment in new_ailments(record.before, poll, after, record.brought, now):
        if ailment in sick or (ailment is Ailment.FAILING and Ailment.GONE in sick):
            continue
        if ailment is Ailment.GONE:
            store.health.end(feed_id, Ailment.FAILING, now)
        store.health.begin(feed_id, ailment, _note(store, feed_id, ailment, poll, record), now)


def _with_habit(
    store: Store, feed_id: int, poll: Poll, record: PollRecord, now: datetime
) -> FeedState:
    """What is remembered of the feed, with the moment at which its silence is no habit any more.

    It is worked out at the first poll that brings nothing.
    """
    after = record.after
    if after.quiet_at is not None or record.new or not is_good(poll.outcome):
        return after
    arrivals = store.health.arrivals(feed_id, now - HABIT)
    ill = store.health.began(feed_id, (Ailment.QUIET, Ailment.FAILING), now - HABIT)
    quiet = quiet_at(arrivals, after.interval, ill)
    if quiet is not None:
        store.health.expect_quiet(feed_id, quiet)
    return replace(after, quiet_at=quiet)


def _note(store: Store, feed_id: int, ailment: Ailment, poll: Poll, record: PollRecord) -> str:
    """What is wrong, in words."""
    after, brought = record.after, record.brought
    match ailment:
        case Ailment.FAILING:
            words = str(poll.outcome).replace("_", " ")
            said = f" ({poll.note})" if poll.note else ""
            return one_line(f"{after.failures} polls in a row failed, the last one: {words}{said}")
        case Ailment.GONE:
            return "its publisher says that it is gone for good (410, twice)"
        case Ailment.QUIET:
            last = store.health.arrivals(feed_id, poll.started - HABIT)[-1]
            return f"nothing new since {last:%Y-%m-%d %H:%M} UTC, which is longer than its habit"
        case Ailment.FROZEN_VALIDATORS:
            return "it says that nothing has changed while there are new entries"
        case Ailment.HEADLINES_ONLY:
            return f"its newest {after.headlines} entries are headlines without a text"
        case Ailment.IDS_CHANGED:
            return f"{brought.rekeyed} of {brought.known} entries came back under other ids"
        case Ailment.PAGES_CHANGED:
            return ""  # no poll shows it
