"""Bytes of a feed to entries: RSS 0.9x to 2.0, RDF, Atom and JSON Feed. Pure but for its libraries.

A broken feed keeps every entry that can be read; only what is no feed at all gives none. Each
entry that is left out is counted with its reason.
"""

from __future__ import annotations

import calendar
import hashlib
import html
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from monitor.feeds.plain import flat, unmarked
from monitor.feeds.urls import LONGEST_URL
from monitor.inert import one_line
from monitor.intake import Entry, Outcome

MOST_ENTRIES = 2000  # of one feed; the rest is counted as skipped
LONGEST_TITLE = 1000  # characters
LONGEST_HTML = 1_000_000  # characters of an entry's content
LONGEST_KEY = 1000
_CLOCK_SKEW = timedelta(minutes=10)
_ZONE_MISTAKE = timedelta(days=1)
_BEFORE_FEEDS = datetime(1995, 1, 1, tzinfo=UTC)
_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000}
_ENTRY_START = re.compile(rb"<(?:\w{1,20}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ENTRY_END = re.compile(rb"</(?:\w{1,20}:)?(?:item|entry)\s*>", re.IGNORECASE)
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


@dataclass(frozen=True, slots=True)
class _Item:
    """An entry as its format gives it, before it is judged."""

    id: str = ""
    link: str = ""
    title: str = ""
    date: datetime | None = None
    content: str = ""
    summary: str = ""


def parse_feed(
    body: bytes,
    headers: Mapping[str, str],
    url: str,
    now: datetime,
    most: int = MOST_ENTRIES,
) -> Parsed:
    """Read a feed's entries in their order. Never raises, whatever the bytes.

    ``headers`` have lower-case names, ``url`` is where the body came from, ``now`` judges dates.
    """
    try:
        if _looks_like_json(body, headers):
            return _json_feed(body, url, now, most)
        return _xml_feed(body, headers, url, now, most)
    # A border: the parsers behind it promise nothing about hostile bytes.
    except Exception as error:
        note = one_line(f"could not be read: {type(error).__name__}: {error}")
        return Parsed(Outcome.NOT_A_FEED, note=note)


# ---------------------------------------------------------------- XML


def _xml_feed(
    body: bytes, headers: Mapping[str, str], url: str, now: datetime, most: int
) -> Parsed:
    read = _feedparser(body, headers, url)
    if not read.get("version") and not read.entries:
        retried = _feedparser(_repaired(body), headers, url)
        if retried.get("version") or retried.entries:
            read = retried
    if not read.get("version") and not read.entries:
        return _no_feed(body, headers, url)
    problem = _problem(read)
    # Half an entry has half an id and would count as a new one when the whole comes.
    half = bool(problem and read.entries and _ends_inside_an_entry(body))
    found = read.entries[:-1] if half else read.entries
    entries, skipped = _entries(map(_item, found), len(found), url, now, most)
    return Parsed(
        outcome=_outcome(len(found), bool(problem)),
        entries=entries,
        skipped=(*skipped, ("cut_off", 1)) if half else skipped,
        ttl=_ttl(read.feed),
        title=unmarked(str(read.feed.get("title", "")))[:LONGEST_TITLE],
        note=problem or ("" if found else "a feed without entries"),
    )


def _feedparser(body: bytes, headers: Mapping[str, str], url: str) -> Any:
    import feedparser

    # Lower-case names are the only ones that feedparser sees, and bytes the only input that it
    # doesn't take for an address or a file name.
    known = {"content-location": url}
    if "content-type" in headers:
        known["content-type"] = headers["content-type"]
    return feedparser.parse(
        io.BytesIO(body),
        response_headers=known,
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _repaired(body: bytes) -> bytes:
    """The body without what may stand before the feed: blank lines, warnings, a stray BOM."""
    for start in (b"<?xml", b"<rss", b"<feed", b"<rdf:RDF"):
        at = body.find(start)
        if 0 < at < 64 * 1024:
            return body[at:]
    return body


def _problem(read: Any) -> str:
    """What is wrong with a feed in words; empty if only its labels are (encoding, type)."""
    import feedparser

    error = read.get("bozo_exception")
    harmless = (
        feedparser.CharacterEncodingOverride,
        feedparser.NonXMLContentType,
    )
    if not read.get("bozo") or isinstance(error, harmless):
        return ""
    return one_line(f"broken XML: {error}")


def _ends_inside_an_entry(body: bytes) -> bool:
    starts = [each.start() for each in _ENTRY_START.finditer(body)]
    ends = [each.start() for each in _ENTRY_END.finditer(body)]
    return bool(starts) and starts[-1] > max(ends, default=-1)


def _outcome(found: int, broken: bool) -> Outcome:
    if broken:
        return Outcome.PARTIAL
    return Outcome.OK if found else Outcome.EMPTY


def _item(entry: Any) -> _Item:
    return _Item(
        id=str(entry.get("id", "")),
        link=_link(entry),
        title=_marked(entry.get("title_detail") or {"value": entry.get("title", "")}, "text/html"),
        date=_date(entry),
        content=_content(entry),
        summary=_marked(entry.get("summary_detail") or {}, "text/html"),
    )


def _link(entry: Any) -> str:
    """The article's address: of several links the "alternate" one; never an enclosure."""
    if entry.get("feedburner_origlink"):
        return str(entry["feedburner_origlink"])
    links = [each for each in entry.get("links", ()) if each.get("href")]
    for each in links:
        if each.get("rel", "alternate") == "alternate" and "html" in each.get("type", "html"):
            return str(each["href"])
    return str(entry.get("link", ""))


def _marked(detail: Mapping[str, Any], default: str) -> str:
    """A text construct as markup: what is declared plain text is escaped."""
    value = str(detail.get("value") or "")
    if detail.get("type", default) == "text/plain":
        return html.escape(value, quote=False)
    return value


def _content(entry: Any) -> str:
    """The longest of the entry's full contents, as markup."""
    contents = (_marked(each, "text/html") for each in entry.get("content", ()))
    return max(contents, key=len, default="")


def _date(entry: Any) -> datetime | None:
    """Published, else updated, as UTC."""
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        if entry.get(name):
            try:
                return datetime.fromtimestamp(calendar.timegm(entry[name]), UTC)
            except (ValueError, OverflowError, OSError, TypeError):
                continue
    return None


def _ttl(feed: Mapping[str, Any]) -> float | None:
    """Seconds between polls that the feed asks for, by ``ttl`` (minutes) or ``sy:update...``."""
    wishes = []
    ttl = str(feed.get("ttl", "")).strip()
    if re.fullmatch(r"\d{1,6}", ttl):
        wishes.append(float(ttl) * 60)
    period = _PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower())
    if period:
        often = str(feed.get("sy_updatefrequency", "1")).strip()
        wishes.append(period / max(int(often), 1) if re.fullmatch(r"\d{1,4}", often) else period)
    return max(wishes, default=None)


# ---------------------------------------------------------------- JSON


def _looks_like_json(body: bytes, headers: Mapping[str, str]) -> bool:
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"{") or (
        "json" in headers.get("content-type", "") and not start.startswith(b"<")
    )


