"""``monitor status``: what the daemon did last, and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from monitor import wiring
from monitor.alerts.notices import ailment_words, coverage_words, reading_words
from monitor.alerts.wording import counted_noun
from monitor.config import load
from monitor.errors import StoreError
from monitor.inert import one_line
from monitor.intake import BLIND
from monitor.store import Store
from monitor.store.lock import holder
from monitor.store.status import Counts

DAY = timedelta(days=1)


def status_lines(config: Path) -> tuple[list[str], bool]:
    """A few lines for the operator, and whether all is well."""
    settings = load(config)
    path, now = settings.store.path, wiring.clock(settings).now()
    pid = holder(path)
    lines = [f"daemon: running as process {pid}" if pid else "daemon: not running"]
    try:
        with Store.read(path) as store:
            lines += _store_lines(store, now)
            problems = _problems(store, [each.name for each in settings.destinations])
            lines += [f"proposed: {proposal}" for proposal in _proposals(store)]
    except StoreError as error:
        return [*lines, f"store: {error}"], False
    if pid is None:
        problems.insert(
            0, "the daemon does not run; `monitor run` or `systemctl start monitor` starts it"
        )
    wrong = [f"wrong: {problem}" for problem in problems] or ["nothing is wrong"]
    return [*lines, *wrong], not problems


def _store_lines(store: Store, now: datetime) -> list[str]:
    counts = store.status.counts()
    runs = store.runs.newest(1)
    started = f", last started {runs[0].started:%Y-%m-%d %H:%M} UTC" if runs else ""
    lines = [
        f"store: {store.path}{started}",
        f"on file: {_each(counts, 'feed', 'article', 'figure', 'position', 'change')}",
        f"messages: {counts.messages}; {counted_noun(counts.pending, 'delivery')} on the way",
    ]
    newest = store.alerts.newest(1)
    if newest:
        made = f"{newest[0].created_at:%Y-%m-%d %H:%M} UTC"
        lines.append(f"last message: {made}: {one_line(newest[0].title)}")
    return [*lines, *_coverage_lines(store, now)]


def _coverage_lines(store: Store, now: datetime) -> list[str]:
    coverage = store.health.coverage(now - DAY, now)
    lines = [f"covered: {coverage_words(coverage)}; {reading_words(coverage)} in 24 hours"]
    if coverage.gaps:
        lines.append(
            f"possible gaps: {counted_noun(coverage.gaps, 'poll')} in 24 hours found nothing that "
            "was known already; table polls, gap = 1"
        )
    distrusted = store.health.distrusted()
    if distrusted:
        lines.append(
            f"compared by content: {counted_noun(distrusted, 'feed')} whose validators lied"
        )
    lines += [
        f"note: feed of {ailment_words(each)}"
        for each in store.health.ill()
        if each.reason not in BLIND
    ]
    heartbeat = store.alerts.newest_of("monitor.heartbeat")
    if heartbeat:
        lines.append(f"last heartbeat: {heartbeat.created_at:%Y-%m-%d %H:%M} UTC")
    return lines


def _each(counts: Counts, *nouns: str) -> str:
    return ", ".join(counted_noun(getattr(counts, f"{noun}s"), noun) for noun in nouns)


def _problems(store: Store, destinations: Sequence[str]) -> list[str]:
    counts = store.status.counts()
    blind = [each for each in store.health.ill() if each.reason in BLIND]
    told = {each.url for each in blind}
    problems = [f"feed of {ailment_words(each)}" for each in blind]
    problems += [
        f"feed {one_line(feed.url)} has failed {counted_noun(feed.failures, 'time')}: "
        f"{feed.outcome.replace('_', ' ')}" + (f" ({one_line(feed.note)})" if feed.note else "")
        for feed in store.status.sick_feeds()
        if feed.url not in told
    ]
    problems += [
        f"destination {each.name} is disabled ({one_line(each.reason)}), "
        f"{counted_noun(each.waiting, 'delivery')} waiting; when it takes messages again: "
        f"monitor alerts enable {each.name}"
        for each in store.alerts.disabled(destinations)
    ]
    if counts.dead:
        problems.append(
            f"{counted_noun(counts.dead, 'delivery')} given up; `monitor alerts list --dead` says "
            "why, `monitor alerts redeliver --dead` sends again"
        )
    return problems


LOW = 50  # per cent of right alerts below which a watch is worth another look


def _proposals(store: Store) -> list[str]:
    """What readers' verdicts suggest; never done by itself."""
    return [
        f"of {each.judged} judged alerts of the watch {each.name!r} {each.percent_right} % were "
        "right: narrow it, raise its thresholds, or send it to the digest"
        for each in store.verdicts.precision()
        if each.kind == "watch" and each.percent_right is not None and each.percent_right < LOW
    ]
