"""The report that the project was born from, served to the running daemon."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.claims import ChangeKind, FiledFigure, FiledPosition
from monitor.store import Store
from tests.harness import Receiver, Site, daemon, served, write_config

pytestmark = pytest.mark.corpora

NOW = datetime(2023, 10, 24, 18, tzinfo=UTC)
FURNITURE = ("Read More", "Leave a Reply", "WP Twitter Auto Publish")
TRUE_FIGURES = ("F4", "F6", "F7", "F8", "F13", "F18", "F17")


@pytest.fixture(scope="module")
def gold(shared: Path) -> dict[str, Any]:
    return dict(json.loads((shared / "corpora/founding-report/gold.json").read_text("utf-8")))


async def _filed(shared: Path, tmp_path: Path) -> Path:
    """The store of a daemon that has read the report from a feed and a page."""
    text = (shared / "corpora/founding-report/report.txt").read_text("utf-8")
    title, *lines = [line for line in text.split("\n") if line.strip()]
    site, receiver = Site("The Paper"), Receiver()
    page = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    async with served(site, receiver):
        # The first poll is a baseline, and what is in it never alerts: so the report comes second.
        config = write_config(tmp_path, [site], receiver, now=NOW)
        async with daemon(config, receiver) as process:
            await receiver.wait_for("monitor.baseline")
            site.add("report", title, page, NOW)
            site.raw.add("report")
            [told] = await receiver.wait_for("position.contradicted")
            assert await process.stop() == 0
    assert told["type"] == "position.contradicted"
    return tmp_path / "monitor.db"


async def test_the_report_is_read_followed_and_told(
    shared: Path, gold: dict[str, Any], tmp_path: Path
) -> None:
    with Store.read(await _filed(shared, tmp_path)) as store:
        figures, positions = store.claims.of_revision(1)
        changes = list(store.changes.all())
        [revision] = store.connection.rows("SELECT text FROM revisions")
    assert not any(words in revision["text"] for words in FURNITURE)
    _has_figures(gold, figures)
    _has_positions(gold, positions)
    contradicted = [each for each in changes if each.change.kind is ChangeKind.CONTRADICTED]
    assert len(contradicted) == 1
    [change] = contradicted
    assert isinstance(change.claim, FiledPosition) and isinstance(change.before, FiledPosition)
    quotes = {change.claim.quote, change.before.quote}
    assert any("willing to postpone" in quote for quote in quotes)
    assert any("get in the way" in quote for quote in quotes)


def _has_figures(gold: dict[str, Any], figures: Sequence[FiledFigure]) -> None:
    """All true figures, by their numbers, and none made of dates, years or single speakers."""
    words = {each["id"]: each["num_text"] for each in gold["figures"]}
    found = {figure.figure.quantity.as_written for figure in figures}
    assert found.issuperset({words[each] for each in TRUE_FIGURES if each != "F17"})
    assert not found & {"7", "14", "23", "2014", "24"}
    assert "one" not in found


def _has_positions(gold: dict[str, Any], positions: Sequence[FiledPosition]) -> None:
    """At least 26 of the 30 positions with the right holder, by the words they share."""
    right = 0
    for each in gold["positions"]:
        words = set(each["content"].split())
        right += any(
            claim.position.holder.name == each["holder"]
            and len(words & set(claim.quote.split())) >= 0.5 * len(words)
            for claim in positions
        )
    assert right >= 26
