"""Changes that were held back: looked at again when their thread moves and when time is up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.alerts.figure_tiers import Judgement
from monitor.alerts.moved import Moved, support_of
from monitor.alerts.waits import look_again
from monitor.alerts.watches import Watch, enough_origins, goes_by_default
from monitor.alerts.wording import claim_words
from monitor.claims import FigureThread, FiledFigure, FiledPosition, Tier
from monitor.messaging.changes import moved_again, same_number_elsewhere
from monitor.messaging.judging import last_told, unsilenced
from monitor.messaging.rules import BUILT_IN, Loud, Rules
from monitor.messaging.sending import send, tell
from monitor.outbox import Alert, Awaited, Hold
from monitor.quantities import moved as has_moved
from monitor.store import Store
from monitor.store.changes import StoredChange
from monitor.track.changes import standing_of
from monitor.track.labels import in_words


def settle_waits(store: Store, holds: Sequence[Hold], rules: Rules, now: datetime) -> list[Alert]:
    """Settle those of these waits that are over; each report's changes go out together."""
    built_in: dict[int, list[Moved]] = {}
    loud: dict[int, list[Loud]] = {}
    for hold in holds:
        stored = store.changes.get(hold.change)
        report = store.articles.revision(stored.revision_id).report
        moved = moved_again(store, stored)
        if hold.watch == BUILT_IN and hold.wait.awaited is not Awaited.ORIGINS:
            settled = _settle(store, hold, stored, moved, rules, now)
            if settled is not None:
                built_in.setdefault(stored.revision_id, []).append(settled)
            continue
        watch = next((each for each in rules.watches if each.name == hold.watch), None)
        verdict = _second_look(store, hold, watch, moved, now)
        if verdict is None:
            continue
        store.holds.end(hold, verdict.reason, now)
        if watch is not None and verdict.tier is Tier.PUSH:
            loud.setdefault(stored.revision_id, []).append(Loud(moved, watch, verdict.reason))
        else:
            store.changes.suppress(
                moved.change,
                stored.revision_id,
                verdict.reason,
                now,
                watch=hold.watch,
                tier=verdict.tier,
            )
    alerts = []
    for revision, changes in built_in.items():
        report = store.articles.revision(revision).report
        for watches, together in _by_followers(changes, rules.watches):
            alerts += tell(store, together, report, rules, watches, now)
    for revision, pushed in loud.items():
        report = store.articles.revision(revision).report
        awake = unsilenced(store, pushed, report, now)
        alerts += send(store, awake, [each.moved for each in awake], report, rules, now)
    return alerts


def _by_followers(
    changes: Iterable[Moved], watches: Sequence[Watch]
) -> list[tuple[list[Watch], list[Moved]]]:
    """Changes that the same watches follow by the built-in rules, together."""
    together: dict[tuple[str, ...], tuple[list[Watch], list[Moved]]] = {}
    for each in changes:
        followers = [watch for watch in watches if goes_by_default(watch, each)]
        names = tuple(watch.name for watch in followers)
        together.setdefault(names, (followers, []))[1].append(each)
    return list(together.values())


def _settle(
    store: Store, hold: Hold, stored: StoredChange, moved: Moved, rules: Rules, now: datetime
) -> Moved | None:
    """The change with the tier that the built-in rules give it in the end, or None for now."""
    verdict = _built_in_look(store, hold, stored, moved, rules, now)
    if verdict is None:
        return None
    change = replace(stored.change, tier=verdict.tier, tier_reason=verdict.reason)
    store.changes.settle(change.id, change.tier, change.tier_reason)
    store.holds.end(hold, verdict.reason, now)
    if change.tier is Tier.PUSH:
        store.threads.mark_pushed(stored.claim, change.thread, now)
    else:
        store.changes.suppress(change, stored.revision_id, change.tier_reason, now)
    return replace(moved, change=change)


def _built_in_look(
    store: Store, hold: Hold, stored: StoredChange, moved: Moved, rules: Rules, now: datetime
) -> Judgement | None:
    claim, thread = moved.claim, moved.thread
    assert isinstance(claim, FiledFigure) and isinstance(thread, FigureThread)
    if store.articles.get(claim.article_id).withdrawn is not None:
        return Judgement(Tier.LOG, "not sent: the report was withdrawn")
    if store.corrections.rejected(claim) or not thread.history:
        return Judgement(Tier.LOG, "not sent: a reader took the claim out of its series")
    if store.changes.is_told(stored.revision_id):
        worth = hold.wait.worth
        return Judgement(Tier.DIGEST, f"{worth}; in the digest: named in the report's message")
    others = same_number_elsewhere(store, claim, thread)
    return look_again(hold.wait, stored.change, claim, thread, now, others, rules.figures)


def _second_look(
    store: Store, hold: Hold, watch: Watch | None, moved: Moved, now: datetime
) -> Judgement | None:
    """How a watch's wait ends, or None while it goes on."""
    claim, thread = moved.claim, moved.thread
    if watch is None:
        return Judgement(Tier.LOG, "not sent: the watch is no longer configured")
    if store.articles.get(claim.article_id).withdrawn is not None:
        return Judgement(Tier.LOG, "not sent: the report was withdrawn")
    if hold.wait.awaited is Awaited.ORIGINS:
        origins = support_of(claim, thread).origins
        return enough_origins(watch, hold.wait, origins, _overtaken(moved), now)
    assert isinstance(claim, FiledFigure) and isinstance(thread, FigureThread)
    told = last_told(store, watch, moved)
    last = told.claim if told is not None and isinstance(told.claim, FiledFigure) else None
    thread = replace(thread, pushed=last, pushed_at=told.at if told is not None and last else None)
    others = same_number_elsewhere(store, claim, thread)
    return look_again(hold.wait, moved.change, claim, thread, now, others, watch.figures)


def _overtaken(moved: Moved) -> str | None:
    """What a thread has moved on to since a change, in words; None where it stands by it."""
    claim, thread = moved.claim, moved.thread
    if isinstance(claim, FiledFigure):
        assert isinstance(thread, FigureThread)
        standing = standing_of(thread.history)
        if standing is None or not has_moved(claim.figure.quantity, standing.held.figure.quantity):
            return None
        return in_words(standing.held)
    later = [each for each in thread.history if each.sequence > claim.sequence]
    turned = [
        each
        for each in later
        if isinstance(each, FiledPosition) and each.position.sign != claim.position.sign
    ]
    return claim_words(turned[-1]) if turned else None
