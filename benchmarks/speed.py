"""How many articles a second are read, with the bare spaCy pipeline as the unit.

    python benchmarks/speed.py [FOLDER]

FOLDER holds text files; without one, the demonstration's own articles are read. One process, one
thread of work; the first reading, which loads everything, is not counted.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from monitor.extract.attribution import read_attributions
from monitor.extract.figures import read_figures
from monitor.extract.positions import read_positions
from monitor.extract.quantities import read_quantities
from monitor.extract.reading import load_pipeline, read

PUBLISHED = datetime(2023, 10, 24, tzinfo=UTC)


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long some work takes, and what it gives."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def main() -> None:
    """Print a line for each step."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    texts = _texts(folder)
    _all(texts[0])
    spent: dict[str, float] = {}
    for text in texts:
        for step, took in _all(text).items():
            spent[step] = spent.get(step, 0.0) + took
    words = sum(len(text.split()) for text in texts)
    bare, total = spent["bare pipeline"], sum(spent.values()) - spent["bare pipeline"]
    print(f"{len(texts)} articles, {words} words")
    for step, took in spent.items():
        print(f"  {step:<16} {took:7.2f} s  {took / bare:5.2f} x the bare pipeline")
    print(f"  {'all of it':<16} {total:7.2f} s  {total / bare:5.2f} x the bare pipeline")
    print(f"  {len(texts) / total:.1f} articles a second, {words / total:,.0f} words a second")


def _texts(folder: Path | None) -> list[str]:
    if folder is not None:
        return [path.read_text("utf-8") for path in sorted(folder.glob("*.txt"))]
    articles = resources.files("monitor.demo") / "articles"
    return [file.read_text("utf-8") for file in articles.iterdir() if file.name.endswith("toml")]


def _all(text: str) -> dict[str, float]:
    pipeline = load_pipeline()
    bare, _ = seconds(lambda: pipeline(text))
    parse, reading = seconds(lambda: read(text, PUBLISHED, "Outlet A"))
    numbers, quantities = seconds(lambda: read_quantities(reading))
    sources, attributions = seconds(lambda: read_attributions(reading))
    figures, _ = seconds(lambda: read_figures(reading, quantities, attributions))
    positions, _ = seconds(lambda: read_positions(reading, attributions))
    return {
        "bare pipeline": bare,
        "parse": parse,
        "quantities": numbers,
        "attributions": sources,
        "figures": figures,
        "positions": positions,
    }


if __name__ == "__main__":
    main()
