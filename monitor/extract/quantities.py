"""Quantities of a text: each number with its modifier, unit and movement."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.claims import Modifier, Movement, Number, Quantity, QuantityMention, Span
from monitor.extract.lexicon import lexicon
from monitor.extract.numbers import NumberKind, NumberMention, find_numbers
from monitor.extract.reading import Reading
from monitor.extract.units import Unit, UnitMention, Units, units

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


def read_quantities(reading: Reading, data: Path | None = None) -> list[QuantityMention]:
    """Every quantity of the text in order of offset.

    Ages, durations and money are among them (``is_measure``); dates, years, times of day,
    ordinals, scores and names with digits are not.
    """
    return _Reader(reading, data).quantities()


# ---------------------------------------------------------------- as the scorer reads them

_CHANGES = {
    Modifier.EXACT: "=",
    Modifier.RANGE: "=",
    Modifier.APPROXIMATE: "~",
    Modifier.AT_LEAST: ">",
    Modifier.AT_MOST: "<",
}


def quantity_prediction(mention: QuantityMention) -> dict[str, Any]:
    """One quantity: ``value`` [low, high], ``change`` (= ~ > < up down) and ``unit``.

    A bound is given as its one number at both ends; a movement beats a bound.
    """
    quantity = mention.quantity
    low = quantity.low if quantity.low is not None else quantity.high
    high = quantity.high if quantity.high is not None else quantity.low
    change = _CHANGES[quantity.modifier]
    if quantity.movement is not None:
        change = "up" if quantity.movement is Movement.UP else "down"
    return {"value": [low, high], "change": change, "unit": _predicted_unit(mention)}


def quantity_predictions(mentions: Sequence[QuantityMention]) -> list[dict[str, Any]]:
    """All quantities of one text."""
    return [quantity_prediction(mention) for mention in mentions]


def _predicted_unit(mention: QuantityMention) -> str:
    if mention.is_measure and mention.quantity.unit is not None:
        return units().name(mention.quantity.unit)
    return mention.unit_as_written


# ---------------------------------------------------------------- words around a number


@dataclass(frozen=True, slots=True)
class _Bound:
    modifier: Modifier
    exclusive: bool
    words: str


@dataclass(frozen=True, slots=True)
class _Modifiers:
    """The modifier lists, ready to match on words before and after a number."""

    before: dict[str, _Bound]
    before_pattern: re.Pattern[str]
    after: dict[str, _Bound]
    after_pattern: re.Pattern[str]
    strict: frozenset[str]
    adverbs: dict[str, Movement]
    intransitive: dict[str, Movement]
    transitive: dict[str, Movement]


@functools.cache
def _modifiers(data: Path | None) -> _Modifiers:
    table = lexicon("modifiers", data)
    exclusive = frozenset(table["exclusive"]["words"])
    kinds = (Modifier.AT_LEAST, Modifier.AT_MOST, Modifier.APPROXIMATE)
    before, after = (
        {
            word: _Bound(kind, word in exclusive, word)
            for kind in kinds
            for word in table[kind.value][place]
        }
        for place in ("before", "after")
    )
    skip = "|".join(_words(word) for word in _longest(table["between"]["words"]))
    words = "|".join(_words(word) for word in _longest(before))
    movement = table["movement"]
    moves = (("up", Movement.UP), ("down", Movement.DOWN))
    return _Modifiers(
        before=before,
        before_pattern=re.compile(
            rf"(?:(?<=^)|(?<=[\s(\[\"'“‘—–-]))(?P<word>{words})"
            rf"(?P<skip>(?:[\s-]+(?:{skip}))*)[\s(\"'“‘-]*$",
            re.IGNORECASE,
        ),
        after=after,
        after_pattern=re.compile(
            rf"[\s]?(?P<word>{'|'.join(_words(word) for word in _longest(after))})(?!\w)",
            re.IGNORECASE,
        ),
        strict=frozenset(table["between"]["strict"]),
        adverbs={word: way for name, way in moves for word in movement[name]["adverbs"]},
        intransitive={word: way for name, way in moves for word in movement[name]["intransitive"]},
        transitive={word: way for name, way in moves for word in movement[name]["transitive"]},
    )


def _longest(words: list[str] | dict[str, _Bound]) -> list[str]:
    return sorted(words, key=len, reverse=True)


def _words(phrase: str) -> str:
    return re.escape(phrase).replace(r"\ ", r"\s+")


# ---------------------------------------------------------------- one number with its words


@dataclass(frozen=True, slots=True)
class _Found:
    """A number on its way to a mention. ``phrase`` takes in mark, sign and unit."""

    number: NumberMention
    phrase: Span
    unit: Unit | None = None
    written: str = ""
    negative: bool = False
    counted: bool = False  # the unit is a counted noun
    bound: _Bound | None = None
    movement: Movement | None = None
    ranged: bool = False


class _Reader:
    def __init__(self, reading: Reading, data: Path | None) -> None:
        self.reading = reading
        self.text = reading.text
        self.doc: Doc = reading.doc
        self.starts = [token.idx for token in self.doc]
        self.units: Units = units(data)
        self.modifiers = _modifiers(data)
        self.data = data

    def quantities(self) -> list[QuantityMention]:
        found: list[_Found] = []
        taken = 0
        for number in find_numbers(self.text, self.data):
            if not number.is_amount:
                continue
            one = self._one(number, taken)
            if one is not None:
                found.append(one)
                taken = one.phrase.end
        return [self._mention(one) for one in self._with_shared(self._ranges(found))]

    def _one(self, number: NumberMention, taken: int) -> _Found | None:
        if number.kind is NumberKind.ZERO and not self._is_zero_claim(number):
            return None
        mark = self.units.before(self.text, number.span.start)
        if mark is not None and mark.span.start < taken:
            mark = None
        number, suffix = self._suffix(number, mark)
        start = mark.span.start if mark else number.span.start
        start, negative, up = self._sign(start, number)
        found = _Found(number, Span(start, number.span.end), negative=negative, movement=up)
        if mark is not None:
            found = self._money(found, mark, suffix)
        elif suffix is not None:
            written = suffix.span.of(self.text)
            found = replace(
                found, unit=suffix.unit, written=written, phrase=Span(start, suffix.span.end)
            )
            if suffix.unit.factor > 1:
                found = replace(found, number=_times(number, suffix.unit.factor))
        elif self._has_letters(number):
            return None
        else:
            found = self._age(found) or self._counted(found)
            if found.unit is None and self._is_name(found):
                return None
        return self._bind(found)

    # -- marks, signs and units

    def _suffix(
        self, number: NumberMention, mark: UnitMention | None
    ) -> tuple[NumberMention, UnitMention | None]:
        """The unit behind the number; the number takes its letter where that is a scale."""
        if number.money is not None:
            after_letter = self.units.after(self.text, number.money.span.end)
            if mark is not None or (after_letter and after_letter.unit.is_currency):
                return number.money, after_letter
        return number, self.units.after(self.text, number.span.end)

    def _money(self, found: _Found, mark: UnitMention, suffix: UnitMention | None) -> _Found:
        unit, written, end = mark.unit, mark.span.of(self.text).strip(), found.number.span.end
        country = re.match(r"\s?(?:US|U\.S\.?)(?!\w)", self.text[end : end + 6])
        if country and unit.form == "USD":
            end += country.end()
        elif suffix is not None and suffix.unit.form.split("/")[0] == unit.form:
            end = suffix.span.end
            return replace(
                found, unit=suffix.unit, written=written, phrase=Span(found.phrase.start, end)
            )
        whole = self.units.rate(self.text, UnitMention(unit, Span(end, end)))
        if whole.span.end > end:
            written += " " + self.text[end : whole.span.end].strip(" -")
            unit, end = whole.unit, whole.span.end
        return replace(found, unit=unit, written=written, phrase=Span(found.phrase.start, end))

    def _sign(self, start: int, number: NumberMention) -> tuple[int, bool, Movement | None]:
        """A minus or plus sign that is no hyphen: "-$2bn", "$-50", "minus 40", "+0.4%"."""
        text = self.text
        for place in (start, number.span.start):
            before = text[place - 1 : place]
            free = place < 2 or text[place - 2] in " (\n\t~" or place != start
            if before in ("-", "−", "–") and free:
                return min(start, place - 1), True, None
            if before == "+" and (place == 1 or not text[place - 2].isalnum()):
                return place - 1, False, Movement.UP
        minus = re.search(
            r"(?:^|[\s(])(minus|negative)[\s-]$", text[max(0, start - 12) : start], re.I
        )
        if minus:
            return start - len(minus.group(1)) - 1, True, None
        return start, False, None

    def _has_letters(self, number: NumberMention) -> bool:
        end = number.span.end
        return number.span.of(self.text)[-1:].isdigit() and self.text[end : end + 1].isalpha()

    # -- ages

    def _age(self, found: _Found) -> _Found | None:
        text, (start, end) = self.text, (found.number.span.start, found.number.span.end)
        if found.number.high > 130 or found.number.scaled:
            return None
        before, after = text[max(0, start - 24) : start].lower(), text[end : end + 12]
        named = re.search(
            r"\b(?:aged?(?: (?:of|between|from|over|under))?|ages|turn(?:s|ed|ing)?)\s$",
            before,
        )
        bare = not re.match(r"[\s-]+\w+", after) or re.match(
            r"\s(?:and|or|to|in|by|when|at|with|who|on|this|last|next|years)\b", after
        )
        apposed = (
            re.search(r"\w,\s$", before)
            and re.match(r"[,.;)]", after)
            and self._follows_person(start)
        )
        if not ((named and bare) or apposed):
            return None
        return replace(found, unit=Unit("year of age", "year of age"), written="")

    def _follows_person(self, start: int) -> bool:
        index = self._token_at(start) - 2
        if index < 0:
            return False
        token = self.doc[index]
        return token.ent_type_ == "PERSON" or (
            token.tag_ == "NNP" and token.ent_type_ in ("", "ORG")
        )

    # -- counted things

    def _token_at(self, offset: int) -> int:
        """The index of the first token that starts at or after the offset."""
        return bisect_left(self.starts, offset)

    def _counted(self, found: _Found) -> _Found:
        """With the noun phrase that the number counts, where it counts one."""
        index = self._token_at(found.number.span.end)
        sentence_end = self.reading.sentence_at(found.number.span.start).end
        of = index < len(self.doc) and self.doc[index].lower_ == "of"
        if of and (found.number.kind is not NumberKind.CARDINAL or found.number.low == 1):
            index += 1
            while index < len(self.doc) and self.doc[index].tag_ in ("DT", "PRP$", "PDT", "WP$"):
                index += 1
        elif of:
            return found
        after = self.modifiers.after_pattern.match(self.text, found.number.span.end)
        if after:
            index = self._token_at(found.number.span.end + len(after.group()))
        words = self._noun_phrase(index, sentence_end)
        if not words:
            return found
        written = " ".join(word.text for word in words if word.tag_ not in ("HYPH", "DT", "POS"))
        head = words[-1]
        form = "person" if head.lower_ in self.units.persons else head.lemma_.lower()
        if form in ("more", "other"):
            return found
        rate = self.units.rate(
            self.text,
            UnitMention(Unit(form, written), Span(words[0].idx, head.idx + len(head.text))),
        )
        if "/" in rate.unit.form:
            written = rate.unit.name
        unit = Unit(rate.unit.form, written)
        return replace(found, unit=unit, written=written, counted=True)

    def _noun_phrase(self, index: int, sentence_end: int) -> list[Token]:
        """The tokens from the number to the noun that it counts; empty for none."""
        run: list[Token] = []
        while index < len(self.doc) and self.doc[index].idx < sentence_end:
            token = self.doc[index]
            if token.tag_ in ("NNS", "NNPS") or token.lower_ in ("people", "dead"):
                return [*run, token]
            if not (token.tag_ in _IN_PHRASE or token.lower_ in ("-", "more", "other")):
                break
            run.append(token)
            index += 1
        while run and run[-1].tag_ not in ("NN", "NNP"):
            run.pop()
        return run

    def _is_zero_claim(self, number: NumberMention) -> bool:
        """ "No" counts only before a plural noun ("no casualties")."""
        if number.span.of(self.text).lower() != "no":
            return True
        words = self._noun_phrase(self._token_at(number.span.end), len(self.text))
        return bool(words) and words[-1].tag_ in ("NNS", "NNPS")

    def _is_name(self, found: _Found) -> bool:
        """A bare number after a proper noun is part of the name ("Apollo 11")."""
        number = found.number
        digits = number.span.of(self.text)
        if not digits.isdigit():
            return number.low == 1 and self._is_pronoun_one(number)
        index = self._token_at(number.span.start)
        if index == 0 or self.text[number.span.start - 1] != " ":
            return False
        previous = self.doc[index - 1]
        return previous.tag_ in ("NNP", "NNPS") and previous.text[:1].isupper()

    def _is_pronoun_one(self, number: NumberMention) -> bool:
        """ "The same one", "one must", "this one": a pronoun, no amount."""
        index = self._token_at(number.span.start)
        if self.doc[index].lower_ != "one":
            return False
        following = self.doc[index + 1] if index + 1 < len(self.doc) else None
        return following is None or following.lower_ != "of"

    # -- modifiers and movement

    def _bind(self, found: _Found) -> _Found:
        text, start = self.text, found.phrase.start
        window = text[max(0, start - 48) : start]
        window = re.split(r"[.;:!?\n](?=\s)", window)[-1] if not window.endswith("c. ") else window
        bound = None
        while (match := self.modifiers.before_pattern.search(window)) is not None:
            word = re.sub(r"\s+", " ", match.group("word").lower())
            skip = match.group("skip").strip().lower()
            if word in self.modifiers.strict and skip not in (
                "",
                "a",
                "an",
                "a total of",
                "another",
            ):
                break
            bound = bound or self.modifiers.before[word]
            window = window[: match.start()]
        after = self.modifiers.after_pattern.match(text, found.phrase.end) or (
            self.modifiers.after_pattern.match(text, found.number.span.end)
        )
        if after and bound is None:
            bound = self.modifiers.after[re.sub(r"\s+", " ", after.group("word").lower())]
        movement = found.movement or self._movement(found, window, start)
        return replace(found, bound=bound, movement=movement)

    def _movement(self, found: _Found, window: str, start: int) -> Movement | None:
        """Whether the number is itself a change: "rose 3", "down 12", "fell by 300"."""
        offset = start - len(text_tail(self.text, start, window))
        index = self._token_at(offset + len(window.rstrip())) - 1
        while index >= 0 and (
            self.doc[index].lower_ in _SKIPPED
            or (
                self.doc[index].tag_ == "RB"
                and self.doc[index].lower_ not in self.modifiers.adverbs
            )
        ):
            index -= 1
        if index < 0 or self.doc[index].idx < self.reading.sentence_at(start).start:
            return None
        token = self.doc[index]
        if token.lower_ in self.modifiers.adverbs:
            return self.modifiers.adverbs[token.lower_]
        by = token.lower_ == "by"
        verb = token
        if by:
            verb = self._verb_of(token)
        way = self.modifiers.intransitive.get(verb.lemma_.lower())
        if way is not None and (by or verb.pos_ in ("VERB", "AUX", "NOUN", "PROPN")):
            return way
        way = self.modifiers.transitive.get(verb.lemma_.lower())
        if way is None or not (by or (found.unit and found.unit.form in _SMALL_CHANGES)):
            return None
        return way

    def _verb_of(self, by: Token) -> Token:
        head = by.head
        while head.pos_ not in ("VERB", "AUX") and head.head is not head:
            head = head.head
        return head

    # -- ranges over units, units said once

    def _ranges(self, found: list[_Found]) -> list[_Found]:
        joined: list[_Found] = []
        for one in found:
            previous = joined[-1] if joined else None
            whole = self._range(previous, one) if previous is not None else None
            if whole is not None:
                joined[-1] = whole
            else:
                joined.append(one)
        return joined

    def _range(self, first: _Found, second: _Found) -> _Found | None:
        if any(
            one.number.ranged or one.ranged or one.number.kind is not NumberKind.CARDINAL
            for one in (first, second)
        ):
            return None
        if not _same_unit(first, second):
            return None
        gap = self.text[first.phrase.end : second.phrase.start]
        before = self.text[max(0, first.phrase.start - 30) : first.phrase.start].lower()
        if re.fullmatch(r"\s?(?:-|–|—|‑)\s?|\s(?:to|or)\s|-to-", gap):
            if (
                first.number.low > second.number.low
                and not re.search(r"\bfrom\W+[\w\s]{0,12}$", before)
                and not (second.number.scaled and not first.number.scaled)
            ):
                return None
        elif re.fullmatch(r"\s(?:and)\s", gap):
            if not re.search(r"\bbetween\W+[\w\s]{0,12}$", before):
                return None
        elif not (re.search(r"\bfrom\W+(?:[\w]+\W+){0,2}$", before) and self._leads_to(gap, first)):
            return None
        if re.search(r"\bfrom\W+(?:[\w]+\W+){0,2}$", before) and self._tells_change(first, second):
            return None
        return self._joined(first, second)

    def _leads_to(self, gap: str, first: _Found) -> bool:
        words = gap.lower().split()
        return 0 < len(words) <= 7 and "to" in words and "," not in gap and ";" not in gap

    def _tells_change(self, first: _Found, second: _Found) -> bool:
        """ "The toll rose from 34 to 41" gives two counts; of a measure, one range."""
        if not (first.counted or second.counted or second.unit is None):
            return False
        start = self._token_at(first.phrase.start)
        verbs = [t.lemma_.lower() for t in self.doc[max(0, start - 6) : start]]
        return any(
            verb in self.modifiers.intransitive or verb in self.modifiers.transitive
            for verb in verbs
        )

    def _joined(self, first: _Found, second: _Found) -> _Found:
        low, high = first.number.low, second.number.low
        mantissa = second.number.mantissa
        if second.number.scaled and not first.number.scaled and mantissa and low < mantissa:
            low = low * round(high / mantissa)
        low, high = (-low if first.negative else low), (-high if second.negative else high)
        number = replace(
            second.number,
            span=Span(first.number.span.start, second.number.span.end),
            low=min(low, high),
            high=max(low, high),
            step=min(first.number.step, second.number.step),
            ranged=True,
        )
        unit = second if second.unit is not None else first
        return replace(
            first,
            number=number,
            phrase=Span(first.phrase.start, second.phrase.end),
            unit=unit.unit,
            written=unit.written,
            negative=False,
            counted=unit.counted,
            ranged=True,
        )

    def _with_shared(self, found: list[_Found]) -> list[_Found]:
        return found

    # -- the result

    def _mention(self, found: _Found) -> QuantityMention:
        number = found.number
        low, high = number.low, number.high
        if found.negative:
            low, high = -high, -low
        modifier, exclusive = Modifier.EXACT, False
        bounds: tuple[Number | None, Number | None] = (low, high)
        if found.bound is not None:
            modifier, exclusive = found.bound.modifier, found.bound.exclusive
        if modifier is Modifier.AT_LEAST:
            bounds = (low, None)
        elif modifier is Modifier.AT_MOST:
            bounds = (None, high)
        elif number.ranged and modifier is Modifier.EXACT:
            modifier = Modifier.RANGE
        quantity = Quantity(
            low=bounds[0],
            high=bounds[1],
            modifier=modifier,
            unit=found.unit.form if found.unit else None,
            as_written=number.span.of(self.text),
            exclusive=exclusive,
            vague=number.kind is NumberKind.VAGUE,
            step=number.step,
            movement=found.movement,
        )
        measure = found.unit is not None and not found.counted
        return QuantityMention(quantity, number.span, found.written, measure)


_IN_PHRASE = frozenset(["JJ", "JJR", "JJS", "NN", "NNP", "VBN", "VBG", "HYPH", "CD"])
_SKIPPED = frozenset(
    [
        "a",
        "an",
        "another",
        "further",
        "just",
        "only",
        "as",
        "much",
        "many",
        "extra",
        "additional",
        "some",
        "the",
    ]
)
_SMALL_CHANGES = frozenset(
    ("percent", "point", "cent", "penny", "sen", "basis point", "percentage point")
)


def text_tail(text: str, start: int, window: str) -> str:
    """The part of the text from where the window begins up to ``start``."""
    found = text.rfind(window, 0, start) if window else start
    return text[found:start]


def _times(number: NumberMention, factor: int) -> NumberMention:
    return replace(
        number, low=number.low * factor, high=number.high * factor, step=number.step * factor
    )


def _same_unit(first: _Found, second: _Found) -> bool:
    if first.unit is None or second.unit is None:
        return True
    if first.unit.form == second.unit.form:
        return True
    return first.unit.form.split("/")[0] == second.unit.form.split("/")[0]
