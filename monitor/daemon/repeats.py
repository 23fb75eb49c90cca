"""Which lines of an outlet's articles may be furniture: what repeats and claims nothing. Pure.

A line with a claim is never learned, so that no claim is lost that stands in it for the first time.
"""

from __future__ import annotations

from monitor.claims import Extraction, Figure, Position, Span
from monitor.feeds.furniture import line_key

ENOUGH = 5  # articles of one outlet with the same line
SHARED_BY = 3  # articles of one outlet in which a line is no article's own
_LONGEST = 200  # characters; boilerplate is short, and a paragraph is none


def countable_lines(text: str) -> list[str]:
    """The lines of a text's body that are short enough to count, in their normal form."""
    return [line_key(line) for _, line in _body(text)]


def lines_without_claims(text: str, extraction: Extraction) -> list[str]:
    """Those of the countable lines in which nothing is claimed."""
    spans = [each.sentence for each in extraction.figures]
    spans += [each.sentence for each in extraction.positions]
    return [
        line_key(line)
        for start, line in _body(text)
        if not any(span.overlaps(Span(start, start + len(line))) for span in spans)
    ]


def without_lines(text: str, furniture: frozenset[str]) -> str:
    """A text as a cleaner that leaves the furniture out would give it."""
    title, gap, body = text.partition("\n\n")
    if not gap:
        title, body = "", text
    kept = [line for line in body.split("\n") if line_key(line) not in furniture]
    return f"{title}{gap}" + "\n".join(kept)


def line_at(text: str, carrier: Figure | Position) -> str:
    """The line in which something is stated, in its normal form."""
    start = carrier.sentence.start
    end = text.find("\n", start)
    return line_key(text[text.rfind("\n", 0, start) + 1 : len(text) if end < 0 else end])


def is_followed(carrier: Figure | Position) -> bool:
    """Whether it is a claim in its own right, wherever it stands."""
    return carrier.followed if isinstance(carrier, Figure) else carrier.holder.official


def _body(text: str) -> list[tuple[int, str]]:
    """Each short line behind the title, with where it begins."""
    at = text.find("\n\n") + 2 if "\n\n" in text else 0
    found = []
    for line in text[at:].split("\n"):
        if line_key(line) and len(line) <= _LONGEST:
            found.append((at, line))
        at += len(line) + 1
    return found
