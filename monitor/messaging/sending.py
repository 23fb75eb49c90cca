"""From what watches push to messages in the outbox, now or when their wait is over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.alerts.messages import SEVERITIES, Step, compose, compose_collected
from monitor.alerts.moved import Moved
from monitor.alerts.quiet import quiet_until
from monitor.alerts.volume import DAY, HOUR, over_volume, room_at
from monitor.alerts.watches import DEFAULT, Watch, asked_by, destinations_of
from monitor.alerts.wording import counted_noun
from monitor.claims import Report, Tier
from monitor.messaging.changes import moved_again
from monitor.messaging.following import without_told_releases
from monitor.messaging.judging import forced, judged, remember, unsilenced
from monitor.messaging.rules import BUILT_IN, NOWHERE, OF_DELIVERY, Loud, Rules
from monitor.outbox import Alert, Awaited, Hold, Wait
from monitor.store import Store


def tell(
    store: Store,
    moved: Sequence[Moved],
    report: Report,
    rules: Rules,
    watches: Sequence[Watch],
    now: datetime,
) -> list[Alert]:
    """Have these watches judge the changes of one report, and send what they push."""
    loud: list[Loud] = []
    watches = [_following_merges(store, watch) for watch in watches]
    for each in moved:
        asking = asked_by(watches, each)
        if each.change.tier is Tier.PUSH and not asking:
            store.changes.suppress(each.change, report.revision_id, "no watch asks for it", now)
        pushed = [
            verdict
            for watch in asking
            if (verdict := judged(store, watch, each, report, now)) is not None
        ]
        loud += pushed or forced(each, rules)
    loud = unsilenced(store, loud, report, now)
    return send(store, loud, moved, report, rules, now)


def _following_merges(store: Store, watch: Watch) -> Watch:
    """A watch whose pinned threads are those that theirs were merged into."""
    if not watch.threads:
        return watch
    return replace(watch, threads=tuple(store.threads.redirected(each) for each in watch.threads))


def send(
    store: Store,
    loud: Sequence[Loud],
    moved: Sequence[Moved],
    report: Report,
    rules: Rules,
    now: datetime,
) -> list[Alert]:
    """Put what is pushed of one report into the outbox, or let it wait for its destinations."""
    loud = _within_volume(store, loud, report, rules, now)
    loud, updates = without_told_releases(store, loud, report, rules, now)
    for each in loud:
        remember(store, each, now)
    ways = _ways(store, loud, rules, now)
    if not ways:
        return updates
    pushed = [_as_told(change, loud) for change in ways]
    riders = [_as_rider(each) for each in moved if _rides(each, ways, rules)]
    alerts = compose(report, [*pushed, *riders], now, rules.pages)
    _put_out(store, alerts, ways, loud)
    return [*(_naming_watches(alert, loud) for alert in alerts), *updates]


def _ways(store: Store, loud: Sequence[Loud], rules: Rules, now: datetime) -> dict[str, list[str]]:
    """By change: the destinations that it goes to now. What has to wait for one is held."""
    ways: dict[str, list[str]] = {}
    waits: dict[tuple[str, str], list[Hold]] = {}
    for each in loud:
        change = each.moved.change
        for name in _destinations(store, each, rules):
            wait = None if each.is_urgent else _delivery_wait(store, each, name, rules, now)
            if wait is not None:
                hold = Hold(change.id, change.thread, wait, each.watch.name, name)
                waits.setdefault((change.id, name), []).append(hold)
            elif name not in ways.setdefault(change.id, []):
                ways[change.id].append(name)
    for (change_id, name), holds in waits.items():
        if name not in ways.get(change_id, ()):  # else another watch sends it there at once
            store.holds.file(min(holds, key=lambda hold: hold.wait.due))
    return ways


def _destinations(store: Store, loud: Loud, rules: Rules) -> list[str]:
    """Where a change goes: as its watch says, and where our alert went that rested on its claim."""
    names = list(destinations_of([loud.watch], rules.destinations))
    if loud.moved.first is not None:
        had = store.alerts.had(loud.moved.first.id, refused=False)
        names += [name for name in had if name not in names]
    return names or [NOWHERE]


def _delivery_wait(
    store: Store, loud: Loud, destination: str, rules: Rules, now: datetime
) -> Wait | None:
    """What a message waits for before it goes to a destination, or None."""
    hours = (*loud.watch.quiet, *rules.quiet.get(destination, ()))
    quiet = quiet_until(hours, now)
    if quiet is not None:
        return Wait(Awaited.QUIET_HOURS, loud.reason, now, quiet)
    if loud.watch.per_hour is None:
        return None
    sent = store.alerts.messages_since(now - HOUR, loud.watch.name)
    room = room_at(sent, now, loud.watch.per_hour)
    return None if room is None else Wait(Awaited.ROOM, loud.reason, now, room)


def _within_volume(
    store: Store, loud: Sequence[Loud], report: Report, rules: Rules, now: datetime
) -> list[Loud]:
    """What the built-in volume allows; the rest is left to the digest. It bounds no correction."""
    bound = [
        each
        for each in loud
        if each.watch.name == BUILT_IN and not each.is_urgent and each.moved.first is None
    ]
    if not bound:
        return list(loud)
    sent = store.alerts.messages_since(now - DAY)
    reason = over_volume(sent, now, rules.per_hour, rules.per_day)
    if reason is None:
        return list(loud)
    for each in bound:
        store.changes.suppress(each.moved.change, report.revision_id, reason, now)
    return [each for each in loud if each not in bound]


def _as_told(change_id: str, loud: Sequence[Loud]) -> Moved:
    """A change as its message shows it: with the reasons and the severity of its watches."""
    its = [each for each in loud if each.moved.change.id == change_id]
    moved = its[0].moved
    reasons: dict[str, list[str]] = {}
    for each in its:
        reasons.setdefault(each.reason, []).append(each.watch.name)
    why = "; ".join(
        reason if BUILT_IN in names else f"{reason} ({', '.join(names)})"
        for reason, names in reasons.items()
    )
    set_by = [each.watch.severity for each in its if each.watch.severity is not None]
    change = replace(moved.change, tier=Tier.PUSH, tier_reason=why)
    return replace(moved, change=change, severity=max(set_by, key=SEVERITIES.index, default=""))


def _rides(moved: Moved, ways: Mapping[str, object], rules: Rules) -> bool:
    """Whether a change that is not sent itself is named in its report's message."""
    if moved.change.id in ways or moved.change.tier is Tier.LOG:
        return False
    return bool(asked_by(rules.watches, moved))


