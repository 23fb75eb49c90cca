"""How loud a changed position is: now, twice a day, or in the store only."""

from __future__ import annotations

from datetime import datetime

from monitor.alerts.wording import KINDS
from monitor.claims import (
    Change,
    ChangeKind,
    FiledPosition,
    PositionThread,
    Rank,
    Report,
    Tier,
    Venue,
)

PUSH_CONFIDENCE = 0.90
DIGEST_CONFIDENCE = 0.60
_TURNS = (ChangeKind.REVERSED, ChangeKind.CONTRADICTED, ChangeKind.DENIED)
_DEGREES = (ChangeKind.HARDENED, ChangeKind.SOFTENED)
_HIGH = (Rank.PRINCIPAL, Rank.MINISTER)


def position_tier(
    change: Change, claim: FiledPosition, thread: PositionThread, report: Report, now: datetime
) -> tuple[Tier, str]:
    """The tier of one position change by the built-in rules, and the reason in words."""
    position, kind = claim.position, KINDS[change.kind]
    if report.baseline:
        return Tier.LOG, "from the first poll of its feed"
    if position.background:
        return Tier.LOG, "retells an older saying or act"
    if position.attribution.venue is Venue.COLUMNIST or not position.holder.official:
        return Tier.LOG, "not an official position"
    if change.kind not in _TURNS + _DEGREES:
        return Tier.LOG, f"not sent: {kind}"
    confidence = min(change.confidence, position.confidence)
    if confidence < DIGEST_CONFIDENCE:
        return Tier.LOG, f"read with confidence {confidence:.2f}, below {DIGEST_CONFIDENCE:.2f}"
    if confidence < PUSH_CONFIDENCE:
        return (
            Tier.DIGEST,
            f"{kind}; read with confidence {confidence:.2f}, below {PUSH_CONFIDENCE:.2f}",
        )
    if change.kind in _TURNS:
        return Tier.PUSH, _turn_words(kind, change.explanation)
    if position.act:
        return Tier.PUSH, f"a deed: {change.explanation}"
    if position.rank in _HIGH:
        return Tier.PUSH, f"{kind}: a {position.rank.value} speaks"
    return Tier.DIGEST, f"{kind}, but neither a principal nor a minister speaks"


def _turn_words(kind: str, explanation: str) -> str:
    return explanation if explanation.startswith(kind) else f"{kind}: {explanation}"
