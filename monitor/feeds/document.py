"""A feed as its format gives it, before its entries are judged: what every reader hands over."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import datetime

from monitor.feeds.dates import http_date, iso_date

LONGEST_DATE = 100  # characters; a longer one is none
_PERIODS = {
    "hourly": 3600,
    "daily": 86_400,
    "weekly": 604_800,
    "monthly": 2_592_000,
    "yearly": 31_536_000,
}


@dataclass(frozen=True, slots=True)
class Item:
    """One entry as written. ``title``, ``content`` and ``summary`` are markup.

    ``date`` is text where the reader doesn't know the notation.
    """

    id: str = ""
    link: str = ""
    title: str = ""
    date: datetime | str | None = None
    content: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A feed that was read. ``problem`` says what is broken in it, or nothing."""

    items: tuple[Item, ...]
    title: str = ""
    ttl: float | None = None  # seconds between polls that the feed asks for
    problem: str = ""
    skipped: tuple[tuple[str, int], ...] = ()  # items that could not be read, with the reason


def escaped(text: str) -> str:
    """Plain text as markup."""
    return html.escape(text, quote=False)


def moment(text: str) -> datetime | None:
    """A date as feeds write them (RFC 822 or ISO 8601), as UTC."""
    text = text.strip()
    if not text or len(text) > LONGEST_DATE:
        return None
    is_iso = text[0].isdigit() and text[4:5] == "-"
    return iso_date(text) if is_iso else http_date(text)


def wished_interval(ttl: str, period: str, frequency: str) -> float | None:
    """Seconds between polls by ``ttl`` (minutes, RSS 2.0) or ``sy:updatePeriod`` and frequency."""
    wishes = []
    if re.fullmatch(r"\d{1,6}", ttl.strip()):
        wishes.append(float(ttl) * 60)
    seconds = _PERIODS.get(period.strip().lower())
    if seconds:
        often = int(frequency) if re.fullmatch(r"\s*\d{1,4}\s*", frequency) else 1
        wishes.append(seconds / max(often, 1))
    return max(wishes, default=None)
