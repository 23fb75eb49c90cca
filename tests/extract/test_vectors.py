"""Nearness of words: relatives above strangers, whatever the subject."""

from __future__ import annotations

import pytest

from monitor.extract.vectors import nearness, overlap

NEAR = [
    ("soldier", "troop"),
    ("pay", "wage"),
    ("spending", "budget"),
    ("merger", "takeover"),
    ("asylum", "refugee"),
    ("ceasefire", "truce"),
]
FAR = [("troop", "tax"), ("strike", "election"), ("dam", "wage"), ("vaccine", "border")]


@pytest.mark.parametrize("pair", NEAR, ids="-".join)
def test_relatives_are_near(pair: tuple[str, str]) -> None:
    assert nearness(*pair) > 0.5
    assert nearness(*pair) == pytest.approx(nearness(*reversed(pair)))


@pytest.mark.parametrize("pair", FAR, ids="-".join)
def test_strangers_are_not(pair: tuple[str, str]) -> None:
    assert nearness(*pair) < 0.3


def test_the_same_word_is_nearest_and_an_unknown_one_is_near_nothing() -> None:
    assert nearness("qwxzt", "qwxzt") == 1.0
    assert nearness("qwxzt", "truce") == 0.0


def test_wordings_of_one_thing_overlap_more_than_those_of_two() -> None:
    same = overlap(("send", "troop"), ("send", "soldier"))
    assert same > 0.75 > 0.5 > overlap(("send", "troop"), ("raise", "tax"))
    assert overlap((), ("tax",)) == 0.0
