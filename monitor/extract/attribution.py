"""Attributions of a text: source, cue and content."""

from __future__ import annotations

from pathlib import Path

from monitor.claims import Attribution
from monitor.extract.reading import Reading


def read_attributions(reading: Reading, data: Path | None = None) -> list[Attribution]:
    """Every attribution of the text in order of its content."""
    return []
