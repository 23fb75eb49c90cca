"""News passages of our own on a dozen subjects: how many of their positions are read rightly.

``position_readings.toml`` was written before the code was run on it. The floors lie a little under
what was measured; docs/accuracy.md has the numbers.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.claims import Position
from monitor.extract.extractor import Extractor

PUBLISHED = datetime(2024, 3, 20, 12, tzinfo=UTC)  # a Wednesday
TITLE = "Morning report\n\n"

Row = dict[str, Any]


@dataclass(frozen=True)
class Read:
    """What a passage says, beside the position that was read from it (None: missed)."""

    passage: Row
    said: Row
    position: Position | None
    text: str

    @property
    def subject(self) -> str:
        return str(self.passage["subject"])

    def is_holder(self) -> bool:
        return self.position is not None and self.position.holder.name == self.said["holder"]

    def is_speaker(self) -> bool:
        assert self.position is not None
        return self.said["speaker"] in (self.position.attribution.speaker or "")

    def has_condition(self) -> bool:
        assert self.position is not None
        found = self.position.condition
        wanted = self.said.get("condition")
        if wanted is None or found is None:
            return wanted is None and found is None
        return found.of(self.text).casefold().startswith(wanted.casefold())


def _shared(start: int, end: int, position: Position) -> float:
    """F1 of the characters, or 0.6 where the position takes in most of the words and no more than
    three times as many."""
    content = position.content
    shared = max(0, min(end, content.end) - max(start, content.start))
    alike = 2 * shared / (end - start + content.end - content.start)
    around = shared >= 0.7 * (end - start) and content.end - content.start <= 3 * (end - start)
    return max(alike, 0.6 if around else 0.0)


def _read(passage: Row, extractor: Extractor) -> list[Read]:
    text = f"{TITLE}{passage['text']}\n\nIt rained in the hills."
    found = extractor.extract(text, PUBLISHED, "Outlet A").positions
    likely = []
    for number, said in enumerate(passage["says"]):
        start = text.index(said["words"])
        for other, position in enumerate(found):
            likeness = _shared(start, start + len(said["words"]), position)
            same = position.holder.name == said["holder"]
            likely.append((likeness + same / 10, likeness, number, other))
    pairs = dict[int, int]()
    for _, likeness, number, other in sorted(likely, reverse=True):
        if likeness >= 0.5 and number not in pairs and other not in pairs.values():
            pairs[number] = other
    return [
        Read(passage, said, found[pairs[n]] if n in pairs else None, text)
        for n, said in enumerate(passage["says"])
    ]


def read_passages(path: Path) -> list[Read]:
    """Every position of the passages in a file, with what was read."""
    extractor = Extractor()
    return [
        read
        for passage in tomllib.loads(path.read_text("utf-8"))["passage"]
        for read in _read(passage, extractor)
    ]


def shares(reads: list[Read]) -> dict[str, float]:
    """The share of right readings of each part, over the positions found."""
    found = [(r, r.position) for r in reads if r.position is not None]
    turned = _turned([(r, p) for r, p in found])
    speaking = [r for r, _ in found if "speaker" in r.said]
    return {
        "found": len(found) / len(reads),
        "holder": _share([r.is_holder() for r, _ in found]),
        "speaker": _share([r.is_speaker() for r in speaking]),
        "sign": _share([p.sign == r.said["sign"] for r, p in found]),
        "sign on one axis": _share(
            [p.sign * turned[r.subject] == r.said["sign"] for r, p in found]
        ),
        "stance": _share([p.stance == r.said["stance"] for r, p in found]),
        "condition": _share([r.has_condition() for r, _ in found]),
        "anonymous": _share(
            [p.attribution.anonymous == r.said.get("anonymous", False) for r, p in found]
        ),
        "background": _share([p.background == r.said.get("background", False) for r, p in found]),
    }


def _turned(found: list[tuple[Read, Position]]) -> dict[str, int]:
    """-1 for a subject whose axis our list words the other way round."""
    agreed = Counter[str]()
    for read, position in found:
        agreed[read.subject] += 1 if position.sign == read.said["sign"] else -1
    return {subject: -1 if count < 0 else 1 for subject, count in agreed.items()}


def _share(right: list[bool]) -> float:
    return sum(right) / len(right)


@pytest.fixture(scope="module")
def measured() -> dict[str, float]:
    return shares(read_passages(Path(__file__).parent / "position_readings.toml"))


FLOORS = {
    "found": 0.80,
    "holder": 0.93,
    "speaker": 0.95,
    "sign": 0.70,
    "sign on one axis": 0.82,
    "stance": 0.77,
    "condition": 0.95,
    "anonymous": 0.97,
    "background": 0.97,
}


@pytest.mark.parametrize("part", FLOORS)
def test_positions_of_passages_on_other_subjects(measured: dict[str, float], part: str) -> None:
    assert measured[part] >= FLOORS[part]
