"""The value of one number as written: digits, words, fractions, scales and vague words.

`ValueReader.read` takes the number that starts at one token. What kind of number it is in its
sentence (an amount, a year, part of a name) is decided in `monitor.extract.numbers`. The words
are in ``data/numbers.toml`` and ``data/vague.toml``.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from monitor.extract.lexicon import any_of, lexicon


class NumberKind(StrEnum):
    """What a number in a text is. Only the first four are amounts."""

    CARDINAL = "cardinal"
    FRACTION = "fraction"  # a share: "a third of", "two out of three", "1/16"
    VAGUE = "vague"  # dozens, several
    ZERO = "zero"  # zero in words: "no one", "none", "no"
    MULTIPLE = "multiple"  # doubled, twice, tenfold
    ORDINAL = "ordinal"
    DATE = "date"
    YEAR = "year"
    TIME = "time"
    SCORE = "score"
    NAME = "name"
    CODE = "code"  # versions, phone numbers, addresses, anything with letters in it


@dataclass(frozen=True, slots=True)
class Token:
    """Digits with their grouping, a fraction sign, or a word. ``text`` is lower case."""

    kind: str
    text: str
    raw: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Value:
    """An exact value, read from the tokens up to ``end`` (exclusive).

    ``step`` is the rounding step as written. ``mantissa`` is the number before its scale (1.4 of
    "1.4 million"), ``scaled`` says that there is one.
    """

    low: Fraction
    high: Fraction
    step: Fraction
    end: int
    kind: NumberKind = NumberKind.CARDINAL
    mantissa: Fraction = Fraction(0)
    scaled: bool = False

    def times(self, factor: int, end: int) -> Value:
        """The value multiplied by a scale that ends at another token."""
        return replace(
            self,
            low=self.low * factor,
            high=self.high * factor,
            step=self.step * factor,
            end=end,
            kind=NumberKind.CARDINAL,
            scaled=True,
        )


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The word lists of ``numbers.toml`` and ``vague.toml``, ready for look-up."""

    ones: dict[str, int]
    tens: dict[str, int]
    scales: dict[str, int]
    letters: dict[str, int]
    money_letters: dict[str, int]
    denominators: dict[str, int]
    multiples: dict[str, int]
    round: dict[str, tuple[int, int]]
    small: dict[str, tuple[int, int]]
    before_scale: tuple[int, int]
    rules: dict[str, frozenset[str]]
    lists: dict[str, frozenset[str]]
    phrases: re.Pattern[str]  # the vague and zero phrases
    starts: frozenset[str]  # words that a number may start with


@functools.cache
def number_words(data: Path | None = None) -> NumberWords:
    """The number words, with the user's laid over them."""
    table, vague = lexicon("numbers", data), lexicon("vague", data)
    small = {word: (low, high) for word, (low, high) in vague["small"].items()}
    low, high = vague["rules"]["before_scale"]
    phrases = [*small, *vague["rules"]["zero"]]
    any_phrase = any_of(phrases, r"\s")
    tables = ("ones", "tens", "scales", "denominators", "multiples")
    starts = {word for name in tables for word in table[name]} | {"a", "an", *vague["round"]}
    return NumberWords(
        ones=table["ones"],
        tens=table["tens"],
        scales=table["scales"],
        letters=table["scale_letters"],
        money_letters=table["scale_letters_of_money"],
        denominators=table["denominators"],
        multiples=table["multiples"],
        round={word: (low, high) for word, (low, high) in vague["round"].items()},
        small=small,
        before_scale=(low, high),
        rules={
            name: frozenset(words)
            for name, words in vague["rules"].items()
            if name != "before_scale"
        },
        lists={name: frozenset(words) for name, words in table["words"].items()},
        phrases=re.compile(rf"(?:{any_phrase})(?!\w|\.\s?\d)", re.IGNORECASE),
        starts=frozenset(starts | {re.split(r"[ -]", phrase)[0] for phrase in phrases}),
    )


# ---------------------------------------------------------------- tokens

