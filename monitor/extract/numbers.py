"""Numbers as the press writes them, and what only looks like one.

`find_numbers` works on the words alone, without a parse: digits in every grouping, number words,
scales, fractions, shares ("one in five"), ranges that say their scale once, and vague words as
intervals. It also finds dates, years, clock times, ordinals, scores, names and codes, so that
nobody reads an amount into them. Words live in ``data/numbers.toml`` and ``data/vague.toml``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

from monitor.claims import Number, Span
from monitor.extract.lexicon import lexicon


class NumberKind(StrEnum):
    """What a number in a text is. Only the first four are amounts."""

    CARDINAL = "cardinal"
    FRACTION = "fraction"  # a share: "a third of", "two out of three", "1/16"
    VAGUE = "vague"
    ZERO = "zero"  # zero in words: "no one", "none", "no"
    MULTIPLE = "multiple"  # doubled, twice, tenfold
    ORDINAL = "ordinal"
    DATE = "date"
    YEAR = "year"
    TIME = "time"
    SCORE = "score"
    NAME = "name"
    CODE = "code"  # versions, phone numbers, addresses, anything with letters in it


AMOUNTS = frozenset({NumberKind.CARDINAL, NumberKind.FRACTION, NumberKind.VAGUE, NumberKind.ZERO})


@dataclass(frozen=True, slots=True)
class NumberMention:
    """One number, or one range, as written.

    ``low`` and ``high`` are equal for a single number. ``step`` is the rounding step as written
    (5,000: 1000; 5,087: 1; 1.4m: 100000). ``scaled`` says that a scale word or letter is part of
    the number, ``money_scale`` that the letter after the span would be a scale after a currency
    mark ("3m"), in which case ``money`` is the mention with it.
    """

    span: Span
    low: Number
    high: Number
    step: Number = 1
    kind: NumberKind = NumberKind.CARDINAL
    ranged: bool = False
    scaled: bool = False
    mantissa: Number = 0  # before the scale: 1.4 of "1.4 million"
    money: NumberMention | None = None

    @property
    def is_amount(self) -> bool:
        """Whether it states how many or how much."""
        return self.kind in AMOUNTS


def find_numbers(text: str, data: Path | None = None) -> list[NumberMention]:
    """Every number of the text in order of offset; none overlaps another. Never raises."""
    grammar = _grammar(data)
    apart = _not_amounts(text, grammar)
    reader = _Reader(text, grammar, apart)
    singles = list(reader.numbers())
    return _joined(text, singles, grammar)


# ---------------------------------------------------------------- the grammar as tables

_GLYPHS = {
    "½": Fraction(1, 2), "⅓": Fraction(1, 3), "⅔": Fraction(2, 3), "¼": Fraction(1, 4),
    "¾": Fraction(3, 4), "⅕": Fraction(1, 5), "⅖": Fraction(2, 5), "⅗": Fraction(3, 5),
    "⅘": Fraction(4, 5), "⅙": Fraction(1, 6), "⅚": Fraction(5, 6), "⅐": Fraction(1, 7),
    "⅛": Fraction(1, 8), "⅜": Fraction(3, 8), "⅝": Fraction(5, 8), "⅞": Fraction(7, 8),
    "⅑": Fraction(1, 9), "⅒": Fraction(1, 10),
}  # fmt: skip

_SPACE = "  \u2007\u2009\u202f"  # every space that groups digits
_GROUPED = "|".join(
    (
        r"\d{1,3}(?:[,٬]\d{3})+(?!\d)",
        r"\d{1,2}(?:,\d{2})+,\d{3}(?!\d)",  # Indian: 12,34,567
        rf"[^\W\D0]\d{{0,2}}(?:[{_SPACE}]\d{{3}})+(?!\d)",
        r"\d{1,3}(?:['’]\d{3})+(?!\d)",  # Swiss
        r"\d{1,3}(?:\.\d{3}){2,}(?![.,]?\d)",  # continental: 1.400.000
    )
)
_TOKEN = re.compile(
    rf"(?P<digits>(?:{_GROUPED}|\d+)(?:[.٫]\d+)?|(?<![\w.])\.\d+)"
    r"|(?P<glyph>[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒])"
    r"|(?P<word>[^\W\d_]+)"
)
_GAP = re.compile(rf"[{_SPACE}]{{1,2}}|[-‐‑]|[{_SPACE}]?[-‐‑][{_SPACE}]?|")
_CONTINENTAL = re.compile(r"\d{1,3}(?:\.\d{3}){2,}")
_DECIMAL_COMMA = re.compile(r"(\d+),(\d{1,2})(?!\d)")


@dataclass(frozen=True, slots=True)
class _Grammar:
    ones: dict[str, int]
    tens: dict[str, int]
    scales: dict[str, int]
    letters: dict[str, int]
    money_letters: dict[str, int]
    denominators: dict[str, int]
    round: dict[str, tuple[int, int]]
    small: dict[str, tuple[int, int]]
    needs_of: frozenset[str]
    small_needs_of: frozenset[str]
    words: dict[str, frozenset[str]]
    starts: frozenset[str]
    zero: re.Pattern[str]
    small_phrase: re.Pattern[str]
    apart: tuple[tuple[NumberKind, re.Pattern[str]], ...]


@functools.cache
def _grammar(data: Path | None) -> _Grammar:
    table, vague = lexicon("numbers", data), lexicon("vague", data)
    words = {name: frozenset(items) for name, items in table["words"].items()}
    small = {word: (low, high) for word, (low, high) in vague["small"].items()}
    ones, tens, scales = table["ones"], table["tens"], table["scales"]
    starts = {*ones, *tens, *scales, *vague["round"], *table["denominators"]}
    starts |= {phrase.split()[0] for phrase in (*small, *vague["zero"]["words"])}
    return _Grammar(
        ones=ones,
        tens=tens,
        scales=scales,
        letters=table["scale_letters"],
        money_letters=table["scale_letters_of_money"],
        denominators=table["denominators"],
        round={word: (low, high) for word, (low, high) in vague["round"].items()},
        small=small,
        needs_of=frozenset(vague["needs_of"]["words"]),
        small_needs_of=frozenset(vague["small_needs_of"]["words"]),
        words=words,
        starts=frozenset(starts | {"a", "an"}),
        zero=_phrases(vague["zero"]["words"]),
        small_phrase=_phrases(small),
        apart=_apart_patterns(table["words"]),
    )


def _phrases(phrases: Any) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    body = "|".join(re.escape(phrase).replace(r"\ ", r"\s") for phrase in longest_first)
    return re.compile(rf"(?:{body})(?!\w)", re.IGNORECASE)


def _apart_patterns(words: dict[str, list[str]]) -> tuple[tuple[NumberKind, re.Pattern[str]], ...]:
    also_words = words["months_also_words"]
    plain = [month for month in words["months"] if month.lower() not in also_words]
    capital = [m for month in words["months"] for m in (month, month.upper())]
    month = (
        rf"(?:(?:{'|'.join(capital)})|(?i:{'|'.join(plain)})"
        rf"|(?<=on\s)(?:{'|'.join(also_words)})|(?<=in\s)(?:{'|'.join(also_words)}))\b\.?"
    )
    day = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
    days = rf"(?<![\d.,$£€])\b{day}\b(?:\s?(?:[-–/]|to|and|or|,)\s?{day}\b)?"
    year = r"(?:1[0-9]|20|21)\d\d(?![\d.,]?\d|\w|%)"
    clock = r"(?:[ap]\.?m\b\.?|noon|midnight|GMT|UTC|BST|EST|EDT|ET|PT|CET|CEST|PST|PDT|IST)"
    street = "|".join(words["streets"])
    return tuple(
        (kind, re.compile(pattern))
        for kind, pattern in (
            (NumberKind.CODE, r"(?:https?://|www\.)\S+|\S+@\S+\.\w+"),
            (NumberKind.CODE, r"(?<![\w.,])\d+(?:\.\d+){2,}(?![\w])(?<!\.000)"),
            (NumberKind.DATE, rf"{days}\s?(?:of\s)?{month}(?:,?\s{year})?"),
            (NumberKind.DATE, rf"\b{month}\s?{days}(?!,\d|\.\d|\w|\s?%)(?:,?\s{year})?"),
            (NumberKind.DATE, rf"\b{month},?\s(?:of\s)?{year}"),
            (NumberKind.DATE, r"(?<![\d/.-])\d{4}-\d\d-\d\d(?![\d-])"),
            (NumberKind.DATE, r"(?<![\d/.])\d{1,2}([/.])\d{1,2}\1(?:\d{4}|\d\d)(?![\d/])"),
            (NumberKind.TIME, rf"(?<![\d.,:])\d{{1,2}}(?:[:.]\d\d)?\s?(?:{clock})(?!\w)"),
            (NumberKind.TIME, rf"(?<![\d.,:])[012]\d[0-5]\d\s?(?i:{clock}|hours|hrs)(?!\w)"),
            (NumberKind.TIME, r"(?<![\d.,:])\d{1,2}:[0-5]\d(?::\d\d(?:\.\d+)?)?(?![\d:])"),
            (NumberKind.TIME, r"(?i:\b(?:\d{1,2}|[a-z]+)\so['’]clock)"),
            (NumberKind.CODE, r"(?<!\w)\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,6}(?!\w)(?<=\d{3})"),
            (NumberKind.CODE, r"(?<![\w.,$£€])\d{3}-\d{4}(?![\w-])"),
            (NumberKind.CODE, r"(?<![\w.,])\(?\d{3,5}\)?[- ]\d{3,4}-\d{4}(?!\w)"),
            (NumberKind.CODE, r"(?<![\w.,])\d+(?:-\d+){2,}(?!\w)"),
            (NumberKind.CODE, r"\b(?:9/11|24/7|7/7|50/50|50-50|20/20)\b"),
            (
                NumberKind.CODE,
                r"(?<![\w.,$£€])\d{1,5}[A-Za-z]?\s(?:[A-Z]\.?\s)?(?:(?:\d+(?:st|nd|rd|th)|[A-Z][\w'’]+)\s){1,3}"
                rf"(?i:{street})\b",
            ),
            (
                NumberKind.CODE,
                r"(?<![\w.,$£€])\d{1,5}\s(?:Ave|Avenue|Rue|Via|Calle|Place)\s[A-Z]\w+",
            ),
            (NumberKind.CODE, r"\b(?:[A-Z]{2})\s\d{5}(?:-\d{4})?(?![\w,.]?\d)"),
            (NumberKind.CODE, r"(?i:(?<![\w.,])\d{5}(?:-\d{4})?(?=\szip))"),
            (NumberKind.CODE, r"(?m:^\s*\(?\d{1,2}(?:\)|\.(?=\s)))"),
            (
                NumberKind.CODE,
                r"\(\d{1,2}\)(?=\s[a-z])|(?<![\w.,])\d{1,2}\s?\)(?=\s[a-z])(?<=[;:]\s\d\))",
            ),
            (
                NumberKind.YEAR,
                r"(?<![\w.,$£€-])(?:1[5-9]|20)\d\d[-–/](?:\d\d|(?:1[5-9]|20)\d\d)(?![\w,.]?\d|\w)",
            ),
            (
                NumberKind.YEAR,
                r"(?<![\w.,$£€])(?:1\d|20)?\d0s\b|['’‘]\d\ds?\b|(?:FY|CY)\s?['’]?\d\d(?:\d\d)?\b",
            ),
            (NumberKind.ORDINAL, r"(?<![\w.,])\d+(?:,\d{3})*(?:st|nd|rd|th|ST|ND|RD|TH)\b"),
        )
    )


# ---------------------------------------------------------------- what is no amount


def _not_amounts(text: str, grammar: _Grammar) -> list[NumberMention]:
    """Dates, times, codes and the like, earlier patterns first; none overlaps another."""
    if not any(character.isdigit() for character in text) and "clock" not in text:
        return []
    found: list[NumberMention] = []
    for kind, pattern in grammar.apart:
        for match in pattern.finditer(text):
            span = Span(*match.span())
            if not any(span.overlaps(other.span) for other in found):
                found.append(NumberMention(span, 0, 0, kind=kind))
    return sorted(found, key=lambda mention: mention.span)


# ---------------------------------------------------------------- single numbers


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # digits, glyph, word
    text: str  # lower case
    raw: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Value:
    """A value read from tokens [.., end): exact, before it becomes a mention."""

    low: Fraction
    high: Fraction
    step: Fraction
    end: int
    kind: NumberKind = NumberKind.CARDINAL
    scaled: bool = False
    mantissa: Fraction = Fraction(0)
    stop: int | None = None  # offset, where the number ends inside a token ("3bn")


class _Reader:
    """Reads single numbers from left to right."""

    def __init__(self, text: str, grammar: _Grammar, apart: list[NumberMention]) -> None:
        self.text = text
        self.grammar = grammar
        self.apart = apart
        self.tokens = [
            _Token(match.lastgroup or "", match.group().lower(), match.group(), *match.span())
            for match in _TOKEN.finditer(text)
        ]

    def numbers(self) -> Iterator[NumberMention]:
        blocked = iter([*self.apart, None])
        block = next(blocked)
        index = 0
        while index < len(self.tokens):
            token = self.tokens[index]
            while block is not None and block.span.end <= token.start:
                yield block
                block = next(blocked)
            inside = block is not None and token.end > block.span.start
            if inside or (token.kind == "word" and token.text not in self.grammar.starts):
                index += 1
                continue
            value = self._number(index)
            if value is None:
                index += 1
                continue
            yield self._mention(index, value)
            index = max(index + 1, value.end)
        while block is not None:
            yield block
            block = next(blocked)

    def _mention(self, index: int, value: _Value) -> NumberMention:
        start = self.tokens[index].start
        stop = value.stop or self.tokens[value.end - 1].end
        mention = NumberMention(
            Span(start, stop),
            _plain(value.low),
            _plain(value.high),
            _plain(value.step),
            value.kind,
            scaled=value.scaled,
            mantissa=_plain(value.mantissa),
        )
        kind = self._kind(index, value, mention)
        if kind is not mention.kind:
            return replace(mention, kind=kind)
        if not value.scaled and self.tokens[value.end - 1].kind in ("digits", "glyph"):
            return self._with_money(mention, value)
        return mention

    def _with_money(self, mention: NumberMention, value: _Value) -> NumberMention:
        """The letter after the digits is a scale where a currency mark stands before them."""
        if value.end >= len(self.tokens):
            return mention
        letter = self.tokens[value.end]
        gap = self.text[mention.span.end : letter.start]
        scale = self.grammar.money_letters.get(letter.raw)
        if scale is None or gap not in ("", " "):
            return mention
        scaled = replace(
            mention,
            span=Span(mention.span.start, letter.end),
            low=_plain(value.low * scale),
            high=_plain(value.high * scale),
            step=_plain(value.step * scale),
            scaled=True,
        )
        if letter.raw == "m" and gap == "" and self._counts_millions(value.end):
            return scaled
        return replace(mention, money=scaled)

    def _counts_millions(self, index: int) -> bool:
        """Whether the words after "3.5m" are a plural noun that it counts."""
        following = self.tokens[index + 1 : index + 4]
        end = self.tokens[index].end
        for number, token in enumerate(following):
            if self.text[end : token.start].strip(" ") or token.kind != "word":
                return False
            if number == 0 and token.text in self.grammar.words["after_metres"]:
                return False
            if token.text in ("people", "men", "women", "children", "more"):
                return True
            if token.text.endswith("s") and not token.text.endswith(("ss", "us", "is", "as")):
                return True
            end = token.end
        return False

    # -- kinds that need the words around

    def _kind(self, index: int, value: _Value, mention: NumberMention) -> NumberKind:
        token = self.tokens[index]
        if value.kind is not NumberKind.CARDINAL:
            return value.kind
        if token.kind == "digits":
            if self._is_code(index, value, mention):
                return NumberKind.CODE
            if self._is_year(index, value, mention):
                return NumberKind.YEAR
        if self._is_name(index, mention):
            return NumberKind.NAME
        return value.kind

    def _is_code(self, index: int, value: _Value, mention: NumberMention) -> bool:
        text, (start, end) = self.text, (mention.span.start, mention.span.end)
        before = text[start - 1 : start]
        if before.isalpha() and not self._is_mark(index):
            return True
        if before == "_" or (before in "-‐‑" and before and self._hyphenated_name(index)):
            return True
        if re.match(r"[a-zA-Z]+[-.]?\d", text[end:]) and not value.scaled:
            letters = re.match(r"([a-zA-Z/]+)\d", text[end:])
            return not (letters and re.match(r"(?:[cdkm]?m|ft|in|mi|yd|km)[23]\b", text[end:]))
        return bool(re.match(r"s\b", text[end:])) or text[end : end + 1] == "_"

    def _is_mark(self, index: int) -> bool:
        """Whether the letters written onto the digits are a currency's ("EUR90", "Rs500")."""
        previous = self.tokens[index - 1]
        return previous.raw in _LETTER_MARKS

    def _hyphenated_name(self, index: int) -> bool:
        previous = self.tokens[index - 1] if index else None
        if previous is None or previous.end != self.tokens[index].start - 1:
            return False
        return previous.kind == "word" and previous.text not in self.grammar.words["before_hyphen"]

    def _is_year(self, index: int, value: _Value, mention: NumberMention) -> bool:
        token = self.tokens[index]
        if not re.fullmatch(r"1\d{3}|2[01]\d\d", token.raw) or value.end != index + 1:
            return False
        before = self._before(mention.span.start)
        if re.search(r"[$£€¥]\s?$|%", before[-3:]) or re.match(
            r"\s?[%$£€]", self.text[token.end :]
        ):
            return False
        number = int(token.raw)
        last = re.search(r"([^\W\d_]+)\W*$", before)
        word = last.group(1).lower() if last else ""
        if word in self.grammar.words["before_amount"]:
            return False
        after = re.match(r"[\s-]+([^\W\d_]+)", self.text[token.end :])
        counted = bool(after) and _plural(after.group(1)) if after else False
        likely = 1900 <= number <= 2099
        if counted and (number % 50 == 0 or not likely):
            return False
        return likely or (word in self.grammar.words["before_year"] and number % 100 != 0)

    def _is_name(self, index: int, mention: NumberMention) -> bool:
        """Whether a name-taking word stands before it ("Resolution 1701", "Channel 5")."""
        if mention.scaled or mention.low != mention.high:
            return False
        gap_start = self.tokens[index - 1].end if index else 0
        gap = self.text[gap_start : mention.span.start]
        if not index or gap not in (" ", ". ", " ", "-", ".", " # ", " #", "#"):
            return gap.endswith("#")
        previous = self.tokens[index - 1]
        if previous.text not in self.grammar.words["named"]:
            return False
        if previous.text in self.grammar.words["named_if_capital"]:
            return previous.raw[0].isupper() and not self._starts_sentence(previous.start)
        return True

    def _starts_sentence(self, offset: int) -> bool:
        before = self.text[:offset].rstrip(" \"'“”‘’(")
        return not before or before[-1] in ".!?\n:"

    def _before(self, offset: int) -> str:
        return self.text[max(0, offset - 40) : offset]

    # -- values

    def _number(self, index: int) -> _Value | None:
        return (
            self._vague(index)
            or self._zero(index)
            or self._fraction(index)
            or self._cardinal(index)
        )

    def _word(self, index: int) -> str:
        return self.tokens[index].text if index < len(self.tokens) else ""

    def _linked(self, index: int) -> bool:
        """Whether only a space or hyphen lies between the token and the one before it."""
        if not 0 < index < len(self.tokens):
            return False
        gap = self.text[self.tokens[index - 1].end : self.tokens[index].start]
        return _GAP.fullmatch(gap) is not None

    def _vague(self, index: int) -> _Value | None:
        grammar = self.grammar
        word = self._word(index)
        interval = grammar.round.get(word)
        if interval is not None:
            return self._round(index, interval, word)
        match = grammar.small_phrase.match(self.text, self.tokens[index].start)
        if match is None:
            return None
        phrase = re.sub(r"\s", " ", match.group().lower())
        end = index + len(phrase.split())
        low, high = grammar.small[phrase]
        scale = grammar.scales.get(self._word(end))
        if scale and self._linked(end):
            bounds = Fraction(low * scale), Fraction(high * scale)
            return _Value(*bounds, Fraction(1), end + 1, NumberKind.VAGUE, scaled=True)
        if phrase in grammar.small_needs_of:
            return None
        if phrase.endswith(" of"):  # the span ends with the noun, not with "of"
            end -= 1
        return _Value(Fraction(low), Fraction(high), Fraction(1), end, NumberKind.VAGUE)

    def _round(self, index: int, interval: tuple[int, int], word: str) -> _Value | None:
        low, high = interval
        end = index + 1
        if self._word(end) == "of" and (scale := self.grammar.round.get(self._word(end + 1))):
            low, high = low * scale[0], high * scale[0]
            end += 2
        elif word in self.grammar.needs_of and self._word(end) != "of":
            return None
        return _Value(Fraction(low), Fraction(high), Fraction(1), end, NumberKind.VAGUE)

    def _zero(self, index: int) -> _Value | None:
        match = self.grammar.zero.match(self.text, self.tokens[index].start)
        if match is None:
            return None
        end = index
        while end < len(self.tokens) and self.tokens[end].start < match.end():
            end += 1
        return _Value(Fraction(0), Fraction(0), Fraction(1), end, NumberKind.ZERO)

    def _fraction(self, index: int) -> _Value | None:
        """Shares and fractions in words: a third of, two-thirds, half a million."""
        word = self._word(index)
        start = index
        top = 1
        article = False
        if word in ("a", "an"):
            start, article = index + 1, True
            if not self._linked(start):
                return None
        elif word in self.grammar.ones:
            top = self.grammar.ones[word]
            start = index + 1
            if not self._linked(start):
                return None
        bottom = self.grammar.denominators.get(self._word(start))
        if bottom is None:
            return None
        word = self._word(start)
        return self._share(start, Fraction(top, bottom), word, article, index != start)

    def _share(
        self, start: int, share: Fraction, word: str, article: bool, led: bool
    ) -> _Value | None:
        end = start + 1
        following = self._word(end)
        over = end + 1 if following == "a" else end
        over = over + 1 if following == "of" and self._word(over + 1) in ("a", "an") else over
        if following == "of" and self._word(end + 1) in ("a", "an"):
            over = end + 2
        scale = self.grammar.scales.get(self._word(over))
        large = scale and (scale > 12 or word == "half")
        if scale and large and self._linked(end) and self._linked(over):
            value = share * scale
            return _Value(value, value, _step(value), over + 1, scaled=True, mantissa=share)
        if word in ("half",):
            if not self._is_half(start, following, led and not article):
                return None
        elif (
            share >= 1
            or not led
            or not (
                (word.endswith("s") and word != "quarters")
                or following == "of"
                or "-" in self.text[self.tokens[start - 1].end : self.tokens[start].start]
            )
        ):
            return None
        kind = NumberKind.FRACTION
        return _Value(share, share, share, end, kind, mantissa=share)

    def _is_half(self, index: int, following: str, led: bool) -> bool:
        if led:
            return self._word(index - 1) == "one"
        previous = self._word(index - 1) if self._linked(index) else ""
        if previous in ("a", "an"):
            previous = self._word(index - 2)
        if previous in _HALF_OF_A_GAME or previous in self.grammar.ones:
            return False
        return following in _AFTER_HALF

    def _cardinal(self, index: int) -> _Value | None:
        value = self._simple(index)
        if value is None:
            return None
        return self._out_of(value) or value

    def _out_of(self, value: _Value) -> _Value | None:
        """ "one in five", "two out of three": small whole numbers only."""
        at = value.end
        if self._word(at) == "in":
            at += 1
        elif (self._word(at) == "out" and self._word(at + 1) == "of") or (
            self._word(at) == "of" and self._word(at + 1) == "every"
        ):
            at += 2
        else:
            return None
        if self._word(at) == "every":
            at += 1
        if not all(self._linked(place) for place in range(value.end, at + 1)):
            return None
        whole = self._simple(at)
        if whole is None or whole.low < 2 or value.low >= whole.low or value.scaled:
            return None
        if self._word(value.end) == "in" and (value.low > 12 or self._years_follow(whole)):
            return None
        share = value.low / whole.low
        return _Value(share, share, share, whole.end, NumberKind.FRACTION, mantissa=share)

    def _years_follow(self, whole: _Value) -> bool:
        """ "one in five years" and "3 in 2019" are no shares; nor is "two in 24 hours"."""
        token = self.tokens[whole.end - 1]
        if token.kind == "digits" and whole.low >= 1000 and token.raw.isdigit():
            return True
        following = self._word(whole.end)
        return following in _TIMES or following in self.grammar.words["months"]

    def _simple(self, index: int) -> _Value | None:
        """Digits or words, with fraction and scales."""
        if index >= len(self.tokens):
            return None
        token = self.tokens[index]
        if token.kind == "digits":
            return self._digits(index)
        if token.kind == "glyph":
            value = _GLYPHS[token.raw]
            return self._scaled(_Value(value, value, value, index + 1, NumberKind.FRACTION))
        return self._words(index)

    def _digits(self, index: int) -> _Value | None:
        token = self.tokens[index]
        value, step = _read_digits(token.raw)
        end = index + 1
        comma = _DECIMAL_COMMA.match(self.text, token.start)
        scaled = self._word(end + 1) in self.grammar.scales
        if comma and comma.end() > token.end and scaled:
            decimals = comma.group(2)
            value = Fraction(int(comma.group(1) + decimals), 10 ** len(decimals))
            step = Fraction(1, 10 ** len(decimals))
            end += 1
        kind = NumberKind.CARDINAL
        if end < len(self.tokens) and value.denominator == 1:
            glyph = self.tokens[end]
            if glyph.kind == "glyph" and self._linked(end):
                value, step, end = value + _GLYPHS[glyph.raw], _GLYPHS[glyph.raw], end + 1
            else:
                part, after = self._slashed(end)
                if part is not None and part < 1 and self._linked(end):
                    value, step, end = value + part, part, after
                else:
                    part, after = self._slashed(index)
                    if part is not None:
                        value, step, end, kind = part, part, after, NumberKind.FRACTION
        return self._scaled(_Value(value, value, step, end, kind, mantissa=value))

    def _slashed(self, index: int) -> tuple[Fraction | None, int]:
        """A fraction with a stroke: 1/16. Other strokes ("180/90") are no fraction."""
        if index + 1 >= len(self.tokens):
            return None, index
        top, bottom = self.tokens[index], self.tokens[index + 1]
        stroke = self.text[top.end : bottom.start]
        if stroke not in ("/", "⁄", "∕") or not (top.raw.isdecimal() and bottom.raw.isdecimal()):
            return None, index
        if int(bottom.raw) not in _FRACTION_BOTTOMS or int(top.raw) >= int(bottom.raw) * 2:
            return None, index
        return Fraction(int(top.raw), int(bottom.raw)), index + 2

    def _scaled(self, value: _Value) -> _Value:
        """With the scale words or letters that follow."""
        end, total, stop = value.end, Fraction(1), None
        while end < len(self.tokens) and self._linked(end):
            token = self.tokens[end]
            attached = self.tokens[end - 1].end == token.start
            scale = self.grammar.scales.get(token.text)
            if token.text == "dozen" and total == 1 and value.low != int(value.low):
                break
            if scale is None and total == 1:
                scale = self.grammar.letters.get(token.raw) or (
                    self.grammar.letters.get(token.text) if len(token.text) > 1 else None
                )
                if scale and not attached and len(token.text) == 1:
                    scale = None
            if scale is None:
                break
            total *= scale
            end += 1
        if total == 1:
            return value
        kind = NumberKind.CARDINAL
        return _Value(
            value.low * total,
            value.high * total,
            value.step * total,
            end,
            kind,
            True,
            value.low,
            stop,
        )

    def _words(self, index: int) -> _Value | None:
        """Number words: "two hundred and fifty thousand", "a million and a half"."""
        grammar = self.grammar
        word = self._word(index)
        total, place = Fraction(0), index
        if word in ("a", "an"):
            scale = grammar.scales.get(self._word(index + 1))
            if scale is None or not self._linked(index + 1):
                return None
            current, place = Fraction(1), index + 1
        elif word in grammar.scales:
            if word != "dozen" and not self._bare_scale(index):
                return None
            current = Fraction(1)
        else:
            small = self._below_hundred(index)
            if small is None:
                return None
            number, place = small
            current = Fraction(number)
            part, after = self._and_a_part(place)
            if part is not None:
                current, place = current + part, after
        last = None  # the last scale used
        mantissa = current
        while True:
            scale = grammar.scales.get(self._word(place))
            if scale and (place == index or self._linked(place) or place == index + 1):
                if scale == 100 or scale == 12:
                    if current == 0:
                        break
                    current *= scale
                elif last is not None and current == 0:
                    total *= scale  # two thousand crore
                elif last is not None and scale >= last:
                    break
                else:
                    total += current * scale
                    current = Fraction(0)
                    last = scale
                place += 1
                continue
            follow = self._next_group(place, current, last)
            if follow is None:
                break
            number, place = follow
            current += number
        value = total + current
        scaled = place > index + 1 and value != mantissa
        part, after = self._and_a_part(place)
        if part is not None and last and current == 0 and value == last * mantissa:
            value, place = value + part * last, after
        return _Value(value, value, _step(value), place, scaled=scaled, mantissa=mantissa)

    def _bare_scale(self, index: int) -> bool:
        return self._word(index - 1) in _BEFORE_BARE_SCALE and self._linked(index)

    def _below_hundred(self, index: int) -> tuple[int, int] | None:
        grammar = self.grammar
        word = self._word(index)
        if word in grammar.ones:
            return grammar.ones[word], index + 1
        if word in grammar.tens:
            unit = grammar.ones.get(self._word(index + 1), 0)
            if 0 < unit < 10 and self._linked(index + 1):
                return grammar.tens[word] + unit, index + 2
            return grammar.tens[word], index + 1
        return None

    def _next_group(
        self, place: int, current: Fraction, last: int | None
    ) -> tuple[int, int] | None:
        """The number below a hundred that goes on after "hundred" or a scale."""
        joined = self._word(place) == "and" and self._linked(place)
        at = place + 1 if joined else place
        after_hundred = current >= 100 and current % 100 == 0
        if not (after_hundred or (last is not None and current == 0)) or not self._linked(at):
            return None
        small = self._below_hundred(at)
        if small is None:
            return None
        number, end = small
        scale = self.grammar.scales.get(self._word(end)) if self._linked(end) else None
        if joined and after_hundred and scale == 100:
            return None  # "between two hundred and three hundred"
        if joined and last is not None and scale is not None and scale >= last:
            return None
        if scale is not None and scale == 12:
            return None
        if not after_hundred and last is not None and scale and scale != 100 and scale >= last:
            return None
        return number, end

    def _and_a_part(self, place: int) -> tuple[Fraction | None, int]:
        """ "and a half", "-and-a-half", "and three quarters"."""
        if self._word(place) != "and" or not self._linked(place):
            return None, place
        at = place + 1
        top = 1
        if self._word(at) in ("a", "one"):
            at += 1
        elif self._word(at) in self.grammar.ones:
            top = self.grammar.ones[self._word(at)]
            at += 1
        else:
            return None, place
        bottom = self.grammar.denominators.get(self._word(at))
        if bottom is None or not self._linked(at) or self._word(at) in ("second",):
            return None, place
        part = Fraction(top, bottom)
        return (part, at + 1) if part < 1 else (None, place)


