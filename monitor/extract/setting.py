"""What a text's sentences give their figures: times, events, and places to take over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from spacy.tokens import Token

from monitor.claims import Attribution, Place, Span
from monitor.extract.arcs import beyond
from monitor.extract.counted import Counted
from monitor.extract.events import Event, find_events
from monitor.extract.gazetteer import folded, gazetteer
from monitor.extract.lexicon import lexicon
from monitor.extract.measures import Measure
from monitor.extract.peoples import home_of, people_of
from monitor.extract.periods import When, find_times
from monitor.extract.places import (
    DATELINE,
    Named,
    done_by,
    find_places,
    is_dateline,
    is_origin,
    nearest_place,
)
from monitor.extract.reading import Reading
from monitor.extract.scope import since_then, times_of

# Over so many sentences "the attack" still means the one told of before.
EVENT_MEMORY = 8
# So many sentences back a silent sentence takes over a place.
PLACE_MEMORY = 2


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with all that its figures draw on."""

    span: Span
    index: int
    paragraph: int
    tokens: tuple[Token, ...]
    times: tuple[tuple[When, Token], ...]
    places: tuple[Named, ...]
    events: tuple[Event, ...]
    headline: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """The whole text's sentences, and its main places: the headline's, then the most named."""

    sentences: tuple[Sentence, ...]
    main: tuple[Place, ...]
    data: Path | None = None

    def place(
        self,
        focus: Sequence[Token],
        sentence: Sentence,
        event: Event | None,
        counted: Counted,
        source: Attribution | None,
        measure: Measure | None,
        read: Sequence[tuple[Span, Place | None]],
        after: int = 0,
    ) -> Place | None:
        """Where it happened: said beside it, else taken over from what stands before.

        ``read`` holds the sentences and places of the figures before this one; a place of its own
        stands behind the offset ``after``.
        """
        cited = source.source if source is not None else ()
        beside = [n for n in sentence.places if not any(s.overlaps(n.span) for s in cited)]
        beside = [n for n in beside if not beyond(counted.anchor, n.token, focus[0])]
        here = nearest_place(focus, [n for n in beside if n.span.start >= after])
        if here is not None:
            return _joined(here, beside)
        if event is not None and event.place is not None:
            return event.place.place
        home = self._home(counted) or self._counting(source, measure)
        elsewhere = self._lands_of(event)
        before = [
            place
            for place in self._before(sentence, cited, read)
            if not any(land.covers(place) for land in elsewhere)
        ]
        if home is None and self._are_abroad(counted, before):
            return None
        inside = [place for place in before if home is None or home.covers(place)]
        return next(iter([*inside, *([home] if home is not None else []), *before]), None)

    def told(self, event: Event | None, sentence: Sentence) -> Event | None:
        """The event with its place, which may stand where it was told of first."""
        if event is None or event.place is not None or not (event.definite and event.single):
            return event
        return replace(event, place=self._earlier_event(event, sentence.index))

    def main_event(self) -> Event | None:
        """The disaster that the text is about: the headline's, else the first sentence's."""
        head = [s for s in self.sentences if s.headline] or list(self.sentences[:1])
        lead = [s for s in self.sentences if not s.headline][:1]
        found = (e for s in (*head, *lead) for e in s.events)
        return next((e for e in found if e.of.disaster), None)

    def kind(self, place: Place | None) -> str:
        """What a place is: country, region, city or site; empty for None."""
        if place is None:
            return ""
        known = gazetteer(self.data).names.get(folded(place.name), ())
        named = (n.kind for s in self.sentences for n in s.places if n.place == place)
        return next((k.kind for k in known if k.place == place), next(named, "site"))

    def is_part(self, place: Place | None) -> bool:
        """Whether a place is a small one inside the text's main place."""
        if place is None or self.kind(place) not in ("city", "site"):
            return False
        return all(main != place for main in self.main[:1])

    def _earlier_event(self, event: Event, index: int) -> Named | None:
        """Where the same event was put by one of the sentences before."""
        for back in range(index - 1, -1, -1):
            for earlier in reversed(self.sentences[back].events):
                if earlier.of.name != event.of.name or earlier.place is None:
                    continue
                if event.by & earlier.by or (not event.by and index - back < EVENT_MEMORY):
                    return earlier.place
        return None

    def _lands_of(self, event: Event | None) -> list[Place]:
        """The lands of those who do it: their raids are elsewhere unless the text says so."""
        lands = gazetteer(self.data).countries
        names = event.by if event is not None and event.of.by else ()
        people = (people_of(name.capitalize(), self.data) for name in names)
        codes = [home_of(p, self.data) for p in people if p is not None]
        return [lands[code] for code in codes if code in lands]

    def _are_abroad(self, counted: Counted, before: Sequence[Place]) -> bool:
        """Whether people of one land would be put into another that the sentence doesn't name."""
        code = home_of(counted.nationality, self.data) if counted.nationality else None
        land = gazetteer(self.data).countries.get(code or "")
        return land is not None and not any(land.covers(place) for place in before[:1])

    def _counting(self, source: Attribution | None, measure: Measure | None) -> Place | None:
        """The land of those who count: a land's officials count at home, its army need not.

        Nor do they where they tell of their own deeds ("it said it had killed 40").
        """
        if source is None or (measure is not None and _own_deed(measure)):
            return None
        tokens = [t for t in self._tokens(source.source) if t.pos_ in ("ADJ", "PROPN", "NOUN")]
        if any(
            t.lemma_.lower() in lexicon("places", self.data)["actors"]["abroad"] for t in tokens
        ):
            return None
        people = (people_of(t.text, self.data) for t in tokens)
        codes = [home_of(p, self.data) for p in people if p is not None]
        known = gazetteer(self.data)
        named = [k.place for t in tokens if (k := known.find(t.text)) and k.kind == "country"]
        homes = [known.countries[code] for code in codes if code in known.countries]
        return next(iter([*homes, *named]), None)

    def _tokens(self, spans: Sequence[Span]) -> list[Token]:
        return [
            token
            for sentence in self.sentences
            for token in sentence.tokens
            if any(span.start <= token.idx < span.end for span in spans)
        ]

    def _home(self, counted: Counted) -> Place | None:
        """The land of the people counted, where the count says nothing but their people."""
        noun = counted.noun
        people = people_of(noun.text, self.data) if noun is not None else None
        code = home_of(people, self.data) if people is not None else None
        return gazetteer(self.data).countries.get(code or "")

    def _before(
        self,
        sentence: Sentence,
        cited: Sequence[Span],
        read: Sequence[tuple[Span, Place | None]],
    ) -> Iterator[Place]:
        """Places that a silent sentence may take over, the likeliest first."""
        for span, place in reversed(read):
            if span == sentence.span and place is not None:
                yield place
        for named in sentence.places:
            if not named.acts and any(span.overlaps(named.span) for span in cited):
                yield named.place
        first = max(0, sentence.index - PLACE_MEMORY)
        near = [s for s in self.sentences[first : sentence.index] if not s.headline]
        for span, place in reversed(read):
            same = [e for e in near if e.span == span]
            if same and place is not None and self._carries(place, same[0], sentence):
                yield place
        for earlier in reversed(near):
            for named in reversed(earlier.places):
                if not (named.acts or is_origin(named.token)) and self._carries(
                    named.place, earlier, sentence
                ):
                    yield named.place
        yield from self.main

    def _carries(self, place: Place, earlier: Sentence, sentence: Sentence) -> bool:
        """Whether a place holds on: a town or site only within its paragraph."""
        if earlier.paragraph == sentence.paragraph or place in self.main[:1]:
            return True
        return self.kind(place) in ("country", "region")


