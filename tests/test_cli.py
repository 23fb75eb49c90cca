"""Commands as a user runs them: another directory, no terminal, pipes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.alerts.samples import sample_alerts
from monitor.outbox import Verdict
from monitor.store import Store
from monitor.store.verdicts import Judged
from tests.harness import Receiver, Site, daemon, served, write_config
from tests.store.stored_claims import file_toll

TEXT = """Ferry sinks off the coast

At least 41 people drowned when a ferry sank off Mindoro on Tuesday, the coast guard said. \
Another 17 are missing. The transport minister said that she opposes calls for a ban on night sailings.
"""


def run(*arguments: str | Path, folder: Path, stdin: str = "", code: int = 0) -> str:
    """What a command prints on standard output; its exit code has to be ``code``."""
    done = subprocess.run(
        [sys.executable, "-m", "monitor", *map(str, arguments)],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"COLUMNS": "100"},
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout if code == 0 else done.stdout + done.stderr


def test_init_check_and_status(tmp_path: Path) -> None:
    said = run("init", "desk", "--beat", "disaster", folder=tmp_path)
    assert "desk/monitor.toml" in said
    assert "good" in run("check", "-c", "desk/monitor.toml", folder=tmp_path)
    assert "it was left as it is" in run("init", "desk", folder=tmp_path, code=2)
    assert "known: conflict" in run("init", "x", "--beat", "football", folder=tmp_path, code=2)
    status = run("status", "-c", "desk/monitor.toml", folder=tmp_path, code=1)
    assert "daemon: not running" in status


def test_check_tells_everything_that_would_stop_the_daemon(tmp_path: Path) -> None:
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon" / "measures.toml").write_text("= no", "utf-8")
    (tmp_path / "lexicon" / "nonsense.toml").write_text("", "utf-8")
    (tmp_path / "monitor.toml").write_text(
        """
