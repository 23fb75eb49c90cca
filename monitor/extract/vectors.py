"""How near two words are in meaning, from a small table of static word vectors.

``data/vectors.npz`` holds about 21,000 English words in 96 dimensions of one byte each. It was
distilled from the sentence model all-MiniLM-L6-v2 (Apache-2.0): each word of the model's own
vocabulary through the model alone, the mean of its tokens, centred, the first 96 principal
components, scaled to one length. `benchmarks/distil_vectors.py` makes it anew. No model is loaded
at run time.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib import resources

import numpy as np
from numpy.typing import NDArray


@functools.cache
def _table() -> tuple[dict[str, int], NDArray[np.float32]]:
    with (resources.files("monitor.extract") / "data" / "vectors.npz").open("rb") as file:
        stored = np.load(file)
        rows = stored["rows"].astype(np.float32)
        index = {str(word): number for number, word in enumerate(stored["words"])}
    return index, rows / np.linalg.norm(rows, axis=1, keepdims=True)


@functools.lru_cache(maxsize=200_000)
def nearness(one: str, other: str) -> float:
    """The cosine of two words, -1 to 1; 1 for the same word, 0 where one is not in the table.

    Synonyms and near relatives ("soldier", "troop") lie above 0.5, unrelated words below 0.3.
    Opposites lie near each other too: the sign of a position is never read from this.
    """
    if one == other:
        return 1.0
    index, rows = _table()
    first, second = index.get(one.lower()), index.get(other.lower())
    if first is None or second is None:
        return 0.0
    return float(rows[first] @ rows[second])


def overlap(ones: Sequence[str], others: Sequence[str]) -> float:
    """How much two sets of words say the same, 0 to 1: each word's nearest on the other side.

    The mean over both sides, so that a long wording is not near a short one by one shared word.
    """
    if not ones or not others:
        return 0.0
    nearest = [max(nearness(word, other) for other in others) for word in ones]
    back = [max(nearness(word, one) for one in ones) for word in others]
    return max(0.0, (sum(nearest) / len(nearest) + sum(back) / len(back)) / 2)
