"""What attribution asks of a parse: how far a phrase reaches, who is a verb's subject."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from monitor.claims import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

Range = tuple[int, int]  # first token, last token

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"})
_DEPENDENT_CLAUSES = frozenset(
    {
        "ccomp",
        "xcomp",
        "advcl",
        "acl",
        "relcl",
        "parataxis",
        "conj",
        "pcomp",
        "dep",
        "prep",
        "acomp",
    }
)
_BEFORE_VERB = frozenset({"aux", "auxpass", "neg", "advmod"})
QUOTE_MARKS = frozenset({"\u201c", "\u201d", '"'})
_STOP_MARKS = frozenset({",", ".", "?", "!"})
_EDGE = frozenset(",;:.-\u2013\u2014") | {"--"}
_MAX_STEPS = 8  # between a verb and the clause that names its subject


def extent(token: Token) -> Range:
    """The first and last token of the phrase that a token heads."""
    return token.left_edge.i, token.right_edge.i


def joined(one: Token, two: Token) -> Range:
    """From the start of one phrase to the end of another."""
    left, right = extent(one), extent(two)
    return min(left[0], right[0]), max(left[1], right[1])


def without(piece: Range, hole: Range) -> Iterator[Range]:
    """What is left of a stretch when another is taken out."""
    first, last = piece
    start, end = hole
    if end < first or start > last:
        yield piece
        return
    if first < start:
        yield first, start - 1
    if last > end:
        yield end + 1, last


def trimmed(doc: Doc, piece: Range) -> Span | None:
    """The characters of a stretch of tokens without punctuation and blanks at its edges."""
    first, last = piece
    while first <= last and (doc[first].is_space or doc[first].text in _EDGE):
        first += 1
    while last >= first and (doc[last].is_space or doc[last].text in _EDGE):
        last -= 1
    if first > last:
        return None
    return Span(doc[first].idx, doc[last].idx + len(doc[last]))


def past_quotation(doc: Doc, first: int, head: int) -> int:
    """Where a phrase starts that the parse drew over the quotation before it."""
    marks = [n for n in range(first, head) if doc[n].text in QUOTE_MARKS]
    if marks and (len(marks) % 2 or doc[marks[-1] - 1].text in _STOP_MARKS):
        return marks[-1] + 1
    return first


def quotation_end(verb: Token, first: int) -> int:
    """The token after the last quotation that ends with a stop before a verb; 0 for none."""
    doc = verb.doc
    for number in range(verb.i - 1, first, -1):
        if doc[number].text in QUOTE_MARKS and doc[number - 1].text in _STOP_MARKS:
            return number + 1
    return 0


def child(token: Token, *relations: str) -> Token | None:
    """The first dependent in one of these relations."""
    return next((c for c in token.children if c.dep_ in relations), None)


def is_infinitive(verb: Token) -> bool:
    """Whether the verb stands with "to"."""
    return any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children)


def is_finite(verb: Token) -> bool:
    """Whether a verb stands in a tense, by its own form or an auxiliary before it."""
    if verb.tag_ in ("VBD", "VBZ", "VBP"):
        return True
    return any(part.dep_ in ("aux", "auxpass") and part.lower_ != "to" for part in verb.lefts)


def has_subject(verb: Token) -> bool:
    """Whether the verb has a subject of its own."""
    return any(c.dep_ in SUBJECTS for c in verb.children)


def has_that(verb: Token) -> bool:
    """Whether a clause is led by "that"."""
    return any(c.dep_ == "mark" and c.lower_ == "that" for c in verb.children)


def is_passive(verb: Token) -> bool:
    """Whether a verb form is passive: "was told", "a plan proposed by", "asked about it, he"."""
    if verb.tag_ not in ("VBN", "VBD"):
        return False
    if any(c.dep_ in ("auxpass", "nsubjpass", "agent") for c in verb.children):
        return True
    bare = not any(c.dep_ == "aux" or c.dep_ in SUBJECTS for c in verb.children)
    return bare and verb.dep_ in ("acl", "advcl", "amod")


def own_subject(verb: Token) -> Token | None:
    """The subject nearest to the verb among its own."""
    named = [c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")]
    before = [c for c in named if c.i < verb.i]
    return before[-1] if before else named[0] if named else None


def subject(verb: Token) -> Token | None:
    """The token that heads who does it, also where the verb has no subject of its own."""
    for _ in range(_MAX_STEPS):
        own = own_subject(verb)
        if own is not None:
            return own
        head = verb.head
        if verb.dep_ == "acl" and head.pos_ in ("NOUN", "PROPN", "PRON"):
            return head
        if verb.dep_ == "pcomp" and head.lower_ == "as":
            quoted = child(head.head, "dobj")  # "cited officials as saying that"
            if quoted is not None:
                return quoted
        if verb.dep_ == "xcomp":
            controller = child(head, "dobj", "dative")
            if controller is not None and controller.i < verb.i:
                return controller
        if verb.dep_ not in _DEPENDENT_CLAUSES or head == verb:
            return None
        if head.pos_ not in ("VERB", "AUX", "ADP", "SCONJ", "ADJ"):
            return None
        verb = head
    return None


def agent(verb: Token) -> Token | None:
    """Who does it, of a passive verb."""
    for phrase in verb.children:
        if phrase.dep_ == "agent" or (phrase.dep_ == "prep" and phrase.lower_ == "by"):
            return child(phrase, "pobj")
    return None


def verb_group(verb: Token) -> Range:
    """The verb with its auxiliaries, negation, adverbs before it and its particle."""
    start = end = verb.i
    while start > 0:
        before = verb.doc[start - 1]
        if not before.is_space and (before.head != verb or before.dep_ not in _BEFORE_VERB):
            break
        start -= 1
    while verb.doc[start].is_space:
        start += 1
    particle = child(verb, "prt")
    if particle is not None and particle.i == end + 1:
        end = particle.i
    return start, end
