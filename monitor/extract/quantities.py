"""Quantities of a text: each number with its modifier, unit and movement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from monitor.claims import (
    Modifier,
    Movement,
    Number,
    Quantity,
    QuantityMention,
    Span,
    UnitKind,
)
from monitor.extract.modifiers import modifiers
from monitor.extract.number_words import NumberKind
from monitor.extract.numbers import LEVEL_OVER_STEP, joined_range, shared_scale
from monitor.extract.reading import Reading
from monitor.extract.single_quantities import AGE, Found, SingleQuantities, times
from monitor.extract.units import units

CHANGE_REACH = 15
"""So many words before a number a verb of change may stand: "cut the toll of the flood from 9"."""

SHARE = "share"  # the unit of "a third of", "one in five"


def read_quantities(reading: Reading, data: Path | None = None) -> list[QuantityMention]:
    """Every quantity of the text in order of offset.

    Ages, durations, money and shares are among them (``is_measure``); dates, years, times of day,
    ordinals, scores and names with digits are not.
    """
    pairs = _Pairs(reading, data)
    found = pairs.with_shared_words(pairs.with_ranges(SingleQuantities(reading, data)))
    return [_mention(one, reading.text) for one in found]


def _mention(found: Found, text: str) -> QuantityMention:
    number = times(found.number, -1) if found.negative else found.number
    share = number.kind is NumberKind.FRACTION and not found.is_measure
    modifier = found.bound.modifier if found.bound else Modifier.EXACT
    if number.ranged and modifier is Modifier.EXACT:
        modifier = Modifier.RANGE
    low: Number | None = None if modifier is Modifier.AT_MOST else number.low
    high: Number | None = None if modifier is Modifier.AT_LEAST else number.high
    form = found.unit.form if found.unit else None
    quantity = Quantity(
        low=low,
        high=high,
        modifier=modifier,
        unit=SHARE if share else form,
        as_written=number.span.of(text),
        exclusive=found.bound.exclusive if found.bound else False,
        vague=number.kind is NumberKind.VAGUE,
        step=number.step,
        movement=found.movement,
        unit_kind=_unit_kind(found, share),
    )
    return QuantityMention(quantity, number.span, found.written, share or found.is_measure)


def _unit_kind(found: Found, share: bool) -> UnitKind:
    if share or found.unit is None or not found.is_measure:
        return UnitKind.COUNTED
    return UnitKind.CURRENCY if found.unit.is_currency else UnitKind.MEASURE


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
    unit = mention.unit_as_written
    if mention.is_measure and quantity.unit not in (None, SHARE):
        unit = units().name(quantity.unit)
    return {"value": [low, high], "change": change, "unit": unit}


def quantity_predictions(mentions: Sequence[QuantityMention]) -> list[dict[str, Any]]:
    """All quantities of one text that the annotators of NewsQuant count.

    Zero in words and small vague words (no one, several, a few) are none for them.
    """
    return [quantity_prediction(mention) for mention in mentions if not _is_loose(mention)]


def _is_loose(mention: QuantityMention) -> bool:
    quantity = mention.quantity
    small = quantity.vague and quantity.high is not None and quantity.high < 10
    return small or (quantity.high == 0 and quantity.as_written.isalpha())


# ---------------------------------------------------------------- two numbers that belong together

_TO = re.compile(r"\s?[-–—‑]\s?|\s(?:to|or)\s|-to-")
_BETWEEN = re.compile(r"\bbetween\s(?:\w+\s){0,2}$", re.IGNORECASE)
_FROM = re.compile(r"\b(?:from|range|ranges|ranging|ranged)\s(?:\S+\s){0,2}$", re.IGNORECASE)
_STEP = re.compile(r"\bby\s(?:[a-z]+\s){0,3}$", re.IGNORECASE)
_ON_TO = re.compile(r"(?:\s[\w.]+){0,6}\sto(?:\s\w+){0,2}\s")  # "20 mpg in May to about 29"
_LIST = re.compile(r",\s|,?\s(?:and|or)\s")
_BY = re.compile(r".{0,60}\bby\s", re.DOTALL)
_CONVERSION = re.compile(r"\s?[(\[]|\s?/\s?")
_HYPHENS = re.compile(r"-(?:,| and| or|, and|, or| to)\s")  # "four-, five- and six-seat"
_OUT_OF = re.compile(r"\sof\s(?:(?:the|its|his|her|their|our|all|those)\s)?")
_BOTH = re.compile(r",?\s(?:and|or)\s")
_ADJECTIVES = re.compile(r"\s[a-z]+(?:ed|ble|nt|ly)\s(?:and|or)\s")  # "12 probable and 3 proven"


class _Pairs:
    """What two neighbouring numbers of a reading say of each other."""

    def __init__(self, reading: Reading, data: Path | None) -> None:
        self.text = reading.text
        self.doc = reading.doc
        self.units = units(data)
        self.modifiers = modifiers(data)

    def _gap(self, first: Found, second: Found) -> str:
        return self.text[first.phrase.end : second.phrase.start]

    def _before(self, found: Found) -> str:
        return self.text[max(0, found.phrase.start - 32) : found.phrase.start]

    # -- ranges over units

    def with_ranges(self, found: Iterable[Found]) -> list[Found]:
        """Pairs that are one range with a unit at both ends: "5% to 6%", "from $3 to $5"."""
        joined: list[Found] = []
        for one in found:
            if joined and self._is_range(joined[-1], one):
                joined[-1] = _range(joined[-1], one)
            else:
                joined.append(one)
        return joined

    def _is_range(self, first: Found, second: Found) -> bool:
        gap, before = self._gap(first, second), self._before(first)
        if "\n" in gap or not (_may_join(first) and _may_join(second)):
            return False
        if not _have_one_unit(first, second) or self._is_step(first, second):
            return False
        if _FROM.search(before) and _ON_TO.fullmatch(gap):
            return not self._are_two_counts(first, second)
        if gap == " and ":
            return _BETWEEN.search(before) is not None
        return _TO.fullmatch(gap) is not None and _rises(first, second)

    def _are_two_counts(self, first: Found, second: Found) -> bool:
        """Whether it is a count that moved: "the toll rose from 34 to 41". Measures are ranges."""
        if first.is_measure or second.is_measure:
            return False
        return self._follows_change(first)

    def _is_step(self, first: Found, second: Found) -> bool:
        """Whether it is a step and where it led: "climbed by 12,000 to 2.92 million"."""
        if first.is_measure or second.is_measure or self._gap(first, second) != " to ":
            return False
        if shared_scale(first.number, second.number) * LEVEL_OVER_STEP > second.number.high:
            return False
        return _STEP.search(self._before(first)) is not None and self._follows_change(first)

    def _follows_change(self, found: Found) -> bool:
        """Whether a verb or noun of change stands before the number in its sentence."""
        first = self.doc.char_span(
            found.number.span.start, found.number.span.end, alignment_mode="expand"
        )
        if first is None:
            return False
        before = self.doc[max(first.sent.start, first.start - CHANGE_REACH) : first.start]
        return any(self.modifiers.way(token.lemma_.lower()) is not None for token in before)

    # -- words said once for two numbers

    def with_shared_words(self, found: list[Found]) -> list[Found]:
        """Units carried over, conversions in brackets, and amounts with their parts."""
        shared: list[Found] = []
        for one in found:
            whole = self._with_parts(shared[-1], one) if shared else None
            if whole is not None:
                shared[-1] = whole
            else:
                shared.append(self._as_before(shared[-1], one) if shared else one)
        for place in range(len(shared) - 2, -1, -1):
            shared[place] = self._as_behind(shared[place], shared[place + 1])
        return shared

    def _with_parts(self, before: Found, one: Found) -> Found | None:
        """An amount and its parts as one: "3 dollars 50 cents", "15 dollars 50"."""
        gap = self._gap(before, one)
        if before.unit is None or gap not in (" ", " and ") or one.number.high >= 100:
            return None
        form = one.unit.form if one.unit is not None else "cent"
        if before.unit.form not in self.units.parts.get(form, ()) or before.number.ranged:
            return None
        if one.unit is None and (gap != " " or one.number.high < 10):
            return None
        value = before.number.low + one.number.low / 100
        span = Span(before.number.span.start, one.number.span.end)
        number = replace(before.number, span=span, low=value, high=value, step=0.01)
        return replace(before, number=number, phrase=Span(before.phrase.start, one.phrase.end))

    def _as_before(self, before: Found, one: Found) -> Found:
        """With what the number before says for this one as well."""
        gap = self._gap(before, one)
        if _CONVERSION.fullmatch(gap) and before.is_measure and one.is_measure:
            bare = one.bound is None and one.movement is None
            return replace(one, bound=before.bound, movement=before.movement) if bare else one
        if _BY.fullmatch(gap) and before.movement is not None:
            one = replace(one, movement=one.movement or before.movement)
            return _with_unit_of(one, before) if before.is_measure else one
        if _LIST.fullmatch(gap) and before.unit is AGE:  # "aged 19, 22 and 31"
            return _with_unit_of(one, before)
        if (
            gap in (" to ", " to about ")
            and before.is_measure
            and _FROM.search(self._before(before))
        ):
            return _with_unit_of(one, before)
        return one

    def _as_behind(self, one: Found, behind: Found) -> Found:
        """With the unit of the next: "280m of the 1.5bn euros", "10, 20 and 30 per cent"."""
        gap = self._gap(one, behind)
        if _HYPHENS.fullmatch(gap):
            return _with_unit_of(one, behind)
        attributive = self.text[behind.number.span.end : behind.number.span.end + 1] == "-"
        together = (
            _OUT_OF.fullmatch(gap)
            or _BOTH.fullmatch(gap)
            or (gap == ", " and behind.is_measure)
            or (" " in behind.written and _ADJECTIVES.fullmatch(gap))
        )
        return _with_unit_of(one, behind) if together and not attributive else one


def _with_unit_of(one: Found, other: Found) -> Found:
    """The number with the other's unit, where it has none of its own."""
    if one.unit is not None:
        return one
    return replace(one, unit=other.unit, written=other.written, counted=other.counted)


def _may_join(found: Found) -> bool:
    return found.number.kind is NumberKind.CARDINAL and not found.number.ranged


def _have_one_unit(first: Found, second: Found) -> bool:
    """Whether the units agree, or one of the numbers has none."""
    if first.unit is None or second.unit is None:
        return True
    return first.unit.form.split("/")[0] == second.unit.form.split("/")[0]


def _rises(first: Found, second: Found) -> bool:
    """Whether "a to b" is a range and no move by a to b ("rose $5 to $40")."""
    if first.movement is not None and first.is_measure:
        return False
    scaled = second.number.scaled and not first.number.scaled
    unit = first.unit if first.is_measure and first.unit == second.unit else None
    is_rate = unit is not None and "/" in unit.form
    return first.number.low < second.number.low or scaled or is_rate


def _range(first: Found, second: Found) -> Found:
    signed = [times(one.number, -1) if one.negative else one.number for one in (first, second)]
    richer = max((second, first), key=lambda one: one.unit.form.count("/") if one.unit else -1)
    return replace(
        first,
        number=joined_range(*signed),
        phrase=Span(first.phrase.start, second.phrase.end),
        unit=richer.unit,
        written=richer.written,
        counted=richer.counted,
        negative=False,
    )
