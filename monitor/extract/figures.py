"""Figures of a text: quantities that count something to which something happened."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from spacy.tokens import Span as Tokens
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
from monitor.extract.carrying import (
    Draft,
    aside,
    before_in,
    is_lone,
    known_kind,
    like_before,
    of_whole,
    pointed_at,
    same_toll,
    settled,
    with_kind,
    within,
)
from monitor.extract.counted import Counted, Kind, kinds, read_counted
from monitor.extract.delays import DELAY, read_delay
from monitor.extract.events import Event, nearest_event
from monitor.extract.indicators import LEVEL, has_level, in_full, is_level, read_indicator
from monitor.extract.lexicon import lexicon
from monitor.extract.measures import (
    Measure,
    clause_head,
    described_measure,
    find_measure,
    senses,
)
from monitor.extract.nearness import Near
from monitor.extract.reading import Reading
from monitor.extract.scope import Nature, Timing, is_older, read_series, read_timing
from monitor.extract.setting import Sentence, read_setting


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
    return settled(reader.drafts)


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
        levels = (m.number for m in quantities if m.is_measure and has_level(m))
        self.near: dict[Span, Counted | None] = {**self.counted, **dict.fromkeys(levels)}
        self.main_event = self.setting.main_event()
        self.drafts: list[Draft] = []

    def take(self, mention: QuantityMention) -> None:
        """Read one quantity and keep it, if it can be a figure."""
        sentence = self.setting.sentences[self.reading.sentence_index(mention.number.start)]
        if mention.is_measure:
            self._take_level(mention, sentence)
            return
        counted = self.counted.get(mention.number)
        if counted is None or self._is_source(counted, mention):
            return
        before = before_in(sentence, self.drafts)
        counted = with_kind(counted, before, self.drafts)
        measure = find_measure(counted, self.data)
        if measure is not None and not self._is_unfounded(counted, measure, sentence):
            known = same_toll(counted, measure, sentence, self.drafts, self.data)
            if known is not None:
                draft = self._draft(mention, of_whole(counted, known), measure, sentence, before)
                self.drafts.append(within(draft, known))
                return
            draft = self._draft(mention, counted, measure, sentence, before)
            self.drafts.append(aside(draft, before))
            return
        whole = pointed_at(counted, sentence, before, self.drafts, self.data)
        if whole is None or whole.measure is None:
            self.drafts.append(self._draft(mention, counted, None, sentence, before))
            return
        counted = of_whole(counted, whole)
        draft = self._draft(mention, counted, whole.measure, sentence, before)
        self.drafts.append(aside(within(draft, whole), whole))

    def _take_level(self, mention: QuantityMention, sentence: Sentence) -> None:
        """Read a measure and keep it, if it is a followed level or a time between events."""
        found = read_indicator(self.reading, mention, self.data) or read_delay(
            self.reading, mention, self.data
        )
        if found is None:
            found = self._goes_on(mention, sentence)
            if found is not None:
                draft = self._draft(mention, *found, sentence, None)
                if self._is_former(mention) or draft.sentence is not self.drafts[-1].sentence:
                    self.drafts.append(draft)
                    return
                why = "another's, or of another time than the level before it"
                figure = replace(draft.figure, followed=False, why_not_followed=why)
                self.drafts.append(replace(draft, figure=figure))
            return
        self.drafts.append(self._draft(mention, *found, sentence, None))

    def _goes_on(
        self, mention: QuantityMention, sentence: Sentence
    ) -> tuple[Counted, Measure] | None:
        """A level that only goes on with the one right before it ("against 25 percent for B")."""
        last = self.drafts[-1] if self.drafts else None
        if last is None or last.measure is None or not is_level(last.measure):
            return None
        if last.sentence is not sentence and not self._of_it(mention, sentence, last):
            return None
        if mention.quantity.unit != last.figure.quantity.unit:
            return None
        number = self.reading.doc.char_span(
            mention.number.start, mention.number.end, alignment_mode="expand"
        )
        if number is None:
            return None
        kind = last.counted.kind
        name = in_full(kind.form, number.root, self.data) if kind is not None else ""
        kind = replace(kind, form=name) if kind is not None else None
        counted = replace(last.counted, anchor=number.root, number=number, kind=kind)
        return counted, replace(last.measure, verb=clause_head(number.root))

    def _of_it(self, mention: QuantityMention, sentence: Sentence, last: Draft) -> bool:
        """Whether "it was 2 percent" gives the level of the sentence before."""
        words = sentence.span.of(self.reading.text)[: mention.number.start - sentence.span.start]
        said = re.search(r"\bit (?:was|is|stood at|came to|reached|fell to|rose to)\b", words, re.I)
        return sentence.index - last.sentence.index == 1 and said is not None

    def _is_former(self, mention: QuantityMention) -> bool:
        """Whether it is the level before the move to the one told first ("from 4 percent")."""
        before = self.reading.text[max(0, mention.number.start - 16) : mention.number.start]
        return re.search(r"\bfrom\s\S{0,4}$", before) is not None

    # ------------------------------------------------------------ what makes no figure

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

    def _head(self, span: Span) -> Token | None:
        words = self.reading.doc.char_span(span.start, span.end, alignment_mode="expand")
        return words.root if words is not None else None

    def _is_unfounded(self, counted: Counted, measure: Measure, sentence: Sentence) -> bool:
        """Whether a noun's own measure is none in this text: "cases" where nobody is ill."""
        kind, noun = counted.kind, counted.noun
        if kind is None or kind.needs is None or measure.name != kind.implies:
            return False
        if kind.needs not in {event.of.name for s in self.setting.sentences for event in s.events}:
            return True
        of = [c for c in noun.rights if c.lower_ == "of"] if noun is not None else []
        said = [c for prep in of for c in prep.children if c.dep_ == "pobj" and c.pos_ == "NOUN"]
        told = {event.token for event in sentence.events}
        return bool(said) and not any(token in told for token in said)

    # ------------------------------------------------------------ the figure

    def _draft(
        self,
        mention: QuantityMention,
        counted: Counted,
        measure: Measure | None,
        sentence: Sentence,
        before: Draft | None,
    ) -> Draft:
        kind = known_kind(counted)
        measure, assertion, planned = self._asserted(counted, measure)
        near = Near(mention.number, sentence, self.near, self.reading.text, self.data)
        words = near.words()
        timing = read_timing(counted, measure, near.times(), self.data)
        attribution = self._attribution(mention.number, measure)
        event, place = self._where(mention, counted, measure, sentence, before, attribution)
        more = counted.more and self._adds(measure, sentence)
        nature = self._nature(event, place, more)
        series, own_scope = self._series(counted, measure, timing, words, nature)
        if event is None and measure is not None and measure.toll:
            event = self._of_the_text(sentence)
            if event is not None and series is Series.UNKNOWN:
                series = Series.CUMULATIVE if event.running(nature.large) else Series.EVENT
        older = is_older(timing, words, self.published, self.data)
        written, authority = self._authority(counted, attribution, place)
        together = self._together(words)
        followed, why = _followed(measure, counted, assertion, older)
        if followed and mention.quantity.high == 0 and counted.noun is None:
            followed, why = False, "says of nobody that it happened to them"
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
            as_of=near.as_of(timing, self.published),
            series=planned or series,
            status=read_status(measure, counted, self.data) if measure else Status.REPORTED,
            reporting_unit=kind.unit,
            assertion=assertion,
            older=older,
            authority=authority,
            authority_as_written=written,
            attribution=attribution,
            revision_words=self._revision(sentence),
            more=more,
            headline=sentence.headline,
            followed=followed,
            why_not_followed=why,
            confidence=0.9 if own_scope else 0.8,
        )
        draft = Draft(counted, measure, sentence, figure, own_scope)
        last = before or (self.drafts[-1] if counted.more and not more else None)
        return like_before(draft, last) if last is not None else draft

    def _asserted(
        self, counted: Counted, measure: Measure | None
    ) -> tuple[Measure | None, Assertion, Series | None]:
        """The measure that the text asserts.

        A deed that is only planned leaves what is said of those counted: "a plan to free the 40
        prisoners held in the north" asserts that 40 are held.
        """
        if measure is None:
            return None, Assertion.ASSERTED, None
        kind = counted.kind
        states = kind is not None and (kind.always or kind.needs is not None)
        if measure.cue == counted.noun and not states:
            return measure, Assertion.ASSERTED, None
        words = _clause(measure, counted)
        assertion, planned = read_assertion(measure, counted, words, self.data)
        verb = arcs.governor(counted.anchor)
        elsewhere = measure.cue not in verb.subtree and verb not in measure.cue.subtree
        if assertion is Assertion.ASSERTED and elsewhere and verb != measure.verb:
            # what is said of it, is said of the count before: only this clause can take it back
            own = replace(measure, cue=counted.anchor, verb=verb)
            return measure, *read_assertion(own, counted, _clause(own, counted), self.data)
        if assertion is not Assertion.ASSERTED:
            other = described_measure(counted, self.data)
            if other is not None and other.stock and other.cue != measure.cue:
                return other, Assertion.ASSERTED, None
        return measure, assertion, planned

    # ------------------------------------------------------------ where, and of which event

    def _where(
        self,
        mention: QuantityMention,
        counted: Counted,
        measure: Measure | None,
        sentence: Sentence,
        before: Draft | None,
        attribution: Attribution | None,
    ) -> tuple[Event | None, Place | None]:
        """The event and the place; a lone count shares those of the one before it."""
        focus = [counted.anchor] if measure is None else [measure.cue, counted.anchor]
        lone = before is not None and is_lone(counted)
        after = mention.number.end if lone else 0
        if before is not None and lone and not _placed_after(sentence, after):
            event = nearest_event(sentence.events, before.counted.anchor)
            place = None if self._is_overall(measure) else before.figure.place
            return self.setting.told(event, sentence), place
        near = [counted.anchor] if lone else focus
        event = self.setting.told(nearest_event(sentence.events, *near), sentence)
        read = [(draft.sentence.span, draft.figure.place) for draft in self.drafts]
        place = self._of_the_known(measure, sentence) or self.setting.place(
            focus, sentence, event, counted, attribution, measure, read, after
        )
        return event, place

    def _of_the_text(self, sentence: Sentence) -> Event | None:
        """The text's own disaster, for a sentence that tells of no other event."""
        main = self.main_event
        others = (e for e in sentence.events if main is None or e.of.name != main.of.name)
        return main if next(others, None) is None else None

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

    # ------------------------------------------------------------ of what kind, and whose

    def _nature(self, event: Event | None, place: Place | None, more: bool) -> Nature:
        large = self.setting.kind(place) in ("country", "region")
        return Nature(event, large, self.setting.is_part(place), more)

    def _series(
        self,
        counted: Counted,
        measure: Measure | None,
        timing: Timing,
        near: str,
        nature: Nature,
    ) -> tuple[Series, bool]:
        if measure is None:
            return Series.UNKNOWN, False
        words = _clause(measure, counted)
        return read_series(counted, measure, timing, words, near, nature, self.data)

    def _adds(self, measure: Measure | None, sentence: Sentence) -> bool:
        """Whether "more" adds to a count of the same thing and not only turns to another."""
        near = [d for d in self.drafts if sentence.index - d.sentence.index <= 1]
        if not near or measure is None:
            return True
        return any(d.measure is not None and d.measure.name == measure.name for d in near)

    def _together(self, near: str) -> str | None:
        """Parties counted together ("2,300 on both sides"): a count of its own."""
        words = lexicon("counted", self.data)["counted together"]
        for verb in words["addressed"]:
            near = near.replace(f" {verb} ", " -")
        return next((phrase for phrase in words["phrases"] if f" {phrase} " in near), None)

    def _group(self, kind: Kind, counted: Counted, measure: Measure | None) -> str | None:
        """The part of all that is counted: by age, role or body; of an owned count its owner."""
        if measure is None or not measure.owned:
            return kind.group or counted.affiliation
        if measure.name == LEVEL:
            return self._owner_of_level(kind, counted, measure)
        known = self._owners()
        known += [e.text for e in reversed(self.reading.doc.ents) if _is_body(e, counted)]
        return read_owner(measure, counted, known) or kind.group

    def _owner_of_level(self, kind: Kind, counted: Counted, measure: Measure) -> str | None:
        """Whose level it is, with the level's name: "Northline profit"."""
        known = self._owners()
        known += [e.text for e in reversed(self.reading.doc.ents) if _is_body(e, counted)]
        owner = read_owner(measure, counted, known) or next(iter(known), None)
        return f"{owner} {kind.form}" if owner else None

    def _owners(self) -> list[str]:
        """The owners of counts and levels read so far, the newest first."""
        owned = (d for d in reversed(self.drafts) if d.measure is not None and d.measure.owned)
        names = (
            (d.figure.group or "").removesuffix(d.figure.counted if is_level(d.measure) else "")
            for d in owned
        )
        return [name.strip() for name in names if name.strip()]

    def _revision(self, sentence: Sentence) -> str | None:
        words = sentence.span.of(self.reading.text)
        low = f" {' '.join(words.lower().split())} "
        found = lexicon("revisions", self.data)["revised"]["phrases"]
        return next((phrase for phrase in found if f" {phrase} " in low), None)

    # ------------------------------------------------------------ who says so

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

    def _authority(
        self, counted: Counted, attribution: Attribution | None, place: Place | None
    ) -> tuple[str | None, str | None]:
        """Who counted, as written and in normal form: the nearest voice that is one.

        "The agency said 40 had died, while the governor put the toll at 52": 52 is the governor's.
        """
        voices = [each for each in (self._counter(counted), self._source(attribution)) if each]
        for written in voices:
            authority = read_authority(written, place, self.data)
            if authority is not None:
                return written, authority
        return (voices[-1] if voices else None), None

    def _source(self, attribution: Attribution | None) -> str | None:
        if attribution is None or not attribution.source:
            return None
        return " ".join(span.of(self.reading.text) for span in attribution.source)

    def _counter(self, counted: Counted) -> str | None:
        """Who counted, by the verb of counting over the count ("the ministry put it at six")."""
        verb = arcs.governor(counted.anchor)
        if verb.lemma_ not in lexicon("authorities", self.data)["counting"]["verbs"]:
            return None
        subjects = [c for c in verb.children if c.dep_ == "nsubj" and c.pos_ in ("NOUN", "PROPN")]
        return next((_phrase(c) for c in subjects if c != counted.anchor), None)


