"""Pairs of statements: what the second one says of the first, through reading, threads and tiers."""

import tomllib
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from tests.track.filed_positions import FIRST_DAY, Desk, day_of, sent

PAIRS = tomllib.loads((Path(__file__).parent / "position_pairs.toml").read_text("utf-8"))["pair"]
QUIET = [pair for pair in PAIRS if not pair["expect"]]
REAL = [pair for pair in PAIRS if pair["expect"]]
# Known to be missed: the tagger takes the verb of so short a headline for a noun.
FOUND_AT_LEAST = 0.9
KIND_AT_LEAST = 0.9


def named(pair):
    return f"{pair['subject']}: {pair['type']}: {pair['second'][:40]}"


def told_by_second(pair):
    desk = Desk()
    first_day = day_of(pair["first"], FIRST_DAY)
    desk.report(pair["first"], first_day)
    later = first_day + timedelta(days=pair.get("days", 9))
    return sent(desk.report(pair["second"], day_of(pair["second"], later)))


@pytest.mark.parametrize("pair", QUIET, ids=named)
def test_nothing_is_sent_for_what_is_no_change(pair):
    assert told_by_second(pair) == []


def test_real_changes_are_found_and_named():
    told = [(pair, told_by_second(pair)) for pair in REAL]
    found = [(pair, kinds) for pair, kinds in told if kinds]
    right = [pair for pair, kinds in found if set(kinds) & set(pair["expect"])]
    missed = [named(pair) for pair, kinds in told if not kinds]
    assert len(found) >= FOUND_AT_LEAST * len(REAL), missed
    assert len(right) >= KIND_AT_LEAST * len(found)


def test_the_table_is_as_wide_as_it_says():
    subjects = Counter(pair["subject"] for pair in PAIRS)
    assert len(PAIRS) >= 90
    assert len(subjects) >= 10
