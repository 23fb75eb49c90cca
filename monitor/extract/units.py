"""Units of measure and currencies: what stands before or after a number, in one normal form.

The tables are in ``data/units.toml``. Works on the words alone, without a parse.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.claims import Span
from monitor.extract.lexicon import any_of, lexicon


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in normal form (``USD``, ``percent``, ``km``, ``USD/barrel``).

    ``name`` is its full English name; ``factor`` multiplies the number ("30 MUSD").
    """

    form: str
    name: str
    is_currency: bool = False
    factor: int = 1

    def per(self, below: Unit) -> Unit:
        """The rate of this unit for one of the other."""
        return Unit(f"{self.form}/{below.form}", f"{self.name} per {below.name}", self.is_currency)


@dataclass(frozen=True, slots=True)
class UnitMention:
    """A unit and where it stands."""

    unit: Unit
    span: Span


class Units:
    """The unit tables, ready to match."""

    def __init__(self, data: Path | None) -> None:
        table = lexicon("units", data)
        self._names: dict[str, str] = {}
        self._words: dict[str, Unit] = {}
        self._signs: dict[str, Unit] = {}
        self._glued: dict[str, Unit] = {}
        self._before: dict[str, Unit] = {}
        for kind in ("measures", "currencies"):
            for form, entry in table[kind].items():
                self._add(form, entry, kind == "currencies")
        self._spaced_letters = frozenset(table["letters"]["spaced"])
        self.also_verbs = frozenset(table["letters"]["also_verbs"])
        self._after_feet = table["letters"]["after_feet"]
        self._word_pattern = _pattern(self._words, re.IGNORECASE)
        self._sign_pattern = _pattern([*self._signs, *self._glued])
        self._before_pattern = re.compile(
            rf"(?<![\w$£€])(?:{any_of(self._before)})(?=[\s\u00a0]?-?$)"
        )
        not_before = any_of(table["rates"]["not_before"])
        after_a = any_of(table["rates"]["after_a"])
        self._per = re.compile(
            r"(?:\s?/\s?|(?:\sof\s(?:(?!(?:for|in|to|over|at|by)\s)\w+\s){1,3}?)?(?:\s|\s?-\s?|(?<=\s))"
            rf"(?:per(?:\s|\s?-\s?)|(?:an?|each|every)(?:\s|\s?-\s?)(?=(?:{after_a})\b)))"
            rf"(?P<below>[^\W\d_]+)(?![^\W\d_]|\s(?:{not_before})\b)",
            re.IGNORECASE,
        )
        counted = table["counted"]
        self.things = frozenset(counted["things"])
        self.stop = frozenset(counted["stop"])
        self.ranks = frozenset(counted["ranks"])
        self.persons = frozenset(noun.lower() for noun in table["persons"]["nouns"])
        self.aged = self.persons | frozenset(table["persons"]["aged"])
        self.parts = {part: frozenset(wholes) for part, wholes in table["parts"].items()}

    def _add(self, form: str, entry: dict[str, Any], is_currency: bool) -> None:
        unit = Unit(form, entry.get("name", form), is_currency)
        self._names[form] = unit.name
        for word in entry.get("words", []):
            self._words.setdefault(_key(word), unit)
            if not word.endswith("s") and not entry.get("invariable"):
                self._words.setdefault(_key(word) + "s", unit)
        million = Unit(form, unit.name, is_currency, 1_000_000)
        for place, table, meaning in (
            ("signs", self._signs, unit),
            ("glued", self._glued, unit),
            ("before", self._before, unit),
            ("millions", self._signs, million),
            ("millions", self._before, million),
        ):
            for sign in entry.get(place, []):
                table.setdefault(sign, meaning)

    def name(self, form: str) -> str:
        """The full English name of a unit in normal form ("dollar per barrel" of USD/barrel)."""
        return " per ".join(self._names.get(part, part) for part in form.split("/"))

    def of_word(self, word: str) -> Unit | None:
        """The unit that a word names, singular or plural."""
        return self._words.get(_key(word))

    def before(self, text: str, start: int) -> UnitMention | None:
        """A currency mark that ends where the number starts ("US$", "Rs.", "EUR ")."""
        window = max(0, start - 16)
        match = self._before_pattern.search(text[window:start])
        if match is None:
            return None
        span = Span(window + match.start(), window + match.end())
        return UnitMention(self._before[match.group()], span)

    def after(self, text: str, end: int) -> UnitMention | None:
        """The unit that follows the number, with what it is per."""
        found = self._plain(text, end)
        return None if found is None else self.rate(text, found)

    def rate(self, text: str, upper: UnitMention) -> UnitMention:
        """The unit together with "per X", "a X" or "/X" behind it, where there is one."""
        match = self._per.match(text, upper.span.end)
        if match is None:
            return upper
        at = match.start("below")
        lower = self._matched(text, at, glued=True)
        if lower is None:
            word = match.group("below")
            lower = UnitMention(Unit(word.lower(), word.lower()), Span(at, match.end("below")))
        return UnitMention(upper.unit.per(lower.unit), Span(upper.span.start, lower.span.end))

    def _plain(self, text: str, end: int) -> UnitMention | None:
        bracketed = re.match(r"\s?[(\[{<]([^\W\d_]{1,4}[²³23]?)[)\]}>]", text[end : end + 12])
        if bracketed is not None:
            unit = self._signs.get(bracketed.group(1))
            span = Span(end + bracketed.start(1), end + bracketed.end(1))
            return UnitMention(unit, span) if unit is not None else None
        gap = re.match(r"\s?[-‑]\s?|[ \u00a0\u2009\u202f]?", text[end : end + 3])
        space = gap.end() if gap is not None else 0
        return self._matched(text, end + space, glued=space == 0)

    def _matched(self, text: str, start: int, glued: bool) -> UnitMention | None:
        """The longest unit word or sign that starts here."""
        words = self._word_pattern.match(text, start)
        signs = self._sign_pattern.match(text, start)
        if words and (not signs or words.end() >= signs.end()):
            return UnitMention(self._words[_key(words.group())], Span(*words.span()))
        if signs is None or (signs.group() in '"”' and not _closed(text, start)):
            return None
        sign = signs.group()
        if glued:
            unit = self._glued.get(sign) or self._signs[sign]
        elif sign == self._after_feet and _INCHES.search(text[max(0, start - 20) : start]):
            unit = self._glued[sign]
        elif (
            len(sign) == 1
            and sign.isalpha()
            and sign not in self._spaced_letters
            and (text[signs.end() : signs.end() + 1] != "/")
        ):
            return None
        elif sign in self._signs or text[signs.end() : signs.end() + 1] == "/":
            unit = self._signs.get(sign) or self._glued[sign]
        else:
            return None
        return UnitMention(unit, Span(*signs.span()))


# "12 ft 2 in", "(3.5 in)"
_INCHES = re.compile(r"(?:\d\s?(?:ft|feet|foot)\s|\()[\d.]+\s$")


@functools.cache
def units(data: Path | None = None) -> Units:
    """The unit tables, with the user's laid over them."""
    return Units(data)


def _closed(text: str, end: int) -> bool:
    """Whether no quotation is open here, so that a quotation mark can be inches."""
    line = text[text.rfind("\n", 0, end) + 1 : end]
    return line.count('"') % 2 == 0 and line.count("“") == line.count("”")


def _key(word: str) -> str:
    return re.sub(r"[\s-]+", " ", word).lower()


def _pattern(words: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    spaced = any_of(words, r"(?:\s?-\s?|\s)")
    return re.compile(rf"(?:{spaced})(?![^\W_])(?![²³]|-?\d)", flags)
