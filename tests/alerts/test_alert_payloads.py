"""The JSON that a webhook gets: its schema, its bound, and offsets that stay true."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from monitor.alerts.links import Pages
from monitor.alerts.messages import compose
from monitor.alerts.notices import (
    baseline_alert,
    digest_alert,
    health_alert,
    heartbeat_alert,
    recovered_alert,
    sick_alert,
)
from monitor.alerts.payloads import LIMIT, schema, size
from monitor.alerts.samples import sample_alerts
from monitor.claims import Baseline, ChangeKind, Stance
from monitor.intake import Ailment, Coverage, FeedAilment
from tests.alerts.alert_claims import NOW, day, exact, figure, moved, position, report, rising

VALIDATOR = Draft202012Validator(schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)


def two_voices():
    vow = position(Stance.COMMIT, -1, "Officials rule out a pause.", speaker="officials")
    told = position(Stance.WILLING, 1, "They are ready to wait.", speaker=None)
    return moved(ChangeKind.CONTRADICTED, told, vow, vow, label="Israel: delay", other=vow)


def ill(reason: Ailment) -> FeedAilment:
    return FeedAilment(1, 1, "https://a.example/rss", "A", reason, "\u202eit fails", NOW, None)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize(
    "alert",
    [
        *compose(report(), [rising()], NOW, Pages("https://monitor.example/news")),
        *compose(report(), [two_voices()], NOW),
        *sample_alerts(NOW),
        baseline_alert(Baseline(1, 2, 3, 4, 5), NOW),
        digest_alert([rising(), two_voices()], NOW),
        health_alert("feed", "gone", "remove it", NOW),
        *(
            kind(ailments, NOW)
            for kind in (sick_alert, recovered_alert)
            for ailments in ([ill(Ailment.QUIET)], [ill(each) for each in Ailment] * 5)
        ),
        heartbeat_alert(Coverage(43, 1, 1, 612, 598, 3), [ill(Ailment.GONE)], NOW, NOW),
    ],
    ids=lambda alert: f"{alert.type} {alert.payload.get('sample_of', '')}",
)
def test_every_payload_fits_the_schema(alert) -> None:
    VALIDATOR.validate(alert.payload)
    assert set(alert.payload) <= set(schema()["properties"])
    assert alert.payload["id"] == alert.id


def test_the_model_fields() -> None:
    [alert] = compose(report(), [rising()], NOW)
    payload = alert.payload
    assert payload["type"] == "figure.raised"
    assert payload["created_at"] == "2023-10-23T14:21:08Z"
    assert payload["why"] == ["crossed 5,000"]
    assert payload["thread"]["place"] == {"name": "Gaza Strip", "iso3": "PSE"}
    assert payload["thread"]["since"] == "2023-10-07"
    assert payload["new"]["stated"] == {"low": 5087, "high": 5087, "exclusive": False}
    assert payload["new"]["as_of"] == "2023-10-23"
    assert payload["new"]["fetched_at"] == "2023-10-23T14:21:08Z"
    assert payload["old"]["fetched_at"] is None
    assert payload["difference"] == {"absolute": 436, "percent": 9.4, "days": 1}
    assert payload["last_values"][-2:] == [["2023-10-22", 4651], ["2023-10-23", 5087]]
    assert payload["support"] == {"authorities": 1, "independent_origins": 2, "reports": 3}


hostile = st.text(min_size=1, max_size=3000) | st.text('😀🇵🇸\u202e"\\\n', min_size=1, max_size=3000)


@settings(max_examples=60, deadline=None)
@given(hostile, hostile, hostile, st.integers(0, 60))
def test_any_text_gives_a_small_valid_payload_with_true_offsets(
    before: str, after: str, name: str, others: int
) -> None:
    sentence = f"{before}5,087{after}"
    start = len(before)
    new = figure(exact(5087), f"5,087 {sentence}", day(23))
    number = replace(new.figure, number=replace(new.figure.number, start=start, end=start + 5))
    new = replace(
        new,
        sentence=sentence,
        figure=replace(number, sentence=replace(number.sentence, end=len(sentence)),
                       authority=name, authority_as_written=name),
        url=f"https://outlet.example/{name}", outlet=name,
    )  # fmt: skip
    change = moved(ChangeKind.LOWERED, new, new, new, label=name, reason=name,
                   details=tuple((name, name) for _ in range(others % 5)))  # fmt: skip
    alerts = compose(report(title=name, outlet=name), [change] + [rising()] * others, NOW)
    for alert in alerts[:2]:
        assert size(alert.payload) < LIMIT
        VALIDATOR.validate(alert.payload)
    digest = digest_alert([replace(change, thread=replace(change.thread, id=str(number)))
                           for number in range(others)], NOW, coverage=name)  # fmt: skip
    assert size(digest.payload) < LIMIT
    lead = alerts[0].payload["new"]
    low, high = lead["mark"]
    assert lead["sentence"][low:high] == "5,087"
