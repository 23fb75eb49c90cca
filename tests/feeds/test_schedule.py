"""When to ask again: tables of cases, and laws over every outcome."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.headers import max_age, retry_after
from monitor.feeds.schedule import (
    GONE,
    MOVES,
    RECHECKS,
    Rhythm,
    after_poll,
    is_gone,
    is_good,
    is_soft,
    new_address,
    next_recheck,
    possible_gap,
    request_validators,
    wants_probe,
)
from monitor.intake import Entry, FeedState, Outcome, Poll, Validators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://gazette.example/feed"
OLD = FeedState(URL, 900, Validators('"1"'), "hash1", last_full=NOW - timedelta(hours=1))
EVEN = 0.5  # the dice that adds no jitter
RHYTHM = Rhythm()


def entries(count: int) -> tuple[Entry, ...]:
    return tuple(Entry(str(number), None, "t", None) for number in range(count))


def polled(outcome: Outcome = Outcome.OK, **more: object) -> Poll:
    values = {
        "status": 200,
        "body_hash": "hash2",
        "validators": Validators('"2"'),
        "entries": entries(10),
    } | more
    return Poll(URL, outcome, NOW, 0.1, **values)  # type: ignore[arg-type]


def wait(feed: FeedState, poll: Poll, fresh: int = 2, dice: float = EVEN) -> float:
    after = after_poll(feed, poll, NOW, fresh=fresh, dice=dice)
    assert after.next_poll is not None
    return (after.next_poll - NOW).total_seconds()


FAILED = {"validators": Validators(), "body_hash": None, "entries": ()}
WAITS = {
    "as the operator asked": (OLD, polled(), 900),
    "unchanged": (OLD, polled(Outcome.UNCHANGED, status=304, entries=()), 900),
    "empty": (OLD, polled(Outcome.EMPTY, entries=()), 900),
    "every second, as in a demonstration": (replace(OLD, interval=1), polled(), 1),
    "the publisher asks for half an hour": (OLD, polled(ttl=1800), 1800),
    "the publisher asks for a minute": (OLD, polled(ttl=60), 900),
    "the publisher asks for a week": (OLD, polled(ttl=604_800), 3600),
    "a first failure that will pass": (OLD, polled(Outcome.TIMEOUT, **FAILED), 1350),
    "a first failure that may not": (OLD, polled(Outcome.NOT_A_FEED, **FAILED), 1800),
    "a third failure": (replace(OLD, failures=2), polled(Outcome.GONE, **FAILED), 7200),
    "after months of failures": (replace(OLD, failures=500), polled(Outcome.GONE, **FAILED), 86_400),
    "after months of a slow feed": (replace(OLD, interval=172_800, failures=500), polled(Outcome.GONE, **FAILED), 172_800),
    "busy with a time": (OLD, polled(Outcome.BUSY, retry_after=7200.0, **FAILED), 7560),
    "busy with a short time": (OLD, polled(Outcome.BUSY, retry_after=5.0, **FAILED), 1350),
    "a first 410": (OLD, polled(Outcome.GONE, **FAILED | {"status": 410}), 1800),
    "a second 410": (replace(OLD, gone=1, failures=1), polled(Outcome.GONE, **FAILED | {"status": 410}), 604_800),
}  # fmt: skip


@pytest.mark.parametrize("name", WAITS)
def test_waits(name: str) -> None:
    feed, poll, seconds = WAITS[name]
    assert wait(feed, poll) == pytest.approx(seconds)


FEEDS = st.builds(
    FeedState,
    st.just(URL),
    interval=st.floats(1, 604_800),
    validators=st.just(Validators('"1"')),
    body_hash=st.sampled_from([None, "hash1"]),
    failures=st.integers(0, 10_000),
    gone=st.integers(0, 5),
    last_full=st.sampled_from([None, NOW - timedelta(days=2)]),
    pace=st.none() | st.floats(1, 604_800),
)
POLLS = st.builds(
    polled,
    st.sampled_from(Outcome),
    status=st.sampled_from([None, 200, 304, 404, 410, 429, 500]),
    retry_after=st.none() | st.floats(0, 86_400),
    ttl=st.none() | st.floats(0, 1e9),
    entries=st.integers(0, 5).map(entries),
)


@given(FEEDS, POLLS, st.integers(0, 5), st.floats(0, 1))
def test_no_feed_is_given_up_or_hammered(
    feed: FeedState, poll: Poll, fresh: int, dice: float
) -> None:
    fresh = min(fresh, len(poll.entries))
    seconds = wait(feed, poll, fresh, dice)
    longest = max(RHYTHM.longest, feed.interval, RHYTHM.gone) * (1 + RHYTHM.jitter)
    assert min(RHYTHM.shortest, feed.interval) <= seconds <= longest
    if poll.retry_after and not is_gone(after_poll(feed, poll, NOW, fresh=fresh, dice=dice)):
        assert seconds >= poll.retry_after - 1e-5  # times are kept in microseconds


@given(FEEDS, POLLS)
def test_only_what_was_read_vouches_for_the_next_poll(feed: FeedState, poll: Poll) -> None:
    after = after_poll(feed, poll, NOW, fresh=0, dice=EVEN)
    if is_good(poll.outcome):
        assert (after.validators, after.failures) == (poll.validators, 0)
    else:
        assert (after.validators, after.body_hash, after.failures) == (
            feed.validators,
            feed.body_hash,
            feed.failures + 1,
        )


def test_every_outcome_is_good_soft_or_hard() -> None:
    assert not [each for each in Outcome if is_good(each) and is_soft(each)]
    assert is_soft(Outcome.BUSY)
    assert not is_soft(Outcome.GONE)


def test_a_whole_body_once_a_day() -> None:
    assert wants_probe(FeedState(URL), NOW)
    assert not wants_probe(OLD, NOW)
    assert wants_probe(OLD, NOW + timedelta(hours=24))
    assert request_validators(OLD, NOW) == Validators('"1"')
    assert request_validators(OLD, NOW + timedelta(days=2)) == Validators()
    assert request_validators(replace(OLD, distrusted=True), NOW) == Validators()
    # A 304 is no whole body.
    assert (
        after_poll(OLD, polled(Outcome.UNCHANGED, status=304), NOW, fresh=0, dice=EVEN).last_full
        == OLD.last_full
    )
    assert after_poll(OLD, polled(Outcome.UNCHANGED), NOW, fresh=0, dice=EVEN).last_full == NOW


LIES = {
    "same validators, new entries": (polled(validators=Validators('"1"')), 1, True),
    "new validators": (polled(), 1, False),
    "same validators, same entries": (polled(validators=Validators('"1"')), 0, False),
    "asked conditionally": (polled(validators=Validators('"1"'), conditional=True), 1, False),
}


@pytest.mark.parametrize("name", LIES)
def test_validators_that_lie(name: str) -> None:
    poll, fresh, lied = LIES[name]
    assert after_poll(OLD, poll, NOW, fresh=fresh, dice=EVEN).distrusted is lied


def test_a_feed_without_validators_cannot_lie() -> None:
    bare = replace(OLD, validators=Validators())
    assert not after_poll(bare, polled(validators=Validators()), NOW, fresh=1, dice=EVEN).distrusted


def test_a_fast_feed_is_polled_sooner_and_a_calm_one_as_asked() -> None:
    feed = OLD
    waits = []
    for _ in range(4):  # nothing was known: entries may have been missed
        feed = after_poll(feed, polled(), NOW, fresh=10, dice=EVEN)
        waits.append(feed.pace)
    assert waits == [450, 225, 225, 225]
    for _ in range(30):
        feed = after_poll(feed, polled(), NOW, fresh=0, dice=EVEN)
    assert feed.pace == 900
    first = replace(OLD, body_hash=None)
    assert after_poll(first, polled(), NOW, fresh=10, dice=EVEN).pace == 900


def test_no_overlap_is_a_possible_gap() -> None:
    assert possible_gap(OLD, polled(), fresh=10)
    assert not possible_gap(OLD, polled(), fresh=9)
    assert not possible_gap(replace(OLD, body_hash=None), polled(), fresh=10)


def test_a_feed_has_moved_when_several_polls_agree() -> None:
    feed = OLD
    there = polled(final_url="https://new.example/feed", moved=True)
    for number in range(1, MOVES + 1):
        feed = after_poll(feed, there, NOW, fresh=0, dice=EVEN)
        assert new_address(feed) == ("https://new.example/feed" if number == MOVES else None)
    assert new_address(after_poll(feed, polled(), NOW, fresh=0, dice=EVEN)) is None
    elsewhere = polled(final_url="https://third.example/feed", moved=True)
    assert after_poll(feed, elsewhere, NOW, fresh=0, dice=EVEN).moved_polls == 1
    failing = polled(Outcome.NOT_A_FEED, final_url="https://new.example/", moved=True, **FAILED)
    assert after_poll(OLD, failing, NOW, fresh=0, dice=EVEN).moved_polls == 0


def test_no_move_from_https_to_http() -> None:
    feed = OLD
    for _ in range(MOVES):
        feed = after_poll(
            feed,
            polled(final_url="http://gazette.example/feed", moved=True),
            NOW,
            fresh=0,
            dice=EVEN,
        )
    assert new_address(feed) is None


def test_a_feed_is_gone_after_two_410s_and_back_after_one_answer() -> None:
    feed = OLD
    for _ in range(GONE):
        assert not is_gone(feed)
        feed = after_poll(
            feed, polled(Outcome.GONE, **FAILED | {"status": 410}), NOW, fresh=0, dice=EVEN
        )
    assert is_gone(feed)
    assert not is_gone(after_poll(feed, polled(), NOW, fresh=0, dice=EVEN))


def test_an_article_is_fetched_again_eight_times() -> None:
    published = NOW
    looks = []
    due = next_recheck(published, published)
    while due is not None:
        looks.append(due - published)
        due = next_recheck(published, due)
    assert tuple(looks) == RECHECKS
    assert [look.total_seconds() / 3600 for look in looks] == [0.25, 0.75, 2, 6, 12, 24, 72, 168]


def test_looks_that_were_missed_are_not_made_up_for() -> None:
    assert next_recheck(NOW, NOW + timedelta(hours=13)) == NOW + timedelta(hours=24)
    assert next_recheck(NOW, NOW + timedelta(days=8)) is None


DATE = "Sun, 01 Mar 2026 12:00:00 GMT"
RETRIES = {
    "120": 120, "0": 0, " 7 ": 7, "1.5": 1.5, "-5": None, "soon": None, "": None, "Sun, 01 Mar 2026 12:01:00 GMT": 60,
    "Sun, 01 Mar 2026 11:00:00 GMT": 0, "Sunday, 01-Mar-26 12:02:00 GMT": 120, "999999999": 86_400, "Sun, 01 Mar 2099 12:00:00 GMT": 86_400,
}  # fmt: skip


@pytest.mark.parametrize("value", RETRIES)
def test_retry_after(value: str) -> None:
    assert retry_after({"retry-after": value, "date": DATE}) == RETRIES[value]


AGES: dict[str, tuple[dict[str, str], float | None]] = {
    "max-age": ({"cache-control": "public, max-age=600"}, 600),
    "quoted": ({"cache-control": 'max-age="600"'}, 600),
    "less its age": ({"cache-control": "max-age=600", "age": "200"}, 400),
    "older than that": ({"cache-control": "max-age=600", "age": "900"}, 0),
    "shared caches only": ({"cache-control": "s-maxage=600"}, None),
    "no-cache": ({"cache-control": "no-cache, max-age=600"}, None),
    "expires": ({"expires": "Sun, 01 Mar 2026 12:30:00 GMT", "date": DATE}, 1800),
    "expired": ({"expires": "0", "date": DATE}, None),
    "expired long ago": ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT", "date": DATE}, 0),
    "nothing": ({}, None),
    "nonsense": ({"cache-control": "max-age=soon", "expires": "later"}, None),
}  # fmt: skip


@pytest.mark.parametrize("name", AGES)
def test_max_age(name: str) -> None:
    headers, seconds = AGES[name]
    assert max_age(headers) == seconds


@given(
    st.dictionaries(
        st.sampled_from(["retry-after", "date", "cache-control", "expires", "age"]),
        st.text(max_size=40),
    )
)
def test_any_headers_are_read_without_raising(headers: dict[str, str]) -> None:
    assert (retry_after(headers) or 0) >= 0
    assert (max_age(headers) or 0) >= 0
