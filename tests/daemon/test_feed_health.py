"""What goes wrong with a feed is told to the operator once, and its end once.

A real site, the real store and the daemon's own parts; the clock is handed in.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from monitor.clock import Clock
from monitor.commands.status import status_lines
from monitor.config import Destination, Feed, Settings
from monitor.daemon.notices import Notices
from monitor.daemon.polls import Polls
from monitor.feeds.http import Client, Manners
from monitor.outbox import Alert
from monitor.store import Store
from monitor.store.feeds import DeclaredFeed
from monitor.store.writer import Writer
from monitor.workers import Workers
from tests.harness import Receiver, Site, daemon, served, write_config

NOW = datetime(2031, 5, 4, 8, tzinfo=UTC)  # a Sunday
HOUR = timedelta(hours=1)


@dataclass
class Source:
    """A feed that a test turns sick: it lists its newest twenty entries."""

    name: str
    entries: list[tuple[str, str, str]] = field(default_factory=list)  # id, path, teaser
    status: int = 200
    etag: Callable[[], str] | None = None
    conditional: bool = True

    def add(self, count: int = 1, *, teaser: str = "A teaser with more words in it.") -> None:
        for _ in range(count):
            number = len(self.entries)
            self.entries.append((f"{self.name}-{number}", f"{self.name}/{number}", teaser))

    def rename(self, version: str) -> None:
        self.entries = [
            (f"{version}-{number}", path, teaser)
            for number, (_, path, teaser) in enumerate(self.entries)
        ]

    def answer(self, request: web.Request) -> web.StreamResponse:
        if self.status != 200:
            return web.Response(status=self.status)
        tag = f'"{self.etag() if self.etag else len(self.entries)}"'
        if self.conditional and request.headers.get("if-none-match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        items = "".join(
            f"<item><title>Title of {path}</title><guid isPermaLink='false'>{key}</guid>"
            f"<link>https://gazette.example/{path}</link><description>{teaser}</description></item>"
            for key, path, teaser in reversed(self.entries[-20:])
        )
        body = f"<rss version='2.0'><channel><title>{self.name}</title>{items}</channel></rss>"
        return web.Response(text=body, content_type="application/rss+xml", headers={"ETag": tag})


class World:
    """The daemon's polls and notices on a clock that the test moves."""

    def __init__(self, writer: Writer, client: Client, workers: Workers, base: str) -> None:
        self.now = NOW
        self.sources: dict[str, Source] = {}
        self.writer, self._base = writer, base
        self.port = int(base.rpartition(":")[2])
        clock = Clock(wall=lambda: self.now)
        self._polls = Polls(writer, client, workers, clock, lambda: None, lambda: 0.5)
        settings = Settings(
            feeds=(Feed(url="https://gazette.example/rss"),),
            destinations=(
                Destination(name="desk", url="https://desk.example/"),
                Destination(name="watch", url="https://ops.example/", ops=True),
            ),
        )
        self.settings = settings
        self._notices = Notices(settings, writer, clock, ["desk", "watch"], lambda: None)

    async def declare(self, *sources: Source, interval: timedelta = HOUR) -> None:
        self.sources = {each.name: each for each in sources}
        feeds = [
            DeclaredFeed(f"{self._base}/{each.name}", each.name, interval=interval.total_seconds())
            for each in sources
        ]
        await self.writer.run(lambda store: store.feeds.declare(feeds, self.now))

    async def pass_time(self, hours: int, each: Callable[[int], None] = lambda hour: None) -> None:
        """So many hours, with a poll and a look in each."""
        for hour in range(hours):
            each(hour)
            await self._polls.poll_all()
            await self._notices.look()
            self.now += HOUR

    async def told(self, kind: str = "") -> list[Alert]:
        """The messages about feeds, the oldest first."""
        found = await self.writer.run(lambda store: store.alerts.newest(500))
        prefix = f"monitor.{kind}" if kind else "monitor.feed_"
        return [alert for alert in reversed(found) if alert.type.startswith(prefix)]

    async def reasons(self) -> list[tuple[str, str]]:
        return [
            (alert.type.removeprefix("monitor.feed_"), alert.payload["reason"])
            for alert in await self.told()
        ]


@asynccontextmanager
async def world(path: Path, port: int = 0) -> AsyncIterator[World]:
    worlds: list[World] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        return worlds[-1].sources[request.path.strip("/")].answer(request)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, reuse_port=True).start()
    manners = Manners(allow_networks=("127.0.0.0/8",), host_gap=0, per_host=50)
    try:
        async with (
            Writer(path / "monitor.db") as writer,
            Workers(1) as workers,
            Client(manners) as client,
        ):
            worlds.append(
                World(writer, client, workers, f"http://127.0.0.1:{runner.addresses[0][1]}")
            )
            yield worlds[-1]
    finally:
        await runner.cleanup()


