"""How claims look: as JSON Lines with every field, and as a text with its evidence marked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from monitor.claims import Extraction, Figure, Position, Quantity
from monitor.inert import inert, one_line

FIGURE_STYLE = "bold black on yellow"
UNFOLLOWED_STYLE = "black on grey70"
POSITION_STYLE = "underline cyan"
QUOTE = 120  # characters of a quotation in the list
FOR = {1: "for", -1: "against", 0: "on"}


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
    """The text with figures and positions in colour, and a line for each below it."""
    # One character stays one character, so that the offsets still hold.
    body = Text("\n".join(inert(line) for line in text.split("\n")))
    for position in extraction.positions:
        body.stylize(POSITION_STYLE, position.content.start, position.content.end)
    for figure in extraction.figures:
        style = FIGURE_STYLE if figure.followed else UNFOLLOWED_STYLE
        body.stylize(style, figure.number.start, figure.number.end)
    return Group(body, Text(), _claims(text, extraction))


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


def _claims(text: str, extraction: Extraction) -> Text:
    lines = Text()
    lines.append(f"{len(extraction.figures)} figures\n", style="bold")
    for figure in extraction.figures:
        style = "" if figure.followed else "dim"
        lines.append(f"{figure.number.start:>7}  {_line(_figure_words(figure))}\n", style=style)
    lines.append(f"\n{len(extraction.positions)} positions\n", style="bold")
    for position in extraction.positions:
        words = _line(_position_words(position))
        lines.append(f"{position.content.start:>7}  {words}\n")
        lines.append(f"         “{one_line(position.content.of(text), QUOTE)}”\n", style="italic")
    return lines


def _figure_words(figure: Figure) -> tuple[str | None, ...]:
    counted = [figure.nationality, figure.group or figure.counted]
    return (
        f"{stated(figure.quantity)} {' '.join(word for word in counted if word)}",
        figure.measure,
        figure.place.name if figure.place else None,
        figure.period.basis if figure.period else None,
        figure.authority or figure.authority_as_written,
        figure.series.value if figure.followed else f"not followed: {figure.why_not_followed}",
    )


def _position_words(position: Position) -> tuple[str | None, ...]:
    attribution = position.attribution
    return (
        position.holder.name,
        position.stance.value,
        f"{FOR[position.sign]} {position.proposition.label}",
        f"says {attribution.speaker}" if attribution.speaker else None,
        f"to {attribution.channel}" if attribution.channel else None,
        "background" if position.background else None,
    )


def _line(words: tuple[str | None, ...]) -> str:
    return " · ".join(one_line(word) for word in words if word)
