"""From changes to messages: watches with rules of their own, waits, quiet hours, what follows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from monitor.alerts.figure_tiers import FigureRules
from monitor.alerts.hours import last_hour
from monitor.alerts.notices import digest_alert
from monitor.alerts.payloads import LIMIT, schema, size
from monitor.alerts.quiet import quiet_until, read_hours
from monitor.alerts.watches import DEFAULT, STEPS, Thresholds, Watch
from monitor.claims import ChangeKind, Extraction, Series, Tier
from monitor.config import load
from monitor.messaging import Rules, correct, end_waits, end_waits_until
from monitor.messaging.digests import left_to_digest
from monitor.mistakes import ConfigError
from monitor.outbox import Alert, Silence
from monitor.pipeline import Filed, file_revision, unsent_between, withdraw_article
from monitor.store import Store
from monitor.wiring import rules as rules_of
from tests.store.stored_claims import arrival_of, at, file_toll, toll

RULES = Rules(destinations=("desk",))
OWN = FigureRules(
    raise_percent=0,
    raise_absolute=0,
    milestones=False,
    always=frozenset(FigureRules().always | STEPS),
    always_gap=timedelta(),
)
VALIDATOR = Draft202012Validator(schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with nothing in it, to be copied: making one takes longer than a story does."""
    path = tmp_path_factory.mktemp("empty") / "monitor.db"
    Store.open(path).close()
    return path


@contextmanager
def copied(empty: Path) -> Iterator[Store]:
    """A fresh store that does not wait for the disk."""
    with TemporaryDirectory() as folder:
        path = Path(shutil.copy(empty, folder))
        with Store.open(path) as store:
            store.connection.execute("PRAGMA synchronous = OFF")
            yield store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "monitor.db") as opened:
        yield opened


ELSEWHERE = (
    "The mayor spoke to reporters at the town hall this evening and thanked the volunteers, who "
    "had worked through two nights. By then, {number} people had died, she read from a sheet."
)


def by_another(store: Store, number: str, *, hours: float, rules: Rules) -> list[Alert]:
    """The same count in a text of its own: an independent origin."""
    text = ELSEWHERE.format(number=number)
    arrival = arrival_of(text, url("c"), outlet="Outlet C", hours=hours)
    claims = Extraction("v1", (toll(text, number),))
    return list(file_revision(store, arrival, claims, rules, at(hours=hours)).alerts)


def url(number: object) -> str:
    return f"https://outlet-{number}.example/flood"


def watching(*watches: Watch, **changes: object) -> Rules:
    return replace(RULES, watches=watches, **changes)  # type: ignore[arg-type]


def series(store: Store, rules: Rules, *values: str, start: float = 0, apart: float = 24) -> list:
    """A rescue service's count, each value by another outlet; the alerts of each."""
    return [
        file_toll(
            store,
            value,
            url=url(f"{start}-{number}"),
            outlet=f"Outlet {number}",
            hours=start + number * apart,
            rules=rules,
        ).alerts
        for number, value in enumerate(values)
    ]


def said(alerts: list) -> list[str]:
    """What the messages of a series said was new."""
    return [alert.payload["new"]["said"] for each in alerts for alert in each]


def reasons(store: Store, watch: str) -> list[str]:
    rows = store.connection.rows(
        "SELECT reason FROM suppressions WHERE watch = ? ORDER BY rowid", (watch,)
    )
    return [row["reason"] for row in rows]


def sent_to(store: Store, alert: Alert) -> list[str]:
    return [each.destination for each in store.alerts.deliveries(alert.id)]


# ---------------------------------------------------------------- thresholds


def own(**thresholds: float) -> Watch:
    return Watch("own", figures=OWN, thresholds=Thresholds(**thresholds))


def test_a_slow_drift_is_told_and_each_step_alone_is_not(store: Store) -> None:
    rules = watching(own(percent=5, absolute=20))
    alerts = series(store, rules, "1,000", "1,020", "1,040", "1,060", "1,080", "1,110", "1,115")
    assert said(alerts) == ["1,060", "1,115"]
    assert reasons(store, "own")[0] == "+2.0 % since 1,000: below 5 %"


