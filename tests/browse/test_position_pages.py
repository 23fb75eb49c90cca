"""Timelines and the sheet say what the rows say."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from datasette.app import Datasette

from monitor.alerts.wording import STANCES
from monitor.claims import Stance
from tests.browse.looked import file, marks, page, rows, value, words


async def test_the_marks_of_every_timeline_are_its_rows(news: Datasette, replayed: Path) -> None:
    threads = [row[0] for row in rows(replayed, "SELECT id FROM position_threads")]
    assert len(threads) > 10
    for thread in threads:
        tree = await page(news, f"position/{thread}")
        expected = rows(
            replayed,
            "SELECT p.id, coalesce(p.said_on, substr(r.published_at, 1, 10)), p.sign * p.strength "
            "FROM positions p JOIN revisions r ON r.id = p.revision_id WHERE p.thread_id = ? "
            "ORDER BY p.sequence",
            thread,
        )
        drawn = [(m["data-claim"], m["data-day"], int(m["data-stand"])) for m in marks(tree)]
        assert drawn == expected


async def test_each_turn_shows_both_quotes_side_by_side(news: Datasette, replayed: Path) -> None:
    turns = rows(
        replayed,
        "SELECT c.position_thread, b.quote, p.quote, c.explanation FROM changes c "
        "JOIN positions p ON p.id = c.position JOIN positions b ON b.id = c.position_before "
        "WHERE c.kind IN ('reversed', 'contradicted', 'hardened', 'softened') "
        "AND b.thread_id = p.thread_id",
    )
    assert turns
    for thread, before, after, explanation in turns:
        tree = await page(news, f"position/{thread}")
        sides = [
            [words(mark) for mark in turn.xpath(".//div[@class='side']//mark")]
            for turn in tree.xpath("//article[@class='turn']")
        ]
        assert [" ".join(before.split()), " ".join(after.split())] in sides
        assert " ".join(explanation.split()) in words(tree)


async def test_a_statement_names_its_speaker_and_channel(news: Datasette, replayed: Path) -> None:
    claim, thread, speaker, channel = rows(
        replayed,
        "SELECT id, thread_id, speaker, channel FROM positions WHERE anonymous = 1 "
        "AND channel IS NOT NULL AND speaker IS NOT NULL AND thread_id IS NOT NULL",
    )[0]
    tree = await page(news, f"position/{thread}")
    (item,) = tree.xpath(f"//li[@id='{claim}']")
    said = words(item)
    assert speaker in said and f"to {channel}" in said and "not named" in said
    (mark,) = tree.xpath(f"//svg[contains(@class, 'wide')]//a[@data-claim='{claim}']")
    assert mark.xpath(".//*[@class='hollow']")


async def test_the_files_of_a_timeline(news: Datasette, replayed: Path) -> None:
    thread = value(replayed, "SELECT id FROM position_threads ORDER BY positions DESC LIMIT 1")
    lines = list(csv.DictReader(io.StringIO(await file(news, f"position/{thread}.csv"))))
    found = rows(replayed, "SELECT id FROM positions WHERE thread_id = ?", thread)
    assert {(line["claim"],) for line in lines} == set(found)
    assert "strength" not in lines[0]  # the scale of numbers stays inside
    assert (await file(news, f"position/{thread}.svg")).startswith("<svg")


LATEST = """
SELECT p.id FROM positions p JOIN revisions r ON r.id = p.revision_id
WHERE p.thread_id = ? AND p.venue IN ('on_the_record', 'document') AND r.published_at <= ?
ORDER BY p.sequence DESC LIMIT 1
"""


async def test_the_sheet_has_the_latest_word_at_a_date(news: Datasette, replayed: Path) -> None:
    for at in ("2023-10-24", "2024-06-20", "2024-12-31"):
        lines = list(csv.DictReader(io.StringIO(await file(news, f"sheet.csv?at={at}"))))
        assert lines
        for line in lines:
            assert line["published"] <= f"{at}T23:59:59Z"
            if line["voice"] == "on_record":
                thread = value(
                    replayed, "SELECT thread_id FROM positions WHERE id = ?", line["claim"]
                )
                assert value(replayed, LATEST, thread, f"{at}T23:59:59Z") == line["claim"]
        tree = await page(news, f"sheet?at={at}")
        shown = {href.rsplit("#", 1)[1] for href in tree.xpath("//table//td//a/@href")}
        assert shown == {line["claim"] for line in lines}
        assert {words(each) for each in tree.xpath("//tbody/tr/th")} == {
            line["holder"] for line in lines
        }


async def test_the_sheet_narrowed_to_a_holder_and_a_topic(news: Datasette) -> None:
    tree = await page(news, "sheet?holder=Kenya")
    assert [words(each) for each in tree.xpath("//tbody/tr/th")] == ["Kenya"]
    tree = await page(news, "sheet?topic=law")
    assert all("law" in words(each) for each in tree.xpath("//thead//th")[1:])


def stance_now(replayed: Path, thread: str) -> str:
    """The word of the latest day of a timeline."""
    said = value(
        replayed,
        "SELECT p.stance FROM positions p JOIN revisions r ON r.id = p.revision_id "
        "WHERE p.thread_id = ? ORDER BY coalesce(p.said_on, substr(r.published_at, 1, 10)) DESC, "
        "p.sequence DESC LIMIT 1",
        thread,
    )
    return STANCES[Stance(str(said))][0]


async def test_a_condition_stands_with_the_word(news: Datasette, replayed: Path) -> None:
    [(thread, condition)] = rows(
        replayed,
        "SELECT p.thread_id, p.condition FROM positions p JOIN position_threads t "
        "ON t.id = p.thread_id WHERE p.condition IS NOT NULL AND t.positions = 1 "
        "AND p.venue IN ('on_the_record', 'document') LIMIT 1",
    )
    told = f"(condition: {' '.join(str(condition).split())}"[:60]
    assert told in words(await page(news, f"position/{thread}"))
    tree = await page(news, "positions?candidates=1")
    assert any(told in words(each) for each in tree.xpath("//tbody/tr/td[2]"))


async def test_the_list_of_timelines(news: Datasette, replayed: Path) -> None:
    tree = await page(news, "positions?candidates=1&holder=Israel")
    shown = tree.xpath("//tbody/tr")
    assert len(shown) == value(
        replayed, "SELECT count(*) FROM position_threads WHERE holder = 'Israel'"
    )
    for line in shown:
        thread = line.xpath(".//a/@href")[1].rsplit("/", 1)[1]
        assert stance_now(replayed, thread) in words(line.xpath("./td[2]")[0])
    tree = await page(news, "positions?candidates=1&topic=no-such-topic")
    assert "Nothing is left by this filter" in words(tree)
