"""Measure the shipped extractor and tracker on the evaluation data, as docs/accuracy.md quotes it.

    python benchmarks/accuracy.py [--data DIR] [PART ...]

Parts: newsquant, polnear, gaza, positions, confidence (all without a name). Runs what a user
runs (``monitor extract --batch``, ``monitor replay``) and then the scorers beside the data.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve()
DATA = HERE.parents[2] / "shared"
NEWSQUANT = (
    "dev",
    "recognizers-age",
    "recognizers-currency",
    "recognizers-dimension",
    "recognizers-temperature",
)


def monitor(*arguments: str | Path) -> str:
    """What one command writes to standard output."""
    command = [sys.executable, "-m", "monitor", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def score(data: Path, scorer: str, *arguments: str | Path) -> str:
    """What one scorer prints."""
    command = [sys.executable, str(data / "eval" / f"{scorer}.py"), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def newsquant(data: Path, work: Path) -> Iterator[str]:
    """Quantities of sentences."""
    for name in NEWSQUANT:
        gold = data / "corpora" / "newsquant" / f"{name}.jsonl"
        found = work / f"{name}.jsonl"
        found.write_text(monitor("extract", "--batch", gold, "--as", "quantities"), "utf-8")
        yield f"newsquant {name}\n" + score(data, "score_quantities", gold, found)


def polnear(data: Path, work: Path) -> Iterator[str]:
    """Attributions of articles."""
    gold = data / "corpora" / "polnear" / "dev.jsonl.gz"
    texts, found = work / "polnear.jsonl", work / "attributions.jsonl"
    with gzip.open(gold, "rt", encoding="utf-8") as lines, texts.open("w", encoding="utf-8") as out:
        for line in lines:
            article = json.loads(line)
            out.write(json.dumps({"id": article["id"], "text": article["text"]}) + "\n")
    found.write_text(monitor("extract", "--batch", texts, "--as", "attributions"), "utf-8")
    for cues in ("statement", "all"):
        yield f"polnear, {cues} cues\n" + score(
            data, "score_attribution", gold, found, "--cues", cues
        )


def replayed(data: Path, corpus: str, work: Path) -> Path:
    """The exports of a corpus, replayed in its stream order."""
    folder = data / "corpora" / corpus / "dev"
    exports = work / corpus
    started = time.perf_counter()
    order = folder / "articles.txt"
    said = monitor("replay", folder / "articles", "--order", order, "--export", exports)
    print(f"{corpus}: {said.strip()} in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    return exports


def gaza(data: Path, work: Path) -> Iterator[str]:
    """Figures, series and alerts through a stream."""
    exports, gold = replayed(data, "gaza-2023", work), data / "corpora" / "gaza-2023" / "dev"
    changes = exports / "figure_changes.jsonl"
    push = exports / "push.jsonl"
    lines = changes.read_text("utf-8").splitlines(keepends=True)
    push.write_text("".join(line for line in lines if '"tier": "push"' in line), "utf-8")
    for name, alerts in (("push and digest", changes), ("push alone", push)):
        yield f"gaza-2023, {name}\n" + score(
            data,
            "score_figures",
            *("--gold", gold / "figures.jsonl", "--pred", exports / "figures.jsonl"),
            *("--gold-changes", gold / "changes.jsonl", "--changes", alerts),
        )
    yield f"gaza-2023, messages\n{messages(lines)}"


def messages(lines: list[str]) -> str:
    """Push messages (one for a report), in all and on the fullest day."""
    reports = {row["article"] for row in map(json.loads, lines) if row["tier"] == "push"}
    days = [report[:10] for report in reports]
    fullest = max((days.count(day) for day in days), default=0)
    return f"  {len(reports)} push messages, at most {fullest} a day\n"


def positions(data: Path, work: Path) -> Iterator[str]:
    """Positions, threads and turns through a stream."""
    exports = replayed(data, "positions-2023", work)
    gold = data / "corpora" / "positions-2023" / "dev"
    yield "positions-2023, push and digest\n" + score(
        data,
        "score_positions",
        *("--gold", gold, "--pred", exports / "positions.jsonl"),
        *("--changes", exports / "position_changes.jsonl"),
    )
    rows = [
        json.loads(line)
        for line in (exports / "position_changes.jsonl").read_text("utf-8").splitlines()
    ]
    articles = len(list((gold / "articles").glob("*.txt")))
    pushed = len({row["article"] for row in rows if row["tier"] == "push"})
    digest = sum(row["tier"] == "digest" for row in rows)
    yield (
        "positions-2023, volume\n"
        f"  per 100 articles: {100 * pushed / articles:.1f} push messages, "
        f"{100 * digest / articles:.1f} digest lines\n"
    )


def confidence(data: Path, work: Path) -> Iterator[str]:
    """Whether alerts on figures are as often right as their confidence says."""
    command = [sys.executable, str(HERE.with_name("confidence.py")), "--data", str(data)]
    yield subprocess.run(command, check=True, capture_output=True, text=True).stdout


PARTS: dict[str, Callable[[Path, Path], Iterator[str]]] = {
    "newsquant": newsquant,
    "polnear": polnear,
    "gaza": gaza,
    "positions": positions,
    "confidence": confidence,
}


def main() -> None:
    """Print each part's table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("parts", nargs="*", metavar="PART", default=list(PARTS))
    options = parser.parse_args()
    if not (options.data / "corpora").is_dir():
        sys.exit(f"{options.data}: the evaluation data is not here")
    with tempfile.TemporaryDirectory() as work:
        for part in options.parts:
            for table in PARTS[part](options.data, Path(work)):
                print(table, flush=True)


if __name__ == "__main__":
    main()
