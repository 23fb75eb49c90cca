"""What two versions of one text say differently, read from the words of the changed sentences.

A changed number, modifier or unit, another speaker, place or stance is a difference; a moved
paragraph, a corrected spelling or a sentence in other words is none. Both texts are read by one
version of the extractor. Where the words differ but nothing was claimed there that we would follow,
a claim is made for the edit alone, so that its evidence is on file. Pure, and slow enough for a
worker.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.claims import (
    Attribution,
    Extraction,
    Figure,
    Holder,
    Modifier,
    Position,
    Proposition,
    Quantity,
    QuantityMention,
    Series,
    Span,
    Stance,
    Venue,
)
from monitor.extract.extractor import Extractor, Mentions
from monitor.extract.gazetteer import gazetteer
from monitor.extract.peoples import home_of, people_of
from monitor.track.names import edit_words, same_name
from monitor.track.passages import Passage, Step, Token, changed_passages, plain

FOR_AN_EDIT = "not followed: read for an edit alone"
_INSERTED = 4  # words put in or taken out that may turn a sentence; more are a clause of their own

_TINY = 2

Carrier = Figure | Position


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that an edit changed, in words, with the claims that state it before and after.

    ``what``: number, modifier, unit, measure, counted, source, speaker, place, people, date,
    stance, condition.
    """

    what: str
    old: str
    new: str
    before: Carrier
    after: Carrier

    def __str__(self) -> str:
        return f"{self.what}: {self.old or 'none'} -> {self.new or 'none'}"


def find_differences(
    extractor: Extractor,
    old_text: str,
    new_text: str,
    published: datetime,
    outlet: str,
) -> tuple[Extraction, tuple[Difference, ...]]:
    """The claims of the later text, and what differs from the earlier one."""
    old = _Side(old_text, extractor.mentions(old_text, published, outlet), outlet)
    new = _Side(new_text, extractor.mentions(new_text, published, outlet), outlet)
    found: list[Difference] = []
    passages: list[Passage] = []
    for passage in changed_passages(old_text, new_text):
        found += _differences(passage, old, new)
        passages.append(passage)
    found += _rewritten(passages, old, new)
    return new.mentions.extraction, tuple(found)


def _differences(passage: Passage, old: _Side, new: _Side) -> list[Difference]:
    """What differs in one passage. A headline's wording is none, but its numbers and stances."""
    found = list(_numbers(passage, old, new))
    counted = [] if passage.in_title else list(_counted(passage, old, new))
    turned = None if counted else _turned(passage, old, new)
    found += [turned] if turned else counted
    if not passage.in_title:
        found += [] if turned else _conditions(passage, old, new)
        found += _speakers(passage, old, new)
        found += _places(passage, old, new)
        found += _peoples(passage, old, new)
        found += _dates(passage, old, new)
    return found


def _rewritten(passages: Sequence[Passage], old: _Side, new: _Side) -> Iterator[Difference]:
    """Numbers of one series whose sentences were written anew: one on each side, and they differ.

    Where a side has several, or the old sentence still stands, the later one is another report.
    """
    gone = old.loose_figures([passage.old for passage in passages], new.text)
    came = new.loose_figures([passage.new for passage in passages], old.text)
    for series, figures in gone.items():
        others = came.get(series, [])
        if len(figures) != 1 or len(others) != 1:
            continue
        was, now = figures[0], others[0]
        if Series.UNKNOWN not in (was.series, now.series) and was.series is not now.series:
            continue
        if was.quantity.value != now.quantity.value:
            one, other = (
                modified(each.quantity, each.number.of(text), each.counted_as_written)
                for each, text in ((was, old.text), (now, new.text))
            )
            yield Difference("number", one, other, was, now)


# ---------------------------------------------------------------- one version


