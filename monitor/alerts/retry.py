"""When to try a delivery again. Pure: the try, the clock and the chance are handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.outbox import DeliveryState

# Waits before each try, from Standard Webhooks 1.0: ten tries over about three days.
SCHEDULE = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER = 0.2  # a wait is lengthened by up to this part of itself, so that tries spread out
LONGEST_RETRY_AFTER = timedelta(hours=24)
REFUSED = frozenset({400, 413, 422})  # this payload will never be taken
BUSY = frozenset({429, 503})  # the receiver may say how long to wait
GONE = 410


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one try: an HTTP status, or None with what went wrong instead.

    ``retry_after``: seconds the receiver asks us to wait, where it said so. ``delivered``: taken
    by a service that gives no status.
    """

    status: int | None
    retry_after: float | None = None
    note: str = ""
    delivered: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where the delivery stands after a try. ``retry_at`` is None once it is over."""

    state: DeliveryState
    retry_at: datetime | None
    note: str


def judge(answer: Answer, tries: int, now: datetime, chance: float) -> Verdict:
    """Decide what follows from the ``tries``-th try (the first is 1).

    Only 2xx delivers; a redirect is a failure, since following it would hand the message to an
    address nobody named. ``chance`` in [0, 1) spreads the waits.
    """
    status = answer.status
    said = answer.note or (f"HTTP {status}" if status is not None else "no answer")
    if answer.delivered or (status is not None and 200 <= status < 300):
        return Verdict(DeliveryState.DELIVERED, None, said)
    if status in REFUSED:
        return Verdict(DeliveryState.DEAD, None, f"{said}: the receiver refuses this payload")
    if status == GONE:
        return Verdict(DeliveryState.DEAD, None, f"{said}: the receiver is gone")
    if tries >= len(SCHEDULE):
        return Verdict(DeliveryState.DEAD, None, f"{said}: given up after {tries} tries")
    wait = SCHEDULE[tries] * (1 + JITTER * chance)
    if status in BUSY and answer.retry_after is not None:
        asked = timedelta(seconds=min(answer.retry_after, LONGEST_RETRY_AFTER.total_seconds()))
        wait = max(wait, asked)
    if status is not None and 300 <= status < 400:
        said += ": redirects are not followed; put the new address into the configuration"
    return Verdict(DeliveryState.PENDING, now + wait, said)
