"""``monitor explain``: one alert's decision from the stored evidence, candidate by candidate."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from monitor import wiring
from monitor.alerts.wording import counted_noun
from monitor.commands.backtest import walk
from monitor.config import Settings, load
from monitor.errors import InputError
from monitor.inert import one_line
from monitor.outbox import Alert
from monitor.pipeline import end_waits
from monitor.store import Store
from monitor.store.decisions import Candidate, Where

_AGAIN = "decided again from the stored evidence, under the rules configured now"


def explain(config: Path, alert_id: str, store: Path | None = None) -> list[str]:
    """Why an alert was sent, and why the rest of its report was or was not, in lines.

    Raises `InputError` when there is no such alert.
    """
    settings = load(config)
    with Store.read(store or settings.store.path) as live:
        try:
            alert = live.alerts.get(alert_id)
        except KeyError:
            problem = f"there is no alert {alert_id!r}: the table alerts lists them"
            raise InputError(problem) from None
        return list(_explained(live, alert, settings))


def _explained(store: Store, alert: Alert, settings: Settings) -> Iterator[str]:
    yield one_line(alert.title, 200)
    yield (
        f"{alert.id} · {alert.type} · {alert.tier}, {alert.severity} · made "
        f"{alert.created_at:%Y-%m-%d %H:%M:%S} UTC · asked for by {', '.join(alert.watches)}"
    )
    yield from _deliveries(store, alert)
    if alert.change is None:
        yield "a message of the monitor itself: no change of a thread stands behind it"
        return
    where = store.decisions.where(alert.change, alert.created_at)
    yield (
        f"report: {one_line(where.outlet)} · {one_line(where.url)} · fetched "
        f"{where.fetched:%Y-%m-%d %H:%M} UTC"
    )
    candidates = store.decisions.candidates(where.revision_id)
    yield ""
    for each in _changed(candidates, alert):
        yield from _candidate(each, alert)
    yield from _unchanged([each for each in candidates if not each.kind])
    yield ""
    yield _again(store, alert, where, settings)
    yield from _rejected(store, alert.change)


def _changed(candidates: Iterable[Candidate], alert: Alert) -> list[Candidate]:
    """Claims that changed something, each once, though later alerts may tell of it too.

    The alert's own comes first, and as that alert tells it.
    """
    changed = [each for each in candidates if each.kind]
    once: dict[tuple[str, str, str], Candidate] = {}
    for each in sorted(changed, key=lambda each: each.alert != alert.id):
        once.setdefault((each.claim, each.kind, each.thread), each)
    return list(once.values())


def _rejected(store: Store, change: str) -> Iterator[str]:
    """What the decision could not know: that a reader has rejected the claim since."""
    rejection = store.corrections.rejection(store.changes.get(change).claim)
    if rejection is not None:
        said = (
            f"the claim was rejected since, by {one_line(rejection.reader)} on "
            f"{rejection.at:%Y-%m-%d %H:%M} UTC: {one_line(rejection.note)}"
        )
        yield f"{said.removesuffix(': ')}; the alert no longer holds"


def _deliveries(store: Store, alert: Alert) -> Iterator[str]:
    if alert.lead != alert.id:
        yield f"it rode in the message {alert.lead}"
    for each in store.alerts.deliveries(alert.lead):
        tries = counted_noun(each.attempts, "try") if each.attempts != 1 else "1 try"
        yield f"to {each.destination}: {each.state} after {tries}"
    for judged in store.verdicts.of(alert.id):
        said = f"judged {judged.verdict} by {one_line(judged.reader)}: {one_line(judged.note)}"
        yield said.removesuffix(": ")


def _candidate(each: Candidate, alert: Alert) -> Iterator[str]:
    sign = "→" if each.alert == alert.id else "·"
    yield f"{sign} {one_line(each.thread) or 'in no thread'}: {one_line(each.words)} ({each.kind})"
    yield f"    {each.tier}: {one_line(each.tier_reason)}"
    if each.explanation:
        yield f"    change: {one_line(each.explanation)}"
    sure = f" (confidence {each.confidence:.2f})" if each.confidence is not None else ""
    yield f"    linked: {one_line(each.linked) or 'it opened the thread'}{sure}"
    for name, value in each.details:
        yield f"    {name.replace('_', ' ')}: {one_line(value)}"
    if each.alert is not None and each.alert != alert.id:
        carried = "" if each.lead == each.alert else f", carried by {each.lead}"
        yield f"    told as {each.alert}{carried}"
    for wait in each.waits:
        yield f"    waited for {one_line(wait)}"
    for watch, reason in each.not_sent:
        if reason != each.tier_reason:
            yield f"    not sent to the watch {watch}: {one_line(reason)}"


def _unchanged(claims: list[Candidate]) -> Iterator[str]:
    """Claims that changed nothing, counted by why."""
    reasons = Counter(
        "in a thread, without a step" if each.thread else one_line(each.linked) or "in no thread"
        for each in claims
    )
    if reasons:
        yield f"{counted_noun(len(claims), 'claim')} of the report changed nothing:"
    for reason, count in reasons.most_common():
        yield f"    {count} × {reason}"


def _again(live: Store, alert: Alert, where: Where, settings: Settings) -> str:
    """The decision made once more, on the history up to it, under the rules configured now."""
    rules = wiring.rules(settings, [each.name for each in settings.destinations])
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(Path(folder) / "again.db") as store,
    ):
        walk(live, store, rules, until=where.commit)
        end_waits(store, rules, alert.created_at)
        try:
            again = store.alerts.get(alert.id)
        except KeyError:
            return _otherwise(store, alert)
    same = (again.lead, again.severity, again.watches) == (
        alert.lead,
        alert.severity,
        alert.watches,
    )
    return f"{_AGAIN}: {'the same alert' if same else 'it would be sent otherwise than it was'}"


def _otherwise(store: Store, alert: Alert) -> str:
    """Why a second walk makes no such alert."""
    try:
        change = store.changes.get(str(alert.change)).change
    except KeyError:
        return f"{_AGAIN}: this change would not be found"
    return f"{_AGAIN}: no alert; {change.tier}: {one_line(change.tier_reason)}"
