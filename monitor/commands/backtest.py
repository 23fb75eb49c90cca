"""``monitor backtest``: what other rules would have sent, on the history that is on file.

The stored claims go through track and alerts once more, in the order in which they were filed and
with the times they were filed at, into a store that is thrown away. Nothing is read anew and
nothing is sent. The rules that were live come to what was sent, to the letter.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import wiring
from monitor.alerts.wording import counted_noun
from monitor.claims import Figure, FiledFigure, Position
from monitor.config import Settings, load
from monitor.daemon.requests import REPLAYED, carry_out
from monitor.errors import InputError
from monitor.inert import one_line
from monitor.intake import CleanText, Outcome
from monitor.outbox import Alert
from monitor.pipeline import (
    Arrival,
    Rules,
    end_waits_until,
    fade_threads,
    file_revision,
    withdraw_article,
)
from monitor.store import Store
from monitor.store.history import WITHDRAWN, Changed, Commit
from monitor.track.differences import Difference

_DAYS = re.compile(r"(\d+)d")
_LISTED = 40  # messages named on each side


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What rules would send beside what was sent, in order of filing: the messages since a time."""

    since: datetime
    would: tuple[Alert, ...]
    sent: tuple[Alert, ...]


def backtest(config: Path, store: Path | None, since: str) -> list[str]:
    """What a configuration would have sent beside what was, in lines.

    ``since``: "30d" before the newest commit, or a day. Without ``store`` the configured one.
    Raises `InputError` for a time that is none, `StoreError` and `ConfigError`.
    """
    settings = load(config)
    with Store.read(store or settings.store.path) as live:
        outcomes = walked(live, settings, since)
    return _lines(outcomes)


def walked(live: Store, settings: Settings, since: str) -> Outcomes:
    """Walk the history of a store under a configuration's rules."""
    names = [each.name for each in settings.destinations]
    rules = wiring.rules(settings, names)
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(Path(folder) / "backtest.db") as again,
    ):
        walk(live, again, rules)
        start = _start(since, live)
        return Outcomes(start, _messages(again, start), _messages(live, start))


def walk(live: Store, again: Store, rules: Rules, until: int | None = None) -> None:
    """File a store's history into another; ``until``: up to this commit and with it."""
    asked = live.history.requests(REPLAYED)
    last = None
    for commit in live.history.commits():
        while asked and asked[0][0] < commit.sequence:
            _, at, request = asked.pop(0)
            _let_pass(again, rules, at)
            carry_out(again, request, rules.destinations, at)
        _let_pass(again, rules, commit.at)
        _file(live, again, commit, rules)
        last = commit.at
        if commit.sequence == until:
            return
    for _, at, request in asked:
        _let_pass(again, rules, at)
        carry_out(again, request, rules.destinations, at)
    newest = live.alerts.newest(1)
    ends = [time for time in (last, newest[0].created_at if newest else None) if time]
    if ends:
        _let_pass(again, rules, max(ends))


def _let_pass(store: Store, rules: Rules, time: datetime) -> None:
    """Do what a daemon would have done until then without a new report."""
    fade_threads(store, time)
    end_waits_until(store, rules, time)


def _file(live: Store, again: Store, commit: Commit, rules: Rules) -> None:
    report = commit.revision.report
    if commit.what == WITHDRAWN:
        article = again.articles.by_url(report.url)
        assert article is not None
        withdraw_article(again, article.id, commit.note, rules, commit.at)
        return
    clean = CleanText(
        Outcome.OK,
        title=report.title,
        text=report.text,
        basis=commit.revision.basis,
        cleaner=commit.revision.cleaner,
        language=commit.language,
    )
    arrival = Arrival(
        url=report.url,
        outlet=report.outlet,
        clean=clean,
        published=report.published,
        first_seen=report.first_seen,
        fetched=report.fetched,
        outlet_kind=report.outlet_kind,
        live=report.live,
        baseline=report.baseline,
    )
    extraction = live.history.extraction(report.revision_id)
    differences = [_difference(live, each) for each in live.history.differences(commit.sequence)]
    file_revision(again, arrival, extraction, rules, commit.at, differences)


def _difference(live: Store, changed: Changed) -> Difference:
    before, after = _carrier(live, changed.before), _carrier(live, changed.after)
    return Difference(changed.what, changed.old, changed.new, before, after)


def _carrier(live: Store, claim: str) -> Figure | Position:
    filed = live.claims.get(claim)
    return filed.figure if isinstance(filed, FiledFigure) else filed.position


def _start(since: str, live: Store) -> datetime:
    """The time that ``--since`` names; days count back from the newest commit."""
    days = _DAYS.fullmatch(since)
    if days:
        newest = live.history.newest() or datetime.now(UTC)
        return newest - timedelta(days=int(days[1]))
    try:
        time = datetime.fromisoformat(since)
    except ValueError:
        raise InputError(f"--since {since!r} is no time: write 30d or 2023-10-24") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _messages(store: Store, start: datetime) -> tuple[Alert, ...]:
    return tuple(store.alerts.about_changes(start))


# ---------------------------------------------------------------- in words


def _lines(outcomes: Outcomes) -> list[str]:
    would, sent = outcomes.would, outcomes.sent
    head = (
        f"since {outcomes.since:%Y-%m-%d %H:%M} UTC: {counted_noun(len(would), 'message')} by "
        f"these rules, {counted_noun(len(sent), 'message')} were sent"
    )
    if _essence(would) == _essence(sent):
        return [head, *_table(outcomes), "these rules send exactly what was sent"]
    more = [each for each in would if each.id not in {known.id for known in sent}]
    less = [each for each in sent if each.id not in {known.id for known in would}]
    lines = [head, *_table(outcomes)]
    lines += _named("would be sent, and was not", more, "+")
    lines += _named("was sent, and would not be", less, "-")
    if not more and not less:
        lines.append("the same messages, for other watches or at other times")
    return lines


def _essence(alerts: Sequence[Alert]) -> list[tuple[object, ...]]:
    """What has to be the same; when a changed page was fetched is not part of the history."""
    return [
        (each.id, each.type, each.tier, each.severity, each.watches, each.created_at, each.title)
        for each in alerts
    ]


def _table(outcomes: Outcomes) -> Iterator[str]:
    """Messages per day and watch: by these rules, and as sent."""
    would, sent = _per_day(outcomes.would), _per_day(outcomes.sent)
    rows = sorted(would.keys() | sent.keys())
    width = max((len(one_line(watch, 40)) for _, watch in rows), default=5)
    if rows:
        yield f"{'day':<10}  {'watch':<{width}}  {'by these rules':>14}  {'sent':>5}"
    for day, watch in rows:
        counted = f"{would[day, watch]:>14}  {sent[day, watch]:>5}"
        yield f"{day}  {one_line(watch, 40):<{width}}  {counted}"


def _per_day(alerts: Sequence[Alert]) -> Counter[tuple[str, str]]:
    return Counter(
        (f"{each.created_at:%Y-%m-%d}", watch) for each in alerts for watch in each.watches
    )


def _named(what: str, alerts: Sequence[Alert], sign: str) -> Iterator[str]:
    if not alerts:
        return
    yield f"{what}: {len(alerts)}"
    for each in alerts[:_LISTED]:
        yield f"{sign} {each.created_at:%Y-%m-%d %H:%M}  {each.id}  {one_line(each.title, 120)}"
    if len(alerts) > _LISTED:
        yield f"{sign} and {len(alerts) - _LISTED} more"
