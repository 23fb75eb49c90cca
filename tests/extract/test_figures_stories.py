"""Our own articles on eleven subjects, each with what a careful reader takes from it.

Beside every ``stories/NAME.txt`` stands ``NAME.json``: figures by the number in brackets within
its words, with the fields that the text decides, and numbers that are no figures. ``gap`` marks a
reading that is known to fall short, and why.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from monitor.claims import Figure, Period
from monitor.extract.extractor import Extractor

STORIES = Path(__file__).parents[1] / "stories"
NAMES = sorted(path.stem for path in STORIES.glob("*.txt"))


@cache
def gold(name: str) -> dict[str, Any]:
    return json.loads((STORIES / f"{name}.json").read_text("utf-8"))


@cache
def read(name: str) -> dict[int, Figure]:
    text = (STORIES / f"{name}.txt").read_text("utf-8")
    published = datetime.fromisoformat(gold(name)["published"]).replace(hour=18, tzinfo=UTC)
    figures = Extractor().extract(text, published, "Outlet A").figures
    return {figure.number.start: figure for figure in figures}


def offset(name: str, at: str) -> int:
    """Where the bracketed number stands; its words must stand once."""
    text = (STORIES / f"{name}.txt").read_text("utf-8")
    plain = at.replace("[", "").replace("]", "")
    assert text.count(plain) == 1, f"{name}: {at!r} must stand once in the text"
    return text.index(plain) + at.index("[")


def field(figure: Figure, key: str) -> Any:
    """A figure's field in the words of the gold files."""
    match key:
        case "low" | "high" | "unit" | "vague":
            return getattr(figure.quantity, key)
        case "modifier":
            return figure.quantity.modifier.value
        case "place":
            return figure.place.name if figure.place else None
        case "period":
            return days(figure.period)
        case "as_of":
            return days(figure.as_of)[1]
    value = getattr(figure, key)
    return getattr(value, "value", value)


def days(period: Period | None) -> list[str | None]:
    if period is None:
        return [None, None]
    return [day.isoformat() if day else None for day in (period.start, period.end)]


def cases() -> list[Any]:
    found = []
    for name in NAMES:
        for row in gold(name)["figures"]:
            marks = [pytest.mark.xfail(reason=row["gap"])] if "gap" in row else []
            found.append(pytest.param(name, row, id=f"{name}: {row['at'].strip()}", marks=marks))
    return found


@pytest.mark.parametrize(("name", "row"), cases())
def test_a_figure_of_a_story_is_read_as_the_text_means_it(name: str, row: dict[str, Any]) -> None:
    figure = read(name).get(offset(name, row["at"]))
    assert figure is not None, "no figure here"
    wanted = {key: value for key, value in row.items() if key not in ("at", "gap")}
    assert {key: field(figure, key) for key in wanted} == wanted


@pytest.mark.parametrize(
    ("name", "at"),
    [pytest.param(n, at, id=f"{n}: {at}") for n in NAMES for at in gold(n)["not_figures"]],
)
def test_dates_ages_lengths_and_sources_are_no_figures(name: str, at: str) -> None:
    assert offset(name, at) not in read(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_points_at_its_number_in_its_sentence(name: str) -> None:
    text = (STORIES / f"{name}.txt").read_text("utf-8")
    for figure in read(name).values():
        assert figure.number.of(text) == figure.quantity.as_written
        assert figure.sentence.start <= figure.number.start < figure.number.end
        assert figure.number.end <= figure.sentence.end
        assert figure.followed == (not figure.why_not_followed)
