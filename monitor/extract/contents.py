"""What a cue verb's content is, by its frames and the parse; and how far its own clause goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.extract.frames import NO_FRAMES
from monitor.extract.tree import (
    QUOTE_MARKS,
    SUBJECTS,
    Range,
    agent,
    child,
    extent,
    has_subject,
    has_that,
    is_infinitive,
    joined,
    past_quotation,
    verb_group,
)

if TYPE_CHECKING:
    from spacy.tokens import Token

OPENING = frozenset({",", "\u201d", '"', "\u2014", "\u2013", "--"})  # before an inserted clause
CLOSING = OPENING | {".", ";", ")"}  # after one
_STOPS = frozenset({",", ":", ";", "\u2014", "\u2013", "--"}) | QUOTE_MARKS
_ADJUNCTS = frozenset({"advmod", "agent", "dative", "dobj", "npadvmod", "prep", "prt"})
_PASSIVE_FRAMES = {
    "ccomp": frozenset({"clause", "that", "object_infinitive", "infinitive"}),
    "xcomp": frozenset({"object_infinitive", "infinitive", "predicate"}),
    "oprd": frozenset({"predicate"}),
}
_REASONS = frozenset({"because", "if", "unless", "until", "so"})
_SETTING = frozenset({"during", "after", "before", "at", "by", "while", "without", "through"})


def clausal(part: Token, obj: Token | None, frames: frozenset[str]) -> Range | None:
    """The clause that a dependent of the verb heads, where the verb's frames take such a one."""
    second_cue = part.i > 0 and part.nbor(-1).text == ","  # "he said, adding that"
    if part.dep_ == "ccomp" and is_infinitive(part):
        fits = bool(frames & {"object_infinitive", "infinitive"})
    elif part.dep_ in ("ccomp", "xcomp", "pcomp") and part.tag_ == "VBG" and not has_subject(part):
        holds_clause = "clause" in frames and child(part, "ccomp") is not None
        fits = ("gerund" in frames or holds_clause) and not second_cue
    elif part.dep_ == "ccomp":
        fits = bool(frames & {"clause", "predicate"}) or ("that" in frames and has_that(part))
    elif part.dep_ == "xcomp" and is_infinitive(part):
        if obj is not None and "object_infinitive" in frames:
            return joined(obj, part)
        fits = "infinitive" in frames
    else:
        fits = False
    return extent(part) if fits else None


def with_reasons(verb: Token, content: Range) -> Range:
    """A clause with the reason or condition after it that the parse hangs on the cue."""
    first, last = content
    for part in verb.rights:
        bound = part.dep_ == "advcl" and part.left_edge.i == last + 1
        if bound and part.left_edge.lower_ in _REASONS:
            last = part.right_edge.i
    return first, last


def other_content(verb: Token, frames: frozenset[str]) -> list[Range]:
    """Content of an active verb other than a clause after it: phrase, object, clause before."""
    obj = child(verb, "dobj")
    for part in verb.rights:
        found = _led(part, obj, frames)
        if found is not None:
            return [found]
    if obj is not None and obj.i > verb.i:
        if "object_of" in frames:
            for part in obj.rights:
                if part.dep_ == "prep" and part.lower_ in frames:
                    return [joined(obj, part)]
        if "object" in frames:
            return [_with_phrases(verb, obj)]
    if frames & {"parenthesis", "quote"}:
        before = next((part for part in verb.lefts if part.dep_ == "ccomp"), None)
        if before is not None and _closed(verb):
            return [extent(before)]
    return []


def _with_phrases(verb: Token, obj: Token) -> Range:
    """An object with the phrases after it that the parse hangs on the verb, up to a time."""
    first, last = extent(obj)
    for part in verb.rights:
        if part.i <= last or part.dep_ != "prep" or part.left_edge.i != last + 1:
            continue
        if part.lower_ in _SETTING or any(c.ent_type_ in ("DATE", "TIME") for c in part.children):
            break
        last = part.right_edge.i
    return first, last


def _led(part: Token, obj: Token | None, frames: frozenset[str]) -> Range | None:
    """A phrase after the verb that a preposition leads, or what the verb calls its object."""
    if "predicate" in frames:
        if part.dep_ == "prep" and part.lower_ == "as" and obj is not None:
            return joined(obj, part)
        if part.dep_ in ("oprd", "xcomp") and not is_infinitive(part):
            return joined(obj, part) if obj is not None and obj.i < part.i else extent(part)
    if part.dep_ not in ("prep", "dative"):
        return None
    if "on_infinitive" in frames and part.lower_ in ("on", "upon"):
        return _called_on(part)
    if part.lower_ not in frames:
        return None
    if "object_of" in frames and obj is not None and obj.i < part.i:
        return joined(obj, part)
    inner = child(part, "pobj", "pcomp")
    if inner is None or inner.ent_type_ in ("DATE", "TIME"):
        return None
    return (_called_on(part) if part.lower_ == "for" else None) or extent(inner)


