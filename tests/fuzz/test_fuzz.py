"""No bytes raise: seeds of our own and mutations of them, a short run of what benchmarks/fuzz.py
does at length."""

import random

import pytest

from tests.fuzz.seeds import TOKENS, seeds
from tests.fuzz.targets import TARGETS

INPUTS = {"extract": 8, "page": 60, "entry": 60, "config": 100, "edit": 100}
SEEDS = seeds()


def mutated(data: bytes, dice: random.Random) -> bytes:
    """The bytes with a few pieces cut out, doubled, overwritten or put in."""
    for _ in range(dice.randint(1, 6)):
        at, end = sorted(dice.randrange(len(data) + 1) for _ in range(2))
        how = dice.randrange(5)
        if how == 0:
            data = data[:at] + data[end:]
        elif how == 1:
            data = data[:at] + data[at : at + 200] * dice.randint(2, 20) + data[at:]
        elif how == 2:
            data = data[:at] + dice.choice(TOKENS).encode("utf-8", "replace") + data[at:]
        elif how == 3:
            data = data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :]
        else:
            data = data[:at] + data[end : end + 60] + data[at:]
    return data[:20_000]


@pytest.mark.parametrize("target", TARGETS)
def test_no_bytes_raise(target):
    dice = random.Random(target)
    for data in (b"", *SEEDS[target][:6]):
        TARGETS[target](data)
    for _ in range(INPUTS.get(target, 300)):
        TARGETS[target](mutated(dice.choice(SEEDS[target]), dice))
