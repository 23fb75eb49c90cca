"""The source mention of an attribution: which words name who says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.claims import Span
from monitor.extract.frames import Frames
from monitor.extract.tree import Range, past_quotation, trimmed

if TYPE_CHECKING:
    from spacy.tokens import Token

_TIMES = frozenset({"DATE", "TIME"})
_SHORTEST_CITY = 3
_DASHES = frozenset({"-", "\u2013", "\u2014", "--"})
_LONGEST_ASIDE = 3  # tokens between brackets that still belong to a name: (R-Ohio)


def mention(head: Token, cue: Range, frames: Frames) -> Span | None:
    """The noun phrase around a source's head token, without the cue and what follows it.

    A relative pronoun stands for itself. Appositions and identifying clauses ("who runs the fund")
    belong to the mention, incidental ones do not.
    """
    first, last = head.left_edge.i, _end(head, frames)
    start, end = cue
    if first <= start <= last:
        if head.i < start:
            last = start - 1
        else:
            first = end + 1
    first = past_quotation(head.doc, _after_dateline(head, first, last), head.i)
    doc = head.doc
    if last + 1 < len(doc) and doc[last + 1].text == ")":
        words = [doc[number].text for number in range(first, last + 1)]
        last += words.count("(") > words.count(")")
    return trimmed(doc, (first, last))


def _end(head: Token, frames: Frames) -> int:
    """The last token of a mention: before a time, a long aside or an incidental clause."""
    doc = head.doc
    for part in head.rights:
        start: int = part.left_edge.i
        before = doc[start - 1].text if start > 0 else ""
        timed = any(c.ent_type_ in _TIMES for c in part.children)
        if part.dep_ == "prep" and timed:
            return start - 1
        if before == "(" and part.right_edge.i - start >= _LONGEST_ASIDE:
            return start - 2
        apart = before == "," or before in _DASHES
        incidental = part.dep_ == "acl" or part.lemma_ not in frames.identifying
        if apart and part.dep_ in ("acl", "relcl") and incidental:
            return start - 1
    last: int = head.right_edge.i
    return last


def _after_dateline(head: Token, first: int, last: int) -> int:
    """Past "LONDON, May 2 (Agency) - " at the start of a paragraph."""
    doc = head.doc
    opens = doc[first].text.isupper() and len(doc[first]) >= _SHORTEST_CITY
    agency = doc[first : last + 1].text.split(")")[0].count("(") == 1
    if not (opens or agency) or (first > 0 and not doc[first - 1].is_space):
        return first
    for number in range(first + 1, last):
        if doc[number].text in _DASHES and doc[number - 1].whitespace_:
            return number + 1
    return first
