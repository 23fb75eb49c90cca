"""What no message told: each destination's digest, by the watches that send there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.alerts.moved import Moved
from monitor.alerts.watches import Watch, asks, goes_by_default
from monitor.claims import Tier
from monitor.messaging.changes import moved_again
from monitor.messaging.rules import BUILT_IN, NOWHERE, OF_DELIVERY, Rules
from monitor.store import Store


@dataclass(frozen=True, slots=True)
class Digest:
    """What the digest of some destinations tells, in order of filing."""

    destinations: tuple[str, ...]
    changes: tuple[Moved, ...]


def unsent_between(store: Store, start: datetime, end: datetime) -> list[Moved]:
    """What no message told: changes of the digest's tier, and those over the volume limits."""
    return [moved_again(store, each) for each in store.changes.unsent(start, end)]


def left_to_digest(store: Store, rules: Rules, start: datetime, end: datetime) -> list[Digest]:
    """The digests of a stretch of time: each destination's by the watches that send there.

    Destinations with the same changes share one; one without any has an empty one.
    """
    unsent = [each for each in unsent_between(store, start, end) if not _is_put_off(store, each)]
    by_watch = {watch.name: _left_by(store, watch, unsent, start, end) for watch in rules.watches}
    shared: dict[tuple[str, ...], list[str]] = {}
    changes: dict[str, Moved] = {}
    for destination in rules.destinations or (NOWHERE,):
        asked: dict[str, Moved] = {}
        for watch in rules.watches:
            if not watch.destinations or destination in watch.destinations:
                asked |= {each.change.id: each for each in by_watch[watch.name]}
        changes |= asked
        in_order = sorted(asked, key=lambda change: asked[change].claim.sequence)
        shared.setdefault(tuple(in_order), []).append(destination)
    return [
        Digest(
            tuple(name for name in names if name != NOWHERE), tuple(changes[each] for each in ids)
        )
        for ids, names in shared.items()
    ]


def _left_by(
    store: Store, watch: Watch, unsent: Sequence[Moved], start: datetime, end: datetime
) -> list[Moved]:
    """What one watch leaves to the digest: by the built-in rules, and by its own."""
    left = [
        each
        for each in unsent
        if goes_by_default(watch, each) and watch.tier is not Tier.LOG and asks(watch, each)
    ]
    if watch.name == BUILT_IN:
        return left
    own = (
        moved_again(store, each) for each in store.changes.left_to_digest(watch.name, start, end)
    )
    return left + [each for each in own if store.silences.of(each.thread.id) is None]


def _is_put_off(store: Store, moved: Moved) -> bool:
    """Whether a change is silent, or is told when its wait is over."""
    if store.silences.of(moved.thread.id) is not None:
        return True
    return any(
        hold.ended is None and hold.wait.awaited in OF_DELIVERY
        for hold in store.holds.of_change(moved.change.id)
    )
