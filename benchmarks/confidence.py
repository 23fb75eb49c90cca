"""Measure whether the confidence of alerts on figures is what it says.

    python benchmarks/confidence.py [--data DIR]

Replays the evaluation data and our own streams (``tests/stories/figures``), takes every step up or
down and every conflict, whatever its tier, and compares it with the gold: it is right where the
gold has that change in that report. Steps on numbers that no gold marks are left out. Prints, for
bins of confidence, how many there are, how many are right, and the mean confidence: of alerts at
0.90 or above nine in ten have to be right.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from monitor.alerts.figure_tiers import SILENT, confidence_of  # noqa: E402
from monitor.claims import ChangeKind, FiledFigure, Tier  # noqa: E402
from monitor.commands.replay import replay_archive  # noqa: E402
from monitor.store import Store  # noqa: E402
from tests.figure_streams import FOLDER, Stream, read_stream  # noqa: E402

BINS = (0.0, 0.6, 0.8, 0.9, 0.95, 1.01)
STEPS = (ChangeKind.RAISED, ChangeKind.LOWERED, ChangeKind.CONFLICT)

Number = int | float | None
Judge = Callable[[FiledFigure], bool | None]


@dataclass(frozen=True)
class Judged:
    """One step: how sure of it we were, whether it was right, and whether it was told."""

    confidence: float
    right: bool
    tier: Tier


def steps(archive: Path, order: Path | None, judge: Judge) -> Iterator[Judged]:
    """Every step that a replay finds and the gold can judge."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        replay_archive(archive, store=path, order=order, export=None, config=None)
        with Store.read(path) as store:
            for stored in store.changes.all():
                claim, change = stored.claim, stored.change
                if not isinstance(claim, FiledFigure) or change.kind not in STEPS:
                    continue
                right = judge(claim)
                if right is not None and change.kind not in SILENT:
                    yield Judged(confidence_of(change, claim), right, change.tier)


def value(low: Number, high: Number) -> Number:
    """The number of bounds."""
    return low if low is not None else high


def by_gold(folder: Path) -> Judge:
    """Right where the gold has this change: the same report and number."""
    figures = [json.loads(line) for line in (folder / "figures.jsonl").open(encoding="utf-8")]
    events = [json.loads(line) for line in (folder / "changes.jsonl").open(encoding="utf-8")]
    accepted = {
        (event["article"], value(bounds["low"], bounds["high"]))
        for event in events
        for bounds in (event["to"], *event.get("accept", []))
    }

    def judge(claim: FiledFigure) -> bool | None:
        article, start = claim.url.removeprefix("archive:"), claim.figure.number.start
        if (article, claim.figure.quantity.value) in accepted:
            return True
        marked: Iterable[dict[str, Any]] = (f for f in figures if f["article"] == article)
        return False if any(f["char_start"] <= start < f["char_end"] for f in marked) else None

    return judge


def by_marks(streams: list[Stream]) -> Judge:
    """Right where a stream's author marked a change of this series in this report."""
    marks = [mark for stream in streams for mark in stream.marks]

    def judge(claim: FiledFigure) -> bool | None:
        start = claim.figure.number.start
        at = [m for m in marks if m.article == claim.url and m.start <= start < m.end]
        if not at:
            return None
        (mark, *_) = at
        events = [
            m for m in marks if m.change and (m.article, m.series) == (mark.article, mark.series)
        ]
        return any(m.low == claim.figure.quantity.value for m in events)

    return judge


def all_steps(data: Path) -> Iterator[tuple[str, list[Judged]]]:
    """The steps of each source by its name."""
    gaza = data / "corpora" / "gaza-2023" / "dev"
    if gaza.is_dir():
        yield "gaza-2023", list(steps(gaza / "articles", gaza / "articles.txt", by_gold(gaza)))
    streams = [read_stream(path) for path in sorted(FOLDER.glob("*.txt"))]
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive.jsonl"
        rows = [json.dumps(row) for stream in streams for row in stream.reports]
        archive.write_text("\n".join(rows), "utf-8")
        yield "our own streams, all in one", list(steps(archive, None, by_marks(streams)))


def table(judged: list[Judged]) -> Iterator[str]:
    """One line a bin."""
    yield "  confidence   steps  right  share  mean confidence"
    for low, high in pairwise(BINS):
        bin_ = [each for each in judged if low <= each.confidence < high]
        right = sum(each.right for each in bin_)
        if bin_:
            mean = sum(each.confidence for each in bin_) / len(bin_)
            named = f"{low:.2f}-{min(high, 1):.2f}"
            yield f"  {named}  {len(bin_):7} {right:6}  {right / len(bin_):.3f}  {mean:.3f}"
    told = [each for each in judged if each.tier is not Tier.LOG and each.confidence >= 0.9]
    if told:
        right = sum(each.right for each in told)
        yield f"  alerts at 0.90 or above: {right} of {len(told)} right ({right / len(told):.3f})"


def main() -> None:
    """Print a table for each source."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared")
    options = parser.parse_args()
    together: list[Judged] = []
    for name, judged in all_steps(options.data):
        together += judged
        print(name, *table(judged), sep="\n", flush=True)
    print("together", *table(together), sep="\n")


if __name__ == "__main__":
    main()
