"""Figures of a text: quantities that count something to which something happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from spacy.tokens import Token

from monitor.claims import (
    Assertion,
    Attribution,
    Figure,
    Period,
    Place,
    Quantity,
    QuantityMention,
    Series,
    Span,
    Status,
)
from monitor.extract import arcs
from monitor.extract.agents import read_agent, read_owner
from monitor.extract.assertions import read_assertion, read_status
from monitor.extract.authorities import read_authority
from monitor.extract.counted import Counted, Kind, kinds, read_counted
from monitor.extract.delays import DELAY, read_delay
from monitor.extract.events import Event, nearest_event
from monitor.extract.indicators import read_indicator
from monitor.extract.lexicon import lexicon
from monitor.extract.measures import Measure, described_measure, find_measure, senses
from monitor.extract.periods import When
from monitor.extract.reading import Reading
from monitor.extract.scope import Nature, Timing, as_of, is_older, read_series, read_timing
from monitor.extract.setting import Sentence, read_setting

# Two totals of one thing in one text may differ by rounding; this much smaller is no total.
MUCH_SMALLER = 0.5
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Draft:
    """One figure as read from its own sentence. ``own_scope``: the sentence says which series."""

    counted: Counted
    measure: Measure | None
    sentence: Sentence
    figure: Figure
    own_scope: bool
    took_over: bool = False  # its measure comes from a figure before it


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
    reader = _Reader(reading, quantities, attributions, data)
    for mention in quantities:
        reader.take(mention)
    return _settled(reader.drafts)


class _Reader:
    """Goes through a text's counts in order; each may take over what was read before it."""

    def __init__(
        self,
        reading: Reading,
        quantities: Sequence[QuantityMention],
        attributions: Sequence[Attribution],
        data: Path | None,
    ) -> None:
        self.reading = reading
        self.attributions = attributions
        self.data = data
        self.published = reading.published.date() if reading.published is not None else None
        self.setting = read_setting(reading, self.published, data)
        read = ((m.number, read_counted(reading, m, data)) for m in quantities if not m.is_measure)
        self.counted = {number: counted for number, counted in read if counted is not None}
        self.drafts: list[_Draft] = []

    def take(self, mention: QuantityMention) -> None:
        """Read one count and keep it, if it can be a figure."""
        if mention.is_measure:
            self._take_level(mention)
            return
        counted = self.counted.get(mention.number)
        if counted is None or self._is_source(counted, mention):
            return
        index = self.reading.sentence_index(mention.number.start)
        sentence = self.setting.sentences[index]
        before = self._before(sentence)
        kind, people = self._kind(counted, before)
        counted = replace(counted, kind=kind, nationality=people)
        measure = find_measure(counted, self.data)
        if measure is not None and self._is_unfounded(counted, measure):
            measure = None
        whole = None
        if measure is None:
            measure = self._taken_over(counted, sentence, before)
            whole = (before or self.drafts[-1]) if measure is not None else None
        if whole is not None:
            counted = _of_whole(counted, whole)
        draft = self._draft(mention, counted, measure, sentence, before)
        if whole is not None:
            draft = replace(draft, took_over=True, figure=_within(draft, whole))
        self.drafts.append(draft)

    def _take_level(self, mention: QuantityMention) -> None:
        """Read a measure and keep it, if it is a followed level or a time between events."""
        found = read_indicator(self.reading, mention, self.data) or read_delay(
            self.reading, mention, self.data
        )
        if found is None:
            return
        index = self.reading.sentence_index(mention.number.start)
        sentence = self.setting.sentences[index]
        self.drafts.append(self._draft(mention, *found, sentence, None))

    def _before(self, sentence: Sentence) -> _Draft | None:
        """The last figure before in the same sentence of which the text says something."""
        same = [d for d in self.drafts if d.sentence is sentence and d.measure is not None]
        whole = [d for d in same if not d.counted.inside]
        return next(iter([*whole[-1:], *same[-1:]]), None)

    # ------------------------------------------------------------ what is counted

    def _is_source(self, counted: Counted, mention: QuantityMention) -> bool:
        """Whether the count is of those who speak."""
        noun = counted.noun
        if noun is None or (counted.kind is not None and counted.kind.kind not in ("person", None)):
            return False
        if noun.dep_ == "nsubj" and noun.head.lemma_ in senses(self.data).saying:
            return True
        return noun.lemma_.lower() in kinds(self.data).sources and any(
            source.overlaps(mention.number) and self._head(source) == noun
            for attribution in self.attributions
            for source in attribution.source
        )

    def _is_unfounded(self, counted: Counted, measure: Measure) -> bool:
        """Whether a noun's own measure is none in this text: "cases" where nobody is ill."""
        kind, noun = counted.kind, counted.noun
        if kind is None or kind.needs is None or measure.name != kind.implies:
            return False
        classes = {event.of.name for s in self.setting.sentences for event in s.events}
        if kind.needs not in classes:
            return True
        of = [c for c in noun.rights if c.lower_ == "of"] if noun is not None else []
        said = [c for prep in of for c in prep.children if c.dep_ == "pobj" and c.pos_ == "NOUN"]
        index = self.reading.sentence_index(counted.number.start_char)
        told = {event.token for event in self.setting.sentences[index].events}
        return bool(said) and not any(token in told for token in said)

    def _head(self, span: Span) -> Token | None:
        words = self.reading.doc.char_span(span.start, span.end, alignment_mode="expand")
        return words.root if words is not None else None

    def _taken_over(
        self, counted: Counted, sentence: Sentence, before: _Draft | None
    ) -> Measure | None:
        """The measure of a count told before, where this one points back to it.

        "Seven of those", "40 of whom were children"; "these victims include four nurses"; "the
        figure was revised to 471".
        """
        if before is not None and (
            counted.noun is None
            or counted.refers
            or (before.took_over and before.counted.anchor in counted.anchor.ancestors)
        ):
            return before.measure
        subject = next((c for c in counted.anchor.head.children if c.dep_ == "nsubj"), None)
        verb = counted.anchor.head
        if before is not None and verb == before.counted.anchor.head:
            subject = None
        last = self.drafts[-1] if self.drafts else None
        if last is None or sentence.index - last.sentence.index > 1:
            return None
        points = lexicon("counted", self.data)["pointing back"]
        head = counted.anchor.head.head if counted.anchor.dep_ == "pobj" else counted.anchor
        if counted.noun is None and head.lemma_.lower() in points["nouns"]:
            return last.measure
        governor = arcs.governor(counted.anchor)
        subjects = [c for c in governor.children if c.dep_ in ("nsubj", "nsubjpass")]
        if governor.lemma_ == "include" and subject is not None:
            return last.measure if self._means(subject, last) else None
        if any(s.lemma_.lower() in points["nouns"] for s in subjects):
            return last.measure if counted.noun is None else None
        return None

    def _means(self, subject: Token, last: _Draft) -> bool:
        """Whether a subject is what the figure before counted ("these journalists")."""
        definite = any(c.dep_ in ("det", "poss") for c in subject.lefts) or subject.pos_ == "PRON"
        kind = last.counted.kind
        words = {last.counted.noun.lemma_} if last.counted.noun is not None else set()
        return definite and (
            subject.pos_ == "PRON"
            or subject.lemma_ in words
            or (kind is not None and subject.lemma_.lower() + "s" == kind.form)
        )

    def _kind(self, counted: Counted, before: _Draft | None) -> tuple[Kind | None, str | None]:
        """What is counted and whose people, taken over where the count names neither."""
        kind, people = counted.kind, counted.nationality
        last = self.drafts[-1] if self.drafts else None
        if before is None and counted.noun is None and counted.more and last is not None:
            known = last.counted.kind  # "A further 85 are waiting"
            before = last if known is None or not known.part else None
        if before is not None and (counted.noun is None or counted.noun.lemma_ == "other"):
            earlier = before.counted.kind
            if earlier is not None:
                kind = earlier if earlier.kind != "case" or not counted.refers else None
            people = people or before.figure.nationality
        return kind, people

    # ------------------------------------------------------------ the figure

    def _draft(
        self,
        mention: QuantityMention,
        counted: Counted,
        measure: Measure | None,
        sentence: Sentence,
        before: _Draft | None,
    ) -> _Draft:
        kind = counted.kind or Kind("people", None)
        measure, assertion, planned = self._asserted(counted, measure)
        focus = [counted.anchor] if measure is None else [measure.cue, counted.anchor]
        timing = read_timing(counted, measure, self._times(mention.number, sentence), self.data)
        lone = counted.noun is None or counted.noun.lemma_ == "other"
        near_event = [counted.anchor] if before is not None and lone else focus
        event = self.setting.told(nearest_event(sentence.events, *near_event), sentence)
        attribution = self._attribution(mention.number, measure)
        read = [(draft.sentence.span, draft.figure.place) for draft in self.drafts]
        after = mention.number.end if before is not None and lone else 0
        if before is not None and lone and not _placed_after(sentence, after):
            place = None if self._is_overall(measure) else before.figure.place
            event = self.setting.told(
                nearest_event(sentence.events, before.counted.anchor), sentence
            )
        else:
            place = self._of_the_known(measure, sentence) or self.setting.place(
                focus, sentence, event, counted, attribution, measure, read, after
            )
        words = self._words(focus[0], counted, measure)
        more = counted.more and self._adds(measure, sentence)
        near = self._near(mention.number, sentence)
        series, own_scope = self._series(counted, measure, timing, words, near, event, place, more)
        older = is_older(timing, near, self.published, self.data)
        written = self._source(attribution) or self._counter(counted, measure)
        together = self._together(near)
        followed, why = _followed(measure, counted, assertion, older)
        figure = Figure(
            quantity=_in_unit(mention.quantity, kind),
            number=mention.number,
            sentence=sentence.span,
            counted=kind.form,
            counted_as_written=counted.written,
            group=together or self._group(kind, counted, measure),
            nationality=counted.nationality,
            measure=measure.name if measure is not None else None,
            agent=read_agent(measure, counted) if measure is not None else None,
            place=None if together else place,
            event=event.name if event is not None else None,
            period=_period(timing),
            as_of=self._as_of(timing, mention.number, sentence),
            series=planned or series,
            status=read_status(measure, counted, self.data) if measure else Status.REPORTED,
            reporting_unit=kind.unit,
            assertion=assertion,
            older=older,
            authority=read_authority(written, place, self.data) if written else None,
            authority_as_written=written,
            attribution=attribution,
            revision_words=self._revision(sentence),
            more=more,
            headline=sentence.headline,
            followed=followed,
            why_not_followed=why,
            confidence=0.9 if own_scope else 0.8,
        )
        last = before or (self.drafts[-1] if counted.more and not more else None)
        if last is not None and _goes_on(counted, measure, last):
            figure = _like_before(figure, own_scope, last)
        return _Draft(counted, measure, sentence, figure, own_scope)

    def _is_overall(self, measure: Measure | None) -> bool:
        """Whether a toll is that of all places together ("the regional toll")."""
        words = lexicon("places", self.data)["overall"]["words"]
        return measure is not None and any(c.lower_ in words for c in measure.cue.lefts)

    def _of_the_known(self, measure: Measure | None, sentence: Sentence) -> Place | None:
        """The place of those told of before: "among the dead were six children"."""
        if measure is None or any(not named.acts for named in sentence.places):
            return None
        known = lexicon("counted", self.data)["pointing back"]["people"]
        if measure.cue.lemma_.lower() not in known or not _is_definite(measure.cue):
            return None
        same = [d for d in self.drafts if d.measure is not None and d.measure.name == measure.name]
        return same[-1].figure.place if same else None

    def _together(self, near: str) -> str | None:
        """Parties counted together ("2,300 on both sides"): a count of its own."""
        phrases = lexicon("counted", self.data)["counted together"]["phrases"]
        return next((phrase for phrase in phrases if f" {phrase} " in near), None)

    def _group(self, kind: Kind, counted: Counted, measure: Measure | None) -> str | None:
        """The part of all that is counted: by age, role or body; of an owned count its owner."""
        if measure is not None and measure.owned:
            known = (d.figure.group for d in reversed(self.drafts) if _is_owned(d))
            owner = read_owner(measure, counted, [group for group in known if group])
            return owner or kind.group
        return kind.group or counted.affiliation

    def _asserted(
        self, counted: Counted, measure: Measure | None
    ) -> tuple[Measure | None, Assertion, Series | None]:
        """The measure that the text asserts.

        A deed that is only planned leaves what is said of those counted: "a plan to free the 40
        prisoners held in the north" asserts that 40 are held.
        """
        if measure is None:
            return None, Assertion.ASSERTED, None
        if measure.cue == counted.noun and not (counted.kind is not None and counted.kind.always):
            return measure, Assertion.ASSERTED, None
        words = self._words(measure.cue, counted, measure)
        assertion, planned = read_assertion(measure, counted, words, self.data)
        if assertion is not Assertion.ASSERTED:
            other = described_measure(counted, self.data)
            if other is not None and other.stock and other.cue != measure.cue:
                return other, Assertion.ASSERTED, None
        return measure, assertion, planned

    def _series(
        self,
        counted: Counted,
        measure: Measure | None,
        timing: Timing,
        words: str,
        near: str,
        event: Event | None,
        place: Place | None,
        more: bool,
    ) -> tuple[Series, bool]:
        if measure is None:
            return Series.UNKNOWN, False
        large = self.setting.kind(place) in ("country", "region")
        nature = Nature(event, large, self.setting.is_part(place), more)
        return read_series(counted, measure, timing, words, near, nature, self.data)

    def _times(self, number: Span, sentence: Sentence) -> list[tuple[When, Token]]:
        """The sentence's expressions of time but for those of the count beside it."""
        return [
            (when, token)
            for when, token in sentence.times
            if not when.compares or self._nearest(token, sentence, number) == number
        ]

    def _nearest(self, token: Token, sentence: Sentence, number: Span) -> Span:
        counts = [c for c in self.counted if sentence.span.start <= c.start < sentence.span.end]
        return min(counts, key=lambda count: _gap(count, token), default=number)

    def _near(self, number: Span, sentence: Sentence) -> str:
        """The words of the sentence that stand nearer to this count than to another one."""
        words = [
            t.lower_
            for t in sentence.tokens
            if self._nearest(t, sentence, number) == number and not _is_adjective(t)
        ]
        return f" {' '.join(words)} "

    def _words(self, focus: Token, counted: Counted, measure: Measure | None) -> str:
        """The words of the count's clause in lower case, with a space on both sides."""
        verb = measure.verb if measure is not None else arcs.governor(focus)
        clause = arcs.clause(verb, counted.anchor)
        return f" {' '.join(token.lower_ for token in clause)} "

    def _adds(self, measure: Measure | None, sentence: Sentence) -> bool:
        """Whether "more" adds to a count of the same thing and not only turns to another."""
        near = [d for d in self.drafts if sentence.index - d.sentence.index <= 1]
        if not near or measure is None:
            return True
        return any(d.measure is not None and d.measure.name == measure.name for d in near)

    def _is_earlier(self, number: Span, sentence: Sentence) -> bool:
        """Whether the text marks the count as the older one of two ("up from 22")."""
        before = self.reading.text[sentence.span.start : number.start].lower()
        words = lexicon("revisions", self.data)["earlier"]
        close = any(before.rstrip().endswith(f" {word}") for word in words["close"])
        return close or any(f" {word} " in f" {before}" for word in words["anywhere"])

    def _as_of(self, timing: Timing, number: Span, sentence: Sentence) -> Period | None:
        """The day that the count stands for; of the older one of two its own day, if told."""
        if not self._is_earlier(number, sentence):
            return as_of(timing, self.published)
        own = self._own_timing(number, timing, sentence)
        if own is not None:
            return as_of(own, self.published)
        return Period(None, self.published - DAY, "earlier") if self.published else None

    def _own_timing(self, number: Span, timing: Timing, sentence: Sentence) -> Timing | None:
        """The times that stand nearer to this count than to another one."""
        own = {
            w.span
            for w, t in sentence.times
            if w.span.start > number.end and self._nearest(t, sentence, number) == number
        }
        period = timing.period if timing.period and timing.period.span in own else None
        said = timing.said if timing.said and timing.said.span in own else None
        return Timing(period, timing.since, said) if period or said else None

    def _revision(self, sentence: Sentence) -> str | None:
        words = sentence.span.of(self.reading.text)
        low = f" {' '.join(words.lower().split())} "
        found = lexicon("revisions", self.data)["revised"]["phrases"]
        return next((phrase for phrase in found if f" {phrase} " in low), None)

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

    def _counter(self, counted: Counted, measure: Measure | None) -> str | None:
        """Who counted, by the verb of counting over the count ("the ministry put it at six")."""
        verb = arcs.governor(counted.anchor)
        if verb.lemma_ not in lexicon("authorities", self.data)["counting"]["verbs"]:
            return None
        subjects = [c for c in verb.children if c.dep_ == "nsubj" and c.pos_ in ("NOUN", "PROPN")]
        return next((_phrase(c) for c in subjects if c != counted.anchor), None)

    def _source(self, attribution: Attribution | None) -> str | None:
        if attribution is None or not attribution.source:
            return None
        return " ".join(span.of(self.reading.text) for span in attribution.source)


