"""Dates as HTTP, feeds and pages write them, as UTC; one without a zone counts as UTC. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def http_date(value: str | None) -> datetime | None:
    """A date of HTTP or mail (RFC 9110, RFC 5322), or None for anything else."""
    if not value:
        return None
    try:
        return _as_utc(parsedate_to_datetime(value.strip()))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def iso_date(text: str) -> datetime | None:
    """A date of ISO 8601, with or without a time, or None for anything else."""
    try:
        return _as_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None


def _as_utc(parsed: datetime) -> datetime:
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
