"""Alerts on the command line: listed, shown, sent again, put aside; watches checked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli import app
from monitor.commands.check import findings
from monitor.commands.status import status_lines
from monitor.errors import InputError
from monitor.outbox import Attempt, DeliveryState
from monitor.store import Store
from tests.harness import Receiver, served, write_config
from tests.store.stored_claims import at, file_toll


@dataclass
class Desk:
    """A configuration and its store, with one alert of a toll of 650."""

    config: Path
    store: Path
    alert: str
    thread: str

    def run(self, *words: str) -> tuple[int, str]:
        """A command's exit code and what it said; an InputError is its only line."""
        result = CliRunner().invoke(app, ["alerts", *words, "--config", str(self.config)])
        if isinstance(result.exception, InputError):
            return 2, str(result.exception)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output


def desk_in(folder: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("TEST_WEBHOOK_SECRET", receiver.secret)
    config = write_config(folder, [], receiver, now=at(hours=20))
    with Store.open(folder / "monitor.db") as store:
        file_toll(store, "310")
        [alert] = file_toll(
            store, "650", url="https://outlet-b.example/f", outlet="Outlet B", hours=13
        ).alerts
    assert alert.thread is not None
    return Desk(config, folder / "monitor.db", alert.id, alert.thread)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    receiver = Receiver()
    receiver.url = "http://127.0.0.1:9"  # nobody listens
    return desk_in(tmp_path, receiver, monkeypatch)


def said(desk: Desk, *words: str) -> str:
    code, output = desk.run(*words)
    assert code == 0, output
    return output


def test_alerts_are_listed_and_shown(desk: Desk) -> None:
    listed = said(desk, "list")
    assert desk.alert in listed and "figure.raised" in listed and "[desk pending]" in listed
    assert said(desk, "list", "--thread", desk.thread) == listed
    shown = said(desk, "show", desk.alert)
    assert "310 → 650" in shown and "asked for by: default" in shown
    code, output = desk.run("show", "alr_none")
    assert code == 2 and "monitor alerts list" in output


def test_a_thread_is_put_aside_by_its_alert_and_heard_again(desk: Desk) -> None:
    assert said(desk, "list", "--silent") == "nothing is put aside\n"
    assert "acknowledged while it stays in 585–715" in said(desk, "ack", desk.alert)
    assert desk.thread in said(desk, "list", "--silent")
    with Store.open(desk.store) as store:
        raised = file_toll(
            store, "710", url="https://outlet-c.example/f", outlet="Outlet C", hours=40
        )
        assert raised.alerts == ()
    assert "heard again" in said(desk, "snooze", desk.thread, "--off")
    code, output = desk.run("snooze", desk.thread, "--off")
    assert code == 1 and "is not put aside" in output


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--until", "2031-05-09"), "snoozed until 2031-05-09 00:00 UTC"),
        (("--below", "900"), "acknowledged while it stays at 900 or less"),
        (("--above", "600", "--below", "900"), "acknowledged while it stays in 600–900"),
        ((), "say until when"),
        (("--until", "yesterday"), "is no time"),
        (("--until", "2031-05-01"), "is over already"),
        (("--below", "nan"), "is no number"),
        (("--above", "9", "--below", "3"), "is empty"),
    ],
)
def test_until_when_a_thread_is_silent(desk: Desk, options: tuple[str, ...], expected: str) -> None:
    assert expected in desk.run("snooze", desk.alert, *options)[1]


def test_what_does_not_exist_cannot_be_put_aside(desk: Desk) -> None:
    for name in ("alr_none", "thr_none"):
        code, output = desk.run("ack", name)
        assert code == 1 and f"there is no alert {name!r}" in output.replace(" or thread", "")