def _settled(drafts: Sequence[_Draft]) -> list[Figure]:
    """The figures, once each text's totals are known.

    Of two totals of one thing in one text, one that is much smaller and doesn't say that it is a
    total is a day's or one occasion's count.
    """
    totals: dict[tuple[object, ...], float] = {}
    for draft in drafts:
        if draft.own_scope and draft.figure.series is Series.CUMULATIVE:
            key = _key(draft.figure)
            totals[key] = max(totals.get(key, 0), draft.figure.quantity.value)
    result = []
    for draft in drafts:
        figure = draft.figure
        doubtful = figure.series in (Series.CUMULATIVE, Series.UNKNOWN) and not draft.own_scope
        if doubtful and figure.quantity.value < MUCH_SMALLER * totals.get(_key(figure), 0):
            figure = replace(figure, series=Series.PERIOD)
        result.append(figure)
    return result


def _placed_after(sentence: Sentence, offset: int) -> bool:
    """Whether the sentence names a place behind this offset."""
    return any(n.span.start > offset and not n.acts for n in sentence.places)


def _is_definite(noun: Token) -> bool:
    return any(c.dep_ == "det" and c.lower_ in ("the", "those", "these") for c in noun.lefts)


def _of_whole(counted: Counted, whole: _Draft) -> Counted:
    """A count that points back counts what the one before it did, unless it says more."""
    kind, known = counted.kind, whole.counted.kind
    if known is not None and (kind is None or counted.noun is None or kind.form == "people"):
        kind = known
    people = counted.nationality or whole.counted.nationality
    return replace(counted, kind=kind, nationality=people)


