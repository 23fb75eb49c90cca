"""What a claim does to its thread: the course of one quantity, report by report.

A thread's standing is never stored: it is folded from its claims in order of filing, so that the
same claims always give the same changes. A report that words one number three ways takes one step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import groupby

from monitor.claims import ChangeKind, FiledFigure, Modifier, Series, Support
from monitor.quantities import Relation, contradicts, moved, relation, times
from monitor.track.faces import as_of_day
from monitor.track.labels import difference, in_words
from monitor.track.plausibility import SMALL, STALE_WITHIN
from monitor.track.wordings import is_replaced, is_revised, same_voice, wordings_of

IMPLAUSIBLE_RISE = 5.0
"""A number this many times the held one does not become the held one before a second origin."""

IMPLAUSIBLE_WAIT = timedelta(hours=6)
"""How long an implausible number waits for a second origin before it is held all the same."""

ROUNDING = 0.10
"""A round number lone in its report that lies this little above a sharper one was a rounding."""

MODEST_FALL = 0.7
"""A count below this share of the held one is rather of a part, unless the text says it was cut."""

LEAP = 1.3
"""A step of a running total by which the next named count may show it to have been wrong."""

FAR = 0.2
"""Two totals that differ by more than this share are two bases rather than two counts."""

PUBLIC = "public statement"
"""The channel of what was said to everybody, which is no outlet's own."""

MAY_FALL = frozenset({Series.STOCK, Series.RATE, Series.FORECAST, Series.PLAN})
"""Series that move either way without anybody being wrong."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one claim did: the kind of change, if any, against which claim, and why."""

    kind: ChangeKind | None
    before: FiledFigure | None
    why: str
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a thread stands after its claims so far.

    ``held`` is the claim whose number stands; ``authority`` who counted it, as far as any claim
    said; ``left`` the claims that it replaced, oldest first; ``fallen`` those of them that a
    lowering declared wrong. ``high`` and ``low`` wait for a second origin or a reason.
    """

    held: FiledFigure
    authority: str | None
    left: tuple[FiledFigure, ...] = ()
    fallen: tuple[FiledFigure, ...] = ()
    high: FiledFigure | None = None
    low: FiledFigure | None = None
    origins: frozenset[str] = field(default_factory=frozenset)


def standing_of(history: Iterable[FiledFigure]) -> Standing | None:
    """Fold a thread's claims, in order of filing, into where it stands."""
    standing: Standing | None = None
    for _, claims in groupby(history, key=lambda claim: claim.revision_id):
        standing, _ = take(standing, list(claims))
    return standing


def take(
    standing: Standing | None, claims: Sequence[FiledFigure]
) -> tuple[Standing | None, dict[str, Verdict]]:
    """One report's claims on one thread: the new standing, and each claim's verdict by its id."""
    verdicts: dict[str, Verdict] = {}
    replaced = [claim for claim in claims if is_replaced(claim)]
    for claim in replaced:
        verdicts[claim.id] = Verdict(None, None, "the figure that the text says was replaced")
    wordings = wordings_of([claim for claim in claims if not is_replaced(claim)])
    if not wordings:
        return standing, verdicts
    lead, *others = _in_order(standing, wordings)
    before = _released(standing, lead[0])
    said = _said(lead, others, replaced)
    start = before or _begun(said, lead)
    standing, verdicts[lead[0].id] = _step(start, lead[0], said)
    for group in others:
        verdicts[group[0].id] = _beside(lead, group[0], before)
    for group in (lead, *others):
        for claim in group[1:]:
            verdicts[claim.id] = Verdict(None, group[0], f"another wording of {in_words(group[0])}")
    return standing, verdicts


def support_of(claim: FiledFigure, history: Iterable[FiledFigure]) -> Support:
    """What stands behind a claim's number among its thread's claims, its own report included.

    An equal number of weeks ago is a coincidence and supports nothing.
    """
    behind = [
        known
        for known in _lately(history, claim)
        if known.id == claim.id
        or relation(known.figure.quantity, claim.figure.quantity)
        in (Relation.SAME, Relation.AGREES, Relation.SHARPER)
    ]
    quoted = {origin_words(known) for known in behind}
    return Support(
        authorities=len({known.figure.authority for known in behind if known.figure.authority}),
        origins=len({_own_words(known, quoted) for known in behind}),
        reports=len({known.article_id for known in behind}),
    )


