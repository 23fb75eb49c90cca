"""The figures of the report that the project was born from, against its annotation."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.claims import Figure, Modifier
from monitor.extract.extractor import Extractor

pytestmark = pytest.mark.corpora

# What the annotation's words are in our normal forms.
PLACES = {"F13": "Israel"}
COUNTED = {
    "F4": "prisoners",
    "F6": "people",
    "F7": "prisoners",
    "F8": "captives",
    "F13": "prisoners",
    "F17": "weeks",
    "F18": "civilians",
}
MEASURES = {
    "F4": "held",
    "F6": "killed",
    "F7": "released",
    "F8": "released",
    "F13": "held",
    "F17": "delay",
    "F18": "refusing to leave",
}


@pytest.fixture(scope="module")
def gold(shared: Path) -> dict[str, dict[str, Any]]:
    rows = json.loads((shared / "corpora/founding-report/gold.json").read_text("utf-8"))["figures"]
    return {row["id"]: row for row in rows}


@pytest.fixture(scope="module")
def read(shared: Path) -> dict[int, Figure]:
    text = (shared / "corpora/founding-report/report.txt").read_text("utf-8")
    published = datetime(2023, 10, 24, 12, tzinfo=UTC)
    figures = Extractor().extract(text, published, "The Paper").figures
    return {figure.number.start: figure for figure in figures}


@pytest.mark.parametrize("id_", sorted(COUNTED))
def test_a_true_figure_is_read_whole(
    gold: dict[str, dict[str, Any]], read: dict[int, Figure], id_: str
) -> None:
    row = gold[id_]
    figure = read[row["num_start"]]
    assert figure.number.end == row["num_end"]
    assert figure.quantity.low == row["low"]
    if not figure.quantity.vague:
        assert figure.quantity.high == row["high"]
    assert (figure.quantity.modifier is Modifier.AT_LEAST) == (row["modifier"] == "over")
    assert figure.quantity.exclusive == (row["modifier"] == "over")
    assert figure.counted == COUNTED[id_]
    assert figure.counted_as_written in row["counted"]
    assert figure.measure == MEASURES[id_]
    assert figure.place is not None
    assert figure.place.name == PLACES.get(id_, "Gaza Strip")


@pytest.mark.parametrize(
    ("id_", "start", "end"),
    [
        ("F6", date(2023, 10, 7), date(2023, 10, 24)),
        ("F7", date(2023, 10, 17), date(2023, 10, 24)),
        ("F8", date(2023, 10, 23), date(2023, 10, 23)),
        ("F17", date(2014, 1, 1), date(2014, 12, 31)),
    ],
)
def test_its_interval_is_resolved(
    gold: dict[str, dict[str, Any]], read: dict[int, Figure], id_: str, start: date, end: date
) -> None:
    period = read[gold[id_]["num_start"]].period
    assert period is not None
    assert (period.start, period.end) == (start, end)


@pytest.mark.parametrize("id_", ["F4", "F13", "F18"])
def test_a_level_stands_for_the_day_of_publication(
    gold: dict[str, dict[str, Any]], read: dict[int, Figure], id_: str
) -> None:
    as_of = read[gold[id_]["num_start"]].as_of
    assert as_of is not None
    assert as_of.end == date(2023, 10, 24)


@pytest.mark.parametrize("id_", ["F1", "F3", "F5", "F9", "F11", "F14", "F15", "F16", "F19"])
def test_dates_years_and_sources_make_no_figure(
    gold: dict[str, dict[str, Any]], read: dict[int, Figure], id_: str
) -> None:
    assert gold[id_]["num_start"] not in read


@pytest.mark.parametrize("id_", ["F10", "F12", "F17"])
def test_what_never_happened_or_is_long_past_is_followed_nowhere(
    gold: dict[str, dict[str, Any]], read: dict[int, Figure], id_: str
) -> None:
    figure = read[gold[id_]["num_start"]]
    assert not figure.followed
    assert figure.why_not_followed


def test_two_more_are_an_addition_and_the_four_a_total(
    gold: dict[str, dict[str, Any]], read: dict[int, Figure]
) -> None:
    four, two = read[gold["F7"]["num_start"]], read[gold["F8"]["num_start"]]
    assert not four.more and four.series.value == "flow_cumulative"
    assert two.more and two.series.value == "flow_period"