def _within(draft: _Draft, whole: _Draft) -> Figure:
    """The figure with the place, event and time of the count that it points back to.

    One that names its own people ("25 of them Kenyans") is a part of the larger count.
    """
    figure, known = draft.figure, whole.figure
    own = any(not named.acts for named in draft.sentence.places)
    own_people = figure.nationality is not None and figure.nationality != known.nationality
    series = Series.PART if own_people else known.series
    return replace(
        figure,
        place=figure.place if own and draft.sentence is not whole.sentence else known.place,
        event=figure.event or known.event,
        period=figure.period or known.period,
        series=series if not draft.own_scope else figure.series,
    )


def _is_owned(draft: _Draft) -> bool:
    return draft.measure is not None and draft.measure.owned


def _phrase(noun: Token) -> str:
    """A noun with the words before it."""
    return str(noun.doc[noun.left_edge.i : noun.i + 1].text)


def _is_adjective(token: Token) -> bool:
    """Whether "daily" only describes a noun ("the daily raids") and tells no rate."""
    return bool(token.dep_ == "amod" and token.lower_.endswith("ly"))


def _in_unit(quantity: Quantity, kind: Kind) -> Quantity:
    """One unit for all counts of persons, none for other things; a measure keeps its own."""
    if kind.kind in ("indicator", "time"):
        return quantity
    return replace(quantity, unit="person" if kind.kind in ("person", None) else None)


