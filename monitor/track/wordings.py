"""One report's numbers of one quantity, each with all its wordings.

A headline rounds the body, a lead rounds the quote: "over 5,000", "nearly 5,100" and 5,087 in one
report are one number, and its best wording stands for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.claims import FiledFigure, Modifier
from monitor.quantities import comparable, contradicts
from monitor.track.faces import as_of_day

ONE_WORDING = 0.05
"""Two numbers of one report this near, one of them rounder, are one number worded twice."""


def is_replaced(claim: FiledFigure) -> bool:
    """Whether the text gives this number as the one that another replaces."""
    as_of = claim.figure.as_of
    return as_of is not None and as_of.basis.startswith(("replaced", "earlier"))


def is_revised(group: Iterable[FiledFigure]) -> bool:
    """Whether any wording of a number comes with words of revision."""
    return any(claim.figure.revision_words for claim in group)


def wordings_of(claims: Sequence[FiledFigure]) -> list[list[FiledFigure]]:
    """The report's numbers, each with all its wordings, the best wording first."""
    groups: list[list[FiledFigure]] = []
    for claim in sorted(claims, key=_merit):
        for group in groups:
            if _one_number(group[0], claim):
                group.append(claim)
                break
        else:
            groups.append([claim])
    return groups


def _merit(claim: FiledFigure) -> tuple[object, ...]:
    """The best wording first: of the body, not vague, of the latest day, exact, fine, sourced."""
    figure = claim.figure
    return (
        figure.headline,
        figure.quantity.vague,
        -as_of_day(claim).toordinal(),
        figure.revision_words is None,
        figure.quantity.modifier is not Modifier.EXACT,
        figure.quantity.step,
        figure.authority is None,
        figure.number.start,
    )


def _one_number(best: FiledFigure, other: FiledFigure) -> bool:
    first, second = best.figure.quantity, other.figure.quantity
    if not comparable(first, second):
        return False
    if first.value == second.value:
        return True
    if not contradicts(first, second) and (other.figure.headline or second.vague):
        return True
    near = abs(first.value - second.value) <= ONE_WORDING * abs(first.value)
    return near and second.step > first.step and same_voice(best, other)


def same_voice(first: FiledFigure, second: FiledFigure) -> bool:
    """Whether one authority may have told both numbers."""
    told, known = second.figure.authority, first.figure.authority
    return told is None or known is None or told == known
