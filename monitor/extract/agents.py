"""Who did it, and whose count it is."""

from __future__ import annotations

from collections.abc import Iterable

from spacy.tokens import Token

from monitor.extract.counted import Counted
from monitor.extract.measures import Measure

SUBJECTS = {"nsubj", "csubj"}
NAMES = {"PROPN"}


def read_agent(measure: Measure, counted: Counted) -> str | None:
    """Who did it as written: the subject of an active verb, or who stands behind "by"."""
    for verb in (measure.cue, measure.verb):
        for child in verb.children:
            acts = child.dep_ in SUBJECTS and measure.role in ("object", "phrase")
            if acts and child != counted.anchor and counted.anchor not in child.subtree:
                return None if child.pos_ in ("PRON", "DET") else _words(child)
            if child.dep_ == "agent":
                return next((_words(inner) for inner in child.children), None)
    return None


def read_owner(measure: Measure, counted: Counted, before: Iterable[str]) -> str | None:
    """Whose count it is ("the Alliance won 97 seats and the Union 41"), by its name.

    ``before`` are the owners named earlier in the text, the newest first: a short name or "the
    party" stands for one of them.
    """
    owner = _whose(measure.cue) or _beside(counted) or _subject(measure, counted)
    names = list(before)
    if owner is None:
        return None
    name = [t.text for t in owner if t.pos_ in NAMES or (len(t) > 1 and t.text.isupper())]
    if not name:
        own = [t.text for t in owner if t.pos_ not in ("DET", "PRON", "NUM")]
        pointing = owner[-1].pos_ == "PRON" or len(own) <= 1
        if pointing:
            return names[0] if names else None
        return " ".join(own).lower()
    fuller = (known for known in names if set(name) <= set(known.split()))
    return next(fuller, " ".join(name))


def _whose(cue: Token) -> list[Token] | None:
    """The owner named on the measure's noun: "Nordline's profit", "the profit of Nordline"."""
    near = [c for c in cue.lefts if c.dep_ in ("poss", "compound", "nmod")]
    near += [g for c in cue.rights if c.lower_ == "of" for g in c.rights]
    owner = next((c for c in near if c.pos_ in NAMES and c.ent_type_ != "DATE"), None)
    return [*_modifiers(owner), owner] if owner is not None else None


def _subject(measure: Measure, counted: Counted) -> list[Token] | None:
    for verb in (measure.cue, measure.verb):
        for child in verb.children:
            own = child.dep_ in SUBJECTS and counted.anchor not in child.subtree
            if own and child != counted.anchor and child != measure.cue:
                return [*_modifiers(child), child]
    return None


def _beside(counted: Counted) -> list[Token] | None:
    """The owner named right beside a lone count: "the Union 41", "41 for the Union"."""
    number = counted.number
    doc = number.doc
    if number.end + 1 < len(doc) and doc[number.end].lower_ == "for":
        noun = next((c for c in doc[number.end].children if c.dep_ == "pobj"), None)
        return [*_modifiers(noun), noun] if noun is not None else None
    if counted.noun is not None and counted.noun.i >= number.start:
        return None
    before = doc[number.start - 1] if number.start > number.sent.start else None
    if before is not None and before.pos_ in ("NOUN", "PROPN"):
        return [*_modifiers(before), before]
    return None


def _modifiers(token: Token) -> list[Token]:
    return [c for c in token.lefts if c.dep_ in ("compound", "amod", "nmod", "poss")]


def _words(token: Token) -> str:
    return str(token.doc[token.left_edge.i : token.i + 1].text)