def _json_feed(body: bytes, url: str, now: datetime, most: int) -> Parsed:
    """JSON Feed 1.0 and 1.1 (jsonfeed.org)."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        return Parsed(Outcome.NOT_A_FEED, note=one_line(f"no valid JSON: {error}"))
    version = feed.get("version") if isinstance(feed, dict) else None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(version):
        return Parsed(Outcome.NOT_A_FEED, note="JSON, but no JSON Feed")
    objects = [each for each in items if isinstance(each, dict)]
    entries, skipped = _entries(map(_json_item, objects), len(objects), url, now, most)
    strange = len(items) - len(objects)
    return Parsed(
        outcome=_outcome(len(objects), bool(strange)),
        entries=entries,
        skipped=(*skipped, ("no_object", strange)) if strange else skipped,
        title=flat(str(feed.get("title") or ""))[:LONGEST_TITLE],
        note="items that are no objects" if strange else "",
    )


def _json_item(item: Mapping[str, Any]) -> _Item:
    text = html.escape(_string(item.get("content_text")), quote=False)
    paragraphs = "".join(f"<p>{each}</p>" for each in text.split("\n") if each.strip())
    return _Item(
        id=_string(item.get("id")),
        link=_string(item.get("url")) or _string(item.get("external_url")),
        title=html.escape(_string(item.get("title")), quote=False),
        date=_iso(_string(item.get("date_published")) or _string(item.get("date_modified"))),
        content=_string(item.get("content_html")) or paragraphs,
        summary=html.escape(_string(item.get("summary")), quote=False),
    )


def _string(value: object) -> str:
    return str(value) if isinstance(value, str | int | float) else ""


def _iso(text: str) -> datetime | None:
    try:
        parsed = datetime.fromisoformat(text.strip())
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


# ---------------------------------------------------------------- entries


def _entries(
    items: Iterable[_Item], found: int, url: str, now: datetime, most: int
) -> tuple[tuple[Entry, ...], tuple[tuple[str, int], ...]]:
    """The entries that say something, each under a key of its own, and why others were left out."""
    skipped: Counter[str] = Counter()
    kept: dict[str, Entry] = {}
    for number, item in enumerate(items):
        if number >= most:
            skipped["over_limit"] = found - most
            break
        entry = _entry(item, url, now)
        if not entry.title and not entry.url and not entry.content_html and not entry.summary_html:
            skipped["nothing_in_it"] += 1
            continue
        if entry.key in kept:
            if _same(kept[entry.key], entry):
                skipped["twice_in_feed"] += 1
                continue
            entry = replace(entry, key=_second_key(entry), flags=(*entry.flags, "shared_id"))
            if entry.key in kept:
                skipped["twice_in_feed"] += 1
                continue
        kept[entry.key] = entry
    return tuple(kept.values()), tuple(sorted(skipped.items()))


def _entry(item: _Item, base: str, now: datetime) -> Entry:
    flags = []
    link = _article_url(item.link, base)
    if link is None and _is_permalink(item.id):
        link = item.id.strip()
    if link is None:
        flags.append("no_link")
    identity = flat(item.id)
    if not identity:
        flags.append("no_id")
    title = unmarked(item.title)[:LONGEST_TITLE]
    published, flag = _judged(item.date, now)
    if flag:
        flags.append(flag)
    content, summary = item.content[:LONGEST_HTML], item.summary[:LONGEST_HTML]
    return Entry(
        key=(identity or link or _digest(title, content, summary))[:LONGEST_KEY],
        url=link,
        title=title,
        published=published,
        content_html=content or None,
        summary_html=summary or None,
        flags=tuple(flags),
    )


def _same(one: Entry, other: Entry) -> bool:
    return (one.url, one.title) == (other.url, other.title)


def _second_key(entry: Entry) -> str:
    """A key for an entry whose id another entry of the same feed has already."""
    rest = entry.url or _digest(entry.title, entry.content_html or "", entry.summary_html or "")
    return f"{entry.key[: LONGEST_KEY // 2]}|{rest}"[:LONGEST_KEY]


def _digest(*parts: str) -> str:
    return "sha256:" + hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


def _article_url(link: str, base: str) -> str | None:
    try:
        url = urljoin(base, link.strip()) if link.strip() else ""
        parts = urlsplit(url)
        good = (
            parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= LONGEST_URL
        )
    except ValueError:
        return None
    return url if good else None


def _is_permalink(identity: str) -> bool:
    return _article_url(identity, "") is not None and not any(map(str.isspace, identity.strip()))


def _judged(date: datetime | None, now: datetime) -> tuple[datetime | None, str]:
    """The publisher's date as far as it can be true, and a flag where it can't.

    A date within a day ahead is a mistaken zone and counts as now; one further ahead, or older
    than feeds themselves, says nothing.
    """
    if date is None:
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