def test_every_threshold_has_to_be_met(store: Store) -> None:
    rules = watching(own(percent=5, absolute=20, floor=500))
    alerts = series(store, rules, "110", "130", "480", "505", "506", "540")
    assert said(alerts) == ["505", "540"]
    assert "below the floor of 500" in reasons(store, "own")[-3]


def test_a_value_that_goes_to_and_fro_is_told_once(store: Store) -> None:
    def held(store: Store, rules: Rules) -> list:
        values = ("1,000", "1,120", "1,005", "1,125", "1,010", "1,120", "860")
        return [
            file_toll(
                store, value, url=url(number), outlet=f"Outlet {number}", hours=24 * number,
                rules=rules, measure="held", series=Series.STOCK,
            ).alerts
            for number, value in enumerate(values)
        ]  # fmt: skip

    alerts = held(store, watching(own(percent=10, reset=10)))
    assert said(alerts) == ["1,120", "860"]
    band = "a move back within the reset band of 10 %"
    assert sum(band in reason for reason in reasons(store, "own")) == 1


def test_a_watch_measures_from_what_it_was_told_itself(store: Store) -> None:
    coarse, fine = (
        Watch(name, figures=OWN, thresholds=Thresholds(percent=percent))
        for name, percent in (("coarse", 50), ("fine", 3))
    )
    alerts = series(store, watching(coarse, fine), "1,000", "1,040", "1,100", "1,520")
    assert [(a.payload["new"]["said"], a.watches) for each in alerts for a in each] == [
        ("1,040", ("fine",)),
        ("1,100", ("fine",)),
        ("1,520", ("coarse", "fine")),
    ]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(900, 1400), min_size=2, max_size=8), st.integers(1, 30))
def test_what_is_told_lies_as_far_from_what_was_told_as_asked(
    empty: Path, values: list[int], percent: int
) -> None:
    with copied(empty) as store:
        alerts = series(store, watching(own(percent=percent)), *(f"{each:,}" for each in values))
    told = [values[0], *(int(each.replace(",", "")) for each in said(alerts))]
    assert all(abs(new - old) / old * 100 >= percent for old, new in pairwise(told))


# ---------------------------------------------------------------- one change, many watches


def test_one_change_makes_one_alert_that_lists_its_watches(store: Store) -> None:
    rules = watching(
        DEFAULT,
        Watch("floods", measures=("killed",), destinations=("night",)),
        Watch("elsewhere", places=("Far Coast",)),
        destinations=("desk", "night"),
    )
    alerts = series(store, rules, "310", "650")
    [alert] = alerts[1]
    assert alert.watches == ("default", "floods") == tuple(alert.payload["watches"])
    assert sent_to(store, alert) == ["desk", "night"]


def test_the_built_in_watch_goes_on_beside_ones_own(store: Store) -> None:
    rules = watching(DEFAULT, own(percent=1), destinations=("desk",))
    alerts = series(store, rules, "310", "315", "650")
    assert [alert.watches for each in alerts for alert in each] == [("own",), ("default", "own")]


def test_tiers_can_be_set(store: Store) -> None:
    loud = Watch(
        "loud", figures=replace(OWN, always=frozenset(ChangeKind)), threads=(), tier=Tier.PUSH
    )
    soft = Watch("soft", tier=Tier.DIGEST)
    alerts = series(store, watching(loud, soft), "310", "311", "650")
    assert said(alerts) == ["311", "650"]  # one article alone makes no active thread
    assert [alert.watches for each in alerts for alert in each] == [("loud",)] * 2
    assert reasons(store, "soft") == ["crossed 500; this watch goes no further than the digest"]


def live_page(store: Store, number: str, hours: float, rules: Rules) -> Filed:
    text = f"Flood in the valley, live\n\nThe rescue service counted {number} dead."
    arrival = arrival_of(text, url("live"), hours=hours, live=True)
    return file_revision(
        store, arrival, Extraction("v1", (toll(text, number),)), rules, at(hours=hours)
    )