@dataclass(frozen=True, slots=True)
class _Side:
    """One version of the text with everything that was read from it."""

    text: str
    mentions: Mentions
    outlet: str

    def quantities(self, span: Span) -> list[QuantityMention]:
        return [each for each in self.mentions.quantities if each.number.overlaps(span)]

    def attributions(self, span: Span) -> list[Attribution]:
        """Those whose cue, or else source, stands in the span."""
        return [
            each
            for each in self.mentions.attributions
            if any(mark.overlaps(span) for mark in (each.cue or each.source))
        ]

    def loose_figures(
        self, passages: Sequence[Span], other_text: str
    ) -> dict[tuple[object, ...], list[Figure]]:
        """Followed figures, by series, of sentences that no passage holds and the other lacks."""
        words = plain(other_text)
        found: dict[tuple[object, ...], list[Figure]] = {}
        for figure in self.mentions.extraction.figures:
            is_exact = figure.followed and not figure.older and not figure.quantity.vague
            inside = any(figure.number.overlaps(span) for span in passages)
            if not is_exact or inside or plain(figure.sentence.of(self.text)) in words:
                continue
            place = figure.place.name if figure.place else None
            series = (figure.measure, figure.group or figure.counted, place)
            found.setdefault(series, []).append(figure)
        return found

    def figure_for(self, mention: QuantityMention, sentence: Span) -> Figure:
        """The figure that this number is read as, else one for the edit alone."""
        for figure in self.mentions.extraction.figures:
            if figure.number.overlaps(mention.number):
                return figure
        counted = mention.unit_as_written or "things"
        return Figure(
            quantity=mention.quantity,
            number=mention.number,
            sentence=sentence,
            counted=counted,
            counted_as_written=mention.unit_as_written,
            followed=False,
            why_not_followed=FOR_AN_EDIT,
        )

    def statement_for(self, changed: Span, sentence: Span, sign: int) -> Position:
        """The position that holds these words, else one for the edit alone."""
        near = [
            each
            for each in self.mentions.extraction.positions
            if sentence.start <= each.sentence.start < sentence.end
            or each.sentence.start <= sentence.start < each.sentence.end
        ]
        if near:
            return min(near, key=lambda each: (not _holds(each, changed), each.content))
        said = self.attributions(sentence)
        spoken = max(said, key=lambda each: _within(each, changed), default=None)
        words = _cut(sentence.of(self.text))
        proposition = Proposition(f"words|{words.casefold()}", words)
        if spoken is not None and spoken.source and spoken.content:
            speaker = spoken.speaker or spoken.source[0].of(self.text)
            return Position(
                holder=Holder(speaker, official=False),
                stance=_STANCES.get(spoken.cue_lemma, Stance.ASSESS),
                proposition=proposition,
                sign=sign,
                strength=1,
                attribution=spoken,
                content=spoken.content[0],
                sentence=sentence,
            )
        return Position(
            holder=Holder(self.outlet, "outlet", official=False),
            stance=Stance.ASSESS,
            proposition=proposition,
            sign=sign,
            strength=1,
            attribution=Attribution((), (), (sentence,), venue=Venue.REPORTER),
            content=sentence,
            sentence=sentence,
        )


_STANCES = {
    "deny": Stance.DENY,
    "confirm": Stance.CONFIRM,
    "support": Stance.SUPPORT,
    "oppose": Stance.OPPOSE,
    "reject": Stance.REFUSE,
    "demand": Stance.DEMAND,
    "urge": Stance.URGE,
    "warn": Stance.WARN,
}


def _holds(position: Position, span: Span) -> bool:
    spans = (position.content, *position.attribution.cue, *position.attribution.source)
    return any(each.overlaps(span) for each in spans)


def _within(attribution: Attribution, span: Span) -> int:
    spans = (*attribution.cue, *attribution.source, *attribution.content)
    return sum(each.overlaps(span) for each in spans)


def _cut(words: str, width: int = 120) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= width else flat[: width - 1] + "…"


# ---------------------------------------------------------------- numbers


def _numbers(passage: Passage, old: _Side, new: _Side) -> Iterator[Difference]:
    left, right = _unequal(old.quantities(passage.old), new.quantities(passage.new))
    for was, now in _paired_numbers(left, right, passage):
        what = _what_differs(was, now, passage.in_title)
        if what == "modifier" and (_is_reached(was, old.text) or _is_reached(now, new.text)):
            continue
        if what:
            yield Difference(
                what,
                _said(was, old.text),
                _said(now, new.text),
                old.figure_for(was, passage.old),
                new.figure_for(now, passage.new),
            )