def _is_body(entity: Tokens, counted: Counted) -> bool:
    """Whether an organisation is named before a count."""
    return bool(entity.label_ == "ORG" and entity.end <= counted.number.start)


def _clause(measure: Measure, counted: Counted) -> str:
    """The words of the count's clause in lower case, with a space on both sides."""
    words = arcs.clause(measure.verb, counted.anchor)
    return f" {' '.join(token.lower_ for token in words)} "


def _placed_after(sentence: Sentence, offset: int) -> bool:
    """Whether the sentence names a place behind this offset."""
    return any(n.span.start > offset and not n.acts for n in sentence.places)


def _is_definite(noun: Token) -> bool:
    return any(c.dep_ == "det" and c.lower_ in ("the", "those", "these") for c in noun.lefts)


def _phrase(noun: Token) -> str:
    """A noun with the words before it."""
    return str(noun.doc[noun.left_edge.i : noun.i + 1].text)


def _in_unit(quantity: Quantity, kind: Kind) -> Quantity:
    """One unit for all counts of persons, none for other things; a measure keeps its own."""
    if kind.kind in ("indicator", "time"):
        return quantity
    return replace(quantity, unit="person" if kind.kind == "person" else None)


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
    if counted.whole_land:
        return False, "all who live there"
    if counted.difference:
        return False, "a difference, not a count"
    if counted.picked:
        return False, "only says which ones are meant"
    if assertion is not Assertion.ASSERTED:
        return False, f"{assertion.value}, not asserted"
    if older:
        return False, "of an older time"
    return True, ""
