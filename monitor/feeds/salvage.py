"""Feeds that are broken, oddly encoded or carry declarations of their own: read by feedparser.

Slow (some 5 ms for a feed of 30 entries) and, on hostile input, very slow: for a worker with a
deadline. What can be read is kept; half an entry at the end is not.
"""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from monitor.feeds import wellformed
from monitor.feeds.document import Document, Item, escaped, wished_interval
from monitor.feeds.encoding import decoded
from monitor.inert import one_line

_ENTRY_START = re.compile(rb"<(?:\w{1,20}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ENTRY_END = re.compile(rb"</(?:\w{1,20}:)?(?:item|entry)\s*>", re.IGNORECASE)
# References to the two halves of a character, as programs write that know no others.
_HALVES = re.compile(rb"(?:&#(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*5[5-7][0-9]{3});)+")
_FEED_STARTS = (b"<?xml", b"<rss", b"<feed", b"<rdf:RDF")
_BEFORE_A_FEED = 64 * 1024  # bytes of warnings or blank lines that may stand before it


def read(body: bytes, headers: Mapping[str, str], url: str) -> Document | None:
    """The feed with every entry that can be read, or None for what is no feed.

    ``headers`` have lower-case names.
    """
    body = _HALVES.sub(_whole_characters, body)
    try:
        document = _read(body, headers)
    # feedparser promises nothing: a sign out of range in one entry makes it drop all the others.
    except Exception as error:
        document = wellformed.read_pieces(decoded(body, headers.get("content-type")), url)
        if document is not None:
            problem = one_line(f"broken: {type(error).__name__}: {error}")
            document = replace(document, problem=problem)
    # Half an entry has half an id and would count as a new one when the whole comes.
    if document is not None and document.problem and _ends_inside_an_entry(body):
        return _without_last(document)
    return document


def _whole_characters(references: re.Match[bytes]) -> bytes:
    """The same references to whole characters; a half without its other becomes U+FFFD."""
    numbers = references[0].decode().lower().replace("&#", "").split(";")[:-1]
    units = "".join(chr(int(f"0{each}", 16 if "x" in each else 10)) for each in numbers)
    text = units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.encode("ascii", "xmlcharrefreplace")


def _read(body: bytes, headers: Mapping[str, str]) -> Document | None:
    found = _parsed(body, headers)
    if found is None:
        found = _parsed(_without_preface(body), headers)
    if found is None:
        return None
    about = found.feed
    return Document(
        items=tuple(map(_item, found.entries)),
        title=str(about.get("title", "")),
        ttl=wished_interval(
            str(about.get("ttl", "")),
            str(about.get("sy_updateperiod", "")),
            str(about.get("sy_updatefrequency", "")),
        ),
        problem=_problem(found),
    )


def _without_last(document: Document) -> Document:
    if not document.items:
        return document
    return replace(document, items=document.items[:-1], skipped=(("cut_off", 1),))


def _parsed(body: bytes, headers: Mapping[str, str]) -> Any | None:
    """What feedparser makes of the body; None if it sees no feed in it."""
    import feedparser

    # Lower-case names are the only ones that feedparser sees, and bytes the only input that it
    # doesn't take for an address or a file name. It isn't told the feed's address: it would make
    # ids of it, and they would change when the feed moves.
    known = {name: headers[name] for name in ("content-type",) if name in headers}
    found = feedparser.parse(
        io.BytesIO(body),
        response_headers=known,
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return found if found.get("version") or found.entries else None


def _without_preface(body: bytes) -> bytes:
    starts = [at for each in _FEED_STARTS if 0 < (at := body.find(each)) < _BEFORE_A_FEED]
    return body[min(starts) :] if starts else body


def _problem(found: Any) -> str:
    """What is wrong with a feed in words; nothing if only its labels are (encoding, type)."""
    import feedparser

    error = found.get("bozo_exception")
    harmless = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
    if not found.get("bozo") or isinstance(error, harmless):
        return ""
    return one_line(f"broken XML: {error}")


def _ends_inside_an_entry(body: bytes) -> bool:
    starts = [each.start() for each in _ENTRY_START.finditer(body)]
    ends = [each.start() for each in _ENTRY_END.finditer(body)]
    return bool(starts) and starts[-1] > max(ends, default=-1)


def _item(entry: Any) -> Item:
    contents = (_markup(each) for each in entry.get("content", ()))
    return Item(
        id=str(entry.get("id", "")),
        link=_link(entry),
        title=str(entry.get("title", "")),
        date=_date(entry),
        content=max(contents, key=len, default=""),
        summary=_markup(entry.get("summary_detail") or {}),
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


def _markup(detail: Mapping[str, Any]) -> str:
    """A text construct as markup: what is declared plain text is escaped."""
    value = str(detail.get("value") or "")
    return escaped(value) if detail.get("type") == "text/plain" else value


def _date(entry: Any) -> datetime | None:
    """Published, else updated, as UTC."""
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        # Not get(): feedparser lends one date for another, with a warning.
        value = entry[name] if name in entry else None  # noqa: SIM401
        if value:
            try:
                return datetime.fromtimestamp(calendar.timegm(value), UTC)
            except (ValueError, OverflowError, OSError, TypeError):
                continue
    return None
