"""Made-up streams of news on twenty-nine subjects, replayed from text to change against their gold.

Each folder of ``tests/stories/positions`` has dated articles, the statements that a reader would
file (``statements.jsonl``) and the changes worth telling (``changes.jsonl``). The gold is not
exhaustive. The floors lie a little under what was measured, over all streams together.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor.commands.replay import replay_archive

STORIES = Path(__file__).parents[1] / "stories" / "positions"

Row = dict[str, Any]


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _shared(one: Row, other: Row) -> int:
    if one["article"].removesuffix(".txt") != other["article"].removesuffix(".txt"):
        return 0
    end = min(one["char_end"], other["char_end"])
    return max(0, int(end - max(one["char_start"], other["char_start"])))


def _likeness(one: Row, other: Row) -> float:
    """F1 of the characters that two spans share."""
    size = one["char_end"] - one["char_start"] + other["char_end"] - other["char_start"]
    return 2 * _shared(one, other) / int(size)


@dataclass(frozen=True)
class Replayed:
    """What was told of the streams, beside what should have been."""

    statements: list[Row]
    events: list[Row]
    articles: int
    pairs: list[tuple[Row, Row]]  # a statement of the gold and the position that found it
    told: list[Row]

    def share(self, key: str) -> float:
        right = [gold for gold, read in self.pairs if gold[key] == read[key]]
        return len(right) / len(self.pairs)

    def b_cubed(self) -> float:
        """F1 of the threads over the statements found."""
        threads = [(gold["thread"], read["thread_id"]) for gold, read in self.pairs]
        both = Counter(threads)
        of_gold, of_ours = Counter(g for g, _ in threads), Counter(r for _, r in threads)
        precision = sum(both[t] / of_ours[t[1]] for t in threads) / len(threads)
        recall = sum(both[t] / of_gold[t[0]] for t in threads) / len(threads)
        return 2 * precision * recall / (precision + recall)

    def turns(self) -> list[Row]:
        """The changes after a first statement."""
        return [event for event in self.events if event["kind"] != "first"]

    def recalled(self) -> list[Row]:
        return [e for e in self.turns() if any(_touches(change, e) for change in self.told)]

    def wrong(self) -> list[Row]:
        """Told changes on a statement of the gold that changes nothing."""
        on_gold = [c for c in self.told if any(_shared(c, s) for s in self.statements)]
        return [c for c in on_gold if not any(_touches(c, e) for e in self.events)]


def _touches(change: Row, event: Row) -> bool:
    return any(_shared(change, place) for place in [event, *event.get("alternates", [])])


def _pairs(statements: list[Row], read: list[Row]) -> list[tuple[Row, Row]]:
    likely = [(_likeness(s, p), i, n) for i, s in enumerate(statements) for n, p in enumerate(read)]
    pairs, used = dict[int, int](), set[int]()
    for likeness, i, n in sorted(likely, key=lambda pair: (-pair[0], *pair[1:])):
        if likeness >= 0.5 and i not in pairs and n not in used:
            pairs[i] = n
            used.add(n)
    return [(statements[i], read[n]) for i, n in pairs.items()]


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    folder, export = tmp_path_factory.mktemp("articles"), tmp_path_factory.mktemp("export")
    articles = sorted(STORIES.glob("*/articles/*.txt"))
    for article in articles:
        shutil.copy(article, folder)
    replay_archive(folder, store=None, order=None, export=export, config=None)
    statements = [s for path in sorted(STORIES.glob("*/statements.jsonl")) for s in _rows(path)]
    return Replayed(
        statements=statements,
        events=[e for path in sorted(STORIES.glob("*/changes.jsonl")) for e in _rows(path)],
        articles=len(articles),
        pairs=_pairs(statements, _rows(export / "positions.jsonl")),
        told=_rows(export / "position_changes.jsonl"),
    )


def test_statements_are_found_with_holder_and_side(replayed: Replayed) -> None:
    assert len(replayed.pairs) / len(replayed.statements) >= 0.91
    assert replayed.share("holder") >= 0.81
    assert replayed.share("polarity") >= 0.72


def test_statements_of_one_holder_on_one_thing_are_one_thread(replayed: Replayed) -> None:
    assert replayed.b_cubed() >= 0.60


def test_turns_are_told_and_nothing_else(replayed: Replayed) -> None:
    assert len(replayed.recalled()) / len(replayed.turns()) >= 0.27
    assert len(replayed.wrong()) <= 3
    pushed = [change for change in replayed.told if change["tier"] == "push"]
    assert len(pushed) <= replayed.articles / 10
