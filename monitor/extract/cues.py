"""Cues in the parse: each with the source that is named beside it and the content it governs.

A `Draft` is one attribution in tokens; `attribution.py` joins it with the quotation marks, and
`sources.py` cuts its source mention.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.extract.frames import NO_FRAMES, Frames

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"})
CLAUSES = frozenset(
    {"ccomp", "xcomp", "advcl", "acl", "relcl", "parataxis", "conj", "pcomp", "dep"}
)
_BEFORE_CUE = frozenset({"aux", "auxpass", "neg", "advmod"})
_OWN = frozenset(
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

Range = tuple[int, int]  # first token, last token


@dataclass(slots=True)
class Draft:
    """One attribution in token numbers. ``clause`` is the cue with its subject and adjuncts."""

    head: Token
    frames: frozenset[str]
    cue: Range
    source: Token | None
    content: list[Range]
    clause: Range
    quotable: bool = False
    recipient: Token | None = None
    quoted: list[int] = field(default_factory=list)  # numbers of its quotations


def find_cues(doc: Doc, frames: Frames) -> Iterator[Draft]:
    """Every cue of the lexicon, with or without content, in text order."""
    for token in doc:
        if token.pos_ in ("VERB", "AUX"):
            known = frames.verbs.get(token.lemma_.lower(), NO_FRAMES)
            if known:
                yield _verb(token, known)
        elif token.pos_ == "NOUN":
            known = frames.nouns.get(token.lemma_.lower(), NO_FRAMES)
            if known:
                yield from _noun(token, known, frames.light)
        elif token.pos_ == "ADJ":
            known = frames.adjectives.get(token.lemma_.lower(), NO_FRAMES)
            if known:
                yield from _adjective(token, known)
        if token.lower_ == "according":
            yield from _according(token)


# ---------------------------------------------------------------- verbs


def _verb(verb: Token, frames: frozenset[str]) -> Draft:
    passive = is_passive(verb)
    content = _passive_content(verb, frames) if passive else _active_content(verb, frames)
    clause = _clause(verb, content)
    if not content and "parenthesis" in frames and not passive:
        content = _around(verb, clause)
    source = _agent(verb) if passive else subject(verb)
    return Draft(
        head=verb,
        frames=frames,
        cue=_cue(verb),
        source=source,
        content=[part for piece in content for part in _without(piece, clause)],
        clause=clause,
        quotable="quote" in frames and not passive,
        recipient=next((c for c in verb.children if c.dep_ in ("dobj", "dative")), None),
    )


def _active_content(verb: Token, frames: frozenset[str]) -> list[Range]:
    obj = next((c for c in verb.children if c.dep_ == "dobj"), None)
    for child in verb.children:
        if child.dep_ == "ccomp" and _is_infinitive(child):
            if "object_infinitive" in frames or "infinitive" in frames:
                return [_extent(child)]
        elif child.dep_ == "ccomp" and child.tag_ == "VBG" and not _has_subject(child):
            if "gerund" in frames:
                return [_extent(child)]
        elif child.dep_ == "ccomp" and "clause" in frames:
            return [_extent(child)]
        elif child.dep_ == "xcomp" and _is_infinitive(child):
            if obj is not None and "object_infinitive" in frames:
                return [_joined(obj, child)] if "recipient" not in frames else [_extent(child)]
            if "infinitive" in frames or "raised_infinitive" in frames:
                return [_extent(child)]
        elif child.dep_ in ("xcomp", "pcomp") and child.tag_ == "VBG" and "gerund" in frames:
            return [_extent(child)]
    if "predicate" in frames:
        called = [c for c in verb.children if c.dep_ in ("oprd", "xcomp", "ccomp") and c.i > verb.i]
        as_phrase = [c for c in verb.children if c.dep_ == "prep" and c.lower_ == "as"]
        if obj is not None and as_phrase and "predicate" in frames:
            return [_joined(obj, as_phrase[0])]
        if called:
            return [_extent(called[0])]
    for child in verb.children:
        if child.dep_ in ("prep", "dative") and child.lower_ in frames and child.i > verb.i:
            inner = [c for c in child.children if c.dep_ in ("pobj", "pcomp")]
            if inner:
                return [_extent(inner[0])]
        if child.dep_ == "prep" and child.lower_ == "on" and "on_infinitive" in frames:
            return [_extent(child)]
    if obj is not None and obj.i > verb.i and "object" in frames:
        return [_extent(obj)]
    if obj is not None and "object_of" in frames:
        prep = [c for c in verb.children if c.dep_ == "prep" and c.lower_ in frames and c.i > obj.i]
        prep += [c for c in obj.children if c.dep_ == "prep" and c.lower_ in frames]
        if prep:
            return [_joined(obj, prep[0])]
    return []


def _passive_content(verb: Token, frames: frozenset[str]) -> list[Range]:
    patient = next((c for c in verb.children if c.dep_ in ("nsubjpass", "nsubj")), None)
    complement: list[Range] = []
    for child in verb.children:
        if child.i < verb.i:
            continue
        if child.dep_ in ("ccomp", "xcomp", "oprd"):
            complement = [_extent(child)]
            break
        if child.dep_ == "prep" and child.lower_ in frames | {"as"}:
            complement = [_extent(child)]
            break
    if patient is not None and patient.lower_ != "it" and complement and "recipient" not in frames:
        return [_extent(patient), *complement]
    if complement:
        return complement
    if patient is not None and "object" in frames and _agent(verb) is not None:
        return [_extent(patient)]
    return []


def _around(verb: Token, clause: Range) -> list[Range]:
    """The sentence around a cue that commas set apart ("The plan, he said, is dead")."""
    doc = verb.doc
    sentence = verb.sent
    first, last = sentence.start, sentence.end - 1
    start, end = clause
    before = doc[start - 1] if start > first else None
    after = doc[end + 1] if end < last else None
    closed = after is None or after.text in (",", ".", ";", "\u2014", "\u2013", "--", ")", "\u201d")
    opened = before is not None and before.text in (",", "\u2014", "\u2013", "--", "\u201d", '"')
    if not (opened and closed):
        return []
    if after is None or after.text == ".":
        return [(first, start - 1)]
    return [(first, last)]


def is_passive(verb: Token) -> bool:
    """Whether a verb form is passive: "was told", "a plan proposed by"."""
    if verb.tag_ != "VBN":
        return False
    if any(c.dep_ in ("auxpass", "nsubjpass", "agent") for c in verb.children):
        return True
    return str(verb.dep_) == "acl"


def subject(verb: Token) -> Token | None:
    """The token that heads who does it, also where the verb has no subject of its own."""
    seen = 0
    while seen < 8:
        seen += 1
        own = [c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass", "csubj")]
        if own:
            return own[0]
        head = verb.head
        if verb.dep_ == "acl" and head.pos_ in ("NOUN", "PROPN", "PRON"):
            return head
        if verb.dep_ == "xcomp":
            controlled = [c for c in head.children if c.dep_ in ("dobj", "dative")]
            if controlled and controlled[0].i < verb.i:
                return controlled[0]
        if verb.dep_ not in CLAUSES and verb.dep_ != "prep":
            return None
        if head == verb or head.pos_ not in ("VERB", "AUX", "ADP", "SCONJ", "ADJ"):
            return None
        verb = head
    return None


def _agent(verb: Token) -> Token | None:
    for child in verb.children:
        if child.dep_ == "agent" or (child.dep_ == "prep" and child.lower_ == "by"):
            return next((c for c in child.children if c.dep_ == "pobj"), None)
    return None


def _cue(verb: Token) -> Range:
    start = verb.i
    while start > 0:
        before = verb.doc[start - 1]
        if before.head == verb and before.dep_ in _BEFORE_CUE:
            start -= 1
        else:
            break
    end = verb.i
    for child in verb.children:
        if child.dep_ == "prt" and child.i == end + 1:
            end = child.i
    return start, end


def _clause(verb: Token, content: list[Range]) -> Range:
    start, end = _cue(verb)
    for child in verb.children:
        if child.dep_ not in _OWN and child.dep_ not in SUBJECTS:
            continue
        left, right = _extent(child)
        if any(left <= last and first <= right for first, last in content):
            continue
        start, end = min(start, left), max(end, right)
    return start, end


# ---------------------------------------------------------------- nouns, adjectives, phrases


def _noun(noun: Token, frames: frozenset[str], light: frozenset[str]) -> Iterator[Draft]:
    content: list[Range] = []
    for child in noun.children:
        if child.i < noun.i:
            continue
        clause = child.dep_ in ("acl", "ccomp", "relcl") and "clause" in frames and _that(child)
        purpose = child.dep_ in ("acl", "xcomp") and "infinitive" in frames
        if clause or (purpose and _is_infinitive(child)):
            content = [_extent(child)]
        elif child.dep_ == "prep" and child.lower_ in frames:
            inner = [c for c in child.children if c.dep_ in ("pobj", "pcomp")]
            content = [_extent(inner[0])] if inner else []
        if content:
            break
    if not content:
        return
    source, cue_start = _noun_source(noun, content, light)
    if source is None and not ("clause" in frames and _that(noun.doc[content[0][0]].head)):
        return
    yield Draft(noun, frames, (cue_start, noun.i), source, content, (cue_start, noun.i))


def _noun_source(
    noun: Token, content: list[Range], light: frozenset[str]
) -> tuple[Token | None, int]:
    for child in noun.children:
        if child.dep_ == "poss":
            return child, noun.i
    for child in noun.children:
        if child.dep_ in ("prep", "agent") and child.lower_ in ("by", "from", "of", "among"):
            inner = next((c for c in child.children if c.dep_ == "pobj"), None)
            if inner is not None and not any(a <= inner.i <= b for a, b in content):
                return inner, noun.i
    head = noun.head
    if noun.dep_ in ("dobj", "attr") and head.lemma_ in light:
        return subject(head), _cue(head)[0]
    return None, noun.i


def _adjective(adjective: Token, frames: frozenset[str]) -> Iterator[Draft]:
    if adjective.dep_ not in ("acomp", "conj", "advcl", "ROOT", "oprd"):
        return
    verb = adjective.head
    if verb.pos_ not in ("AUX", "VERB"):
        return
    for child in [*adjective.children, *verb.children]:
        if child.i < adjective.i:
            continue
        content: list[Range] = []
        clause = child.dep_ == "ccomp" and "clause" in frames
        if clause or (child.dep_ == "xcomp" and "infinitive" in frames and _is_infinitive(child)):
            content = [_extent(child)]
        elif child.dep_ == "prep" and child.head == adjective and child.lower_ in frames:
            inner = [c for c in child.children if c.dep_ in ("pobj", "pcomp")]
            content = [_extent(inner[0])] if inner else []
        if content:
            cue = (_cue(verb)[0], adjective.i)
            yield Draft(adjective, frames, cue, subject(verb), content, cue)
            return


def _according(token: Token) -> Iterator[Draft]:
    to = next((c for c in token.children if c.lower_ == "to"), None)
    source = next((c for c in to.children if c.dep_ == "pobj"), None) if to is not None else None
    if to is None or source is None:
        return
    phrase = (token.i, max(_extent(source)[1], to.i))
    head = token.head
    while head.pos_ not in ("VERB", "AUX") and head.head != head:
        head = head.head
    content = list(_without(_extent(head), phrase))
    yield Draft(token, NO_FRAMES, (token.i, to.i), source, content, phrase)


# ---------------------------------------------------------------- the parse


def _extent(token: Token) -> Range:
    return token.left_edge.i, token.right_edge.i


def _joined(one: Token, two: Token) -> Range:
    left, right = _extent(one), _extent(two)
    return min(left[0], right[0]), max(left[1], right[1])


def _without(piece: Range, hole: Range) -> Iterator[Range]:
    first, last = piece
    start, end = hole
    if end < first or start > last:
        yield piece
        return
    if first < start:
        yield first, start - 1
    if last > end:
        yield end + 1, last


def _is_infinitive(verb: Token) -> bool:
    return any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children)


def _has_subject(verb: Token) -> bool:
    return any(c.dep_ in SUBJECTS for c in verb.children)


def _that(verb: Token) -> bool:
    return any(c.dep_ == "mark" and c.lower_ == "that" for c in verb.children)
