"""From changes to messages in the outbox: who asks, what waits, what follows an earlier message.

::

    the changes of one report, with the tier of the built-in rules
      | each watch that asks for one: pushed, for the digest, silent, or it waits
      | what a person put aside stays silent; what an earlier message told already follows it
      | quiet hours and a full hour hold a message back
      | one message for each report and destination, led by the gravest change

Everything is a function of the store, the rules and the time: a walk over the same history makes
the same messages. A wait that is over is over at its own time, however late it is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from monitor.claims import Followed, Report
from monitor.messaging.changes import file_changes, moved_by
from monitor.messaging.following import correct as correct
from monitor.messaging.following import count_reports
from monitor.messaging.rules import OF_DELIVERY
from monitor.messaging.rules import Rules as Rules
from monitor.messaging.sending import deliver_held, tell
from monitor.messaging.waits import settle_waits
from monitor.outbox import Alert, Hold, Wait
from monitor.store import Store

_SOON = timedelta(minutes=1)  # how late a wait that is over may be looked at


def conclude(
    store: Store,
    followed: Sequence[Followed],
    waits: Mapping[str, Wait],
    report: Report,
    rules: Rules,
    now: datetime,
) -> list[Alert]:
    """File a report's changes, and its messages with their deliveries; its claims are on file.

    ``waits`` says by change what the built-in rules wait for. Then changes that wait in the same
    threads are looked at again.
    """
    file_changes(store, followed, waits, report, now)
    moved = [moved_by(store, each, each.change) for each in followed if each.change]
    alerts = tell(store, moved, report, rules, rules.watches, now)
    alerts += count_reports(store, moved, rules, now)
    threads = dict.fromkeys(each.thread.id for each in followed if each.thread is not None)
    held = [hold for thread in threads for hold in store.holds.waiting(thread)]
    held = [hold for hold in held if hold.wait.awaited not in OF_DELIVERY]
    return [*alerts, *settle_waits(store, held, rules, now)]


def end_waits(store: Store, rules: Rules, now: datetime) -> list[Alert]:
    """End every wait that is over by ``now``; returns the alerts.

    It is looked at within seconds, and taken to be looked at when it was over; where nobody looked
    for longer, the time is now.
    """
    alerts: list[Alert] = []
    while (hold := store.holds.next_due(now)) is not None:
        due = hold.wait.due
        alerts += _end_due(store, hold, rules, due if now - due <= _SOON else now)
    return alerts


def end_waits_until(store: Store, rules: Rules, time: datetime) -> list[Alert]:
    """`end_waits` of every wait that is over by ``time``, each at its own time.

    What a daemon would have done in a stream that is walked with simulated time.
    """
    alerts: list[Alert] = []
    while (hold := store.holds.next_due(time)) is not None:
        alerts += _end_due(store, hold, rules, hold.wait.due)
    return alerts


def _end_due(store: Store, hold: Hold, rules: Rules, now: datetime) -> list[Alert]:
    """End one wait that is over, and those that are over with it."""
    with store.transaction():
        if hold.wait.awaited in OF_DELIVERY:
            return deliver_held(store, hold, rules, now)
        due = [each for each in store.holds.due(now) if each.wait.awaited not in OF_DELIVERY]
        return settle_waits(store, due, rules, now)
