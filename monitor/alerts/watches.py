"""Who asked to be told of a change, and how loudly.

A watch routes, holds and silences; what is a change is decided before, from the claims alone. A
watch without rules of its own goes by the tier of the built-in ones. One with thresholds measures
a figure from the value that it was last told, so a slow drift is told and jitter is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.alerts.figure_tiers import SEEN_NOW, FigureRules, Judgement, figure_tier
from monitor.alerts.moved import Claim, Moved
from monitor.alerts.position_tiers import PositionRules, position_tier
from monitor.alerts.quiet import QuietHours
from monitor.alerts.wording import claim_words, counted_noun, number_words
from monitor.claims import (
    ChangeKind,
    Figure,
    FigureThread,
    FiledFigure,
    Number,
    Position,
    Report,
    Tier,
)
from monitor.outbox import Awaited, Wait
from monitor.quantities import rise

STEPS = frozenset({ChangeKind.RAISED, ChangeKind.LOWERED})
"""Kinds that thresholds judge by size."""

LONGEST_WAIT = timedelta(hours=72)
"""How long a watch waits for origins where it says no time: an older figure is no news."""

URGENT = "urgent"

_LOUDNESS = (Tier.LOG, Tier.DIGEST, Tier.PUSH)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How far a figure has to move from the value last told: by every one of these.

    ``percent`` and ``absolute`` of the move; the new value at ``floor`` or above. A move back,
    against the one last told, has to go ``reset`` percent further, so that a value that goes to and
    fro is told once.
    """

    percent: float = 0
    absolute: float = 0
    floor: float = 0
    reset: float = 0


@dataclass(frozen=True, slots=True)
class Watch:
    """What a user wants to be told of. An empty list asks for all; so does the built-in watch.

    ``topics`` are words of a proposition or of a series' label; ``places`` also ask for what lies
    in them; ``threads`` are asked for whatever else is. ``figures`` and ``positions`` are rules of
    its own; None: the built-in tier. ``tier`` is the loudest that it may be. ``origins``: so many
    independent ones have to agree, waited for as long as ``wait`` (None: else it isn't sent).
    ``per_hour``: messages; what is over is collected into one. ``updates``: what of a later
    report is told: none, sources, reports. ``destinations`` are names; empty means all.
    """

    name: str
    measures: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    threads: tuple[str, ...] = ()
    figures: FigureRules | None = None
    positions: PositionRules | None = None
    thresholds: Thresholds | None = None
    tier: Tier = Tier.PUSH
    origins: int = 1
    wait: timedelta | None = None
    severity: str | None = None
    quiet: tuple[QuietHours, ...] = ()
    per_hour: int | None = None
    updates: str = "none"
    destinations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What a watch was last told of a thread. ``direction``: 1 upwards, -1 downwards, 0 unknown."""

    claim: Claim
    at: datetime
    direction: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What a watch judges a change by: its report, its time, and what is on file beside it."""

    report: Report
    now: datetime
    told: Told | None = None
    others: Sequence[FiledFigure] = field(default=())


DEFAULT = Watch("default")


# ---------------------------------------------------------------- what is asked for


def asked_by(watches: Sequence[Watch], moved: Moved) -> tuple[Watch, ...]:
    """The watches that ask for a change."""
    return tuple(watch for watch in watches if asks(watch, moved))


def asks(watch: Watch, moved: Moved) -> bool:
    """Whether one watch asks for a change: every list that isn't empty has to name it."""
    claim = moved.claim
    if watch.kinds and moved.change.kind not in watch.kinds:
        return False
    if moved.thread.id in watch.threads:
        return True
    if watch.threads and not _names_more(watch):
        return False
    if not _named(watch.outlets, [claim.outlet]) or not _named(watch.feeds, moved.feeds):
        return False
    if isinstance(claim, FiledFigure):
        return _asks_figure(watch, claim.figure, moved.thread.label)
    return _asks_position(watch, claim.position)


def destinations_of(watches: Sequence[Watch], known: Sequence[str]) -> tuple[str, ...]:
    """Where the messages of these watches go; each destination once, in the configured order."""
    wanted = {name for watch in watches for name in watch.destinations or known}
    return tuple(name for name in known if name in wanted)


def _names_more(watch: Watch) -> bool:
    """Whether a watch asks for something beside its pinned threads."""
    return bool(
        watch.measures
        or watch.counted
        or watch.places
        or watch.holders
        or watch.topics
        or watch.outlets
        or watch.feeds
    )


def _asks_figure(watch: Watch, figure: Figure, label: str) -> bool:
    asks_figures = watch.measures or watch.counted or watch.places
    if watch.holders and not asks_figures:
        return False
    place = figure.place
    words = [*label.replace(":", " ").replace(",", " ").split(), figure.event]
    return (
        _named(watch.measures, [figure.measure])
        and _named(watch.counted, [figure.counted, figure.group])
        and _named(watch.places, [place.name, *place.within] if place else [])
        and (bool(asks_figures and watch.holders) or _named(watch.topics, words))
    )


def _asks_position(watch: Watch, position: Position) -> bool:
    asks_figures = watch.measures or watch.counted or watch.places
    if asks_figures and not watch.holders:
        return False
    proposition = position.proposition
    words = [*proposition.terms, *proposition.label.split(), *proposition.key.split("|")]
    return _named(watch.holders, [position.holder.name]) and _named(watch.topics, words)


def _named(asked: Sequence[str], names: Sequence[str | None]) -> bool:
    if not asked:
        return True
    found = {name.casefold() for name in names if name}
    return any(word.casefold() in found for word in asked)


# ---------------------------------------------------------------- how loudly


