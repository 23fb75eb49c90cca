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
from monitor.extract.number_words import NumberKind, Value, ValueReader, number_words
from monitor.extract.units import units

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
    singles = sorted(_Numbers(text, data), key=lambda mention: mention.span)
    return list(_with_ranges(text, singles, number_words(data).lists["score"]))


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

    def __iter__(self) -> Iterator[NumberMention]:
        for span, kind in self.lookalikes:
            yield NumberMention(span, 0, 0, kind=kind)
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
        if self.reader.word(index + 1) in self.lists["after_metres"]:
            return False
        for place in range(index + 1, index + 4):
            if self.reader.gap(place) != " " or self.reader.tokens[place].kind != "word":
                return False
            if self._is_plural(self.reader.word(place)):
                return True
        return False

    def _is_plural(self, word: str) -> bool:
        ends_as_plural = word.endswith("s") and not word.endswith(("ss", "us", "is", "as"))
        return ends_as_plural or word in self.lists["plurals"]

    # -- kinds that only the words around can tell

    def _kind(self, index: int, value: Value, span: Span) -> NumberKind:
        if value.kind is not NumberKind.CARDINAL:
            return value.kind
        if self.reader.tokens[index].kind == "digits":
            if self._is_code(index, value, span):
                return NumberKind.CODE
            if self._is_year(index, value, span):
                return NumberKind.YEAR
        elif self._is_compound(index, value):
            return NumberKind.NAME
        return NumberKind.NAME if self._is_named(index, value, span) else value.kind

    def _is_code(self, index: int, value: Value, span: Span) -> bool:
        """Letters grown onto the digits: F-16, G20, 24703L202, 737s; not EUR90 or 480bhp."""
        before, after = self.text[span.start - 1 : span.start], self.text[span.end :]
        if before and (before.isalpha() or before == "_"):
            return self.units.before(self.text, span.start) is None
        if before in ("-", "‑", "‐") and before and self._follows_name(index):
            return True
        if re.match(r"_|s\b|['’]s?\b(?!\d)", after) and not value.scaled:
            return after[0] in "_s"
        grown = re.match(r"[a-zA-Z]+[-.]?\d", after)
        return grown is not None and not value.scaled and self._glued_unit(span.end) is None

    def _glued_unit(self, end: int) -> Span | None:
        """The unit written onto the digits ("32m2", "3A/cm2")."""
        unit = self.units.after(self.text, end)
        return unit.span if unit is not None and unit.span.start <= end + 1 else None

    def _follows_name(self, index: int) -> bool:
        """Whether a word and a hyphen stand before the digits, and they are one name."""
        if self.reader.gap(index) not in ("-", "‑", "‐"):
            return False
        previous = self.reader.tokens[index - 1]
        if previous.kind == "digits":
            return self.text[previous.start - 1 : previous.start].isalpha()
        return previous.kind == "word" and previous.text not in self.lists["before_hyphen"]

    def _is_year(self, index: int, value: Value, span: Span) -> bool:
        raw = self.reader.tokens[index].raw
        if not re.fullmatch(r"1\d{3}|2[01]\d\d", raw) or value.end != index + 1:
            return False
        if self.units.before(self.text, span.start) or self.units.after(self.text, span.end):
            return False
        before = self.reader.word(index - 1) if self.reader.linked(index) else ""
        if before in self.lists["before_amount"]:
            return False
        counts = self._counts_plural(value.end)
        if before in self.lists["before_year"]:
            return not counts or not raw.endswith("00") or before in ("in", "since")
        likely = 1900 <= int(raw) <= 2099
        return likely and not (counts and (int(raw) % 50 == 0 or self._counts_persons(value.end)))

    def _counts_plural(self, index: int) -> bool:
        return any(
            self.reader.gap(place) == " " and self._is_plural(self.reader.word(place))
            for place in (index, index + 1)[: 1 + self.reader.linked(index)]
        )

    def _counts_persons(self, index: int) -> bool:
        return self.reader.gap(index) == " " and self.reader.word(index) in self.units.persons

    def _is_compound(self, index: int, value: Value) -> bool:
        """ "one-off", "two-way", and "one" as a pronoun ("the same one is")."""
        following = self.reader.word(value.end)
        hyphen = self.reader.gap(value.end).strip() in ("-", "‑", "‐")
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
        if previous.raw in ("No", "Nos", "NO"):
            return "." in gap or not self._starts_sentence(previous.start)
        if "." in gap:
            return previous.text in ("p", "pp", "vol", "fig", "ch", "art", "sec", "para", "nos")
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
    return int(value) if value.denominator == 1 else float(value)


# ---------------------------------------------------------------- ranges

_TO = re.compile(r"\s?[-–—‑]\s?|\s(?:to|or)\s|-(?:to|or)-|\sto-|,?\sor\s(?:even|perhaps)\s")
_HYPHEN = re.compile(r"\s?[-–‑]\s?")
_BETWEEN = re.compile(r"\bbetween\s(?:\w+\s){0,2}[$£€]?$", re.IGNORECASE)


def _with_ranges(
    text: str, singles: list[NumberMention], score: frozenset[str]
) -> Iterator[NumberMention]:
    """The mentions with each pair that is one range, or one score, made one."""
    index = 0
    while index < len(singles):
        first, second = singles[index], singles[index + 1] if index + 1 < len(singles) else None
        joined = _pair(text, first, second, score) if second is not None else None
        yield joined or first
        index += 2 if joined else 1


def _pair(
    text: str, first: NumberMention, second: NumberMention, score: frozenset[str]
) -> NumberMention | None:
    if not (first.kind is second.kind is NumberKind.CARDINAL):
        return None
    gap = text[first.span.end : second.span.start]
    before = text[max(0, first.span.start - 30) : first.span.start]
    between = gap in (" and ", " to ", " - ", " – ") and _BETWEEN.search(before) is not None
    if not between and not _TO.fullmatch(gap):
        return None
    low = shared_scale(first, second)
    if not between:
        contest = _near(text, first.span.start, second.span.end) & score
        hyphen = _HYPHEN.fullmatch(gap) is not None
        if (hyphen and (low >= second.high or contest)) or (low >= second.high and contest):
            return replace(joined_range(first, second), kind=NumberKind.SCORE)
        if low >= second.high and not before.lower().endswith("from "):
            return None
    return joined_range(first, second)


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
    """ "5-10m" with the letter as a scale for both."""
    return joined_range(first, second.with_letter) if second.with_letter else None


def _near(text: str, start: int, end: int) -> frozenset[str]:
    """The three words before and the one behind, in small letters."""
    before = re.findall(r"[a-z]+", text[max(0, start - 30) : start].lower())[-3:]
    return frozenset(before + re.findall(r"[a-z]+", text[end : end + 20].lower())[:1])
