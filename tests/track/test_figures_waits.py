"""Changes that wait for a named source or a second origin: how each wait ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from monitor.alerts.figure_tiers import FigureRules
from monitor.claims import Extraction, Tier
from monitor.commands.replay import replay_archive
from monitor.daemon.waits import Waits
from monitor.pipeline import (
    Rules,
    end_waits,
    end_waits_until,
    file_revision,
    unsent_between,
    withdraw_article,
)
from monitor.store import Store
from monitor.store.writer import Writer
from tests.store.stored_claims import arrival_of, at, file_toll, toll

RULES = Rules(destinations=("desk",))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "monitor.db") as opened:
        yield opened


def url(number: int) -> str:
    return f"https://outlet.example/{number}"


def told(store: Store) -> list[tuple[Tier, str]]:
    """Tier and reason of each rise and fall, in order of filing."""
    return [
        (each.change.tier, each.change.tier_reason)
        for each in store.changes.all()
        if each.change.kind.value in ("raised", "lowered")
    ]


def nameless_rise(store: Store, hours: float = 1, number: str = "650") -> None:
    """A toll by the rescue service, and an hour later a higher one that nobody stands behind."""
    file_toll(store, "310", url=url(0))
    filed = file_toll(store, number, url=url(1), outlet="Outlet B", hours=hours, authority=None)
    assert filed.alerts == ()


def test_a_nameless_rise_is_sent_when_nobody_is_named_in_time(store: Store) -> None:
    nameless_rise(store)
    assert end_waits(store, RULES, at(hours=2.9)) == []
    (alert,) = end_waits(store, RULES, at(hours=3))
    assert alert.payload["why"] == ["crossed 500; no named source within 2 hours"]
    assert "no named source within 2 hours" in alert.text
    assert (alert.type, alert.tier) == ("figure.raised", "push")
    assert store.alerts.next_due("desk", at(hours=3)) is not None
    assert told(store) == [(Tier.PUSH, "crossed 500; no named source within 2 hours")]
    thread = store.threads.get(store.changes.get(alert.change or "").change.thread)
    assert thread.pushed_at == at(hours=3)
    assert end_waits(store, RULES, at(hours=4)) == []


def test_a_nameless_rise_is_sent_at_once_when_somebody_is_named(store: Store) -> None:
    nameless_rise(store)
    named = file_toll(store, "650", url=url(2), outlet="Outlet C", hours=1.5)
    (alert,) = named.alerts
    why = "crossed 500; counted by Northland rescue service (Outlet C)"
    assert alert.payload["why"] == [why] and alert.payload["new"]["outlet"]["name"] == "Outlet B"
    assert end_waits(store, RULES, at(hours=5)) == []


def test_a_nameless_rise_that_is_overtaken_stays_in_the_digest(store: Store) -> None:
    nameless_rise(store)
    (alert,) = file_toll(store, "900", url=url(2), outlet="Outlet C", hours=1.5).alerts
    assert alert.payload["new"]["said"] == "900"
    assert told(store) == [
        (Tier.DIGEST, "crossed 500; in the digest: overtaken by 900"),
        (Tier.PUSH, "+190.3 % since 310"),
    ]
    (reason,) = store.status.not_sent()
    assert reason.changes == 1 and "overtaken" in reason.reason
    assert end_waits(store, RULES, at(hours=5)) == []


def test_each_nameless_rise_has_its_own_wait(store: Store) -> None:
    nameless_rise(store)
    file_toll(store, "900", url=url(2), outlet="Outlet C", hours=2, authority=None)
    assert end_waits(store, RULES, at(hours=3)) == []
    (alert,) = end_waits(store, RULES, at(hours=4))
    assert alert.payload["new"]["said"] == "900"


def test_a_wait_ends_without_a_message_when_the_report_is_withdrawn(store: Store) -> None:
    nameless_rise(store)
    article = store.articles.by_url(url(1))
    assert article is not None
    withdraw_article(store, article.id, "HTTP 410", RULES, at(hours=2))
    assert end_waits(store, RULES, at(hours=3)) == []
    assert told(store) == [(Tier.LOG, "not sent: the report was withdrawn")]


def test_what_waits_is_in_no_digest_until_it_is_settled(store: Store) -> None:
    nameless_rise(store)
    assert unsent_between(store, at(), at(hours=2)) == []
    file_toll(store, "900", url=url(2), outlet="Outlet C", hours=2.5)
    (moved,) = unsent_between(store, at(hours=2), at(hours=6))
    assert moved.change.tier_reason == "crossed 500; in the digest: overtaken by 900"


def test_a_message_over_the_limits_is_told_by_the_digest(store: Store) -> None:
    nameless_rise(store)
    assert end_waits(store, replace(RULES, per_day=0), at(hours=3)) == []
    (moved,) = unsent_between(store, at(hours=2), at(hours=6))
    assert moved.change.tier is Tier.PUSH
    (reason,) = store.status.not_sent()
    assert "messages a day" in reason.reason


def test_a_wait_that_ends_late_keeps_the_bounds_of_age(store: Store) -> None:
    nameless_rise(store)
    assert end_waits(store, RULES, at(hours=30)) == []
    ((tier, reason),) = told(store)
    assert tier is Tier.DIGEST and reason.endswith("the article is older than 24 hours")


def test_how_long_to_wait_can_be_set(store: Store) -> None:
    rules = replace(RULES, figures=FigureRules(unattributed_wait=at(hours=5) - at()))
    file_toll(store, "310", url=url(0))
    file_toll(store, "650", url=url(1), outlet="B", hours=1, authority=None, rules=rules)
    assert end_waits(store, rules, at(hours=5)) == []
    assert len(end_waits(store, rules, at(hours=6))) == 1


def test_what_waited_in_one_report_goes_out_in_one_message(store: Store) -> None:
    file_toll(store, "310", url=url(0))
    file_toll(store, "410", url=url(1), measure="injured")
    file_toll(store, "411", url=url(2), measure="injured")
    text = "Flood\n\nIn the valley 650 died. In the valley 980 were hurt."
    both = Extraction(
        "v1",
        (
            toll(text, "650", authority=None),
            toll(text, "980", measure="injured", authority=None),
        ),
    )
    file_revision(store, arrival_of(text, url(3), hours=1), both, RULES, at(hours=1))
    alerts = end_waits(store, RULES, at(hours=3))
    assert len(alerts) == 2 and len({alert.lead for alert in alerts}) == 1
    assert len(store.alerts.messages_since(at())) == 1


# ---------------------------------------------------------------- jumps


def jump(store: Store) -> None:
    """A toll, and an hour later eight times as many in one report."""
    file_toll(store, "310", url=url(0))
    filed = file_toll(store, "2,480", url=url(1), outlet="Outlet B", hours=1)
    assert filed.alerts == ()
    ((tier, reason),) = told(store)
    assert tier is Tier.DIGEST
    assert reason.endswith(
        "8.0 times the last value; waits 6 hours for a second independent origin"
    )


def test_a_jump_that_stays_alone_is_sent_after_six_hours(store: Store) -> None:
    jump(store)
    assert end_waits(store, RULES, at(hours=6.9)) == []
    (alert,) = end_waits(store, RULES, at(hours=7))
    assert "8.0 times the last value; no second origin within 6 hours" in alert.payload["why"][0]


def test_a_jump_is_sent_once_when_a_second_origin_has_it(store: Store) -> None:
    jump(store)
    (alert,) = file_toll(store, "2,500", url=url(2), outlet="Outlet C", hours=2).alerts
    assert alert.payload["new"]["said"] == "2,500"
    assert end_waits(store, RULES, at(hours=9)) == []


def test_a_jump_that_others_do_not_bear_out_is_dropped(store: Store) -> None:
    jump(store)
    file_toll(store, "312", url=url(2), outlet="Outlet C", hours=3)
    assert end_waits(store, RULES, at(hours=7)) == []
    tier, reason = told(store)[0]
    assert tier is Tier.LOG and reason.endswith("and Outlet C has 312")


@pytest.mark.parametrize(("times", "waits"), [(3, True), (5, False)])
def test_what_is_a_jump_can_be_set(store: Store, times: float, waits: bool) -> None:
    rules = replace(RULES, figures=FigureRules(implausible=times))
    file_toll(store, "310", url=url(0))
    filed = file_toll(store, "1,300", url=url(1), outlet="B", hours=1, rules=rules)
    assert (filed.alerts == ()) is waits


# ---------------------------------------------------------------- simulated time


def test_a_stream_of_simulated_time_ends_each_wait_at_its_own_time(store: Store) -> None:
    nameless_rise(store)
    (alert,) = end_waits_until(store, RULES, at(days=3))
    assert alert.created_at == at(hours=3)


def test_the_same_stream_makes_the_same_alerts(store: Store, tmp_path: Path) -> None:
    def run(target: Store) -> list[str]:
        nameless_rise(target)
        return [alert.id for alert in end_waits_until(target, RULES, at(days=3))]

    with Store.open(tmp_path / "other.db") as other:
        file_toll(other, "7", url=url(9), measure="injured")
        assert run(other) == run(store)


def test_an_alert_of_a_wait_is_of_the_report_that_waited(store: Store) -> None:
    nameless_rise(store)
    (alert,) = end_waits(store, RULES, at(hours=3))
    assert alert.payload["new"]["fetched_at"] == "2031-05-04T13:00:00Z"


# ---------------------------------------------------------------- replay and daemon


def line(number: int, published: str, text: str) -> str:
    """One line of an archive, each by an outlet of its own."""
    address = f"https://outlet-{number}.example/a"
    row = {"url": address, "outlet": f"Outlet {number}", "published": published, "text": text}
    return json.dumps(row | {"title": text.split("\n")[0]})


def test_a_replay_ends_waits_between_its_articles(tmp_path: Path) -> None:
    """Nobody stands behind 515; the next article comes hours later, about something else."""
    archive = tmp_path / "archive.jsonl"
    ministry = "The flood in Kenya has killed {} people, the health ministry said."
    told = (
        ("2031-05-04T07:00:00Z", ministry.format(308)),
        ("2031-05-04T08:00:00Z", ministry.format(310)),
        ("2031-05-04T09:00:00Z", ministry.format(312)),
        ("2031-05-04T10:00:00Z", "The flood in Kenya has killed at least 515 people."),
        ("2031-05-04T18:00:00Z", "The harbour of Mombasa has a new crane."),
    )
    texts = (f"Flood in Kenya\n\n{text} Rain fell again in Kenya." for _, text in told)
    lines = [
        line(n, when, text) for n, ((when, _), text) in enumerate(zip(told, texts, strict=True))
    ]
    archive.write_text("\n".join(lines), "utf-8")
    path = tmp_path / "store.db"
    replay_archive(archive, store=path, order=None, export=tmp_path / "out", config=None)
    with Store.read(path) as store:
        (alert,) = [a for a in store.alerts.newest() if a.type == "figure.raised"]
        assert alert.created_at == datetime(2031, 5, 4, 12, tzinfo=UTC)
        assert alert.payload["why"][0].endswith("no named source within 2 hours")
    told_of = (tmp_path / "out" / "figure_changes.jsonl").read_text("utf-8").splitlines()
    row = json.loads(told_of[-1])
    assert (row["kind"], row["tier"], row["to"]["low"]) == ("raised", "push", 515)


def test_the_daemon_looks_and_wakes_the_courier(tmp_path: Path) -> None:
    path, woken = tmp_path / "monitor.db", []
    with Store.open(path) as store:
        nameless_rise(store)

    async def look(moment: datetime) -> None:
        async with Writer(path) as writer:
            clock = SimpleNamespace(now=lambda: moment)
            await Waits(writer, clock, RULES, lambda: woken.append(moment)).look()

    for hours in (2.9, 3, 3.1):
        asyncio.run(look(at(hours=hours)))
    assert woken == [at(hours=3)]
    with Store.read(path) as store:
        assert store.alerts.next_due("desk", at(hours=4)) is not None
