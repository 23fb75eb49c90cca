"""A page to its article as clean text: title, blank line, body with one line per paragraph.

Pure but for its libraries; slow on large pages, so that it runs in a worker with a deadline. What
is left out is decided in `furniture`, what is no article at all in `walls`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from monitor.feeds.encoding import decoded
from monitor.feeds.furniture import drop_link_lines, furniture, prune, tidy
from monitor.feeds.page import Head, read_head, tree_of
from monitor.feeds.plain import flat
from monitor.feeds.urls import canonical_url, identity, leads_away
from monitor.feeds.walls import is_listing, language_of, marks_of, wall, wall_kind
from monitor.inert import one_line
from monitor.intake import CleanText, Entry, Fetch, Outcome

CLEANER = "monitor-1"  # raise it with every change of what comes out
_MOST_ELEMENTS = 50_000  # of one page; real ones stay below 20,000, and each costs some 30 µs
_GROUPED = re.compile(
    "(?<=\\d)(?:&nbsp;|&#160;|&#xa0;|&thinsp;|&#8201;|&#x2009;|&#8239;|&#x202f;|"
    "[\u00a0\u2007\u2009\u202f])(?=\\d{3}(?!\\d))",
    re.IGNORECASE,
)
# Stands for a space that groups digits, as trafilatura folds every space; itself a group sign.
_GROUP_SIGN = "\u066c"
_CUT = re.compile(r"\s*(\[\s*)?(…|\.\.\.)(\s*\])?\s*$")  # how a teaser ends


def version() -> str:
    """The cleaner and its library by name and version: both decide what comes out."""
    return f"{CLEANER} trafilatura-{_trafilatura_version()}"


@functools.cache
def _trafilatura_version() -> str:
    from importlib.metadata import version as installed

    return installed("trafilatura")


def clean_article(
    fetch: Fetch | None, entry: Entry | None, drop: frozenset[str] = frozenset()
) -> CleanText:
    """The best text of an article: its page's, else the feed's full content, else its summary.

    ``drop``: lines that repeat across the outlet's articles, in `line_key` form. Where nothing can
    be read the outcome is the page's; where the feed's own text is taken, ``note`` says why the
    page's isn't. Never raises, whatever the bytes.
    """
    if fetch is None and entry is None:
        return _nothing("neither a page nor an entry")
    if fetch is None:
        assert entry is not None
        return clean_entry(entry, drop)
    page = clean_page(fetch, drop)
    if entry is None:
        return page
    if page.outcome in (Outcome.OK, Outcome.LANGUAGE):
        return page if page.title else replace(page, title=entry.title)
    instead = clean_entry(entry, drop)
    if instead.outcome is not Outcome.OK:
        return replace(page, title=page.title or entry.title)
    note = f"page: {page.outcome.value}" + (f" ({page.note})" if page.note else "")
    return replace(instead, note=note, canonical_url=page.canonical_url)


def clean_page(fetch: Fetch, drop: frozenset[str] = frozenset()) -> CleanText:
    """The article of a fetched page. A failed fetch keeps its outcome. Never raises."""
    if fetch.outcome is not Outcome.OK:
        return CleanText(fetch.outcome, cleaner=version(), note=fetch.note)
    asked = canonical_url(fetch.url) or fetch.url
    if fetch.final_url is not None and leads_away(asked, fetch.final_url):
        return _nothing(one_line(f"sent on to {fetch.final_url}"), Outcome.NOT_AN_ARTICLE)
    kind = (fetch.content_type or "text/html").partition(";")[0].strip().lower()
    if not re.search(r"html|xml|text/plain|octet-stream", kind):
        return _nothing(f"not a web page but {one_line(kind)}", Outcome.NOT_AN_ARTICLE)
    text = decoded(fetch.body, fetch.content_type)
    return _guarded(lambda: _clean(text, fetch.final_url or fetch.url, drop))


def clean_entry(entry: Entry, drop: frozenset[str] = frozenset()) -> CleanText:
    """The text that the feed itself carries: its full content, else its summary. Never raises."""
    return _guarded(lambda: _clean_entry(entry, drop))


def _guarded(clean: Callable[[], CleanText]) -> CleanText:
    try:
        return clean()
    # A border: the libraries behind it promise nothing about hostile bytes.
    except Exception as error:
        return _nothing(one_line(f"could not be read: {type(error).__name__}: {error}"))


def _clean_entry(entry: Entry, drop: frozenset[str]) -> CleanText:
    basis = "feed_content"
    lines = tidy(_fragment_lines(entry.content_html or ""), entry.title, drop)
    if not lines:
        basis = "feed_summary"
        lines = tidy(_fragment_lines(entry.summary_html or ""), entry.title, drop)
        lines = [_CUT.sub("…", line) for line in lines]
    if not lines:
        return _nothing("the feed carries no text")
    language, foreign = language_of(lines, None)
    return CleanText(
        outcome=Outcome.LANGUAGE if foreign else Outcome.OK,
        title=entry.title,
        text=_joined(entry.title, lines),
        basis=basis,
        cleaner=version(),
        canonical_url=canonical_url(entry.url) if entry.url else None,
        published=entry.published,
        language=language,
    )


def _clean(text: str, url: str, drop: frozenset[str]) -> CleanText:
    tree = tree_of(_GROUPED.sub(_GROUP_SIGN, text))
    if tree is None:
        return _nothing("an empty page")
    elements = sum(1 for _ in tree.iter())
    if elements > _MOST_ELEMENTS:
        return _nothing(f"a page of {elements:,} elements", Outcome.TOO_LARGE)
    head = read_head(tree)
    source_marks = marks_of(text)
    prune(tree)
    links = drop_link_lines(tree)
    shown = _lines(tree)
    lines = tidy([line for line in shown if wall_kind(line) in ("", "error")], head.title, drop)
    language, foreign = language_of(lines, head.language)
    clean = CleanText(
        outcome=Outcome.OK,
        title=head.title,
        text=_joined(head.title, lines),
        basis="page",
        cleaner=version(),
        canonical_url=_canonical(head, url),
        published=head.published,
        language=language,
        live=head.live,
    )
    reason = wall(head.title, shown, lines, source_marks)
    if reason:
        return replace(clean, outcome=Outcome.NOT_AN_ARTICLE, note=reason)
    if is_listing(lines, links, head.kind):
        return replace(clean, outcome=Outcome.NOT_AN_ARTICLE, note="a list of headlines")
    if not lines:
        return replace(clean, outcome=Outcome.NO_TEXT, note="no text in the page")
    if foreign:
        return replace(
            clean, outcome=Outcome.LANGUAGE, note=f"language: {language or 'not English'}"
        )
    return clean


def _nothing(note: str, outcome: Outcome = Outcome.NO_TEXT) -> CleanText:
    return CleanText(outcome, cleaner=version(), note=note)


def _joined(title: str, lines: Sequence[str]) -> str:
    """Title, blank line, body; the body alone without a title, nothing without a body."""
    body = "\n".join(lines)
    return f"{title}\n\n{body}" if title and body else body


def _lines(tree: Any) -> list[str]:
    """The article's paragraphs, headings and list items, each on one line."""
    import trafilatura

    text = trafilatura.extract(
        tree, include_comments=False, include_tables=True, with_metadata=False
    )
    return [_shown(line) for line in (text or "").split("\n")]


