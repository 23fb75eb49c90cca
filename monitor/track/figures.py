"""Following figures: link each to its thread and say what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from monitor.claims import (
    Assertion,
    Change,
    FigureThread,
    FiledFigure,
    Followed,
    Report,
    Threads,
    content_id,
)
from monitor.track.changes import Verdict, standing_of, support_of, take
from monitor.track.faces import own_event
from monitor.track.labels import describe
from monitor.track.linking import figure_key, find_link


def follow_figures(
    figures: Sequence[FiledFigure], report: Report, threads: Threads, data: Path | None = None
) -> list[Followed]:
    """Link one report's figures to threads and judge what they change. Answers in the order given.

    ``data`` is the folder of the user's own word lists.

    The body's figures are linked before the headline's, which often lacks place and period. Each
    sees the threads as the report's earlier figures left them. Pure: the same answer each time.
    """
    overlay = _Overlay(threads)
    reasons: dict[str, str] = {}
    linked: dict[str, _Linked] = {}  # by claim
    for claim in sorted(figures, key=_linking_order):
        reasons[claim.id] = _unfollowed(claim)
        if not reasons[claim.id]:
            link, reasons[claim.id] = _link(claim, report, overlay, data)
            if link is not None:
                linked[claim.id] = link
    verdicts = _judge(figures, linked, overlay)
    return [
        _followed(claim, linked.get(claim.id), verdicts, overlay, reasons[claim.id])
        for claim in figures
    ]


@dataclass(frozen=True, slots=True)
class _Linked:
    """A claim's thread by its id, whether it opened it, and how surely it belongs there.

    ``same``: threads that turned out to be this one.
    """

    thread: str
    opened: bool = False
    confidence: float = 1.0
    same: tuple[str, ...] = ()


class _Overlay:
    """The store's threads with what this report's figures have added so far."""

    def __init__(self, threads: Threads) -> None:
        self._threads = threads
        self._asked: dict[str, dict[str, FigureThread]] = {}  # by key, then by id
        self._added: dict[str, FigureThread] = {}
        self.known: dict[str, FigureThread] = {}  # as the store had them

    def candidates(self, key: str) -> list[FigureThread]:
        if key not in self._asked:
            stored = {thread.id: thread for thread in self._threads.figure_threads(key)}
            self._asked[key] = stored
            self.known.update(stored)
        stored = self._asked[key]
        mine = {i: thread for i, thread in self._added.items() if thread.key == key or i in stored}
        return list({**self._asked[key], **mine}.values())

    def keep(self, thread: FigureThread) -> None:
        self._added[thread.id] = thread

    def thread(self, id_: str) -> FigureThread:
        return self._added[id_]


def _linking_order(claim: FiledFigure) -> tuple[bool, int]:
    return claim.figure.headline, claim.figure.number.start


def _unfollowed(claim: FiledFigure) -> str:
    figure = claim.figure
    if not figure.followed:
        return figure.why_not_followed or "not followed"
    if figure.assertion is not Assertion.ASSERTED:
        return f"not followed: {figure.assertion.value}"
    if figure.older:
        return "not followed: of an older event"
    if figure.quantity.movement is not None:
        return "not followed: a change, not a level"
    if figure.quantity.vague and own_event(figure) is None:
        return "not followed: a vague word outside a named event"
    return ""


def _link(
    claim: FiledFigure, report: Report, overlay: _Overlay, data: Path | None
) -> tuple[_Linked | None, str]:
    """The claim's thread, and why; None for a claim that opens none either."""
    key = figure_key(claim.figure)
    article = f"{report.title}\n{report.text}"
    link, why = find_link(claim, overlay.candidates(key), article, data)
    if link is not None:
        known = link.thread
        overlay.keep(replace(known, history=(*known.history, claim)))
        same = tuple(other.id for other in link.same)
        return _Linked(known.id, confidence=link.confidence, same=same), why
    if claim.figure.headline:
        return None, f"not followed: a headline alone opens no thread ({why})"
    thread = FigureThread(content_id("thr", claim.id), key, describe(claim), (claim,))
    overlay.keep(thread)
    return _Linked(thread.id, opened=True), why


def _judge(
    figures: Sequence[FiledFigure], linked: dict[str, _Linked], overlay: _Overlay
) -> dict[str, Verdict]:
    """Each claim's verdict; all of one report's claims on a thread take one step together."""
    by_thread: dict[str, list[FiledFigure]] = {}
    for claim in figures:
        if claim.id in linked:
            by_thread.setdefault(linked[claim.id].thread, []).append(claim)
    verdicts: dict[str, Verdict] = {}
    for id_, claims in by_thread.items():
        known = overlay.known.get(id_)
        _, found = take(standing_of(known.history) if known else None, claims)
        verdicts.update(found)
    return verdicts


def _followed(
    claim: FiledFigure,
    link: _Linked | None,
    verdicts: dict[str, Verdict],
    overlay: _Overlay,
    reason: str,
) -> Followed:
    if link is None:
        return Followed(claim, None, False, None, reason)
    id_, opened, same = link.thread, link.opened, link.same
    thread, verdict = overlay.thread(id_), verdicts[claim.id]
    if verdict.kind is None:
        return Followed(claim, thread, opened, None, f"{reason}; {verdict.why}", same)
    change = Change(
        id=content_id("chg", id_, claim.id, verdict.kind.value),
        kind=verdict.kind,
        thread=id_,
        claim=claim.id,
        before=verdict.before.id if verdict.before else None,
        explanation=f"{verdict.why} [{reason}]",
        support=support_of(claim, thread.history),
        confidence=link.confidence,
        details=verdict.details,
    )
    return Followed(claim, thread, opened, change, reason, same)
