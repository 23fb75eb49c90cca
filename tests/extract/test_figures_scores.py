"""Reading scored on the development articles: numbers found, value and modifier."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.claims import Figure, Modifier
from monitor.extract.extractor import Extractor

pytestmark = pytest.mark.corpora


def row(article: str, figure: Figure) -> dict[str, Any]:
    modifier = figure.quantity.modifier
    return {
        "article": article,
        "char_start": figure.number.start,
        "char_end": figure.number.end,
        "low": figure.quantity.low,
        "high": figure.quantity.high,
        "modifier": "approx" if modifier is Modifier.APPROXIMATE else modifier.value,
        "series_id": None,
    }


@pytest.fixture(scope="module")
def scores(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    corpus = shared / "corpora/gaza-2023/dev"
    extractor = Extractor()
    rows = []
    for path in sorted((corpus / "articles").glob("*.txt")):
        published = datetime.fromisoformat(path.stem[:10]).replace(hour=12, tzinfo=UTC)
        figures = extractor.extract(path.read_text("utf-8"), published, "The Paper").figures
        rows += [row(path.stem, figure) for figure in figures]
    predictions = tmp_path_factory.mktemp("scores") / "figures.jsonl"
    predictions.write_text("".join(json.dumps(each) + "\n" for each in rows), "utf-8")
    command = [sys.executable, str(shared / "eval/score_figures.py"), "--json"]
    gold = ["--gold", str(corpus / "figures.jsonl"), "--pred", str(predictions)]
    done = subprocess.run([*command, *gold], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def test_numbers_are_found_and_bound_to_their_words(scores: dict[str, Any]) -> None:
    detection = scores["detection"]
    assert detection["all"]["recall"] >= 0.98
    assert detection["both"] >= 0.98