def _called_on(on: Token) -> Range | None:
    """Who is to do what ("called on them to leave", "called for them to leave")."""
    person = child(on, "pobj")
    if person is None:
        return None
    deeds = [c for c in (*person.rights, *on.rights, *on.head.rights) if is_infinitive(c)]
    return joined(person, deeds[0]) if deeds and deeds[0].i > person.i else None


def passive_content(verb: Token, frames: frozenset[str]) -> list[Range]:
    """Content of a passive verb: its subject, its complement, or both ("was accused of")."""
    if verb.dep_ == "acl" and "predicate" in frames and agent(verb) is None:
        return []  # a name: "a group called ..."
    patient = child(verb, "nsubjpass", "nsubj")
    complement: list[Range] = []
    for part in verb.rights:
        led = part.dep_ == "prep" and part.lower_ in frames | {"as"}
        if led or frames & _PASSIVE_FRAMES.get(part.dep_, NO_FRAMES):
            inner = child(part, "pobj", "pcomp") if led else None
            complement = [extent(part if inner is None else inner)]
            break
    if patient is not None and patient.lower_ != "it" and complement and "recipient" not in frames:
        return [extent(patient), *complement]
    if complement:
        return complement
    if patient is not None and ("passive" in frames or ("object" in frames and agent(verb))):
        return [extent(patient)]
    return []


def _closed(verb: Token) -> bool:
    """Whether a stop, comma or quotation mark follows the verb, or no clause does."""
    if not any(part.dep_ in ("ccomp", "dobj") for part in verb.rights):
        return True
    return verb.i + 1 < len(verb.doc) and verb.doc[verb.i + 1].text in CLOSING


def around(verb: Token, clause: Range, frames: frozenset[str], sentence: Range) -> list[Range]:
    """The sentence around a cue that commas set apart ("The plan, he said, is dead")."""
    if not has_subject(verb) or (child(verb, "dobj") is not None and "recipient" not in frames):
        return []
    if verb.dep_ == "ccomp" and verb.head.i < verb.i:
        return []  # it is part of what is said
    doc = verb.doc
    first, last = sentence
    start, end = clause
    opened = doc[start - 1].text in OPENING if start > first else doc[start].lower_ == "as"
    closed = end >= last or doc[end + 1].text in CLOSING
    if not (opened and closed):
        return []
    second = next((n for n in range(end + 1, last) if doc[n].lower_ == "according"), None)
    if second is not None:
        last = second - 1  # "..., officials said, according to ..."
    if start == first:
        return [(end + 1, last)]
    if end >= last or doc[end + 1].text == ".":
        return [(first, start - 1)]
    return [(first, last)]


def rest(verb: Token, frames: frozenset[str]) -> list[Range]:
    """What follows a finite cue that the parse gives no clause, led by "that"."""
    if child(verb, "dobj") is not None and "recipient" not in frames:
        return []
    last = verb.right_edge.i
    for token in verb.doc[verb.i + 1 : last + 1]:
        if token.lower_ == "that" and token.dep_ == "mark":
            noun = token.head.head
            return [(token.i, last)] if verb in (noun, noun.head, noun.head.head) else []
    return []


def equated(verb: Token) -> list[Range]:
    """ "One risk the auditors note is that ...": what the verb's object is said to be."""
    topic = verb.head
    if verb.dep_ != "relcl" or topic.dep_ != "nsubj" or topic.head.lemma_ != "be":
        return []
    said = child(topic.head, "ccomp")
    return [extent(said)] if said is not None and said.i > topic.head.i else []


def saying_clause(verb: Token, content: list[Range], bound: int) -> Range:
    """The cue with its subject and what belongs to the saying (to whom, where, when)."""
    doc = verb.doc
    start, end = verb_group(verb)
    for part in verb.lefts:
        inside = any(first <= part.i <= last for first, last in content)
        if part.dep_ in SUBJECTS and not inside and part.i >= bound:
            start = min(start, past_quotation(doc, part.left_edge.i, part.i))
    if start > 0 and doc[start - 1].lower_ == "as" and doc[start - 1].dep_ == "mark":
        start -= 1
    for part in verb.rights:
        left, right = extent(part)
        if part.is_space:
            continue
        if part.dep_ not in _ADJUNCTS and part.dep_ not in SUBJECTS:
            break
        held = [first for first, last in content if first <= right and left <= last]
        if held:
            end = max(end, min(held) - 1)
            break
        if doc[left].text in _STOPS or (left > end and doc[left - 1].text in _STOPS):
            break
        mark = next((n for n in range(left, right + 1) if doc[n].text in QUOTE_MARKS), None)
        if mark is not None:
            end = max(end, mark - 1)
            break
        end = max(end, right)
    return start, end
