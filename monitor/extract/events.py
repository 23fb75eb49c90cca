"""The event that a count belongs to: an earthquake, the attack of a day, one strike."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Token

from monitor.claims import Place
from monitor.extract.arcs import distance
from monitor.extract.lexicon import lexicon
from monitor.extract.phrases import Phrases
from monitor.extract.places import Named

# Further than this along the parse, an event noun belongs to another statement.
REACH = 6.0


@dataclass(frozen=True, slots=True)
class EventClass:
    """A class of events and how its count behaves."""

    name: str
    running: bool
    wide: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One mention of an event. ``place`` is where the text puts it, if it does."""

    of: EventClass
    token: Token
    single: bool
    definite: bool
    place: Named | None = None

    @property
    def running(self) -> bool:
        """Whether its count is followed as a running total and not as one incident's."""
        if self.of.running:
            return True
        return self.of.wide and self.place is not None and self.place.kind in ("country", "region")

    def name(self, place: Place | None) -> str:
        """The event in normal form: its class, and the site where one is named."""
        site = self.place.place if self.place is not None and self.place.kind == "site" else None
        return f"{self.of.name} at {site.name}" if site is not None else self.of.name


def find_events(
    tokens: Sequence[Token], places: Sequence[Named], data: Path | None = None
) -> list[Event]:
    """Every event noun of a sentence, with the place that hangs on it."""
    found = []
    for start, length, kind in _classes(data).find(tokens):
        token = tokens[start + length - 1]
        if token.pos_ not in ("NOUN", "PROPN"):
            continue
        single = token.tag_ in ("NN", "NNP")
        determiners = {c.lower_ for c in token.lefts if c.dep_ in ("det", "poss")}
        near = [(distance(token, named.token), named) for named in places]
        near = [(away, named) for away, named in near if away <= 3 and _on(token, named.token)]
        place = min(near, key=lambda entry: entry[0], default=(0.0, None))[1]
        definite = bool(determiners & {"the", "that", "this", "its", "their"})
        found.append(Event(kind, token, single, definite, place))
    return found


def _on(event: Token, place: Token) -> bool:
    return event == place or event in place.ancestors or place.head == event


def nearest_event(events: Sequence[Event], *tokens: Token) -> Event | None:
    """The event noun nearest along the parse to one of these words."""
    near = [(min(distance(event.token, token) for token in tokens), event) for event in events]
    near = [entry for entry in near if entry[0] <= REACH]
    return min(near, key=lambda entry: entry[0], default=(0.0, None))[1]


@functools.cache
def _classes(data: Path | None) -> Phrases[EventClass]:
    entries = []
    for name, row in lexicon("events", data).items():
        kind = EventClass(name, row.get("running", False), row.get("wide", False))
        entries += [(noun, kind) for noun in row["nouns"]]
    return Phrases.of(entries)
