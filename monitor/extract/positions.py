"""Positions of a text: who stands where on what."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from monitor.claims import Attribution, Position
from monitor.extract.reading import Reading


def read_positions(
    reading: Reading, attributions: Sequence[Attribution], data: Path | None = None
) -> list[Position]:
    """Every position of the text in order of its content."""
    return []