async def test_dead_letters_are_listed_and_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = Receiver()
    async with served(receiver):
        desk = desk_in(tmp_path, receiver, monkeypatch)
        with Store.open(desk.store) as store:
            [delivery] = store.alerts.deliveries(desk.alert)
            store.alerts.record(
                Attempt(delivery.id, at(), 422, DeliveryState.DEAD, None, "HTTP 422 no")
            )
        run: Callable[..., str] = said
        assert "desk: HTTP 422 no" in await asyncio.to_thread(run, desk, "list", "--dead")
        assert "desk: delivered" in await asyncio.to_thread(run, desk, "redeliver", "--dead")
        assert [name for name, _ in receiver.got] == [delivery.id]
        assert await asyncio.to_thread(run, desk, "list", "--dead") == "no dead letters\n"
        again = await asyncio.to_thread(run, desk, "redeliver", desk.alert, "--to", "desk")
        assert "desk: delivered" in again and len(receiver.got) == 2
    for wrong in (("redeliver",), ("redeliver", desk.alert, "--dead")):
        assert desk.run(*wrong)[0] == 2
    assert "there is no destination" in desk.run("redeliver", desk.alert, "--to", "nowhere")[1]


async def test_only_the_destination_that_was_named_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = Receiver()
    async with served(receiver):
        desk = desk_in(tmp_path, receiver, monkeypatch)
        with Store.open(desk.store) as store:
            store.alerts.address(desk.alert, ["elsewhere"])
            for each in store.alerts.deliveries(desk.alert):
                store.alerts.record(Attempt(each.id, at(), 422, DeliveryState.DEAD, None, "no"))
        words = ("redeliver", desk.alert, "--to", "desk")
        code, output = await asyncio.to_thread(desk.run, *words)
        assert code == 0 and "desk: delivered" in output and "elsewhere" not in output
        with Store.open(desk.store) as store:
            store.alerts.disable("desk", "HTTP 410 gone", at())
        code, output = await asyncio.to_thread(desk.run, *words)
    assert code == 1 and "done" not in output.split()
    assert "disabled: HTTP 410 gone (monitor alerts enable desk)" in output


def test_status_names_a_disabled_destination_and_dead_letters(desk: Desk) -> None:
    with Store.open(desk.store) as store:
        store.alerts.disable("desk", "HTTP 410 gone", at())
        store.alerts.disable("removed", "HTTP 410 gone", at())
    told = "\n".join(status_lines(desk.config)[0])
    assert "wrong: destination desk is disabled (HTTP 410 gone), 1 delivery waiting" in told
    assert "monitor alerts enable desk" in told and "removed" not in told
    with Store.open(desk.store) as store:
        [delivery] = store.alerts.deliveries(desk.alert)
        store.alerts.record(Attempt(delivery.id, at(), 422, DeliveryState.DEAD, None, "no"))
    assert "monitor alerts list --dead" in "\n".join(status_lines(desk.config)[0])


def test_check_notes_names_that_nothing_bears(tmp_path: Path) -> None:
    config = tmp_path / "monitor.toml"
    config.write_text(
        """[[feeds]]
url = "https://outlet-a.example/rss"
outlet = "Outlet A"
[[watches]]
name = "typos"
measures = ["kiled", "missing"]
holders = ["Norwai", "Norway"]
outlets = ["Outlet A", "Outlet Z"]
[[watches]]
name = "all"
""",
        "utf-8",
    )
    mistakes, notes = findings(config, {})
    assert mistakes == []
    about = [note for note in notes if "watch" in note]
    assert about == [
        "note: watch 'typos': measures: nothing known is called 'kiled'; like it: killed",
        about[1],
        "note: watch 'typos': outlets: nothing known is called 'Outlet Z'; like it: Outlet A",
        "note: watch 'all' names nothing, so it asks for everything",
    ]
    assert "holders: nothing known is called 'Norwai'; like it: Norway" in about[1]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('quiet = ["10pm-7am"]', "are no quiet hours"),
        ('everything = true\nplaces = ["X"]', "don't go together"),
        ('destinations = ["nowhere"]', "there is no destination"),
        ("sources = 0", "greater than or equal to 1"),
        ('severity = "loud"', "notice"),
        ('updates = "all"', "none"),
    ],
)
def test_mistakes_in_watches_are_told(tmp_path: Path, line: str, problem: str) -> None:
    config = tmp_path / "monitor.toml"
    config.write_text(f'[[watches]]\nname = "w"\n{line}\n', "utf-8")
    mistakes, _ = findings(config, {})
    assert len(mistakes) == 1 and problem in str(mistakes[0]), mistakes
