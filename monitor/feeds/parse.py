"""Bytes of a feed to entries: RSS 0.9x to 2.0, RDF, Atom and JSON Feed.

A broken feed keeps every entry that can be read; only what is no feed at all gives none. Each
entry that is left out is counted with its reason.
"""

from __future__ import annotations

import functools
import hashlib
import html
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from monitor.feeds import jsonfeed, salvage, wellformed
from monitor.feeds.document import Document, Item
from monitor.feeds.plain import flat, unmarked, visible
from monitor.feeds.urls import LONGEST_URL, canonical_url
from monitor.inert import one_line
from monitor.intake import Entry, Outcome

MOST_ENTRIES = 2000  # of one feed; the rest is counted as skipped
LONGEST_TITLE = 1000  # characters
LONGEST_HTML = 1_000_000  # characters of an entry's content
LONGEST_KEY = 1000
_RUN = re.compile(r"(?:^|>)[^<>]{0,200}?\w[^<>]{24}")  # words outside of tags
_CLOCK_SKEW = timedelta(minutes=10)
_ZONE_MISTAKE = timedelta(days=1)
_BEFORE_FEEDS = datetime(1995, 1, 1, tzinfo=UTC)
_FEED_LINK = re.compile(rb"<link\b[^<>]{0,1000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([a-z]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a body held. ``alternatives``: feeds that a web page in its place points to."""

    outcome: Outcome
    entries: tuple[Entry, ...] = ()
    skipped: tuple[tuple[str, int], ...] = ()
    ttl: float | None = None  # seconds
    title: str = ""
    note: str = ""
    alternatives: tuple[str, ...] = ()


def parse_feed(
    body: bytes,
    headers: Mapping[str, str],
    url: str,
    now: datetime,
    most: int = MOST_ENTRIES,
) -> Parsed:
    """Read a feed's entries in their order. Never raises, whatever the bytes.

    ``headers`` have lower-case names, ``url`` is where the body came from, ``now`` judges dates.
    Hostile bytes may take long: run it in a worker with a deadline, after `parse_quickly`.
    """
    quick = parse_quickly(body, headers, url, now, most)
    if quick is not None:
        return quick
    try:
        document = salvage.read(body, headers, url)
        if document is not None:
            return _judged(document, url, now, most)
    # A border: the parser behind it promises nothing about hostile bytes.
    except Exception as error:
        note = one_line(f"could not be read: {type(error).__name__}: {error}")
        return Parsed(Outcome.NOT_A_FEED, note=note)
    return _no_feed(body, headers, url)


def parse_quickly(
    body: bytes,
    headers: Mapping[str, str],
    url: str,
    now: datetime,
    most: int = MOST_ENTRIES,
) -> Parsed | None:
    """The same for the feeds that need no patience; None for those that do.

    Takes time in proportion to the body, whatever the bytes, so that it may run on the loop.
    """
    if _looks_like_json(body, headers):
        try:
            return _judged(jsonfeed.read(body), url, now, most)
        except ValueError as error:
            return Parsed(Outcome.NOT_A_FEED, note=one_line(str(error)))
    document = wellformed.read(body, url)
    if document is None or any(isinstance(item.date, str) for item in document.items):
        return None  # the patient reader knows more notations of dates
    return _judged(document, url, now, most)


def _looks_like_json(body: bytes, headers: Mapping[str, str]) -> bool:
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith((b"{", b"[")) or (
        "json" in headers.get("content-type", "") and not start.startswith(b"<")
    )


def _judged(document: Document, url: str, now: datetime, most: int) -> Parsed:
    entries, skipped = _entries(document, url, now, most)
    outcome = Outcome.OK if document.items else Outcome.EMPTY
    note = "" if document.items else "a feed without entries"
    return Parsed(
        outcome=Outcome.PARTIAL if document.problem else outcome,
        entries=entries,
        skipped=skipped,
        ttl=document.ttl,
        title=unmarked(document.title)[:LONGEST_TITLE],
        note=document.problem or note,
    )


# ---------------------------------------------------------------- entries


def _entries(
    document: Document, url: str, now: datetime, most: int
) -> tuple[tuple[Entry, ...], tuple[tuple[str, int], ...]]:
    """The entries that say something, each under a key of its own, and why others were left out."""
    skipped = Counter(dict(document.skipped))
    kept: dict[str, Entry] = {}
    for number, item in enumerate(document.items):
        if number >= most:
            skipped["over_limit"] = len(document.items) - most
            break
        entry = _entry(item, url, now)
        if not entry.title and not entry.url and not entry.content_html and not entry.summary_html:
            skipped["nothing_in_it"] += 1
            continue
        if entry.key in kept and not _same(kept[entry.key], entry):
            entry = replace(entry, key=_second_key(entry), flags=(*entry.flags, "shared_id"))
        if entry.key in kept:
            skipped["twice_in_feed"] += 1
            continue
        kept[entry.key] = entry
    return tuple(kept.values()), tuple(sorted(skipped.items()))


def _entry(item: Item, base: str, now: datetime) -> Entry:
    flags = []
    link = _article_url(visible(item.link), base)
    if link is None and _is_permalink(item.id):
        link = visible(item.id).strip()
    if link is None:
        flags.append("no_link")
    identity = flat(item.id[:LONGEST_KEY])
    if not identity:
        flags.append("no_id")
    title = unmarked(item.title)[:LONGEST_TITLE]
    published, flag = _believed(item.date, now)
    if flag:
        flags.append(flag)
    content, summary = item.content[:LONGEST_HTML], item.summary[:LONGEST_HTML]
    return Entry(
        key=(identity or link or _digest(title, content, summary))[:LONGEST_KEY],
        url=link,
        title=title,
        published=published,
        content_html=content if content.strip() else None,
        summary_html=summary if summary.strip() else None,
        address=_address(link) if link else None,
        has_text=_has_text(title, content, summary),
        flags=tuple(flags),
    )


@functools.lru_cache(maxsize=20_000)
def _address(link: str) -> str:
    """The canonical address; a feed lists the same ones again and again."""
    return canonical_url(link) or link


def _has_text(title: str, content: str, summary: str) -> bool:
    """Whether an entry says more than its headline."""
    for markup in (content, summary):
        run = _RUN.search(markup)
        if run is not None and title not in run[0]:
            return True
    return any(text and text != title for text in (unmarked(content), unmarked(summary)))


def _same(one: Entry, other: Entry) -> bool:
    return (one.url, one.title) == (other.url, other.title)


def _second_key(entry: Entry) -> str:
    """A key for an entry whose id another entry of the same feed has already."""
    rest = entry.url or _digest(entry.title, entry.content_html or "", entry.summary_html or "")
    return f"{entry.key[: LONGEST_KEY // 2]}|{rest}"[:LONGEST_KEY]


def _digest(*parts: str) -> str:
    return "sha256:" + hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


def _article_url(link: str, base: str) -> str | None:
    link = link.strip()
    if not link or len(link) > LONGEST_URL:
        return None
    try:
        url = urljoin(base, link)
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return url if good else None


def _is_permalink(identity: str) -> bool:
    return identity.startswith(("http://", "https://")) and _article_url(identity, "") is not None


def _believed(date: datetime | str | None, now: datetime) -> tuple[datetime | None, str]:
    """The publisher's date as far as it can be true, and a flag where it can't.

    A date within a day ahead is a mistaken zone and counts as now; one further ahead, or older
    than feeds themselves, says nothing.
    """
    if date is None or isinstance(date, str):
        return None, "no_date"
    if date < _BEFORE_FEEDS:
        return None, "ancient_date"
    if date > now + _ZONE_MISTAKE:
        return None, "future_date"
    if date > now + _CLOCK_SKEW:
        return now, "future_date"
    return date, ""


# ---------------------------------------------------------------- no feed


def _no_feed(body: bytes, headers: Mapping[str, str], url: str) -> Parsed:
    """Say what was there in the feed's place, and which feeds a page points to."""
    alternatives = feed_links(body, url)
    start = body[:2000].lstrip().lower()
    if b"<html" in start or start.startswith(b"<!doctype html"):
        note = "a web page, not a feed"
    else:
        note = f"not a feed ({headers.get('content-type') or 'no content type'})"
    if alternatives:
        note += "; it points to " + ", ".join(alternatives[:3])
    return Parsed(Outcome.NOT_A_FEED, note=one_line(note), alternatives=alternatives)


def feed_links(page: bytes, url: str) -> tuple[str, ...]:
    """The feeds that a web page names in its head, in its order."""
    found: dict[str, None] = {}
    for tag in _FEED_LINK.findall(page[:500_000]):
        attributes = {
            name.lower(): html.unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(tag.decode("utf-8", "replace"))
        }
        is_feed = attributes.get("type", "").lower() in _FEED_TYPES
        target = _article_url(attributes.get("href", ""), url)
        if is_feed and target and "alternate" in attributes.get("rel", "").lower():
            found[target] = None
    return tuple(found)
