"""What is wrong with a feed: decided on its newest poll and its own habit. Pure.

A feed that fails is seen at once. One that answers and yet brings nothing more is seen only against
what it used to bring: how often, with how much text, under which ids.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from monitor.feeds.schedule import caught_lying, is_gone, is_good
from monitor.intake import Ailment, Brought, FeedState, Outcome, Poll

FAILURES = 4  # in a row before the operator hears of it: an hour or two of backing off
TEXTS = 10  # entries with a text that make a habit of texts
HEADLINES = 5  # headlines alone, in a row, that break it
REKEYED = 5  # entries under other ids, and their share of the known ones, that are no accident
REKEYED_SHARE = 0.8
GAPS = 8  # silences that make a habit of silence
HABIT = timedelta(days=90)  # how far back a habit is looked for
LONGEST_SILENCE = timedelta(days=60)  # how far ahead its break is looked for
POLLS = 6  # as many polls at least must have brought nothing
# An hour of the day, or a day of somebody's weekend, that was watched for less than so many hours
# counts as little as one in which nothing ever comes.
_HOUR_WATCHED, _DAY_WATCHED, _RARE = 0.5, 12.0, 0.02
_FRIDAY = 4  # `datetime.weekday`; weekends begin with it in many countries
_HOUR = timedelta(hours=1)
# Silence is alarming at three times its 95th percentile: nine times the mean where entries come by
# chance. Twice the longest seen keeps the feeds from alarming that come in bursts.
_PERCENTILE, _TIMES, _TIMES_LONGEST = 0.95, 3.0, 2.0


def new_ailments(
    before: FeedState, poll: Poll, after: FeedState, brought: Brought, now: datetime
) -> Iterator[Ailment]:
    """What a poll shows to be wrong. ``before`` and ``after``: what is remembered around it."""
    if is_gone(after):
        yield Ailment.GONE
    elif after.failures >= FAILURES:
        yield Ailment.FAILING
    if not is_good(poll.outcome):
        return
    if caught_lying(before, poll, brought.fresh):
        yield Ailment.FROZEN_VALIDATORS
    if after.headlines >= HEADLINES and after.with_text >= TEXTS:
        yield Ailment.HEADLINES_ONLY
    if brought.rekeyed >= max(REKEYED, REKEYED_SHARE * brought.known):
        yield Ailment.IDS_CHANGED
    if after.quiet_at is not None and now >= after.quiet_at and poll.status != 304:
        yield Ailment.QUIET


def is_over(ailment: Ailment, before: FeedState, poll: Poll, brought: Brought) -> bool:
    """Whether a poll shows that a feed has recovered from something."""
    if ailment is Ailment.PAGES_CHANGED or not is_good(poll.outcome):
        return False  # what the pages do is seen in rechecks alone
    if ailment is Ailment.QUIET:
        return brought.fresh > 0
    if ailment is Ailment.HEADLINES_ONLY:
        return brought.fresh > brought.headlines
    if ailment is Ailment.IDS_CHANGED:
        return brought.rekeyed == 0 and (brought.known > 0 or poll.outcome is Outcome.UNCHANGED)
    if ailment is Ailment.FROZEN_VALIDATORS:
        return brought.fresh > 0 and poll.validators != before.validators
    return True


# ---------------------------------------------------------------- silence


def quiet_at(
    arrivals: Sequence[datetime],
    interval: float,
    excepted: Sequence[datetime] = (),
) -> datetime | None:
    """When a feed that brings nothing from now on is silent for longer than is its habit.

    ``arrivals``: when its polls brought something new, the oldest first. ``interval``: seconds
    between its polls. ``excepted``: moments at which it was called ill; the longest silence around
    one makes no habit, but a second one of the kind does. None as long as too little is known.

    Silence is measured in the arrivals that the same hours and days of the week would usually
    bring, so that nights and weekends count as little as the feed does by then.
    """
    if len(arrivals) <= GAPS + 1:
        return None
    week = _Week.of(arrivals)
    silences = sorted(
        (week.usual(start, end), any(start < each <= end for each in excepted))
        for start, end in pairwise(arrivals)
    )
    if silences[-1][1]:
        silences.pop()
    gaps = [length for length, _ in silences]
    often = gaps[min(int(_PERCENTILE * len(gaps)), len(gaps) - 1)]
    # A short past says little of the longest silence that is still a habit.
    doubt = 1 + GAPS / len(gaps)
    limit = doubt * max(_TIMES * often, _TIMES_LONGEST * gaps[-1])
    last = arrivals[-1]
    return max(week.until(last, limit), last + timedelta(seconds=POLLS * interval))


@dataclass(frozen=True, slots=True)
class _Week:
    """How many arrivals an hour of the week usually brings."""

    mean: float  # an hour
    days: dict[int, float]  # how much more or less on a day of the week: 1.0 is the mean
    hours: dict[int, float]  # the same for an hour of the day

    @classmethod
    def of(cls, arrivals: Sequence[datetime]) -> _Week:
        """The habit behind arrivals."""
        first, last = arrivals[0], arrivals[-1]
        watched = list(_hours(first, last))
        total = sum(share for _, share in watched)
        mean = (len(arrivals) - 1) / total if total else 1.0
        days = Counter(moment.weekday() for moment in arrivals[1:])
        hours = Counter(moment.hour for moment in arrivals[1:])
        watched_days, watched_hours = defaultdict[int, float](float), defaultdict[int, float](float)
        for moment, share in watched:
            watched_days[moment.weekday()] += share
            watched_hours[moment.hour] += share
        return cls(
            mean=mean,
            days={
                day: _share(days[day], watched_days[day] * mean)
                if watched_days[day] >= _DAY_WATCHED
                else (1.0 if day < _FRIDAY else _RARE)
                for day in range(7)
            },
            hours={
                hour: _share(hours[hour], watched_hours[hour] * mean)
                if watched_hours[hour] >= _HOUR_WATCHED
                else _RARE
                for hour in range(24)
            },
        )

    def usual(self, start: datetime, end: datetime) -> float:
        """How many arrivals a span of time usually brings."""
        return sum(share * self._rate(moment) for moment, share in _hours(start, end))

    def until(self, start: datetime, arrivals: float) -> datetime:
        """When so many arrivals would usually have come."""
        for moment, share in _hours(start, start + LONGEST_SILENCE):
            usual = share * self._rate(moment)
            if usual >= arrivals:
                return moment + share * _HOUR * (arrivals / usual)
            arrivals -= usual
        return start + LONGEST_SILENCE

    def _rate(self, moment: datetime) -> float:
        return self.mean * self.days[moment.weekday()] * self.hours[moment.hour]


def _share(came: int, usual: float) -> float:
    """How many times the usual came; never nothing at all, or silence could not end."""
    return max(came / usual, _RARE)


def _hours(start: datetime, end: datetime) -> Iterator[tuple[datetime, float]]:
    """The hours of the clock that a span touches: from when, and which share of the hour."""
    while start < end:
        following = start.replace(minute=0, second=0, microsecond=0) + _HOUR
        stop = min(following, end)
        yield start, (stop - start) / _HOUR
        start = stop