_LETTER_MARKS = frozenset(
    [
        "EUR",
        "USD",
        "GBP",
        "RM",
        "Rs",
        "RS",
        "INR",
        "JPY",
        "AUD",
        "CAD",
        "NZD",
        "CHF",
        "PS",
        "MXN",
        "CNY",
        "RMB",
        "HKD",
        "SGD",
        "SEK",
        "NOK",
        "DKK",
        "ZAR",
        "NIS",
        "ILS",
        "TRY",
        "RUB",
        "PLN",
        "AED",
        "SAR",
        "US",
        "C",
        "A",
        "R",
        "S",
        "Y",
        "KES",
        "NGN",
        "PKR",
        "IDR",
        "PHP",
        "THB",
        "VND",
        "BRL",
        "MYR",
        "EGP",
        "QR",
        "Dh",
    ]
)
_HALF_OF_A_GAME = frozenset(
    [
        "first",
        "second",
        "other",
        "this",
        "that",
        "last",
        "next",
        "latter",
        "former",
        "each",
        "better",
    ]
)
_AFTER_HALF = frozenset(
    [
        "of",
        "the",
        "a",
        "an",
        "its",
        "their",
        "his",
        "her",
        "our",
        "my",
        "your",
        "all",
        "that",
        "those",
        "these",
    ]
)
_TIMES = frozenset(
    [
        "year",
        "years",
        "month",
        "months",
        "week",
        "weeks",
        "day",
        "days",
        "hour",
        "hours",
        "minute",
        "minutes",
        "second",
        "seconds",
        "decade",
        "decades",
    ]
)
_BEFORE_BARE_SCALE = frozenset(
    ["the", "another", "every", "few", "many", "several", "couple", "half", "quarter", "than"]
)
_FRACTION_BOTTOMS = frozenset(
    (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 25, 32, 50, 64, 100, 128, 256, 1000)
)


