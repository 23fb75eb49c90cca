"""Following positions: link each to its thread and say what changed."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.claims import FiledPosition, Followed, Report, Threads


def follow_positions(
    positions: Sequence[FiledPosition], report: Report, threads: Threads
) -> list[Followed]:
    """Link one report's positions to threads, in order of offset."""
    return [Followed(position, None, False, None, "not followed") for position in positions]
