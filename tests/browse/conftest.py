"""Stores with real content, and a browser to look at their pages."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from monitor.browse.server import pages
from monitor.commands.replay import replay_archive
from monitor.demo.story import read_story
from monitor.intake import FeedState, Outcome, Poll
from monitor.store import Store
from monitor.store.feeds import DeclaredFeed
from tests.browse.looked import LOOKING

STORIES = Path(__file__).parents[1] / "stories" / "positions"
SITE = "https://{slug}.example"
BLIND = (
    datetime.fromisoformat("2023-10-20T15:00:00Z"),
    datetime.fromisoformat("2023-10-21T03:00:00Z"),
)
"""When nothing was polled."""


def archive() -> Iterator[dict[str, Any]]:
    """The demonstration's week with its silent edit, and a year of one holder's positions."""
    for article in read_story():
        times = [article.published, *(edit.at for edit in article.edits)]
        for fetched in times:
            yield {
                "url": f"{SITE.format(slug=article.outlet.slug)}/{article.slug}",
                "outlet": article.outlet.name,
                "title": article.title,
                "text": "\n\n".join(article.paragraphs_at(fetched)),
                "published": article.published.isoformat(),
                "fetched": fetched.isoformat(),
            }
    for file in sorted((STORIES / "kenya-finance-bill" / "articles").glob("*.txt")):
        yield {
            "url": f"https://outlet-k.example/{file.stem}",
            "outlet": "Outlet K",
            "text": file.read_text("utf-8"),
            "published": f"{file.stem[:10]}T08:00:00Z",
        }


OUTLETS = {
    "harbour-wire": "Harbour Wire",
    "meridian-post": "Meridian Post",
    "lantern-daily": "Lantern Daily",
}


def poll(store: Store) -> None:
    """Every feed was polled every two hours of the week, but for one blind stretch."""
    at = datetime.fromisoformat("2023-10-18T00:00:00Z")
    urls = {f"{SITE.format(slug=slug)}/rss": name for slug, name in OUTLETS.items()}
    store.feeds.declare([DeclaredFeed(url, name, "newspaper") for url, name in urls.items()], at)
    feeds = store.feeds.all()
    with store.transaction():
        while at < datetime.fromisoformat("2023-10-25T12:00:00Z"):
            for feed in feeds if not BLIND[0] < at < BLIND[1] else ():
                state = FeedState(feed.url, next_poll=at + timedelta(hours=2))
                one = Poll(feed.url, Outcome.UNCHANGED, at, 0.1, 304)
                store.feeds.record_poll(feed.id, one, lambda fresh, state=state: state, at)
            at += timedelta(hours=2)


@pytest.fixture(scope="session")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that was filled by a replay of our own stories, with polls beside it."""
    folder = tmp_path_factory.mktemp("replayed")
    lines = folder / "archive.jsonl"
    lines.write_text("".join(json.dumps(line) + "\n" for line in archive()), "utf-8")
    path = folder / "news.db"
    replay_archive(lines, store=path, order=None, export=None, config=None)
    with Store.open(path) as store:
        poll(store)
    return path


@pytest.fixture(scope="session")
def news(replayed: Path) -> Datasette:
    """The pages over it."""
    return pages(replayed)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The machine's own Chromium, driven by Playwright; nothing is downloaded.

    Only functions marked with `looks` may touch it: it lives on a thread of its own.
    """
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip(f"no browser on this machine: none of {', '.join(names)}")
    playwright = LOOKING.submit(lambda: sync_api.sync_playwright().start()).result()
    options = {"executable_path": found, "args": ["--no-sandbox"]}
    running = LOOKING.submit(lambda: playwright.chromium.launch(**options)).result()
    yield running
    LOOKING.submit(running.close).result()
    LOOKING.submit(playwright.stop).result()
