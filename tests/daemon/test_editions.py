"""Published articles are looked at again: edits, withdrawals, new designs, furniture; in one process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from monitor.daemon.articles import Articles
from monitor.daemon.reader import Reader
from monitor.errors import WorkerError
from monitor.extract.extractor import Extractor
from monitor.feeds.http import Client, Manners
from monitor.feeds.poll import poll
from monitor.intake import FeedState, Outcome
from monitor.pipeline import Rules
from monitor.store import Store
from monitor.store.changes import StoredChange
from monitor.store.feeds import DeclaredFeed
from monitor.store.writer import Writer
from tests.harness import Site, served

START = datetime(2023, 10, 24, 12, tzinfo=UTC)
EXTRACTOR = Extractor()
TOLL = "At least 12 people were killed in the flood in Easton, the police said on Tuesday."
MORE = "Rescue teams reached the last of the villages in the afternoon with boats and tents."


@dataclass
class Here:
    """A site, a store and the articles' part of the daemon, at a time that the test sets."""

    site: Site
    articles: Articles
    writer: Writer
    client: Client
    at: datetime = START
    failing: set[str] = field(default_factory=set)

    def now(self) -> datetime:
        return self.at

    async def run(self, function: Callable[..., Any], *args: object, deadline: float) -> Any:
        """The workers' job, done here."""
        if function.__name__ in self.failing:
            raise WorkerError(Outcome.WORKER_TIMEOUT, "it took too long")
        return function(*args)

    async def poll(self) -> None:
        """Read the site's feed and file what is new."""
        url = f"{self.site.url}/rss.xml"
        found = await poll(self.client, FeedState(url), self.at)
        declared = DeclaredFeed(url, self.site.outlet)
        await self.writer.run(lambda store: store.feeds.declare([declared], self.at))
        await self.writer.run(
            lambda store: store.feeds.record_poll(1, found, lambda *_: FeedState(url), self.at)
        )
        await self.articles.drain()

    async def pass_time(self, **length: float) -> None:
        self.at += timedelta(**length)
        await self.articles.drain()

    async def ask(self, question: Callable[[Store], Any]) -> Any:
        return await self.writer.run(question)

    async def edits(self) -> list[StoredChange]:
        changes = await self.ask(lambda store: list(store.changes.all()))
        return [each for each in changes if each.change.kind in ("edited", "withdrawn")]


@asynccontextmanager
async def outlet(folder: Path) -> AsyncIterator[Here]:
    site = Site(raw=set())
    manners = Manners(host_gap=0, per_host=8, robots=False, allow_networks=("127.0.0.0/8",))
    async with served(site), Writer(folder / "m.db") as writer, Client(manners) as client:
        here = Here(site, None, writer, client)  # type: ignore[arg-type]
        reader = Reader(here, EXTRACTOR, 30.0)  # type: ignore[arg-type]
        here.articles = Articles(
            writer,
            client,
            reader,
            here,
            Rules(destinations=("desk",)),
            lambda: None,
            robots=False,  # type: ignore[arg-type]
        )
        # The first poll of a feed is its baseline.
        site.add("old", "An older piece", "Nothing of note happened in the town last week.", START)
        await here.poll()
        yield here


async def publish(here: Here, *slugs: str, body: str = f"{TOLL}\n{MORE}") -> None:
    for slug in slugs:
        here.site.add(slug, f"Flood in Easton: {slug}", body.replace("Easton", slug), here.at)
    await here.poll()


async def test_an_edit_is_told_after_two_agreeing_looks(tmp_path: Path) -> None:
    async with outlet(tmp_path) as here:
        await publish(here, "Easton")
        await here.pass_time(minutes=15)
        here.site.edit("Easton", "12 people", "15 people")
        await here.pass_time(minutes=31)
        assert await here.edits() == []
        await here.pass_time(minutes=3)
        (edit,) = await here.edits()
        details = dict(edit.change.details)
        assert edit.change.tier == "push"
        assert details["changed"] == "number: at least 12 people -> at least 15 people"
        assert details["disclosure"] == "silent"
        assert details["seen_before"] == "12:00–12:15 UTC"
        assert details["seen_after"] == "12:46–12:49 UTC"
        for side, number in (("before", b"12 people"), ("after", b"15 people")):
            fetch = int(details[f"fetch_{side}"])
            assert number in await here.ask(lambda store, fetch=fetch: store.articles.body(fetch))
        # Both responses outlive the looks: an alert was made of them.
        await here.pass_time(days=9)
        await here.ask(lambda store: store.articles.drop_bodies(here.at))
        for side in ("before", "after"):
            fetch = int(details[f"fetch_{side}"])
            assert await here.ask(lambda store, fetch=fetch: store.articles.body(fetch))


async def test_a_page_that_flickers_and_one_behind_a_wall_are_no_edits(tmp_path: Path) -> None:
    async with outlet(tmp_path) as here:
        await publish(here, "Easton")
        here.site.edit("Easton", "12 people", "15 people")
        await here.pass_time(minutes=16)
        here.site.edit("Easton", "15 people", "12 people")
        await here.pass_time(minutes=3)
        wall = "<html><head><title>Just a moment...</title></head><body><p>Checking your browser before accessing the site.</p></body></html>"
        here.site.answers["Easton"] = lambda: web.Response(text=wall, content_type="text/html")
        for _ in range(3):
            await here.pass_time(hours=3)
        assert await here.edits() == []


