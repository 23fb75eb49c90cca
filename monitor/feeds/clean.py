"""A page to its article as clean text: title, blank line, body with one line per paragraph.

Pure but for its libraries; slow on large pages, so that it runs in a worker with a deadline. What
is furniture, wall or error page stands in ``data/clean.toml``.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from monitor.feeds.encoding import decoded
from monitor.feeds.page import Head, read_head, tree_of
from monitor.feeds.plain import flat
from monitor.feeds.urls import canonical_url, identity
from monitor.inert import one_line
from monitor.intake import CleanText, Entry, Fetch, Outcome

CLEANER = "monitor-1"  # raise it with every change of what comes out
_LATE = 0.5  # share of the lines behind which "Related stories" ends the text
_LINK_LINES = ("p", "li", "h2", "h3", "h4", "h5", "h6")
_MOST_ELEMENTS = 50_000  # of one page; real ones stay below 20,000, and each costs some 30 µs
_PROSE_WORDS = 8  # words of a line that is a sentence rather than a heading or a link
_INSERT = 20  # lines that stand between two such marks at most
_DIGITS = re.compile(r"\d+")
_LISTING_LINES = 8  # a listing has at least as many lines ...
_LISTING_PROSE = 0.35  # ... and less than this share of its words in sentences
_GROUPED = re.compile(
    "(?<=\\d)(?:&nbsp;|&#160;|&#xa0;|&thinsp;|&#8201;|&#x2009;|&#8239;|&#x202f;|"
    "[\u00a0\u2007\u2009\u202f])(?=\\d{3}(?!\\d))",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_FIRST_BEYOND_LATIN = "\u0370"  # Greek; Cyrillic, Arabic, Chinese and the rest follow
_CUT = re.compile(r"\s*(\[\s*)?(…|\.\.\.)(\s*\])?\s*$")  # how a teaser ends
# Stands for a space that groups digits, as trafilatura folds every space; itself a group sign.
_GROUP_SIGN = "\u066c"


@dataclass(frozen=True, slots=True)
class _Furniture:
    """The data file, with its patterns compiled."""

    prune: tuple[str, ...]
    blocks: tuple[str, ...]
    phrases: frozenset[str]
    patterns: re.Pattern[str]
    insert_ends: Mapping[str, str]
    ends: frozenset[str]
    late_ends: frozenset[str]
    end_patterns: re.Pattern[str]
    beside: Mapping[str, int]
    titles: tuple[tuple[str, re.Pattern[str]], ...]
    texts: tuple[tuple[str, re.Pattern[str]], ...]
    marks: tuple[tuple[str, re.Pattern[str]], ...]
    english: frozenset[str]
    enough: int
    share: float


@functools.cache
def _furniture() -> _Furniture:
    text = resources.files("monitor.feeds").joinpath("data/clean.toml").read_text("utf-8")
    table = tomllib.loads(text)
    walls = table["walls"]
    return _Furniture(
        prune=tuple(table["page"]["prune"]),
        blocks=tuple(table["page"]["blocks"]),
        phrases=frozenset(map(line_key, table["lines"]["phrases"])),
        patterns=_any_of(table["lines"]["patterns"]),
        insert_ends={line_key(each["from"]): line_key(each["to"]) for each in table["inserts"]},
        ends=frozenset(map(line_key, table["ends"]["phrases"])),
        late_ends=frozenset(map(line_key, table["ends"]["late"])),
        end_patterns=_any_of(table["ends"]["patterns"]),
        beside=walls["beside"],
        titles=tuple((kind, _any_of(each)) for kind, each in walls["titles"].items()),
        texts=tuple((kind, _any_of(map(re.escape, each))) for kind, each in walls["texts"].items()),
        marks=tuple((kind, _any_of(map(re.escape, each))) for kind, each in walls["marks"].items()),
        english=frozenset(table["language"]["english"]),
        enough=table["language"]["enough"],
        share=table["language"]["share"],
    )


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in patterns), re.IGNORECASE)


def line_key(line: str) -> str:
    """A line as lines are compared: without case, spaces and signs at its ends."""
    return flat(line).casefold().strip(" \t.:;,!?…»«>›→-–—|•·*[]()")


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
    kind = (fetch.content_type or "text/html").partition(";")[0].strip().lower()
    if not re.search(r"html|xml|text/plain|octet-stream", kind):
        return _nothing(f"not a web page but {one_line(kind)}", Outcome.NOT_AN_ARTICLE)
    try:
        return _clean(decoded(fetch.body, fetch.content_type), fetch.final_url or fetch.url, drop)
    # A border: the libraries behind it promise nothing about hostile bytes.
    except Exception as error:
        return _nothing(one_line(f"could not be read: {type(error).__name__}: {error}"))


def clean_entry(entry: Entry, drop: frozenset[str] = frozenset()) -> CleanText:
    """The text that the feed itself carries: its full content, else its summary. Never raises."""
    basis = "feed_content"
    lines = _tidy(_fragment_lines(entry.content_html or ""), entry.title, drop)
    if not lines:
        basis = "feed_summary"
        lines = _tidy(_fragment_lines(entry.summary_html or ""), entry.title, drop)
        lines = [_CUT.sub("…", line) for line in lines]
    if not lines:
        return _nothing("the feed carries no text")
    language, foreign = _language(lines, None)
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
    source_marks = _marks(text)
    _prune(tree)
    links = _drop_link_lines(tree)
    shown = [_shown(line) for line in _lines(tree)]
    lines = _tidy([line for line in shown if _wall_kind(line) in ("", "error")], head.title, drop)
    language, foreign = _language(lines, head.language)
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
    wall = _wall(head.title, shown, lines, source_marks)
    if wall:
        return replace(clean, outcome=Outcome.NOT_AN_ARTICLE, note=wall)
    if _is_listing(lines, head.kind) or (
        links >= _LISTING_LINES and not any(map(_is_prose, lines))
    ):
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


# ---------------------------------------------------------------- page to lines


def _prune(tree: Any) -> None:
    """Take out what is never part of an article, but not what holds most of the page's text."""
    whole = len(tree.text_content())
    for path in _furniture().prune:
        for element in tree.xpath(path):
            if element.getparent() is not None and 2 * len(element.text_content()) < max(whole, 1):
                element.drop_tree()


