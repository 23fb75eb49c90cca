"""Alerts: the list, one with its evidence and deliveries, and judging it from its page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import datasette
import pytest
from datasette.app import Datasette

from monitor.alerts.links import judge_token
from monitor.browse.server import pages
from monitor.outbox import Attempt, DeliveryState
from monitor.pipeline import Rules
from monitor.store import Store
from tests.browse.looked import page, rows, value, words
from tests.store.stored_claims import at, file_toll


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Three alerts: one delivered after a failure, one given up, one on the way."""
    path = tmp_path / "desk.db"
    rules = Rules(destinations=("desk",))
    with Store.open(path) as store:
        for hours, number in enumerate(("110", "240", "510", "1,200")):
            file_toll(
                store,
                number,
                url=f"https://outlet-a.example/{hours}",
                hours=40 * hours,
                rules=rules,
            )
        first, second, *_rest = [
            row["id"]
            for row in store.connection.rows("SELECT id FROM deliveries ORDER BY sequence")
        ]
        store.alerts.record(
            Attempt(first, at(hours=41), 500, DeliveryState.PENDING, at(hours=42), "HTTP 500")
        )
        store.alerts.record(Attempt(first, at(hours=42), 204, DeliveryState.DELIVERED, None))
        store.alerts.record(
            Attempt(second, at(hours=81), 400, DeliveryState.DEAD, None, "HTTP 400")
        )
    return path


def ids(path: Path) -> list[str]:
    return [
        row[0]
        for row in rows(path, "SELECT id FROM alerts WHERE change_id IS NOT NULL ORDER BY sequence")
    ]


async def test_the_list_says_how_each_was_delivered(path: Path) -> None:
    tree = await page(pages(path), "alerts")
    shown = [words(each) for each in tree.xpath("//li[contains(@class, 'alert ')]")]
    assert len(shown) == len(ids(path)) >= 3
    assert (
        "on the way" in shown[0] and "1 delivery given up" in shown[-2] and "delivered" in shown[-1]
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("severity=notice", True),
        ("severity=urgent", False),
        ("place=Orla+Valley", True),
        ("place=Northland", True),
        ("place=Elsewhere", False),
        ("measure=killed&outlet=Outlet+A&watch=default", True),
        ("measure=injured", False),
        ("holder=Northland", False),
        ("watch=other", False),
        ("since=2031-05-20", False),
    ],
)
async def test_filters_of_the_list(path: Path, query: str, found: bool) -> None:
    tree = await page(pages(path), f"alerts?{query}")
    assert bool(tree.xpath("//li[contains(@class, 'alert ')]")) is found


async def test_an_alert_has_its_evidence_and_every_try(path: Path) -> None:
    tree = await page(pages(path), f"alert/{ids(path)[0]}")
    sides = [words(mark) for mark in tree.xpath("//div[@class='side']//mark")]
    assert sides == ["110", "240"]
    said = words(tree)
    assert "HTTP 500" in said and "again" in said and "delivered" in said
    (sent,) = tree.xpath("//pre[@class='sent'][1]")[:1]
    assert sent.text_content() == value(path, "SELECT text FROM alerts WHERE id = ?", ids(path)[0])
    payload = json.loads(tree.xpath("//details/pre")[0].text_content())
    assert payload == json.loads(
        value(path, "SELECT payload FROM alerts WHERE id = ?", ids(path)[0])
    )
    await page(pages(path), "alert/alr_none", status=404)


async def judge(
    application: Datasette, alert: str, headers: dict[str, str] | None = None, **form: str
) -> int:
    """Fill in the form of an alert's page as a browser does; the status of the answer."""
    query = f"?token={form['token']}" if "token" in form else ""
    shown = await application.client.get(f"/desk/-/alert/{alert}{query}")
    token = re.search(r'name="csrftoken" value="([^"]+)"', shown.text)
    answer = await application.client.post(
        f"/desk/-/alert/{alert}/judge",
        data={"csrftoken": token[1] if token else "none", **form},
        cookies=dict(shown.cookies),
        headers={"Origin": "http://localhost", **(headers or {})},
    )
    return int(answer.status_code)


def tables(path: Path) -> dict[str, int]:
    names = rows(
        path, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%fts%'"
    )
    return {name: value(path, f"SELECT count(*) FROM {name}") for (name,) in names}


STABLE = pytest.mark.skipif(
    not datasette.__version__.startswith("0."),
    reason="judging from the pages is for Datasette 0.65",
)


@STABLE
async def test_a_page_writes_nothing_but_a_request(path: Path) -> None:
    application, before = pages(path, judge=True), tables(path)
    alert = ids(path)[0]
    assert (
        await judge(application, alert, verdict="wrong_figure", note=" not so ", reader="R") == 302
    )
    after = tables(path)
    assert {name for name in after if after[name] != before[name]} == {"requests"}
    ((kind, arguments, state),) = rows(path, "SELECT kind, arguments, state FROM requests")
    assert (kind, state) == ("judge", "waiting")
    assert json.loads(arguments) == {
        "alert": alert,
        "verdict": "wrong_figure",
        "note": "not so",
        "reader": "R",
    }
    tree = await page(application, f"alert/{alert}")
    assert "“wrong figure” is noted" in words(tree)


async def test_nobody_judges_where_the_operator_did_not_say_so(path: Path) -> None:
    application = pages(path)
    assert not (await page(application, f"alert/{ids(path)[0]}")).xpath("//form[@class='judge']")
    assert await judge(application, ids(path)[0], verdict="right") == 403
    assert rows(path, "SELECT * FROM requests") == []


async def test_a_form_from_elsewhere_is_refused(path: Path) -> None:
    application, alert = pages(path, judge=True), ids(path)[0]
    answer = await application.client.post(
        f"/desk/-/alert/{alert}/judge", data={"verdict": "right"}
    )
    assert answer.status_code == 403
    assert (await application.client.get(f"/desk/-/alert/{alert}/judge")).status_code == 403
    assert await judge(application, alert, verdict="nonsense") == 403
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert await judge(application, alert, headers, verdict="right") == 403
    assert rows(path, "SELECT * FROM requests") == []


@STABLE
async def test_with_a_key_only_the_token_of_an_alert_lets_its_reader_judge(path: Path) -> None:
    application = pages(path, judge=True, judge_key="a key")
    first, second = ids(path)[:2]
    assert await judge(application, first, verdict="right") == 403
    assert (
        await judge(application, first, verdict="right", token=judge_token("a key", second)) == 403
    )
    assert (
        await judge(application, first, verdict="right", token=judge_token("a key", first)) == 302
    )
    assert len(rows(path, "SELECT * FROM requests")) == 1


async def test_what_became_of_an_alert_is_linked_both_ways(path: Path) -> None:
    first, second = ids(path)[:2]
    with Store.open(path) as store:
        store.connection.execute("UPDATE alerts SET supersedes = ? WHERE id = ?", (first, second))
    application = pages(path)
    titles = dict(rows(path, "SELECT id, title FROM alerts"))
    for here, there in ((first, second), (second, first)):
        (link,) = (await page(application, f"alert/{here}")).xpath(
            f"//a[contains(@href, '{there}')]"
        )
        assert words(link) == " ".join(titles[there].split())