def _is_reached(mention: QuantityMention, text: str) -> bool:
    """Whether "up to" says where a value went ("went up to 92 dollars"), and is no limit."""
    words = text[max(0, mention.number.start - 40) : mention.number.start].casefold()
    before, found, _ = words.rpartition("up to")
    last = before.split()[-1:]
    return bool(found and last and _found(edit_words()["moves"]["verbs"], last[0]))


def _unequal(
    old: Sequence[QuantityMention], new: Sequence[QuantityMention]
) -> tuple[list[QuantityMention], list[QuantityMention]]:
    """What is left of both when equal ones are taken away, each once."""
    right = list(new)
    left = []
    for was in old:
        twin = next((now for now in right if _same(was, now)), None)
        if twin is None:
            left.append(was)
        else:
            right.remove(twin)
    return left, right


def _same(was: QuantityMention, now: QuantityMention) -> bool:
    return _reading(was.quantity) == _reading(now.quantity) and not _another_unit(was, now)


def _reading(quantity: Quantity) -> tuple[object, ...]:
    """The bounds and the modifier; two bounds say by themselves that the number isn't exact."""
    is_range = None not in (quantity.low, quantity.high) and quantity.low != quantity.high
    modifier = Modifier.RANGE if is_range else quantity.modifier
    if quantity.low == quantity.high and modifier is Modifier.RANGE:
        modifier = Modifier.EXACT
    return quantity.low, quantity.high, modifier, quantity.exclusive


def _another_unit(was: QuantityMention, now: QuantityMention) -> bool:
    """Whether the two are measured in different units, both of which are known."""
    if not (was.is_measure and now.is_measure):
        return False
    one, other = was.quantity.unit, now.quantity.unit
    if one != other:
        return one is not None and other is not None
    points = [re.search(r"\bpoints?\b", each.unit_as_written) for each in (was, now)]
    return one == "percent" and bool(points[0]) != bool(points[1])


def _paired_numbers(
    left: Sequence[QuantityMention], right: Sequence[QuantityMention], passage: Passage
) -> list[tuple[QuantityMention, QuantityMention]]:
    """Which number became which: the same with other words around, else in the same place."""
    pairs = []
    olds, news = list(left), list(right)
    for fits in (_same_values, functools.partial(_in_one_step, passage=passage), _alike_counted):
        for was in list(olds):
            now = next((each for each in news if fits(was, each)), None)
            if now is not None:
                pairs.append((was, now))
                olds.remove(was)
                news.remove(now)
    return pairs


def _same_values(was: QuantityMention, now: QuantityMention) -> bool:
    return was.quantity.value == now.quantity.value


def _in_one_step(was: QuantityMention, now: QuantityMention, passage: Passage) -> bool:
    return any(
        any(token.span.overlaps(was.number) for token in step.old)
        and any(token.span.overlaps(now.number) for token in step.new)
        for step in passage.steps
    )


def _alike_counted(was: QuantityMention, now: QuantityMention) -> bool:
    one, other = was.unit_as_written.casefold().split(), now.unit_as_written.casefold().split()
    return bool(one and other) and one[-1] == other[-1]


def _what_differs(was: QuantityMention, now: QuantityMention, in_title: bool) -> str:
    """number, modifier, unit, or nothing worth telling.

    A headline leaves out what the text tells: there only values that can't both be meant differ.
    """
    old, new = was.quantity, now.quantity
    if _another_unit(was, now) and old.value == new.value:
        return "unit"
    vague = old.vague or new.vague
    if in_title and (old.value == new.value or vague):
        return ""
    if old.value == new.value:
        return "modifier" if _reading(old) != _reading(new) else ""
    if vague and not (old.vague and new.vague):
        exact = new if old.vague else old
        wide = old if old.vague else new
        inside = (wide.low or 0) <= exact.value <= (wide.high or exact.value)
        return "" if inside and in_title else "number"
    return "number"