def test_a_quiet_tier_waits_for_nothing(store: Store) -> None:
    quiet = Watch("quiet", figures=replace(OWN, implausible=1.5), tier=Tier.DIGEST)
    assert said(series(store, watching(quiet), "310", "650")) == []
    assert store.connection.scalar("SELECT count(*) FROM holds WHERE watch = 'quiet'") == 0
    assert end_waits_until(store, watching(quiet), at(days=3)) == []


@pytest.mark.parametrize("is_pinned", [False, True])
def test_a_pinned_thread_is_asked_for_and_counts_as_active(store: Store, is_pinned: bool) -> None:
    [first] = live_page(store, "310", 0, RULES).followed
    assert first.thread is not None
    pinned = (first.thread.id,) if is_pinned else ("thr_another",)
    rules = watching(Watch("pin", threads=pinned), figures=FigureRules(pinned=frozenset(pinned)))
    alerts = live_page(store, "650", 20, rules).alerts
    assert [alert.watches for alert in alerts] == [("pin",)] * is_pinned


def test_a_feed_can_be_asked_for(store: Store) -> None:
    rules = watching(Watch("one feed", feeds=("https://outlet-a.example/rss",)))
    assert said(series(store, rules, "310", "650")) == []


# ---------------------------------------------------------------- independent sources


def test_a_change_waits_for_a_second_source(store: Store) -> None:
    rules = watching(Watch("two", origins=2, wait=timedelta(hours=6)))
    series(store, rules, "310", "650")
    assert store.alerts.newest() == []
    [alert] = by_another(store, "650", hours=26, rules=rules)
    assert "2 independent origins" in alert.text and alert.watches == ("two",)
    assert end_waits(store, rules, at(hours=40)) == []


def test_a_wait_for_sources_ends_with_a_message_that_says_so(store: Store) -> None:
    rules = watching(Watch("two", origins=2, wait=timedelta(hours=6)))
    series(store, rules, "310", "650")
    assert end_waits(store, rules, at(hours=29)) == []
    [alert] = end_waits(store, rules, at(hours=30))
    assert "only 1 independent origin within 6 hours" in alert.text
    assert alert.created_at == at(hours=30)


def test_without_a_time_a_change_is_never_sent_on_one_source(store: Store) -> None:
    rules = watching(Watch("two", origins=2))
    series(store, rules, "310", "650")
    assert end_waits_until(store, rules, at(days=30)) == []
    assert "only 1 independent origin within 72 hours" in reasons(store, "two")[-1]


def test_copies_of_one_text_are_one_source(store: Store) -> None:
    rules = watching(Watch("two", origins=2))
    file_toll(store, "310", url=url(1), rules=rules)
    body = "The rescue service counted 650 dead. " + " ".join(f"Word {n} of it." for n in range(60))
    for number in range(10):
        text = f"Flood in the valley\n\n{body} Seen by desk {number}."
        arrival = arrival_of(text, url(f"copy-{number}"), outlet=f"Copy {number}", hours=24)
        claims = Extraction("v1", (toll(text, "650"),))
        assert file_revision(store, arrival, claims, rules, at(hours=24)).alerts == ()


def test_a_value_that_was_overtaken_is_dropped(store: Store) -> None:
    rules = watching(Watch("two", origins=2, wait=timedelta(hours=6)))
    series(store, rules, "310", "650", "840", apart=2)
    [alert] = end_waits_until(store, rules, at(hours=20))
    assert alert.payload["new"]["said"] == "840"
    assert any("overtaken by 840" in reason for reason in reasons(store, "two"))


# ---------------------------------------------------------------- quiet hours, full hours


NIGHT = (read_hours("22:00-07:00"),)


