"""How loud a changed position is: now, twice a day, or in the store only."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.alerts.wording import KINDS
from monitor.claims import (
    Change,
    ChangeKind,
    FiledPosition,
    Rank,
    Report,
    Tier,
    Venue,
)

_HIGH = (Rank.PRINCIPAL, Rank.MINISTER)
ACT = "act"  # stands among the kinds that are pushed for: a deed, whatever turn it makes


@dataclass(frozen=True, slots=True)
class PositionRules:
    """When a turned position is sent. The defaults serve without any configuration.

    ``push`` are kinds of change, and `ACT`; ``push_if_high`` those that are pushed when a principal
    or a minister speaks, and are for the digest otherwise.
    """

    push: frozenset[str] = frozenset(
        {ChangeKind.REVERSED, ChangeKind.CONTRADICTED, ChangeKind.DENIED, ACT}
    )
    push_if_high: frozenset[str] = frozenset({ChangeKind.HARDENED, ChangeKind.SOFTENED})
    first: Tier = Tier.LOG
    restated: Tier = Tier.LOG
    push_confidence: float = 0.90
    digest_confidence: float = 0.60


DEFAULT_RULES = PositionRules()

SEEN_NOW = frozenset({ChangeKind.EDITED, ChangeKind.WITHDRAWN})
"""Changes of a page itself."""


def position_tier(
    change: Change,
    claim: FiledPosition,
    report: Report,
    rules: PositionRules = DEFAULT_RULES,
) -> tuple[Tier, str]:
    """The tier of one position change by the built-in rules, and the reason in words."""
    position, kind = claim.position, KINDS[change.kind]
    if report.baseline:
        return Tier.LOG, "from the first poll of its feed"
    if change.kind in SEEN_NOW:
        return _of_the_page(change, claim)
    if position.background:
        return Tier.LOG, "retells an older saying or act"
    if position.attribution.venue is Venue.COLUMNIST or not position.holder.official:
        return Tier.LOG, "not an official position"
    if change.kind not in rules.push | rules.push_if_high:
        quiet = {ChangeKind.FIRST: rules.first, ChangeKind.RESTATED: rules.restated}
        tier = quiet.get(change.kind, Tier.LOG)
        return tier, kind if tier is not Tier.LOG else f"not sent: {kind}"
    confidence = min(change.confidence, position.confidence)
    if confidence < rules.digest_confidence:
        bound = f"{rules.digest_confidence:.2f}"
        return Tier.LOG, f"read with confidence {confidence:.2f}, below {bound}"
    if confidence < rules.push_confidence:
        bound = f"{rules.push_confidence:.2f}"
        return Tier.DIGEST, f"{kind}; read with confidence {confidence:.2f}, below {bound}"
    if change.kind in rules.push:
        return Tier.PUSH, _turn_words(kind, change.explanation)
    if position.act and ACT in rules.push:
        return Tier.PUSH, f"a deed: {change.explanation}"
    if position.rank in _HIGH:
        return Tier.PUSH, f"{kind}: a {position.rank.value} speaks"
    return Tier.DIGEST, f"{kind}, but neither a principal nor a minister speaks"


def _of_the_page(change: Change, claim: FiledPosition) -> tuple[Tier, str]:
    """An edit or a withdrawal: what the publisher did, whoever was quoted."""
    edited = change.kind is ChangeKind.EDITED
    why = f"a published statement was {'changed' if edited else 'withdrawn'}"
    if claim.position.holder.official:
        return Tier.PUSH, why
    return Tier.DIGEST, f"{why}; not an official position"


def _turn_words(kind: str, explanation: str) -> str:
    return explanation if explanation.startswith(kind) else f"{kind}: {explanation}"
