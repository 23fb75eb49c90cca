"""How claims look: as JSON Lines with every field, and as a text with its evidence marked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from monitor.alerts.wording import VENUES, counted_noun, counted_words, quantity_words, stance_words
from monitor.claims import Extraction, Figure, Position, Series
from monitor.inert import inert, one_line

FIGURE_STYLE = "bold black on yellow"
UNFOLLOWED_STYLE = "black on grey70"
POSITION_STYLE = "underline cyan"
QUOTE = 120  # characters of a quotation in the list
SERIES = {
    Series.STOCK: "as of a day",
    Series.CUMULATIVE: "total so far",
    Series.PERIOD: "within a period",
    Series.EVENT: "one event",
    Series.PART: "one part of the count",
    Series.RATE: "rate",
    Series.FORECAST: "forecast",
    Series.PLAN: "planned",
}


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


def _claims(text: str, extraction: Extraction) -> Text:
    lines = Text()
    lines.append(f"{counted_noun(len(extraction.figures), 'figure')}\n", style="bold")
    for figure in extraction.figures:
        style = "" if figure.followed else "dim"
        lines.append(f"{figure.number.start:>7}  {_line(_figure_words(figure))}\n", style=style)
    lines.append(f"\n{counted_noun(len(extraction.positions), 'position')}\n", style="bold")
    for position in extraction.positions:
        words = _line(_position_words(position))
        lines.append(f"{position.content.start:>7}  {words}\n")
        lines.append(f"         “{one_line(position.content.of(text), QUOTE)}”\n", style="italic")
    return lines


def _figure_words(figure: Figure) -> tuple[str | None, ...]:
    nationality = f" ({figure.nationality})" if figure.nationality else ""
    return (
        f"{quantity_words(figure.quantity)} {counted_words(figure)}{nationality}",
        figure.place.name if figure.place else None,
        figure.period.basis if figure.period else None,
        figure.authority or figure.authority_as_written,
        SERIES.get(figure.series)
        if figure.followed
        else f"not followed: {figure.why_not_followed}",
    )


def _position_words(position: Position) -> tuple[str | None, ...]:
    attribution = position.attribution
    return (
        position.holder.name,
        stance_words(position),
        position.proposition.label,
        VENUES[attribution.venue],
        attribution.speaker,
        _channel_words(attribution.channel),
        "retells an older saying or act" if position.background else None,
    )


def _channel_words(channel: str | None) -> str | None:
    return f"to {channel}" if channel and channel[:1].isupper() else channel


def _line(words: tuple[str | None, ...]) -> str:
    return " · ".join(one_line(word) for word in words if word)