_GLYPHS = {
    glyph: Fraction(unicodedata.numeric(glyph)).limit_denominator(10)
    for glyph in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"
}
HYPHENS = ("-", "‑", "‐")
SPACES = " \u00a0\u2007\u2009\u202f"  # every space that groups digits
_GROUPED = "|".join(
    (
        r"\d{1,3}(?:[,٬]\d{3})+(?!\d)",
        r"\d{1,2}(?:,\d{2})+,\d{3}(?!\d)",  # Indian: 12,34,567
        rf"[^\W\D0]\d{{0,2}}(?:[{SPACES}]\d{{3}})+(?!\d|[{SPACES}]?(?:million|billion))",
        r"\d{1,3}(?:['’]\d{3})+(?!\d)",  # Swiss
        r"\d{1,3}(?:\.\d{3}){2,}(?![.,]?\d)",  # continental: 1.400.000
        r"\d{1,3}, 000(?!\d)",  # as some wire copy has it
    )
)
_TOKEN = re.compile(
    rf"(?P<digits>(?<![\d.,])(?:{_GROUPED})(?:[.٫]\d+)?|\d+(?:[.٫]\d+)?|(?<![\w.])\.\d+)"
    rf"|(?P<glyph>[{''.join(_GLYPHS)}])"
    r"|(?P<word>[^\W\d_]+)"
)
_LINK = re.compile(rf"[{SPACES}]?[-‐‑][{SPACES}]?|[{SPACES}]{{0,2}}")
_RATIO_WORDS = (("in", "every"), ("in",), ("out", "of", "every"), ("out", "of"), ("of", "every"))
_LONGEST = 40  # characters of digits; anything longer is no amount that a reader could take in
_PERCENT = re.compile(r"\s?(?:%|per\s?cent)")
_DECIMAL_COMMA = re.compile(r"(\d+),(\d{1,2})(?!\d)")
# Bottoms of a fraction with a stroke; others ("180/90", "2019/20") are none.
_BOTTOMS = frozenset((2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 25, 32, 50, 64, 100, 128, 256, 1000))


def tokens(text: str) -> list[Token]:
    """The words and numerals of a text."""
    return [
        Token(match.lastgroup or "", match.group().lower(), match.group(), *match.span())
        for match in _TOKEN.finditer(text)
    ]


def read_digits(raw: str) -> tuple[Fraction, Fraction]:
    """The value and the rounding step of digits as written, in any grouping."""
    if raw.count(".") > 1:
        raw = raw.replace(".", "")
    raw = re.sub(rf"[,٬'’{SPACES}]", "", raw).replace("٫", ".")
    whole, _, decimals = raw.partition(".")
    step = Fraction(1, 10 ** len(decimals))
    value = Fraction(int(whole or "0")) + int(decimals or "0") * step
    return value, step if decimals else rounding_step(value)


def rounding_step(value: Fraction) -> Fraction:
    """The largest power of ten that divides a whole number; for a broken one its grain."""
    if value.denominator != 1:
        return Fraction(1, value.denominator)
    number, step = abs(int(value)), 1
    while number and number % (step * 10) == 0:
        step *= 10
    return Fraction(step)


# ---------------------------------------------------------------- values


