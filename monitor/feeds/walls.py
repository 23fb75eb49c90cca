"""Pages that answer as if they held an article and hold none: walls, lists, other languages.

The phrases that tell them stand in ``data/clean.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.feeds.furniture import furniture, line_key

_PROSE_WORDS = 8  # words of a line that is a sentence rather than a heading or a link
_LISTING_LINES = 8  # a listing has at least as many lines ...
_LISTING_PROSE = 0.35  # ... and less than this share of its words in sentences
_WORD = re.compile(r"[^\W\d_]+")
_FIRST_BEYOND_LATIN = "\u0370"  # Greek; Cyrillic, Arabic, Chinese and the rest follow


def marks_of(source: str) -> str:
    """The kind of wall whose marks stand in the source, or nothing."""
    return next((kind for kind, marks in furniture().marks if marks.search(source)), "")


def wall(title: str, shown: Sequence[str], lines: Sequence[str], source_marks: str) -> str:
    """Why a page is a wall and no article: challenge, consent, error, login; empty if it isn't.

    ``shown`` is everything on the page, ``lines`` what is left of it for an article.
    """
    rules = furniture()
    words = sum(len(line.split()) for line in lines)
    for kind, titles in rules.titles:
        if words <= rules.beside["paywall"] and titles.fullmatch(line_key(title)):
            return f"{kind}: {title}"[:200]
    for line in shown:
        kind = wall_kind(line)
        if kind and words <= rules.beside[kind]:
            return f"{kind}: {line}"[:200]
    return f"{source_marks}: marks in the page" if source_marks and not lines else ""


def wall_kind(line: str) -> str:
    """The kind of wall that a line tells of, or nothing."""
    return next((kind for kind, phrases in furniture().texts if phrases.search(line)), "")


def is_listing(lines: Sequence[str], links: int, kind: str) -> bool:
    """Whether the lines are headlines and teasers of other pages rather than running text.

    ``links``: lines that were nothing but a link. ``kind``: what the page calls itself (og:type).
    """
    if links >= _LISTING_LINES and not any(map(_is_prose, lines)):
        return True
    if len(lines) < _LISTING_LINES:
        return False
    words = sum(len(line.split()) for line in lines)
    prose = sum(len(line.split()) for line in lines if _is_prose(line))
    return prose < words * _LISTING_PROSE * (2 if kind == "website" else 1)


def _is_prose(line: str) -> bool:
    return len(line.split()) >= _PROSE_WORDS and line.rstrip("\"'”’»)").endswith(
        (".", "!", "?", "…", ":")
    )


def language_of(lines: Sequence[str], said: str | None) -> tuple[str | None, bool]:
    """The language, and whether it is another than English. The text outranks what is said."""
    rules = furniture()
    words = _WORD.findall(" ".join(lines).casefold())
    latin = sum(word[0] < _FIRST_BEYOND_LATIN for word in words)
    if words and 2 * latin < len(words):
        return (said if said != "en" else None), True
    if len(words) < rules.enough:
        return said, said not in (None, "en")
    if sum(word in rules.english for word in words) >= rules.share * len(words):
        return "en", False
    return (said if said != "en" else None), True
