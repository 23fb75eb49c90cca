"""The figures of 45 dated articles, followed from first to last and scored against their gold."""

import json
import subprocess
import sys
from collections import Counter

import pytest

pytestmark = pytest.mark.corpora


@pytest.fixture(scope="module")
def gaza(shared):
    return shared / "corpora" / "gaza-2023" / "dev"


@pytest.fixture(scope="module")
def export(gaza, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    replay = [
        *(sys.executable, "-m", "monitor", "replay", str(gaza / "articles")),
        *("--order", str(gaza / "articles.txt"), "--export", str(folder)),
    ]
    subprocess.run(replay, check=True, capture_output=True)
    return folder


@pytest.fixture
def score(shared, gaza, export):
    def scored(changes):
        command = [
            *(sys.executable, str(shared / "eval" / "score_figures.py"), "--json"),
            *("--gold", str(gaza / "figures.jsonl"), "--pred", str(export / "figures.jsonl")),
            *("--gold-changes", str(gaza / "changes.jsonl"), "--changes", str(changes)),
        ]
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)

    return scored


def test_series_and_alerts(score, export):
    result = score(export / "figure_changes.jsonl")
    assert result["series"]["cumulative"]["f1"] >= 0.90
    assert result["series"]["intruders"] <= 3
    alerts = result["changes"]
    assert alerts["precision"] >= 0.95
    assert alerts["recall"] >= 0.82
    assert alerts["elsewhere_per_100_articles"] <= 20


def test_push_alone(score, export, tmp_path):
    lines = (export / "figure_changes.jsonl").read_text("utf-8").splitlines()
    pushed = [row for row in map(json.loads, lines) if row["tier"] == "push"]
    only = tmp_path / "push.jsonl"
    only.write_text("".join(json.dumps(row) + "\n" for row in pushed), "utf-8")
    assert score(only)["changes"]["precision"] >= 0.92
    reports = {row["article"] for row in pushed}
    days = Counter(article[:10] for article in reports)
    assert len(reports) <= 35
    assert max(days.values()) <= 3
