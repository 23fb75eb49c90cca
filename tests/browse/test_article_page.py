"""The page of an article: its text with the claims, its edits, where it came from."""

from __future__ import annotations

from pathlib import Path

from datasette.app import Datasette

from monitor.browse.diffs import text_diff, word_diff
from tests.browse.looked import page, rows, value, words

EDITED = "SELECT article_id FROM revisions WHERE number = 2"


async def test_the_whole_text_is_shown_with_every_claim_marked(
    news: Datasette, replayed: Path
) -> None:
    for article, number, text in rows(replayed, "SELECT article_id, number, text FROM revisions"):
        tree = await page(news, f"article/{article}?revision={number}")
        (shown,) = tree.xpath("//div[@class='text']")
        assert words(shown) == " ".join(text.split())
        claims = rows(
            replayed,
            "SELECT c.id FROM (SELECT id, revision_id FROM figures UNION ALL "
            "SELECT id, revision_id FROM positions) c JOIN revisions r ON r.id = c.revision_id "
            "WHERE r.article_id = ? AND r.number = ?",
            article,
            number,
        )
        assert {(each,) for each in shown.xpath(".//span/@id")} == set(claims)


async def test_a_figure_and_a_position_are_told_apart(news: Datasette, replayed: Path) -> None:
    claim, article, written = rows(
        replayed, "SELECT id, article_id, as_written FROM figures WHERE thread_id IS NOT NULL"
    )[0]
    tree = await page(news, f"article/{article}")
    (mark,) = tree.xpath(f"//span[@id='{claim}']/following-sibling::mark[1]")
    assert words(mark) == written and "figure" in mark.get("class").split()
    assert mark.xpath("./a/@href")[0].endswith(f"#{claim}")
    assert tree.xpath("//div[@class='text']//mark[contains(@class, 'position')]")


async def test_an_edit_shows_changed_claims_first_and_then_the_words(
    news: Datasette, replayed: Path
) -> None:
    tree = await page(news, f"article/{value(replayed, EDITED)}")
    headings = [words(each) for each in tree.xpath("//h2")]
    assert headings.index("Claims that an edit changed") < headings.index(
        "Text 1 to text 2, word by word"
    )
    for section in ("edits", "diff"):
        (part,) = tree.xpath(f"//section[@aria-labelledby='{section}']")
        assert (words(part.xpath(".//del")[0]), words(part.xpath(".//ins")[0])) == ("12", "15")
    older = await page(news, f"article/{value(replayed, EDITED)}?revision=1")
    assert "not what the article says now" in words(older)
    assert not older.xpath("//section[@aria-labelledby='diff']")


async def test_where_it_comes_from_and_who_carries_it(news: Datasette, replayed: Path) -> None:
    first, copy = rows(
        replayed,
        "SELECT a.id, b.id FROM articles a JOIN revisions r ON r.article_id = a.id "
        "JOIN revisions s ON s.origin = r.origin JOIN articles b ON b.id = s.article_id "
        "WHERE a.id < b.id",
    )[0]
    tree = await page(news, f"article/{first}")
    (graph,) = tree.xpath("//svg[contains(@class, 'provenance')]")
    said = [words(each) for each in graph.xpath(".//g[contains(@class, 'node')]/text[1]")]
    outlet = value(
        replayed,
        "SELECT o.name FROM articles a JOIN outlets o ON o.id = a.outlet_id WHERE a.id = ?",
        copy,
    )
    assert "Gaza Ministry of Health" in said and outlet in said
    assert graph.xpath(f".//a[contains(@href, '/article/{copy}')]")


async def test_a_revision_leads_to_its_article(news: Datasette, replayed: Path) -> None:
    revision, article, number = rows(
        replayed, "SELECT id, article_id, number FROM revisions WHERE number = 2"
    )[0]
    answer = await news.client.get(f"/news/-/revision/{revision}")
    assert answer.status_code == 302
    assert answer.headers["location"] == f"/news/-/article/{article}?revision={number}"
    for missing in ("article/99999", f"article/{article}?revision=9", "revision/99999"):
        await page(news, missing, status=404)


def test_a_word_diff_shows_what_went_and_what_came() -> None:
    assert word_diff("At least 12 died.", "At least 15 died.") == (
        "At least <del>12</del><ins>15</ins> died."
    )
    assert word_diff("a <b>", "a <i>") == "a &lt;<del>b</del><ins>i</ins>&gt;"


def test_a_text_diff_leaves_out_what_is_far_from_any_change() -> None:
    old = "\n".join(f"Paragraph {number} stays." for number in range(9)) + "\nSix came."
    new = old.replace("Six", "Seven") + "\nOne more."
    kinds = [kind for kind, _ in text_diff(old, new)]
    assert kinds == ["left", "same", "changed", "changed"]
    assert text_diff(old, new)[0][1] == "8 paragraphs unchanged"


def test_paragraphs_that_are_too_long_to_compare_are_shown_whole() -> None:
    old, new = "a " * 3000, "b " * 3000
    assert word_diff(old, new) == f"<del>{old}</del><ins>{new}</ins>"
