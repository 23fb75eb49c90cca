"""The positions of the report that the project was born from, against its annotation."""

import json
from datetime import UTC, datetime

import pytest

from monitor.claims import ChangeKind, Tier
from tests.track.filed_positions import Desk

pytestmark = pytest.mark.corpora

NOW = datetime(2023, 10, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def gold(shared):
    return json.loads((shared / "corpora/founding-report/gold.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def told(shared):
    text = (shared / "corpora/founding-report/report.txt").read_bytes().decode("utf-8")
    return Desk().text(text, NOW, outlet="Outlet A")


def alike(content, position):
    """Whether two spans share most of their characters, as the scorer asks of words."""
    start, end = max(content[0], position.start), min(content[1], position.end)
    shared = max(0, end - start)
    return 2 * shared / (content[1] - content[0] + position.end - position.start) >= 0.5


def matched(gold, told):
    """One position of ours for each of the annotation's, the same holder first."""
    free = list(told)
    pairs = {}
    for right_holder in (True, False):
        for entry in gold["positions"]:
            if entry["id"] in pairs or entry["content_start"] is None:
                continue
            content = entry["content_start"], entry["content_end"]
            for each in free:
                same = each.position.holder.name == entry["holder"]
                if alike(content, each.position.content) and (same or not right_holder):
                    pairs[entry["id"]] = each
                    free.remove(each)
                    break
    return pairs, free


def test_the_thirty_positions(gold, told):
    pairs, outside = matched(gold, told)
    by_id = {entry["id"]: entry for entry in gold["positions"]}
    right = [i for i, each in pairs.items() if each.position.holder.name == by_id[i]["holder"]]
    signed = [i for i in right if pairs[i].position.sign == by_id[i]["polarity"]]
    assert len(right) >= 29
    assert len(signed) >= 28
    assert len(outside) <= 3


def test_the_two_voices_are_one_change_and_nothing_else_is(gold, told):
    [change] = [each for each in told if each.sent]
    assert change.kind is ChangeKind.CONTRADICTED
    assert change.tier is Tier.PUSH
    by_id = {entry["id"]: entry for entry in gold["positions"]}
    [explicit] = [c for c in gold["contradictions"] if c["kind"] == "explicit"]
    one, other = by_id[explicit["a"]], by_id[explicit["b"]]
    assert alike((other["content_start"], other["content_end"]), change.position.content)
    [before] = [each for each in told if each.claim.id == change.change.before]
    assert alike((one["content_start"], one["content_end"]), before.position.content)


def test_the_columnist_holds_no_official_position(gold, told):
    names = {e["holder"] for e in gold["positions"] if e.get("official") is False}
    opinions = [each for each in told if each.position.holder.name in names]
    assert opinions
    assert all(each.step.thread is None and not each.sent for each in opinions)
