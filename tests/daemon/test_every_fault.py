"""The daemon polls a server that misbehaves in every way we know: a row for each, and no bloat."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from monitor.clock import Clock
from monitor.daemon.polls import Polls
from monitor.feeds.http import Client
from monitor.intake import Outcome
from monitor.store.feeds import DeclaredFeed
from monitor.store.store import Store
from monitor.store.writer import Writer
from monitor.workers import Workers
from tests.feeds.test_faults import FAULTS, NOW, PATIENT, routes
from tests.servers.faults import FaultServer

# All at once, with the server in the same process; the program alone takes some 60 MiB of it, and
# the bombs are for gigabytes.
MOST = 300 * 2**20  # bytes, of the process and of a worker alike

ROW = "SELECT f.url, p.* FROM polls p JOIN feeds f ON f.id = p.feed_id ORDER BY p.id"


def most_memory(process: int | str = "self") -> int:
    """The most that a process ever held, in bytes."""
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024  # type: ignore[index]


def children() -> list[int]:
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text("utf-8")
    return [int(each) for each in listed.split()]


async def poll_everything(path: Path, rounds: int) -> tuple[list[dict[str, Any]], int]:
    moments = iter(NOW + timedelta(hours=number) for number in range(100_000))
    now = next(moments)
    async with (
        FaultServer(routes()) as server,
        Writer(path) as writer,
        Workers(1) as workers,
        Client(replace(PATIENT, timeout=1.0)) as client,
    ):
        feeds = [DeclaredFeed(server.url(f"/{name}"), name) for name in FAULTS]
        await writer.run(lambda store: store.feeds.declare(feeds, NOW))
        polls = Polls(writer, client, workers, Clock(wall=lambda: now), lambda: None, lambda: 0.5)
        for _ in range(rounds):
            await polls.poll_all()
            now = next(moments)

        def rows(store: Store) -> list[dict[str, Any]]:
            return [dict(row) for row in store.connection.rows(ROW)]

        return await writer.run(rows), max(map(most_memory, children()))


def measured(path: Path, pipe: Any) -> None:
    """In a process of its own: everything polled, and the most memory that it took."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    rows, worker = asyncio.run(poll_everything(path, 2))
    pipe.send((rows, most_memory(), worker))


@pytest.fixture(scope="module")
def polled(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, Any]], int, int]:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    path = tmp_path_factory.mktemp("faults") / "monitor.db"
    process = context.Process(target=measured, args=(path, there))
    process.start()
    there.close()
    try:
        rows, peak, worker = here.recv()
    finally:
        process.join()
    return rows, peak, worker


def test_there_are_many_faults() -> None:
    assert len(FAULTS) >= 60


def test_every_poll_leaves_one_row_in_which_each_entry_is_counted(polled) -> None:  # type: ignore[no-untyped-def]
    rows, _, _ = polled
    assert len(rows) == 2 * len(FAULTS)
    for row in rows:
        assert row["entries"] == row["new"] + row["known"] + row["skipped"], row["url"]
        assert Outcome(row["outcome"])
        assert row["outcome"] in ("ok", "unchanged") or row["note"], row["url"]
    seen = {row["outcome"] for row in rows}
    # All that a poll can end in; what is missing comes from pages, robots.txt and dying workers.
    assert seen == {
        *("ok", "unchanged", "empty", "partial", "not_a_feed", "http_error", "busy", "gone"),
        *("refused", "redirects", "timeout", "too_large", "connection"),
    }


def test_a_second_poll_finds_nothing_new(polled) -> None:  # type: ignore[no-untyped-def]
    rows, _, _ = polled
    second = rows[len(FAULTS) :]
    assert [row["url"] for row in second if row["new"]] == []


def test_memory_stays_bounded(polled) -> None:  # type: ignore[no-untyped-def]
    _, peak, worker = polled
    assert peak < MOST
    assert worker < MOST
