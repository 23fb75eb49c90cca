"""Which changes of figures are worth a message now, which twice a day, which never.

Time comes from the report and from ``now`` (the stream's own time in a replay), never from a
clock. Every answer carries its reason in words, also the silent ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.claims import (
    Change,
    ChangeKind,
    FigureThread,
    FiledFigure,
    Life,
    Number,
    Report,
    Series,
    Tier,
)
from monitor.outbox import Awaited, Wait
from monitor.quantities import rise, times
from monitor.track.changes import FAR, IMPLAUSIBLE_WAIT, MAY_FALL, origin_words
from monitor.track.faces import as_of_day, own_event
from monitor.track.labels import in_words
from monitor.track.lives import life_of
from monitor.track.plausibility import SMALL


@dataclass(frozen=True, slots=True)
class FigureRules:
    """When a changed figure is sent. The defaults serve without any configuration.

    Counts of people must rise by both thresholds since the last pushed value, other units by the
    percentage alone; crossing a milestone (1, 2, 5 times a power of ten, from
    ``milestones_from`` up) is enough.
    """

    raise_percent: float = 10
    raise_absolute: float = 10
    milestones: bool = True
    milestones_from: int = 100
    min_gap: timedelta = timedelta(hours=12)
    min_gap_unless_percent: float = 25
    event_floor: int = 100
    always: frozenset[ChangeKind] = frozenset(
        {ChangeKind.LOWERED, ChangeKind.CONFLICT, ChangeKind.EDITED, ChangeKind.WITHDRAWN}
    )
    always_gap: timedelta = timedelta(hours=6)
    implausible: float = 5
    implausible_wait: timedelta = IMPLAUSIBLE_WAIT
    unattributed_wait: timedelta = timedelta(hours=2)
    max_age_article: timedelta = timedelta(hours=24)
    max_age_as_of: timedelta = timedelta(hours=72)
    push_confidence: float = 0.90
    digest_confidence: float = 0.60
    pinned: frozenset[str] = frozenset()  # ids of threads that somebody watches by name


DEFAULT_RULES = FigureRules()

SURE_LINK = 0.95
"""From this confidence of the link on, the fit bears out the reading."""

MISREAD_FITS = 0.3
"""How often, at most, a misread number fits a thread as surely as `SURE_LINK`."""

SILENT = {
    ChangeKind.FIRST: "not sent: first sight of this quantity",
    ChangeKind.STALE: "not sent: an older figure",
    ChangeKind.BASIS_CHANGED: "counted otherwise than before",
}

AGREEING = frozenset({ChangeKind.RESTATED, ChangeKind.CORROBORATED, ChangeKind.REFINED})

SEEN_NOW = frozenset({ChangeKind.EDITED, ChangeKind.WITHDRAWN})
"""Changes of a page itself: news from when they are seen, however old the article."""

_WAITS_FOR = {
    Awaited.NAMED_SOURCE: "a named source",
    Awaited.SECOND_ORIGIN: "a second independent origin",
}

SMALL_PARTS = frozenset({Series.EVENT, Series.PERIOD, Series.PART})


@dataclass(frozen=True, slots=True)
class Judgement:
    """The tier of a change with its reason; ``wait`` where it may still be pushed later."""

    tier: Tier
    reason: str
    wait: Wait | None = None


def figure_tier(
    change: Change,
    claim: FiledFigure,
    thread: FigureThread,
    report: Report,
    now: datetime,
    others: Sequence[FiledFigure] = (),
    rules: FigureRules = DEFAULT_RULES,
) -> Judgement:
    """The tier of one change, with the reason.

    ``thread`` holds the claims up to and including this report's; ``others`` are claims of the same
    number elsewhere on file, which may name the source that this report leaves out.
    """
    before = next((known for known in thread.history if known.id == change.before), None)
    if change.kind in AGREEING - rules.always:
        said = f"not sent: agrees with {in_words(before)}" if before else "not sent"
        return Judgement(Tier.LOG, said)
    if change.kind is ChangeKind.BASIS_CHANGED and change.kind not in rules.always:
        return Judgement(Tier.DIGEST, SILENT[change.kind])
    if change.kind in SILENT and change.kind not in rules.always:
        return Judgement(Tier.LOG, SILENT[change.kind])
    reason = _why_never(change, claim, before, report, now, rules)
    if reason:
        return Judgement(Tier.LOG, f"not sent: {reason}")
    if change.kind in rules.always and not _level_fell(change, claim):
        worth, why = True, _why_always(change)
    else:
        worth, why = _worth_of_step(claim, before, thread, rules)
    if not worth:
        return Judgement(Tier.DIGEST, why)
    jump = _jump(change, claim, before, thread, rules)
    if jump:
        return _waits(Awaited.SECOND_ORIGIN, f"{why}; {jump}", now, rules.implausible_wait)
    reason = why_digest(change, claim, thread, now, rules) or why_unsure(change, claim, rules)
    if reason:
        return Judgement(Tier.DIGEST, f"{why}; in the digest: {reason}")
    if _is_unattributed(change, claim, thread, others):
        return _waits(Awaited.NAMED_SOURCE, why, now, rules.unattributed_wait)
    return Judgement(Tier.PUSH, why)


# ---------------------------------------------------------------- reasons not to send at all


def _why_never(
    change: Change,
    claim: FiledFigure,
    before: FiledFigure | None,
    report: Report,
    now: datetime,
    rules: FigureRules,
) -> str | None:
    if report.baseline:
        return "from the first poll of its feed"
    part = claim.figure.series is Series.PART and own_event(claim.figure) is None
    if part and change.kind is ChangeKind.RAISED:
        return "a part of a larger count"
    outgrown = before is not None and as_of_day(claim) < as_of_day(before)
    ages = change.kind not in SEEN_NOW and not outgrown
    if ages and _age_of_day(claim, now) > rules.max_age_as_of:
        return f"as of {as_of_day(claim)}, older than {hours_words(rules.max_age_as_of)}"
    confidence = confidence_of(change, claim)
    if confidence < rules.digest_confidence:
        return f"extraction confidence {confidence:.2f}"
    return None


def confidence_of(change: Change, claim: FiledFigure) -> float:
    """The lesser of both confidences, reading and linking.

    A number that was read wrongly seldom fits its thread: where it fits surely, the odds of the
    reading rise. An edit is seen in the words themselves, whatever was read into them.
    """
    if change.kind in SEEN_NOW:
        return change.confidence
    read = claim.figure.confidence
    if change.confidence >= SURE_LINK:
        read = read / (read + (1 - read) * MISREAD_FITS)
    return min(change.confidence, read)


def _age_of_day(claim: FiledFigure, now: datetime) -> timedelta:
    """How long before ``now`` the claim's day ended; nothing for a day not over yet."""
    days = (now.date() - as_of_day(claim)).days
    return timedelta(days=max(0, days - 1)) if days else timedelta()