def test_quiet_hours_hold_and_then_tell_the_net_change(store: Store) -> None:
    rules = watching(Watch("night", figures=OWN, thresholds=Thresholds(1), quiet=NIGHT))
    alerts = series(store, rules, "310", start=-30)  # the morning of the day before
    alerts += series(store, rules, "400", "520", "460", start=11, apart=2)  # 23:00, 01:00, 03:00
    assert said(alerts) == []
    made = end_waits(store, rules, at(hours=19))  # 07:00
    lead = made[0]
    assert [alert.lead for alert in made] == [lead.id] * 4 and lead.created_at == at(hours=19)
    assert lead.type == "figure.raised" and "310 → 460" in lead.title
    assert lead.payload["collected"] == {
        "changes": 3,
        "threads": 1,
        "since": "2031-05-04T23:00:00Z",
        "first": "400",
        "peak": "520",
        "last": "460",
    }
    assert "Since 4 May 23:00 UTC: 3 changes · first 400 · peak 520 · last 460" in lead.text
    assert sent_to(store, lead) == ["desk"]
    assert end_waits(store, rules, at(hours=40)) == []
    for alert in made:
        VALIDATOR.validate(alert.payload)


def test_one_change_of_a_night_is_the_message_that_it_would_have_been(store: Store) -> None:
    rules = watching(Watch("night", quiet=NIGHT))
    series(store, rules, "310", "650", start=-12, apart=24)
    [alert] = end_waits(store, rules, at(hours=19))
    assert "collected" not in alert.payload and alert.lead == alert.id


def test_what_is_urgent_breaks_through(store: Store) -> None:
    rules = watching(Watch("night", quiet=NIGHT, severity="urgent"))
    [alert] = series(store, rules, "310", "650", start=-12, apart=24)[1]
    assert alert.severity == "urgent" == alert.payload["severity"]


def test_a_count_of_people_that_doubles_by_a_thousand_is_urgent(store: Store) -> None:
    rules = watching(Watch("night", quiet=NIGHT))
    [alert] = series(store, rules, "1,310", "2,950", start=-12, apart=24)[1]
    assert alert.severity == "urgent"


def test_a_destination_has_quiet_hours_of_its_own(store: Store) -> None:
    rules = watching(DEFAULT, destinations=("desk", "phone"), quiet={"phone": NIGHT})
    [alert] = series(store, rules, "310", "650", start=-12, apart=24)[1]
    assert sent_to(store, alert) == ["desk"]
    [again] = end_waits(store, rules, at(hours=19))
    assert again.id == alert.id and sent_to(store, alert) == ["desk", "phone"]


def test_a_burst_becomes_one_message_with_the_count(store: Store) -> None:
    rules = watching(Watch("all", per_hour=2))
    measures = ("killed", "injured", "missing", "displaced", "rescued")
    for measure in measures:
        file_toll(store, "310", url=url(f"a{measure}"), measure=measure, event=measure, rules=rules)
    alerts = [
        file_toll(
            store, "650", url=url(f"b{measure}"), outlet="Outlet B", measure=measure, hours=13,
            authority=f"service for {measure}", event=measure, rules=rules,
        ).alerts
        for measure in measures
    ]  # fmt: skip
    assert [len(each) for each in alerts] == [1, 1, 0, 0, 0]
    assert end_waits(store, rules, at(hours=13.9)) == []
    lead, *others = end_waits(store, rules, at(hours=14))
    assert "3 changes in 3 threads" in lead.text and len(others) == 3
    assert store.alerts.messages_since(at(hours=13), "all")[-1] == at(hours=14)


@given(st.integers(0, 24 * 60 - 1), st.integers(0, 24 * 60 - 1), st.integers(0, 24 * 60 * 3))
def test_quiet_hours_end_within_a_day_and_are_over_then(start: int, end: int, now: int) -> None:
    if start == end:
        return
    words = "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (start, end))
    hours, moment = [read_hours(words)], at(minutes=now)
    over = quiet_until(hours, moment)
    if over is not None:
        assert moment < over <= moment + timedelta(days=1)
        assert quiet_until(hours, over) is None


@pytest.mark.parametrize("wrong", ["22-7", "22:00", "24:00-07:00", "07:00-07:00"])
def test_quiet_hours_that_are_none(wrong: str) -> None:
    with pytest.raises(ValueError, match="quiet hours"):
        read_hours(wrong)


# ---------------------------------------------------------------- silence


