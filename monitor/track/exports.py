"""Claims and changes as the plain rows that a replay exports, one JSON object a line.

Names here are those of the exchange format: `approx`, the scopes `cumulative`, `increment` and
`partial`, a position's `polarity`. ``low`` and ``high`` are the stated bounds, never the reading.
"""

from __future__ import annotations

from typing import Any

from monitor.claims import (
    Change,
    ChangeKind,
    FiledFigure,
    FiledPosition,
    Modifier,
    Quantity,
    Series,
    Span,
    Tier,
)

Row = dict[str, Any]

SCOPES = {
    Series.STOCK: "cumulative",
    Series.RATE: "cumulative",
    Series.FORECAST: "cumulative",
    Series.CUMULATIVE: "cumulative",
    Series.PERIOD: "increment",
    Series.EVENT: "partial",
    Series.PART: "partial",
}


def is_exported(change: Change) -> bool:
    """Whether a change goes into an export: push and digest, but no first sight."""
    return change.tier is not Tier.LOG and change.kind is not ChangeKind.FIRST


def figure_row(article: str, claim: FiledFigure, thread: str | None) -> Row:
    """One number of people or things; ``series_id`` is null outside a followed thread."""
    figure = claim.figure
    row: Row = {
        "article": article,
        "char_start": figure.number.start,
        "char_end": figure.number.end,
        **_bounds(figure.quantity),
        "modifier": _modifier(figure.quantity),
        "series_id": thread,
    }
    if figure.series in SCOPES:
        row["scope"] = SCOPES[figure.series]
    return row


def figure_change_row(
    article: str, change: Change, claim: FiledFigure, before: FiledFigure | None
) -> Row:
    """One change of a figure, from the number it is measured against to the new one."""
    return {
        "article": article,
        "from": _bounds(before.figure.quantity) if before else None,
        "to": _bounds(claim.figure.quantity),
        "char_start": claim.figure.number.start,
        "kind": change.kind.value,
        "tier": change.tier.value,
    }


def position_row(article: str, claim: FiledPosition, thread: str | None) -> Row:
    """One position, by the span of its content."""
    position = claim.position
    return {
        "article": article,
        "char_start": position.content.start,
        "char_end": position.content.end,
        "holder": position.holder.name,
        "polarity": position.sign,
        "thread_id": thread,
        "stance": position.stance.value,
    }


def position_change_row(
    article: str, change: Change, claim: FiledPosition, before: FiledPosition | None
) -> Row:
    """One change of a position, at its claim's content. A denial by its effect on the thread."""
    kind = change.kind.value
    if change.kind is ChangeKind.DENIED:
        same = before is not None and before.position.holder == claim.position.holder
        kind = (ChangeKind.REVERSED if same else ChangeKind.CONTRADICTED).value
    return {
        "article": article,
        "char_start": claim.position.content.start,
        "char_end": claim.position.content.end,
        "kind": kind,
        "tier": change.tier.value,
    }


def edit_row(url: str, kind: ChangeKind, span: Span) -> Row:
    """One change between two revisions of an article; the span lies in the later text."""
    return {"url": url, "kind": kind.value, "char_start": span.start, "char_end": span.end}


def _bounds(quantity: Quantity) -> Row:
    return {"low": quantity.low, "high": quantity.high}


def _modifier(quantity: Quantity) -> str:
    if quantity.modifier is Modifier.APPROXIMATE:
        return "approx"
    return quantity.modifier.value
