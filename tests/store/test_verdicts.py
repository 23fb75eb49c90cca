"""Verdicts: each reader's newest word counts, and no share is said of too few."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.alerts.samples import sample_alerts
from monitor.outbox import Verdict
from monitor.store import Store
from monitor.store.verdicts import Judged, Precision

NOW = datetime(2023, 10, 24, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "monitor.db") as store:
        yield store


def alerts_of(store: Store, count: int) -> list[str]:
    made = [
        replace(alert, watches=("default", "ports"))
        for hour in range(count)
        for alert in sample_alerts(NOW + timedelta(hours=hour))[:1]
    ]
    return store.alerts.file(made, [])


def test_below_twenty_verdicts_no_share_is_said(store: Store) -> None:
    alerts = alerts_of(store, 20)
    for number, alert in enumerate(alerts[:19]):
        verdict = Verdict.RIGHT if number < 15 else Verdict.NOT_INTERESTING
        store.verdicts.file(Judged(alert, verdict, "A", "", NOW))
    assert {each.percent_right for each in store.verdicts.precision()} == {None}
    store.verdicts.file(Judged(alerts[19], Verdict.WRONG_FIGURE, "A", "", NOW))
    assert store.verdicts.precision() == [
        Precision("rule", "monitor.test", 20, 15, 75),
        Precision("watch", "default", 20, 15, 75),
        Precision("watch", "ports", 20, 15, 75),
    ]


def test_the_newest_word_of_each_reader_counts(store: Store) -> None:
    [alert] = alerts_of(store, 1)
    for reader, verdict in (("A", "right"), ("B", "right"), ("A", "wrong_thread")):
        store.verdicts.file(Judged(alert, Verdict(verdict), reader, "", NOW))
    assert [(each.reader, str(each.verdict)) for each in store.verdicts.of(alert)] == [
        ("B", "right"),
        ("A", "wrong_thread"),
    ]


def test_an_unknown_alert_is_said_to_be_unknown(store: Store) -> None:
    with pytest.raises(KeyError):
        store.verdicts.file(Judged("alr_none", Verdict.RIGHT, "A", "", NOW))
