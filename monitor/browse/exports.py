"""Series and sheets as files: CSV, CSV with HXL tags, JSON; a claim with its evidence a row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.alerts.wording import day_of, quantity_words
from monitor.browse.shell import File
from monitor.claims import Number
from monitor.inert import one_line
from monitor.store.pages.series import Series, SeriesClaim
from monitor.store.rows import utc

MOST = 20_000
"""Claims in one file at most, the newest."""

_AFFECTED = {
    "killed": "#affected+killed",
    "injured": "#affected+injured",
    "missing": "#affected+missing",
    "displaced": "#affected+displaced",
    "infected": "#affected+infected",
    "held": "#affected+detained",
    "arrested": "#affected+detained",
}
"""Measures that the Humanitarian Exchange Language 1.1 has an attribute for."""

_TAGS = {
    "as_of": "#date+asof",
    "published": "#date+published",
    "known": "#date+known",
    "place": "#loc+name",
    "country": "#country+code+v_iso3",
    "measure": "#indicator+name",
    "counted": "#indicator+group",
    "low": "{affected}+min",
    "best": "{affected}+best",
    "high": "{affected}+max",
    "wording": "{affected}+text",
    "unit": "#indicator+unit",
    "series": "#indicator+type",
    "status": "#status",
    "source": "#meta+source",
    "source_as_written": "#meta+source+text",
    "outlet": "#meta+outlet",
    "url": "#meta+url",
    "sentence": "#description+sentence",
    "change": "#status+change",
    "claim": "#meta+id",
}


def series_file(found: Series, form: str, known_on: datetime | None) -> File:
    """A series as csv, hxl.csv or json, in order of the days that the claims speak of."""
    rows = [series_row(each) for each in sorted(found.claims, key=_by_day)]
    if form == "json":
        body = {
            "thread": found.id,
            "label": found.label,
            "known_on": utc(known_on) if known_on else None,
            "left_out": found.left_out,
            "claims": rows,
        }
        return json_file(body, f"{found.id}.json")
    tags = series_tags(found) if form == "hxl.csv" else None
    return csv_file(list(_TAGS), rows, f"{found.id}.{form}", tags)


def series_row(each: SeriesClaim) -> dict[str, Any]:
    """A claim as a row. ``best`` is empty: no authority is ranked above another."""
    claim, figure = each.filed, each.filed.figure
    return {
        "as_of": day_of(claim).isoformat(),
        "published": utc(claim.published),
        "known": utc(each.known),
        "place": figure.place.name if figure.place else None,
        "country": figure.place.iso3 if figure.place else None,
        "measure": figure.measure,
        "counted": figure.group or figure.counted,
        "low": figure.quantity.low,
        "best": None,
        "high": figure.quantity.high,
        "wording": quantity_words(figure.quantity),
        "unit": figure.quantity.unit,
        "series": str(figure.series),
        "status": str(figure.status),
        "source": figure.authority,
        "source_as_written": figure.authority_as_written,
        "outlet": claim.outlet,
        "url": claim.url,
        "sentence": claim.sentence,
        "change": " ".join(change.kind for change in each.changes) or None,
        "claim": claim.id,
    }


def series_tags(found: Series) -> dict[str, str]:
    """The HXL tag of each column, by what the series measures."""
    measures = {each.filed.figure.measure or "" for each in found.claims}
    affected = _AFFECTED.get(measures.pop(), "#indicator+value") if measures else "#indicator+value"
    return {name: tag.format(affected=affected) for name, tag in _TAGS.items()}


def csv_file(
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    name: str,
    tags: Mapping[str, str] | None = None,
) -> File:
    """Rows as CSV with a line of names, and a line of tags below it where there are some."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    if tags:
        writer.writerow([tags[column] for column in columns])
    for row in rows:
        writer.writerow([_cell(row[column]) for column in columns])
    return File(out.getvalue(), "text/csv; charset=utf-8", name)


def json_file(body: Any, name: str) -> File:
    """A value as JSON."""
    text = json.dumps(body, ensure_ascii=False, indent=1)
    return File(text, "application/json; charset=utf-8", name)


def _cell(value: Number | str | None) -> Number | str:
    """A cell that no spreadsheet takes for a formula: what looks like one gets an apostrophe."""
    if not isinstance(value, str):
        return "" if value is None else value
    text = one_line(value, 10_000)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _by_day(each: SeriesClaim) -> tuple[Any, ...]:
    return day_of(each.filed), each.filed.published, each.filed.sequence