# ---------------------------------------------------------------- is it worth a message


def _why_always(change: Change) -> str:
    words = {
        ChangeKind.LOWERED: "lower than the last figure",
        ChangeKind.CONFLICT: "conflicting counts",
        ChangeKind.EDITED: "a published figure was changed",
        ChangeKind.WITHDRAWN: "a published figure was withdrawn",
    }
    return words.get(change.kind, change.kind.value)


def _level_fell(change: Change, claim: FiledFigure) -> bool:
    """Whether a level fell: nobody was wrong, so the fall is judged by its size, as a rise is."""
    return change.kind is ChangeKind.LOWERED and claim.figure.series in MAY_FALL


def _worth_of_step(
    claim: FiledFigure, before: FiledFigure | None, thread: FigureThread, rules: FigureRules
) -> tuple[bool, str]:
    fell = before is not None and claim.figure.quantity.value < before.figure.quantity.value
    since = before if fell else _measured_from(before, thread)
    if since is None:
        return False, "nothing to measure it against"
    old, new = since.figure.quantity, claim.figure.quantity
    absolute, percent = rise(old, new)
    if claim.figure.series in SMALL_PARTS and abs(new.value) < rules.event_floor:
        return False, f"one incident or increment below {rules.event_floor}"
    told = thread.pushed or before or since
    crossed = _milestone(told.figure.quantity.value, new.value, rules) if rules.milestones else None
    if crossed is not None:
        return True, f"crossed {crossed:,}"
    people = new.unit in (None, "person")
    if abs(percent) < rules.raise_percent:
        return False, f"{percent:+.1f} % since {in_words(since)}: below {rules.raise_percent:g} %"
    if people and abs(absolute) < rules.raise_absolute:
        return False, f"{absolute:+,} since {in_words(since)}: below {rules.raise_absolute:g}"
    return True, f"{percent:+.1f} % since {in_words(since)}"


def _measured_from(before: FiledFigure | None, thread: FigureThread) -> FiledFigure | None:
    """The last pushed claim; before any push the thread's first, so that small steps add up."""
    if thread.pushed is not None or before is None:
        return thread.pushed
    filed = (known for known in thread.history if not known.figure.quantity.vague)
    return next((known for known in filed if known.published <= before.published), before)


def _milestone(old: Number, new: Number, rules: FigureRules) -> int | None:
    """The highest of 100, 200, 500, 1,000, ... that lies above the old value and not above the new.

    None when none was crossed.
    """
    if new < rules.milestones_from or new <= old:
        return None
    power = int(10 ** math.floor(math.log10(new)))
    reached = max(step * power for step in (1, 2, 5) if step * power <= new)
    return reached if old < reached and reached >= rules.milestones_from else None