def _own_words(claim: FiledFigure, quoted: AbstractSet[str]) -> str:
    """Where a claim comes from; an outlet that others quote is the origin of what they have."""
    return f"from {claim.outlet}" if f"from {claim.outlet}" in quoted else origin_words(claim)


# ---------------------------------------------------------------- one report, several wordings


def _said(
    lead: Sequence[FiledFigure],
    others: Sequence[Sequence[FiledFigure]],
    replaced: Sequence[FiledFigure],
) -> FiledFigure | None:
    """The number that the report itself says was left: "up from 14", "revised to 471"."""
    named = [*replaced]
    if is_revised(lead):
        named += [group[0] for group in others if same_voice(lead[0], group[0])]
    return next((claim for claim in named if _moves(claim, lead[0])), None)


def _begun(said: FiledFigure | None, lead: Sequence[FiledFigure]) -> Standing | None:
    """Where a series first seen stood by the report's own words: before a rise or a revision.

    The former level of an indicator or a party's seats is background, which nobody had been told;
    a count of people is told from its first fall.
    """
    if said is None:
        return None
    new = lead[0].figure
    people = new.quantity.unit == "person"
    grew = _outgrows(lead[0], relation(said.figure.quantity, new.quantity))
    if not (people or grew or is_revised(lead)):
        return None
    return Standing(said, said.figure.authority or lead[0].figure.authority)


def _in_order(
    standing: Standing | None, groups: list[list[FiledFigure]]
) -> list[list[FiledFigure]]:
    """The number that the report stands on first."""

    def rank(group: list[FiledFigure]) -> tuple[object, ...]:
        figure = group[0].figure
        first = (not is_revised(group), figure.quantity.vague)
        if figure.series is Series.EVENT:
            agrees = standing is not None and not _moves(standing.held, group[0])
            return (*first, not agrees, -len(group), figure.number.start)
        headline = any(claim.figure.headline for claim in group)
        if figure.series in MAY_FALL:
            return (*first, not headline, figure.number.start)
        return (*first, not headline, -figure.quantity.value, figure.number.start)

    return sorted(groups, key=rank)


def _moves(old: FiledFigure, new: FiledFigure) -> bool:
    return moved(old.figure.quantity, new.figure.quantity)


def _beside(lead: list[FiledFigure], other: FiledFigure, before: Standing | None) -> Verdict:
    """A second number of the same quantity in the same report: a conflict, or an older state.

    Running totals of two voices differ for many reasons (an hour, a base); they conflict only where
    both are new to a known series.
    """
    first, told = lead[0], other.figure.authority
    known = next((claim.figure.authority for claim in lead if claim.figure.authority), None)
    silent = Verdict(None, first, f"told beside {in_words(first)} in the same report")
    if not told or told == known or (is_revised(lead) and same_voice(first, other)):
        return silent
    value = first.figure.quantity.value
    wordings = [claim.figure.quantity for claim in lead if claim.figure.quantity.value == value]
    if not any(contradicts(wording, other.figure.quantity) for wording in wordings):
        return silent
    earlier = (*before.left, before.held) if before else ()
    if _said_before(other, earlier):
        return Verdict(None, first, "an older figure told again beside the new one")
    if other.figure.series is not Series.EVENT and (before is None or _far(first, other)):
        return silent
    return Verdict(
        ChangeKind.CONFLICT,
        first,
        f"the same report has {in_words(first)} ({known or 'no source'}) "
        f"and {in_words(other)} ({told})",
    )


# ---------------------------------------------------------------- one step


def _released(standing: Standing | None, claim: FiledFigure) -> Standing | None:
    """An implausible number is held once `IMPLAUSIBLE_WAIT` has passed unopposed."""
    if standing is None or standing.high is None:
        return standing
    if claim.published - standing.high.published < IMPLAUSIBLE_WAIT:
        return standing
    return _hold(standing, standing.high)


