"""The source mention of an attribution: which words name who says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.claims import Span
from monitor.extract.tree import Range, trimmed

if TYPE_CHECKING:
    from spacy.tokens import Token

_RELATIVE = frozenset({"that", "which"})


def mention(head: Token, cue: Range) -> Span | None:
    """The noun phrase around a source's head token, without the cue and what follows it.

    "That" and "which" give way to the noun they stand for; "who" stands for itself.
    """
    if head.lower_ in _RELATIVE and head.head.dep_ == "relcl":
        head, last = head.head.head, head.i - 1
        first = head.left_edge.i
    else:
        first, last = head.left_edge.i, head.right_edge.i
    for part in head.rights:
        if part.dep_ == "relcl" and part.i < cue[0] and part.left_edge.i > head.i:
            break
    start, end = cue
    if first <= start <= last:
        if head.i < start:
            last = start - 1
        else:
            first = end + 1
    return trimmed(head.doc, (first, last))
