"""What becomes of a change that was held back for a named source or a second origin.

It is looked at again whenever its thread moves, and for the last time when its time is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.alerts.figure_tiers import (
    FigureRules,
    Judgement,
    bears_out,
    hours_words,
    why_digest,
    why_unsure,
)
from monitor.claims import Change, FigureThread, FiledFigure, Tier
from monitor.outbox import Awaited, Wait
from monitor.quantities import Relation, moved, relation
from monitor.track.changes import origin_words, standing_of
from monitor.track.labels import in_words

AGREES = (Relation.SAME, Relation.AGREES, Relation.SHARPER)


def look_again(
    wait: Wait,
    change: Change,
    claim: FiledFigure,
    thread: FigureThread,
    now: datetime,
    others: Sequence[FiledFigure] = (),
    rules: FigureRules | None = None,
) -> Judgement | None:
    """How a wait ends, or None while it goes on.

    ``thread`` has every claim so far; ``others`` are claims of the same number elsewhere on file.
    """
    rules = rules or FigureRules()
    later = [known for known in thread.history if known.sequence > claim.sequence]
    if wait.awaited is Awaited.NAMED_SOURCE:
        return _for_a_name(wait, change, claim, thread, [*later, *others], now, rules)
    return _for_an_origin(wait, change, claim, thread, later, now, rules)


def _for_a_name(
    wait: Wait,
    change: Change,
    claim: FiledFigure,
    thread: FigureThread,
    later: Sequence[FiledFigure],
    now: datetime,
    rules: FigureRules,
) -> Judgement | None:
    named = next((known for known in later if _names(known, claim)), None)
    if named is not None:
        who = f"counted by {named.figure.authority} ({named.outlet})"
        return _sent(wait, who, change, claim, thread, now, rules)
    standing = standing_of(thread.history)
    if standing is not None and moved(claim.figure.quantity, standing.held.figure.quantity):
        newer = in_words(standing.held)
        return Judgement(Tier.DIGEST, f"{wait.worth}; in the digest: overtaken by {newer}")
    if now < wait.due:
        return None
    why = f"no named source within {hours_words(wait.due - wait.since)}"
    return _sent(wait, why, change, claim, thread, now, rules)


def _names(known: FiledFigure, claim: FiledFigure) -> bool:
    """Whether a claim names who counted the number that another left nameless."""
    how = relation(claim.figure.quantity, known.figure.quantity)
    return known.figure.authority is not None and how in AGREES


def _for_an_origin(
    wait: Wait,
    change: Change,
    claim: FiledFigure,
    thread: FigureThread,
    later: Sequence[FiledFigure],
    now: datetime,
    rules: FigureRules,
) -> Judgement | None:
    heard = [known for known in later if origin_words(known) != origin_words(claim)]
    second = next((known for known in heard if bears_out(known, claim)), None)
    if second is not None:
        who = f"{second.outlet} has {in_words(second)}"
        return _sent(wait, who, change, claim, thread, now, rules)
    if now < wait.due:
        return None
    if heard:
        against = f"{heard[-1].outlet} has {in_words(heard[-1])}"
        return Judgement(Tier.LOG, f"not sent: {wait.worth}, and {against}")
    why = why_unsure(change, claim, rules)
    if why:
        return Judgement(Tier.DIGEST, f"{wait.worth}; in the digest: {why}")
    why = f"no second origin within {hours_words(wait.due - wait.since)}"
    return _sent(wait, why, change, claim, thread, now, rules)


def _sent(
    wait: Wait,
    why: str,
    change: Change,
    claim: FiledFigure,
    thread: FigureThread,
    now: datetime,
    rules: FigureRules,
) -> Judgement:
    """Out it goes, unless something else has come to speak for the digest."""
    reason = why_digest(change, claim, thread, now, rules)
    if reason:
        return Judgement(Tier.DIGEST, f"{wait.worth}; {why}; in the digest: {reason}")
    return Judgement(Tier.PUSH, f"{wait.worth}; {why}")
