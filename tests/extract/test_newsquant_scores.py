"""The scores of quantities on the evaluation data, a little under what was measured."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.extract.quantities import quantity_predictions, read_quantities
from monitor.extract.reading import read

FLOORS = [
    ("dev", {"value": 95, "value+change": 90, "value+unit": 91}),
    ("recognizers-age", {"value": 95}),
    ("recognizers-currency", {"value": 91}),
    ("recognizers-dimension", {"value": 91}),
    ("recognizers-temperature", {"value": 96}),
]


@pytest.mark.corpora
@pytest.mark.parametrize(("name", "floors"), FLOORS)
def test_quantities_of_news_sentences(
    name: str, floors: dict[str, float], shared: Path, tmp_path: Path
) -> None:
    gold = shared / "corpora" / "newsquant" / f"{name}.jsonl"
    found = tmp_path / "found.jsonl"
    with gold.open(encoding="utf-8") as lines, found.open("w", encoding="utf-8") as out:
        for line in lines:
            sentence = json.loads(line)
            mentions = read_quantities(read(sentence["text"]))
            answer = {"id": sentence["id"], "quantities": quantity_predictions(mentions)}
            out.write(json.dumps(answer) + "\n")
    scorer = shared / "eval" / "score_quantities.py"
    command = [sys.executable, str(scorer), str(gold), str(found), "--json"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    scores = json.loads(output)["metrics"]
    for metric, floor in floors.items():
        assert 100 * scores[metric]["f1"] >= floor, (metric, scores[metric])