def daily(source: Source) -> Callable[[int], None]:
    """Something new in every second hour of the day, nothing at night."""
    return lambda hour: source.add() if hour % 24 < 14 and hour % 2 == 0 else None


def failing(source: Source) -> None:
    source.status = 500


def gone(source: Source) -> None:
    source.status = 410


def back(source: Source) -> None:
    source.status = 200
    source.add()


def frozen(source: Source) -> None:
    source.etag = lambda: "always the same"


def thawed(source: Source) -> None:
    source.etag = None
    source.add()


def without_texts(source: Source) -> None:
    source.add(6, teaser="")


def with_texts(source: Source) -> None:
    source.add(2)


def other_ids(source: Source) -> None:
    source.rename(f"v{len(source.entries)}")


def same_ids(source: Source) -> None:
    source.add()


# What makes a feed sick, how many hours until it has to be told at the latest, what makes it well.
SICK: dict[str, tuple[Callable[[Source], None], int, Callable[[Source], None]]] = {
    "failing": (failing, 4, back),
    "gone": (gone, 2, back),
    "quiet": (lambda source: None, 24, back),
    "frozen_validators": (frozen, 30, thawed),
    "headlines_only": (without_texts, 1, with_texts),
    "ids_changed": (other_ids, 1, same_ids),
}


@pytest.mark.parametrize("reason", SICK)
async def test_it_is_told_once_and_its_end_once(tmp_path: Path, reason: str) -> None:
    makes_sick, within, makes_well = SICK[reason]
    async with world(tmp_path) as here:
        source = Source("gazette")
        source.add(20)
        await here.declare(source)
        await here.pass_time(4 * 24, daily(source))  # a habit
        assert await here.told() == []
        if reason == "frozen_validators":
            frozen(source)
            await here.pass_time(within, lambda hour: source.add() if hour % 24 < 14 else None)
        else:
            makes_sick(source)
            source.etag = (lambda: str(here.now)) if reason == "ids_changed" else source.etag
            await here.pass_time(within)
        assert await here.reasons() == [("sick", reason)]
        if reason != "frozen_validators":
            await here.pass_time(6)
        assert [each for each in await here.reasons() if each == ("sick", reason)] == [
            ("sick", reason)
        ]
        makes_well(source)
        await here.pass_time(2)
        assert ("recovered", reason) in await here.reasons()
        assert len([each for each in await here.reasons() if each[0] == "recovered"]) == 1
        [sick] = await here.told("feed_sick")
        to = await here.writer.run(lambda store: store.alerts.deliveries(sick.id))
    assert [each.destination for each in to] == ["watch"]
    assert sick.payload["feeds"][0]["url"].endswith("/gazette")
    assert "gazette" in sick.title and sick.severity == "warning"