def _said(mention: QuantityMention, text: str) -> str:
    """A number with the words that bind it, as written."""
    return modified(mention.quantity, mention.number.of(text), mention.unit_as_written)


def modified(quantity: Quantity, number: str, unit: str = "") -> str:
    """A number as written with the sense of its modifier: "at least 12 people"."""
    words = {
        Modifier.AT_LEAST: "more than " if quantity.exclusive else "at least ",
        Modifier.AT_MOST: "fewer than " if quantity.exclusive else "at most ",
        Modifier.APPROXIMATE: "about ",
    }
    unit = "" if unit and unit in number else unit
    return f"{words.get(quantity.modifier, '')}{number} {unit}".strip()


def _counted(passage: Passage, old: _Side, new: _Side) -> Iterator[Difference]:
    """The same number of something else: killed or injured, children or people."""
    for was, now in _same_numbers(passage, old, new):
        one, other = old.figure_for(was, passage.old), new.figure_for(now, passage.new)
        if one.measure and other.measure and one.measure != other.measure:
            yield Difference("measure", one.measure, other.measure, one, other)
        elif _are_two_kinds(was.unit_as_written, now.unit_as_written) or (
            was.is_measure != now.is_measure and _is_other_unit(was, now, passage)
        ):
            yield Difference("counted", was.unit_as_written, now.unit_as_written, one, other)


def _same_numbers(
    passage: Passage, old: _Side, new: _Side
) -> list[tuple[QuantityMention, QuantityMention]]:
    """The numbers of a passage that the edit left as they were, each once."""
    right = new.quantities(passage.new)
    pairs = []
    for was in old.quantities(passage.old):
        now = next((each for each in right if _same(was, each)), None)
        if now is not None:
            right.remove(now)
            pairs.append((was, now))
    return pairs


def _is_other_unit(was: QuantityMention, now: QuantityMention, passage: Passage) -> bool:
    """Whether a measure stands in the place of a thing: 20 tonnes, 20 bags."""
    one, other = (each.unit_as_written.casefold().split()[-1:] for each in (was, now))
    return bool(one and other) and any(
        any(token.key == one[0] for token in step.old)
        and any(token.key == other[0] for token in step.new)
        for step in passage.steps
    )


def _are_two_kinds(one: str, other: str) -> bool:
    kinds = [
        {number for number, row in enumerate(edit_words()["counted"]["rows"]) if word in row}
        for word in (words.casefold().rpartition(" ")[2] for words in (one, other))
    ]
    return bool(kinds[0] and kinds[1] and not kinds[0] & kinds[1])


# ---------------------------------------------------------------- stances


@functools.cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    said = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in longest_first)
    return re.compile(rf"\b(?:{said})\b")


def _found(words: Iterable[str], text: str) -> bool:
    return _pattern(tuple(words)).search(text) is not None


def _turned(passage: Passage, old: _Side, new: _Side) -> Difference | None:
    """Whether the sentence was turned round: an odd against an even number of negations, or a word
    of one side in place of one of another."""
    steps = [step for step in passage.steps if (step.old and step.new) or _is_short(step)]
    if not steps or not (_is_negated_anew(passage, steps) or _is_opposite(steps)):
        return None
    before, after = _hull(steps, passage)
    odd = _odd(passage.old_tokens), _odd(passage.new_tokens)
    return Difference(
        "stance",
        _cut(before.of(old.text)),
        _cut(after.of(new.text)),
        old.statement_for(before, passage.old, -1 if odd[0] else 1),
        new.statement_for(after, passage.new, -1 if odd[1] else 1),
    )


def _is_short(step: Step) -> bool:
    return len(step.old) + len(step.new) <= _INSERTED


def _is_tiny(step: Step) -> bool:
    return len(step.old) + len(step.new) <= _TINY


def _words_of(tokens: Iterable[Token]) -> str:
    said = " ".join(token.key for token in tokens)
    return _pattern(tuple(edit_words()["negations"]["without"])).sub(" ", said)


