"""Words of time in a text, resolved against the day of publication."""

from __future__ import annotations

import calendar
import functools
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from monitor.claims import Period, Span
from monitor.extract.lexicon import lexicon

# How far past publication a day without a year may lie before it is read as of the year before.
AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class When:
    """One expression of time: the words, the period that they name, and the kind.

    ``kind``: day, days (a stretch), month, year, since. ``dated`` says that a day or year is
    named outright and not by its distance ("7 October", not "yesterday").
    """

    span: Span
    period: Period
    kind: str
    dated: bool = False
    compares: bool = False  # "a year earlier": the time of the other one of two counts


def find_times(text: str, published: date | None, data: Path | None = None) -> list[When]:
    """Every expression of time in order of offset, none inside another."""
    grammar = _grammar(data)
    found: list[When] = []
    for pattern, read in grammar.patterns:
        for match in pattern.finditer(text):
            span = Span(match.start(), match.end())
            if any(span.overlaps(other.span) for other in found):
                continue
            when = read(match, span, published, grammar)
            if when is not None:
                found.append(when)
    return sorted(found, key=lambda when: when.span)


def since(when: When, published: date | None) -> When:
    """The stretch from a named time up to publication."""
    words = f"since {when.period.basis.removeprefix('stated: ')}"
    return When(when.span, Period(when.period.start, published, words), "since", when.dated)


# ---------------------------------------------------------------- the grammar


@dataclass(frozen=True, slots=True)
class Grammar:
    """The word list and the patterns made of it."""

    months: dict[str, int]
    weekdays: dict[str, int]
    spans: dict[str, list[int]]
    units: dict[str, float]
    counts: dict[str, int]
    patterns: tuple[tuple[re.Pattern[str], Any], ...]


@functools.cache
def _grammar(data: Path | None) -> Grammar:
    table = lexicon("periods", data)
    month = "|".join(sorted(table["months"], key=len, reverse=True))
    weekday = "|".join(table["weekdays"])
    unit = "|".join(table["units"])
    spans = "|".join(sorted((re.escape(s) for s in table["spans"]), key=len, reverse=True))
    day = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    year = r"(?:,?\s+(?P<year>(?:19|20)\d\d))?\b"
    count = r"(?P<count>\d+|[a-z]+(?:-[a-z]+)?)"
    spec: list[tuple[str, Any]] = [
        (rf"\b{day}\s+(?:of\s+)?(?P<month>{month})\b\.?{year}", _day),
        (rf"\b(?P<month>{month})\b\.?\s+{day}\b(?!\s?(?:%|per\s?cent)){year}", _day),
        (rf"\b(?P<month>{month})\b\.?\s+(?P<year>(?:19|20)\d\d)\b", _month),
        (r"\b(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b", _day),
        (
            rf"\b(?:(?P<which>past|last|previous|preceding|first|within|less than|in|of|for|over)"
            rf"\s+(?:the\s+)?)(?:(?:about|nearly|almost|more than|around|just|past|last)\s+)*"
            rf"{count}[\s-]+(?P<unit>{unit})s?\b(?P<of>\s+of\s+(?:the|this)\s+year\b)?",
            _stretch,
        ),
        (rf"\b{count}[\s-]+(?P<unit>{unit})s?\s+(?P<ago>ago|earlier)\b", _ago),
        (r"\b(?:so far )?this (?P<this>year|month)\b", _this),
        (rf"\b(?P<span>{spans})\b", _span),
        (
            rf"\b(?:(?P<which>last|next|this|until|before)\s+)?(?P<weekday>{weekday})(?:['’]s)?\b",
            _weekday,
        ),
        (
            rf"\b(?:(?:since|in|of|from|during|early|late|mid|last|this)[\s-]+)"
            rf"(?:early |late |mid-)?(?P<month>{month})\b(?!\s+\d)",
            _month,
        ),
        (
            r"(?<![\d,.$£€/:-])(?P<year>(?:1[89]|20)\d\d)(?:s)?\b(?![,.:/]?\d)(?!\s+(?:people|men|women|children|cases|homes))",
            _year,
        ),
    ]
    return Grammar(
        dict(table["months"]),
        dict(table["weekdays"]),
        {key: list(value) for key, value in table["spans"].items()},
        dict(table["units"]),
        dict(table["counts"]),
        tuple((re.compile(pattern, re.IGNORECASE), read) for pattern, read in spec),
    )