def test_an_acknowledged_thread_is_silent_until_its_value_leaves_the_band(store: Store) -> None:
    [first] = series(store, RULES, "310", "650")[1]
    assert first.thread is not None
    store.silences.file(Silence(first.thread, at(hours=24), low=600, high=900))
    later = series(store, RULES, "820", "1,400", start=48)
    assert said(later) == ["1,400"]
    assert "1,400: it no longer stays in 600–900" in later[1][0].text
    assert "not sent: acknowledged while it stays in 600–900" in reasons(store, "default")
    assert store.silences.of(first.thread) is None


def test_a_snoozed_thread_is_silent_until_the_date(store: Store) -> None:
    [first] = series(store, RULES, "310", "650")[1]
    assert first.thread is not None
    store.silences.file(Silence(first.thread, at(hours=24), until=at(days=3)))
    assert said(series(store, RULES, "1,400", start=48)) == []
    assert said(series(store, RULES, "3,000", start=96)) == ["3,000"]


# ---------------------------------------------------------------- what follows


def test_twenty_outlets_make_one_alert_that_counts_them(store: Store) -> None:
    rules = watching(replace(DEFAULT, updates="reports"), per_hour=99, per_day=99)
    [first] = series(store, rules, "310", "650")[1]
    for number in range(19):
        [update] = file_toll(
            store, "650", url=url(f"more-{number}"), outlet=f"More {number}", hours=25, rules=rules
        ).alerts
        assert update.type == "alert.updated" and update.supersedes == first.id
        VALIDATOR.validate(update.payload)
    row = store.connection.one("SELECT * FROM alerts WHERE id = ?", (first.id,))
    assert row is not None and (row["authorities"], row["reports"]) == (1, 20)
    assert update.payload["support"]["reports"] == 20
    assert len([each for each in store.alerts.newest(99) if each.supersedes is None]) == 1


def test_updates_are_sent_only_to_those_who_ask(store: Store) -> None:
    [first] = series(store, RULES, "310", "650")[1]
    assert file_toll(store, "650", url=url("c"), outlet="Outlet C", hours=25).alerts == ()
    row = store.connection.one("SELECT reports FROM alerts WHERE id = ?", (first.id,))
    assert row is not None and row["reports"] == 2


def test_a_release_carried_by_five_outlets_is_one_message(store: Store) -> None:
    rules = watching(replace(DEFAULT, updates="sources"))
    day = {"rules": rules}
    for measure in ("killed", "injured"):
        for outlet in ("A", "B"):
            file_toll(
                store, "310", url=url(f"{measure}-{outlet}"), outlet=f"Outlet {outlet}",
                measure=measure, **day,
            )  # fmt: skip
    [first] = file_toll(store, "650", url=url("k"), outlet="Outlet C", hours=24, **day).alerts
    alerts = [
        file_toll(
            store, "950", url=url(f"i{number}"), outlet=f"Outlet {number}", measure="injured",
            hours=25 + number / 3, **day,
        ).alerts
        for number in range(4)
    ]  # fmt: skip
    [update] = alerts[0]
    assert update.supersedes == first.id and "310 → 950" in update.text
    assert all(alert.type == "alert.updated" for each in alerts for alert in each)
    told = unsent_between(store, at(hours=24), at(hours=30))
    assert [each.claim.figure.measure for each in told if each.change.tier is Tier.PUSH] == [
        "injured"
    ]


def test_a_further_step_of_the_series_itself_is_a_message(store: Store) -> None:
    alerts = series(store, RULES, "310", "650", "990", apart=2)
    assert said(alerts) == ["650", "990"]
    assert [alert.type for each in alerts for alert in each] == ["figure.raised"] * 2