[extract]
pipeline = "en_core_web_nothing"
data = "lexicon"
[[feeds]]
url = "http://127.0.0.1:9/rss"
[[destinations]]
name = "desk"
url = "http://10.0.0.1/hook"
secret = "whsec_short"
""",
        "utf-8",
    )
    said = run("check", folder=tmp_path, code=1)
    for part in (
        "feeds[1].url",
        "destinations[1].url",
        "allow_private",
        "destinations[1].secret",
        "en_core_web_nothing",
        "measures.toml",
        "nonsense.toml",
    ):
        assert part in said
    assert "whsec_short" not in said


def test_extract_reads_a_file_or_a_pipe_and_gives_offsets_of_the_text_as_given(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    lines = run("extract", "a.txt", "--json", "--published", "2024-03-05", folder=tmp_path)
    piped = run("extract", "-", "--json", "--published", "2024-03-05", folder=tmp_path, stdin=TEXT)
    assert lines == piped
    claims = [json.loads(line) for line in lines.splitlines()]
    figures = {
        TEXT[each["char_start"] : each["char_end"]]: each
        for each in claims
        if each["kind"] == "figure"
    }
    assert figures["41"]["measure"] == "killed"
    assert figures["41"]["quantity"]["modifier"] == "at_least"
    assert figures["17"]["measure"] == "missing"
    seen = run("extract", "a.txt", folder=tmp_path)
    assert "figures" in seen and "41" in seen


BATCHES = {"quantities": "quantities", "attributions": "attributions", "claims": "claims"}


@pytest.mark.parametrize("wanted", BATCHES)
def test_batches_answer_each_line_in_order(wanted: str, tmp_path: Path) -> None:
    lines = [{"id": 1, "text": TEXT}, {"id": "b", "text": "", "published": None}]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    out = run("extract", "--batch", "in.jsonl", "--as", wanted, folder=tmp_path)
    answers = [json.loads(line) for line in out.splitlines()]
    assert [answer["id"] for answer in answers] == [1, "b"]
    assert answers[0][BATCHES[wanted]] and not answers[1][BATCHES[wanted]]


def test_a_batch_is_utf_8_in_any_locale(tmp_path: Path) -> None:
    lines = '{"id": "\\ud83d", "text": "Né 5 \\ud83d people died."}\n'
    out = subprocess.run(
        [sys.executable, "-m", "monitor", "extract", "--batch", "-", "--as", "quantities"],
        input=lines.encode(),
        capture_output=True,
        check=True,
        timeout=120,
        env=os.environ | {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
    ).stdout
    assert json.loads(out)["id"] == "\ud83d"
    [quantity] = json.loads(out)["quantities"]
    assert quantity["value"] == [5, 5]


BAD = {
    "nothing to extract": (["extract"], "give one text"),
    "no such file": (["extract", "none.txt"], "none.txt: No such file"),
    "a folder": (["extract", "."], "Is a directory"),
    "no such date": (["extract", "-", "--published", "soon"], "'soon' is no time"),
    "no such output": (["extract", "--batch", "in.jsonl", "--as", "poems"], "quantities"),
    "a bad line": (["extract", "--batch", "in.jsonl"], "in.jsonl:1: no JSON"),
    "no archive": (["replay", "none"], "there is no such file"),
    "no configuration": (["run"], "monitor init"),
    "a private address": (["extract", "http://127.0.0.1:9/"], "loopback"),
    "no store": (["browse", "none.db"], "none.db"),
    "a store of something else": (["replay", "texts", "--store", "in.jsonl"], "in.jsonl"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told_in_a_line(name: str, tmp_path: Path) -> None:
    arguments, message = BAD[name]
    (tmp_path / "in.jsonl").write_text("{no\n" * 400, "utf-8")
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "2023-10-07_1.txt").write_text(TEXT, "utf-8")
    assert message in run(*arguments, folder=tmp_path, code=2)


def test_a_replay_gives_the_same_bytes_every_time(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    for day, toll in ((5, "41"), (6, "58"), (7, "73")):
        text = TEXT.replace("41", toll)
        (texts / f"2024-03-0{day}_1.txt").write_text(text, "utf-8")
    for run_number in (1, 2):
        options = ("--export", f"out{run_number}", "--store", f"s{run_number}.db")
        run("replay", "texts", *options, folder=tmp_path)
    names = sorted(path.name for path in (tmp_path / "out1").iterdir())
    assert names == [
        "edits.jsonl",
        "figure_changes.jsonl",
        "figures.jsonl",
        "position_changes.jsonl",
        "positions.jsonl",
    ]
    for name in names:
        one, two = (tmp_path / f"out{number}" / name for number in (1, 2))
        assert one.read_bytes() == two.read_bytes()
    run("replay", "texts", "--export", "again", "--store", "s1.db", folder=tmp_path)
    for name in names:  # a store that holds the archive already tells the same
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "out1" / name).read_bytes()
    figures = (tmp_path / "out1" / "figures.jsonl").read_text("utf-8").splitlines()
    assert len({json.loads(line)["series_id"] for line in figures} - {None}) >= 2


def test_an_edit_in_an_archive_is_exported_with_its_place(tmp_path: Path) -> None:
    first = {
        "url": "https://a.example/ferry",
        "outlet": "A",
        "title": "Ferry sinks",
        "published": "2024-03-05T10:00:00Z",
        "text": "At least 12 people drowned when a ferry sank off Mindoro, the coast guard said.",
    }
    later = first | {
        "text": first["text"].replace("12", "15"),
        "fetched": "2024-03-05T12:00:00Z",
    }
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, (first, later))), "utf-8")
    run("replay", "a.jsonl", "--export", "out", folder=tmp_path)
    [edit] = [
        json.loads(line)
        for line in (tmp_path / "out" / "edits.jsonl").read_text("utf-8").splitlines()
    ]
    text = f"{later['title']}\n\n{later['text']}"
    assert edit["url"] == first["url"]
    assert edit["kind"] == "edited"
    assert text[edit["char_start"] : edit["char_end"]] == "15"


async def test_samples_go_to_each_destination_with_and_without_a_daemon(tmp_path: Path) -> None:
    site, receiver = Site(), Receiver()
    async with served(site, receiver):
        now = datetime(2023, 10, 18, 15, tzinfo=UTC)
        config = write_config(tmp_path, [site], receiver, now=now)
        alone = await _samples(config, receiver)
        assert alone.count("delivered: TEST") == len(receiver.of_type("monitor.test")) >= 3
        async with daemon(config, receiver) as process:
            await receiver.wait_for("monitor.baseline")
            beside = await _samples(config)  # the daemon has the secret, the command needs none
            assert await process.stop() == 0
        assert beside.count("delivered: TEST") == alone.count("delivered: TEST")


async def _samples(config: Path, receiver: Receiver | None = None) -> str:
    import asyncio

    if receiver is not None:
        os.environ["TEST_WEBHOOK_SECRET"] = receiver.secret
    try:
        return await asyncio.to_thread(
            run, "alerts", "test", "-c", config.name, folder=config.parent
        )
    finally:
        os.environ.pop("TEST_WEBHOOK_SECRET", None)


def test_the_schema_of_alerts_is_printed(tmp_path: Path) -> None:
    printed = json.loads(run("schema", "alert", folder=tmp_path))
    assert printed["properties"]["schema"]["const"] == "monitor.alert/1"
    assert "known: alert" in run("schema", "feed", folder=tmp_path, code=2)


def test_a_verdict_from_the_command_line_is_proposed_on_when_there_are_twenty(
    tmp_path: Path,
) -> None:
    config = tmp_path / "monitor.toml"
    config.write_text("", "utf-8")
    with Store.open(tmp_path / "monitor.db") as store:
        alerts = [
            alert
            for day in range(1, 11)
            for alert in sample_alerts(datetime(2023, 10, day, tzinfo=UTC))[:2]
        ]
        store.alerts.file(alerts, [])
        for alert in alerts[1:]:
            store.verdicts.file(Judged(alert.id, Verdict.WRONG_THREAD, "A", "", alert.created_at))
    assert run("alerts", "judge", alerts[0].id, "right", folder=tmp_path) == "done\n"
    status = run("status", "-c", config, folder=tmp_path, code=1)
    assert "of 20 judged alerts of the watch 'default' 5 % were right" in status
    for alert, verdict in (("alr_none", "right"), (alerts[0].id, "splendid")):
        said = run("alerts", "judge", alert, verdict, folder=tmp_path, code=1)
        assert "not done: there is no" in said


async def test_a_rejected_claim_takes_its_alert_back_and_is_explained(tmp_path: Path) -> None:
    import asyncio

    receiver = Receiver()
    async with served(receiver):
        config = write_config(tmp_path, [], receiver, now=datetime(2031, 5, 6, tzinfo=UTC))
        with Store.open(tmp_path / "monitor.db") as store:
            file_toll(store, "310")
            risen = file_toll(store, "650", url="https://b.example/1", outlet="B", hours=13)
        alert, claim = risen.alerts[0].id, risen.followed[0].claim.id
        explained = await asyncio.to_thread(run, "explain", alert, folder=tmp_path)
        assert "push: crossed 500" in explained
        os.environ["TEST_WEBHOOK_SECRET"] = receiver.secret
        try:
            said = await asyncio.to_thread(
                run, "correct", "reject", claim, "--note", "hurt", "-c", config, folder=tmp_path
            )
        finally:
            os.environ.pop("TEST_WEBHOOK_SECRET", None)
        assert "desk: delivered" in said
        [withdrawn] = receiver.of_type("alert.withdrawn")
        assert withdrawn["supersedes"] == alert
        again = await asyncio.to_thread(run, "backtest", "-c", config, folder=tmp_path)
        assert "these rules send exactly what was sent" in again