def _stated(match: re.Match[str], start: date | None, end: date | None) -> Period:
    return Period(start, end, f"stated: {' '.join(match.group().split())}")


def _day(match: re.Match[str], span: Span, published: date | None, grammar: Grammar) -> When | None:
    named = match["month"].lower()
    month = int(named) if named.isdigit() else grammar.months[named]
    year = (
        int(match["year"]) if match["year"] else _nearest_year(month, int(match["day"]), published)
    )
    if year is None:
        return None
    try:
        found = date(year, month, int(match["day"]))
    except ValueError:
        return None
    return When(span, _stated(match, found, found), "day", dated=True)


def _nearest_year(month: int, day: int, published: date | None) -> int | None:
    """The year of a day without one: the newest that doesn't lie well past publication."""
    if published is None:
        return None
    try:
        same = date(published.year, month, min(day, 28))
    except ValueError:
        return None
    return published.year - 1 if same > published + AHEAD else published.year


def _month(
    match: re.Match[str], span: Span, published: date | None, grammar: Grammar
) -> When | None:
    word = match["month"]
    if word.islower() and word.lower() in ("may", "march", "mar", "sun", "sat"):
        return None
    month = grammar.months[word.lower()]
    groups = match.groupdict()
    year = int(groups["year"]) if groups.get("year") else _nearest_year(month, 1, published)
    if year is None:
        return None
    passing = published is not None and (published.year, published.month) == (year, month)
    if passing and match.group().lower().startswith("last"):
        year -= 1
    last = calendar.monthrange(year, month)[1]
    period = _stated(match, date(year, month, 1), date(year, month, last))
    start = match.start("month")
    return When(Span(start, span.end), period, "month", dated=True)


def _year(
    match: re.Match[str], span: Span, published: date | None, grammar: Grammar
) -> When | None:
    year = int(match["year"])
    if published is not None and year > published.year + 1:
        return None
    return When(span, _stated(match, date(year, 1, 1), date(year, 12, 31)), "year", dated=True)


def _count(words: str, grammar: Grammar) -> int | None:
    """The number of days or weeks, or None for a word that is none."""
    return int(words) if words.isdigit() else grammar.counts.get(words.lower())


def _stretch(
    match: re.Match[str], span: Span, published: date | None, grammar: Grammar
) -> When | None:
    count = _count(match["count"], grammar)
    if count is None or published is None:
        return None
    days = max(1, round(count * grammar.units[match["unit"].lower()]))
    if match["of"] is not None and (match["which"] or "").lower() == "first":
        opening = published.replace(month=1, day=1)
        closing = min(published, opening + timedelta(days=days))
        return When(span, _stated(match, opening, closing), "days")
    return When(span, _stated(match, published - timedelta(days=days), published), "days")


def _ago(match: re.Match[str], span: Span, published: date | None, grammar: Grammar) -> When | None:
    count = _count(match["count"], grammar)
    if count is None or published is None:
        return None
    back = round(count * grammar.units[match["unit"].lower()])
    when = published - timedelta(days=back)
    kind = "day" if back < 60 else "year"
    return When(span, _stated(match, when, when), kind, compares=True)


def _span(
    match: re.Match[str], span: Span, published: date | None, grammar: Grammar
) -> When | None:
    if published is None:
        return None
    first, last = grammar.spans[match["span"].lower()]
    start, end = published - timedelta(days=first), published - timedelta(days=last)
    return When(span, _stated(match, start, end), "day" if first == last else "days")


def _this(
    match: re.Match[str], span: Span, published: date | None, grammar: Grammar
) -> When | None:
    if published is None:
        return None
    first = published.replace(day=1)
    if match["this"].lower() == "year":
        first = first.replace(month=1)
    words = " ".join(match.group().split())
    return When(span, Period(first, published, f"since the start of {words}"), "since")


def _weekday(
    match: re.Match[str], span: Span, published: date | None, grammar: Grammar
) -> When | None:
    if published is None or not match["weekday"][0].isupper():
        return None
    back = (published.weekday() - grammar.weekdays[match["weekday"].lower()]) % 7
    found = published - timedelta(days=back)
    if (match["which"] or "").lower() in ("next", "until", "before"):
        found += timedelta(days=7)
    return When(span, _stated(match, found, found), "day")
