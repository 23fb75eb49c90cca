"""Numbers as the press writes them, and what only looks like one.

`find_numbers` works on the words alone, without a parse: digits in every grouping, number words,
scales, fractions, shares ("one in five"), ranges that say their scale once, and vague words as
intervals. Dates, years, clock times, ordinals, scores, names and codes are found as what they are,
so that nobody reads an amount into them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from monitor.claims import Number, Span
from monitor.extract.lookalikes import find_lookalikes
from monitor.extract.number_words import HYPHENS, NumberKind, Value, ValueReader, number_words
from monitor.extract.units import units

_YEAR = r"1\d{3}|2[01]\d\d"
_AMOUNTS = (NumberKind.CARDINAL, NumberKind.FRACTION, NumberKind.VAGUE, NumberKind.ZERO)


@dataclass(frozen=True, slots=True)
class NumberMention:
    """One number, or one range, as written.

    ``low`` and ``high`` are equal for a single number. ``step`` is the rounding step as written
    (5,000: 1000; 5,087: 1; 1.4m: 100000). ``scaled`` says that a scale is part of the number,
    ``mantissa`` is the number before it. ``with_letter`` is the same number with the letter that
    follows read as a scale, where only a currency can tell ("$3m" against "3m deep").
    """

    span: Span
    low: Number
    high: Number
    step: Number = 1
    kind: NumberKind = NumberKind.CARDINAL
    ranged: bool = False
    scaled: bool = False
    mantissa: Number = 0
    with_letter: NumberMention | None = None

    @property
    def is_amount(self) -> bool:
        """Whether it states how many or how much."""
        return self.kind in _AMOUNTS


def find_numbers(text: str, data: Path | None = None) -> list[NumberMention]:
    """Every number of the text in order of offset; none overlaps another. Never raises."""
    return list(_Numbers(text, data).with_ranges())


# ---------------------------------------------------------------- single numbers


class _Numbers:
    """The single numbers of one text, each with its kind."""

    def __init__(self, text: str, data: Path | None) -> None:
        self.text = text
        self.words = number_words(data)
        self.lists = self.words.lists
        self.units = units(data)
        self.reader = ValueReader(text, self.words)
        self.lookalikes = find_lookalikes(text, data)

    def with_ranges(self) -> Iterator[NumberMention]:
        """The mentions with each pair that is one range, or one score, made one."""
        lookalikes = (NumberMention(span, 0, 0, kind=kind) for span, kind in self.lookalikes)
        singles = sorted([*lookalikes, *self._singles()], key=lambda mention: mention.span)
        index = 0
        while index < len(singles):
            pair = singles[index : index + 2]
            joined = self._pair(pair[0], pair[1]) if len(pair) == 2 else None
            yield joined or pair[0]
            index += 2 if joined else 1

    def _singles(self) -> Iterator[NumberMention]:
        blocks = iter(span for span, _ in self.lookalikes)
        block = next(blocks, None)
        tokens, index = self.reader.tokens, 0
        while index < len(tokens):
            while block is not None and block.end <= tokens[index].start:
                block = next(blocks, None)
            free = block is None or tokens[index].end <= block.start
            value = self.reader.read(index) if free and self.reader.may_start(index) else None
            if value is None:
                index += 1
                continue
            yield self._mention(index, value)
            index = value.end

    def _mention(self, index: int, value: Value) -> NumberMention:
        tokens = self.reader.tokens
        mention = _as_mention(Span(tokens[index].start, tokens[value.end - 1].end), value)
        kind = self._kind(index, value, mention.span)
        if kind is not value.kind:
            return replace(mention, kind=kind)
        return self._with_letter(mention, value)

    def _with_letter(self, mention: NumberMention, value: Value) -> NumberMention:
        """The letter behind the digits is a scale after a currency mark; m before a plural too."""
        if value.scaled or value.end >= len(self.reader.tokens):
            return mention
        letter = self.reader.tokens[value.end]
        scale = self.words.money_letters.get(letter.raw)
        glued = letter.start == mention.span.end
        if scale is None or not (glued or self.reader.gap(value.end) == " "):
            return mention
        scaled = _as_mention(
            Span(mention.span.start, letter.end), value.times(scale, value.end + 1)
        )
        if letter.raw == "m" and glued and self._counts_millions(value.end):
            return scaled
        return replace(mention, with_letter=scaled)

    def _counts_millions(self, index: int) -> bool:
        """Whether a plural noun follows "3.5m", at most three words on."""
        following = self.reader.word(index + 1)
        if following in self.lists["after_metres"] or self.reader.gap(index + 1) != " ":
            return False
        if following in self.lists["after_millions"]:
            return True
        for place in range(index + 1, index + 4):
            if self.reader.gap(place) != " " or self.reader.tokens[place].kind != "word":
                return False
            if self._is_plural(self.reader.word(place)):
                return True
        return False

    def _is_plural(self, word: str) -> bool:
        ends_as_plural = word.endswith("s") and not word.endswith(("ss", "us", "is", "as"))
        return ends_as_plural or word in self.lists["plurals"]

    # -- ranges

    def _pair(self, first: NumberMention, second: NumberMention) -> NumberMention | None:
        """The two as one range or score, or None.

        "From a to b" is left to the reader of units: it may be a range or a move. So is "by a to b"
        where b is far more than a: a step and where it led ("grew by 3,000 to 41,000").
        """
        gap = self.text[first.span.end : second.span.start]
        if first.kind in (NumberKind.NAME, NumberKind.CODE) and gap == "-":
            return replace(first, span=Span(first.span.start, second.span.end))  # 767-300
        if not (first.kind is second.kind is NumberKind.CARDINAL):
            return None
        before = self.text[max(0, first.span.start - 30) : first.span.start]
        if gap in (" and ", " to ", " - ", " – ") and _BETWEEN.search(before):
            return joined_range(first, second)
        if not _TO.fullmatch(gap) or (gap == " to " and _FROM.search(before)):
            return None
        low = shared_scale(first, second)
        if gap == " to " and low * LEVEL_OVER_STEP <= second.high and _BY.search(before):
            return None
        falls = low >= second.high
        hyphen = gap.strip() in ("-", "–", "‑")
        if falls and (hyphen or self._is_contest(first, second)):
            return replace(joined_range(first, second), kind=NumberKind.SCORE)
        if hyphen and self._is_contest(first, second) and not self._counts(second):
            return replace(joined_range(first, second), kind=NumberKind.SCORE)
        return None if falls else joined_range(first, second)

    def _is_contest(self, first: NumberMention, second: NumberMention) -> bool:
        """Whether words of winning and voting stand near a pair of numbers."""
        before = self.text[max(0, first.span.start - 30) : first.span.start].lower()
        after = self.text[second.span.end : second.span.end + 20].lower()
        behind = re.findall(r"[a-z]+", after)[:1]
        return not (
            self.lists["score"].isdisjoint(re.findall(r"[a-z]+", before)[-3:])
            and self.lists["score_behind"].isdisjoint(behind)
        )

    def _counts(self, mention: NumberMention) -> bool:
        """Whether a unit or a plural noun follows."""
        word = re.match(r"\s([a-z]+)", self.text[mention.span.end : mention.span.end + 30])
        plural = word is not None and self._is_plural(word.group(1))
        return plural or self.units.after(self.text, mention.span.end) is not None

    # -- kinds that only the words around can tell

    def _kind(self, index: int, value: Value, span: Span) -> NumberKind:
        if value.kind is not NumberKind.CARDINAL:
            return value.kind
        if self.reader.tokens[index].kind == "digits":
            if self._is_code(index, value, span):
                return NumberKind.CODE
            if self._is_year(index, value, span):
                return NumberKind.YEAR
        elif self._is_compound(value) or self._follows_name(index):
            return NumberKind.NAME  # "one-off", "high-five"
        return NumberKind.NAME if self._is_named(index, value, span) else value.kind

    def _is_code(self, index: int, value: Value, span: Span) -> bool:
        """Letters grown onto the digits: F-16, G20, 24703L202, 737s; not EUR90 or 480bhp."""
        before, after = self.text[span.start - 1 : span.start], self.text[span.end : span.end + 20]
        if re.fullmatch(r"0\d+", span.of(self.text)):
            return True
        if before and (before.isalpha() or before == "_"):
            return self.units.before(self.text, span.start) is None
        if before in HYPHENS and self._follows_name(index):
            return True
        if re.match(r"_|s\b", after) and not value.scaled:
            return value.low.denominator == 1  # "737s"; but "3.2s" are seconds
        grown = re.match(r"[a-zA-Z]+[-.]?\d", after)
        return grown is not None and not value.scaled and self._glued_unit(span.end) is None

    def _glued_unit(self, end: int) -> Span | None:
        """The unit written onto the digits ("32m2", "3A/cm2")."""
        unit = self.units.after(self.text, end)
        return unit.span if unit is not None and unit.span.start <= end + 1 else None

    def _follows_name(self, index: int) -> bool:
        """Whether a word and a hyphen stand before the digits, and they are one name."""
        if self.reader.gap(index) not in HYPHENS:
            return False
        previous = self.reader.tokens[index - 1]
        if previous.kind == "digits":
            return self.text[previous.start - 1 : previous.start].isalpha()
        return previous.kind == "word" and previous.text not in self.lists["before_hyphen"]

    def _is_year(self, index: int, value: Value, span: Span) -> bool:
        raw = self.reader.tokens[index].raw
        if not re.fullmatch(_YEAR, raw) or value.end != index + 1:
            return False
        unit = self.units.after(self.text, span.end)
        if self.units.before(self.text, span.start) or (
            unit is not None and not self._is_period_of_year(unit.span)
        ):
            return False
        before = self.reader.word(index - 1) if self.reader.linked(index) else ""
        pair = before in ("and", "to") and re.fullmatch(_YEAR, self.reader.word(index - 2))
        if pair and self.reader.word(index - 3) in self.lists["before_year"]:
            return True  # "between 1600 and 1900"
        counts = self._counts_plural(value.end)
        if before in self.lists["before_amount"] or (before == "of" and counts):
            return False
        if before in self.lists["before_year"]:
            return not counts or not raw.endswith("00") or before in ("in", "since")
        likely = 1900 <= int(raw) <= 2099
        return likely and not (counts and (int(raw) % 50 == 0 or self._counts_persons(value.end)))

    def _is_period_of_year(self, unit: Span) -> bool:
        """Whether ("the 1988 quarter") it is a word for a time in the singular, and no unit."""
        word = unit.of(self.text).lower()
        return word in self.lists["spans_of_time"] and not word.endswith("s")

    def _counts_plural(self, index: int) -> bool:
        return any(
            self.reader.gap(place) == " " and self._is_plural(self.reader.word(place))
            for place in (index, index + 1)[: 1 + self.reader.linked(index)]
        )

    def _counts_persons(self, index: int) -> bool:
        return self.reader.gap(index) == " " and self.reader.word(index) in self.units.persons

    def _is_compound(self, value: Value) -> bool:
        """Whether it is the first part of a word: "one-off", "two-way"."""
        following = self.reader.word(value.end)
        hyphen = self.reader.gap(value.end).strip() in HYPHENS
        return hyphen and following in self.lists["hyphenated"]

    def _is_named(self, index: int, value: Value, span: Span) -> bool:
        """Whether a name-taking word stands before it ("Resolution 1701", "Channel 5")."""
        gap = self.reader.gap(index)
        if gap.endswith("#"):
            return True
        if gap not in (" ", "\u00a0", ". ", "-", "."):
            return False
        if self.units.after(self.text, span.end) or self.units.before(self.text, span.start):
            return False
        previous = self.reader.tokens[index - 1]
        if previous.text in ("no", "nos"):
            upper = previous.raw[0].isupper()
            if "." in gap:
                return upper or not self._counts_plural(value.end)
            return upper and not self._starts_sentence(previous.start)
        if "." in gap:
            return previous.text in self.lists["named_abbreviations"]
        if previous.text in self.lists["named"]:
            return not value.scaled
        capital = previous.raw[0].isupper() and not self._starts_sentence(previous.start)
        return capital and not value.scaled and previous.text in self.lists["named_if_capital"]

    def _starts_sentence(self, offset: int) -> bool:
        before = self.text[:offset].rstrip(" \"'“”‘’(")
        return not before or before[-1] in ".!?\n:"


def _as_mention(span: Span, value: Value) -> NumberMention:
    return NumberMention(
        span,
        _number(value.low),
        _number(value.high),
        _number(value.step),
        value.kind,
        scaled=value.scaled,
        mantissa=_number(value.mantissa),
    )


def _number(value: Fraction) -> Number:
    return int(value) if value.denominator == 1 or value > 10**18 else float(value)


# ---------------------------------------------------------------- ranges

_TO = re.compile(r"\s?[-–—‑]\s?|\s(?:to|or)\s|-(?:to|or)-|\sto-|,?\sor\s(?:even|perhaps)\s")
_BETWEEN = re.compile(r"\bbetween\s(?:\w+\s){0,2}[$£€]?$", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s$", re.IGNORECASE)
_BY = re.compile(r"\bby\s(?:[a-z]+\s){0,3}$", re.IGNORECASE)
LEVEL_OVER_STEP = 3
"""How many times a step the level that it led to is at least; what is nearer is a range."""


def shared_scale(first: NumberMention, second: NumberMention) -> Number:
    """The first number with the scale of the second where it has none: "5 to 10 million"."""
    mantissa = second.mantissa
    if second.scaled and not first.scaled and mantissa and first.high < mantissa:
        return _number(Fraction(first.low) * round(second.high / mantissa))
    return first.low


def joined_range(first: NumberMention, second: NumberMention) -> NumberMention:
    """One range from the first numeral to the last."""
    ends = sorted((shared_scale(first, second), second.high))
    return NumberMention(
        Span(first.span.start, second.span.end),
        ends[0],
        ends[1],
        min(first.step, second.step),
        ranged=True,
        scaled=second.scaled,
        mantissa=second.mantissa,
        with_letter=_letter_range(first, second),
    )


def _letter_range(first: NumberMention, second: NumberMention) -> NumberMention | None:
    """The range "5-10m" with the letter as a scale for both."""
    return joined_range(first, second.with_letter) if second.with_letter else None
