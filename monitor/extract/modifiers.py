"""The words that bind a number ("more than", "or so") and those that make it a movement.

The lists are in ``data/modifiers.toml``. Works on the words alone; which verb governs a number is
for the caller to say.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from monitor.claims import Modifier, Movement
from monitor.extract.lexicon import any_of, lexicon


@dataclass(frozen=True, slots=True)
class Bound:
    """A modifier as its words say it. ``exclusive``: the number itself is left out."""

    modifier: Modifier
    exclusive: bool
    words: str


class Modifiers:
    """The modifier lists, ready to match."""

    def __init__(self, data: Path | None) -> None:
        table = lexicon("modifiers", data)
        self._exclusive = frozenset(table["exclusive"]["words"])
        self._before = self._bounds(table, "before")
        self._after = self._bounds(table, "after")
        self._strict = frozenset(table["between"]["strict"])
        self._upward = frozenset(table["upward"]["verbs"])
        self._over_time = {name: frozenset(words) for name, words in table["over_time"].items()}
        before, after, between = (
            any_of(words, r"\s+")
            for words in (self._before, self._after, table["between"]["words"])
        )
        self._before_pattern = re.compile(
            rf"(?:^|(?<=[\s(\[\"'“‘—–-]))(?P<word>{before})"
            rf"(?P<skip>(?:[\s-]+(?:{between}))*)[\s(\"'“‘-]*$",
            re.IGNORECASE,
        )
        self._after_pattern = re.compile(
            rf"\s?(?P<word>{after})(?!\w|\s\d|\s(?:than|about|around)\b)",
            re.IGNORECASE,
        )
        movement = table["movement"]
        ways = (("up", Movement.UP), ("down", Movement.DOWN))
        self.adverbs = {word: way for name, way in ways for word in movement[name]["adverbs"]}
        self.intransitive = {w: way for name, way in ways for w in movement[name]["intransitive"]}
        self._transitive = {w: way for name, way in ways for w in movement[name]["transitive"]}
        self.with_particle = frozenset(movement["with_particle"])
        self.points = frozenset(movement["points"])
        self.between = frozenset(movement["between"])

    def _bounds(self, table: dict[str, dict[str, list[str]]], place: str) -> dict[str, Bound]:
        return {
            word: Bound(kind, word in self._exclusive, word)
            for kind in (Modifier.AT_LEAST, Modifier.AT_MOST, Modifier.APPROXIMATE)
            for word in table[kind.value][place]
        }

    def before(self, words: str, unit: str | None) -> tuple[Bound | None, int]:
        """The bound that ends these words, and where the bounds begin.

        Of two in a row ("at least about") the nearer one counts. ``unit`` is that of the number.
        """
        bound: Bound | None = None
        while (match := self._before_pattern.search(words)) is not None:
            found = self._before[_plain(match.group("word"))]
            skip = match.group("skip").strip().lower()
            if found.words in self._strict and skip not in ("", "a", "an", "another", "a total of"):
                break
            if found.words == "over" and self._is_length_of_time(words[: match.start()], unit):
                break
            verb = words[: match.start()].lower().split()[-1:]
            if found.words == "up to" and verb and verb[0] in self._upward:
                break
            bound = bound or found
            words = words[: match.start()]
        return bound, len(words)

    def _is_length_of_time(self, words: str, unit: str | None) -> bool:
        """Whether "over" says how long: "over three years", not "for over three years"."""
        if unit not in self._over_time["units"]:
            return False
        last = re.search(r"(\w+)\s*$", words)
        return last is None or last.group(1).lower() not in self._over_time["after"]

    def after(self, text: str, end: int) -> tuple[Bound, int] | None:
        """The bound right behind a number or its unit, and where it ends ("or more", "-plus")."""
        match = self._after_pattern.match(text, end)
        return None if match is None else (self._after[_plain(match.group("word"))], match.end())

    def way(self, lemma: str) -> Movement | None:
        """The direction that a verb or noun of change tells, if it is one."""
        return self.intransitive.get(lemma) or self._transitive.get(lemma)


@functools.cache
def modifiers(data: Path | None = None) -> Modifiers:
    """The modifier lists, with the user's laid over them."""
    return Modifiers(data)


def _plain(words: str) -> str:
    return re.sub(r"\s+", " ", words.lower())