def _joined(here: Named, beside: Sequence[Named]) -> Place:
    """Two places counted together are one of their own: "in Gaza and the West Bank"."""
    pair = [n for n in beside if n.token in here.token.conjuncts and not n.acts]
    wide = {"country", "region"}
    if not pair or not (pair[0].kind == here.kind or {pair[0].kind, here.kind} <= wide):
        return here.place
    one, other = sorted((here, pair[0]), key=lambda n: n.span)
    if one.place.covers(other.place) or other.place.covers(one.place):
        return one.place if one.place.covers(other.place) else other.place
    within = tuple(name for name in one.place.within if name in other.place.within)
    return Place(f"{one.place.name} and {other.place.name}", within, None)


def read_setting(reading: Reading, published: date | None, data: Path | None) -> Setting:
    """Find the times, places and events of every sentence."""
    datelines = [Span(*m.span()) for m in DATELINE.finditer(reading.text)]
    found = find_times(reading.text, published, data)
    found = [when for when in found if not any(when.span.overlaps(line) for line in datelines)]
    times = times_of(reading, found, published)
    times += since_then(reading, found, published, data)
    places = find_places(reading, data)
    sentences = []
    paragraph = 0
    for index, span in enumerate(reading.sentences):
        if index and "\n" in reading.text[reading.sentences[index - 1].end : span.start]:
            paragraph += 1
        tokens = tuple(reading.parsed(span))
        here = tuple(n for n in places if span.start <= n.span.start < span.end)
        sentences.append(
            Sentence(
                span,
                index,
                paragraph,
                tokens,
                tuple((w, t) for w, t in times if span.start <= w.span.start < span.end),
                here,
                tuple(find_events(tokens, here, data)),
                reading.title is not None and span.start < reading.title.end,
            )
        )
    return Setting(tuple(sentences), _main_places(sentences, data), data)


