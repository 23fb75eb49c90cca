"""The cue lexicon: which words attribute, and what their content looks like.

The words are in ``data/frames.toml``; the frames are explained at its head.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from monitor.extract.lexicon import lexicon

NO_FRAMES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Frames:
    """Lemma to frames, by part of speech."""

    verbs: dict[str, frozenset[str]]
    nouns: dict[str, frozenset[str]]
    adjectives: dict[str, frozenset[str]]
    light: frozenset[str]  # verbs that lend a cue noun their subject ("made the claim that")
    identifying: frozenset[str]  # verbs of a relative clause that says who someone is


@functools.cache
def load_frames(data: Path | None = None) -> Frames:
    """The lexicon in force."""
    table = lexicon("frames", data)
    return Frames(
        verbs=_by_lemma(table["verbs"]),
        nouns=_by_lemma(table["nouns"]),
        adjectives=_by_lemma(table["adjectives"]),
        light=frozenset(table["light"]["verbs"]),
        identifying=frozenset(table["identifying"]["verbs"]),
    )


def _by_lemma(groups: dict[str, dict[str, list[str]]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for group in groups.values():
        for lemma in group["lemmas"]:
            found[lemma] = found.get(lemma, NO_FRAMES) | frozenset(group["frames"])
    return found
