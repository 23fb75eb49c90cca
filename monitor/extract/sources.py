"""The source mention of an attribution: which words name who says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.claims import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_EDGE = frozenset(",;:.-\u2013\u2014") | {"--"}
_RELATIVE = frozenset({"that", "which"})


def mention(head: Token, cue: tuple[int, int]) -> Span | None:
    """The noun phrase around a source's head token, without the cue and what follows it."""
    doc = head.doc
    if head.lower_ in _RELATIVE and head.head.dep_ == "relcl":
        head, last = head.head.head, head.i - 1
        first = head.left_edge.i
    else:
        first, last = head.left_edge.i, head.right_edge.i
    start, end = cue
    if first <= start <= last:
        if head.i < start:
            last = start - 1
        else:
            first = end + 1
    return trimmed(doc, first, last)


def trimmed(doc: Doc, first: int, last: int) -> Span | None:
    """The characters of a stretch of tokens without punctuation and blanks at its edges."""
    while first <= last and (doc[first].is_space or doc[first].text in _EDGE):
        first += 1
    while last >= first and (doc[last].is_space or doc[last].text in _EDGE):
        last -= 1
    if first > last:
        return None
    return Span(doc[first].idx, doc[last].idx + len(doc[last]))
