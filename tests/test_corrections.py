"""Putting threads right: what a reader rejects, splits, merges and renames, and what that sends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.claims import Extraction, FigureThread, Holder, Modifier, Quantity, Stance
from monitor.daemon.requests import carry_out
from monitor.errors import InputError
from monitor.outbox import Alert
from monitor.pipeline import Filed, Rules, file_revision
from monitor.store import Store
from tests.store.stored_claims import arrival_of, at, file_toll, stand


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "monitor.db") as opened:
        yield opened


def asked(store: Store, kind: str, hours: float = 20, **arguments: str) -> list[Alert]:
    """Carry a request out; the alerts that it sends."""
    request = store.requests.get(store.requests.ask(kind, arguments, at(hours=hours)))
    with store.transaction():
        told = carry_out(store, request, ["desk"], at(hours=hours))
    return [store.alerts.get(each) for each in told.split()]


def risen(store: Store) -> tuple[Filed, Filed]:
    """Two reports of one toll, of which the second was sent."""
    first = file_toll(store, "310")
    second = file_toll(store, "650", url="https://outlet-b.example/1", outlet="Outlet B", hours=13)
    assert [alert.type for alert in second.alerts] == ["figure.raised"]
    return first, second


def thread_of(store: Store, filed: Filed) -> FigureThread:
    thread = filed.followed[0].thread
    assert thread is not None
    now = store.threads.get(thread.id)
    assert isinstance(now, FigureThread)
    return now


def values(thread: FigureThread) -> list[str]:
    return [claim.figure.quantity.as_written for claim in thread.history]


def test_a_rejected_claim_leaves_its_thread_and_its_alert_is_withdrawn(store: Store) -> None:
    first, second = risen(store)
    wrong = second.followed[0].claim
    [told] = asked(store, "reject_claim", claim=wrong.id, note="650 were hurt", reader="desk")
    assert told.type == "alert.withdrawn"
    assert told.supersedes == second.alerts[0].id
    assert "650 were hurt" in told.text
    assert [each.destination for each in store.alerts.deliveries(told.id)] == ["desk"]
    thread = thread_of(store, first)
    assert (values(thread), thread.pushed) == (["310"], None)
    assert store.claims.figure(wrong.id) == wrong  # the claim itself is never altered


def test_the_same_words_stay_out_in_a_later_revision(store: Store) -> None:
    first, second = risen(store)
    asked(store, "reject_claim", claim=second.followed[0].claim.id)
    url = "https://outlet-b.example/1"
    again = file_toll(store, "650", url=url, outlet="Outlet B ", hours=14)
    assert again.is_new
    assert again.followed[0].thread is None
    third = file_toll(store, "420", url="https://outlet-c.example/1", outlet="Outlet C", hours=30)
    assert values(thread_of(store, first)) == ["310", "420"]
    assert [alert.type for alert in third.alerts] == ["figure.raised"]


def test_a_claim_that_was_split_off_is_followed_by_itself(store: Store) -> None:
    first, second = risen(store)
    claim = second.followed[0].claim
    [told] = asked(store, "split_claim", claim=claim.id, note="another valley")
    assert told.type == "alert.corrected"
    assert values(thread_of(store, first)) == ["310"]
    [new] = [
        thread
        for thread in store.threads.figure_threads(thread_of(store, first).key)
        if thread.id != thread_of(store, first).id
    ]
    assert values(new) == ["650"]
    with pytest.raises(InputError, match="split off before"):
        asked(store, "split_claim", claim=claim.id)


def test_a_name_stays_when_the_thread_moves(store: Store) -> None:
    first, _ = risen(store)
    thread = thread_of(store, first)
    assert asked(store, "rename_thread", thread=thread.id, label="Valley flood: dead") == []
    file_toll(store, "900", url="https://outlet-c.example/1", outlet="Outlet C", hours=40)
    assert thread_of(store, first).label == "Valley flood: dead"


def test_two_threads_of_one_thing_are_made_one(store: Store) -> None:
    first, second = risen(store)
    claim = second.followed[0].claim
    asked(store, "split_claim", claim=claim.id)
    key = thread_of(store, first).key
    [apart] = [each for each in store.threads.figure_threads(key) if values(each) == ["650"]]
    asked(store, "merge_threads", thread=apart.id, into=thread_of(store, first).id, note="one")
    assert values(thread_of(store, first)) == ["310", "650"]
    assert store.threads.get(apart.id).id == thread_of(store, first).id


def other_series(store: Store, number: str, **fields: object) -> str:
    """A thread of another report, 700 hours on."""
    filed = file_toll(store, number, url="https://outlet-d.example/1", hours=700, **fields)  # type: ignore[arg-type]
    return thread_of(store, filed).id


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"measure": "injured"}, "measure of the first is injured, of the second killed"),
        (
            {"quantity": Quantity(650, 650, Modifier.EXACT, "percent", "650")},
            "unit of the first is percent, of the second a plain count",
        ),
    ],
)
def test_series_of_two_things_are_not_made_one(
    store: Store, fields: dict[str, object], problem: str
) -> None:
    first, _ = risen(store)
    apart = other_series(store, "650", **fields)
    with pytest.raises(InputError, match=problem):
        asked(store, "merge_threads", thread=apart, into=thread_of(store, first).id)
    assert values(thread_of(store, first)) == ["310", "650"]
    assert store.threads.get(apart).id == apart


def test_stands_of_two_holders_are_not_made_one(store: Store) -> None:
    found = []
    for number, name in enumerate(("Northland", "Southland")):
        text = "News\n\nNorthland will build the dam."
        position = stand(text, "build", Stance.COMMIT, 1, holder=Holder(name, "state"))
        arrival = arrival_of(text, f"https://outlet-a.example/{number}", hours=number)
        filed = file_revision(
            store, arrival, Extraction("v1", (), (position,)), Rules(), at(hours=number)
        )
        thread = filed.followed[0].thread
        assert thread is not None
        found.append(thread.id)
    with pytest.raises(InputError, match="the holder of the first is Northland, of the second So"):
        asked(store, "merge_threads", thread=found[0], into=found[1])


@pytest.mark.parametrize(
    ("kind", "arguments", "problem"),
    [
        ("reject_claim", {"claim": "fig_none"}, "there is no claim 'fig_none'"),
        ("split_claim", {}, "there is no claim ''"),
        ("rename_thread", {"thread": "thr_none", "label": "x"}, "there is no thread 'thr_none'"),
        ("rename_thread", {"thread": "thr_none", "label": " \x07"}, "a thread needs a name"),
        ("merge_threads", {"thread": "thr_none", "into": "thr_no"}, "thr_none"),
    ],
)
def test_what_is_not_there_is_said(
    store: Store, kind: str, arguments: dict[str, str], problem: str
) -> None:
    with pytest.raises(InputError, match=problem):
        asked(store, kind, **arguments)
