"""``monitor feeds``: lists, tries, adds; the configuration keeps its comments."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from monitor.cli import main
from monitor.commands import feeds as commands
from monitor.commands.feeds import add_feed, export_feeds, import_feeds, list_feeds
from monitor.config import load
from monitor.errors import InputError, MonitorError
from monitor.feeds.opml import read_opml
from monitor.intake import FeedState, Outcome, Poll
from monitor.store import Store
from monitor.store.feeds import DeclaredFeed
from tests.harness import Site, served

NOW = datetime(2023, 10, 24, 12, tzinfo=UTC)
CONFIG = """# our feeds   <- a comment
[http]
allow_networks = ["127.0.0.0/8"]  # loopback
host_gap = "0s"
robots = false

[[feeds]]
url = "https://gazette.example/rss"  # the first one
outlet = "The Gazette"
"""
OPML = """<?xml version="1.0"?><opml version="2.0"><head/><body><outline text="News">
<outline text="Courier &quot;daily&quot;" xmlUrl="https://courier.example/rss?a=1&amp;b=2"/>
<outline text="Known" xmlUrl="https://gazette.example/rss"/>
<outline text="Inside" xmlUrl="http://10.0.0.1/rss"/></outline></body></opml>"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "monitor.toml"
    path.write_text(CONFIG, "utf-8")
    return path


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    here = Site()
    async with served(here):
        here.add("one", "Toll rises to 12", "At least 12 people were killed, police said.", NOW)
        yield here


def page(body: str) -> web.Response:
    return web.Response(text=f"<!DOCTYPE html><html><head>{body}</head></html>", content_type="text/html")  # fmt: skip


def link(href: str) -> str:
    return f'<link rel="alternate" type="application/rss+xml" href="{href}">'


def test_a_list_is_taken_in_behind_everything_else(config: Path, tmp_path: Path) -> None:
    source = tmp_path / "list.opml"
    source.write_text(OPML, "utf-8")
    config.chmod(0o640)
    lines, good = import_feeds(source, config)
    assert not good  # an address was refused
    assert config.read_text("utf-8").startswith(CONFIG)
    assert config.stat().st_mode & 0o777 == 0o640
    settings = load(config)
    assert [(feed.url, feed.outlet) for feed in settings.feeds] == [
        ("https://gazette.example/rss", "The Gazette"),
        ("https://courier.example/rss?a=1&b=2", 'Courier "daily"'),
    ]
    assert "refused: http://10.0.0.1/rss" in lines
    assert "known already: https://gazette.example/rss" in lines
    written = config.read_text("utf-8")
    again, _ = import_feeds(source, config)
    assert config.read_text("utf-8") == written
    assert not any(line.startswith("added") for line in again)


def test_a_list_of_refused_addresses_alone_is_not_called_empty(config: Path) -> None:
    source = config.parent / "refused.opml"
    source.write_text('<opml><body><outline xmlUrl="http://10.0.0.1/rss"/></body></opml>', "utf-8")
    lines, good = import_feeds(source, config)
    assert not good and lines[0] == "refused: http://10.0.0.1/rss"
    assert not any("no feeds" in line for line in lines)


def test_what_is_given_out_can_be_taken_in(config: Path) -> None:
    feeds, refused = read_opml(export_feeds(config).encode())
    assert [(feed.url, feed.name) for feed in feeds] == [
        ("https://gazette.example/rss", "The Gazette")
    ]
    assert refused == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("feeds = [{url = 'https://a.example/rss'}]\n", "write each as a table"),
        ("[[feeds]]\nurl = 'ftp://a.example'\n", "ftp"),
    ],
)
def test_a_file_that_would_not_load_is_left_as_it_is(tmp_path: Path, text: str, said: str) -> None:
    path, source = tmp_path / "monitor.toml", tmp_path / "list.opml"
    path.write_text(text, "utf-8")
    source.write_text(OPML, "utf-8")
    with pytest.raises(MonitorError, match=said):
        import_feeds(source, path)
    assert path.read_text("utf-8") == text
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE opml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><opml><body><outline xmlUrl="https://x.example/&b;"/></body></opml>',
        b"<rss/>",
        b"",
    ],
)
def test_what_is_no_list_is_refused(config: Path, tmp_path: Path, body: bytes) -> None:
    source = tmp_path / "list.opml"
    source.write_bytes(body)
    with pytest.raises(InputError, match="no OPML"):
        import_feeds(source, config)
    with pytest.raises(InputError, match="No such file"):
        import_feeds(tmp_path / "missing.opml", config)


async def test_a_feed_is_tried_and_added(config: Path, site: Site) -> None:
    url = f"{site.url}/rss.xml"
    lines, good = await asyncio.to_thread(commands.test_feed, url, config)
    assert good, lines
    text = "\n".join(lines)
    assert "ok (HTTP 200)" in text and "Toll rises to 12" in text and "1 entry" in text
    assert "newest article: ok" in text
    lines, good = await asyncio.to_thread(add_feed, url, "", config)
    assert good and [feed.url for feed in load(config).feeds][-1] == url
    assert load(config).feeds[-1].outlet == "Outlet A"
    assert (await asyncio.to_thread(add_feed, url, "", config))[0] == [f"known already: {url}"]


async def test_a_page_leads_to_its_feed(config: Path, site: Site) -> None:
    site.answers["home"] = lambda: page(link("/rss.xml"))
    lines, good = await asyncio.to_thread(add_feed, f"{site.url}/home", "Mine", config)
    assert good, lines
    assert (load(config).feeds[-1].url, load(config).feeds[-1].outlet) == (
        f"{site.url}/rss.xml",
        "Mine",
    )


async def test_of_several_feeds_one_is_chosen(config: Path, site: Site) -> None:
    site.answers["home"] = lambda: page(link("/a.xml") + link("/b.xml"))
    lines, good = await asyncio.to_thread(add_feed, f"{site.url}/home", "", config)
    assert not good and f"  monitor feeds add {site.url}/b.xml" in lines
    lines, good = await asyncio.to_thread(commands.test_feed, f"{site.url}/home", config)
    assert not good and f"it points to the feed {site.url}/a.xml" in lines


async def test_what_is_no_feed_is_not_added(config: Path, site: Site) -> None:
    site.answers["x"] = lambda: web.Response(status=500)
    site.answers["page"] = lambda: page("")
    for path in ("x", "page", "missing"):
        lines, good = await asyncio.to_thread(add_feed, f"{site.url}/{path}", "", config)
        assert not good and lines[0].startswith("nothing was added")
    assert len(load(config).feeds) == 1


def test_the_list_says_how_feeds_stand(config: Path) -> None:
    lines, good = list_feeds(config)
    assert good and "not polled yet" in lines[1]
    settings = load(config)
    with Store.open(settings.store.path) as store:
        store.feeds.declare([DeclaredFeed(feed.url, feed.outlet) for feed in settings.feeds], NOW)
        poll = Poll(settings.feeds[0].url, Outcome.TIMEOUT, NOW, 1.0, note="no answer\x1b[31m")
        state = FeedState(settings.feeds[0].url, failures=3)
        store.feeds.record_poll(1, poll, lambda *_: state, NOW)
    lines, _ = list_feeds(config)
    assert "timeout at 2023-10-24 12:00 UTC, 3 failures in a row (no answer" in lines[1]
    assert "\x1b" not in lines[1]


def test_the_command_line_says_what_is_wrong(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["monitor", "feeds", "import", "none.opml", "-c", str(config)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("monitor: none.opml: No such file")
