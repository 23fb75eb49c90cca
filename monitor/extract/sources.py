"""The source mention of an attribution: which words name who says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.claims import Span
from monitor.extract.frames import Frames
from monitor.extract.tree import Range, trimmed

if TYPE_CHECKING:
    from spacy.tokens import Token

_RELATIVE = frozenset({"that", "which"})
_TIMES = frozenset({"DATE", "TIME"})
_LONGEST_ASIDE = 3  # tokens between brackets that still belong to a name: (R-Ohio)


def mention(head: Token, cue: Range, frames: Frames) -> Span | None:
    """The noun phrase around a source's head token, without the cue and what follows it.

    "That" and "which" give way to the noun they stand for; "who" stands for itself. Appositions
    and relative clauses belong to it, but not one that tells a saying of its own.
    """
    if head.lower_ in _RELATIVE and head.head.dep_ == "relcl":
        relative, head = head, head.head.head
        first, last = head.left_edge.i, relative.i - 1
    else:
        first, last = head.left_edge.i, _end(head, frames)
    start, end = cue
    if first <= start <= last:
        if head.i < start:
            last = start - 1
        else:
            first = end + 1
    found = trimmed(head.doc, (_after_dateline(head, first), last))
    text = head.doc.text
    if found is not None and text[found.end : found.end + 1] == ")":
        words = found.of(text)
        if words.count("(") > words.count(")"):
            return Span(found.start, found.end + 1)
    return found


def _end(head: Token, frames: Frames) -> int:
    """The last token of a mention: before a time, a long aside or a saying of its own."""
    doc = head.doc
    for part in head.rights:
        start: int = part.left_edge.i
        before = doc[start - 1].text if start > 0 else ""
        if part.dep_ == "prep" and any(c.ent_type_ in _TIMES for c in part.children):
            return start - 1
        if before == "(" and part.right_edge.i - start >= _LONGEST_ASIDE:
            return start - 2
        if before == "," and part.dep_ == "relcl" and frames.says(part):
            return start - 1
    last: int = head.right_edge.i
    return last


def _after_dateline(head: Token, first: int) -> int:
    """Past "LONDON (Agency) - " at the start of a sentence."""
    doc = head.doc
    if not doc[first].text.isupper() or len(doc[first]) < 3:
        return first
    for number in range(first, head.i):
        if doc[number].text in ("-", "\u2013", "\u2014", "--") and doc[number - 1].whitespace_:
            return number + 1
    return first
