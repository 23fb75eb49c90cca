"""Streams of reports on eighteen other subjects, from text to thread and change.

The floors lie a little under what was measured; ``python -m tests.figure_streams`` names every fault.
"""

from __future__ import annotations

import pytest

from tests.figure_streams import FOLDER, Score, read_stream, score_streams


@pytest.fixture(scope="module")
def score() -> Score:
    return score_streams([read_stream(path) for path in sorted(FOLDER.glob("*.txt"))])


@pytest.mark.parametrize(
    ("asked", "floor"),
    [
        ("found", 0.93),
        ("value", 0.99),
        ("modifier", 0.98),
        ("unit", 0.97),
        ("counted", 0.94),
        ("measure", 0.91),
        ("at", 0.90),
        ("followed", 0.89),
        ("set aside", 0.86),
    ],
)
def test_numbers_are_read_for_what_they_are(score: Score, asked: str, floor: float) -> None:
    assert score.share(asked) >= floor


def test_reports_of_one_quantity_are_one_thread(score: Score) -> None:
    assert score.b_cubed() >= 0.75


def test_changes_are_told_and_hardly_any_that_is_none(score: Score) -> None:
    assert score.share("told") >= 0.48
    assert score.wrong + score.elsewhere <= 7
