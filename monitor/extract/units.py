"""Units of measure and currencies: what stands before or after a number, in one normal form.

The tables are in ``data/units.toml``. Works on the words alone, without a parse.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from monitor.claims import Span
from monitor.extract.lexicon import lexicon


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
        self._words: dict[str, Unit] = {}
        self._signs: dict[str, Unit] = {}
        self._glued: dict[str, Unit] = {}
        self._before: dict[str, Unit] = {}
        self._names: dict[str, str] = {}
        for kind in ("measures", "currencies"):
            for form, entry in table[kind].items():
                self._add(form, entry, kind == "currencies")
        spaced = table["careful"]["spaced"]
        letters = {sign for sign in self._signs if len(sign) == 1 and sign.isalpha()}
        self._careful = letters - set(spaced)
        self._word_pattern = _pattern(self._words, re.IGNORECASE)
        self._sign_pattern = _pattern([*self._signs, *self._glued])
        self._before_pattern = re.compile(
            rf"(?<![\w$£€])(?:{_alternatives(self._before)})(?=[\s ]?-?$)"
        )
        self._per = re.compile(
            r"(?:\s?/\s?|[\s-](?:per|each|every)[\s-]|[\s-](?P<a>an?)[\s-])(?P<below>[^\W\d_]+)",
            re.IGNORECASE,
        )
        self._after_a = frozenset(table["rates"]["after_a"])
        self.persons = frozenset(noun.lower() for noun in table["persons"]["nouns"])
        self.parts = {part: frozenset(wholes) for part, wholes in table["parts"].items()}

    def _add(self, form: str, entry: dict[str, list[str]], is_currency: bool) -> None:
        unit = Unit(form, str(entry.get("name", form)), is_currency)
        self._names[form] = unit.name
        for word in entry.get("words", []):
            self._words.setdefault(_key(word), unit)
            if not word.endswith("s") and not entry.get("invariable"):
                self._words.setdefault(_key(word) + "s", unit)
        for sign in entry.get("signs", []):
            self._signs.setdefault(sign, unit)
        for sign in entry.get("glued", []):
            self._glued.setdefault(sign, unit)
        for sign in entry.get("before", []):
            self._before.setdefault(sign, unit)
        for sign in entry.get("millions", []):
            self._signs.setdefault(sign, Unit(form, unit.name, is_currency, 1_000_000))

    def name(self, form: str) -> str:
        """The full English name of a unit in normal form ("dollar per barrel" of USD/barrel)."""
        return " per ".join(self._names.get(part, part) for part in form.split("/"))

    def before(self, text: str, start: int) -> UnitMention | None:
        """A currency mark that ends where the number starts ("US$", "Rs.", "EUR ")."""
        window = max(0, start - 14)
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
        lower = self._plain(text, at, glued=True)
        word = match.group("below")
        if match.group("a") and word.lower() not in self._after_a:
            return upper
        if lower is None:
            unit = Unit(word.lower(), word.lower())
            lower = UnitMention(unit, Span(at, match.end("below")))
        return UnitMention(upper.unit.per(lower.unit), Span(upper.span.start, lower.span.end))

    def _plain(self, text: str, end: int, glued: bool = False) -> UnitMention | None:
        space = 1 if text[end : end + 1] in (" ", "-", "‑", " ", "\u202f", "\u2009") else 0
        if text[end : end + 2] in (" (", " [", " {", " <") or text[end : end + 1] in ("(", "["):
            return self._bracketed(text, end)
        signs = self._sign_pattern.match(text, end + space)
        words = self._word_pattern.match(text, end + space)
        if words and (not signs or words.end() >= signs.end()):
            return UnitMention(self._words[_key(words.group())], Span(*words.span()))
        if not signs or (text[end : end + space] == "-" and len(signs.group()) < 2):
            return None
        sign = signs.group()
        if space and not glued and (sign in self._glued or sign in self._careful):
            return None
        unit = self._signs.get(sign) or self._glued[sign]
        return UnitMention(unit, Span(*signs.span()))

    def _bracketed(self, text: str, end: int) -> UnitMention | None:
        """A bare unit in brackets: "20 (kg)"."""
        match = re.match(r"\s?[(\[{<]([^\W\d_]{1,4}[²³23]?)[)\]}>]", text[end : end + 12])
        if match is None or match.group(1) not in self._signs:
            return None
        start = end + match.start(1)
        return UnitMention(self._signs[match.group(1)], Span(start, start + len(match.group(1))))


@functools.cache
def units(data: Path | None = None) -> Units:
    """The unit tables, with the user's laid over them."""
    return Units(data)


def _key(word: str) -> str:
    return re.sub(r"[\s-]+", " ", word).lower()


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _pattern(words: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    spaced = _alternatives(words).replace(r"\ ", r"[\s-]")
    return re.compile(rf"(?:{spaced})(?![^\W_])(?![²³])", flags)