def _drop_link_lines(tree: Any) -> int:
    """Take out paragraphs and list items that are nothing but a link; returns how many there were.

    They are the headlines of other articles, whose numbers are not this one's. A whole sentence
    in a link stays.
    """
    found = [each for each in tree.iter(*_LINK_LINES) if _is_link_line(each)]
    for element in found:
        if element.getparent() is not None:
            element.drop_tree()
    return len(found)


def _is_link_line(element: Any) -> bool:
    links = [each for each in element.iter("a") if not each.get("href", "#").startswith("#")]
    if not links:
        return False
    text = flat(element.text_content())
    linked = sum(len(flat(each.text_content())) for each in links)
    return linked >= len(text) - 3 and not text.rstrip("\"'”’»)").endswith((".", "!", "?"))


def _lines(tree: Any) -> list[str]:
    """The article's paragraphs, headings and list items, each on one line."""
    import trafilatura

    text = trafilatura.extract(
        tree, include_comments=False, include_tables=True, with_metadata=False
    )
    return (text or "").split("\n")


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
    _drop_link_lines(tree)
    for block in tree.iter(*_furniture().blocks):
        block.text = "\n" + (block.text or "")
        block.tail = "\n" + (block.tail or "")
    return str(tree.text_content()).split("\n")


def _tidy(lines: Iterable[str], title: str, drop: frozenset[str]) -> list[str]:
    """Visible lines of the article alone: no furniture, no repeats of the title, no empty ones."""
    kept = [line for line in map(_shown, lines) if line]
    kept = _without_inserts(kept)
    kept = kept[: _end(kept)]
    heading = line_key(title)
    return [
        line
        for number, line in enumerate(kept)
        if not _is_furniture(line)
        and line_key(line) not in drop
        and not (number < 3 and heading and line_key(line) == heading)
    ]


