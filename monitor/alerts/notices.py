"""Messages of the monitor itself: the baseline, the digest, and its health."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from monitor.alerts.messages import gravity
from monitor.alerts.moved import Moved, change_type
from monitor.alerts.payloads import LIMIT, SCHEMA, size, stamp
from monitor.alerts.wording import (
    KINDS,
    SYMBOLS,
    UNMOVED,
    claim_words,
    counted_noun,
    difference_words,
)
from monitor.claims import Baseline, FiledFigure, Tier, content_id
from monitor.inert import one_line
from monitor.intake import Ailment, Coverage, FeedAilment
from monitor.outbox import Alert

DIGEST_LINES = 25
LISTED = 12  # feeds in one message about several
SERIES = 8  # that a digest names as not covered


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
    changes: Sequence[Moved],
    now: datetime,
    *,
    coverage: str = "",
    not_covered: Sequence[str] = (),
    most: int = DIGEST_LINES,
) -> Alert:
    """What moved below the level of a push, a line for each thread; sent also when nothing did.

    The gravest comes first; what is over ``most`` lines is counted. ``coverage`` is the line on
    feeds that could not be read, ``not_covered`` names the series and watches whose outlets all
    bring nothing at present.
    """
    steps = _by_thread(changes)
    key = "".join(each.change.id for each in changes)
    if not steps:
        title = "Digest: nothing moved below the level of a push."
    else:
        title = f"Digest: {counted_noun(len(steps), 'thread')} moved below the level of a push"
    over = sum(each.change.tier is Tier.PUSH for each in changes)
    shown = most
    while True:
        lines = [title, *(_digest_line(each) for each in steps[:shown])]
        if over:
            lines.append(
                f"{counted_noun(over, 'change')} of these had no message of their own: too many at "
                "once, or more of a release that was told"
            )
        if len(steps) > shown:
            lines.append(f"and {len(steps) - shown:,} more, in the store")
        if coverage:
            lines.append(one_line(coverage))
        if not_covered:
            lines.append(_not_covered(not_covered))
        summaries = [_summary(each[-1]) for each in steps[:shown]]
        alert = _notice("digest", title, lines, now, of=key, changes=summaries)
        if size(alert.payload) < LIMIT:
            return alert
        shown //= 2


def _not_covered(names: Sequence[str]) -> str:
    """Which series are silent because nobody is read who reports them."""
    shown = "; ".join(one_line(name, 80) for name in names[:SERIES])
    more = f"; and {len(names) - SERIES:,} more" if len(names) > SERIES else ""
    return f"Series not covered, since all their outlets bring nothing: {shown}{more}"


def _by_thread(changes: Sequence[Moved]) -> list[list[Moved]]:
    """The steps of each thread together, the thread with the gravest step first."""
    threads: dict[str, list[Moved]] = {}
    for each in changes:
        threads.setdefault(each.thread.id, []).append(each)
    return sorted(threads.values(), key=lambda steps: min(gravity(each) for each in steps))


def coverage_words(coverage: Coverage) -> str:
    """How many feeds are read as they should be: "41 of 43 feeds healthy, 2 late"."""
    said = f"{coverage.healthy} of {counted_noun(coverage.feeds, 'feed')} healthy"
    for count, how in ((coverage.late, "late"), (coverage.ill, "ill")):
        said += f", {count} {how}" if count else ""
    return said


def reading_words(coverage: Coverage) -> str:
    """What became of the articles that were found: "612 articles, 598 read"."""
    return f"{counted_noun(coverage.articles, 'article')}, {coverage.read:,} read"


def ailment_words(ailment: FeedAilment) -> str:
    """Which feed, what is wrong with it, and since when."""
    return one_line(
        f"{ailment.outlet} ({ailment.url}) {_ILL[ailment.reason]}: {ailment.note}; "
        f"since {ailment.began:%Y-%m-%d %H:%M} UTC",
        400,
    )


def heartbeat_alert(
    coverage: Coverage, ill: Sequence[FeedAilment], since: datetime, now: datetime
) -> Alert:
    """The daily sign of life to the operator: what was covered. Its absence is news."""
    title = f"{coverage_words(coverage)}; {reading_words(coverage)}"
    lines = [title, f"Since {since:%Y-%m-%d %H:%M} UTC."]
    if coverage.unread:
        each = ", ".join(f"{count:,} {state}" for state, count in coverage.unread)
        lines.append(f"Not read: {each}; the table entries says why.")
    if coverage.gaps:
        lines.append(
            f"Possible gaps: {counted_noun(coverage.gaps, 'poll')} found nothing that was known "
            "already; such a feed is asked more often."
        )
    lines += _listed([ailment_words(each) for each in ill], 12 - len(lines))
    counts = {
        "feeds": coverage.feeds,
        "healthy": coverage.healthy,
        "late": coverage.late,
        "ill": coverage.ill,
        "articles": coverage.articles,
        "read": coverage.read,
        "possible_gaps": coverage.gaps,
        "since": stamp(since),
    }
    return _notice("heartbeat", title, lines, now, coverage=counts, feeds=_feeds(ill))


def sick_alert(ailments: Sequence[FeedAilment], now: datetime) -> Alert:
    """A message to the operator: what is wrong with a feed, or with several, and what to do."""
    first = ailments[0]
    if len(ailments) == 1:
        title = one_line(f"Feed of {first.outlet} {_ILL[first.reason]} ({first.url})", 300)
        lines = [title, first.note, _ADVICE[first.reason]]
    else:
        title = f"{len(ailments)} feeds are ill"
        lines = [title, *_listed([ailment_words(each) for each in ailments], 11)]
    return _notice(
        "feed_sick",
        title,
        lines,
        now,
        severity="warning",
        reason=_reason(ailments),
        feeds=_feeds(ailments),
    )


def recovered_alert(ailments: Sequence[FeedAilment], now: datetime) -> Alert:
    """A message to the operator: what was told to be wrong is over."""
    first = ailments[0]
    lines = [
        one_line(f"{each.outlet} ({each.url}) {_WELL[each.reason]}, {_how_long(each)}", 300)
        for each in ailments
    ]
    if len(ailments) == 1:
        title = one_line(f"Feed of {first.outlet} {_WELL[first.reason]} ({first.url})", 300)
        lines = [title, f"It was wrong {_how_long(first)}: {one_line(first.note)}"]
    else:
        title = f"{len(ailments)} feeds have recovered"
        lines = [title, *_listed(lines, 11)]
    return _notice(
        "feed_recovered",
        title,
        lines,
        now,
        reason=_reason(ailments),
        feeds=_feeds(ailments),
    )


_ILL = {
    Ailment.FAILING: "can't be read",
    Ailment.GONE: "is gone",
    Ailment.QUIET: "has gone quiet",
    Ailment.FROZEN_VALIDATORS: "hides what is new",
    Ailment.HEADLINES_ONLY: "brings headlines only",
    Ailment.IDS_CHANGED: "has changed its ids",
    Ailment.PAGES_CHANGED: "has pages that changed all at once",
}
_WELL = {
    Ailment.FAILING: "can be read again",
    Ailment.GONE: "is back",
    Ailment.QUIET: "brings something new again",
    Ailment.FROZEN_VALIDATORS: "says again when something is new",
    Ailment.HEADLINES_ONLY: "brings texts again",
    Ailment.IDS_CHANGED: "keeps its ids again",
    Ailment.PAGES_CHANGED: "has pages that stay as they are again",
}
_ADVICE = {
    Ailment.FAILING: "It is asked again later and later, at least once a day. "
    "See whether its address still holds.",
    Ailment.GONE: "From now on it is asked once a week. "
    "Look for its new address, or take it out of the configuration.",
    Ailment.QUIET: "It answers, and it was read whole. "
    "See whether the outlet publishes somewhere else by now.",
    Ailment.FROZEN_VALIDATORS: "From now on it is read whole at each poll and compared by its "
    "content; there is nothing to do.",
    Ailment.HEADLINES_ONLY: "Its articles are still read from their pages; where those can't be "
    "had, only the headline is left. See whether the outlet has a fuller feed.",
    Ailment.IDS_CHANGED: "Its entries are known by their addresses and nothing is read twice; "
    "there is nothing to do.",
    Ailment.PAGES_CHANGED: "That is a new design or a mass correction, and no edit of any one "
    "article: none of them is told as one. Look at its pages, if they matter.",
}


def _reason(ailments: Sequence[FeedAilment]) -> str:
    """The one reason, or "several"."""
    reasons = {str(each.reason) for each in ailments}
    return reasons.pop() if len(reasons) == 1 else "several"


def _feeds(ailments: Sequence[FeedAilment]) -> list[dict[str, Any]]:
    return [
        {
            "url": one_line(each.url, 500),
            "outlet": one_line(each.outlet, 100),
            "reason": str(each.reason),
            "note": one_line(each.note, 200),
            "since": stamp(each.began),
            "until": stamp(each.ended) if each.ended else None,
        }
        for each in ailments[:LISTED]
    ]


def _how_long(ailment: FeedAilment) -> str:
    if ailment.ended is None:
        return f"since {ailment.began:%Y-%m-%d %H:%M} UTC"
    hours = (ailment.ended - ailment.began).total_seconds() / 3600
    return f"for {hours:.1f} hours" if hours < 72 else f"for {hours / 24:.0f} days"


def _listed(lines: Sequence[str], most: int) -> list[str]:
    """At most so many lines; what is over is counted in the last."""
    if len(lines) <= most:
        return list(lines)
    return [*lines[: most - 1], f"and {len(lines) - most + 1:,} more: monitor status"]


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
    of: str = "",
    **more: Any,
) -> Alert:
    identity = content_id("alr", kind, stamp(now), title, *([of] if of else []))
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
    before = steps[0].before
    moved = next((each for each in reversed(steps) if each.change.kind not in UNMOVED), steps[-1])
    kind = moved.change.kind
    said = f"{SYMBOLS[kind]} {one_line(moved.thread.label, 120)}: "
    moves = before is not None and kind not in UNMOVED
    if before is not None and moves:
        said += f"{claim_words(before)} → "
    said += claim_words(moved.claim)
    if moves and isinstance(moved.claim, FiledFigure) and isinstance(before, FiledFigure):
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
