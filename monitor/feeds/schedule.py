"""When to ask again: decisions as functions of values, with the clock and the dice handed in.

No feed is ever given up: after many failures a slow probe remains.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.intake import FeedState, Outcome, Poll, Validators

# A published article is fetched again this long after publication: 81 % of the edits of bodies
# come within 24 hours (GDELT Global Difference Graph).
RECHECKS = tuple(
    timedelta(minutes=minutes)
    for minutes in (15, 45, 2 * 60, 6 * 60, 12 * 60, 24 * 60, 3 * 1440, 7 * 1440)
)
CONFIRM_AFTER = timedelta(minutes=3)  # between the two agreeing fetches that make an edit
MOVES = 3  # polls in a row with the same permanent redirect before the address is rewritten
GONE = 2  # answers of 410 in a row before the operator is told that the feed is gone

_GOOD = (Outcome.OK, Outcome.UNCHANGED, Outcome.EMPTY, Outcome.PARTIAL)
# The host says "later", or something between us and it failed: likely to pass by itself.
_SOFT = (
    Outcome.BUSY,
    Outcome.TIMEOUT,
    Outcome.CONNECTION,
    Outcome.HTTP_ERROR,
    Outcome.ROBOTS,
    Outcome.WORKER_DIED,
    Outcome.WORKER_TIMEOUT,
)
# Below the first share of known entries a feed is polled sooner, above the second later
# (as Media Cloud's rss-fetcher does).
_HURRY, _CALM = 0.33, 0.67
_SHORTENED = 0.25  # share of the operator's interval that a hurrying feed may come down to


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Bounds of the schedule, in seconds."""

    shortest: float = 60.0  # between two polls of one feed, unless its own interval is shorter
    longest: float = 86_400.0  # also for a feed that has failed for months
    longest_wish: float = 3600.0  # how far a publisher's ttl or Cache-Control may slow us
    gone: float = 7 * 86_400.0  # between probes of a feed that answered 410 twice
    probe: float = 86_400.0  # between two unconditional polls
    jitter: float = 0.1  # share of the delay by which it varies


def is_good(outcome: Outcome) -> bool:
    """Whether the feed was read; how much it held doesn't matter."""
    return outcome in _GOOD


def is_soft(outcome: Outcome) -> bool:
    """Whether a failure is likely to pass by itself and is tried again sooner than a hard one."""
    return outcome in _SOFT


def wants_probe(feed: FeedState, now: datetime, rhythm: Rhythm = Rhythm()) -> bool:
    """Whether the next poll asks for the whole body, which catches validators that lie."""
    if feed.distrusted or feed.last_full is None:
        return True
    if feed.quiet_at is not None and feed.last_full < feed.quiet_at <= now:
        return True  # before its silence is told, the validators have to be ruled out
    return (now - feed.last_full).total_seconds() >= rhythm.probe


def request_validators(feed: FeedState, now: datetime, rhythm: Rhythm = Rhythm()) -> Validators:
    """What the next poll sends back: nothing when it is a probe."""
    return Validators() if wants_probe(feed, now, rhythm) else feed.validators


def caught_lying(feed: FeedState, poll: Poll, fresh: int) -> bool:
    """Whether a probe found entries that the validators, still the same, would have hidden."""
    said = feed.validators != Validators() and poll.validators == feed.validators
    return said and not poll.conditional and fresh > 0 and poll.body_hash != feed.body_hash


def possible_gap(feed: FeedState, poll: Poll, fresh: int) -> bool:
    """Whether entries may have come and gone unseen: nothing in the feed was known already."""
    first = feed.body_hash is None
    return not first and poll.outcome is Outcome.OK and fresh == len(poll.entries) > 1