def _homes(sentences: Iterable[Sentence], data: Path | None) -> tuple[Place, ...]:
    """The land of the people named most ("German rail strike"); who does a deed does not count."""
    table = lexicon("places", data)["actors"]
    by = done_by(data) - (set(table["nouns"]) - set(table["abroad"]))
    words = (t for s in sentences for t in s.tokens if t.head.lemma_.lower() not in by)
    peoples = (people_of(t.text, data) for t in words)
    codes = Counter(home_of(p, data) for p in peoples if p is not None)
    lands = gazetteer(data).countries
    return tuple(lands[code] for code, _ in codes.most_common(1) if code in lands)


def _own_deed(measure: Measure) -> bool:
    """Whether the text says "it" or "its troops" did it."""
    for verb in (measure.cue, measure.verb):
        for subject in (c for c in verb.children if c.dep_ == "nsubj"):
            words = (subject, *subject.lefts)
            if any(w.lower_ in ("it", "its", "they", "their", "we", "our") for w in words):
                return True
    return False


def _main_places(sentences: Sequence[Sentence], data: Path | None) -> tuple[Place, ...]:
    """The headline's places or the land that it names by its people, then what is named most."""
    titles = [n.place for s in sentences if s.headline for n in s.places if not n.acts]
    titles.sort(key=lambda place: -len(place.within))
    heading = () if titles else _stricken(sentences, data)
    named = [n for s in sentences for n in s.places if not n.acts and not is_origin(n.token)]
    counts = Counter(n.place for n in named if n.kind != "site")
    if not titles and max(counts.values(), default=0) < 2:  # named in passing
        heading += _homes((s for s in sentences if s.headline), data)
    most = tuple(place for place, _ in counts.most_common(3))
    sites = tuple(n.place for n in named if n.kind == "site")[:1]
    places = (*titles, *heading, *most) or _homes(sentences, data) or sites
    return places or _datelines(sentences)


def _stricken(sentences: Sequence[Sentence], data: Path | None) -> tuple[Place, ...]:
    """The land whose disaster or site the headline names by its people ("Greek fire")."""
    sites = lexicon("places", data)["site nouns"]["nouns"]
    rows = lexicon("events", data).values()
    nouns = {n for row in rows if not row.get("by") for n in row.get("nouns", ())} | set(sites)
    lands = gazetteer(data).countries
    words = (t for s in sentences if s.headline for t in s.tokens)
    peoples = (people_of(t.text, data) for t in words if _over(t).lemma_.lower() in nouns)
    codes = (home_of(p, data) for p in peoples if p is not None)
    return tuple(lands[code] for code in codes if code in lands)[:1]


def _over(token: Token) -> Token:
    """The noun that an adjective or name stands before, also where it leads to another."""
    while token.dep_ in ("amod", "compound", "nmod", "poss") and token.head != token:
        if token.head.i > token.i + 1:
            return token.doc[token.i + 1]
        token = token.head
    return token


def _datelines(sentences: Sequence[Sentence]) -> tuple[Place, ...]:
    """Where the report was written, for a text that says nothing else of its place."""
    return tuple(n.place for s in sentences for n in s.places if is_dateline(n))[:1]
