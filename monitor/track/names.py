"""Whether two namings mean one person, body or place: spellings, short forms, titles. Pure."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from difflib import SequenceMatcher
from importlib import resources
from typing import Any

SPELLING = 0.7
"""The least likeness (0 to 1) of two names that are taken for two spellings of one."""

_LONGEST = 200  # characters of a name that are compared
_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset(
    {"of", "the", "and", "for", "in", "to", "on", "a", "an", "s", "by", "with", "from"}
)


@functools.cache
def edit_words() -> dict[str, Any]:
    """The word lists of ``data/edits.toml``."""
    text = resources.files("monitor.track").joinpath("data/edits.toml").read_text("utf-8")
    return tomllib.loads(text)


def same_name(old: str, new: str) -> bool:
    """Whether both may be one: a corrected spelling, initials, an added title or first name.

    Names that share no word, and no likeness, are two.
    """
    old, new = old[:_LONGEST], new[:_LONGEST]
    first, second = _words(old), _words(new)
    pronouns = edit_words()["names"]["pronouns"]
    if old.strip().casefold() in pronouns or new.strip().casefold() in pronouns:
        return True
    if _is_other_standing(old, new):
        return False
    if not first or not second or _is_short_for(first, second) or _is_short_for(second, first):
        return True
    left = [word for word in first if word not in second]
    right = [word for word in second if word not in first]
    if not left or not right:
        return True
    names = _names(old), _names(new)
    if names[0] and names[1]:
        mine, theirs = names[0] - names[1], names[1] - names[0]
        if not mine or not theirs or names[0] & names[1]:
            return True
        return any(_alike(one, other) for one in mine for other in theirs)
    shared = set(first) & set(second)
    return (bool(shared) and not (names[0] or names[1])) or _alike(" ".join(left), " ".join(right))


def _words(name: str) -> list[str]:
    return [word for word in _WORD.findall(_plain(name).casefold()) if word not in _SMALL]


def _names(name: str) -> set[str]:
    """The capitalised words that are no title, folded."""
    titles = edit_words()["names"]["titles"]
    words = (word for word in _WORD.findall(_plain(name)) if word[:1].isupper())
    return {word.casefold() for word in words if word.casefold() not in titles}


def _is_other_standing(old: str, new: str) -> bool:
    """Whether two sources without a name differ in number or office: two, one, a former one."""
    table = edit_words()["names"]
    several, former = frozenset(table["several"]), frozenset(table["former"])
    sides = [frozenset(_WORD.findall(_plain(name).casefold())) for name in (old, new)]
    if (_names(old) | _names(new)) - several - former or not (sides[0] and sides[1]):
        return False
    if bool(sides[0] & former) != bool(sides[1] & former):
        return True
    one = frozenset(("a", "an", "one"))
    return any(
        mine & several and theirs & one and not theirs & several
        for mine, theirs in (sides, sides[::-1])
    )


def _is_short_for(short: list[str], long: list[str]) -> bool:
    """Whether one word is made of the other words' initials: "who", "iaea"."""
    initials = "".join(word[0] for word in long)
    return len(long) > 1 and any(len(word) > 1 and initials.endswith(word) for word in short)


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= SPELLING


def _plain(name: str) -> str:
    parts = unicodedata.normalize("NFKD", name.replace("’", "'"))
    return "".join(c for c in parts if not unicodedata.combining(c)).replace("'", "")
