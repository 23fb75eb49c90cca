"""How changes are judged and where messages go, and what a watch pushes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from monitor.alerts.figure_tiers import FigureRules
from monitor.alerts.links import NO_PAGES, Pages
from monitor.alerts.messages import severity_of
from monitor.alerts.moved import Moved
from monitor.alerts.position_tiers import PositionRules
from monitor.alerts.quiet import QuietHours
from monitor.alerts.watches import DEFAULT, URGENT, Watch
from monitor.claims import FigureThread, FiledFigure, FiledPosition, PositionThread
from monitor.outbox import Awaited

BUILT_IN = DEFAULT.name
NOWHERE = ""  # stands for a destination where none is configured
OF_DELIVERY = (Awaited.QUIET_HOURS, Awaited.ROOM)  # waits for a destination, not for its tier

Claim = FiledFigure | FiledPosition
Thread = FigureThread | PositionThread


@dataclass(frozen=True, slots=True)
class Rules:
    """How changes are judged and where messages go.

    ``per_hour`` and ``per_day`` bound the messages of the built-in watch; what is over them waits
    for the digest. ``pages`` says where readers reach our pages, ``quiet`` the quiet hours of
    destinations by name; ``data`` is the folder of the user's own word lists.
    """

    figures: FigureRules = field(default_factory=FigureRules)
    positions: PositionRules = field(default_factory=PositionRules)
    per_hour: int = 4
    per_day: int = 12
    pages: Pages = NO_PAGES
    watches: tuple[Watch, ...] = (DEFAULT,)
    destinations: tuple[str, ...] = ()
    quiet: Mapping[str, tuple[QuietHours, ...]] = field(default_factory=dict)
    data: Path | None = None


@dataclass(frozen=True, slots=True)
class Loud:
    """A change that a watch pushes, and why."""

    moved: Moved
    watch: Watch
    reason: str

    @property
    def is_urgent(self) -> bool:
        severity = self.watch.severity or severity_of(self.moved)
        return severity == URGENT
