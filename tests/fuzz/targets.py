"""What is fuzzed: everything that reads bytes or text of strangers, with what must hold of it.

A target takes any bytes. It raises only where the code is wrong: by an exception that its contract
doesn't name, or by a result that can't be.
"""

from __future__ import annotations

import functools
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from monitor.config import load
from monitor.errors import InputError
from monitor.extract.extractor import Extractor
from monitor.feeds.clean import clean_entry, clean_page
from monitor.feeds.headers import max_age, retry_after
from monitor.feeds.opml import read_opml, write_opml
from monitor.feeds.parse import feed_links, parse_feed
from monitor.feeds.plain import flat, unmarked
from monitor.feeds.urls import canonical_url, identity, leads_away
from monitor.inert import one_line
from monitor.intake import Entry, Fetch, Outcome
from monitor.mistakes import ConfigError
from monitor.track.differences import find_differences
from monitor.track.edits import disclosed
from monitor.track.names import same_name
from monitor.track.passages import changed_passages

NOW = datetime(2023, 10, 24, 12, tzinfo=UTC)
URL = "https://outlet.example/news/1"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def feed(data: bytes) -> None:
    """A feed's body; its first byte chooses the headers."""
    types = ("application/rss+xml", "text/xml; charset=iso-8859-1", "application/feed+json", "")
    headers = {"content-type": types[data[0] % len(types)]} if data else {}
    parsed = parse_feed(data[1:], headers, URL, NOW)
    for entry in parsed.entries:
        assert entry.key and not _CONTROL.search(entry.title + (entry.url or "")), entry
    assert len({entry.key for entry in parsed.entries}) == len(parsed.entries)
    assert all(count > 0 for _, count in parsed.skipped)
    one_line(parsed.note)
    feed_links(data, URL)


def page(data: bytes) -> None:
    """An article page."""
    clean = clean_page(
        Fetch(URL, Outcome.OK, NOW, 0.1, 200, URL, data, content_type="text/html"),
        frozenset({"read by 40,000 people"}),
    )
    _is_clean(clean.text, clean.title)
    assert clean.text or clean.outcome is not Outcome.OK


def entry(data: bytes) -> None:
    """The HTML that a feed carries."""
    text = data.decode("utf-8", "replace")
    clean = clean_entry(Entry("k", URL, "A title", None, text, text[::-1]))
    _is_clean(clean.text, clean.title)


def _is_clean(text: str, title: str) -> None:
    assert not _CONTROL.search(text + title)
    assert "\n" not in title


def opml(data: bytes) -> None:
    """A list of feeds; what is read can be written and read again."""
    try:
        feeds, refused = read_opml(data)
    except InputError as error:
        one_line(str(error))
        return
    again, _ = read_opml(write_opml(feeds).encode())
    assert [each.url for each in again] == [each.url for each in feeds]
    assert all(isinstance(each, str) for each in refused)


@functools.cache
def _config_file() -> Path:
    return Path(tempfile.mkdtemp()) / "monitor.toml"


def config(data: bytes) -> None:
    """A configuration file."""
    path = _config_file()
    path.write_bytes(data)
    try:
        load(path)
    except ConfigError as error:
        assert str(error)


def words(data: bytes) -> None:
    """Titles, addresses, headers and names, which need no parse."""
    text = data.decode("utf-8", "replace")
    assert not _CONTROL.search(unmarked(text) + flat(text))
    first, _, second = text.partition("\n")
    known = canonical_url(first, URL)
    if known is not None:
        assert canonical_url(known) == known, known
        assert identity(known) == identity(identity(known) and known)
    leads_away(first, second) if _are_addresses(first, second) else None
    retry_after({"retry-after": first, "date": second})
    max_age({"cache-control": first, "expires": second, "age": second})
    assert same_name(first, first)
    same_name(first, second)
    disclosed(first, second)


def _are_addresses(*texts: str) -> bool:
    return all(canonical_url(text) is not None for text in texts)


def edit(data: bytes) -> None:
    """Two versions of a text, as sentences."""
    old, _, new = data.decode("utf-8", "replace").partition("\x1e")
    for passage in changed_passages(old, new):
        assert passage.old.of(old).strip() and passage.new.of(new).strip()
        for step in passage.steps:
            assert all(token.span.of(old) for token in step.old)
            assert all(token.span.of(new) for token in step.new)
    assert changed_passages(old, old) == []


_EXTRACTOR = Extractor()


def extract(data: bytes) -> None:
    """A text to its claims, and two versions to their differences."""
    old, _, new = data.decode("utf-8", "replace").partition("\x1e")
    extraction, found = find_differences(_EXTRACTOR, old, new, NOW, "Outlet A")
    for figure in extraction.figures:
        assert figure.number.of(new) == figure.quantity.as_written
    for position in extraction.positions:
        assert 0 <= position.content.start < position.content.end <= len(new)
    assert not found or old != new


TARGETS = {each.__name__: each for each in (feed, page, entry, opml, config, words, edit, extract)}
