"""The page of a series says what the rows say: marks, gaps, filters, files."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from datasette.app import Datasette
from lxml import etree

from monitor.browse.server import pages
from monitor.store import Store
from tests.browse.looked import file, marks, page, rows, value, words
from tests.store.stored_claims import file_toll

TOLL = "SELECT id FROM figure_threads WHERE label LIKE 'Gaza Strip: people killed, total%'"
CLAIMS = """
SELECT f.id, coalesce(f.as_of_end, f.as_of_start, substr(r.published_at, 1, 10)),
  coalesce(f.low, ''), coalesce(f.high, '')
FROM figures f JOIN revisions r ON r.id = f.revision_id JOIN commits k ON k.sequence = r.sequence
WHERE f.thread_id = ? AND k.committed_at <= ? ORDER BY f.sequence
"""
EVER = "9999"


def drawn(marks: list[dict[str, str]]) -> list[tuple[str, str, str, str]]:
    return [(m["data-claim"], m["data-day"], m["data-low"], m["data-high"]) for m in marks]


def stored(path: Path, thread: str, until: str = EVER) -> list[tuple[str, ...]]:
    return [tuple(map(str, row)) for row in rows(path, CLAIMS, thread, until)]


async def test_the_marks_of_every_series_are_its_rows(news: Datasette, replayed: Path) -> None:
    threads = [row[0] for row in rows(replayed, "SELECT id FROM figure_threads")]
    assert len(threads) > 10
    for thread in threads:
        tree = await page(news, f"figure/{thread}")
        for chart in ("wide", "narrow"):
            assert drawn(marks(tree, chart)) == stored(replayed, thread)
        assert len(tree.xpath("//li[@class='claim']")) == len(stored(replayed, thread))


async def test_a_series_as_it_was_known_on_a_day(news: Datasette, replayed: Path) -> None:
    thread = value(replayed, TOLL)
    for day in ("2023-10-18", "2023-10-20", "2023-10-23"):
        tree = await page(news, f"figure/{thread}?known_on={day}")
        expected = stored(replayed, thread, f"{day}T23:59:59Z")
        assert 0 < len(expected) < len(stored(replayed, thread))
        assert drawn(marks(tree)) == expected
        assert f"{len(expected)} claim" in words(tree)
        lines = list(
            csv.DictReader(io.StringIO(await file(news, f"figure/{thread}.csv?known_on={day}")))
        )
        assert sorted(line["claim"] for line in lines) == sorted(row[0] for row in expected)
    tree = await page(news, f"figure/{thread}?known_on=2020-01-01")
    assert "Nothing of this series was on file" in words(tree)


async def test_a_series_narrowed_to_an_outlet_or_a_source(news: Datasette, replayed: Path) -> None:
    thread = value(replayed, TOLL)
    tree = await page(news, f"figure/{thread}?outlet=Lantern+Daily")
    expected = rows(
        replayed,
        "SELECT f.id FROM figures f JOIN articles a ON a.id = f.article_id JOIN outlets o "
        "ON o.id = a.outlet_id WHERE f.thread_id = ? AND o.name = 'Lantern Daily' ORDER BY f.sequence",
        thread,
    )
    assert [(m["data-claim"],) for m in marks(tree)] == expected != []
    tree = await page(news, f"figure/{thread}?source=Gaza+Ministry+of+Health")
    assert len(marks(tree)) == value(
        replayed,
        "SELECT count(*) FROM figures WHERE thread_id = ? AND authority = 'Gaza Ministry of Health'",
        thread,
    )
    assert tree.xpath("//a[text()='all sources']")


async def test_what_was_not_covered_is_a_gap_that_the_line_crosses_broken(
    news: Datasette, replayed: Path
) -> None:
    tree = await page(news, f"figure/{value(replayed, TOLL)}")
    (gap,) = tree.xpath("//svg[contains(@class, 'wide')]//g[@class='blind']")
    assert "20 Oct 14:00 to 21 Oct 04:00" in words(gap)
    assert tree.xpath("//svg[contains(@class, 'wide')]//path[contains(@class, 'broken')]")


async def test_open_bounds_are_drawn_open_and_what_fell_is_marked(
    news: Datasette, replayed: Path
) -> None:
    floor = value(
        replayed,
        "SELECT id FROM figures WHERE modifier = 'at_least' AND thread_id IS NOT NULL AND vague = 0",
    )
    thread = value(replayed, "SELECT thread_id FROM figures WHERE id = ?", floor)
    tree = await page(news, f"figure/{thread}")
    (mark,) = tree.xpath(f"//svg[contains(@class, 'wide')]//a[@data-claim='{floor}']")
    assert mark.xpath(".//path[@class='open']") and mark.xpath(".//*[@class='hollow']")
    for kind, sign in (("lowered", "▼"), ("edited", "E")):
        thread, claim = rows(
            replayed, "SELECT figure_thread, figure FROM changes WHERE kind = ?", kind
        )[0]
        tree = await page(news, f"figure/{thread}")
        (mark,) = tree.xpath(f"//svg[contains(@class, 'wide')]//a[@data-claim='{claim}']")
        assert [words(each) for each in mark.xpath(f".//text[contains(@class, '{kind}')]")] == [
            sign
        ]


async def test_every_change_of_a_series_is_explained(news: Datasette, replayed: Path) -> None:
    thread = value(replayed, TOLL)
    said = words(await page(news, f"figure/{thread}"))
    explained = rows(
        replayed, "SELECT explanation, tier_reason FROM changes WHERE figure_thread = ?", thread
    )
    assert len(explained) > 8
    for explanation, reason in explained:
        assert " ".join(explanation.split()) in said and reason in said


async def test_each_claim_has_its_number_marked_and_both_times(
    news: Datasette, replayed: Path
) -> None:
    thread = value(replayed, TOLL)
    tree = await page(news, f"figure/{thread}")
    for claim, written, published in rows(
        replayed,
        "SELECT f.id, f.as_written, r.published_at FROM figures f JOIN revisions r "
        "ON r.id = f.revision_id WHERE f.thread_id = ?",
        thread,
    ):
        (item,) = tree.xpath(f"//li[@id='{claim}']")
        assert [words(mark) for mark in item.xpath(".//blockquote//mark")] == [written]
        assert published in item.xpath(".//time/@datetime")
        assert item.xpath(".//a[text()='at the sentence']/@href")[0].startswith("https://")


async def test_the_files_of_a_series(news: Datasette, replayed: Path) -> None:
    thread = value(replayed, TOLL)
    expected = {row[0] for row in stored(replayed, thread)}
    plain = list(csv.DictReader(io.StringIO(await file(news, f"figure/{thread}.csv"))))
    assert {line["claim"] for line in plain} == expected
    assert [line["as_of"] for line in plain] == sorted(line["as_of"] for line in plain)
    assert all(line["best"] == "" for line in plain)
    tagged = list(csv.reader(io.StringIO(await file(news, f"figure/{thread}.hxl.csv"))))
    assert tagged[0] == list(plain[0]) and len(tagged) == len(plain) + 2
    assert all(tag.startswith("#") for tag in tagged[1])
    assert tagged[1][tagged[0].index("low")] == "#affected+killed+min"
    whole = json.loads(await file(news, f"figure/{thread}.json"))
    assert {claim["claim"] for claim in whole["claims"]} == expected
    drawing = etree.fromstring((await file(news, f"figure/{thread}.svg")).encode())
    assert {each.get("data-claim") for each in drawing.iter() if each.get("data-claim")} == expected
    assert not drawing.xpath("//@href")


@pytest.mark.parametrize(
    "given", ["known_on=yesterday", "page=-1", "page=two", "known_on=2023-10-24T99"]
)
async def test_an_address_that_makes_no_sense_is_answered_in_words(
    news: Datasette, replayed: Path, given: str
) -> None:
    tree = await page(news, f"figure/{value(replayed, TOLL)}?{given}", status=400)
    assert "This address cannot be read" in words(tree)


async def test_a_series_that_is_not_on_file(news: Datasette) -> None:
    assert "no such series" in words(await page(news, "figure/thr_none", status=404))


async def test_a_long_series_is_cut_into_pages_that_its_marks_lead_to(tmp_path: Path) -> None:
    path = tmp_path / "long.db"
    with Store.open(path) as store:
        for number in range(90):
            url = f"https://outlet-a.example/{number}"
            file_toll(store, str(1000 + 40 * number), url=url, hours=30 * number)
    thread, figures = rows(path, "SELECT id, figures FROM figure_threads ORDER BY figures DESC")[0]
    assert figures > 80
    application = pages(path)
    tree = await page(application, f"figure/{thread}")
    assert len(tree.xpath("//li[@class='claim']")) == 40
    links = tree.xpath("//svg[contains(@class, 'wide')]//a/@href")
    assert len(links) == figures
    oldest = links[0].partition("#")[2]
    for address in (f"figure/{thread}{links[0]}", f"figure/{thread}?claim={oldest}"):
        assert (await page(application, address)).xpath(f"//li[@id='{oldest}']")


async def test_numbers_beyond_every_scale_are_drawn_at_its_edge(tmp_path: Path) -> None:
    path = tmp_path / "huge.db"
    with Store.open(path) as store:
        for number in ("1", "9" * 300):
            file_toll(store, number, url=f"https://outlet-a.example/{len(number)}")
    for (thread,) in rows(path, "SELECT id FROM figure_threads"):
        for form in ("", ".svg", ".csv", ".json", "?scale=log"):
            answer = await pages(path).client.get(f"/huge/-/figure/{thread}{form}")
            assert answer.status_code == 200 and not re.search(r"\b(nan|inf)\b", answer.text)