def _as_rider(moved: Moved) -> Moved:
    return replace(moved, change=replace(moved.change, tier=Tier.DIGEST))


def _put_out(
    store: Store, alerts: Sequence[Alert], ways: Mapping[str, Sequence[str]], loud: Sequence[Loud]
) -> None:
    """File alerts, the gravest first, and send each destination the gravest that it asked for."""
    named = [_naming_watches(alert, loud) for alert in alerts]
    new = store.alerts.file(named, ())
    for alert in named:
        if alert.id not in new:
            store.alerts.add_watches(alert.id, alert.watches)
    served = {NOWHERE}
    for alert in named:
        names = [name for name in ways.get(alert.change or "", ()) if name not in served]
        store.alerts.address(alert.id, names)
        served.update(names)


def _naming_watches(alert: Alert, loud: Iterable[Loud]) -> Alert:
    """The same with the watches that asked for it."""
    asked = [each.watch.name for each in loud if each.moved.change.id == alert.change]
    names = list(dict.fromkeys(asked)) or list(alert.watches)
    return replace(alert, watches=tuple(names), payload={**alert.payload, "watches": names})


def deliver_held(store: Store, first: Hold, rules: Rules, now: datetime) -> list[Alert]:
    """Send a destination what waited for it, all of it in one message."""
    holds = [
        hold
        for hold in store.holds.of_destination(first.destination)
        if hold.wait.awaited in OF_DELIVERY and (hold.wait.due <= now or _shares_room(hold, first))
    ]
    steps: list[Step] = []
    loud: list[Loud] = []
    for hold in holds:
        stored = store.changes.get(hold.change)
        if _is_told(store, hold) or any(each.moved.change.id == hold.change for each in steps):
            continue  # another watch sent it there meanwhile, or waits for it too
        report = store.articles.revision(stored.revision_id).report
        moved = moved_again(store, stored)
        watch = next((each for each in rules.watches if each.name == hold.watch), DEFAULT)
        pushed = unsilenced(store, [Loud(moved, watch, hold.wait.worth)], report, now)
        loud += pushed
        steps += [Step(_as_told(hold.change, [each]), report, hold.wait.since) for each in pushed]
    if len(steps) > 1:
        alerts = compose_collected(steps, now, rules.pages)
        outcome = f"sent with {counted_noun(len(steps) - 1, 'other')} in {alerts[0].id}"
    else:
        alerts = [
            alert
            for step in steps
            for alert in compose(step.report, [step.moved], now, rules.pages)
        ]
        outcome = "sent"
    for hold in holds:
        store.holds.end(hold, outcome if steps else "silent or told by then", now)
    if not alerts:
        return []
    alerts = [_naming_watches(alert, loud) for alert in alerts]
    store.alerts.file(alerts, ())
    if first.destination != NOWHERE:
        store.alerts.address(alerts[0].id, [first.destination])
    return alerts


def _is_told(store: Store, hold: Hold) -> bool:
    """Whether its destination has a held change already."""
    alert = store.alerts.of_change(hold.change)
    return alert is not None and hold.destination in store.alerts.had(alert.id)


def _shares_room(hold: Hold, first: Hold) -> bool:
    """Whether a message waits for the same hour of the same watch to pass."""
    awaited = hold.wait.awaited is first.wait.awaited is Awaited.ROOM
    return awaited and hold.watch == first.watch
