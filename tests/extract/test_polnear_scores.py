"""PolNeAR dev under the house's own scorer: floors a little under what was measured."""

from __future__ import annotations

import gzip
import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from monitor.extract.attribution import attribution_prediction, read_attributions
from monitor.extract.reading import read

pytestmark = pytest.mark.corpora


def _scorer(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_attribution", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def scores(shared: Path) -> dict[str, Any]:
    scorer = _scorer(shared / "eval" / "score_attribution.py")
    gold, predictions = {}, {}
    with gzip.open(
        shared / "corpora" / "polnear" / "dev.jsonl.gz", "rt", encoding="utf-8"
    ) as lines:
        for line in lines:
            article = json.loads(line)
            found = attribution_prediction(read_attributions(read(article["text"])))
            gold[article["id"]] = (article["text"], article["attributions"])
            predictions[article["id"]] = (article["text"], found)
    return {
        "statements": scorer.score(gold, predictions, statements_only=True)[0],
        "all": scorer.score(gold, predictions)[0],
    }


@pytest.mark.parametrize(("cues", "floor"), [("statements", 0.815), ("all", 0.69)])
def test_relation_f1(scores: dict[str, Any], cues: str, floor: float) -> None:
    assert scores[cues]["relation"][2] >= floor
