"""From changes to messages in the outbox: who asks, what waits, what follows an earlier message.

::

    the changes of one report, with the tier of the built-in rules
      | each watch that asks for one: pushed, for the digest, silent, or it waits
      | what a person put aside stays silent; what an earlier message told already follows it
      | quiet hours and a full hour hold a message back
      | one message for each report and destination, led by the gravest change

Everything is a function of the store, the rules and the time: a walk over the same history makes
the same messages. A wait that is over is over at its own time, however late it is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from monitor.alerts.figure_tiers import AGREEING, FigureRules, Judgement, named_equal
from monitor.alerts.followups import (
    RELEASE,
    follow_up,
    is_same_claim,
    is_same_release,
    support_news,
    wants_update,
)
from monitor.alerts.links import NO_PAGES, Pages
from monitor.alerts.messages import (
    SEVERITIES,
    Step,
    compose,
    compose_collected,
    severity_of,
)
from monitor.alerts.moved import Moved, support_of
from monitor.alerts.position_tiers import PositionRules
from monitor.alerts.quiet import QuietHours, quiet_until
from monitor.alerts.silences import ends_silence, silence_words
from monitor.alerts.volume import DAY, HOUR, over_volume, room_at
from monitor.alerts.waits import look_again
from monitor.alerts.watches import (
    DEFAULT,
    URGENT,
    Seen,
    Told,
    Watch,
    asked_by,
    asks,
    destinations_of,
    direction_of,
    enough_origins,
    goes_by_default,
    judge,
)
from monitor.alerts.wording import claim_words, counted_noun, time_words
from monitor.claims import (
    Change,
    ChangeKind,
    FigureThread,
    FiledFigure,
    FiledPosition,
    Followed,
    PositionThread,
    Report,
    Support,
    Tier,
)
from monitor.outbox import Alert, Awaited, Hold, Wait
from monitor.quantities import moved as has_moved
from monitor.store import Store
from monitor.store.changes import StoredChange
from monitor.track.changes import standing_of
from monitor.track.labels import describe, in_words

Claim = FiledFigure | FiledPosition
Thread = FigureThread | PositionThread

BUILT_IN = DEFAULT.name
NOWHERE = ""  # stands for a destination where none is configured
_SOON = timedelta(minutes=1)  # how late a wait that is over may be looked at
_OF_DELIVERY = (Awaited.QUIET_HOURS, Awaited.ROOM)


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
class _Loud:
    """A change that a watch pushes, and why."""

    moved: Moved
    watch: Watch
    reason: str

    @property
    def is_urgent(self) -> bool:
        severity = self.watch.severity or severity_of(self.moved)
        return severity == URGENT


def conclude(
    store: Store,
    followed: Sequence[Followed],
    waits: Mapping[str, Wait],
    report: Report,
    rules: Rules,
    now: datetime,
) -> list[Alert]:
    """File a report's changes, and its messages with their deliveries; its claims are on file.

    ``waits`` says by change what the built-in rules wait for. Then changes that wait in the same
    threads are looked at again.
    """
    _file_changes(store, followed, waits, report, now)
    feeds = store.feeds.of_article(report.article_id)
    moved = [_moved(store, each, each.change, feeds) for each in followed if each.change]
    alerts = _tell(store, moved, report, rules, rules.watches, now)
    alerts += _count_reports(store, moved, rules, now)
    threads = dict.fromkeys(each.thread.id for each in followed if each.thread is not None)
    held = [hold for thread in threads for hold in store.holds.waiting(thread)]
    held = [hold for hold in held if hold.wait.awaited not in _OF_DELIVERY]
    return [*alerts, *_look_again(store, held, rules, now)]


def end_waits(store: Store, rules: Rules, now: datetime) -> list[Alert]:
    """End every wait that is over by ``now``; returns the alerts.

    It is looked at within seconds, and taken to be looked at when it was over; where nobody looked
    for longer, the time is now.
    """
    alerts: list[Alert] = []
    while (hold := store.holds.next_due(now)) is not None:
        due = hold.wait.due
        alerts += _end_due(store, hold, rules, due if now - due <= _SOON else now)
    return alerts


def end_waits_until(store: Store, rules: Rules, time: datetime) -> list[Alert]:
    """`end_waits` of every wait that is over by ``time``, each at its own time.

    What a daemon would have done in a stream that is walked with simulated time.
    """
    alerts: list[Alert] = []
    while (hold := store.holds.next_due(time)) is not None:
        alerts += _end_due(store, hold, rules, hold.wait.due)
    return alerts


def _end_due(store: Store, hold: Hold, rules: Rules, now: datetime) -> list[Alert]:
    """End one wait that is over, and those that are over with it."""
    with store.transaction():
        if hold.wait.awaited in _OF_DELIVERY:
            return _deliver_held(store, hold, rules, now)
        due = [each for each in store.holds.due(now) if each.wait.awaited not in _OF_DELIVERY]
        return _look_again(store, due, rules, now)


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


# ---------------------------------------------------------------- filing


def _file_changes(
    store: Store,
    followed: Sequence[Followed],
    waits: Mapping[str, Wait],
    report: Report,
    now: datetime,
) -> None:
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


def _moved(store: Store, followed: Followed, change: Change, feeds: tuple[str, ...]) -> Moved:
    """A change with what its message shows."""
    claim = followed.claim
    return Moved(
        change,
        claim,
        _before(store, change, claim),
        followed.thread or unfiled(claim),
        feeds=feeds,
        first=_resting_on(store, change, claim),
        disputes=tuple(store.disputes.of_thread(change.thread)),
        equals=_equal(store, claim, followed.thread),
    )


def _moved_again(store: Store, stored: StoredChange, report: Report) -> Moved:
    """A change on file with what its message shows, as its thread stands now."""
    change = stored.change
    thread = store.threads.get(change.thread) if change.thread else unfiled(stored.claim)
    return Moved(
        change,
        stored.claim,
        stored.before,
        thread,
        feeds=store.feeds.of_article(report.article_id),
        first=_resting_on(store, change, stored.claim),
        disputes=tuple(store.disputes.of_thread(thread.id)),
        equals=_equal(store, stored.claim, thread),
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


def _equal(store: Store, claim: Claim, thread: Thread | None) -> FiledFigure | None:
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


# ---------------------------------------------------------------- what each watch makes of it


def _tell(
    store: Store,
    moved: Sequence[Moved],
    report: Report,
    rules: Rules,
    watches: Sequence[Watch],
    now: datetime,
) -> list[Alert]:
    """Have these watches judge the changes of one report, and send what they push."""
    loud: list[_Loud] = []
    for each in moved:
        asking = asked_by(watches, each)
        if each.change.tier is Tier.PUSH and not asking:
            store.changes.suppress(each.change, report.revision_id, "no watch asks for it", now)
        pushed = [
            verdict
            for watch in asking
            if (verdict := _judged(store, watch, each, report, now)) is not None
        ]
        loud += pushed or _forced(each, rules)
    loud = _unsilenced(store, loud, report, now)
    return _send(store, loud, moved, report, rules, now)


def _judged(
    store: Store, watch: Watch, moved: Moved, report: Report, now: datetime
) -> _Loud | None:
    """The change as a watch pushes it; else what it waits for, or why not, is on file."""
    change = moved.change
    judgement = judge(watch, moved, _seen(store, watch, moved, report, now))
    if judgement.tier is Tier.PUSH:
        return _Loud(moved, watch, judgement.reason)
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


def _forced(moved: Moved, rules: Rules) -> list[_Loud]:
    """A claim that one of our alerts rests on was changed or withdrawn: that is always told."""
    first, kind = moved.first, moved.change.kind
    if first is None or (kind is ChangeKind.EDITED and moved.change.tier is Tier.LOG):
        return []
    watch = next((each for each in rules.watches if each.name in first.watches), DEFAULT)
    watch = replace(watch, per_hour=None, destinations=(NOWHERE,))
    return [_Loud(moved, watch, f"our message of {time_words(first.created_at)} rests on it")]


def _seen(store: Store, watch: Watch, moved: Moved, report: Report, now: datetime) -> Seen:
    claim, thread = moved.claim, moved.thread
    if goes_by_default(watch, moved):
        return Seen(report, now)
    others: Sequence[FiledFigure] = ()
    if isinstance(claim, FiledFigure) and isinstance(thread, FigureThread):
        others = same_number_elsewhere(store, claim, thread)
    return Seen(report, now, _told(store, watch, moved), others)


def _told(store: Store, watch: Watch, moved: Moved) -> Told | None:
    last = store.told.last(watch.name, moved.thread.id)
    if last is None:
        return None
    of_figure = isinstance(moved.claim, FiledFigure)
    claim: Claim = (
        store.claims.figure(last.claim) if of_figure else store.claims.position(last.claim)
    )
    return Told(claim, last.at, last.direction)


def _unsilenced(store: Store, loud: Sequence[_Loud], report: Report, now: datetime) -> list[_Loud]:
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


# ---------------------------------------------------------------- waits that are over


def _look_again(store: Store, holds: Sequence[Hold], rules: Rules, now: datetime) -> list[Alert]:
    """Settle those of these waits that are over; each report's changes go out together."""
    built_in: dict[int, list[Moved]] = {}
    loud: dict[int, list[_Loud]] = {}
    for hold in holds:
        stored = store.changes.get(hold.change)
        report = store.articles.revision(stored.revision_id).report
        moved = _moved_again(store, stored, report)
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
            loud.setdefault(stored.revision_id, []).append(_Loud(moved, watch, verdict.reason))
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
            alerts += _tell(store, together, report, rules, watches, now)
    for revision, pushed in loud.items():
        report = store.articles.revision(revision).report
        awake = _unsilenced(store, pushed, report, now)
        alerts += _send(store, awake, [each.moved for each in awake], report, rules, now)
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
    told = _told(store, watch, moved)
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


