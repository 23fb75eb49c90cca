"""What each watch makes of a change, what it was last told, and what a person put aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.alerts.moved import Moved
from monitor.alerts.silences import ends_silence, silence_words
from monitor.alerts.watches import DEFAULT, Seen, Told, Watch, direction_of, goes_by_default, judge
from monitor.alerts.wording import time_words
from monitor.claims import ChangeKind, FigureThread, FiledFigure, Report, Tier
from monitor.messaging.changes import same_number_elsewhere
from monitor.messaging.rules import NOWHERE, Claim, Loud, Rules
from monitor.outbox import Hold
from monitor.store import Store


def judged(store: Store, watch: Watch, moved: Moved, report: Report, now: datetime) -> Loud | None:
    """The change as a watch pushes it; else what it waits for, or why not, is on file."""
    change = moved.change
    judgement = judge(watch, moved, _seen(store, watch, moved, report, now))
    if judgement.tier is Tier.PUSH:
        return Loud(moved, watch, judgement.reason)
    if judgement.wait is not None:
        store.holds.file(Hold(change.id, change.thread, judgement.wait, watch=watch.name))
    elif judgement.reason != change.tier_reason or judgement.tier is not change.tier:
        store.changes.suppress(
            change,
            report.revision_id,
            judgement.reason,
            now,
            watch=watch.name,
            tier=judgement.tier,
        )
    return None


def forced(moved: Moved, rules: Rules) -> list[Loud]:
    """A claim that one of our alerts rests on was changed or withdrawn: that is always told."""
    first, kind = moved.first, moved.change.kind
    if first is None or (kind is ChangeKind.EDITED and moved.change.tier is Tier.LOG):
        return []
    watch = next((each for each in rules.watches if each.name in first.watches), DEFAULT)
    watch = replace(watch, per_hour=None, destinations=(NOWHERE,))
    return [Loud(moved, watch, f"our message of {time_words(first.created_at)} rests on it")]


def _seen(store: Store, watch: Watch, moved: Moved, report: Report, now: datetime) -> Seen:
    claim, thread = moved.claim, moved.thread
    if goes_by_default(watch, moved):
        return Seen(report, now)
    others: Sequence[FiledFigure] = ()
    if isinstance(claim, FiledFigure) and isinstance(thread, FigureThread):
        others = same_number_elsewhere(store, claim, thread)
    return Seen(report, now, last_told(store, watch, moved), others)


def last_told(store: Store, watch: Watch, moved: Moved) -> Told | None:
    """What a watch with rules of its own was last told of a change's thread."""
    last = store.told.last(watch.name, moved.thread.id)
    if last is None:
        return None
    of_figure = isinstance(moved.claim, FiledFigure)
    claim: Claim = (
        store.claims.figure(last.claim) if of_figure else store.claims.position(last.claim)
    )
    return Told(claim, last.at, last.direction)


def remember(store: Store, loud: Loud, now: datetime) -> None:
    """What a watch with rules of its own is told now: it measures from there."""
    moved = loud.moved
    if goes_by_default(loud.watch, moved) or not moved.change.thread:
        return
    last = last_told(store, loud.watch, moved)
    since = last.claim if last is not None else moved.before
    direction = direction_of(moved.claim, since) if since is not None else 0
    store.told.tell(loud.watch.name, moved.change.thread, moved.claim.id, direction, now)


def unsilenced(store: Store, loud: Sequence[Loud], report: Report, now: datetime) -> list[Loud]:
    """What is not silent because a person put its thread aside. A correction of ours never is."""
    left = []
    for each in loud:
        silence = store.silences.of(each.moved.thread.id)
        if silence is None or each.moved.first is not None:
            left.append(each)
            continue
        over = ends_silence(silence, each.moved.claim, now)
        if over is None:
            reason = f"not sent: {silence_words(silence)}"
            store.changes.suppress(
                each.moved.change,
                report.revision_id,
                reason,
                now,
                watch=each.watch.name,
                tier=Tier.LOG,
            )
            continue
        store.silences.end(silence, over, now)
        left.append(replace(each, reason=f"{each.reason}; {over}"))
    return left
