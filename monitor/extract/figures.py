"""Figures of a text: quantities that count something to which something happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from spacy.tokens import Token

from monitor.claims import (
    Assertion,
    Attribution,
    Figure,
    Period,
    Place,
    QuantityMention,
    Series,
    Span,
    Status,
)
from monitor.extract import arcs
from monitor.extract.assertions import read_assertion, read_status
from monitor.extract.authorities import read_authority
from monitor.extract.counted import Counted, read_counted
from monitor.extract.events import Event, find_events, nearest_event
from monitor.extract.gazetteer import gazetteer
from monitor.extract.measures import Measure, find_measure, senses
from monitor.extract.peoples import home_of, people_of
from monitor.extract.periods import When, find_times
from monitor.extract.places import Named, find_places, nearest_place
from monitor.extract.reading import Reading
from monitor.extract.scope import Timing, as_of, is_older, read_series, read_timing, times_of

# Over so many sentences "the attack" still means the one told of before.
EVENT_MEMORY = 8


@dataclass(slots=True)
class _Sentence:
    """One sentence with all that its figures draw on."""

    span: Span
    tokens: list[Token]
    times: list[tuple[When, Token]]
    places: list[Named]
    events: list[Event]
    headline: bool
    drafts: list[_Draft] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Draft:
    """One count as read from its own sentence."""

    mention: QuantityMention
    counted: Counted
    measure: Measure | None


def read_figures(
    reading: Reading,
    quantities: Sequence[QuantityMention],
    attributions: Sequence[Attribution],
    data: Path | None = None,
) -> list[Figure]:
    """Every number of people or things, in order of offset.

    Also those planned, denied, offered or of an older event; what belongs into no thread has
    ``followed`` False and the reason in ``why_not_followed``.
    """
    return _Reader(reading, attributions, data).figures(quantities)


class _Reader:
    """Goes through a text's counts in order; each may inherit from what was read before it."""

    def __init__(
        self, reading: Reading, attributions: Sequence[Attribution], data: Path | None
    ) -> None:
        self.reading = reading
        self.attributions = attributions
        self.data = data
        self.published = reading.published.date() if reading.published is not None else None
        self.sentences = self._sentences()
        self.main = self._main_places()
        self.read: list[Figure] = []

    def figures(self, quantities: Sequence[QuantityMention]) -> list[Figure]:
        for mention in quantities:
            figure = self._figure(mention)
            if figure is not None:
                self.read.append(figure)
        return self.read

    def _sentences(self) -> list[_Sentence]:
        reading = self.reading
        times = times_of(
            reading, find_times(reading.text, self.published, self.data), self.published
        )
        places = find_places(reading, self.data)
        result = []
        for span in reading.sentences:
            tokens = list(reading.parsed(span))
            here = [named for named in places if span.start <= named.span.start < span.end]
            result.append(
                _Sentence(
                    span,
                    tokens,
                    [(w, t) for w, t in times if span.start <= w.span.start < span.end],
                    here,
                    find_events(tokens, here, self.data),
                    reading.title is not None and span.start < reading.title.end,
                )
            )
        return result

    def _main_places(self) -> list[Place]:
        """The headline's places, then the others by how often they are named."""
        titles = [n for s in self.sentences if s.headline for n in s.places]
        named = [n for s in self.sentences for n in s.places if not n.acts and n.kind != "site"]
        counts = Counter(n.place for n in named)
        first = [n.place for n in titles if not n.acts]
        return [*first, *(place for place, _ in counts.most_common(3))]

    def _figure(self, mention: QuantityMention) -> Figure | None:
        index = self.reading.sentence_index(mention.number.start)
        sentence = self.sentences[index]
        if mention.is_measure:
            return None
        counted = read_counted(self.reading, mention, self.data)
        if counted is None or self._is_source(counted, mention):
            return None
        measure = find_measure(counted, self.data)
        if measure is None:
            measure = self._inherited(counted, sentence)
        draft = _Draft(mention, counted, measure)
        figure = self._filled(draft, sentence, index)
        sentence.drafts.append(draft)
        return figure

    def _is_source(self, counted: Counted, mention: QuantityMention) -> bool:
        """Whether the count is of those who speak."""
        noun = counted.noun
        if noun is None:
            return False
        speaks = noun.dep_ == "nsubj" and noun.head.lemma_ in senses(self.data).saying
        cited = any(
            source.overlaps(mention.number) and self._head(source) == noun
            for a in self.attributions
            for source in a.source
        )
        person = counted.kind is None or counted.kind.kind in ("person", None)
        return (speaks or cited) and person

    def _head(self, span: Span) -> Token | None:
        words = self.reading.doc.char_span(span.start, span.end, alignment_mode="expand")
        return words.root if words is not None else None

    def _inherited(self, counted: Counted, sentence: _Sentence) -> Measure | None:
        """The measure of the larger count that this one is a part of or stands beside."""
        if not sentence.drafts or (
            counted.kind is not None
            and counted.kind.kind
            not in (
                "person",
                None,
            )
        ):
            return None
        before = sentence.drafts[-1]
        if counted.noun is None or counted.some_of:
            return before.measure
        return None

    def _filled(self, draft: _Draft, sentence: _Sentence, index: int) -> Figure:
        counted, measure = draft.counted, draft.measure
        kind = counted.kind
        form, group = "people", None
        nationality = counted.nationality
        unit = "persons"
        if kind is not None:
            form, group, unit = kind.form, kind.group, kind.unit
        before = sentence.drafts[-1].counted if sentence.drafts else None
        if (counted.noun is None or counted.noun.lemma_ == "other") and before is not None:
            if before.kind is not None and before.kind.group not in ("children", "women"):
                form, group, unit = before.kind.form, before.kind.group, before.kind.unit
            nationality = nationality or before.nationality
        focus = [counted.anchor] if measure is None else [measure.cue, counted.anchor]
        timing = read_timing(self.reading, counted, measure, sentence.times, self.data)
        event = nearest_event(sentence.events, *focus)
        attribution = self._attribution(draft.mention.number, measure)
        place = self._place(focus, sentence, index, event, counted, attribution)
        words = self._words(focus[0], counted, measure)
        assertion, series, status = Assertion.ASSERTED, Series.UNKNOWN, Status.REPORTED
        more = counted.more and self._adds(draft, sentence)
        if measure is not None:
            assertion, planned = read_assertion(measure, counted.anchor, words, self.data)
            status = read_status(measure, counted.anchor, self.data)
            nature = (event.single, event.running) if event is not None else None
            series = planned or read_series(
                counted, measure, timing, words, nature, more, self.data
            )
        older = is_older(timing, words, self.published, self.data)
        written = self._source(attribution)
        followed, why = _followed(measure, counted, assertion, older)
        return Figure(
            quantity=draft.mention.quantity,
            number=draft.mention.number,
            sentence=sentence.span,
            counted=form,
            counted_as_written=counted.written,
            group=group or counted.affiliation,
            nationality=nationality,
            measure=measure.name if measure is not None else None,
            agent=_agent(measure),
            place=place,
            event=event.name if event is not None else None,
            period=_period(timing),
            as_of=as_of(timing, self.published),
            series=series,
            status=status,
            reporting_unit=unit,
            assertion=assertion,
            older=older,
            authority=read_authority(written, place, self.data) if written else None,
            authority_as_written=written,
            attribution=attribution,
            revision_words=None,
            more=more,
            headline=sentence.headline,
            followed=followed,
            why_not_followed=why,
            confidence=0.9 if measure is not None else 0.5,
        )

    def _words(self, focus: Token, counted: Counted, measure: Measure | None) -> str:
        verb = measure.verb if measure is not None else arcs.governor(focus)
        clause = arcs.clause(verb, counted.anchor)
        return f" {' '.join(token.lower_ for token in clause)} "

    def _adds(self, draft: _Draft, sentence: _Sentence) -> bool:
        """Whether "more" adds to a count of the same thing and not only turns to another."""
        if not sentence.drafts or draft.measure is None:
            return True
        last = sentence.drafts[-1].measure
        return last is not None and last.name == draft.measure.name

    def _place(
        self,
        focus: list[Token],
        sentence: _Sentence,
        index: int,
        event: Event | None,
        counted: Counted,
        source: Attribution | None,
    ) -> Place | None:
        """Where it happened: said beside it, else taken over from what stands before."""
        cited = source.source if source is not None else ()
        beside = [n for n in sentence.places if not any(s.overlaps(n.span) for s in cited)]
        here = nearest_place(focus, beside)
        if here is not None:
            return here.place
        if event is not None and event.definite and event.single:
            there = self._earlier_event(event, index)
            if there is not None:
                return there.place
        home = self._home(counted)
        elsewhere = self._lands_of(event)
        before = [
            place
            for place in self._before(sentence, index, cited)
            if not any(land.covers(place) for land in elsewhere)
        ]
        inside = [place for place in before if home is None or home.covers(place)]
        return next(iter([*inside, *([home] if home is not None else []), *before]), None)

    def _earlier_event(self, event: Event, index: int) -> Named | None:
        """Where the same event was put by one of the sentences before."""
        for back in range(index - 1, -1, -1):
            for earlier in reversed(self.sentences[back].events):
                if earlier.of != event.of or earlier.place is None:
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

    def _home(self, counted: Counted) -> Place | None:
        """The land of the people counted, where the count says nothing but their people."""
        noun = counted.noun
        people = people_of(noun.text, self.data) if noun is not None else None
        code = home_of(people, self.data) if people is not None else None
        return gazetteer(self.data).countries.get(code or "")

    def _before(self, sentence: _Sentence, index: int, cited: Sequence[Span]) -> Iterator[Place]:
        """Places that a silent sentence may take over, the likeliest first."""
        for earlier in reversed(self.read):
            if earlier.sentence == sentence.span and earlier.place is not None:
                yield earlier.place
        for named in sentence.places:
            if any(span.overlaps(named.span) for span in cited):
                yield named.place
        for earlier in reversed(self.read):
            near = self.sentences[max(0, index - 2) : index]
            if any(earlier.sentence == s.span for s in near) and earlier.place is not None:
                yield earlier.place
        for back in range(index - 1, max(-1, index - 3), -1):
            for named in reversed(self.sentences[back].places):
                if not named.acts:
                    yield named.place
        yield from self.main

    def _attribution(self, number: Span, measure: Measure | None) -> Attribution | None:
        """The innermost attribution whose content holds the number.

        A deed is no saying, though its verb may look like one ("claimed 12 lives").
        """
        deed = Span(measure.cue.idx, measure.cue.idx + 1) if measure is not None else Span(-1, -1)
        holding = [
            (sum(c.end - c.start for c in a.content), a)
            for a in self.attributions
            if any(c.start <= number.start and number.end <= c.end for c in a.content)
            and not any(cue.overlaps(deed) for cue in a.cue)
        ]
        return min(holding, key=lambda entry: entry[0], default=(0, None))[1]

    def _source(self, attribution: Attribution | None) -> str | None:
        if attribution is None or not attribution.source:
            return None
        return " ".join(span.of(self.reading.text) for span in attribution.source)


def _agent(measure: Measure | None) -> str | None:
    """Who did it: the subject of an active verb, or who stands behind "by"."""
    if measure is None:
        return None
    for child in measure.cue.children:
        if child.dep_ == "nsubj" and measure.role == "object" and child.ent_type_:
            return str(child.doc[child.left_edge.i : child.i + 1].text)
        if child.dep_ == "agent":
            for inner in child.children:
                return str(inner.doc[inner.left_edge.i : inner.i + 1].text)
    return None


def _period(timing: Timing) -> Period | None:
    when = timing.since or timing.period
    return when.period if when is not None else None


def _followed(
    measure: Measure | None, counted: Counted, assertion: Assertion, older: bool
) -> tuple[bool, str]:
    if measure is None:
        return False, "the text says nothing of what happened to them"
    if assertion is not Assertion.ASSERTED:
        return False, f"{assertion.value}, not asserted"
    if older:
        return False, "of an older time"
    return True, ""
