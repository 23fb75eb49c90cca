"""A table of pairs of figures: how the second stands to the first once both were followed."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest
from filed_figures import MemoryThreads, filed, report_of

PAIRS = tomllib.loads((Path(__file__).parent / "figure_pairs.toml").read_text("utf-8"))["pair"]


@pytest.mark.parametrize("pair", PAIRS, ids=[f"{p['topic']}: {p['name']}" for p in PAIRS])
def test_the_second_stands_to_the_first_as_stated(pair):
    threads = MemoryThreads()
    first = filed(article=1, **{"day": 1, "outlet": "A", **pair["old"]})
    second = filed(article=2, **{"day": 2, "outlet": "B", **pair["new"]})
    threads.follow([first], report_of(first))
    (answer,) = threads.follow([second], report_of(second))
    assert _relation(answer) == pair["relation"], answer.reason


def test_the_table_covers_every_topic_and_relation():
    assert len(PAIRS) >= 90
    topics = Counter(pair["topic"] for pair in PAIRS)
    assert min(topics.values()) >= 8
    assert {"stock and flow", "status", "households and persons", "changed basis"} <= set(topics)
    assert {"floors and ceilings", "vague words"} <= set(topics)


def _relation(answer):
    if answer.thread is None:
        return "unfollowed"
    if answer.opened:
        return "incomparable"
    return answer.change.kind.value if answer.change else "history"
