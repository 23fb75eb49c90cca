"""Edits of meaning alert and edits of wording don't, measured as a user would: by a replay."""

import json

import pytest

from monitor.commands.replay import replay_archive
from tests.edits.archive import cases, write_archive

MEANING_FOUND = 0.95
COSMETIC_ALERTED = 0.02


@pytest.fixture(scope="module")
def alerted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("battery")
    write_archive(folder / "battery.jsonl", cases())
    replay_archive(
        folder / "battery.jsonl", store=None, order=None, export=folder / "out", config=None
    )
    rows = [json.loads(line) for line in (folder / "out" / "edits.jsonl").open()]
    assert all(row["kind"] == "edited" for row in rows)
    return {row["url"] for row in rows}


def test_the_battery_is_as_large_as_asked():
    kinds = [case.is_meaning for case in cases()]
    assert kinds.count(True) >= 50 and kinds.count(False) >= 50
    assert len({case.url for case in cases()}) == len(kinds)


def test_edits_of_meaning_alert(alerted):
    edits = [case for case in cases() if case.is_meaning]
    missed = [case.name for case in edits if case.url not in alerted]
    assert len(missed) <= (1 - MEANING_FOUND) * len(edits), missed


def test_edits_of_wording_do_not(alerted):
    edits = [case for case in cases() if not case.is_meaning]
    false = [case.name for case in edits if case.url in alerted]
    assert len(false) <= COSMETIC_ALERTED * len(edits), false