def test_a_withdrawn_article_withdraws_the_message_that_rests_on_it(store: Store) -> None:
    rules = replace(RULES, destinations=("desk", "night"))
    file_toll(store, "310", url=url(1), rules=rules)
    filed = file_toll(store, "650", url=url(2), outlet="Outlet B", hours=24, rules=rules)
    [first] = filed.alerts
    [gone] = withdraw_article(store, filed.report.article_id, "HTTP 410", RULES, at(hours=26))
    assert gone.type == "alert.withdrawn" and gone.supersedes == first.id
    assert gone.payload["supersedes"] == first.id
    assert "rests on this; nobody else has it" in gone.text
    assert sent_to(store, gone) == ["desk", "night"]
    VALIDATOR.validate(gone.payload)


def test_an_alert_is_corrected_wherever_it_went(store: Store) -> None:
    [first] = series(store, replace(RULES, destinations=("desk", "night")), "310", "650")[1]
    [alert] = correct(store, first.id, "corrected", "650 were injured, not killed", at(hours=30))
    assert alert.type == "alert.corrected" and alert.supersedes == first.id
    assert sent_to(store, alert) == ["desk", "night"]
    assert "650 were injured, not killed" in alert.text and first.title[2:40] in alert.text
    assert correct(store, first.id, "corrected", "650 were injured, not killed", at(hours=31)) == []
    again = correct(store, alert.id, "withdrawn", "the article was a test", at(hours=32))
    assert [each.supersedes for each in again] == [first.id]
    for each in (alert, *again):
        VALIDATOR.validate(each.payload)
        assert size(each.payload) < LIMIT


def test_a_change_that_was_held_for_one_watch_and_sent_for_another_is_one_alert(
    store: Store,
) -> None:
    rules = watching(
        replace(DEFAULT, destinations=("desk",)),
        Watch("two", origins=2, destinations=("night",)),
        destinations=("desk", "night"),
    )
    [alert] = series(store, rules, "310", "650")[1]
    assert sent_to(store, alert) == ["desk"]
    [again] = [
        each for each in by_another(store, "650", hours=26, rules=rules) if each.supersedes is None
    ]
    assert again.id == alert.id and sent_to(store, alert) == ["desk", "night"]
    assert store.alerts.get(alert.id).watches == ("default", "two")


# ---------------------------------------------------------------- digests


def test_each_destination_has_the_digest_of_its_watches(store: Store) -> None:
    rules = watching(
        Watch("killed", measures=("killed",), destinations=("desk", "phone")),
        Watch("injured", measures=("injured",), destinations=("night",)),
        Watch("own", figures=OWN, thresholds=Thresholds(50), destinations=("night",)),
        destinations=("desk", "phone", "night"),
    )
    for measure in ("killed", "injured"):
        for number, value in enumerate(("310", "312")):
            file_toll(
                store, value, url=url(f"{measure}{number}"), outlet=f"Outlet {number}",
                measure=measure, hours=number, rules=rules,
            )  # fmt: skip
    told = {
        digest.destinations: [each.claim.figure.measure for each in digest.changes]
        for digest in left_to_digest(store, rules, at(), at(hours=5))
    }
    assert told == {("desk", "phone"): ["killed"], ("night",): ["killed", "injured"]}
    empty = left_to_digest(store, rules, at(hours=5), at(hours=9))
    assert [(each.destinations, each.changes) for each in empty] == [
        (("desk", "phone", "night"), ())
    ]


def test_what_is_over_the_volume_is_counted_in_the_digest(store: Store) -> None:
    rules = watching(DEFAULT, per_hour=1)
    for measure in ("killed", "injured", "missing"):
        file_toll(store, "310", url=url(measure), measure=measure, event=measure)
    for measure in ("killed", "injured", "missing"):
        file_toll(
            store, "650", url=url(f"b{measure}"), outlet="Outlet B", measure=measure, hours=13,
            event=measure, rules=rules,
        )  # fmt: skip
    [digest] = left_to_digest(store, rules, at(hours=12), at(hours=14))
    alert = digest_alert(digest.changes, at(hours=14))
    assert "2 changes of these had no message of their own" in alert.text


def test_what_is_put_aside_is_in_no_digest(store: Store) -> None:
    [first] = series(store, RULES, "310", "650")[1]
    assert first.thread is not None
    store.silences.file(Silence(first.thread, at(hours=25), until=at(days=9)))
    series(store, RULES, "660", "1,900", start=48, apart=1)
    [digest] = left_to_digest(store, RULES, at(hours=30), at(days=3))
    assert digest.changes == ()