# ---------------------------------------------------------------- messages


def _send(
    store: Store,
    loud: Sequence[_Loud],
    moved: Sequence[Moved],
    report: Report,
    rules: Rules,
    now: datetime,
) -> list[Alert]:
    """Put what is pushed of one report into the outbox, or let it wait for its destinations."""
    loud = _within_volume(store, loud, report, rules, now)
    loud, updates = _without_told_releases(store, loud, report, rules, now)
    for each in loud:
        _remember(store, each, now)
    ways = _ways(store, loud, rules, now)
    if not ways:
        return updates
    pushed = [_as_told(change, loud) for change in ways]
    riders = [_as_rider(each) for each in moved if _rides(each, ways, rules)]
    alerts = compose(report, [*pushed, *riders], now, rules.pages)
    _put_out(store, alerts, ways, loud)
    return [*(_naming_watches(alert, loud) for alert in alerts), *updates]


def _ways(store: Store, loud: Sequence[_Loud], rules: Rules, now: datetime) -> dict[str, list[str]]:
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


def _destinations(store: Store, loud: _Loud, rules: Rules) -> list[str]:
    """Where a change goes: as its watch says, and where our alert went that rested on its claim."""
    names = list(destinations_of([loud.watch], rules.destinations))
    if loud.moved.first is not None:
        had = store.alerts.had(loud.moved.first.id, refused=False)
        names += [name for name in had if name not in names]
    return names or [NOWHERE]


