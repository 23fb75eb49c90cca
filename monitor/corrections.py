"""What a reader puts right in threads, with what follows for the alerts that rest on it.

Called with an open transaction, by the daemon or by the command that stands in for it.
"""

from __future__ import annotations

from datetime import datetime

from monitor.claims import (
    FigureThread,
    FiledFigure,
    FiledPosition,
    Followed,
    PositionThread,
    content_id,
)
from monitor.errors import InputError
from monitor.messaging import correct
from monitor.store import Store
from monitor.store.corrections import REJECT, RENAME, SPLIT, Correction
from monitor.track.labels import describe
from monitor.track.linking import figure_key


def reject_claim(store: Store, claim: str, reader: str, note: str, now: datetime) -> list[str]:
    """Take a claim that was read wrongly out of its thread; returns the ids of what is sent.

    The same words in later revisions of the article are left out too. Raises `InputError`.
    """
    correction = Correction(REJECT, reader, note, now, claim=_known(store, claim).id)
    resting = store.corrections.reject(correction)
    reason = f"a reader rejected the claim: {note}" if note else "a reader rejected the claim"
    return _followed_up(store, resting, "withdrawn", reason, now)


def split_claim(store: Store, claim: str, reader: str, note: str, now: datetime) -> list[str]:
    """Give a claim that was linked wrongly a thread of its own; returns as `reject_claim`."""
    filed = _known(store, claim)
    thread = _own_thread(filed)
    try:
        store.threads.get(thread.id)
    except KeyError:
        store.threads.move(Followed(filed, thread, opened=True, change=None), now)
    else:
        raise InputError(f"claim {claim} was split off before, into thread {thread.id}")
    resting = store.corrections.split(
        Correction(SPLIT, reader, note, now, claim=filed.id, thread=thread.id), thread.id
    )
    reason = f"a reader put the claim into a thread of its own{f': {note}' if note else ''}"
    return _followed_up(store, resting, "corrected", reason, now)


def rename_thread(
    store: Store, thread: str, label: str, reader: str, note: str, now: datetime
) -> None:
    """Give a thread a name that later reports leave as it is. Raises `InputError`."""
    if not label:
        raise InputError("a thread needs a name")
    try:
        store.corrections.rename(Correction(RENAME, reader, note, now, thread=thread, label=label))
    except KeyError:
        raise InputError(f"there is no thread {thread!r}: {_LISTED}") from None


def merge_threads(
    store: Store, thread: str, into: str, reader: str, note: str, now: datetime
) -> None:
    """Make one thread of two that follow one thing. A merge is not undone, so what can't be one
    thing is refused: another measure, unit or holder. Raises `InputError`.
    """
    try:
        source, target = store.threads.get(thread), store.threads.get(into)
    except KeyError as error:
        raise InputError(f"there is no thread {error.args[0]!r}: {_LISTED}") from None
    for what, one, other in _apart(source, target):
        raise InputError(
            f"{thread} and {into} can't be one thread: the {what} of the first is {one}, of the "
            f"second {other}"
        )
    store.threads.merge(thread, into=into, reason=note, by=reader, now=now)


def _apart(
    source: FigureThread | PositionThread, target: FigureThread | PositionThread
) -> list[tuple[str, str, str]]:
    """In what two threads of one kind differ that no two parts of one thing do."""
    if isinstance(source, FigureThread) and isinstance(target, FigureThread):
        pairs = zip(_MEASURED, _measured(source.key), _measured(target.key), strict=True)
    elif isinstance(source, PositionThread) and isinstance(target, PositionThread):
        pairs = zip(("holder",), (source.key,), (target.key,), strict=True)
    else:
        return []  # the store says so
    return [(what, one, other) for what, one, other in pairs if one != other]


_MEASURED = ("measure", "unit")


def _measured(key: str) -> tuple[str, str]:
    """The measure and the unit of `figure_key`."""
    measure, _, *unit = key.split("|")
    return measure, "|".join(unit) or "a plain count"


_LISTED = "the tables figure_threads and position_threads list them"


def _known(store: Store, claim: str) -> FiledFigure | FiledPosition:
    try:
        return store.claims.get(claim)
    except KeyError:
        problem = f"there is no claim {claim!r}: the tables figures and positions list them"
        raise InputError(problem) from None


def _own_thread(claim: FiledFigure | FiledPosition) -> FigureThread | PositionThread:
    """The thread that a claim opens when it is split off; never the one that it opened before."""
    identity = content_id("thr", claim.id, SPLIT)
    if isinstance(claim, FiledFigure):
        return FigureThread(identity, figure_key(claim.figure), describe(claim), (claim,))
    position = claim.position
    label = f"{position.holder.name} · {position.proposition.label}"
    return PositionThread(identity, position.holder.name, label, position.proposition, (claim,))


def _followed_up(
    store: Store, alerts: list[str], kind: str, reason: str, now: datetime
) -> list[str]:
    """Tell everyone who had these alerts."""
    return [told.id for alert in alerts for told in correct(store, alert, kind, reason, now)]
