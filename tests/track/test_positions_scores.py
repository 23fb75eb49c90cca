"""The positions of 158 dated articles, followed from first to last and scored against their gold."""

import json
import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.corpora

EVENTLESS = ("us-ceasefire", "egypt-displacement", "iran-gives-orders", "hamas-two-captives-offer")


@pytest.fixture(scope="module")
def dev(shared):
    return shared / "corpora" / "positions-2023" / "dev"


@pytest.fixture(scope="module")
def export(dev, tmp_path_factory):
    """Within one day the larger number is the earlier article."""
    folder = tmp_path_factory.mktemp("export")
    names = [path.stem for path in (dev / "articles").glob("*.txt")]
    order = folder / "order.txt"
    order.write_text("\n".join(sorted(names, key=stream_order)) + "\n", "utf-8")
    replay = [
        *(sys.executable, "-m", "monitor", "replay", str(dev / "articles")),
        *("--order", str(order), "--export", str(folder)),
    ]
    subprocess.run(replay, check=True, capture_output=True)
    return folder


def stream_order(name):
    day, number = re.fullmatch(r"(.*)_(\d+)", name).groups()
    return day, -int(number)


@pytest.fixture(scope="module")
def result(shared, dev, export):
    command = [
        *(sys.executable, str(shared / "eval" / "score_positions.py"), "--json"),
        *("--gold", str(dev), "--pred", str(export / "positions.jsonl")),
        *("--changes", str(export / "position_changes.jsonl")),
    ]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


@pytest.fixture(scope="module")
def alerts(export):
    lines = (export / "position_changes.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_statements(result, dev):
    assert result["recall"] >= 0.88
    assert result["holder_accuracy"] >= 0.92
    assert result["polarity_accuracy"] >= 0.88
    assert result["holders_offered"] <= 1.10
    texts = (path.read_text("utf-8") for path in (dev / "articles").glob("*.txt"))
    words = sum(len(text.split()) for text in texts)
    assert 100 * result["predictions"] / words <= 6


def test_threads_and_changes(result):
    assert result["b3_f1"] >= 0.78
    assert result["event_recall"] >= 0.45
    assert result["change_precision_on_gold"] >= 0.75


def test_the_desk_is_not_flooded(alerts, dev):
    hundred = len(list((dev / "articles").glob("*.txt"))) / 100
    pushed = sum(alert["tier"] == "push" for alert in alerts)
    assert pushed <= 10 * hundred
    assert len(alerts) - pushed <= 40 * hundred


def test_quiet_threads_stay_quiet(alerts, dev):
    lines = (dev / "statements.jsonl").read_text("utf-8").splitlines()
    quiet = [s for s in map(json.loads, lines) if s["thread"] in EVENTLESS]
    wrong = [
        alert
        for alert in alerts
        if any(
            alert["article"].removesuffix(".txt") == s["article"]
            and alert["char_start"] < s["char_end"]
            and s["char_start"] < alert["char_end"]
            for s in quiet
        )
    ]
    assert len(wrong) <= 2