def _step(
    standing: Standing | None, claim: FiledFigure, said: FiledFigure | None
) -> tuple[Standing, Verdict]:
    """One number's step. ``said`` is the number that the text itself says it replaces."""
    if standing is None:
        start = Standing(claim, claim.figure.authority, origins=frozenset({origin_words(claim)}))
        return start, Verdict(ChangeKind.FIRST, None, "the first sight of this quantity")
    held = standing.held
    how = relation(held.figure.quantity, claim.figure.quantity)
    if as_of_day(claim) < as_of_day(held) and not _outgrows(claim, how):
        return standing, _of_the_past(standing, claim)
    if _basis(claim) != _basis(held) and claim.figure.revision_words:
        now = replace(standing, held=claim, left=(*standing.left, held))
        return now, Verdict(
            ChangeKind.BASIS_CHANGED,
            held,
            f"counted otherwise: {' '.join(_basis(held))}, now {' '.join(_basis(claim))}",
        )
    if how is Relation.ABOVE:
        return _above(standing, claim)
    if how is Relation.BELOW:
        return _below(standing, claim, said)
    return _agrees(standing, claim, how)


def _of_the_past(standing: Standing, claim: FiledFigure) -> Verdict:
    held = standing.held
    days = f"as of {as_of_day(claim)}, before {as_of_day(held)}"
    if _said_before(claim, (*standing.left, held)):
        return Verdict(ChangeKind.STALE, held, f"repeats an older state of the series: {days}")
    return Verdict(None, held, f"fills history: {days}")


def _outgrows(claim: FiledFigure, how: Relation) -> bool:
    """Whether the number itself shows that it is no older one: a total only grows."""
    return how is Relation.ABOVE and claim.figure.series not in MAY_FALL


def _basis(claim: FiledFigure) -> tuple[str, str]:
    return claim.figure.status.value, claim.figure.reporting_unit


def _above(standing: Standing, claim: FiledFigure) -> tuple[Standing, Verdict]:
    held = standing.held
    if _said_before(claim, standing.fallen):
        return standing, Verdict(
            ChangeKind.STALE, held, f"repeats a figure that was lowered to {in_words(held)}"
        )
    if claim.figure.series in MAY_FALL and _returns(standing, claim):
        return standing, Verdict(ChangeKind.STALE, held, "repeats an earlier level of the series")
    if _disputes(standing, claim):
        return standing, _conflict(standing, claim)
    many = times(held.figure.quantity, claim.figure.quantity)
    if many > IMPLAUSIBLE_RISE and held.figure.quantity.value >= SMALL:
        waiting = standing.high
        if waiting is None or origin_words(waiting) == origin_words(claim) or _far(waiting, claim):
            return replace(standing, high=claim), Verdict(
                ChangeKind.RAISED,
                held,
                difference(held, claim) + "; waits for a second independent origin",
                (("implausible", f"{many:.1f} times the last value"),),
            )
    return _hold(standing, claim), Verdict(ChangeKind.RAISED, held, difference(held, claim))


def _returns(standing: Standing, claim: FiledFigure) -> bool:
    """Whether nobody named tells a level that the series has left."""
    value = claim.figure.quantity.value
    if claim.figure.authority is not None:
        return False
    return any(known.figure.quantity.value == value for known in standing.left)


def _below(
    standing: Standing, claim: FiledFigure, said: FiledFigure | None
) -> tuple[Standing, Verdict]:
    held, figure = standing.held, claim.figure
    if figure.quantity.vague:
        return standing, Verdict(None, held, "a vague word makes no change")
    if figure.revision_words:
        why = f"{difference(held, claim)}; the text says so: {figure.revision_words}"
        return _lower(standing, claim), Verdict(ChangeKind.LOWERED, held, why)
    if said is not None and not _moves(said, held):
        why = f"{difference(held, claim)}; the text gives the number it replaces"
        return _lower(standing, claim), Verdict(ChangeKind.LOWERED, held, why)
    if _said_before(claim, _lately(standing.left, claim)):
        return standing, Verdict(
            ChangeKind.STALE, held, f"repeats an older state of the series ({in_words(held)} since)"
        )
    if _was_rounded(standing, claim):
        return _hold(standing, claim), Verdict(
            ChangeKind.REFINED, held, f"the round {in_words(held)} stood for {in_words(claim)}"
        )
    if _was_outlier(standing, claim):
        return _back_to_earth(standing, claim)
    if _disputes(standing, claim):
        return standing, _conflict(standing, claim)
    reason = _reason_to_fall(standing, claim)
    if reason:
        why = f"{difference(held, claim)}; {reason}"
        details = _deep_fall(standing, claim)
        return _lower(standing, claim), Verdict(ChangeKind.LOWERED, held, why, details)
    if _stayed_alone(standing, claim):
        return _back_to_earth(standing, claim)
    return replace(standing, low=claim), Verdict(
        ChangeKind.STALE, held, f"lower than {in_words(held)}, without a reason to believe it newer"
    )


