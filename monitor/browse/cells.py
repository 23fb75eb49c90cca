"""Cells of plain tables: evidence with its mark, times, bounds, and links to our pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from monitor.alerts.wording import number_words
from monitor.browse.addresses import Addresses
from monitor.browse.marking import marked, plain
from monitor.browse.rendering import clock
from monitor.claims import Span

Row = Mapping[str, Any]

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_MARKS = (("number_start", "number_end"), ("content_start", "content_end"))
_AS_WRITTEN = ("figure", "claim", "as_written", "quote")


def cell(row: Row, value: Any, column: str, table: str | None, at: Addresses) -> Markup | None:
    """How a value is shown, or None where Datasette shows it well itself."""
    if column in ("low", "high") and table in ("figures", "latest_figures"):
        return _bound(value)
    if not isinstance(value, str) or not value:
        return None
    if _TIME.fullmatch(value):
        return _time(value)
    if column in ("sentence", "sentence_before", "sentence_after"):
        return _sentence(row, value, column)
    link = _LINKS.get((table or "", column))
    return Markup('<a href="{}">{}</a>').format(link(row, at), plain(value)) if link else None


def _bound(value: Any) -> Markup:
    if value is None:
        return Markup('<span title="not stated">open</span>')
    if isinstance(value, int | float):
        return escape(number_words(value))
    return plain(str(value))


def _time(value: str) -> Markup | None:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return Markup('<time datetime="{}">{}</time>').format(value, clock(at))


def _sentence(row: Row, value: str, column: str) -> Markup:
    names = set(row.keys())
    for first, last in _MARKS:
        if {first, last, "sentence_start"} <= names and isinstance(row[first], int):
            begin = row["sentence_start"]
            return marked(value, Span(row[first] - begin, row[last] - begin))
    stem = column.removeprefix("sentence").removeprefix("_")
    for name in (stem,) if stem else _AS_WRITTEN:
        words = row[name] if name in names else None
        if isinstance(words, str) and words and words in value:
            start = value.index(words)
            return marked(value, Span(start, start + len(words)))
    return plain(value)


def _figure(column: str) -> Callable[[Row, Addresses], str]:
    return lambda row, at: at.figure(str(row[column]))


def _position(column: str) -> Callable[[Row, Addresses], str]:
    return lambda row, at: at.position(str(row[column]))


_LINKS: dict[tuple[str, str], Callable[[Row, Addresses], str]] = {
    ("figure_threads", "label"): _figure("id"),
    ("latest_figures", "series"): _figure("thread"),
    ("candidate_figures", "series"): _figure("thread"),
    ("position_threads", "label"): _position("id"),
    ("latest_positions", "proposition"): _position("thread"),
    ("articles", "title"): lambda row, at: at.article(row["id"]),
    ("revisions", "title"): lambda row, at: at.article(row["article_id"], revision=row["number"]),
    ("alerts", "title"): lambda row, at: at.alert(str(row["id"])),
    ("alerts_with_deliveries", "title"): lambda row, at: at.alert(str(row["alert_id"])),
    ("figures", "place"): lambda row, at: at.place(str(row["place"])),
}
"""Which cell of which table leads to a page of ours."""
