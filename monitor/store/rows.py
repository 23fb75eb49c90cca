"""Values to columns and back: times, days, JSON, numbers. Contains no business logic."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache

from monitor.claims import Number, Span

_INTEGER_LIMIT = 2**63
"""SQLite's integers have 64 bits; a longer number is kept as its digits."""


@lru_cache(maxsize=256)  # most rows of one filing carry the same time
def utc(time: datetime) -> str:
    """A time as stored: UTC, ISO 8601, whole seconds (``2023-10-23T14:21:08Z``)."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def utc_or_none(time: datetime | None) -> str | None:
    """`utc` of a time that may be unknown."""
    return None if time is None else utc(time)


def to_time(text: str) -> datetime:
    """A stored time."""
    return datetime.fromisoformat(text)


def to_time_or_none(text: str | None) -> datetime | None:
    """A stored time that may be NULL."""
    return None if text is None else to_time(text)


def day(value: date | None) -> str | None:
    """A day as stored."""
    return None if value is None else value.isoformat()


def to_day(text: str | None) -> date | None:
    """A stored day."""
    return None if text is None else date.fromisoformat(text)


def number(value: Number | None) -> int | float | str | None:
    """A number as stored."""
    if isinstance(value, int) and not -_INTEGER_LIMIT <= value < _INTEGER_LIMIT:
        return str(value)
    return value


def to_number(value: int | float | str | None) -> Number | None:
    """A stored number."""
    return int(value) if isinstance(value, str) else value


def dump(value: object) -> str:
    """A value as JSON text, the same bytes each time."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def strings(text: str) -> tuple[str, ...]:
    """A JSON list of strings."""
    return tuple(json.loads(text))


def pairs(spans: Sequence[Span]) -> list[list[int]]:
    """Spans for JSON."""
    return [[span.start, span.end] for span in spans]


def to_spans(values: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    """Spans from JSON."""
    return tuple(Span(start, end) for start, end in values)


def to_span(start: int | None, end: int | None) -> Span | None:
    """A span from two columns that may be NULL."""
    return None if start is None or end is None else Span(start, end)
