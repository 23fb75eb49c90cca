"""The whole job with a real daemon process, a real site and a real receiver."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.store import Store
from tests.harness import PATIENCE, Receiver, Site, daemon, served, write_config

NOW = datetime(2023, 10, 18, 15, tzinfo=UTC)
FILLER = (
    "Hospitals in the strip have warned that fuel for their generators is running low.\n"
    "Aid groups say that the crossings have to open for water, food and medicine."
)


def toll(day: str, number: str) -> str:
    """A report of our own on the day's toll."""
    return (
        f"At least {number} people have been killed in Gaza since 7 October, "
        f"the health ministry in the strip said on {day}.\n{FILLER}"
    )


async def test_a_toll_that_rises_is_pushed_once_and_a_copy_is_not(tmp_path: Path) -> None:
    first, copy, receiver = Site("Outlet A"), Site("Outlet B"), Receiver()
    async with served(first, copy, receiver):
        published = NOW - timedelta(hours=20)
        first.add("one", "Toll in Gaza", toll("Tuesday", "3,000"), published)
        config = write_config(tmp_path, [first, copy], receiver, now=NOW)
        async with daemon(config, receiver) as process:
            [baseline] = await receiver.wait_for("monitor.baseline")
            assert "2 feeds, 1 article" in baseline["text"]
            later = toll("Wednesday", "3,785").replace("At least ", "")
            first.add("two", "Toll in Gaza rises", later, NOW - timedelta(minutes=5))
            [raised] = await receiver.wait_for("figure.raised")
            copy.add("copied", "Toll rises in Gaza", later, NOW - timedelta(minutes=2))
            await copy.wait_until_asked("copied")
            assert await process.stop() == 0
    assert raised["new"]["as_written"] == "3,785"
    assert raised["old"]["as_written"] == "3,000"
    assert "3,785 people" in raised["new"]["sentence"]
    assert len(receiver.of_type("figure.raised")) == 1
    with Store.read(tmp_path / "monitor.db") as store:
        counts = store.status.counts()
        assert (counts.articles, counts.waiting, counts.pending) == (3, 0, 0)


async def test_a_store_that_cannot_grow_ends_the_daemon_and_loses_nothing(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    site, receiver = Site(), Receiver()
    async with served(site, receiver):
        config = write_config(tmp_path, [site], receiver, now=NOW)
        site.add("one", "Toll in Gaza", toll("Tuesday", "3,000"), NOW)
        async with daemon(config, receiver) as process:
            await receiver.wait_for("monitor.baseline")
            wal = (tmp_path / "monitor.db-wal").stat().st_size
            limit = (wal + 8192, wal + 8192)
            resource.prlimit(process.process.pid, resource.RLIMIT_FSIZE, limit)
            later = toll("Wednesday", "3,785").replace("At least ", "")
            site.add("two", "Toll in Gaza rises", later, NOW)
            assert await asyncio.wait_for(process.process.wait(), PATIENCE) == 2
            log = process.log.read_text("utf-8")
        assert "monitor: the store" in log and "Traceback" not in log.rpartition("monitor: ")[2]
        async with daemon(config, receiver) as process:
            await receiver.wait_for("figure.raised")
            assert await process.stop() == 0
    with Store.read(tmp_path / "monitor.db") as store:
        assert (store.status.counts().articles, store.status.counts().waiting) == (2, 0)


async def test_a_daemon_whose_log_nobody_reads_goes_on(tmp_path: Path) -> None:
    site, receiver = Site(), Receiver()
    async with served(site, receiver):
        config = write_config(tmp_path, [site], receiver, now=NOW)
        read, write = os.pipe()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "monitor", "run", "-c", str(config)),
            env=os.environ | {"TEST_WEBHOOK_SECRET": receiver.secret},
            stderr=write,
        )
        os.close(write)
        os.close(read)
        site.add("one", "Toll in Gaza", toll("Tuesday", "3,000"), NOW)
        await receiver.wait_for("monitor.baseline")
        later = toll("Wednesday", "3,785").replace("At least ", "")
        site.add("two", "Toll in Gaza rises", later, NOW)
        await receiver.wait_for("figure.raised")
        process.terminate()
        assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
