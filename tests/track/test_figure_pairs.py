"""A table of pairs of figures: how the second stands to the first once both were followed."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from monitor.track.labels import in_words
from tests.track.filed_figures import MemoryThreads, filed, report_of

PAGE = Path(__file__).parents[2] / "docs" / "following-figures.md"
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


def test_the_page_shows_the_table():
    page = PAGE.read_text("utf-8")
    table = page[page.index("| topic |") :].rstrip("\n")
    assert table == page_table(), f"write the new table into {PAGE.name}"


def page_table():
    """The table as the documentation shows it."""
    rows = ["| topic | what | first | second | relation |", "| --- | --- | --- | --- | --- |"]
    for pair in PAIRS:
        cells = (pair["topic"], pair["name"], _words(pair["old"]), _words(pair["new"]))
        rows.append(f"| {' | '.join(cells)} | {pair['relation'].replace('_', ' ')} |")
    return "\n".join(rows)


def _words(figure):
    """What a pair states of a figure; the defaults are left out."""
    told = dict(figure)
    number = in_words(filed(**figure))
    for shown in ("n", "high", "modifier", "exclusive", "vague", "as_written", "unit"):
        told.pop(shown, None)
    people = f"{told.pop('counted', 'people')} {told.pop('measure', 'killed')}"
    if told.get("authority") == "":
        told["authority"] = "nobody named"
    rest = [f"{name.replace('_', ' ')}: {_plain(value)}" for name, value in told.items()]
    return "; ".join([f"{number} {people}", *rest])


def _plain(value):
    if isinstance(value, list):
        return ", ".join(value)
    return str(value).replace("_", " ").replace("flow ", "")
