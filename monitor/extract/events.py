"""The event that a count belongs to: an earthquake, the attack of a day, one strike."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Token

from monitor.extract.arcs import distance
from monitor.extract.lexicon import lexicon
from monitor.extract.phrases import Phrases
from monitor.extract.places import Named

# Further than this along the parse, an event noun belongs to another statement.
REACH = 5.0
# A place so near to an event is where it happened.
NEAR = 4.0


@dataclass(frozen=True, slots=True)
class EventClass:
    """A class of events and how its count behaves."""

    name: str
    running: bool
    wide: bool
    by: bool
    disaster: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One mention of an event. ``place`` is where the text puts it, if it does."""

    of: EventClass
    token: Token
    single: bool
    definite: bool
    by: frozenset[str] = frozenset()  # names of who does it, in lower case
    place: Named | None = None

    def running(self, large: bool) -> bool:
        """Whether its count is followed as a running total and not as one incident's.

        ``large``: it took a whole region or country.
        """
        return self.of.running or (self.of.wide and large)

    @property
    def name(self) -> str:
        """The event in normal form: its class, and the site where one is named."""
        site = self.place.place if self.place is not None and self.place.kind == "site" else None
        return f"{self.of.name} at {site.name}" if site is not None else self.of.name


def find_events(
    tokens: Sequence[Token], places: Sequence[Named], data: Path | None = None
) -> list[Event]:
    """Every event noun and verb of a sentence, with the place that hangs on it."""
    found = []
    nouns, verbs = _classes(data)
    for start, length, kind in nouns.find(tokens):
        token = tokens[start + length - 1]
        named = token.ent_type_ == "DATE" or _in_name(token)
        acts = token.tag_ == "VBG" and token.dep_ in ("pobj", "pcomp")  # "killed by flooding"
        noun = token.pos_ in ("NOUN", "PROPN") or acts
        if noun and token.dep_ != "compound" and not named:
            found.append(_event(token, kind, places))
    for token in tokens:
        if token.pos_ == "VERB" and token.lemma_ in verbs:
            found.append(_event(token, verbs[token.lemma_], places))
    return sorted(found, key=lambda event: event.token.i)


def _in_name(token: Token) -> bool:
    """Whether the word only ends another name ("Operation Flood")."""
    return bool(
        token.pos_ == "PROPN" and token.i > token.sent.start and token.nbor(-1).pos_ == "PROPN"
    )


def _event(token: Token, kind: EventClass, places: Sequence[Named]) -> Event:
    noun = token.pos_ != "VERB"
    near = [
        (distance(token, named.token), named.span.start, named)
        for named in places
        if not named.acts
    ]
    place = min((n for n in near if n[0] <= NEAR), key=lambda entry: entry[:2], default=None)
    return Event(
        kind,
        token,
        single=token.tag_ in ("NN", "NNP", "VBD", "VBN", "VBZ"),
        by=_by(token),
        definite=noun and _is_definite(token),
        place=place[2] if place is not None else None,
    )


def _is_definite(noun: Token) -> bool:
    """Whether the noun means one told of before: "the attack", "Tuesday's attack"."""
    words = {c.lower_ for c in noun.lefts if c.dep_ == "det"}
    return bool(words & {"the", "that", "this"}) or any(c.dep_ == "poss" for c in noun.lefts)


def _by(token: Token) -> frozenset[str]:
    """Names before the noun, behind "by" or "of", or of the subject that launches it."""
    near = [c for c in token.children if c.dep_ in ("amod", "poss", "compound", "nsubj", "nmod")]
    for prep in token.children:
        if prep.dep_ in ("prep", "agent") and prep.lower_ in ("by", "of"):
            near += [g for c in prep.children for g in (c, *c.children)]
    if token.dep_ == "dobj":
        near += [c for c in token.head.children if c.dep_ == "nsubj"]
        near += [g for c in near if c.dep_ == "nsubj" for g in c.children]
    return frozenset(
        t.lower_ for t in near if t.pos_ == "PROPN" or t.ent_type_ in ("NORP", "ORG", "GPE")
    )


def nearest_event(events: Sequence[Event], *tokens: Token) -> Event | None:
    """The event noun nearest along the parse to one of these words."""
    near = [
        (min(distance(event.token, token) for token in tokens), event)
        for event in events
        if event.token.pos_ != "VERB" or not event.of.by
    ]
    near = [entry for entry in near if entry[0] <= REACH]
    return min(near, key=lambda entry: entry[0], default=(0.0, None))[1]


@functools.cache
def _classes(data: Path | None) -> tuple[Phrases[EventClass], dict[str, EventClass]]:
    nouns = []
    verbs: dict[str, EventClass] = {}
    for name, row in lexicon("events", data).items():
        flags = (row.get(flag, False) for flag in ("running", "wide", "by", "disaster"))
        kind = EventClass(row.get("as", name), *flags)
        nouns += [(noun, kind) for noun in row.get("nouns", ())]
        verbs |= dict.fromkeys(row.get("verbs", ()), kind)
    return Phrases.of(nouns), verbs
