"""How claims look: as JSON Lines with every field, and as a text with its evidence marked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from monitor.claims import Extraction, Figure, Position, Quantity, Span
from monitor.inert import inert

FIGURE_STYLE = "bold black on yellow"
UNFOLLOWED_STYLE = "black on grey70"
POSITION_STYLE = "underline cyan"


def as_json(value: Any) -> Any:
    """Any value of the domain as plain JSON: offsets as numbers, days as ISO 8601."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: as_json(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, Mapping):
        return {key: as_json(item) for key, item in value.items()}
    return value


def claims_json(text: str, extraction: Extraction) -> Iterator[dict[str, Any]]:
    """Each claim with its kind, every field, and the words its spans cover."""
    for figure in extraction.figures:
        yield {
            "kind": "figure",
            "char_start": figure.number.start,
            "char_end": figure.number.end,
            "sentence_text": figure.sentence.of(text),
            **as_json(figure),
        }
    for position in extraction.positions:
        yield {
            "kind": "position",
            "char_start": position.content.start,
            "char_end": position.content.end,
            "quote": position.content.of(text),
            "sentence_text": position.sentence.of(text),
            **as_json(position),
        }


def marked(text: str, extraction: Extraction) -> RenderableType:
    """The text with figures and positions in colour, and a table of each below it."""
    # One character stays one character, so that the offsets still hold.
    body = Text("\n".join(inert(line) for line in text.split("\n")))
    for position in extraction.positions:
        body.stylize(POSITION_STYLE, position.content.start, position.content.end)
    for figure in extraction.figures:
        style = FIGURE_STYLE if figure.followed else UNFOLLOWED_STYLE
        body.stylize(style, figure.number.start, figure.number.end)
    return Group(body, Text(), _figures(extraction), Text(), _positions(text, extraction))


def stated(quantity: Quantity) -> str:
    """A quantity in words: "over 5,000", "about 1,400", "30-35"."""
    number = inert(quantity.as_written) or f"{quantity.value:,}"
    before = {
        "exact": "",
        "at_least": "over " if quantity.exclusive else "at least ",
        "at_most": "up to ",
        "approximate": "about ",
        "range": "",
    }[quantity.modifier.value]
    return before + number


def _figures(extraction: Extraction) -> Table:
    table = Table("offset", "figure", "counted", "measure", "where", "when", "says", "kind")
    for figure in extraction.figures:
        table.add_row(*(inert(cell) for cell in _figure_cells(figure)))
    table.title = f"{len(extraction.figures)} figures"
    return table


def _figure_cells(figure: Figure) -> tuple[str, ...]:
    return (
        str(figure.number.start),
        stated(figure.quantity),
        " ".join(filter(None, [figure.nationality, figure.group or figure.counted])),
        figure.measure or "–",
        figure.place.name if figure.place else "–",
        figure.period.basis if figure.period else "–",
        figure.authority or figure.authority_as_written or "–",
        figure.series.value if figure.followed else f"not followed: {figure.why_not_followed}",
    )


def _positions(text: str, extraction: Extraction) -> Table:
    table = Table("offset", "holder", "stance", "sign", "about", "speaker", "through", "quote")
    for position in extraction.positions:
        table.add_row(*(inert(cell) for cell in _position_cells(text, position)))
    table.title = f"{len(extraction.positions)} positions"
    return table


def _position_cells(text: str, position: Position) -> tuple[str, ...]:
    return (
        str(position.content.start),
        position.holder.name,
        position.stance.value,
        {1: "for", -1: "against", 0: "neither"}[position.sign],
        position.proposition.label,
        position.attribution.speaker or "–",
        position.attribution.channel or "–",
        _short(position.content, text),
    )


def _short(span: Span, text: str, limit: int = 80) -> str:
    words = " ".join(span.of(text).split())
    return words if len(words) <= limit else words[: limit - 1] + "…"
