"""Processor time of reading numbers and quantities, apart from the parse, per 1,000 words.

    python benchmarks/numbers_speed.py [FILE ...]

Without files it reads a text of its own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from monitor.extract.numbers import find_numbers
from monitor.extract.quantities import read_quantities
from monitor.extract.reading import Reading, read

OWN = (
    "The ministry recorded 3,214 new cases and 17 deaths on 12 May 2022, up from 2,900 a week "
    "earlier. At least 40 patients, half of them over 65, are in hospital; about 1.2 million "
    "doses, worth £3.4bn, were given in 24 hours. No one else was hurt, officials said.\n"
) * 20
ROUNDS = 20


def milliseconds(work: Callable[[Reading], object], readings: Sequence[Reading]) -> float:
    """Processor time per 1,000 words."""
    words = sum(len(reading.text.split()) for reading in readings)
    started = time.process_time()
    for _ in range(ROUNDS):
        for reading in readings:
            work(reading)
    return (time.process_time() - started) / ROUNDS / words * 1_000_000


def main(files: Sequence[str]) -> None:
    """Print one line for each kind of work."""
    texts = [Path(file).read_text("utf-8") for file in files] or [OWN]
    read("The pipeline is loaded before the clock starts.")
    started = time.process_time()
    readings = [read(text) for text in texts]
    words = sum(len(text.split()) for text in texts)
    print(f"parse       {(time.process_time() - started) / words * 1_000_000:8.2f} ms")
    print(f"numbers     {milliseconds(lambda r: find_numbers(r.text), readings):8.2f} ms")
    print(f"quantities  {milliseconds(read_quantities, readings):8.2f} ms")


if __name__ == "__main__":
    main(sys.argv[1:])