def _without_inserts(lines: list[str]) -> list[str]:
    """The lines without what stands between two marks for screen readers ("list of 3 items")."""
    rules = _furniture()
    kept: list[str] = []
    number = 0
    while number < len(lines):
        end = rules.insert_ends.get(line_key(_DIGITS.sub("0", lines[number])))
        after = [line_key(_DIGITS.sub("0", line)) for line in lines[number : number + _INSERT]]
        if end is not None and end in after:
            number += after.index(end) + 1
        else:
            kept.append(lines[number])
            number += 1
    return kept


def _shown(line: str) -> str:
    return flat(line.replace(_GROUP_SIGN, "\u00a0"))


def _is_furniture(line: str) -> bool:
    rules = _furniture()
    return line_key(line) in rules.phrases or rules.patterns.fullmatch(line) is not None


def _end(lines: Sequence[str]) -> int:
    """Where the article ends: before "Leave a Reply", or "Related stories" in its second half."""
    rules = _furniture()
    for number, line in enumerate(lines):
        key = line_key(line)
        if key in rules.ends or rules.end_patterns.fullmatch(line):
            return number
        if key in rules.late_ends and number >= len(lines) * _LATE:
            return number
    return len(lines)


# ---------------------------------------------------------------- what kind of page


def _marks(source: str) -> str:
    """The kind of wall whose marks stand in the source, or nothing."""
    return next((kind for kind, marks in _furniture().marks if marks.search(source)), "")


def _wall(title: str, shown: Sequence[str], lines: Sequence[str], source_marks: str) -> str:
    """Why a page is a wall and no article: challenge, consent, error, login; empty if it isn't.

    ``shown`` is everything on the page, ``lines`` what is left of it for an article.
    """
    rules = _furniture()
    words = sum(len(line.split()) for line in lines)
    for kind, titles in rules.titles:
        if words <= rules.beside["paywall"] and titles.fullmatch(line_key(title)):
            return f"{kind}: {title}"[:200]
    for line in shown:
        kind = _wall_kind(line)
        if kind and words <= rules.beside[kind]:
            return f"{kind}: {line}"[:200]
    return f"{source_marks}: marks in the page" if source_marks and not lines else ""


def _wall_kind(line: str) -> str:
    return next((kind for kind, phrases in _furniture().texts if phrases.search(line)), "")


def _is_listing(lines: Sequence[str], kind: str) -> bool:
    """Whether the lines are headlines and teasers of other pages rather than running text."""
    if len(lines) < _LISTING_LINES:
        return False
    words = sum(len(line.split()) for line in lines)
    prose = sum(len(line.split()) for line in lines if _is_prose(line))
    return prose < words * _LISTING_PROSE * (2 if kind == "website" else 1)


def _is_prose(line: str) -> bool:
    return len(line.split()) >= _PROSE_WORDS and line.rstrip("\"'”’»)").endswith(
        (".", "!", "?", "…", ":")
    )


def _language(lines: Sequence[str], said: str | None) -> tuple[str | None, bool]:
    """The language, and whether it is another than English. The text outranks what is said."""
    rules = _furniture()
    words = _WORD.findall(" ".join(lines).casefold())
    latin = sum(word[0] < _FIRST_BEYOND_LATIN for word in words)
    if words and 2 * latin < len(words):
        return (said if said != "en" else None), True
    if len(words) < rules.enough:
        return said, said not in (None, "en")
    if sum(word in rules.english for word in words) >= rules.share * len(words):
        return "en", False
    return (said if said != "en" else None), True


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