def goes_by_default(watch: Watch, moved: Moved) -> bool:
    """Whether a watch takes the built-in tier of a change instead of judging for itself."""
    own = watch.figures if isinstance(moved.claim, FiledFigure) else watch.positions
    return own is None


def judge(watch: Watch, moved: Moved, seen: Seen) -> Judgement:
    """How loud a change is for a watch that asks for it, or what it waits for."""
    judgement = _by_rules(watch, moved, seen)
    if judgement.wait is not None and watch.tier is Tier.PUSH:
        return judgement
    tier = min(judgement.tier, watch.tier, key=_LOUDNESS.index)
    if tier is not judgement.tier or judgement.wait is not None:
        return Judgement(tier, f"{judgement.reason}; this watch goes no further than the {tier}")
    return _by_origins(watch, moved, judgement, seen.now)


def _by_rules(watch: Watch, moved: Moved, seen: Seen) -> Judgement:
    change, claim = moved.change, moved.claim
    if isinstance(claim, FiledFigure):
        if watch.figures is None:
            return Judgement(change.tier, change.tier_reason)
        thread = moved.thread
        assert isinstance(thread, FigureThread)
        told = seen.told
        if told is not None and isinstance(told.claim, FiledFigure):
            thread = replace(thread, pushed=told.claim, pushed_at=told.at)
        else:
            thread = replace(thread, pushed=None, pushed_at=None)
        judgement = figure_tier(
            change, claim, thread, seen.report, seen.now, seen.others, watch.figures
        )
        if watch.thresholds is None or change.kind not in STEPS:
            return judgement
        return _by_size(watch.thresholds, claim, thread, told, judgement)
    if watch.positions is None:
        return Judgement(change.tier, change.tier_reason)
    return Judgement(*position_tier(change, claim, seen.report, watch.positions))


def _by_size(
    thresholds: Thresholds,
    claim: FiledFigure,
    thread: FigureThread,
    told: Told | None,
    judgement: Judgement,
) -> Judgement:
    """The same judgement, unless the figure moved too little since the watch was last told."""
    if judgement.tier is Tier.LOG:
        return judgement
    since = _told_or_first(claim, thread)
    if since is None:
        return Judgement(Tier.DIGEST, "nothing to measure it against")
    new = claim.figure.quantity
    absolute, percent = rise(since.figure.quantity, new)
    said = f"{percent:+.1f} % since {claim_words(since)}"
    small = _too_small(thresholds, absolute, percent, new.value, told)
    if small:
        return Judgement(Tier.DIGEST, f"{said}: {small}")
    if judgement.wait is not None:
        return replace(judgement, wait=replace(judgement.wait, worth=said))
    return judgement if judgement.tier is not Tier.PUSH else Judgement(Tier.PUSH, said)


def _too_small(
    thresholds: Thresholds, absolute: Number, percent: float, value: Number, told: Told | None
) -> str:
    if value < thresholds.floor:
        return f"below the floor of {number_words(thresholds.floor)}"
    if abs(percent) < thresholds.percent:
        return f"below {thresholds.percent:g} %"
    if abs(absolute) < thresholds.absolute:
        return f"below {number_words(thresholds.absolute)}"
    turns_back = told is not None and told.direction * absolute < 0
    if turns_back and abs(percent) < thresholds.percent + thresholds.reset:
        return f"a move back within the reset band of {thresholds.reset:g} %"
    return ""


def _told_or_first(claim: FiledFigure, thread: FigureThread) -> FiledFigure | None:
    """The value last told; before any message the thread's first, so that small steps add up."""
    if thread.pushed is not None:
        return thread.pushed
    earlier = (
        known
        for known in thread.history
        if known.id != claim.id and not known.figure.quantity.vague
    )
    return next(earlier, None)


def direction_of(claim: Claim, since: Claim) -> int:
    """1 when a figure lies above another, -1 when below; 0 for equals and for positions."""
    if not isinstance(claim, FiledFigure) or not isinstance(since, FiledFigure):
        return 0
    step = claim.figure.quantity.value - since.figure.quantity.value
    return (step > 0) - (step < 0)


# ---------------------------------------------------------------- how many have to agree


def _by_origins(watch: Watch, moved: Moved, judgement: Judgement, now: datetime) -> Judgement:
    if judgement.tier is not Tier.PUSH or moved.change.kind in SEEN_NOW:
        return judgement
    if watch.origins < 2 or moved.change.support.origins >= watch.origins:
        return judgement
    due = now + (LONGEST_WAIT if watch.wait is None else watch.wait)
    wanted = counted_noun(watch.origins, "independent origin")
    return Judgement(
        Tier.DIGEST,
        f"{judgement.reason}; waits for {wanted}",
        Wait(Awaited.ORIGINS, judgement.reason, now, due),
    )


def enough_origins(
    watch: Watch, wait: Wait, origins: int, overtaken: str | None, now: datetime
) -> Judgement | None:
    """How a wait for independent origins ends, or None while it goes on.

    ``overtaken`` says by what, where the thread has moved on.
    """
    has = counted_noun(origins, "independent origin")
    if origins >= watch.origins:
        return Judgement(Tier.PUSH, f"{wait.worth}; {has}")
    if overtaken is not None:
        return Judgement(Tier.LOG, f"not sent: {wait.worth}; overtaken by {overtaken}, with {has}")
    if now < wait.due:
        return None
    hours = round((wait.due - wait.since).total_seconds() / 3600)
    within = f"only {has} within {counted_noun(hours, 'hour')}"
    if watch.wait is None:
        return Judgement(Tier.LOG, f"not sent: {wait.worth}; {within}")
    return Judgement(Tier.PUSH, f"{wait.worth}; {within}")