HOURS = {
    "a time of day": ("2031-05-04T12:00", ("07:00", "16:00"), "UTC", "2031-05-04T07:00"),
    "yesterday's": ("2031-05-04T06:59", ("07:00", "16:00"), "UTC", "2031-05-03T16:00"),
    "in another zone": ("2031-05-04T12:00", ("07:00",), "Asia/Tokyo", "2031-05-03T22:00"),
    "a crontab line": ("2031-05-04T12:00", ("30 6 * * mon-fri",), "UTC", "2031-05-02T06:30"),
    "the newest of both": ("2031-05-04T12:00", ("30 6 * * *", "11:00"), "UTC", "2031-05-04T11:00"),
    "none": ("2031-05-04T12:00", (), "UTC", None),
}


@pytest.mark.parametrize("name", HOURS)
def test_when_the_digest_was_due(name: str) -> None:
    now, hours, zone, expected = HOURS[name]
    due = last_hour(datetime.fromisoformat(f"{now}:00Z"), hours, ZoneInfo(zone))
    assert (due and f"{due:%Y-%m-%dT%H:%M}") == expected


# ---------------------------------------------------------------- from the configuration


CONFIGURED = """
[defaults]
enabled = false
[defaults.delivery]
timezone = "Europe/Zurich"
[[destinations]]
name = "desk"
url = "https://desk.example/in"
quiet = ["01:00-02:00"]
[[watches]]
name = "w"
{keys}
"""


def configured(folder: Path, keys: str) -> Rules:
    path = folder / "monitor.toml"
    path.write_text(CONFIGURED.format(keys=keys), "utf-8")
    return rules_of(load(path), ["desk"])


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("", ["520", "900"]),
        ("everything = true", ["520", "900"]),
        ('measures = ["killed"]', ["520", "900"]),
        ('measures = ["injured"]', []),
        ('topics = ["valley"]', ["520", "900"]),
        ('counted = ["people"]\nplaces = ["Northland"]', ["520", "900"]),
        ('kinds = ["lowered"]', []),
        ("percent = 1", ["316", "520", "900"]),
        ("percent = 1\nabsolute = 100", ["520", "900"]),
        ("floor = 600", ["900"]),
        ("percent = 1\nmin_confidence = 0.999", []),
        ("percent = 1\nimplausible = 1.5", ["316"]),
        ('tier = "push"', ["316", "520", "900"]),
        ('tier = "digest"', []),
        ("sources = 2", []),
        ('outlets = ["Outlet 2"]', ["520"]),
        ('severity = "urgent"\nquiet = ["00:00-23:59"]', ["520", "900"]),
        ('quiet = ["00:00-23:59"]', []),
        ("percent = 1\nmin_gap = '30h'", ["316", "900"]),
    ],
)
def test_a_watch_of_the_configuration(
    store: Store, tmp_path: Path, keys: str, expected: list[str]
) -> None:
    rules = configured(tmp_path, keys)
    assert said(series(store, rules, "310", "316", "520", "900")) == expected


def test_quiet_hours_are_those_of_the_configured_zone(tmp_path: Path) -> None:
    rules = configured(tmp_path, 'quiet = ["22:00-07:00"]')
    [watch] = rules.watches
    assert quiet_until(watch.quiet, at(hours=9)) == at(hours=17)  # 23:00 to 07:00 in Zurich
    assert quiet_until(rules.quiet["desk"], at(hours=11.5)) == at(hours=12)