async def test_nights_weekends_and_bursts_are_no_silence(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        source = Source("gazette")
        source.add(20)
        await here.declare(source)

        def office(hour: int) -> None:
            day, clock = (here.now.weekday(), here.now.hour)
            if day < 5 and 8 <= clock < 18:
                source.add(3 if clock == 9 else 1)

        await here.pass_time(22 * 24, office)
        assert await here.told() == []


async def test_what_was_told_is_not_told_again_after_a_restart(tmp_path: Path) -> None:
    source = Source("gazette")
    source.add(20)
    port = 0
    for _ in range(2):
        async with world(tmp_path, port) as here:
            port = here.port
            await here.declare(source)
            source.status = 500
            await here.pass_time(6)
            assert await here.reasons() == [("sick", "failing")]
    async with world(tmp_path, port) as here:
        await here.declare(source)
        source.status = 200
        await here.pass_time(2)
        assert await here.reasons() == [("sick", "failing"), ("recovered", "failing")]


async def test_a_network_that_breaks_here_is_one_message(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        sources = [Source(f"outlet{number}") for number in range(30)]
        for source in sources:
            source.add(3)
        await here.declare(*sources)
        await here.pass_time(1)
        for source in sources:
            source.status = 503
        await here.pass_time(8)
        [sick] = await here.told("feed_sick")
        assert sick.title == "30 feeds are ill"
        assert sick.text.count("\n") <= 11
        for source in sources:
            source.status = 200
        await here.pass_time(2)
        [well] = await here.told("feed_recovered")
        assert well.title == "30 feeds have recovered"


async def test_ids_that_change_file_nothing_again(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        source = Source("gazette")
        source.add(15)
        await here.declare(source)
        await here.pass_time(1)
        source.rename("v2")
        source.etag = lambda: "v2"
        await here.pass_time(2)
        assert await here.reasons() == [("sick", "ids_changed"), ("recovered", "ids_changed")]
        count = "SELECT count(*) FROM entries"
        assert await here.writer.run(lambda store: store.connection.scalar(count)) == 15


async def test_no_overlap_is_recorded_and_asked_for_more_often(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        source = Source("gazette")
        source.add(20)
        await here.declare(source)
        await here.pass_time(1)
        source.add(19)
        await here.pass_time(1)
        paces, gaps = [], []

        def kept(store: Store) -> Any:
            [feed] = store.feeds.all()
            coverage = store.health.coverage(NOW, here.now)
            return feed.state.pace, coverage.gaps, feed.state.gaps

        for new in (0, 20):
            source.add(new)
            await here.pass_time(1)
            pace, gap, counted = await here.writer.run(kept)
            paces.append(pace)
            gaps.append((gap, counted))
    assert gaps == [(0, 0), (1, 1)]
    assert paces[1] < paces[0]


async def test_the_heartbeat_says_once_a_day_what_was_covered(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        good, bad, late = Source("good"), Source("bad"), Source("late")
        good.add(3)
        bad.add(2)
        late.add(1)
        await here.declare(good, bad, late)
        await here.pass_time(1)

        def read_all(store: Store) -> None:
            for entry in store.feeds.waiting(here.now):
                state = "failed" if entry.entry.title.endswith("bad/0") else "filed"
                store.feeds.close_entry(entry.id, state)

        await here.writer.run(read_all)
        await here.pass_time(1)
        assert len(await here.told("baseline")) == 1
        bad.status = 500
        good.add(4)

        def hour(number: int) -> None:
            late.status = 500 if here.now.hour == 7 else 200

        await here.pass_time(22, hour)
        await here.writer.run(read_all)
        await here.pass_time(24 + 24, lambda number: None)
        beats = await here.told("heartbeat")
        assert [f"{beat.created_at:%d %H:%M}" for beat in beats] == [
            "05 07:00",
            "06 07:00",
            "07 07:00",
        ]
        first = beats[0]
        assert first.payload["coverage"]["feeds"] == 3
        assert first.title.startswith("1 of 3 feeds healthy, 1 late, 1 ill; ")
        assert "bad" in first.text and "500" in first.text
        to = await here.writer.run(lambda store: store.alerts.deliveries(first.id))
    assert [each.destination for each in to] == ["watch"]


async def test_the_digest_says_which_feeds_were_read(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        good, bad = Source("good"), Source("bad")
        good.add(3)
        bad.add(3)
        await here.declare(good, bad)
        await here.pass_time(1)

        def close(store: Store) -> None:
            for entry in store.feeds.waiting(here.now):
                store.feeds.close_entry(entry.id, "filed")

        await here.writer.run(close)
        await here.pass_time(1)
        bad.status = 404
        await here.pass_time(9)
        [digest] = await here.told("digest")
        to = await here.writer.run(lambda store: store.alerts.deliveries(digest.id))
    assert "1 of 2 feeds healthy, 1 ill" in digest.text
    assert [each.destination for each in to] == ["desk", "watch"]


async def test_the_daemon_itself_tells_it_and_its_end(tmp_path: Path) -> None:
    """The same through a real process and the webhook."""
    site, receiver = Site("Outlet A"), Receiver()
    async with served(site, receiver):
        site.add("one", "News", "Some words of news that are long enough.", NOW - HOUR)
        config = write_config(tmp_path, [site], receiver, now=NOW)
        text = config.read_text("utf-8")
        config.write_text(text.replace("[clock]\n", "[clock]\nspeed = 20\n"), "utf-8")
        async with daemon(config, receiver):
            await receiver.wait_for("monitor.baseline")
            site.answers["rss.xml"] = lambda: web.Response(status=500)
            [sick] = await receiver.wait_for("monitor.feed_sick")
            site.answers.clear()
            [well] = await receiver.wait_for("monitor.feed_recovered")
    assert sick["reason"] == well["reason"] == "failing"
    assert "500" in sick["text"]
    assert len(receiver.of_type("monitor.feed_sick")) == 1
    lines, is_well = status_lines(config)
    assert any(line.startswith("covered: 1 of 1 feed healthy; 1 article") for line in lines)
    assert not is_well  # the daemon does not run
