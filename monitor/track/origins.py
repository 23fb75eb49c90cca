"""Copies of one text: ten outlets that carry one agency's copy are one source.

A text becomes a signature (MinHash of its word shingles, and hashes of its bands). Two texts that
share a band are candidates, which a store finds by index; `origin_of` then decides by the
signatures alone. Pure, and the same on every machine.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy
from datasketch import MinHash

SHINGLE = 5
"""Words in a row that count as one feature: long enough that quotes alone make no copy."""

PERMUTATIONS = 128
BANDS = 32
"""With rows of 4, texts of Jaccard 0.4 share a band with probability 0.56, of 0.6 with 0.99."""

COPIED = 0.6
"""The share of the shorter text's shingles found in the other from which on it is a copy."""

_WORD = re.compile(r"[^\W_]+(?:['’.,][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Signature:
    """A text's fingerprint. ``shingles`` is their number; ``bands`` are what a store indexes."""

    values: tuple[int, ...]
    shingles: int
    bands: tuple[str, ...]

    def jaccard(self, other: Signature) -> float:
        """The estimated share of shingles that both texts have, of all that either has."""
        if not self.values or not other.values:
            return 0.0
        same = sum(a == b for a, b in zip(self.values, other.values, strict=True))
        return same / len(self.values)


def signature(text: str) -> Signature:
    """The fingerprint of a clean text. A text of fewer than five words has no bands."""
    shingles = _shingles(text)
    if not shingles:
        return Signature((), 0, ())
    hasher = MinHash(num_perm=PERMUTATIONS, seed=1)
    hasher.update_batch([shingle.encode() for shingle in sorted(shingles)])
    values = hasher.hashvalues
    rows = PERMUTATIONS // BANDS
    bands = tuple(
        f"{band:02d}{_digest(values[band * rows : (band + 1) * rows])}" for band in range(BANDS)
    )
    return Signature(tuple(int(value) for value in values), len(shingles), bands)


def contained(first: Signature, second: Signature) -> float:
    """The estimated share (0 to 1) of the shorter text's shingles that the longer one has."""
    shorter = min(first.shingles, second.shingles)
    if not shorter:
        return 0.0
    jaccard = first.jaccard(second)
    both = jaccard * (first.shingles + second.shingles) / (1 + jaccard)
    return min(1.0, both / shorter)


def bands_of(text: str) -> tuple[str, ...]:
    """What a store indexes of a text: short strings, of which near-identical texts share one."""
    return signature(text).bands


def origin_of(text: str, candidates: Iterable[tuple[str, str]]) -> str | None:
    """The origin that a text joins, or None when it is the first of its own.

    ``candidates`` are (origin id, text) of earlier texts that share a band. Of several copies the
    most alike decides, of equals the first.
    """
    mine = signature(text)
    best, most = None, COPIED
    for origin, other in candidates:
        share = contained(mine, signature(other))
        if share > most or (best is None and share >= COPIED):
            best, most = origin, share
    return best


def _shingles(text: str) -> set[str]:
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(text)]
    return {" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}


def _digest(rows: numpy.ndarray[tuple[int, ...], numpy.dtype[numpy.uint64]]) -> str:
    packed = numpy.ascontiguousarray(rows, dtype="<u8").tobytes()
    return hashlib.blake2b(packed, digest_size=8).hexdigest()