def after_poll(
    feed: FeedState,
    poll: Poll,
    now: datetime,
    *,
    fresh: int,
    dice: float,
    headlines: int = 0,
    rhythm: Rhythm = Rhythm(),
) -> FeedState:
    """The feed's next state, stored together with the poll's entries.

    ``fresh``: entries that the store didn't know, ``headlines`` those of them without a text.
    ``dice`` lies between 0 and 1.
    """
    good = is_good(poll.outcome)
    state = replace(
        feed,
        failures=0 if good else feed.failures + 1,
        gone=feed.gone + 1 if poll.status == 410 else 0,
        distrusted=feed.distrusted or caught_lying(feed, poll, fresh),
        gaps=feed.gaps + possible_gap(feed, poll, fresh),
        quiet_at=None if fresh else feed.quiet_at,
        with_text=feed.with_text + fresh - headlines,
        headlines=feed.headlines + headlines if headlines == fresh else 0,
    )
    if good:
        state = _remember_move(state, poll)
        state = replace(state, validators=poll.validators, pace=_pace(feed, poll, fresh, rhythm))
        if poll.status != 304:
            state = replace(state, last_full=now, body_hash=poll.body_hash)
    return replace(state, next_poll=now + timedelta(seconds=_delay(state, poll, dice, rhythm)))


def new_address(feed: FeedState) -> str | None:
    """Where the feed has moved for good, once several polls in a row agree."""
    return feed.moved_to if feed.moved_polls >= MOVES else None


def is_gone(feed: FeedState) -> bool:
    """Whether the publisher has taken the feed away: tell the operator; it is probed weekly."""
    return feed.gone >= GONE


def next_recheck(published: datetime, last_fetch: datetime) -> datetime | None:
    """When an article is fetched again, or None when it has had its last look.

    ``published``: publication, or first seen where that is unknown or lies later.
    """
    for wait in RECHECKS:
        if published + wait > last_fetch:
            return published + wait
    return None


def _remember_move(feed: FeedState, poll: Poll) -> FeedState:
    if not poll.moved or poll.final_url is None or _downgraded(feed.url, poll.final_url):
        return replace(feed, moved_to=None, moved_polls=0)
    agreeing = feed.moved_polls if poll.final_url == feed.moved_to else 0
    return replace(feed, moved_to=poll.final_url, moved_polls=agreeing + 1)


def _downgraded(old: str, new: str) -> bool:
    return old.startswith("https:") and not new.startswith("https:")


def _pace(feed: FeedState, poll: Poll, fresh: int, rhythm: Rhythm) -> float:
    """Seconds between polls: sooner while little of the feed is known, back to the interval."""
    pace = feed.pace or feed.interval
    total = len(poll.entries)
    if feed.body_hash is None or total < 2:
        known = 1.0  # a first poll says nothing, and neither does a feed of one entry
    else:
        known = 1 - fresh / total
    if known == 0:
        pace /= 2
    elif known < _HURRY:
        pace /= 1.5
    elif known > _CALM:
        pace *= 1.1
    least = min(max(feed.interval * _SHORTENED, rhythm.shortest), feed.interval)
    return min(max(pace, least), feed.interval)


def _delay(feed: FeedState, poll: Poll, dice: float, rhythm: Rhythm) -> float:
    """Seconds until the next poll; ``feed`` counts this poll already."""
    if is_gone(feed):
        return rhythm.gone
    wait = feed.pace or feed.interval
    if feed.failures:
        growth = 1.5 if is_soft(poll.outcome) else 2.0
        wait = min(feed.interval * growth ** min(feed.failures, 40), rhythm.longest)
        wait = max(wait, feed.interval)
    elif poll.ttl:
        wait = max(wait, min(poll.ttl, rhythm.longest_wish))
    wait *= 1 + rhythm.jitter * (2 * dice - 1)
    if poll.retry_after:
        # Jitter only adds to what the host asked for.
        wait = max(wait, poll.retry_after * (1 + rhythm.jitter * dice))
    return max(wait, min(rhythm.shortest, feed.interval))
