"""Bad feeds and pages are outcomes on file; nothing else stops and nothing is lost."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from monitor.store import Store
from tests.harness import Receiver, Site, daemon, served, write_config

NOW = datetime(2023, 10, 18, 15, tzinfo=UTC)
GOOD = (
    "Six people were killed when a bus left the road near Arequipa on Wednesday, police said.\n"
    "Rain had washed out part of the road, and traffic is led through the valley."
)
HALF = """<rss version="2.0"><channel><title>half</title>
<item><title>Kept &amp; read</title><link>{url}/kept</link><guid>kept</guid></item>
<item><title>Cut off</title><li"""
WIDE = (
    '<?xml version="1.0" encoding="utf-16"?><rss version="2.0"><channel><title>wide</title>'
    "<item><title>Wide</title><guid>w</guid><description>{text}</description></item>"
    "</channel></rss>"
)


def _text(text: str, status: int = 200, kind: str = "text/html") -> web.Response:
    return web.Response(text=text, status=status, content_type=kind)


async def test_each_bad_answer_is_an_outcome_and_the_good_feed_is_read(tmp_path: Path) -> None:
    good, receiver = Site("Good"), Receiver()
    bad = {name: Site(name) for name in ("no-feed", "half", "broken", "error", "empty", "odd")}
    async with served(good, receiver, *bad.values()):
        good.add("bus", "Bus leaves the road", GOOD, NOW)
        bad["no-feed"].answers["rss.xml"] = lambda: _text("<html><body>Sign in</body></html>")
        half = HALF.format(url=bad["half"].url)
        bad["half"].answers["rss.xml"] = lambda: _text(half, kind="application/xml")
        bad["broken"].answers["rss.xml"] = lambda: web.Response(body=bytes(range(256)) * 9)
        bad["error"].answers["rss.xml"] = lambda: _text("boom", status=500)
        bad["empty"].answers["rss.xml"] = lambda: _text("")
        bad["odd"].answers["rss.xml"] = lambda: web.Response(
            body=WIDE.format(text=GOOD).encode("utf-16"), content_type="application/rss+xml"
        )
        pages = bad["half"].answers
        pages["kept"] = lambda: _text("<html><body></body></html>")
        big = b"<p>" + b"word " * 900_000 + b"</p>"
        good.add("huge", "A page too large", "x", NOW)
        good.answers["huge"] = lambda: web.Response(body=big, content_type="text/html")
        good.add("gone", "A page that is gone", "x", NOW)
        good.answers["gone"] = lambda: _text("", status=410)
        sites = [good, *bad.values()]
        config = write_config(tmp_path, sites, receiver, now=NOW)
        async with daemon(config, receiver, "--once") as process:
            assert await process.process.wait() == 0
    with Store.read(tmp_path / "monitor.db") as store:
        feeds = {feed.outlet: feed.last_outcome for feed in store.feeds.all()}
        counts = store.status.counts()
        fetched = store.connection.rows("SELECT url, outcome FROM fetches")
    assert feeds == {
        "Good": "ok",
        "no-feed": "not_a_feed",
        "half": "partial",
        "broken": "not_a_feed",
        "error": "http_error",
        "empty": "empty",
        "odd": "ok",
    }
    outcomes = {row["url"].rpartition("/")[2]: row["outcome"] for row in fetched}
    assert outcomes == {
        "bus": "ok",
        "huge": "too_large",
        "gone": "gone",
        "kept": "no_text",
        "w": "gone",  # the entry's own text stands in
    }
    assert (counts.articles, counts.waiting) == (2, 0)


async def test_a_webhook_that_is_down_only_delays(tmp_path: Path) -> None:
    site, receiver = Site(), Receiver(statuses=[500, 503])
    async with served(site, receiver):
        site.add("bus", "Bus leaves the road", GOOD, NOW)
        config = write_config(tmp_path, [site], receiver, now=NOW)
        # A second of ours is a minute of the story, so that the retries come soon.
        text = config.read_text("utf-8").replace("[http]", "speed = 60\n[http]", 1)
        config.write_text(text.replace('interval = "1s"', 'interval = "1m"'), "utf-8")
        async with daemon(config, receiver) as process:
            await receiver.wait_for("monitor.baseline")
            assert await process.stop() == 0
    with Store.read(tmp_path / "monitor.db") as store:
        rows = store.connection.rows("SELECT status, state FROM attempts ORDER BY id")
    assert [(row["status"], row["state"]) for row in rows] == [
        (500, "pending"),
        (503, "pending"),
        (204, "delivered"),
    ]
    assert Counter(key for key, _ in receiver.got).most_common(1)[0][1] == 1


async def test_the_summary_waits_until_a_feed_has_answered(tmp_path: Path) -> None:
    site, receiver = Site(), Receiver()
    async with served(site, receiver):
        site.add("bus", "Bus leaves the road", GOOD, NOW)
        site.answers["rss.xml"] = lambda: _text("", status=500)
        config = write_config(tmp_path, [site], receiver, now=NOW)
        async with daemon(config, receiver, "--once") as process:
            assert await process.process.wait() == 0
        assert not receiver.got
        del site.answers["rss.xml"]
        async with daemon(config, receiver, "--once") as process:
            assert await process.process.wait() == 0
        [summary] = receiver.of_type("monitor.baseline")
    assert "1 feed, 1 article" in summary["text"]