# ---------------------------------------------------------------- reasons to wait for the digest


def why_digest(
    change: Change,
    claim: FiledFigure,
    thread: FigureThread,
    now: datetime,
    rules: FigureRules,
) -> str | None:
    """Why a change that is worth a message goes into the digest all the same, or None."""
    if change.kind not in SEEN_NOW and now - claim.published > rules.max_age_article:
        return f"the article is older than {hours_words(rules.max_age_article)}"
    if thread.id not in rules.pinned and not _exception(change, claim, rules):
        asleep = _why_asleep(claim, thread)
        if asleep:
            return asleep
    return _gap(change, claim, thread, now, rules)


def why_unsure(change: Change, claim: FiledFigure, rules: FigureRules) -> str | None:
    """Why reading or linking is not sure enough for a message of its own, or None."""
    confidence = confidence_of(change, claim)
    return f"extraction confidence {confidence:.2f}" if confidence < rules.push_confidence else None


def _jump(
    change: Change,
    claim: FiledFigure,
    before: FiledFigure | None,
    thread: FigureThread,
    rules: FigureRules,
) -> str | None:
    """A rise too steep, or a fall too deep, to be believed from one origin; in words."""
    if change.kind is ChangeKind.LOWERED:
        return dict(change.details).get("implausible")
    if change.kind is not ChangeKind.RAISED or before is None:
        return None
    many = times(before.figure.quantity, claim.figure.quantity)
    if many <= rules.implausible or before.figure.quantity.value < SMALL:
        return None
    if any(bears_out(known, claim) for known in thread.history):
        return None
    return f"{many:.1f} times the last value"


def bears_out(known: FiledFigure, claim: FiledFigure) -> bool:
    """Whether another origin has about the claim's number."""
    told, other = claim.figure.quantity.value, known.figure.quantity.value
    near = abs(told - other) <= FAR * abs(told)
    return near and origin_words(known) != origin_words(claim)


def _waits(awaited: Awaited, worth: str, now: datetime, how_long: timedelta) -> Judgement:
    reason = f"{worth}; waits {hours_words(how_long)} for {_WAITS_FOR[awaited]}"
    return Judgement(Tier.DIGEST, reason, Wait(awaited, worth, now, now + how_long))


def _why_asleep(claim: FiledFigure, thread: FigureThread) -> str | None:
    """Why the thread is not active yet, or was not before this report; None when it was."""
    life, _ = life_of(thread, claim.published)
    if life is Life.CANDIDATE:
        return "reported by one article only"
    earlier = [known for known in thread.history if known.published < claim.published]
    if not earlier:
        return None
    day = max(as_of_day(known) for known in earlier)
    life, _ = life_of(replace(thread, id="", history=tuple(earlier)), claim.published)
    asleep = life in (Life.DORMANT, Life.CLOSED)
    return f"the first report since {day}: the series was asleep" if asleep else None


def _exception(change: Change, claim: FiledFigure, rules: FigureRules) -> bool:
    """What goes out from a single article: edits, withdrawals, and incidents of some size."""
    if change.kind in SEEN_NOW:
        return True
    big = abs(claim.figure.quantity.value) >= rules.event_floor
    return claim.figure.series is Series.EVENT and big


def _gap(
    change: Change, claim: FiledFigure, thread: FigureThread, now: datetime, rules: FigureRules
) -> str | None:
    if thread.pushed is None or thread.pushed_at is None:
        return None
    passed = now - thread.pushed_at
    if change.kind in rules.always:
        recent = passed < rules.always_gap
        return f"sent within the last {hours_words(rules.always_gap)}" if recent else None
    if passed >= rules.min_gap:
        return None
    _, percent = rise(thread.pushed.figure.quantity, claim.figure.quantity)
    if percent >= rules.min_gap_unless_percent:
        return None
    return f"the last message was {hours_words(passed)} ago"


def _is_unattributed(
    change: Change, claim: FiledFigure, thread: FigureThread, others: Sequence[FiledFigure]
) -> bool:
    """Whether nobody on file is named as the counter of this number."""
    if change.kind not in (ChangeKind.RAISED, ChangeKind.LOWERED) or claim.figure.authority:
        return False
    return named_equal(claim, [*thread.history, *others]) is None


def named_equal(claim: FiledFigure, known: Iterable[FiledFigure]) -> FiledFigure | None:
    """The newest claim on file that gives this very number with the name of who counted it."""
    value = claim.figure.quantity.value
    named = [
        each for each in known if each.figure.authority and each.figure.quantity.value == value
    ]
    return max(named, key=lambda each: (as_of_day(each), each.sequence), default=None)


def hours_words(time: timedelta) -> str:
    """ "2 hours"."""
    hours = round(time.total_seconds() / 3600)
    return "less than an hour" if hours < 1 else f"{hours} hour{'s' if hours != 1 else ''}"
