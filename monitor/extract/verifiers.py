"""Who is said to have verified a count: the sentence's own words, never a judgement of ours."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from monitor.extract.authorities import read_authority
from monitor.extract.lexicon import lexicon

_BEFORE = 5  # words in which a negation turns the phrase round


def read_verifier(sentence: str, data: Path | None = None) -> str | None:
    """The normal form of who verified what a sentence counts, or None where it names nobody."""
    lists = _lists(data)
    text = " ".join(sentence.split())
    for pattern in (lists.by, lists.has):
        for found in pattern.finditer(text):
            near = text[: found.start("phrase")].split()[-_BEFORE:]
            if lists.negations & {word.strip(".,;").lower() for word in near}:
                continue
            who = _normal(found["name"].strip(" ,"), data)
            if who is not None:
                return who
    return None


def _normal(name: str, data: Path | None) -> str | None:
    """A checker's normal form; one that small words end has to be on the lists."""
    normal = read_authority(name, None, data)
    return None if normal == name and name.split()[-1].islower() else normal


@dataclass(frozen=True, slots=True)
class _Lists:
    by: re.Pattern[str]
    has: re.Pattern[str]
    negations: frozenset[str]


@functools.cache
def _lists(data: Path | None) -> _Lists:
    table = lexicon("verifiers", data)
    within = "|".join(map(re.escape, table["not"]["within"]))
    word = r"[A-Z][\w.'’-]*"
    name = rf"(?P<name>{word}(?:\s+(?:(?:{within})\s+)*{word})*)"
    by, has = (_either(table[part]["phrases"]) for part in ("by", "has"))
    return _Lists(
        re.compile(rf"\b(?P<phrase>{by})\s+(?:the\s+)?{name}"),
        re.compile(rf"\b(?:[Tt]he\s+)?{name[:-1]}(?:\s+[a-z-]+){{0,3}}?)\s+(?P<phrase>{has})\b"),
        frozenset(table["not"]["words"]),
    )


def _either(phrases: list[str]) -> str:
    """Any of some phrases, in any case of letters; the name around them keeps its capitals."""
    ordered = sorted(phrases, key=len, reverse=True)
    return f"(?i:{'|'.join(re.escape(each) for each in ordered)})"