class ValueReader:
    """Reads the number that starts at a token, as long as it goes."""

    def __init__(self, text: str, words: NumberWords) -> None:
        self.text = text
        self.words = words
        self.tokens = tokens(text)

    def may_start(self, index: int) -> bool:
        """Whether a number may start here: the quick test before `read`."""
        token = self.tokens[index]
        if token.kind == "word":
            return token.text in self.words.starts
        return len(token.raw) <= _LONGEST

    def read(self, index: int) -> Value | None:
        """The number from this token on, or None."""
        return (
            self._vague(index)
            or self._multiple(index)
            or self._share(index)
            or self._ratio(index)
            or self._plain(index)
        )

    def word(self, index: int) -> str:
        """The token in small letters; nothing outside the text."""
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def gap(self, index: int) -> str:
        """What stands between this token and the one before it."""
        if not 0 < index < len(self.tokens):
            return "\n"
        return self.text[self.tokens[index - 1].end : self.tokens[index].start]

    def linked(self, index: int) -> bool:
        """Whether only a space or hyphen stands before the token."""
        return _LINK.fullmatch(self.gap(index)) is not None

    def _then(self, index: int, *words: str) -> bool:
        """Whether these words stand here, each linked to the one before it."""
        return all(
            self.word(index + number) == word and self.linked(index + number)
            for number, word in enumerate(words)
        )

    def _scale(self, index: int) -> int:
        """The scale word here, linked to the number before it; 0 for none."""
        return self.words.scales.get(self.word(index), 0) if self.linked(index) else 0

    # -- without a number

    def _vague(self, index: int) -> Value | None:
        word = self.word(index)
        if word in self.words.round:
            return self._round(index)
        match = self.words.phrases.match(self.text, self.tokens[index].start)
        if match is None:
            return None
        phrase = re.sub(r"\s", " ", match.group().lower())
        end = index + len(re.split(r"[ -]", phrase))
        if phrase in self.words.rules["zero"]:
            return Value(Fraction(0), Fraction(0), Fraction(1), end, NumberKind.ZERO)
        if scale := self._scale(end):
            low, high = (scale * factor for factor in self.words.before_scale)
            return self._interval(low, high, end + 1, scaled=True)
        if phrase in self.words.rules["needs_scale"]:
            return None
        return self._interval(*self.words.small[phrase], end - phrase.endswith(" of"))

    def _round(self, index: int) -> Value | None:
        """Round plurals: dozens, hundreds, tens of thousands."""
        first = self.word(index)
        low, high = self.words.round[first]
        end = index + 1
        if first in self.words.rules["needs_of"] and not self._then(end, "of"):
            return None
        while self._then(end, "of") and self.linked(end + 1):
            following = self.words.round.get(self.word(end + 1))
            if following is None:
                break
            low, high = low * following[0], high * following[0]
            end += 2
        return self._interval(low, high, end)

    def _interval(self, low: int, high: int, end: int, scaled: bool = False) -> Value:
        bounds = Fraction(low), Fraction(high)
        return Value(*bounds, Fraction(1), end, NumberKind.VAGUE, scaled=scaled)

    def _multiple(self, index: int) -> Value | None:
        factor = self.words.multiples.get(self.word(index))
        if factor is None:
            return None
        value = Fraction(factor)
        return Value(value, value, Fraction(1), index + 1, NumberKind.MULTIPLE)

    # -- shares and fractions

    def _share(self, index: int) -> Value | None:
        """Fractions in words: "a third of", "two-thirds", "half", "a quarter of a million"."""
        article = self.word(index) in ("a", "an")
        top = 1 if article else self.words.ones.get(self.word(index), 0)
        led = article or top > 0
        at = index + 1 if led else index
        bottom = self.words.denominators.get(self.word(at))
        if bottom is None or (led and not self.linked(at)):
            return None
        share = Fraction(top or 1, bottom)
        scaled = self._share_of_scale(at, share)
        if scaled is not None:
            return scaled
        if self.word(at) == "half":
            is_share = self._is_half(at, article) if article or not led else top == 1
        else:
            is_share = led and share < 1 and self._is_part(index, at, top)
        if not is_share:
            return None
        return Value(share, share, share, at + 1, NumberKind.FRACTION, share)

    def _share_of_scale(self, at: int, share: Fraction) -> Value | None:
        """A share of a scale: "half a million", "three quarters billion", "half a dozen"."""
        end = at + 1
        end += self._then(end, "of")
        end += self._then(end, "a") or self._then(end, "an")
        scale = self._scale(end)
        if not scale or (scale == 12 and self.word(at) != "half"):
            return None
        value = share * scale
        step = rounding_step(value)
        return Value(value, value, step, end + 1, mantissa=share, scaled=True)

    def _is_half(self, at: int, article: bool) -> bool:
        lists = self.words.lists
        before = self.word(at - 1 - article) if self.linked(at - article) else ""
        if before in lists["before_no_half"] or before in self.words.ones:
            return False
        if before in lists["before_share"] and "-" not in self.gap(at + 1):
            return True
        return not article and self.gap(at + 1) == " " and self.word(at + 1) in lists["after_half"]

    def _is_part(self, index: int, at: int, top: int) -> bool:
        """Whether "a third", "one fifth", "two thirds" is a part and no ordinal or season."""
        word = self.word(at)
        if self._then(at + 1, "of"):
            return word != "quarters" or top == 3
        if self.word(index - 1) in self.words.lists["before_share"] and self.linked(index):
            return "-" not in self.gap(at + 1)
        if word in ("quarter", "quarters") or top == 1:
            return "-" in self.gap(at)
        return word.endswith("s")

    def _ratio(self, index: int) -> Value | None:
        """A share as a ratio: "one in five", "two out of three", "9 of every 10"."""
        part = self._plain(index)
        if part is None or part.scaled or part.low.denominator != 1:
            return None
        at = part.end
        for words in _RATIO_WORDS:
            if self._then(at, *words) and self.linked(at + len(words)):
                break
        else:
            return None
        whole = self._plain(at + len(words))
        if whole is None or not part.low < whole.low or whole.kind is not NumberKind.CARDINAL:
            return None
        if words == ("in",) and not self._is_one_in(index, part, whole):
            return None
        share = part.low / whole.low
        return Value(share, share, share, whole.end, NumberKind.FRACTION, share)

    def _is_one_in(self, index: int, part: Value, whole: Value) -> bool:
        """Whether "a in b" is a share: "3 in 2019" and "killed two in five raids" are none."""
        if part.low > 10 or re.fullmatch(r"[12]\d{3}", self.tokens[whole.end - 1].raw):
            return False
        if self.word(index - 1) in self.words.lists["before_count"]:
            return False
        following = self.word(whole.end)
        lists = self.words.lists
        return following not in lists["spans_of_time"] and following.title() not in lists["months"]

    # -- plain numbers

    def _plain(self, index: int) -> Value | None:
        """Digits or words with their fraction and scale."""
        if index >= len(self.tokens):
            return None
        token = self.tokens[index]
        if token.kind == "digits":
            return self._digits(index) if len(token.raw) <= _LONGEST else None
        if token.kind == "glyph":
            part = _GLYPHS[token.raw]
            value = Value(part, part, part, index + 1, NumberKind.FRACTION, part)
            return self._with_scale(value)
        return self._words(index)

    def _digits(self, index: int) -> Value:
        token = self.tokens[index]
        value, step = read_digits(token.raw)
        plain = Value(value, value, step, index + 1, mantissa=value)
        found = self._decimal_comma(index) or self._stroke(index) or self._with_part(plain) or plain
        return self._with_scale(found)

    def _decimal_comma(self, index: int) -> Value | None:
        """A decimal comma: before one or two digits and a scale or per cent ("2,5 million")."""
        match = _DECIMAL_COMMA.match(self.text, self.tokens[index].start)
        if match is None or match.end() == self.tokens[index].end:
            return None
        if not (self._scale(index + 2) or _PERCENT.match(self.text, match.end())):
            return None
        value, step = read_digits(f"{match.group(1)}.{match.group(2)}")
        return Value(value, value, step, index + 2, mantissa=value)

    def _stroke(self, index: int) -> Value | None:
        """A fraction such as "1/16", with a stroke or fraction slash."""
        if self.gap(index + 1) not in ("/", "⁄", "∕") or index + 1 >= len(self.tokens):
            return None
        top, bottom = self.tokens[index].raw, self.tokens[index + 1].raw
        if not (top.isdecimal() and bottom.isdecimal() and len(top) + len(bottom) < 9):
            return None
        if int(bottom) not in _BOTTOMS:
            return None
        part = Fraction(int(top), int(bottom))
        if part >= 2:
            return None
        return Value(part, part, Fraction(1, int(bottom)), index + 2, NumberKind.FRACTION, part)

    def _with_part(self, value: Value) -> Value | None:
        """A whole number and a part: "2½", "10 1/2", "two and a half"."""
        at = value.end
        if value.low.denominator != 1 or not self.linked(at):
            return None
        token = self.tokens[at]
        part = None
        if token.kind == "glyph":
            glyph = _GLYPHS[token.raw]
            part = Value(glyph, glyph, glyph, at + 1)
        elif token.kind == "digits":
            part = self._stroke(at)
        elif token.text == "and":
            part = self._part_in_words(at + 1)
        if part is None or part.low >= 1:
            return None
        whole = value.low + part.low
        return replace(value, low=whole, high=whole, step=part.step, end=part.end, mantissa=whole)

    def _part_in_words(self, at: int) -> Value | None:
        word = self.word(at)
        top = 1 if word == "a" else self.words.ones.get(word, 0)
        bottom = self.words.denominators.get(self.word(at + 1))
        if not top or bottom is None or not (self.linked(at) and self.linked(at + 1)):
            return None
        part = Fraction(top, bottom)
        return Value(part, part, Fraction(1, bottom), at + 2)

    def _with_scale(self, value: Value) -> Value:
        """With the scale words or the scale letter that follow: "4 hundred million", "3.4bn"."""
        letter = self._scale_letter(value.end)
        if letter:
            return value.times(letter, value.end + 1)
        while scale := self._scale(value.end):
            if scale == 12 and (value.scaled or value.low.denominator != 1):
                break
            value = value.times(scale, value.end + 1)
        return value

    def _scale_letter(self, at: int) -> int:
        if at >= len(self.tokens) or self.gap(at) not in ("", " "):
            return 0
        raw = self.tokens[at].raw
        if self.gap(at) and len(raw) == 1:
            return 0
        letters = self.words.letters
        return letters.get(raw, 0) or (letters.get(raw.lower(), 0) if len(raw) > 1 else 0)

    # -- number words

    def _words(self, index: int) -> Value | None:
        """Number words: "two hundred and fifty thousand", "a million and a half"."""
        group = self._group(index)
        if group is None:
            return None
        year = self._year_in_words(group)
        if year is not None:
            return year
        between = self.word(index - 1) == "between"
        value, last = None, 0
        while group is not None and (value is None or group.low < last):
            scaled, scale = group, 1
            while (next_scale := self._scale(scaled.end)) >= 100:
                scaled, scale = scaled.times(next_scale, scaled.end + 1), scale * next_scale
            if value is None:
                value = scaled
            elif scaled.low < last:
                total = value.low + scaled.low
                value = replace(value, low=total, high=total, step=scaled.step, end=scaled.end)
            else:
                break
            last = scale
            joined = self._then(value.end, "and")
            at = value.end + joined
            more = scale > 1 and self.linked(at) and not (joined and between)
            group = self._group(at, led=False) if more else None
        if value is None:
            return None
        part = self._with_part(replace(value, low=value.mantissa)) if value.scaled else None
        if part is not None and value.low % value.mantissa == 0:
            scale = int(value.low / value.mantissa)
            value = replace(part, low=part.low * scale, high=part.low * scale)
        return self._ordinal(replace(value, step=rounding_step(value.low)))

    def _group(self, index: int, led: bool = True) -> Value | None:
        """A number below a thousand or a bare scale: "two hundred and five", "a", "two dozen"."""
        word = self.word(index)
        if word in ("a", "an"):
            return self._one(index + 1) if led and self._scale(index + 1) else None
        if word in self.words.scales:
            before = self.words.lists["before_bare_scale"]
            bare = led and self.word(index - 1) in before and self.linked(index)
            return self._one(index) if bare else None
        small = self._below_hundred(index)
        if small is None:
            return None
        if self._scale(small.end) == 100:
            return self._hundreds(small)
        if self._scale(small.end) == 12:
            return small.times(12, small.end + 1)
        return self._with_part(small) or small

    def _one(self, end: int) -> Value:
        """The unsaid one of "a hundred" and "the million"."""
        one = Value(Fraction(1), Fraction(1), Fraction(1), end, mantissa=Fraction(1))
        scale = self.words.scales[self.word(end)]
        if scale == 100:
            return self._hundreds(one)
        return one.times(12, end + 1) if scale == 12 else one

    def _hundreds(self, small: Value) -> Value:
        value = small.times(100, small.end + 1)
        joined = self._then(value.end, "and")
        at = value.end + joined
        rest = self._below_hundred(at) if self.linked(at) else None
        if rest is None:
            return value
        if joined and self._scale(rest.end) == 100:  # "between two hundred and ..."
            return value
        total = value.low + rest.low
        return replace(value, low=total, high=total, end=rest.end, mantissa=total)

    def _below_hundred(self, index: int) -> Value | None:
        word = self.word(index)
        number = self.words.ones.get(word, self.words.tens.get(word))
        if number is None:
            return None
        end = index + 1
        unit = self.words.ones.get(self.word(end), 0)
        if word in self.words.tens and 0 < unit < 10 and self.linked(end):
            number, end = number + unit, end + 1
        value = Fraction(number)
        return Value(value, value, rounding_step(value), end, mantissa=value)

    def _year_in_words(self, first: Value) -> Value | None:
        """A year in words: "nineteen eighty-four", "twenty twenty"."""
        if not 13 <= first.low <= 20 or first.scaled or not self.linked(first.end):
            return None
        second = self._below_hundred(first.end)
        if second is None or second.low < 10:
            return None
        year = first.low * 100 + second.low
        return replace(second, low=year, high=year, kind=NumberKind.YEAR)

    def _ordinal(self, value: Value) -> Value:
        """The value, as an ordinal where it is one: "twenty-first", "hundred and third"."""
        at = value.end + self._then(value.end, "and")
        hyphen = self.gap(at).strip() in HYPHENS
        if self.word(at) in self.words.lists["ordinals"] and (hyphen or at > value.end):
            return replace(value, end=at + 1, kind=NumberKind.ORDINAL)
        return value
