"""What a watch asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.alerts.moved import Moved
from monitor.alerts.samples import sample_moves
from monitor.alerts.watches import DEFAULT, Watch, asks, destinations_of

FIGURE, EDIT, POSITION = sample_moves(datetime(2023, 10, 24, tzinfo=UTC))


ASKED = {
    "everything, a figure": (DEFAULT, FIGURE, True),
    "everything, a position": (DEFAULT, POSITION, True),
    "its measure": (Watch("w", measures=("killed", "injured")), FIGURE, True),
    "another measure": (Watch("w", measures=("displaced",)), FIGURE, False),
    "a measure never asks for a position": (Watch("w", measures=("killed",)), POSITION, False),
    "a topic never asks for a figure": (Watch("w", topics=("truce",)), FIGURE, False),
    "another holder": (Watch("w", holders=("Nobody",)), POSITION, False),
    "its kind": (Watch("w", kinds=(FIGURE.change.kind,)), FIGURE, True),
    "another kind": (Watch("w", kinds=("withdrawn",)), FIGURE, False),
    "another outlet": (Watch("w", outlets=("Nobody",)), FIGURE, False),
    "both its measure and another place": (
        Watch("w", measures=("killed", "injured"), places=("Atlantis",)),
        FIGURE,
        False,
    ),
}


@pytest.mark.parametrize("name", ASKED)
def test_what_is_asked_for(name: str) -> None:
    watch, moved, expected = ASKED[name]
    assert asks(watch, moved) is expected


def test_a_holder_is_asked_for_in_any_case_of_letters() -> None:
    assert isinstance(POSITION, Moved)
    holder = POSITION.claim.position.holder.name
    assert asks(Watch("w", holders=(holder.upper(),)), POSITION)


def test_each_destination_is_named_once_and_no_list_means_all() -> None:
    known = ("desk", "night", "ops")
    some = Watch("a", destinations=("night",))
    assert destinations_of([some, replace(some, name="b")], known) == ("night",)
    assert destinations_of([some, DEFAULT], known) == known
