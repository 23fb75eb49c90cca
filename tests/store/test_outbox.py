"""The outbox: every alert once, in order, until it is delivered or given up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.outbox import Alert, Attempt, DeliveryState
from monitor.store import Store
from tests.store.stored_claims import at, file_toll


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "monitor.db") as opened:
        yield opened


def alert(
    name: str, *, lead: str | None = None, hours: float = 0, change: str | None = None
) -> Alert:
    """A message of the monitor itself, or one about a change."""
    return Alert(
        f"alr_{name}", change, "figure.raised", "push", "notice", f"alr_{lead or name}",
        f"Title {name}", "Text", {"id": name}, at(hours=hours),
    )  # fmt: skip


def ended(store: Store, delivery: str, state: DeliveryState, retry: float | None = None) -> None:
    """File one try."""
    retry_at = None if retry is None else at(hours=retry)
    store.alerts.record(Attempt(delivery, at(), 500, state, retry_at, "HTTP 500"))


def test_a_lead_goes_to_every_destination_and_its_riders_to_none(store: Store) -> None:
    store.alerts.file([alert("a"), alert("b", lead="a")], ["desk", "ops"])
    assert [each.destination for each in store.alerts.deliveries("alr_a")] == ["desk", "ops"]
    assert store.alerts.deliveries("alr_b") == []
    assert store.alerts.pending_count() == 2


def test_filing_again_makes_no_second_delivery(store: Store) -> None:
    first = store.alerts.file([alert("a")], ["desk"])
    again = store.alerts.file([alert("a", hours=9)], ["desk", "ops"])
    assert (first, again) == (["alr_a"], [])
    assert store.alerts.pending_count() == 1
    assert store.alerts.get("alr_a").created_at == at()


def test_ids_of_deliveries_come_from_alert_and_destination(store: Store, tmp_path: Path) -> None:
    store.alerts.file([alert("a")], ["desk"])
    with Store.open(tmp_path / "other.db") as other:
        other.alerts.file([alert("a", hours=3)], ["ops", "desk"])
        ids = {each.destination: each.id for each in other.alerts.deliveries("alr_a")}
    assert store.alerts.deliveries("alr_a")[0].id == ids["desk"] != ids["ops"]


def test_the_oldest_goes_first_and_one_that_waits_for_its_retry_blocks_nothing(
    store: Store,
) -> None:
    store.alerts.file([alert("a"), alert("b")], ["desk"])
    first = store.alerts.next_due("desk", at())
    assert first is not None and first.alert == "alr_a"
    ended(store, first.id, DeliveryState.PENDING, retry=2)
    second = store.alerts.next_due("desk", at())
    assert second is not None and second.alert == "alr_b"
    ended(store, second.id, DeliveryState.DELIVERED)
    assert store.alerts.next_due("desk", at()) is None
    again = store.alerts.next_due("desk", at(hours=2))
    assert again is not None and (again.id, again.attempts) == (first.id, 1)


def test_alerts_of_one_thread_keep_their_order_for_an_hour(store: Store) -> None:
    for hours, number in enumerate(("110", "150", "500", "900")):
        file_toll(store, number, url=f"https://outlet-a.example/{hours}", hours=hours * 13)
    filed = [each for each in reversed(store.alerts.newest()) if each.change]
    assert len(filed) >= 2
    first = store.alerts.next_due("desk", at(days=3))
    assert first is not None and first.alert == filed[0].id
    ended(store, first.id, DeliveryState.PENDING, retry=200)
    just_after = filed[1].created_at
    assert store.alerts.next_due("desk", just_after) is None
    overtaken = store.alerts.next_due("desk", at(hours=100))
    assert overtaken is not None and overtaken.alert == filed[1].id


def test_a_destination_that_recovered_gets_everything_in_order_at_once(store: Store) -> None:
    store.alerts.file([alert(name) for name in "abc"], ["desk", "ops"])
    for name in "ab":
        (delivery, _) = store.alerts.deliveries(f"alr_{name}")
        ended(store, delivery.id, DeliveryState.PENDING, retry=20)
    assert store.alerts.hurry("desk", at(hours=1)) == 2
    sent = []
    while (following := store.alerts.next_due("desk", at(hours=1))) is not None:
        sent.append(following.alert)
        ended(store, following.id, DeliveryState.DELIVERED)
    assert sent == ["alr_a", "alr_b", "alr_c"]
    assert store.alerts.hurry("desk", at(hours=1)) == 0


def test_a_disabled_destination_gets_nothing_until_it_is_enabled(store: Store) -> None:
    store.alerts.file([alert("a")], ["desk", "ops"])
    store.alerts.disable("desk", "HTTP 410", at())
    assert store.alerts.next_due("desk", at()) is None
    assert store.alerts.next_due("ops", at()) is not None
    store.alerts.enable("desk")
    assert store.alerts.next_due("desk", at()) is not None


def test_a_destination_can_be_disabled_before_it_ever_got_anything(store: Store) -> None:
    store.alerts.disable("desk", "HTTP 410", at())
    store.alerts.file([alert("a")], ["desk"])
    assert store.alerts.next_due("desk", at()) is None


def test_dead_letters_are_listed_and_sent_again_under_their_id(store: Store) -> None:
    store.alerts.file([alert("a")], ["desk"])
    (delivery,) = store.alerts.deliveries("alr_a")
    assert store.alerts.last_note(delivery.id) == ""
    ended(store, delivery.id, DeliveryState.DEAD)
    (letter,) = store.alerts.dead()
    assert (letter.delivery.id, letter.title, letter.note) == (delivery.id, "Title a", "HTTP 500")
    assert store.alerts.redeliver("alr_a", at(hours=1)) == 1
    again = store.alerts.next_due("desk", at(hours=1))
    assert again is not None and (again.id, again.attempts) == (delivery.id, 0)
    assert store.alerts.redeliver("alr_a", at(hours=1)) == 0  # it is on its way


def test_requests_are_answered_once(store: Store) -> None:
    asked = store.requests.ask("redeliver", {"alert": "alr_a"}, at())
    (request,) = store.requests.waiting()
    assert (request.id, request.kind, request.arguments) == (
        asked,
        "redeliver",
        {"alert": "alr_a"},
    )
    store.requests.finish(asked, "failed", "there is no such alert", at())
    assert store.requests.waiting() == []
    assert store.requests.get(asked).result == "there is no such alert"