def _agrees(standing: Standing, claim: FiledFigure, how: Relation) -> tuple[Standing, Verdict]:
    held = standing.held
    fresh = _own_words(claim, standing.origins) not in standing.origins
    fresh = fresh and origin_words(claim) != f"from {held.outlet}"
    same_counter = claim.figure.authority is not None and (
        claim.figure.authority == standing.authority
    )
    known = replace(standing, origins=standing.origins | {origin_words(claim)})
    if how is Relation.SHARPER:
        return _hold(known, claim), Verdict(
            ChangeKind.REFINED, held, f"{in_words(claim)} lies within {in_words(held)}"
        )
    if how is Relation.SAME:
        known = replace(known, held=claim, authority=standing.authority or claim.figure.authority)
    words = f"agrees with {in_words(held)}"
    if fresh and not same_counter and claim.article_id != held.article_id:
        return known, Verdict(ChangeKind.CORROBORATED, held, words)
    return known, Verdict(ChangeKind.RESTATED, held, words)


def _hold(standing: Standing, claim: FiledFigure) -> Standing:
    return Standing(
        held=claim,
        authority=claim.figure.authority or standing.authority,
        left=(*standing.left, standing.held),
        fallen=standing.fallen,
        origins=frozenset({origin_words(claim)}),
    )


def _lower(standing: Standing, claim: FiledFigure) -> Standing:
    fallen = (*standing.fallen, standing.held)
    if standing.held.figure.series in MAY_FALL:
        fallen = standing.fallen
    return replace(_hold(standing, claim), fallen=fallen)


def _disputes(standing: Standing, claim: FiledFigure) -> bool:
    """Another authority's count of the same time that cannot be true with the held one.

    A running total grows within hours, so that two authorities' totals are compared only within
    one report; one event's count is the same count a day later.
    """
    held, told = standing.held, claim.figure.authority
    if told is None or standing.authority is None or told == standing.authority:
        return False
    if claim.figure.series is not Series.EVENT or claim.figure.revision_words:
        return False
    if not contradicts(held.figure.quantity, claim.figure.quantity):
        return False
    below = relation(held.figure.quantity, claim.figure.quantity) is Relation.BELOW
    return below or as_of_day(claim) == as_of_day(held)


def _conflict(standing: Standing, claim: FiledFigure) -> Verdict:
    held = standing.held
    return Verdict(
        ChangeKind.CONFLICT,
        held,
        f"{in_words(claim)} ({claim.figure.authority}) against "
        f"{in_words(held)} ({standing.authority}): both cannot be true",
    )


def _reason_to_fall(standing: Standing, claim: FiledFigure) -> str | None:
    held, figure = standing.held, claim.figure
    later = as_of_day(claim) > as_of_day(held)
    named = figure.authority is not None
    fine = figure.quantity.step <= held.figure.quantity.step
    finer = figure.quantity.step < held.figure.quantity.step
    stands = not contradicts(held.figure.quantity, figure.quantity)
    if stands and not (finer and figure.series is Series.EVENT):
        return None  # "more than 220" after 239 denies nothing
    exact = figure.quantity.modifier is Modifier.EXACT
    if figure.series in MAY_FALL and later and (named or (exact and fine)):
        return "a level may fall"
    if times(held.figure.quantity, figure.quantity) < MODEST_FALL:
        return None
    if later and named and fine and figure.authority == standing.authority:
        return "the same authority at a later date"
    if later and named and finer and figure.series is Series.EVENT:
        return "a finer count by a named authority at a later date"
    waiting = standing.low
    if (
        waiting is not None
        and origin_words(waiting) != origin_words(claim)
        and waiting.outlet != claim.outlet
        and not _far(waiting, claim)
    ):
        return f"a second independent origin ({waiting.outlet} before)"
    return None


