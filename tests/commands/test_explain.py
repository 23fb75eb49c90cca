"""Explanations: why an alert was sent, why the rest of its report was not, and the decision again."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.alerts.notices import baseline_alert
from monitor.claims import Baseline
from monitor.commands.explain import explain
from monitor.corrections import reject_claim
from monitor.errors import InputError
from monitor.outbox import Verdict
from monitor.store import Store
from monitor.store.verdicts import Judged
from tests.store.stored_claims import at, file_toll

LIVE = '[[destinations]]\nname = "desk"\nurl = "https://desk.example/hook"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "monitor.toml"
    path.write_text(LIVE, "utf-8")
    return path


@pytest.fixture
def alert(config: Path) -> str:
    """The alert of a toll that rose from 310 to 650."""
    with Store.open(config.parent / "monitor.db") as store:
        file_toll(store, "310")
        risen = file_toll(
            store, "650", url="https://outlet-b.example/1", outlet="Outlet B", hours=13
        )
        store.verdicts.file(Judged(risen.alerts[0].id, Verdict.RIGHT, "desk", "checked", at()))
        return risen.alerts[0].id


def test_it_says_who_asked_what_moved_and_why(config: Path, alert: str) -> None:
    told = "\n".join(explain(config, alert))
    for words in (
        f"{alert} · figure.raised · push",
        "asked for by default",
        "to desk: pending after",
        "judged right by desk: checked",
        "report: Outlet B · https://outlet-b.example/1",
        "650 (raised)",
        "push: crossed 500",
        "linked: ",
        "decided again from the stored evidence, under the rules configured now: the same alert",
    ):
        assert words in told, told


def test_a_claim_that_was_rejected_since_is_said_so(config: Path, alert: str) -> None:
    assert "rejected" not in "\n".join(explain(config, alert))
    with Store.open(config.parent / "monitor.db") as store:
        change = store.alerts.get(alert).change
        assert change is not None
        claim = store.changes.get(change).claim.id
        with store.transaction():
            [withdrawal] = reject_claim(store, claim, "desk", "650 were hurt", at(hours=20))
    for each in (alert, withdrawal):
        told = explain(config, each)
        assert sum("650 (raised)" in line for line in told) == 1, told
        assert told[-1].startswith("the claim was rejected since, by desk on 2031-05-05 08:00 UTC")
        assert told[-1].endswith(": 650 were hurt; the alert no longer holds")


def test_other_rules_say_why_they_would_not_send_it(config: Path, alert: str) -> None:
    rules = '[defaults.figures]\nmilestones = "none"\nraise_percent = 300\n'
    config.write_text(f"{LIVE}{rules}", "utf-8")
    assert explain(config, alert)[-1].endswith("no alert; digest: +109.7 % since 310: below 300 %")


def test_a_message_of_the_monitor_itself_has_no_report(config: Path, alert: str) -> None:
    with Store.open(config.parent / "monitor.db") as store:
        [notice] = store.alerts.file([baseline_alert(Baseline(1, 1, 1, 1, 1), at())], ["desk"])
    assert explain(config, notice)[-1].startswith("a message of the monitor itself")


def test_an_alert_that_is_not_there(config: Path, alert: str) -> None:
    with pytest.raises(InputError, match="there is no alert 'alr_none'"):
        explain(config, "alr_none")