async def test_an_article_taken_down_is_told_once(tmp_path: Path) -> None:
    async with outlet(tmp_path) as here:
        await publish(here, "Easton")
        here.site.answers["Easton"] = lambda: web.Response(status=410)
        await here.pass_time(minutes=16)
        assert await here.edits() == []
        await here.pass_time(minutes=4)
        (change,) = await here.edits()
        assert change.change.kind == "withdrawn"
        assert "410" in dict(change.change.details)["withdrawal"]


async def test_a_new_design_makes_one_notice_and_no_edit(tmp_path: Path) -> None:
    slugs = [f"Town{chr(65 + number)}" for number in range(9)]
    async with outlet(tmp_path) as here:
        await publish(here, *slugs)
        for piece in here.site.pieces:
            piece.body = piece.body.replace("Rescue teams", "Other teams of rescuers") + (
                "\nRead our live coverage of the floods, with maps and pictures from the ground."
            )
        await here.pass_time(minutes=16)
        await here.pass_time(minutes=4)
        assert await here.edits() == []
        assert [each.reason for each in await here.ask(lambda store: store.health.ill())] == [
            "pages_changed"
        ]
        assert len(await here.ask(lambda store: store.health.untold())) == 1


async def test_numbers_of_a_new_design_are_no_edits(tmp_path: Path) -> None:
    slugs = [f"Town{chr(65 + number)}" for number in range(4)]
    line = "\nJoin 40,000 readers of our letter."
    async with outlet(tmp_path) as here:
        await publish(here, *slugs, body=TOLL + "\n" + MORE + line)
        for piece in here.site.pieces:
            piece.body = piece.body.replace("40,000 readers", "50,000 readers")
        for _ in range(4):
            await here.pass_time(minutes=20)
        assert await here.edits() == []


async def test_lines_that_repeat_are_learned_and_left_out(tmp_path: Path) -> None:
    line = "The town's own paper since the days of the railway"
    async with outlet(tmp_path) as here:
        first = [f"Town{chr(65 + number)}" for number in range(5)]
        await publish(here, *first, body=f"{TOLL}\n{MORE}\n{line}")
        await publish(here, "Weston", body=f"{TOLL}\n{MORE}\n{line}")
        shown = {
            each.title: await here.ask(lambda store, each=each: store.articles.latest(each.id))
            for each in await here.ask(lambda store: store.articles.newest(20))
        }
        texts = {title: latest.report.text for title, latest in shown.items()}
        assert line in texts["Flood in Easton: TownA"]
        assert line not in texts["Flood in Easton: Weston"]
        assert TOLL.replace("Easton", "Weston") in texts["Flood in Easton: Weston"]
        # What was learned since an article was filed is no edit of it.
        await here.pass_time(minutes=16)
        await here.pass_time(minutes=4)
        assert await here.edits() == []
        counts = [
            await here.ask(lambda store, each=each: store.articles.revision_count(each.id))
            for each in await here.ask(lambda store: store.articles.newest(20))
        ]
        assert set(counts) == {1}


async def test_a_text_that_an_extractor_failed_at_meets_the_next_one(tmp_path: Path) -> None:
    async with outlet(tmp_path) as here:
        here.failing = {"extract_job"}
        await publish(here, "Easton")
        here.failing = set()
        await here.pass_time(minutes=1)
        assert (
            await here.ask(lambda store: store.articles.by_url(f"{here.site.url}/Easton")) is None
        )
        await here.ask(
            lambda store: store.connection.execute(
                "UPDATE entries SET extractor = 'older' WHERE extractor IS NOT NULL", ()
            )
        )
        await here.pass_time(minutes=1)
        assert await here.ask(lambda store: store.articles.by_url(f"{here.site.url}/Easton"))


async def test_another_version_of_the_cleaner_is_no_edit_and_later_edits_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with outlet(tmp_path) as here:
        with monkeypatch.context() as older:
            older.setattr("monitor.feeds.clean.CLEANER", "an older one")
            await publish(here, "Easton")
        here.site.edit("Easton", "12 people", "13 people")
        await here.pass_time(minutes=16)
        await here.pass_time(minutes=4)
        assert await here.edits() == []
        here.site.edit("Easton", "13 people", "15 people")
        await here.pass_time(hours=2)
        await here.pass_time(minutes=4)
        (edit,) = await here.edits()
        assert "13 people -> at least 15 people" in dict(edit.change.details)["changed"]


async def test_another_language_is_skipped_and_counted(tmp_path: Path) -> None:
    async with outlet(tmp_path) as here:
        german = (
            "Mindestens zwölf Menschen sind bei dem Hochwasser am Dienstag ums Leben gekommen, "
        )
        await publish(here, "Easton", body=german * 3 + "sagte der Minister in der Stadt.")
        coverage = await here.ask(
            lambda store: store.health.coverage(START - timedelta(days=1), here.at)
        )
        assert ("skipped", 1) in coverage.unread
