"""Two threads that turn out to be one quantity: found by the tracker, or made one when asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.claims import FigureThread, Place
from monitor.errors import InputError
from monitor.store import Store
from monitor.track.linking import figure_key
from tests.store.stored_claims import at, file_toll
from tests.track.filed_figures import MemoryThreads, filed, report_of


def thread_of(name: str, *told: dict[str, object], outlet: str = "a") -> FigureThread:
    """A thread with one claim an article, on file whatever linking would say of it."""
    claims = tuple(
        filed(article=number, outlet=f"{outlet}{number}", **fields)
        for number, fields in enumerate(told, start=1 if outlet == "a" else 50)
    )
    return FigureThread(name, figure_key(claims[0].figure), name, claims)


def found_one(*second: dict[str, object]) -> tuple[str, ...]:
    """What a report of 5,087 dead makes one with the main series of it."""
    threads = MemoryThreads()
    main = thread_of("main", {"n": 4651}, {"n": 5087, "day": 2}, {"n": 5087, "day": 2})
    other = thread_of("other", *second, outlet="b")
    threads.threads = {each.id: each for each in (main, other)}
    claim = filed(article=99, outlet="z", n=5087, day=3)
    (answer,) = threads.follow([claim], report_of(claim))
    assert answer.thread is not None and answer.thread.id == "main"
    return answer.same


@pytest.mark.parametrize(
    ("second", "is_one"),
    [
        pytest.param([{"n": 5087, "day": 2, "place": None}], True, id="the number, no place"),
        pytest.param([{"n": 5087, "day": 2, "authority": ""}], True, id="the number, nobody named"),
        pytest.param(
            [{"n": 4651, "place": None}, {"n": 5087, "day": 2}], True, id="several numbers"
        ),
        pytest.param([{"n": 5000, "day": 2, "place": None}], False, id="a round number"),
        pytest.param([{"n": 5087, "day": 2, "place": "Southland"}], False, id="another place"),
        pytest.param(
            [{"n": 5087, "day": 2, "authority": "Observatory"}], False, id="another counter"
        ),
        pytest.param(
            [{"n": 5087, "day": 2, "place": None}, {"n": 5300, "day": 2}],
            False,
            id="a number that the main series lacks",
        ),
        pytest.param([{"n": 5087, "day": 2, "since": -280}], True, id="since a day of its own"),
        pytest.param(
            [{"n": 5087, "day": 2, "nationality": "Westlanders"}], True, id="a people of its own"
        ),
    ],
)
def test_a_second_thread_with_the_very_numbers_is_the_same_quantity(second, is_one):
    assert (found_one(*second) == ("other",)) is is_one


# ---------------------------------------------------------------- in the store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "monitor.db") as opened:
        yield opened


PLAIN = {"place": Place("Karst Plain", ("Northland",)), "event": None}


def url(number: int) -> str:
    return f"https://outlet.example/{number}"


def toll_thread(store: Store, number: str, article: int, hours: float, **fields: object) -> str:
    """File a report; the id of the thread that its toll is followed in."""
    filed_ = file_toll(store, number, url=url(article), hours=hours, **fields)  # type: ignore[arg-type]
    (followed,) = filed_.followed
    assert followed.thread is not None
    return followed.thread.id


def test_a_merged_thread_leads_to_the_other(store: Store) -> None:
    here = toll_thread(store, "310", 1, 0)
    there = toll_thread(store, "6,200", 2, 1, **PLAIN)
    later = toll_thread(store, "6,400", 3, 2, **PLAIN)
    assert here != there == later
    assert store.threads.merge(there, into=here, reason="one", by="Reader", now=at(hours=3)) == here
    thread = store.threads.get(there)
    assert thread.id == here == store.threads.redirected(there)
    assert [claim.figure.quantity.value for claim in thread.history] == [310, 6200, 6400]
    row = store.connection.one("SELECT * FROM figure_threads WHERE id = ?", (here,))
    assert row is not None and (row["figures"], row["reports"], row["life"]) == (3, 3, "active")
    assert toll_thread(store, "6,500", 4, 4) == here


def test_a_later_report_finds_the_merged_thread_under_either_key(store: Store) -> None:
    dead = toll_thread(store, "310", 1, 0)
    children = toll_thread(store, "90", 2, 1, group="children")
    store.threads.merge(children, into=dead, reason="one", by="Reader", now=at(hours=2))
    assert toll_thread(store, "90", 3, 3, group="children") == dead


def test_changes_stay_steps_of_the_thread_they_were_found_in(store: Store) -> None:
    here = toll_thread(store, "310", 1, 0)
    there = toll_thread(store, "6,200", 2, 1, **PLAIN)
    before = [dict(row) for row in store.connection.rows("SELECT * FROM changes")]
    store.threads.merge(there, into=here, reason="one", by="Reader", now=at(hours=3))
    assert [dict(row) for row in store.connection.rows("SELECT * FROM changes")] == before
    assert {each.label for each in store.changes.all()} == {store.threads.get(here).label}


def test_merging_twice_leads_all_ids_to_the_last(store: Store) -> None:
    first = toll_thread(store, "310", 1, 0)
    second = toll_thread(store, "6,200", 2, 1, **PLAIN)
    third = toll_thread(store, "90", 3, 2, group="children")
    store.threads.merge(first, into=second, reason="one", by="Reader", now=at(hours=3))
    store.threads.merge(second, into=third, reason="one", by="Reader", now=at(hours=4))
    assert {store.threads.get(each).id for each in (first, second, third)} == {third}
    kept = store.connection.rows("SELECT thread, claims FROM thread_redirects ORDER BY merged_at")
    assert [(row["thread"], row["claims"].count("fig_")) for row in kept] == [
        (first, 1),
        (second, 2),
    ]


def test_what_was_last_pushed_of_both_counts(store: Store) -> None:
    here = toll_thread(store, "310", 1, 0)
    toll_thread(store, "650", 2, 1)
    there = toll_thread(store, "90", 3, 2, group="children")
    toll_thread(store, "260", 4, 13, group="children")
    store.threads.merge(there, into=here, reason="one", by="Reader", now=at(hours=14))
    assert store.threads.get(here).pushed_at == at(hours=13)


@pytest.mark.parametrize(
    ("thread", "into", "problem"),
    [("thr_none", "here", "no thread 'thr_none'"), ("here", "here", "one thread already")],
)
def test_what_cannot_be_merged_says_so(store: Store, thread: str, into: str, problem: str) -> None:
    ids = {"here": toll_thread(store, "310", 1, 0)}
    with pytest.raises(InputError, match=problem):
        store.threads.merge(
            ids.get(thread, thread), into=ids.get(into, into), reason="", by="", now=at()
        )


def test_a_report_that_fits_both_makes_them_one(store: Store) -> None:
    """The second thread is one that was opened when less was known of what it counts."""
    here = toll_thread(store, "6,231", 1, 0)
    toll_thread(store, "6,231", 2, 0.5)
    nameless = {"place": None, "authority": None, "event": None}
    there = toll_thread(store, "6,231", 3, 1, group="children", **nameless)
    store.connection.execute("UPDATE figures SET counted_group = NULL")
    key = "UPDATE figure_threads SET key = (SELECT key FROM figure_threads WHERE id = ?)"
    store.connection.execute(key, (here,))
    store.connection.db.close()
    with Store.open(store.path) as again:
        assert toll_thread(again, "6,231", 4, 2) == here
        assert again.threads.get(there).id == here
        (row,) = again.connection.rows("SELECT * FROM thread_redirects")
        assert (row["thread"], row["merged_by"]) == (there, "monitor")
