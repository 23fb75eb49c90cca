"""The cue lexicon: which words attribute, and what their content looks like.

The words are in ``data/frames.toml``; the frames are explained at its head.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.extract.lexicon import lexicon

if TYPE_CHECKING:
    from spacy.tokens import Token

NO_FRAMES: frozenset[str] = frozenset()
SAYING = frozenset({"quote", "clause"})  # the frames of a verb that can report an utterance


@dataclass(frozen=True, slots=True)
class Frames:
    """Lemma to frames, by part of speech."""

    verbs: dict[str, frozenset[str]]
    nouns: dict[str, frozenset[str]]
    adjectives: dict[str, frozenset[str]]
    surveys: frozenset[str]  # documents that speak through "in" ("in a new poll, ...")
    light: frozenset[str]  # verbs that lend a cue noun their subject ("made the claim that")
    identifying: frozenset[str]  # verbs of a relative clause that says who someone is

    def of_verb(self, verb: Token) -> frozenset[str]:
        """A verb's frames, those of verb and particle (or "it") before those of the verb alone."""
        lemma = verb.lemma_.lower()
        for part in verb.rights:
            if part.dep_ == "prt" or part.lower_ == "it":
                phrasal = self.verbs.get(f"{lemma} {part.lower_}")
                if phrasal is not None:
                    return phrasal
        return self.verbs.get(lemma, NO_FRAMES)

    def says(self, verb: Token) -> bool:
        """Whether a verb can report an utterance."""
        return bool(self.of_verb(verb) & SAYING)


@functools.cache
def load_frames(data: Path | None = None) -> Frames:
    """The lexicon in force."""
    table = lexicon("frames", data)
    return Frames(
        verbs=_by_lemma(table["verbs"]),
        nouns=_by_lemma(table["nouns"]),
        adjectives=_by_lemma(table["adjectives"]),
        surveys=frozenset(table["surveys"]["nouns"]),
        light=frozenset(table["light"]["verbs"]),
        identifying=frozenset(table["identifying"]["verbs"]),
    )


def _by_lemma(groups: dict[str, dict[str, list[str]]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for group in groups.values():
        for lemma in group["lemmas"]:
            found[lemma] = found.get(lemma, NO_FRAMES) | frozenset(group["frames"])
    return found