def _gap(count: Span, token: Token) -> int:
    """Characters between a count and a word; a word behind it belongs to it more readily."""
    if token.idx >= count.end:
        return int(token.idx - count.end)
    return (count.start - token.idx - len(token)) * 2 if token.idx < count.start else 0


def _goes_on(counted: Counted, measure: Measure | None, before: _Draft) -> bool:
    """Whether a count goes on in the statement of the one before it."""
    if counted.noun is None or counted.noun.lemma_ == "other" or counted.refers:
        return True
    if measure is None or before.measure is None:
        return False
    verb, earlier = measure.verb, before.measure.verb
    return verb == earlier or (verb.dep_ == "conj" and earlier in verb.ancestors)


def _like_before(figure: Figure, own_scope: bool, before: _Draft) -> Figure:
    """An elliptic count shares the scope of the one that it follows."""
    earlier = before.figure
    if own_scope or earlier.measure is None or figure.assertion is not Assertion.ASSERTED:
        return figure
    shared = {earlier.series, figure.series} & {Series.STOCK}
    return replace(
        figure,
        series=figure.series if shared else earlier.series,
        period=figure.period or earlier.period,
        event=figure.event or earlier.event,
    )


def _key(figure: Figure) -> tuple[object, ...]:
    place = figure.place.name if figure.place is not None else None
    return figure.measure, figure.counted, figure.group, place


def _period(timing: Timing) -> Period | None:
    when = timing.since or timing.period
    return when.period if when is not None else None


def _followed(
    measure: Measure | None, counted: Counted, assertion: Assertion, older: bool
) -> tuple[bool, str]:
    if measure is None:
        return False, "the text says nothing of what happened to them"
    if measure.name == DELAY:
        return False, "a time between two events"
    if counted.difference:
        return False, "a difference, not a count"
    if counted.picked:
        return False, "only says which ones are meant"
    if assertion is not Assertion.ASSERTED:
        return False, f"{assertion.value}, not asserted"
    if older:
        return False, "of an older time"
    return True, ""