def _delivery_wait(
    store: Store, loud: _Loud, destination: str, rules: Rules, now: datetime
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
    store: Store, loud: Sequence[_Loud], report: Report, rules: Rules, now: datetime
) -> list[_Loud]:
    """What the built-in volume allows; the rest is left to the digest."""
    bound = [each for each in loud if each.watch.name == BUILT_IN and not each.is_urgent]
    if not bound:
        return list(loud)
    sent = store.alerts.messages_since(now - DAY)
    reason = over_volume(sent, now, rules.per_hour, rules.per_day)
    if reason is None:
        return list(loud)
    for each in bound:
        store.changes.suppress(each.moved.change, report.revision_id, reason, now)
    return [each for each in loud if each not in bound]


def _remember(store: Store, loud: _Loud, now: datetime) -> None:
    """What a watch with rules of its own is told now: it measures from there."""
    moved = loud.moved
    if goes_by_default(loud.watch, moved) or not moved.change.thread:
        return
    last = _told(store, loud.watch, moved)
    since = last.claim if last is not None else moved.before
    direction = direction_of(moved.claim, since) if since is not None else 0
    store.told.tell(loud.watch.name, moved.change.thread, moved.claim.id, direction, now)


def _as_told(change_id: str, loud: Sequence[_Loud]) -> Moved:
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
    store: Store, alerts: Sequence[Alert], ways: Mapping[str, Sequence[str]], loud: Sequence[_Loud]
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


def _naming_watches(alert: Alert, loud: Iterable[_Loud]) -> Alert:
    """The same with the watches that asked for it."""
    asked = [each.watch.name for each in loud if each.moved.change.id == alert.change]
    names = list(dict.fromkeys(asked)) or list(alert.watches)
    return replace(alert, watches=tuple(names), payload={**alert.payload, "watches": names})


# ---------------------------------------------------------------- what waited for a destination


