"""SIGHUP has a real daemon read its configuration again: all of it, or nothing."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.store import Store
from tests.harness import DaemonProcess, Receiver, Site, daemon, served, write_config

NOW = datetime(2023, 10, 18, 15, tzinfo=UTC)
TOLL = "At least 3,000 people have been killed in Gaza since 7 October, the health ministry said."


def hang_up(process: DaemonProcess) -> None:
    process.process.send_signal(signal.SIGHUP)


async def test_feeds_and_destinations_come_and_go_without_a_restart(tmp_path: Path) -> None:
    first, second, desk, night = Site("Outlet A"), Site("Outlet B"), Receiver(), Receiver()
    night.secret = desk.secret
    async with served(first, second, desk, night):
        for site in (first, second):
            site.add("one", "Toll", TOLL, NOW - timedelta(hours=2))
        config = write_config(tmp_path, [first], desk, now=NOW)
        async with daemon(config, desk) as process:
            await desk.wait_for("monitor.baseline")
            text = config.read_text("utf-8")
            text = text.replace(f"{first.url}/rss.xml", f"{second.url}/rss.xml")
            text = text.replace("Outlet A", "Outlet B")
            text += (
                f'\n[[destinations]]\nname = "night"\nurl = "{night.url}/hook"\n'
                'secret = "env:TEST_WEBHOOK_SECRET"\nallow_private = true\nops = true\n'
            )
            config.write_text(text, "utf-8")
            hang_up(process)
            await second.wait_until_asked("one")
            asked = first.asked.count("rss.xml")
            # A mistake now: everything stays as it is, and the new destination hears of it.
            config.write_text(text + "\n[poll]\ninterval = 5\n", "utf-8")
            hang_up(process)
            [refused] = await night.wait_for("monitor.health")
            assert "not taken over" in refused["title"]
            before = second.asked.count("rss.xml")
            second._asked.clear()
            await second._asked.wait()
            assert second.asked.count("rss.xml") >= before
            assert first.asked.count("rss.xml") == asked
            assert await process.stop() == 0
        assert "Traceback" not in process.log.read_text("utf-8")
    with Store.read(tmp_path / "monitor.db") as store:
        assert [feed.outlet for feed in store.feeds.all()] == ["Outlet B"]
        assert {run.pid for run in store.runs.newest(10)} == {process.process.pid}


async def test_the_store_cannot_be_changed_while_it_runs(tmp_path: Path) -> None:
    site, desk = Site("Outlet A"), Receiver()
    async with served(site, desk):
        site.add("one", "Toll", TOLL, NOW - timedelta(hours=2))
        config = write_config(tmp_path, [site], desk, now=NOW)
        async with daemon(config, desk) as process:
            await desk.wait_for("monitor.baseline")
            config.write_text(f'{config.read_text("utf-8")}\n[store]\npath = "other.db"\n', "utf-8")
            hang_up(process)
            [refused] = await desk.wait_for("monitor.health")
            assert "store.path" in refused["title"]
            assert await process.stop() == 0
    assert not (tmp_path / "other.db").exists()


async def test_settings_that_cannot_be_started_leave_the_ones_before(tmp_path: Path) -> None:
    site, desk = Site("Outlet A"), Receiver()
    async with served(site, desk):
        site.add("one", "Toll", TOLL, NOW - timedelta(hours=2))
        config = write_config(tmp_path, [site], desk, now=NOW)
        async with daemon(config, desk) as process:
            await desk.wait_for("monitor.baseline")
            taken = desk.url.removeprefix("http://")
            text = f'{config.read_text("utf-8")}\n[endpoint]\nlisten = "{taken}"\n'
            config.write_text(text, "utf-8")
            hang_up(process)
            [refused] = await desk.wait_for("monitor.health")
            assert "not taken over" in refused["title"]
            site._asked.clear()
            await site._asked.wait()
            assert await process.stop() == 0