def _back_to_earth(standing: Standing, claim: FiledFigure) -> tuple[Standing, Verdict]:
    """The step from the number before an outlier, which nobody had been told yet."""
    last = standing.left[-1]
    why = f"{difference(last, claim)}; {in_words(standing.held)} stayed alone"
    return _hold(standing, claim), Verdict(ChangeKind.RAISED, last, why)


def _was_outlier(standing: Standing, claim: FiledFigure) -> bool:
    """Whether a running total's last leap stood alone and a named count takes it back."""
    held, figure = standing.held, claim.figure
    if figure.series is not Series.CUMULATIVE or figure.revision_words or not figure.authority:
        return False
    if not standing.left or len(standing.origins) > 1:
        return False
    last = standing.left[-1].figure.quantity
    leapt = times(last, held.figure.quantity) >= LEAP
    return leapt and relation(last, figure.quantity) is Relation.ABOVE


def _deep_fall(standing: Standing, claim: FiledFigure) -> tuple[tuple[str, str], ...]:
    """A mark on a fall so deep, told by another counter, that it may be of a part."""
    share = times(standing.held.figure.quantity, claim.figure.quantity)
    if share >= MODEST_FALL or claim.figure.authority == standing.authority:
        return ()
    return (("implausible", f"{share:.1f} times the last value"),)


def _stayed_alone(standing: Standing, claim: FiledFigure) -> bool:
    """Whether the held number was an outlier: two later articles lie between it and the one before.

    So one number too high never blinds a thread to the real rises after it.
    """
    waiting = standing.low
    if waiting is None or not standing.left or len(standing.origins) > 1:
        return False
    apart = waiting.article_id != claim.article_id and origin_words(waiting) != origin_words(claim)
    rising = relation(waiting.figure.quantity, claim.figure.quantity) is not Relation.BELOW
    above = relation(standing.left[-1].figure.quantity, waiting.figure.quantity) is Relation.ABOVE
    return apart and rising and above


def _was_rounded(standing: Standing, claim: FiledFigure) -> bool:
    """Whether the held number was a round one for the sharper one told now."""
    held, told = standing.held.figure.quantity, claim.figure.quantity
    if held.modifier not in (Modifier.APPROXIMATE, Modifier.EXACT) or told.step >= held.step:
        return False
    if held.modifier is Modifier.EXACT and (held.step < 10 or claim.figure.series in MAY_FALL):
        return False
    return held.value - told.value <= ROUNDING * held.value and len(standing.origins) == 1


def _said_before(claim: FiledFigure, earlier: Iterable[FiledFigure]) -> bool:
    """Whether the claim tells one of these numbers again."""
    told = claim.figure.quantity
    return any(
        told.value == known.figure.quantity.value or not _moves(known, claim) for known in earlier
    )


def _lately(earlier: Iterable[FiledFigure], claim: FiledFigure) -> list[FiledFigure]:
    """The states of the last days: an older one that a series falls back to is no repetition."""
    day = as_of_day(claim)
    return [known for known in earlier if abs(day - as_of_day(known)) <= STALE_WITHIN]


def _far(first: FiledFigure, second: FiledFigure) -> bool:
    """Whether two numbers differ by more than `FAR`, so that they hardly count the same."""
    one, other = first.figure.quantity.value, second.figure.quantity.value
    return abs(one - other) > FAR * abs(one)


def origin_words(claim: FiledFigure) -> str:
    """Where a claim comes from: the outlet that the text has it from, else the text's own."""
    said = claim.figure.attribution
    if said is not None and said.channel and said.channel not in (claim.outlet, PUBLIC):
        return f"from {said.channel}"
    return claim.origin or f"article {claim.article_id}"
