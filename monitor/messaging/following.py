"""What follows a message of ours: more reports of the same, corrections, withdrawals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.alerts.figure_tiers import AGREEING
from monitor.alerts.followups import (
    RELEASE,
    follow_up,
    is_same_claim,
    is_same_release,
    support_news,
    wants_update,
)
from monitor.alerts.moved import Moved, support_of
from monitor.alerts.watches import Watch, destinations_of
from monitor.alerts.wording import claim_words
from monitor.claims import ChangeKind, Report, Support, Tier
from monitor.messaging.rules import Loud, Rules
from monitor.outbox import Alert
from monitor.store import Store


def correct(store: Store, alert_id: str, kind: str, reason: str, now: datetime) -> list[Alert]:
    """Correct or withdraw (``kind``: corrected, withdrawn) one of our alerts, and say why.

    It goes to every destination that had the alert; told once for one reason. Raises KeyError for
    an alert that is not on file.
    """
    first = store.alerts.get(alert_id)
    if first.supersedes is not None:
        first = store.alerts.get(first.supersedes)
    alert = follow_up(first, kind, [reason], now)
    if alert.id not in store.alerts.file([alert], ()):
        return []
    store.alerts.address(alert.id, store.alerts.had(first.id, refused=False))
    return [alert]


def count_reports(store: Store, moved: Sequence[Moved], rules: Rules, now: datetime) -> list[Alert]:
    """Later reports of what an alert said raise its counts; watches that ask hear of it."""
    updates = []
    for each in moved:
        if each.change.kind not in AGREEING or not each.change.thread:
            continue
        first = store.alerts.newest_of_thread(each.change.thread)
        if first is None or first.change is None:
            continue
        alerted = store.changes.get(first.change).claim
        if not is_same_claim(alerted, each.claim):
            continue
        support = support_of(alerted, each.thread)
        before = store.alerts.count_support(first.id, support)
        wanting = [
            watch
            for watch in rules.watches
            if watch.name in first.watches and wants_update(watch.updates, before, support)
        ]
        news = support_news(before, support, each.claim)
        updates += _follow(store, first, news, support, wanting, rules, now)
    return updates


def without_told_releases(
    store: Store, loud: Sequence[Loud], report: Report, rules: Rules, now: datetime
) -> tuple[list[Loud], list[Alert]]:
    """What is news of its own; further figures of a release that was told are an update of that.

    A report that has anything else to tell tells them along.
    """
    firsts = [_told_release(store, each, now) for each in loud]
    if not loud or not all(firsts):
        return list(loud), []
    updates = []
    for first in {each.id: each for each in firsts if each is not None}.values():
        later = [each for each, told in zip(loud, firsts, strict=True) if told == first]
        for each in later:
            reason = f"in the digest: an update of {first.id}, which told the same release"
            store.changes.suppress(
                each.moved.change,
                report.revision_id,
                reason,
                now,
                watch=each.watch.name,
                tier=Tier.DIGEST,
            )
        wanting = [each.watch for each in later if each.watch.updates != "none"]
        news = list(dict.fromkeys(_later_figure(each.moved) for each in later))
        updates += _follow(store, first, news, None, wanting, rules, now)
    return [], updates


def _told_release(store: Store, loud: Loud, now: datetime) -> Alert | None:
    """The message of the last hours that told the release which a raised figure comes from."""
    if loud.moved.change.kind is not ChangeKind.RAISED or loud.is_urgent:
        return None
    for first in store.alerts.about_changes_since(now - RELEASE):
        if first.change is None or loud.watch.name not in first.watches:
            continue
        if first.thread == loud.moved.thread.id:
            continue  # a further step of the series itself: the rules of its gap hold
        if is_same_release(store.changes.get(first.change).claim, loud.moved.claim):
            return first
    return None


def _later_figure(moved: Moved) -> str:
    was = f"{claim_words(moved.before)} → " if moved.before is not None else ""
    return f"{moved.thread.label}: {was}{claim_words(moved.claim)} ({moved.claim.outlet})"


def _follow(
    store: Store,
    first: Alert,
    news: Sequence[str],
    support: Support | None,
    watches: Sequence[Watch],
    rules: Rules,
    now: datetime,
) -> list[Alert]:
    """An update of an alert to those of its destinations that these watches send it to."""
    had = set(store.alerts.had(first.id, refused=False))
    names = [name for name in destinations_of(watches, rules.destinations) if name in had]
    if not watches:
        return []
    alert = follow_up(first, "updated", news, now, support=support)
    if alert.id not in store.alerts.file([alert], ()):
        return []
    store.alerts.address(alert.id, names)
    return [alert]