def _deliver_held(store: Store, first: Hold, rules: Rules, now: datetime) -> list[Alert]:
    """Send a destination what waited for it, all of it in one message."""
    holds = [
        hold
        for hold in store.holds.of_destination(first.destination)
        if hold.wait.awaited in _OF_DELIVERY and (hold.wait.due <= now or _shares_room(hold, first))
    ]
    steps, loud = [], []
    for hold in holds:
        stored = store.changes.get(hold.change)
        report = store.articles.revision(stored.revision_id).report
        moved = _moved_again(store, stored, report)
        watch = next((each for each in rules.watches if each.name == hold.watch), DEFAULT)
        pushed = _unsilenced(store, [_Loud(moved, watch, hold.wait.worth)], report, now)
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
        store.holds.end(hold, outcome if steps else "silent by then", now)
    if not alerts:
        return []
    alerts = [_naming_watches(alert, loud) for alert in alerts]
    store.alerts.file(alerts, ())
    if first.destination != NOWHERE:
        store.alerts.address(alerts[0].id, [first.destination])
    return alerts


def _shares_room(hold: Hold, first: Hold) -> bool:
    """Whether a message waits for the same hour of the same watch to pass."""
    awaited = hold.wait.awaited is first.wait.awaited is Awaited.ROOM
    return awaited and hold.watch == first.watch


# ---------------------------------------------------------------- what is left to the digest


@dataclass(frozen=True, slots=True)
class Digest:
    """What the digest of some destinations tells, in order of filing."""

    destinations: tuple[str, ...]
    changes: tuple[Moved, ...]


def unsent_between(store: Store, start: datetime, end: datetime) -> list[Moved]:
    """What no message told: changes of the digest's tier, and those over the volume limits."""
    return [_as_stored(store, each) for each in store.changes.unsent(start, end)]


def left_to_digest(store: Store, rules: Rules, start: datetime, end: datetime) -> list[Digest]:
    """The digests of a stretch of time: each destination's by the watches that send there.

    Destinations with the same changes share one; one without any has an empty one.
    """
    unsent = [each for each in unsent_between(store, start, end) if not _is_put_off(store, each)]
    own = {
        watch.name: [
            _as_stored(store, each) for each in store.changes.left_to_digest(watch.name, start, end)
        ]
        for watch in rules.watches
        if watch.name != BUILT_IN
    }
    shared: dict[tuple[str, ...], list[str]] = {}
    changes: dict[str, Moved] = {}
    for destination in rules.destinations or (NOWHERE,):
        asked: dict[str, Moved] = {}
        for watch in rules.watches:
            if watch.destinations and destination not in watch.destinations:
                continue
            asked |= {
                each.change.id: each
                for each in unsent
                if goes_by_default(watch, each) and watch.tier is not Tier.LOG and asks(watch, each)
            }
            asked |= {
                each.change.id: each
                for each in own.get(watch.name, ())
                if store.silences.of(each.thread.id) is None
            }
        changes |= asked
        shared.setdefault(tuple(asked), []).append(destination)
    return [
        Digest(
            tuple(name for name in names if name != NOWHERE), tuple(changes[each] for each in ids)
        )
        for ids, names in shared.items()
    ]


def _as_stored(store: Store, stored: StoredChange) -> Moved:
    thread = stored.change.thread
    return Moved(
        stored.change,
        stored.claim,
        stored.before,
        store.threads.get(thread) if thread else unfiled(stored.claim),
        feeds=store.feeds.of_article(stored.claim.article_id),
    )


def _is_put_off(store: Store, moved: Moved) -> bool:
    """Whether a change is silent, or is told when its wait is over."""
    if store.silences.of(moved.thread.id) is not None:
        return True
    return any(
        hold.ended is None and hold.wait.awaited in _OF_DELIVERY
        for hold in store.holds.of_change(moved.change.id)
    )


# ---------------------------------------------------------------- what follows an earlier message


def _count_reports(
    store: Store, moved: Sequence[Moved], rules: Rules, now: datetime
) -> list[Alert]:
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


def _without_told_releases(
    store: Store, loud: Sequence[_Loud], report: Report, rules: Rules, now: datetime
) -> tuple[list[_Loud], list[Alert]]:
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


def _told_release(store: Store, loud: _Loud, now: datetime) -> Alert | None:
    """The message of the last hours that told the release which a raised figure comes from."""
    if loud.moved.change.kind is not ChangeKind.RAISED or loud.is_urgent:
        return None
    for first in store.alerts.about_changes_since(now - RELEASE):
        if first.change is None or loud.watch.name not in first.watches:
            continue
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
