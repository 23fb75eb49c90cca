"""The changes of a report on file, each with what its message shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor.alerts.figure_tiers import named_equal
from monitor.alerts.moved import Moved
from monitor.claims import (
    Change,
    ChangeKind,
    FigureThread,
    FiledFigure,
    Followed,
    PositionThread,
    Report,
    Tier,
)
from monitor.messaging.rules import Claim, Thread
from monitor.outbox import Alert, Hold, Wait
from monitor.store import Store
from monitor.store.changes import StoredChange
from monitor.track.labels import describe


def file_changes(
    store: Store,
    followed: Sequence[Followed],
    waits: Mapping[str, Wait],
    report: Report,
    now: datetime,
) -> None:
    """File the changes that following made, what they wait for, and why they are not sent."""
    for each in followed:
        change = each.change
        if change is None:
            continue
        store.changes.file(change, each.claim, report.revision_id, now)
        if change.id in waits:
            store.holds.file(Hold(change.id, change.thread, waits[change.id]))
        elif change.tier is not Tier.PUSH and change.kind is not ChangeKind.FIRST:
            store.changes.suppress(change, report.revision_id, change.tier_reason, now)
        if change.tier is Tier.PUSH and change.thread:
            store.threads.mark_pushed(each.claim, change.thread, now)


def moved_by(store: Store, followed: Followed, change: Change) -> Moved:
    """A change with what its message shows."""
    claim = followed.claim
    before = _before(store, change, claim)
    return _moved(store, change, claim, before, followed.thread or unfiled(claim))


def moved_again(store: Store, stored: StoredChange) -> Moved:
    """A change on file with what its message shows, as its thread stands now."""
    thread = stored.change.thread
    return _moved(
        store,
        stored.change,
        stored.claim,
        stored.before,
        store.threads.get(thread) if thread else unfiled(stored.claim),
    )


def _moved(
    store: Store, change: Change, claim: Claim, before: Claim | None, thread: Thread
) -> Moved:
    return Moved(
        change,
        claim,
        before,
        thread,
        feeds=store.feeds.of_article(claim.article_id),
        first=_resting_on(store, change, claim),
        disputes=tuple(store.disputes.of_thread(thread.id)),
        equals=_equal(store, claim, thread),
    )


def _before(store: Store, change: Change, claim: Claim) -> Claim | None:
    if change.before is None:
        return None
    if isinstance(claim, FiledFigure):
        return store.claims.figure(change.before)
    return store.claims.position(change.before)


def _resting_on(store: Store, change: Change, claim: Claim) -> Alert | None:
    """Our alert whose news the publisher has changed or withdrawn."""
    if change.kind is ChangeKind.WITHDRAWN:
        return store.alerts.resting_on(claim.id)
    if change.kind is ChangeKind.EDITED and change.before is not None:
        return store.alerts.resting_on(change.before)
    return None


def _equal(store: Store, claim: Claim, thread: Thread) -> FiledFigure | None:
    """The named authority's figure on file that a number without a source equals."""
    if not isinstance(claim, FiledFigure) or not isinstance(thread, FigureThread):
        return None
    if claim.figure.authority is not None:
        return None
    return named_equal(claim, [*thread.history, *same_number_elsewhere(store, claim, thread)])


def unfiled(claim: Claim) -> Thread:
    """A thread for the message about a claim that is in none: an edit of a passing number."""
    if isinstance(claim, FiledFigure):
        return FigureThread("", "", describe(claim), (claim,))
    holder, proposition = claim.position.holder.name, claim.position.proposition
    return PositionThread("", holder, f"{holder}: {proposition.label}", proposition, (claim,))


def same_number_elsewhere(
    store: Store, claim: FiledFigure, thread: FigureThread
) -> list[FiledFigure]:
    """Claims of the same number in other threads, which may name a source that this one lacks."""
    if claim.figure.authority is not None:
        return []
    value = claim.figure.quantity.value
    return [
        other
        for neighbour in store.threads.figure_threads(thread.key)
        if neighbour.id != thread.id
        for other in neighbour.history
        if other.figure.quantity.value == value
    ]
