"""A change with all that is told of it, and what its thread's history says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeGuard

from monitor.alerts.wording import day_of
from monitor.claims import (
    Change,
    Dispute,
    FigureThread,
    FiledFigure,
    FiledPosition,
    PositionThread,
    Support,
)
from monitor.outbox import Alert
from monitor.track.changes import support_of as figure_support

Claim = FiledFigure | FiledPosition


@dataclass(frozen=True, slots=True)
class Moved:
    """A change with everything its message shows.

    ``before`` is the claim that the change is measured against; ``thread`` has its history, with
    or without the new claim; ``other`` is the voice that contradicts, where it stands elsewhere;
    ``feeds`` are the addresses of the feeds that the article came by; ``severity`` is what a watch
    sets (empty: by the kind of change); ``first`` is our earlier alert that rests on the claim
    which the publisher has changed or withdrawn; ``disputes`` say who disputes the figure or
    vouches for it; ``equals`` is the named authority's figure that a sourceless number equals.
    """

    change: Change
    claim: Claim
    before: Claim | None
    thread: FigureThread | PositionThread
    other: Claim | None = None
    feeds: tuple[str, ...] = ()
    severity: str = ""
    first: Alert | None = None
    disputes: tuple[Dispute, ...] = ()
    equals: FiledFigure | None = None


def change_type(moved: Moved) -> str:
    """ "figure.raised", "position.contradicted"."""
    kind = "figure" if isinstance(moved.claim, FiledFigure) else "position"
    return f"{kind}.{moved.change.kind}"


def history(moved: Moved) -> list[Claim]:
    """The thread's claims in order of filing, the new one last."""
    earlier = [claim for claim in moved.thread.history if claim.id != moved.claim.id]
    return [*earlier, moved.claim]


def last_values(moved: Moved, most: int = 5) -> list[tuple[date, FiledFigure]]:
    """The last values of a figure's thread, one a day, as the new claim's authority counted them.

    So did whoever counted the value before; a number without a source goes on from the last named.

    A claim that only says a known value less exactly ("more than 5,000" after 5,087) is left out.
    """
    if not isinstance(moved.claim, FiledFigure):
        return []
    told = [claim for claim in history(moved) if isinstance(claim, FiledFigure)]
    counters = _counters(moved, told)
    by_day: dict[date, FiledFigure] = {}
    for claim in told:
        if claim.figure.quantity.vague or claim.figure.authority not in counters:
            continue
        day = day_of(claim)
        if claim.id == moved.claim.id or not _covered(claim, by_day.values()):
            by_day[day] = claim
    days = sorted(day for day in by_day if day <= day_of(moved.claim))
    return [(day, by_day[day]) for day in days][-most:]


def _counters(moved: Moved, told: Sequence[FiledFigure]) -> set[str | None]:
    """Those whose counts make the series of a change: None, the new one's and the old one's."""
    named = [claim.figure.authority for claim in told if claim.figure.authority is not None]
    counters = {
        None,
        *(
            each.figure.authority
            for each in (moved.claim, moved.before)
            if isinstance(each, FiledFigure)
        ),
    }
    return counters if len(counters) > 1 or not named else {None, named[-1]}


def _covered(claim: FiledFigure, known: Iterable[FiledFigure]) -> bool:
    """Whether the claim's bounds hold a value on file and say it less exactly."""
    quantity = claim.figure.quantity
    if quantity.low is not None and quantity.low == quantity.high:
        return False
    low = float("-inf") if quantity.low is None else quantity.low
    high = float("inf") if quantity.high is None else quantity.high
    return any(low <= each.figure.quantity.value <= high for each in known)


def support_of(claim: Claim, thread: FigureThread | PositionThread) -> Support:
    """What stands behind a claim by now among its thread's claims, its own report included."""
    if isinstance(claim, FiledFigure):
        return figure_support(claim, [each for each in thread.history if _is_figure(each)])
    sign = claim.position.sign
    alike = [
        each
        for each in thread.history
        if isinstance(each, FiledPosition) and each.position.sign == sign
    ]
    behind = [*alike, claim]
    return Support(
        authorities=1,
        origins=len({each.origin or each.id for each in behind}),
        reports=len({each.article_id for each in behind}),
    )


def _is_figure(claim: Claim) -> TypeGuard[FiledFigure]:
    return isinstance(claim, FiledFigure)