def _read_digits(raw: str) -> tuple[Fraction, Fraction]:
    """The value and the rounding step of digits as written."""
    if _CONTINENTAL.fullmatch(raw):
        raw = raw.replace(".", "")
    raw = re.sub(rf"[,٬'’{_SPACE}]", "", raw).replace("٫", ".")
    whole, _, decimals = raw.partition(".")
    value = Fraction(
        int(whole or "0") * 10 ** len(decimals) + int(decimals or "0"), 10 ** len(decimals)
    )
    if decimals:
        return value, Fraction(1, 10 ** len(decimals))
    return value, _step(value)


def _step(value: Fraction) -> Fraction:
    """The largest power of ten that divides a whole number; a fraction's own size below one."""
    if value.denominator != 1:
        return Fraction(1, value.denominator)
    number, step = abs(int(value)), 1
    while number and number % (step * 10) == 0:
        step *= 10
    return Fraction(step)


def _plain(value: Fraction) -> Number:
    return int(value) if value.denominator == 1 else float(value)


def _plural(word: str) -> bool:
    lower = word.lower()
    return lower in ("people", "men", "women", "children", "troops", "police", "dead") or (
        lower.endswith("s") and not lower.endswith(("ss", "us", "is"))
    )


# ---------------------------------------------------------------- ranges

