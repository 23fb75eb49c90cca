"""An attribution on the way: what the readers of cues, quotations and colons hand each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.claims import Span

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(slots=True)
class Saying:
    """One attribution before it is resolved.

    ``clause`` is the cue with its subject and adjuncts. ``quotable``: a quotation beside it may be
    its content. ``ahead``: a clause after the cue is its content.
    """

    lemma: str  # of the cue; ":" for punctuation
    head: Token | None
    cue: Span  # empty (start and end alike) for a quotation that no cue claims
    clause: Span
    source: Span | None
    content: list[Span]
    source_head: Token | None = None
    quotable: bool = False
    ahead: bool = False
    own_subject: bool = False  # it is named with the cue, not carried over from before
    main: bool = False  # a saying that later quotations may go on from, not an aside in another

    @classmethod
    def of_quote(cls, quote: Span) -> Saying:
        """A quotation that no cue claims."""
        nothing = Span(quote.start, quote.start)
        return cls("", None, nothing, nothing, None, [quote])