def _count(tokens: Iterable[Token], lists: Sequence[str]) -> int:
    said = _words_of(tokens)
    table = edit_words()["negations"]
    words = tuple(word for name in lists for word in table[name])
    return len(_pattern(words).findall(said))


def _odd(tokens: Iterable[Token]) -> bool:
    return _count(tokens, ("words", "turning")) % 2 == 1


def _is_negated_anew(passage: Passage, steps: Sequence[Step]) -> bool:
    """Whether negations came or went, an odd number of them.

    Clauses that were put in or left out bring their own; in a few words put in or left out only
    the plain negations count, in one or two all.
    """
    ignored = [step for step in passage.steps if step not in steps]
    old = [token for token in passage.old_tokens if not _in(token, ignored)]
    new = [token for token in passage.new_tokens if not _in(token, ignored)]
    counted = any((step.old and step.new) or _is_tiny(step) for step in steps)
    lists = ("words", "turning") if counted else ("words",)
    return (_count(old, lists) - _count(new, lists)) % 2 == 1


def _in(token: Token, steps: Sequence[Step]) -> bool:
    return any(token in step.old or token in step.new for step in steps)


def _is_opposite(steps: Sequence[Step]) -> bool:
    old = _words_of(token for step in steps for token in step.old)
    new = _words_of(token for step in steps for token in step.new)
    for row in edit_words()["opposites"]:
        before = {number for number, side in enumerate(row["sides"]) if _found(side, old)}
        after = {number for number, side in enumerate(row["sides"]) if _found(side, new)}
        if before and after and not before & after:
            return True
    return False


def _hull(steps: Sequence[Step], passage: Passage) -> tuple[Span, Span]:
    """The stretch of each version that the steps cover, with a word around what one side lacks."""
    beside = any(not step.old or not step.new for step in steps)
    old = [token.span for step in steps for token in step.old]
    new = [token.span for step in steps for token in step.new]
    if not beside:
        return _around(old), _around(new)
    before = [token.span for token in passage.old_tokens]
    after = [token.span for token in passage.new_tokens]
    # What both begin and end with stays out, but for a word at each side.
    head = _shared(passage.old_tokens, passage.new_tokens)
    tail = _shared(passage.old_tokens[::-1], passage.new_tokens[::-1])
    return (
        _around(before[max(0, head - 1) : max(head, len(before) - tail) + 1]),
        _around(after[max(0, head - 1) : max(head, len(after) - tail) + 1]),
    )


