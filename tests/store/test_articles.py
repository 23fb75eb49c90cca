"""Articles, fetches and their bodies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.claims import Extraction
from monitor.intake import Fetch, Outcome, Validators
from monitor.pipeline import Rules, file_revision
from monitor.store import Store
from tests.store.stored_claims import arrival_of, at, toll

URL = "https://outlet-a.example/flood"
PAGE = b"<p>The rescue service counted the dead.</p>" * 50


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "monitor.db") as opened:
        yield opened


def fetched(store: Store, *, hours: float = 0, outcome: Outcome = Outcome.OK) -> int:
    """One fetch of the page, on file."""
    headers = (("content-type", "text/html"), ("etag", '"e1"'))
    fetch = Fetch(
        URL, outcome, at(hours=hours), 0.3, 200, URL, PAGE, "text/html",
        Validators('"e1"', None), headers=headers,
    )  # fmt: skip
    return store.articles.record_fetch(fetch)


def filed(
    store: Store, number: str, *, url: str = URL, hours: float = 0, measure: str = "killed"
) -> tuple[int, int]:
    """One article from a page of its own; the ids of the article and its fetch."""
    fetch_id = fetched(store, hours=hours)
    text = f"Flood\n\nThe rescue service counted {number} dead."
    arrival = replace(arrival_of(text, url, hours=hours), fetch_id=fetch_id)
    claims = Extraction("v1", (toll(text, number, measure=measure),))
    report = file_revision(store, arrival, claims, Rules(), at(hours=hours)).report
    return report.article_id, fetch_id


def test_a_body_comes_back_as_it_came(store: Store) -> None:
    assert store.articles.body(fetched(store)) == PAGE
    assert store.articles.body(99) is None


def test_an_article_is_given_its_id_once(store: Store) -> None:
    outlet = store.feeds.outlet("Outlet A")
    ids = {store.articles.file(URL, outlet, f"Title {n}", at(), at()) for n in range(3)}
    assert len(ids) == 1
    assert store.articles.by_url(URL) == store.articles.get(ids.pop())
    assert store.articles.by_url("https://outlet-a.example/none") is None


def test_rechecks_fall_due_and_end(store: Store) -> None:
    article, _ = filed(store, "310")
    store.articles.plan_check(article, at(hours=1))
    assert store.articles.due_for_check(at()) == []
    assert [each.id for each in store.articles.due_for_check(at(hours=1))] == [article]
    store.articles.plan_check(article, None, checked=True, validators=Validators("a", "b"))
    known = store.articles.get(article)
    assert (known.checks, known.next_check, known.validators) == (1, None, Validators("a", "b"))


def test_a_changed_text_is_remembered_until_it_is_confirmed_or_gone(store: Store) -> None:
    article, _ = filed(store, "310")
    store.articles.set_unconfirmed(article, "sha", at(hours=1))
    known = store.articles.get(article)
    assert (known.unconfirmed_sha256, known.unconfirmed_at) == ("sha", at(hours=1))
    store.articles.set_unconfirmed(article, None, None)
    assert store.articles.get(article).unconfirmed_sha256 is None


def test_bodies_are_dropped_when_nobody_can_need_them(store: Store) -> None:
    checked, kept = filed(store, "11")
    store.articles.plan_check(checked, at(days=2))
    _, over = filed(store, "12", url="https://outlet-a.example/2", hours=1, measure="lost")
    before = filed(store, "310", url="https://outlet-a.example/3", hours=2)[1]
    alerted = filed(store, "650", url="https://outlet-a.example/4", hours=15)[1]
    fruitless = fetched(store, hours=3, outcome=Outcome.NO_TEXT)
    failed_at = fetched(store, hours=4, outcome=Outcome.WORKER_TIMEOUT)
    young = fetched(store, hours=30)
    assert store.status.counts().messages >= 1
    assert store.articles.drop_bodies(at(hours=24)) == 2
    left = [
        id_
        for id_ in (kept, over, before, alerted, fruitless, failed_at, young)
        if store.articles.body(id_)
    ]
    assert left == [kept, before, alerted, failed_at, young]