def _fragment_lines(markup: str) -> list[str]:
    """The lines of a feed's HTML, which is article and nothing else."""
    if not markup.strip():
        return []
    tree = tree_of(f"<html><body>{_GROUPED.sub(_GROUP_SIGN, markup)}</body></html>")
    if tree is None:
        return []
    for dropped in tree.xpath("//script|//style|//form|//iframe|//noscript|//figure|//template"):
        if dropped.getparent() is not None:
            dropped.drop_tree()
    drop_link_lines(tree)
    for block in tree.iter(*furniture().blocks):
        block.text = "\n" + (block.text or "")
        block.tail = "\n" + (block.tail or "")
    return [_shown(line) for line in str(tree.text_content()).split("\n")]


def _shown(line: str) -> str:
    return flat(line.replace(_GROUP_SIGN, "\u00a0"))


def _canonical(head: Head, url: str) -> str | None:
    """The page's canonical address if it can be true, else where the page was found.

    A canonical link to another site is syndication, one to the front page a mistake: either would
    make one article of many.
    """
    own = canonical_url(url)
    said = canonical_url(head.canonical, url) if head.canonical else None
    if said is None or own is None:
        return own
    same_site = identity(said).partition("/")[0] == identity(own).partition("/")[0]
    return said if same_site and urlsplit(said).path not in ("", "/") else own
