"""Messages of the monitor itself: the baseline, the digest, and its health."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from monitor.alerts.messages import gravity
from monitor.alerts.moved import Moved, change_type
from monitor.alerts.payloads import LIMIT, SCHEMA, size, stamp
from monitor.alerts.wording import KINDS, SYMBOLS, claim_words, counted_noun, difference_words
from monitor.claims import Baseline, ChangeKind, FiledFigure, Tier, content_id
from monitor.inert import one_line
from monitor.outbox import Alert

DIGEST_LINES = 25


def baseline_alert(baseline: Baseline, now: datetime) -> Alert:
    """The one message after the first polls: what was put on file, and that nothing was sent."""
    counts = ", ".join(
        counted_noun(count, noun)
        for count, noun in (
            (baseline.feeds, "feed"),
            (baseline.articles, "article"),
            (baseline.figures, "figure"),
            (baseline.positions, "position"),
        )
    )
    title = (
        f"On file: {counts}, {baseline.series:,} series with two or more reports. "
        "From now on you hear of changes."
    )
    return _notice("baseline", title, [title, *map(one_line, baseline.notes[:11])], now)


def digest_alert(
    changes: Sequence[Moved], now: datetime, *, coverage: str = "", most: int = DIGEST_LINES
) -> Alert:
    """What moved below the level of a push, a line for each thread; sent also when nothing did.

    The gravest comes first; what is over ``most`` lines is counted. ``coverage`` is the line on
    feeds that could not be read.
    """
    steps = _by_thread(changes)
    if not steps:
        title = "Digest: nothing moved below the level of a push."
    else:
        title = f"Digest: {counted_noun(len(steps), 'thread')} moved below the level of a push"
    shown = most
    while True:
        lines = [title, *(_digest_line(each) for each in steps[:shown])]
        if len(steps) > shown:
            lines.append(f"and {len(steps) - shown:,} more, in the store")
        if coverage:
            lines.append(one_line(coverage))
        summaries = [_summary(each[-1]) for each in steps[:shown]]
        alert = _notice("digest", title, lines, now, changes=summaries)
        if size(alert.payload) < LIMIT:
            return alert
        shown //= 2


def _by_thread(changes: Sequence[Moved]) -> list[list[Moved]]:
    """The steps of each thread together, the thread with the gravest step first."""
    threads: dict[str, list[Moved]] = {}
    for each in changes:
        threads.setdefault(each.thread.id, []).append(each)
    return sorted(threads.values(), key=lambda steps: min(gravity(each) for each in steps))


def health_alert(subject: str, problem: str, advice: str, now: datetime) -> Alert:
    """A message to the operator's destinations: what is wrong, and what to do."""
    title = f"{one_line(subject, 100)}: {one_line(problem, 200)}"
    return _notice("health", title, [title, one_line(advice)], now, severity="warning")


def _notice(
    kind: str,
    title: str,
    lines: Sequence[str],
    now: datetime,
    *,
    severity: str = "notice",
    **more: Any,
) -> Alert:
    identity = content_id("alr", kind, stamp(now), title)
    text = "\n".join(lines)
    return Alert(
        id=identity,
        change=None,
        type=f"monitor.{kind}",
        tier=str(Tier.PUSH),
        severity=severity,
        lead=identity,
        title=title,
        text=text,
        payload={
            "schema": SCHEMA,
            "id": identity,
            "type": f"monitor.{kind}",
            "tier": str(Tier.PUSH),
            "severity": severity,
            "created_at": stamp(now),
            "title": title,
            "text": text,
            **more,
        },
        created_at=now,
        watches=(),
    )


def _digest_line(steps: Sequence[Moved]) -> str:
    """A thread's net change: from before its first step to after its last."""
    before, moved = steps[0].before, steps[-1]
    kind = moved.change.kind
    said = f"{SYMBOLS[kind]} {one_line(moved.thread.label, 120)}: "
    if before is not None and kind is not ChangeKind.FIRST:
        said += f"{claim_words(before)} → "
    said += claim_words(moved.claim)
    if isinstance(moved.claim, FiledFigure) and isinstance(before, FiledFigure):
        difference = difference_words(before.figure.quantity, moved.claim.figure.quantity)
        said += f" ({difference})"
    if len(steps) > 1:
        said += f" in {len(steps)} steps"
    return f"{said} · {KINDS[kind]} · {one_line(moved.claim.outlet, 60)}"


def _summary(moved: Moved) -> dict[str, str]:
    return {
        "type": change_type(moved),
        "change": moved.change.id,
        "label": one_line(moved.thread.label, 120),
        "new": claim_words(moved.claim),
    }