def test_the_built_in_watch_is_left_alone_by_a_name(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text('[[watches]]\nname = "default"\n', "utf-8")
    with pytest.raises(ConfigError, match="default is the built-in watch"):
        load(path)


# ---------------------------------------------------------------- laws


WATCHES = st.lists(
    st.builds(
        Watch,
        name=st.sampled_from(["a", "b", "c"]),
        measures=st.sampled_from([(), ("killed",), ("injured",)]),
        figures=st.sampled_from([None, OWN]),
        thresholds=st.sampled_from([None, Thresholds(5), Thresholds(1, 30, 200)]),
        tier=st.sampled_from([Tier.PUSH, Tier.DIGEST]),
        origins=st.integers(1, 2),
        wait=st.sampled_from([None, timedelta(hours=3)]),
        severity=st.sampled_from([None, "urgent"]),
        quiet=st.sampled_from([(), NIGHT]),
        per_hour=st.sampled_from([1, 4]),
        updates=st.sampled_from(["none", "reports"]),
        destinations=st.sampled_from([(), ("desk",), ("night",)]),
    ),
    max_size=3,
    unique_by=lambda watch: watch.name,
)
REPORTS = st.lists(
    st.tuples(
        st.sampled_from(["killed", "injured"]),
        st.sampled_from([310, 320, 400, 650, 660, 2900]),
        st.integers(0, 9),  # hours since the last
    ),
    min_size=1,
    max_size=9,
)


def filed_stream(store: Store, rules: Rules, reports: list[tuple[str, int, int]]) -> None:
    hours = 0
    for number, (measure, value, apart) in enumerate(reports):
        hours += apart
        end_waits_until(store, rules, at(hours=hours))
        file_toll(
            store, f"{value:,}", url=url(number), outlet=f"Outlet {number % 4}", measure=measure,
            hours=hours, rules=rules,
        )  # fmt: skip
    end_waits_until(store, rules, at(days=30))


@settings(max_examples=30, deadline=None)
@given(WATCHES, st.booleans(), REPORTS)
def test_every_change_is_told_once_or_has_its_reason_on_file(
    empty: Path,
    watches: list[Watch],
    built_in: bool,
    reports: list[tuple[str, int, int]],
) -> None:
    rules = watching(
        *([DEFAULT] if built_in else []), *watches, destinations=("desk", "night"), per_hour=2
    )
    with copied(empty) as store:
        filed_stream(store, rules, reports)
        assert store.connection.scalar("SELECT count(*) FROM holds WHERE ended_at IS NULL") == 0
        changes = {each.change.id for each in store.changes.all()}
        told = {alert.change for alert in store.alerts.newest(999)}
        reasons = {
            row["change_id"]
            for row in store.connection.rows(
                "SELECT change_id FROM suppressions WHERE reason <> ''"
                " UNION SELECT id FROM changes WHERE kind = 'first'"
            )
        }
        assert changes <= told | reasons
        # A destination has each change in one message: its own, or another's of the same report.
        for destination in ("desk", "night"):
            groups = [
                row["lead"]
                for row in store.connection.rows(
                    "SELECT a.lead FROM deliveries d JOIN alerts a ON a.id = d.alert_id "
                    "WHERE d.destination = ? AND a.supersedes IS NULL",
                    (destination,),
                )
            ]
            assert len(groups) == len(set(groups))
        for alert in store.alerts.newest(999):
            VALIDATOR.validate(alert.payload)
            assert size(alert.payload) < LIMIT and len(alert.text.split("\n")) <= 12
        first = [(each.id, each.text, each.watches) for each in store.alerts.newest(999)]
    with copied(empty) as store:
        filed_stream(store, rules, reports)
        assert [(each.id, each.text, each.watches) for each in store.alerts.newest(999)] == first


def test_what_waits_and_is_put_aside_follows_a_merged_thread(store: Store) -> None:
    rules = watching(Watch("two", origins=2))
    series(store, rules, "310", "650")
    other = file_toll(
        store, "90", url=url("z"), measure="killed", event="another flood", place=None, rules=rules
    )
    [source] = [row["thread"] for row in store.connection.rows("SELECT thread FROM holds")]
    [target] = [each.thread.id for each in other.followed if each.thread]
    assert source != target
    store.silences.file(Silence(source, at(hours=1), until=at(days=9)))
    store.threads.merge(source, into=target, reason="one", by="test", now=at(hours=26))
    assert store.silences.of(target) is not None
    assert [hold.thread for hold in store.holds.waiting(target)] == [target]
