"""No feed is ever given up, not even through a mistake of ours."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.clock import Clock
from monitor.daemon.polls import Polls
from monitor.feeds.http import Client, Manners
from monitor.store.feeds import DeclaredFeed
from monitor.store.writer import Writer
from monitor.workers import Workers
from tests.harness import PATIENCE, Site, served


async def test_a_poll_that_fails_here_is_made_again(tmp_path: Path) -> None:
    site, clock = Site(), Clock()
    found = asyncio.Event()
    throws = iter([ValueError("a mistake of ours")])

    def chance() -> float:
        for error in throws:
            raise error
        return 0.5

    async with (
        served(site),
        Writer(tmp_path / "monitor.db") as writer,
        Workers(1) as workers,
        Client(Manners(allow_networks=("127.0.0.0/8",), host_gap=0)) as client,
    ):
        site.add("one", "One", "Some text of an article.", datetime.now(UTC))
        feed = DeclaredFeed(url=f"{site.url}/rss.xml", outlet="A", interval=0.1)
        await writer.run(lambda store: store.feeds.declare([feed], clock.now()))
        polls = Polls(writer, client, workers, clock, found.set, chance)
        scheduler = AsyncIOScheduler(timezone=UTC)
        await polls.schedule(scheduler)
        scheduler.start()
        await asyncio.wait_for(found.wait(), PATIENCE)
        await polls.stop()
        scheduler.shutdown(wait=False)
        assert site.asked.count("rss.xml") >= 2


async def test_a_poll_that_fails_here_leaves_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def mistaken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr("monitor.daemon.polls.poll", mistaken)
    clock = Clock()
    async with (
        Writer(tmp_path / "monitor.db") as writer,
        Workers(1) as workers,
        Client() as client,
    ):
        feed = DeclaredFeed(url="https://gazette.example/rss.xml", outlet="A")
        await writer.run(lambda store: store.feeds.declare([feed], clock.now()))
        await Polls(writer, client, workers, clock, lambda: None).poll_all()
        [sick] = await writer.run(lambda store: store.status.sick_feeds())
    assert "a mistake of ours" in sick.note
    assert sick.outcome == "worker_died"


async def test_a_poll_that_is_due_while_the_last_one_ends_is_made(tmp_path: Path) -> None:
    """After a machine has slept, say: the next poll is due at once."""
    site, clock = Site(), Clock()
    async with (
        served(site),
        Writer(tmp_path / "monitor.db") as writer,
        Workers(1) as workers,
        Client(Manners(allow_networks=("127.0.0.0/8",), host_gap=0)) as client,
    ):
        feed = DeclaredFeed(url=f"{site.url}/rss.xml", outlet="A", interval=0.000001)
        await writer.run(lambda store: store.feeds.declare([feed], clock.now()))
        polls = Polls(writer, client, workers, clock, lambda: None)
        scheduler = AsyncIOScheduler(timezone=UTC)
        await polls.schedule(scheduler)
        scheduler.start()
        async with asyncio.timeout(PATIENCE):
            while len(site.asked) < 10:
                site._asked.clear()
                await site._asked.wait()
        await polls.stop()
        scheduler.shutdown(wait=False)
