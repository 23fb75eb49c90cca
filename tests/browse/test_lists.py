"""Home, changes, series, places, feeds and search; and stores with nothing or one thing in them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest
from datasette.app import Datasette

from monitor.browse.server import pages
from monitor.browse.shell import Visit, answer
from monitor.store import Store
from tests.browse.looked import addresses, page, rows, value, words
from tests.store.stored_claims import file_toll

SHOWN = "//ol[@class='changes']/li"


async def test_home_shows_the_last_day_and_week(news: Datasette, replayed: Path) -> None:
    tree = await page(news, "home?at=2023-10-24T20:00Z")
    for section, since, until in (
        ("day", "2023-10-23T20:00:00Z", "2023-10-24T20:00:00Z"),
        ("week", "2023-10-17T20:00:00Z", "2023-10-23T20:00:00Z"),
    ):
        told = rows(
            replayed,
            "SELECT id FROM changes WHERE tier <> 'log' AND changed_at > ? AND changed_at <= ?",
            since,
            until,
        )
        assert len(tree.xpath(f"//section[@aria-labelledby='{section}']{SHOWN}")) == len(told) > 0
    said = words(tree)
    assert "Figures that move most" in said and "of 3 feeds well" in said
    turned = tree.xpath("//section[@aria-labelledby='turned']//li")
    assert len(turned) == value(
        replayed,
        "SELECT count(*) FROM changes WHERE kind IN ('reversed', 'contradicted', 'denied', "
        "'hardened', 'softened') AND tier <> 'log' AND changed_at BETWEEN '2023-10-17T20:00:01Z' "
        "AND '2023-10-24T20:00:00Z'",
    )
    later = await page(news, "home")
    assert tree.xpath("//section[@aria-labelledby='movers']//tr") and not later.xpath(
        f"//section[@aria-labelledby='day']{SHOWN}"
    )


FILTERS = {
    "place=Gaza+Strip": "f.place = 'Gaza Strip' OR instr(f.place_within, '\"Gaza Strip\"') OR p.holder = 'Gaza Strip'",
    "measure=killed": "f.measure = 'killed'",
    "holder=Israel": "p.holder = 'Israel'",
    "outlet=Meridian+Post": "o.name = 'Meridian Post'",
    "kind=raised": "c.kind = 'raised'",
    "measure=killed&outlet=Harbour+Wire": "f.measure = 'killed' AND o.name = 'Harbour Wire'",
    "since=2023-10-22&until=2023-10-23": "c.changed_at > '2023-10-22T23:59:59Z' AND c.changed_at <= '2023-10-23T23:59:59Z'",
    "watch=default": "EXISTS (SELECT 1 FROM alerts w WHERE w.change_id = c.id)",
    "watch=none": "0",
}


@pytest.mark.parametrize("query", FILTERS)
async def test_a_filter_leaves_the_changes_that_sql_finds(
    news: Datasette, replayed: Path, query: str
) -> None:
    told = rows(
        replayed,
        "SELECT c.explanation FROM changes c JOIN revisions r ON r.id = c.revision_id "
        "JOIN articles a ON a.id = r.article_id JOIN outlets o ON o.id = a.outlet_id "
        "LEFT JOIN figures f ON f.id = c.figure LEFT JOIN positions p ON p.id = c.position "
        f"WHERE c.tier <> 'log' AND ({FILTERS[query]})",
    )
    tree = await page(news, f"changes?{query}")
    assert len(tree.xpath(SHOWN)) == len(told)
    if query != "watch=none":
        assert told
    for name, wanted in (pair.split("=") for pair in query.split("&")):
        (field,) = tree.xpath(f"//form[@aria-label='Filters']//*[@name='{name}']")
        chosen = field.xpath("./option[@selected]/@value") or [field.get("value")]
        assert chosen == [wanted.replace("+", " ")]


async def test_series_by_place_measure_and_outlet(news: Datasette, replayed: Path) -> None:
    tree = await page(
        news,
        "figures?candidates=1&place=Palestinian+territories&measure=killed&outlet=Harbour+Wire",
    )
    expected = rows(
        replayed,
        "SELECT DISTINCT t.label FROM figure_threads t JOIN figures f ON f.thread_id = t.id "
        "JOIN articles a ON a.id = f.article_id JOIN outlets o ON o.id = a.outlet_id "
        "WHERE f.measure = 'killed' AND o.name = 'Harbour Wire' "
        "AND instr(f.place_within, 'Palestinian territories')",
    )
    assert {words(each) for each in tree.xpath("//tbody/tr/th/a")} == {
        label for (label,) in expected
    }
    active = await page(news, "figures")
    assert len(active.xpath("//tbody/tr")) == value(
        replayed, "SELECT count(*) FROM figure_threads WHERE life <> 'candidate'"
    )


async def test_the_newest_of_a_series_is_no_less_exact_echo(news: Datasette) -> None:
    tree = await page(news, "figures")
    newest = {words(row[0][0]): words(row[1]) for row in tree.xpath("//tbody/tr")}
    assert newest["Gaza Strip: people held"] == "222"  # "more than 200" came a day later
    assert newest["Gaza Strip: people killed, total since 7 Oct 2023"] == "5,791"


async def test_a_place(news: Datasette, replayed: Path) -> None:
    tree = await page(news, "place?name=Gaza+Strip")
    assert "Gaza Strip: people held" in words(tree)
    assert tree.xpath("//p[@class='crumb']/a[text()='Palestinian territories']")
    once = rows(
        replayed,
        "SELECT f.value, count(*) FROM figure_threads t JOIN thread_facets f ON f.facet = 'place' "
        "AND f.thread_id = t.id WHERE t.life = 'candidate' GROUP BY f.value LIMIT 3",
    )
    assert once
    for name, count in once:
        there = await page(news, f"place?{urlencode({'name': name})}")
        tags = [words(each) for each in there.xpath("//th/span[@class='tag']")]
        assert tags.count("one report") == count
    assert "Kenya" in words(await page(news, "place?name=Kenya"))
    await page(news, "place?name=Atlantis", status=404)
    await page(news, "place", status=404)


async def test_feeds(news: Datasette, replayed: Path) -> None:
    tree = await page(news, "feeds")
    assert len(tree.xpath("//li[@class='feed']")) == 3
    assert len(tree.xpath("//ol[@class='strip']")[0]) == 40
    assert len((await page(news, "feeds?outlet=Lantern+Daily")).xpath("//li[@class='feed']")) == 1


async def test_search(news: Datasette) -> None:
    tree = await page(news, "search?q=captives+held")
    assert tree.xpath("//h2[starts-with(text(), 'Figures')]") and tree.xpath(
        "//p[@class='words']/mark"
    )
    for item in tree.xpath(f"//div[@class='wide-column']{SHOWN}"):
        assert "held" in words(item).lower()
    phrase = await page(news, "search?q=%22held+captive%22")
    assert phrase.xpath(SHOWN)
    only = await page(news, "search?q=captives&outlet=Meridian+Post")
    assert {words(a) for a in only.xpath("//p[@class='whence']/a[1]")} == {"Meridian Post"}
    assert "Nothing on file has all of" in words(await page(news, "search?q=zeppelin"))


@pytest.mark.parametrize(
    "typed",
    ['"', "*", "NEAR(", "a OR", "col:x", "-", "'; --", "(" * 50, "%00", "\N{GRINNING FACE}"],
)
async def test_any_typing_can_be_searched(news: Datasette, typed: str) -> None:
    answer = await news.client.get("/news/-/search", params={"q": typed})
    assert answer.status_code == 200


# ---------------------------------------------------------------- little or nothing on file


def empty(path: Path) -> None:
    Store.open(path).close()


def one_claim(path: Path) -> None:
    with Store.open(path) as store:
        file_toll(store, "310")


@pytest.mark.parametrize("fill", [empty, one_claim])
async def test_pages_over_next_to_nothing(tmp_path: Path, fill: object) -> None:
    path = tmp_path / "small.db"
    fill(path)  # type: ignore[operator]
    application = pages(path)
    for address in addresses(path):
        tree = await page(application, address)
        assert len(tree.xpath("//h1")) == 1
        said = words(tree.xpath("//main")[0])
        assert "None" not in said and "nan" not in said.split()
    if fill is empty:
        assert "Nothing is on file yet" in words(await page(application, "home"))
    else:
        thread = value(path, "SELECT id FROM figure_threads")
        tree = await page(application, f"figure/{thread}")
        assert len(tree.xpath("//svg[contains(@class, 'wide')]//a[@data-claim]")) == 1


async def test_the_servers_own_address_leads_home(news: Datasette) -> None:
    answer = await news.client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (302, "/news/-/home")


async def test_beside_another_database_both_stay_reachable(replayed: Path, tmp_path: Path) -> None:
    import sqlite3

    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE figures (id, sentence, low)")
        connection.execute("INSERT INTO figures VALUES (1, '<b>', NULL)")
    application = Datasette([str(replayed), str(other)])
    front = await application.client.get("/")
    assert front.status_code == 200 and "other" in front.text and "/news/-/home" in front.text
    assert (await application.client.get("/news/-/home")).status_code == 200
    assert (await application.client.get("/other/-/home")).status_code == 404
    plain = await application.client.get("/other/figures")
    assert plain.status_code == 200 and "open</span>" not in plain.text
    described = await application.client.get("/news/figures")
    assert "Numeric claims with their evidence" in described.text


async def test_a_runaway_page_is_cut_by_datasettes_limit_and_says_so(news: Datasette) -> None:
    def forever(at: object, visit: Visit) -> object:
        return at.scalar(  # type: ignore[attr-defined]
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
        )

    news._settings["sql_time_limit_ms"] = 20
    try:
        from monitor.browse.shell import addresses as of

        shown = await answer(news, "news", Visit(of(news, "news"), {}, {}, "news"), forever)  # type: ignore[arg-type]
    finally:
        news._settings["sql_time_limit_ms"] = 3000
    assert shown.status == 503  # type: ignore[union-attr]
    assert "cut off" in shown.values["words"] and "0.02 s" in shown.values["words"]  # type: ignore[union-attr]


async def test_cells_of_plain_tables(news: Datasette, replayed: Path) -> None:
    figures = (await news.client.get("/news/figures?_size=max")).text
    assert (
        "<mark>5,791</mark>" in figures
        and '<time datetime="' in (await news.client.get("/news/changes")).text
    )
    assert "open</span>" in figures
    views = (await news.client.get("/news/latest_figures")).text
    thread = value(replayed, "SELECT thread FROM latest_figures LIMIT 1")
    assert f'href="/news/-/figure/{thread}"' in views and "<mark>" in views
    assert 'href="/news/-/home"' in views  # the menu


async def test_every_link_of_every_page_leads_somewhere(news: Datasette, replayed: Path) -> None:
    found: dict[str, str] = {}
    for address in addresses(replayed):
        tree = await page(news, address)
        anchors = {element.get("id") for element in tree.xpath("//*[@id]")}
        for href in tree.xpath("//main//@href"):
            path, _, anchor = href.partition("#")
            if not path:
                assert anchor in anchors, (address, href)
            elif path.startswith("?"):
                found.setdefault(f"/news/-/{address.split('?')[0]}{path}", address)
            elif path.startswith("/"):
                found.setdefault(path, address)
    assert len(found) > 150
    for path, address in found.items():
        answer = await news.client.get(path)
        assert answer.status_code in (200, 302), (path, address)
