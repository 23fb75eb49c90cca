"""Cues in the parse: each with the source that is named beside it and the content it governs.

Quotation marks come later (`quotes.py`): a draft without content is kept, because a quotation may
stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.claims import Span
from monitor.extract.frames import NO_FRAMES, Frames
from monitor.extract.sources import mention
from monitor.extract.tree import (
    SUBJECTS,
    Range,
    agent,
    child,
    extent,
    has_subject,
    has_that,
    is_infinitive,
    is_passive,
    joined,
    subject,
    trimmed,
    verb_group,
    without,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_ADJUNCTS = frozenset(
    {
        "aux",
        "auxpass",
        "neg",
        "advmod",
        "dative",
        "dobj",
        "prep",
        "prt",
        "npadvmod",
        "agent",
        "mark",
    }
)
_OPENING = frozenset({",", "\u2014", "\u2013", "--", "\u201d", '"'})
_CLOSING = frozenset({",", ".", ";", "\u2014", "\u2013", "--", ")", "\u201d", '"'})


@dataclass(slots=True)
class Draft:
    """One attribution on the way.

    ``clause`` is the cue with its subject and adjuncts. ``quotable``: a quotation beside it may be
    its content. ``ahead``: the content follows the cue.
    """

    head: Token | None
    cue: Span  # empty (start and end alike) for a quotation that no cue claims
    clause: Span
    source: Span | None
    content: list[Span]
    source_head: Token | None = None
    quotable: bool = False
    ahead: bool = False

    @classmethod
    def of_quote(cls, quote: Span) -> Draft:
        """A quotation that no cue claims."""
        nothing = Span(quote.start, quote.start)
        return cls(None, nothing, nothing, None, [quote])


def find_cues(doc: Doc, frames: Frames) -> Iterator[Draft]:
    """Every cue of the lexicon, with or without content, in text order."""
    for token in doc:
        lemma = token.lemma_.lower()
        if token.pos_ in ("VERB", "AUX"):
            known = frames.verbs.get(lemma, NO_FRAMES)
            made = _verb(token, known) if known else None
        elif token.pos_ == "NOUN":
            known = frames.nouns.get(lemma, NO_FRAMES)
            made = _noun(token, known, frames) if known else None
        elif token.pos_ == "ADJ":
            known = frames.adjectives.get(lemma, NO_FRAMES)
            made = _adjective(token, known) if known else None
        else:
            made = None
        if token.lower_ == "according":
            made = _according(token)
        if made is not None:
            yield made


def _draft(
    head: Token, cue: Range, source: Token | None, content: Iterable[Range], clause: Range
) -> Draft:
    doc = head.doc
    spans = [span for part in content if (span := trimmed(doc, part)) is not None]
    cue_span = trimmed(doc, cue) or Span(head.idx, head.idx + len(head))
    return Draft(
        head=head,
        cue=cue_span,
        clause=trimmed(doc, clause) or cue_span,
        source=mention(source, cue) if source is not None else None,
        content=spans,
        source_head=source,
        ahead=bool(spans) and spans[0].start > cue_span.start,
    )


# ---------------------------------------------------------------- verbs


def _verb(verb: Token, frames: frozenset[str]) -> Draft | None:
    passive = is_passive(verb)
    content = _passive_content(verb, frames) if passive else _active_content(verb, frames)
    clause = _clause(verb, content)
    if not content and "parenthesis" in frames and not passive:
        content = _around(verb, clause)
    pieces = [part for piece in content for part in without(piece, clause)]
    source = agent(verb) if passive else subject(verb)
    draft = _draft(verb, verb_group(verb), source, pieces, clause)
    draft.quotable = "quote" in frames and not passive
    return draft if draft.content or draft.quotable else None


def _active_content(verb: Token, frames: frozenset[str]) -> list[Range]:
    obj = child(verb, "dobj")
    for part in verb.children:
        found = _clausal_content(verb, part, obj, frames)
        if found is not None:
            return [found]
    if "predicate" in frames:
        as_phrase = [c for c in verb.children if c.dep_ == "prep" and c.lower_ == "as"]
        called = [c for c in verb.children if c.dep_ in ("oprd", "xcomp", "ccomp") and c.i > verb.i]
        if obj is not None and as_phrase:
            return [joined(obj, as_phrase[0])]
        if called:
            return [extent(called[0])]
    for part in verb.children:
        if part.dep_ in ("prep", "dative") and part.lower_ in frames and part.i > verb.i:
            inner = child(part, "pobj", "pcomp")
            if inner is not None:
                return [extent(inner)]
        if part.dep_ == "prep" and part.lower_ == "on" and "on_infinitive" in frames:
            return [extent(part)]
    if obj is not None and obj.i > verb.i and "object" in frames:
        return [extent(obj)]
    if obj is not None and "object_of" in frames:
        for part in [*verb.children, *obj.children]:
            if part.dep_ == "prep" and part.lower_ in frames and part.i > obj.i:
                return [joined(obj, part)]
    return []


def _clausal_content(
    verb: Token, part: Token, obj: Token | None, frames: frozenset[str]
) -> Range | None:
    if part.dep_ == "ccomp" and is_infinitive(part):
        fits = bool(frames & {"object_infinitive", "infinitive"})
    elif part.dep_ in ("ccomp", "xcomp", "pcomp") and part.tag_ == "VBG" and not has_subject(part):
        fits = "gerund" in frames
    elif part.dep_ == "ccomp":
        fits = "clause" in frames
    elif part.dep_ == "xcomp" and is_infinitive(part):
        if obj is not None and "object_infinitive" in frames:
            return extent(part) if "recipient" in frames else joined(obj, part)
        fits = bool(frames & {"infinitive", "raised_infinitive"})
    else:
        fits = False
    return extent(part) if fits else None


def _passive_content(verb: Token, frames: frozenset[str]) -> list[Range]:
    patient = child(verb, "nsubjpass", "nsubj")
    complement: list[Range] = []
    for part in verb.children:
        led = part.dep_ == "prep" and part.lower_ in frames | {"as"}
        if part.i > verb.i and (led or part.dep_ in ("ccomp", "xcomp", "oprd")):
            complement = [extent(part)]
            break
    if patient is not None and patient.lower_ != "it" and complement and "recipient" not in frames:
        return [extent(patient), *complement]
    if complement:
        return complement
    if patient is not None and "object" in frames and agent(verb) is not None:
        return [extent(patient)]
    return []


def _around(verb: Token, clause: Range) -> list[Range]:
    """The sentence around a cue that commas set apart ("The plan, he said, is dead")."""
    if not has_subject(verb):
        return []
    doc, sentence = verb.doc, verb.sent
    first, last = sentence.start, sentence.end - 1
    start, end = clause
    opened = start > first and doc[start - 1].text in _OPENING
    closed = end >= last or doc[end + 1].text in _CLOSING
    if not (opened and closed):
        return []
    if end >= last or doc[end + 1].text == ".":
        return [(first, start - 1)]
    return [(first, last)]


def _clause(verb: Token, content: list[Range]) -> Range:
    start, end = verb_group(verb)
    for part in verb.children:
        if part.dep_ not in _ADJUNCTS and part.dep_ not in SUBJECTS:
            continue
        left, right = extent(part)
        if not any(left <= last and first <= right for first, last in content):
            start, end = min(start, left), max(end, right)
    return start, end


# ---------------------------------------------------------------- nouns, adjectives, phrases


def _noun(noun: Token, known: frozenset[str], frames: Frames) -> Draft | None:
    content: Range | None = None
    told = False
    for part in noun.rights:
        if part.dep_ in ("acl", "ccomp", "relcl") and "clause" in known and has_that(part):
            content, told = extent(part), True
        elif part.dep_ in ("acl", "xcomp") and "infinitive" in known and is_infinitive(part):
            content = extent(part)
        elif part.dep_ == "prep" and part.lower_ in known:
            inner = child(part, "pobj", "pcomp")
            content = extent(inner) if inner is not None else None
        if content is not None:
            break
    if content is None:
        return None
    source, start = _noun_source(noun, content, frames)
    if source is None and not told:
        return None
    return _draft(noun, (start, noun.i), source, [content], (start, noun.i))


def _noun_source(noun: Token, content: Range, frames: Frames) -> tuple[Token | None, int]:
    owner = child(noun, "poss")
    if owner is not None:
        return owner, noun.i
    for part in noun.children:
        if part.dep_ in ("prep", "agent") and part.lower_ in ("by", "from", "of", "among"):
            inner = child(part, "pobj")
            if inner is not None and not content[0] <= inner.i <= content[1]:
                return inner, noun.i
    head = noun.head
    if noun.dep_ in ("dobj", "attr") and head.lemma_ in frames.light:
        return subject(head), verb_group(head)[0]
    return None, noun.i


def _adjective(adjective: Token, known: frozenset[str]) -> Draft | None:
    verb = adjective.head
    if adjective.dep_ not in ("acomp", "conj", "advcl", "oprd") or verb.pos_ not in ("AUX", "VERB"):
        return None
    for part in [*adjective.rights, *(c for c in verb.rights if c.i > adjective.i)]:
        content: Token | None = None
        to_do = part.dep_ == "xcomp" and "infinitive" in known and is_infinitive(part)
        if to_do or (part.dep_ == "ccomp" and "clause" in known):
            content = part
        elif part.dep_ == "prep" and part.head == adjective and part.lower_ in known:
            content = child(part, "pobj", "pcomp")
        if content is not None:
            start, end = verb_group(verb)
            cue = min(start, adjective.i), max(end, adjective.i)
            return _draft(adjective, cue, subject(verb), [extent(content)], cue)
    return None


def _according(token: Token) -> Draft | None:
    to = next((c for c in token.children if c.lower_ == "to"), None)
    source = child(to, "pobj") if to is not None else None
    if to is None or source is None:
        return None
    phrase = (token.i, max(extent(source)[1], to.i))
    head = token.head
    while head.pos_ not in ("VERB", "AUX") and head.head != head:
        head = head.head
    return _draft(token, (token.i, to.i), source, without(extent(head), phrase), phrase)