_BETWEEN = re.compile(r"\b(?:between)\W+(?:[\w$£€]+\W+){0,3}$", re.IGNORECASE)
_RANGE_WORD = re.compile(r"\s?(?:[-–—‑]|\s(?:to|or)\s|-(?:to|or)-|\sto-)\s?", re.IGNORECASE)
_AND = re.compile(r"\s(?:and|to|-|–)\s", re.IGNORECASE)


def _joined(text: str, singles: list[NumberMention], grammar: _Grammar) -> list[NumberMention]:
    """Neighbours that are one range become one mention."""
    found: list[NumberMention] = []
    index = 0
    while index < len(singles):
        first = singles[index]
        second = singles[index + 1] if index + 1 < len(singles) else None
        joined = _range(text, first, second, grammar) if second is not None else None
        found.append(joined or first)
        index += 2 if joined else 1
    return found


def _range(
    text: str, first: NumberMention, second: NumberMention, grammar: _Grammar
) -> NumberMention | None:
    if first.kind is not NumberKind.CARDINAL or second.kind is not NumberKind.CARDINAL:
        return None
    gap = text[first.span.end : second.span.start]
    between = _AND.fullmatch(gap) and _BETWEEN.search(
        text[max(0, first.span.start - 40) : first.span.start]
    )
    if not (between or _RANGE_WORD.fullmatch(gap)):
        return None
    low, high = first.low, second.low
    if second.scaled and not first.scaled and first.low < second.mantissa and second.mantissa:
        low = _plain(Fraction(first.low) * round(second.low / second.mantissa))
    if low >= high and not between:
        kind = NumberKind.SCORE if re.fullmatch(r"\s?[-–‑]\s?", gap) else None
        return (
            NumberMention(Span(first.span.start, second.span.end), low, high, kind=kind)
            if kind
            else None
        )
    if re.fullmatch(r"[-–‑]", gap) and _is_score(text, first, second, grammar):
        return NumberMention(
            Span(first.span.start, second.span.end), low, high, kind=NumberKind.SCORE
        )
    return NumberMention(
        Span(first.span.start, second.span.end),
        min(low, high),
        max(low, high),
        min(first.step, second.step),
        ranged=True,
        scaled=second.scaled,
    )


def _is_score(text: str, first: NumberMention, second: NumberMention, grammar: _Grammar) -> bool:
    words = re.findall(r"[a-z]+", text[max(0, first.span.start - 30) : first.span.start].lower())[
        -3:
    ]
    after = re.findall(r"[a-z]+", text[second.span.end : second.span.end + 25].lower())[:1]
    score = grammar.words["score"]
    return not second.scaled and (
        any(word in score for word in words) or any(word in score for word in after)
    )
