"""Small whole numbers as they stand in expressions of time ("24", "three", "a few")."""

from __future__ import annotations

_WORDS = """zero one two three four five six seven eight nine ten eleven twelve thirteen
fourteen fifteen sixteen seventeen eighteen nineteen twenty"""
_SMALL = {word: number for number, word in enumerate(_WORDS.split())} | {
    "a": 1,
    "an": 1,
    "couple": 2,
    "few": 4,
    "several": 5,
    "twenty-one": 21,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
}


def read_small(words: str) -> int | None:
    """The number, or None for a word that is none."""
    return int(words) if words.isdigit() else _SMALL.get(words.lower())
