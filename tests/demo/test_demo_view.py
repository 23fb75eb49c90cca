"""The demonstration's screen, from what the store and the receiver hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from rich.console import Console, RenderableType

from monitor.alerts.samples import sample_alerts, sample_moves
from monitor.claims import Tier
from monitor.demo.receiver import Received
from monitor.demo.view import Scene, Snapshot, opening, screen, show_quietly, summary, take_snapshot
from monitor.store import Store
from monitor.store.changes import StoredChange
from monitor.store.status import NotSent

NOW = datetime(2023, 10, 20, 12, tzinfo=UTC)


def snapshot(tmp_path: Path) -> Snapshot:
    path = tmp_path / "demo.db"
    Store.open(path).close()
    moves = sample_moves(NOW)
    quiet = replace(
        moves[0].change, id="chg_quiet", tier=Tier.LOG, tier_reason="not sent: agrees with 86"
    )
    changes = [
        StoredChange(change, each.claim, each.before, each.thread.label, NOW, 1, 1)
        for each in moves
        for change in (each.change, *([quiet] if each is moves[0] else []))
    ]
    return replace(
        take_snapshot(path),
        changes=changes,
        not_sent=[NotSent("agrees with …", "log", 2, "About 80 people are dead.")],
    )


def messages() -> list[Received]:
    taken = [
        Received(f"dlv_{n}", alert.payload, False) for n, alert in enumerate(sample_alerts(NOW))
    ]
    return [*taken, replace(taken[0], again=True)]


def drawn(shown: RenderableType, width: int = 180, height: int = 60) -> str:
    console = Console(file=StringIO(), width=width, height=height, force_terminal=False)
    console.print(shown)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_the_screen_shows_messages_claims_and_what_was_not_sent(tmp_path) -> None:
    scene = Scene(NOW, snapshot(tmp_path), messages()[2:3], ["kill -9 4711"])
    shown = drawn(screen(scene, 180))
    for words in (
        "Fri 20 Oct 2023",
        "two voices",
        "RULES OUT",
        "not sent: agrees with 86 · Outlet A",
        "kill -9 4711",
        "0 articles",
    ):
        assert words in shown


def test_a_narrow_screen_keeps_the_messages_and_the_reasons(tmp_path) -> None:
    scene = Scene(NOW, snapshot(tmp_path), messages()[2:3])
    shown = drawn(screen(scene, 80), 80, 24)
    assert "two voices" in shown and "not sent: agrees with 86" in shown


def test_the_screen_stands_before_there_is_a_store() -> None:
    assert "monitor demo" in drawn(screen(Scene(NOW), 180))


def test_markup_in_a_headline_is_only_text(tmp_path) -> None:
    hostile = "[bold red]x[/] [link=http://a.example]y[/link] \x1b[31m"
    [first, *_] = messages()
    payload = first.payload | {"text": f"TEST\n{hostile}"}
    shown = drawn(screen(Scene(NOW, snapshot(tmp_path), [replace(first, payload=payload)]), 180))
    assert "[bold red]x[/]" in shown


def test_without_a_terminal_each_thing_is_said_once(tmp_path) -> None:
    console = Console(file=StringIO(), width=200)
    scene = Scene(NOW, snapshot(tmp_path), messages(), ["started"])
    said: set[str] = set()
    show_quietly(console, scene, said)
    show_quietly(console, scene, said)
    assert isinstance(console.file, StringIO)
    text = console.file.getvalue()
    assert text.count("started") == 1
    assert text.count("not sent: agrees with 86") == 1
    assert text.count("delivered again, under the same id: TEST") == 1


def test_the_summary_counts_from_the_store_and_names_the_command(tmp_path) -> None:
    shown = drawn(summary(snapshot(tmp_path), messages()))
    assert "0 alerts, one baseline and 0 digests sent" in shown
    assert "agrees with …" in shown
    sent = len(sample_alerts(NOW))
    told = f"verified {sent + 1} deliveries of {sent} messages; 1 came twice, under the same id"
    assert told in shown


def test_the_command_that_opens_the_store_is_one_line(tmp_path) -> None:
    console = Console(file=StringIO(), width=40)
    console.print(opening(tmp_path / "demo.db"), soft_wrap=True)
    assert isinstance(console.file, StringIO)
    assert f"monitor browse {tmp_path / 'demo.db'}\n" in console.file.getvalue()