def _shared(one: Sequence[Token], other: Sequence[Token]) -> int:
    """With how many words both begin."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a.key != b.key), min(len(one), len(other)))


def _around(spans: Sequence[Span]) -> Span:
    return Span(min(spans).start, max(spans).end) if spans else Span(0, 0)


def _conditions(passage: Passage, old: _Side, new: _Side) -> Iterator[Difference]:
    """A condition that was put in or taken out."""
    words = edit_words()["conditions"]["words"]
    before = _found(words, _words_of(passage.old_tokens))
    after = _found(words, _words_of(passage.new_tokens))
    if before == after:
        return
    steps = [step for step in passage.steps if _found(words, _words_of((*step.old, *step.new)))]
    if not steps:
        return
    sides = _hull(steps, passage)
    was = _around([token.span for step in steps for token in step.old]) if before else sides[0]
    now = _around([token.span for step in steps for token in step.new]) if after else sides[1]
    yield Difference(
        "condition",
        _cut(was.of(old.text)) if before else "",
        _cut(now.of(new.text)) if after else "",
        old.statement_for(was, passage.old, 1),
        new.statement_for(now, passage.new, 1),
    )


# ---------------------------------------------------------------- speakers and places


def _speakers(passage: Passage, old: _Side, new: _Side) -> Iterator[Difference]:
    """Another source for the same words, or none where there was one."""
    before = [each for each in old.attributions(passage.old) if each.source]
    after = [each for each in new.attributions(passage.new) if each.source]
    if len(before) != len(after):
        yield from _dropped(passage, before, after, old, new)
        return
    for was, now in zip(before, after, strict=True):
        one, other = was.source[0].of(old.text), now.source[0].of(new.text)
        changed = _touched(was.source[0], passage.steps, 0) and _touched(
            now.source[0], passage.steps, 1
        )
        if not changed or same_name(one, other) or _same_speaker(was, now):
            continue
        yield from _another_source(passage, was, now, old, new, one, other)


def _same_speaker(was: Attribution, now: Attribution) -> bool:
    return bool(was.speaker and now.speaker) and same_name(was.speaker or "", now.speaker or "")


def _another_source(
    passage: Passage,
    was: Attribution,
    now: Attribution,
    old: _Side,
    new: _Side,
    one: str,
    other: str,
) -> Iterator[Difference]:
    pairs = _same_figures(passage, old, new)
    if pairs:
        yield Difference("source", one, other, *pairs[0])
        return
    sign = -1 if _odd(passage.new_tokens) else 1
    yield Difference(
        "speaker",
        one,
        other,
        old.statement_for(was.source[0], passage.old, sign),
        new.statement_for(now.source[0], passage.new, sign),
    )


def _dropped(
    passage: Passage,
    before: Sequence[Attribution],
    after: Sequence[Attribution],
    old: _Side,
    new: _Side,
) -> Iterator[Difference]:
    """A source that was taken out of a sentence with a number that stayed."""
    pairs = _same_figures(passage, old, new)
    if after or len(before) != 1 or not pairs:
        return
    (was,) = before
    steps = [step for step in passage.steps if not step.new]
    gone = all(_touched(span, steps, 0) for span in (*was.source, *was.cue))
    said = was.source[0].of(old.text)
    if gone and said.casefold() not in passage.new.of(new.text).casefold():
        yield Difference("source", said, "", *pairs[0])


def _touched(span: Span, steps: Sequence[Step], side: int) -> bool:
    return any(token.span.overlaps(span) for step in steps for token in (step.old, step.new)[side])


def _same_figures(passage: Passage, old: _Side, new: _Side) -> list[tuple[Figure, Figure]]:
    return [
        (old.figure_for(was, passage.old), new.figure_for(now, passage.new))
        for was, now in _same_numbers(passage, old, new)
    ]


def _places(passage: Passage, old: _Side, new: _Side) -> Iterator[Difference]:
    """A place in the place of another, outside of who says so."""
    for step in passage.steps:
        was, now = _name_in(step.old, old.text), _name_in(step.new, new.text)
        if was is None or now is None or _is_source(was, old, passage.old):
            continue
        one, other = was.of(old.text), now.of(new.text)
        if not _are_two_places(one, other, old.text[: was.start]):
            continue
        there = _figures_there(one, other, old, new)
        yield Difference("place", one, other, *_carriers(passage, was, now, old, new, there))


def _carriers(
    passage: Passage,
    was: Span,
    now: Span,
    old: _Side,
    new: _Side,
    others: Sequence[tuple[Figure, Figure]] = (),
) -> tuple[Carrier, Carrier]:
    """The claims that changed words belong to: a figure of the sentence, else a statement."""
    pairs = _same_figures(passage, old, new) or others
    if pairs:
        return pairs[0]
    return old.statement_for(was, passage.old, 1), new.statement_for(now, passage.new, 1)


def _peoples(passage: Passage, old: _Side, new: _Side) -> Iterator[Difference]:
    """A people in the place of another ("six German tourists"), outside of who says so."""
    for step in passage.steps:
        was, now = _people_in(step.old, old.text), _people_in(step.new, new.text)
        if was is None or now is None or _is_source(was, old, passage.old):
            continue
        one, other = was.of(old.text), now.of(new.text)
        homes = _home(one), _home(other)
        if homes[0] != homes[1]:
            yield Difference("people", one, other, *_carriers(passage, was, now, old, new))


def _people_in(tokens: Sequence[Token], text: str) -> Span | None:
    return next((each.span for each in tokens if people_of(each.span.of(text))), None)


def _home(word: str) -> str | None:
    """The country of a people by a word for it, else the people itself."""
    people = people_of(word)
    return (home_of(people) if people else None) or people


def _dates(passage: Passage, old: _Side, new: _Side) -> Iterator[Difference]:
    """Another weekday, day, month or year of what is told; when it was said is none.

    Lines without a full stop, and those of the publication, are furniture.
    """
    words = passage.new.of(new.text)
    stamps = edit_words()["dates"]["stamps"]
    if not words.rstrip("\"'”’)»").endswith((".", "!", "?")) or _pattern(tuple(stamps)).match(
        words.casefold()
    ):
        return
    for step in passage.steps:
        before = _date_parts(step.old, passage.old_tokens, old.text)
        after = _date_parts(step.new, passage.new_tokens, new.text)
        for part in before.keys() & after.keys():
            was, now = before[part], after[part]
            one, other = was.of(old.text), now.of(new.text)
            if one != other and not _is_of_saying(was, old, passage.old):
                yield Difference("date", one, other, *_carriers(passage, was, now, old, new))


def _date_parts(tokens: Sequence[Token], sentence: Sequence[Token], text: str) -> dict[str, Span]:
    """Where weekday, month, year and day of the month stand among the tokens, each the first."""
    table = edit_words()["dates"]
    months = {
        n
        for n, each in enumerate(sentence)
        if each.key in table["months"] and _is_capital(each, text)
    }
    parts: dict[str, Span] = {}
    for n, token in enumerate(sentence):
        if token not in tokens:
            continue
        if token.key in table["weekdays"]:
            parts.setdefault("weekday", token.span)
        elif n in months:
            parts.setdefault("month", token.span)
        elif re.fullmatch(r"(?:19|20)\d\d", token.key) and n and _stands_as_year(sentence[n - 1]):
            parts.setdefault("year", token.span)
        elif re.fullmatch(r"[0-3]?\d", token.key) and {n - 1, n + 1} & months:
            parts.setdefault("day", token.span)
    return parts


def _is_capital(token: Token, text: str) -> bool:
    return text[token.span.start].isupper()


def _stands_as_year(before: Token) -> bool:
    table = edit_words()["dates"]
    return before.key in table["before_years"] or before.key in table["months"]


def _is_of_saying(date: Span, side: _Side, sentence: Span) -> bool:
    """Whether a date tells when something was said ("told reporters on Tuesday")."""
    filling = edit_words()["dates"]["between_saying_and_date"]
    return any(
        cue.end <= date.start
        and all(word in filling for word in side.text[cue.end : date.start].casefold().split())
        for each in side.attributions(sentence)
        for cue in each.cue
    )


def _name_in(tokens: Sequence[Token], text: str) -> Span | None:
    """The first run of capitalised words that is a name."""
    run: list[Span] = []
    titles = edit_words()["names"]["titles"]
    for token in tokens:
        is_name = text[token.span.start].isupper() and token.key not in titles
        if is_name and (
            not run or not re.search(r"[^\s'’-]", text[run[-1].end : token.span.start])
        ):
            run.append(token.span)
        elif run:
            break
    return Span(run[0].start, run[-1].end) if run else None


def _is_source(name: Span, side: _Side, sentence: Span) -> bool:
    return any(span.overlaps(name) for each in side.attributions(sentence) for span in each.source)


def _are_two_places(one: str, other: str, before: str) -> bool:
    known = gazetteer()
    old, new = known.find(one), known.find(other)
    if old is not None and new is not None:
        return not (
            old.place.covers(new.place)
            or new.place.covers(old.place)
            or one in other
            or other in one
        )
    words = " ".join(["", *before.split()[-2:]]).casefold()
    stands_as_place = any(
        words.endswith(f" {each}") for each in edit_words()["names"]["before_places"]
    )
    return stands_as_place and not same_name(one, other)


def _figures_there(one: str, other: str, old: _Side, new: _Side) -> list[tuple[Figure, Figure]]:
    """Figures of other sentences whose place the edit changed."""
    return [
        (was, now)
        for was in old.mentions.extraction.figures
        if was.place is not None and same_name(was.place.name, one)
        for now in new.mentions.extraction.figures
        if now.place is not None
        and same_name(now.place.name, other)
        and _reading(was.quantity) == _reading(now.quantity)
        and was.measure == now.measure
    ]
