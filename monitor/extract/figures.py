"""Figures of a text: quantities that count something to which something happened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from monitor.claims import Attribution, Figure, QuantityMention
from monitor.extract.reading import Reading


def read_figures(
    reading: Reading,
    quantities: Sequence[QuantityMention],
    attributions: Sequence[Attribution],
    data: Path | None = None,
) -> list[Figure]:
    """Every number of people or things, in order of offset."""
    return []
