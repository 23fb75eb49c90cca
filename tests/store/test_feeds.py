"""Polls and entries: nothing is lost, nothing is filed twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.intake import Brought, Entry, FeedState, Outcome, Validators
from monitor.store import Store
from monitor.store.feeds import DeclaredFeed
from tests.store.stored_claims import FEED, at, entry, poll_of, record


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "monitor.db") as opened:
        opened.feeds.declare([FEED], at())
        yield opened


def test_entries_in_are_new_known_or_skipped(store: Store) -> None:
    first = record(store, poll_of(entry("c"), entry("b"), entry("a")))
    poll = replace(poll_of(entry("d"), entry("c")), skipped=(("no link", 2), ("too old", 1)))
    second = record(store, poll, hours=1)
    assert (len(first.new), first.known, first.skipped) == (3, 0, 0)
    assert (len(second.new), second.known, second.skipped) == (1, 1, 3)
    row = store.connection.one("SELECT * FROM polls ORDER BY id DESC")
    assert row is not None
    assert row["entries"] == row["new"] + row["known"] + row["skipped"] == 5


def test_the_oldest_entry_is_read_first(store: Store) -> None:
    record(store, poll_of(entry("newest"), entry("middle"), entry("oldest")))
    assert [each.entry.key for each in store.feeds.waiting(at())] == ["oldest", "middle", "newest"]


def test_a_republished_entry_with_another_id_is_known_by_its_address(store: Store) -> None:
    record(store, poll_of(entry("a", "https://outlet-a.example/story")))
    again = record(store, poll_of(entry("a-2", "https://outlet-a.example/story")), hours=1)
    assert (again.new, again.known) == ((), 1)


def test_an_entry_twice_in_one_feed_is_one(store: Store) -> None:
    twice = record(store, poll_of(entry("a"), entry("a")))
    assert (len(twice.new), twice.known) == (1, 1)


def test_two_feeds_may_use_one_id(store: Store) -> None:
    other = replace(FEED, url="https://outlet-b.example/rss", outlet="Outlet B")
    store.feeds.declare([FEED, other], at())
    one, two = store.feeds.all()
    for feed in (one, two):
        store.feeds.record_poll(feed.id, poll_of(entry("1")), lambda n: FeedState(FEED.url), at())
    assert [each.outlet for each in store.feeds.waiting(at())] == ["Outlet A", "Outlet B"]


def test_outlets_take_turns_so_that_a_large_feed_holds_up_no_other(store: Store) -> None:
    other = replace(FEED, url="https://outlet-b.example/rss", outlet="Outlet B")
    store.feeds.declare([FEED, other], at())
    large, small = store.feeds.all()
    crowd = [entry(str(number)) for number in range(300, 0, -1)]
    for feed, entries in ((large, crowd), (small, [entry("last"), entry("first")])):
        poll = poll_of(*entries)
        store.feeds.record_poll(feed.id, poll, lambda n: FeedState(FEED.url), at())
    waiting = [each.entry.key for each in store.feeds.waiting(at(), limit=5)]
    assert waiting == ["1", "first", "2", "last", "3"]


def test_the_first_good_poll_is_a_baseline_and_no_later_one(store: Store) -> None:
    failed = record(store, poll_of(outcome=Outcome.TIMEOUT))
    first = record(store, poll_of(entry("a")), hours=1)
    second = record(store, poll_of(entry("b")), hours=2)
    assert [each.baseline for each in (failed, first, second)] == [True, True, False]
    assert [each.baseline for each in store.feeds.waiting(at(hours=3))] == [True, False]


def test_validators_are_on_file_only_with_their_entries(store: Store) -> None:
    def plan(brought: Brought) -> FeedState:
        raise RuntimeError("killed while planning")

    feed = store.feeds.all()[0]
    with pytest.raises(RuntimeError):
        store.feeds.record_poll(feed.id, poll_of(entry("a")), plan, at())
    assert store.feeds.all()[0].state.validators == Validators()
    assert store.feeds.waiting(at()) == []
    assert store.connection.scalar("SELECT count(*) FROM polls") == 0


def test_the_plan_is_told_how_many_entries_were_new(store: Store) -> None:
    told = []

    def plan(brought: Brought) -> FeedState:
        told.append((brought.fresh, brought.known))
        return FeedState(FEED.url)

    feed = store.feeds.all()[0]
    for entries in ([entry("a"), entry("b")], [entry("b"), entry("c")]):
        store.feeds.record_poll(feed.id, poll_of(*entries), plan, at())
    assert told == [(2, 0), (1, 1)]


def test_a_feed_no_longer_named_is_not_polled_and_keeps_its_past(store: Store) -> None:
    record(store, poll_of(entry("a")))
    store.feeds.declare([DeclaredFeed("https://outlet-b.example/rss", "Outlet B")], at(hours=1))
    assert [feed.outlet for feed in store.feeds.all()] == ["Outlet B"]
    store.feeds.declare([FEED], at(hours=2))
    again = store.feeds.all()[0]
    assert again.baseline_done and again.state.validators.etag == '"e1"'


def test_a_waiting_entry_is_tried_again_later(store: Store) -> None:
    found = record(store, poll_of(entry("a")))
    store.feeds.retry_entry(found.new[0], at(hours=5), "busy")
    assert store.feeds.waiting(at(hours=4)) == []
    (waiting,) = store.feeds.waiting(at(hours=5))
    assert waiting.attempts == 1
    store.feeds.close_entry(waiting.id, "failed", "gone")
    assert store.status.counts().waiting == 0


def test_the_summary_of_the_baseline_waits_for_every_feed_and_entry(store: Store) -> None:
    assert store.status.baseline_ready() is None
    found = record(store, poll_of(entry("a")))
    assert store.status.baseline_ready() is None
    store.feeds.close_entry(found.new[0], "failed", "gone")
    summary = store.status.baseline_ready()
    assert summary is not None and summary.feeds == 1


def test_sick_feeds_are_listed_with_what_is_wrong(store: Store) -> None:
    feed = store.feeds.all()[0]
    poll = replace(poll_of(outcome=Outcome.NOT_A_FEED), note="an HTML page")
    store.feeds.record_poll(feed.id, poll, lambda n: FeedState(FEED.url, failures=2), at())
    (sick,) = store.status.sick_feeds()
    assert (sick.outcome, sick.note, sick.failures) == ("not_a_feed", "an HTML page", 2)


def titled(key: str, url: str, title: str, address: str | None = None) -> Entry:
    return replace(entry(key, url), title=title, address=address)


SITE = "https://outlet-a.example"
SECOND = {
    # a second poll's entries, and how many of them are new
    "the same again": ([titled("1", f"{SITE}/a", "A")], 0),
    "another id": ([titled("2", f"{SITE}/a", "A")], 0),
    "another id and title": ([titled("2", f"{SITE}/a", "A, updated")], 0),
    "another title": ([titled("1", f"{SITE}/a", "A, updated")], 0),
    "another address": ([titled("1", f"{SITE}/a-updated", "A")], 0),
    "an id used again for another article": ([titled("1", f"{SITE}/b", "B")], 1),
    "ids that count places": (
        [titled("1", f"{SITE}/b", "B"), titled("2", f"{SITE}/a", "A")],
        1,
    ),
    "another id, and the link tracked": (
        [titled("2", f"{SITE}/a?utm_source=rss2", "A", f"{SITE}/a")],
        0,
    ),
    "two ids of one address, listed together": (
        [titled("1", f"{SITE}/a", "A"), titled("2", f"{SITE}/a", "B")],
        1,
    ),
}


@pytest.mark.parametrize("name", SECOND)
def test_what_is_known_and_what_is_new(store: Store, name: str) -> None:
    entries, new = SECOND[name]
    record(store, poll_of(titled("1", f"{SITE}/a", "A", f"{SITE}/a")))
    for hours, expected in ((1, new), (2, 0)):
        again = record(store, poll_of(*entries), hours=hours)
        assert len(again.new) == expected
        assert again.brought.known == len(entries) - expected


def test_entries_that_all_link_to_one_page_are_as_many(store: Store) -> None:
    """Some feeds link every item to their site's front page."""
    first = record(store, poll_of(*(titled(str(n), SITE, f"T{n}") for n in range(3))))
    then = record(store, poll_of(*(titled(str(n), SITE, f"T{n}") for n in range(1, 5))), hours=1)
    assert (len(first.new), len(then.new), then.known) == (3, 2, 2)
