"""What goes over the wire: conditional requests, manners, redirects, turns."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.feeds.http import Client, Manners
from monitor.feeds.poll import fetch_article, poll
from monitor.feeds.robots import Robots
from monitor.feeds.schedule import after_poll
from monitor.intake import FeedState, Outcome, Poll, Validators
from tests.servers.faults import Exchange, FaultServer, answer, redirect

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MANNERS = Manners(host_gap=0, timeout=5, allow_networks=("127.0.0.0/8",))
FEED = b'<rss version="2.0"><channel><item><guid>1</guid><title>Dam holds</title><link>/1</link></item></channel></rss>'
OTHER = FEED.replace(b"<guid>1", b"<guid>2")


def then(state: FeedState, result: Poll, at: datetime = NOW, fresh: int = 0) -> FeedState:
    return after_poll(state, result, at, fresh=fresh, dice=0.5)


async def test_validators_go_back_verbatim() -> None:
    """Four polls, byte for byte: both validators, kept over a 304 and replaced with a new body."""
    etag, date = 'W/"a,b \\ c"', "Sun, 01 Mar 2026 11:00:00 GMT"
    async with FaultServer({}) as server, Client(MANNERS) as client:
        state = FeedState(server.url("/feed"))
        server.routes["/feed"] = answer(FEED, f"ETag: {etag}", f"Last-Modified: {date}")
        first = await poll(client, state, NOW)
        state = then(state, first, fresh=1)
        server.routes["/feed"] = answer(status="304 Not Modified", length=False)
        second = await poll(client, state, NOW)
        state = then(state, second)
        server.routes["/feed"] = answer(OTHER, "ETag: 5-of-six")
        third = await poll(client, state, NOW)
        state = then(state, third, fresh=1)
        await poll(client, state, NOW)
    sent = [
        (each.headers.get("if-none-match"), each.headers.get("if-modified-since"))
        for each in server.exchanges
    ]
    assert sent == [(None, None), (etag, date), (etag, date), ("5-of-six", None)]
    assert [first.outcome, second.outcome, third.outcome] == [
        Outcome.OK,
        Outcome.UNCHANGED,
        Outcome.OK,
    ]
    assert second.validators == Validators(etag, date)
    assert (second.body_hash, third.conditional) == (first.body_hash, True)


async def test_headers_in_odd_bytes_can_be_stored_and_are_not_sent_back() -> None:
    async with FaultServer({}) as server, Client(MANNERS) as client:
        state = FeedState(server.url("/feed"))
        odd = answer(FEED, "ETag: @", "Last-Modified: @", "X-By: @").replace(b"@", b"\xff\xe9")
        server.routes["/feed"] = odd
        result = await poll(client, state, NOW)
        fetch = await fetch_article(client, state.url, NOW)
    assert result.outcome is Outcome.OK
    assert result.validators == fetch.validators == Validators()
    repr((result, fetch)).encode()


async def test_a_new_validator_with_the_same_body_is_kept() -> None:
    async with FaultServer({}) as server, Client(MANNERS) as client:
        state = FeedState(server.url("/feed"))
        server.routes["/feed"] = answer(FEED, 'ETag: "1"')
        state = then(state, await poll(client, state, NOW), fresh=1)
        server.routes["/feed"] = answer(FEED, 'ETag: "2"')
        again = await poll(client, state, NOW)
    assert (again.outcome, again.entries, again.status) == (Outcome.UNCHANGED, (), 200)
    assert then(state, again).validators == Validators('"2"')


async def test_a_day_later_the_whole_feed_is_asked_for_and_a_lie_is_caught() -> None:
    lie = "ETag: eternal"
    async with FaultServer({}) as server, Client(MANNERS) as client:
        state = FeedState(server.url("/feed"))
        server.routes["/feed"] = answer(FEED, lie)
        state = then(state, await poll(client, state, NOW), fresh=1)
        server.routes["/feed"] = answer(b"", lie, status="304 Not Modified", length=False)
        state = then(
            state, await poll(client, state, NOW + timedelta(hours=23)), NOW + timedelta(hours=23)
        )
        server.routes["/feed"] = answer(OTHER, lie)
        later = NOW + timedelta(hours=25)
        probe = await poll(client, state, later)
        state = then(state, probe, later, fresh=1)
        after = await poll(client, state, later)
    assert [each.headers.get("if-none-match") for each in server.exchanges] == [
        None,
        "eternal",
        None,
        None,
    ]
    assert (probe.outcome, probe.conditional, len(probe.entries)) == (Outcome.OK, False, 1)
    assert state.distrusted
    assert after.outcome is Outcome.UNCHANGED


async def test_the_feed_says_who_asks() -> None:
    async with FaultServer({"/": answer(FEED)}) as server:
        async with Client(replace(MANNERS, contact="desk@gazette.example\r\nX-Evil: 1")) as client:
            await poll(client, FeedState(server.url("/")), NOW)
        async with Client(MANNERS) as client:
            await poll(client, FeedState(server.url("/")), NOW)
    named, unnamed = (each.headers for each in server.exchanges)
    assert named["user-agent"].startswith("monitor/")
    assert named["user-agent"].endswith("(+desk@gazette.example X-Evil: 1)")
    assert "x-evil" not in named
    assert "(" not in unnamed["user-agent"]
    assert named["accept-encoding"] == "gzip, deflate, br"
    assert "cookie" not in named


async def test_no_credentials_across_hosts() -> None:
    async with FaultServer({}) as server, Client(MANNERS) as client:
        server.routes["/feed"] = redirect(server.url("/moved", host="localhost"))
        server.routes["/moved"] = answer(FEED)
        url = server.url("/feed").replace("http://", "http://reader:word@")
        result = await poll(client, FeedState(url), NOW)
    assert result.outcome is Outcome.OK
    assert "authorization" in server.asked("/feed")[0].headers
    assert "authorization" not in server.asked("/moved")[0].headers


async def test_a_host_that_wants_its_cookie_back() -> None:
    async def gate(exchange: Exchange) -> None:
        if exchange.headers.get("cookie") == "seen=1":
            return await exchange.send(answer(FEED))
        return await exchange.send(
            answer(b"", "Set-Cookie: seen=1; Path=/", "Location: /feed", status="302 Found")
        )

    async with FaultServer({"/feed": gate}) as server, Client(MANNERS) as client:
        server.routes["/elsewhere"] = answer(
            b"",
            "Set-Cookie: secret=1",
            f"Location: {server.url('/feed', 'localhost')}",
            status="302 Found",
        )
        first = await poll(client, FeedState(server.url("/feed")), NOW)
        again = await poll(client, FeedState(server.url("/feed")), NOW)
        abroad = await poll(client, FeedState(server.url("/elsewhere")), NOW)
    assert {first.outcome, again.outcome, abroad.outcome} == {Outcome.OK}
    sent = [each.headers.get("cookie") for each in server.exchanges]
    assert sent == [None, "seen=1", None, "seen=1", None, None, "seen=1"]


async def test_permanent_moves_are_told_from_others() -> None:
    async with FaultServer({"/new": answer(FEED)}) as server, Client(MANNERS) as client:
        server.routes["/301"] = redirect(server.url("/new"), "301 Moved Permanently")
        server.routes["/308"] = redirect(server.url("/301"), "308 Permanent Redirect")
        server.routes["/302"] = redirect(server.url("/301"), "302 Found")
        moved = {
            path: (await poll(client, FeedState(server.url(path)), NOW)).moved
            for path in ("/301", "/308", "/302", "/new")
        }
    assert moved == {"/301": True, "/308": True, "/302": False, "/new": False}


class Gate:
    """Answers each request when the test says so, and knows how many wait at once."""

    def __init__(self) -> None:
        self.waiting: list[Exchange] = []
        self.most = 0
        self.open = asyncio.Event()
        self.arrived = asyncio.Condition()

    async def __call__(self, exchange: Exchange) -> None:
        async with self.arrived:
            self.waiting.append(exchange)
            self.most = max(self.most, len(self.waiting))
            self.arrived.notify_all()
        await self.open.wait()
        self.waiting.remove(exchange)
        await exchange.send(answer(FEED))

    async def until(self, count: int) -> None:
        async with self.arrived:
            await self.arrived.wait_for(lambda: len(self.waiting) >= count)


def started(client: Client, url: str, polls: int) -> list[asyncio.Task[Poll]]:
    """Several polls of one feed at once."""
    return [asyncio.create_task(poll(client, FeedState(url), NOW)) for _ in range(polls)]


async def test_a_host_has_its_share_and_no_more() -> None:
    gate = Gate()
    async with (
        FaultServer({"/": gate}) as server,
        Client(replace(MANNERS, per_host=2, concurrency=8)) as client,
    ):
        here = started(client, server.url("/"), 6)
        await gate.until(2)
        # A host that is slow doesn't hold up another.
        there = started(client, server.url("/", "localhost"), 2)
        await gate.until(4)
        gate.open.set()
        results = await asyncio.gather(*here, *there)
    assert gate.most == 4
    assert {each.outcome for each in results} == {Outcome.OK}


async def test_all_hosts_together_have_a_limit() -> None:
    gate = Gate()
    async with (
        FaultServer({"/": gate}) as server,
        Client(replace(MANNERS, per_host=8, concurrency=3)) as client,
    ):
        tasks = started(client, server.url("/"), 6)
        await gate.until(3)
        gate.open.set()
        await asyncio.gather(*tasks)
    assert gate.most == 3


async def test_starts_on_one_host_are_spaced(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async with (
        FaultServer({"/": answer(FEED)}) as server,
        Client(replace(MANNERS, host_gap=100)) as client,
    ):
        monkeypatch.setattr("monitor.feeds.http.asyncio.sleep", sleep)
        for _ in range(3):
            await poll(client, FeedState(server.url("/")), NOW)
    assert [round(wait, -1) for wait in waits] == [100, 200]


async def test_a_pause_holds_for_the_host() -> None:
    async with FaultServer({"/": answer(FEED)}) as server:
        server.routes["/busy"] = answer(b"", "Retry-After: 600", status="429 Too Many Requests")
        async with Client(MANNERS) as client:
            first = await fetch_article(client, server.url("/busy"), NOW)
            second = await poll(client, FeedState(server.url("/")), NOW)
        async with Client(replace(MANNERS, pause_host=False)) as client:
            await fetch_article(client, server.url("/busy"), NOW)
            third = await poll(client, FeedState(server.url("/")), NOW)
    assert (first.outcome, first.retry_after) == (Outcome.BUSY, 600)
    assert second.outcome is Outcome.BUSY
    assert second.retry_after == pytest.approx(600, abs=5)
    assert third.outcome is Outcome.OK
    assert [each.path for each in server.exchanges] == ["/busy", "/busy", "/"]


async def test_a_pause_holds_for_what_waits_for_its_turn() -> None:
    busy = answer(b"", "Retry-After: 600", status="429 Too Many Requests")
    manners = replace(MANNERS, per_host=1)
    async with FaultServer({"/busy": busy}) as server, Client(manners) as client:
        url = server.url("/busy")
        results = await asyncio.gather(*(fetch_article(client, url, NOW) for _ in range(5)))
    assert [each.outcome for each in results] == [Outcome.BUSY] * 5
    assert len(server.exchanges) == 1


ROBOTS = {
    "no file": (answer(b"", status="404 Not Found"), True),
    "empty": (answer(b""), True),
    "everything forbidden": (answer(b"User-agent: *\nDisallow: /"), False),
    "another folder": (answer(b"User-agent: *\nDisallow: /private/"), True),
    "this folder": (answer(b"User-agent: *\nDisallow: /world/"), False),
    "us by name": (answer(b"User-agent: monitor\nDisallow: /\n\nUser-agent: *\nAllow: /"), False),
    "others by name": (answer(b"User-agent: evilbot\nDisallow: /"), True),
    "an exception": (answer(b"User-agent: *\nDisallow: /world/\nAllow: /world/flood"), True),
    "a host in trouble": (answer(b"", status="500 Oops"), False),
    "a web page": (answer(b"<html>not found</html>", content_type="text/html"), True),
    "no text at all": (answer(bytes(range(256)) * 10), True),
    "larger than we read": (answer(b"User-agent: *\nDisallow: /\n" * 40_000), False),
}  # fmt: skip


@pytest.mark.parametrize("name", ROBOTS)
async def test_robots(name: str) -> None:
    route, allowed = ROBOTS[name]
    async with (
        FaultServer({"/robots.txt": route, "/world/flood": answer(b"<p>x")}) as server,
        Client(MANNERS) as client,
    ):
        robots = Robots(client)
        pages = [
            await fetch_article(client, server.url("/world/flood"), NOW, robots=robots)
            for _ in range(3)
        ]
    assert {each.outcome for each in pages} == {Outcome.OK if allowed else Outcome.ROBOTS}
    assert len(server.asked("/robots.txt")) == 1
    assert len(server.asked("/world/flood")) == (3 if allowed else 0)


async def test_an_article_unchanged_keeps_its_validators() -> None:
    async with FaultServer({}) as server, Client(MANNERS) as client:
        server.routes["/1"] = answer(b"<p>text", 'ETag: "x"', content_type="text/html")
        first = await fetch_article(client, server.url("/1"), NOW)
        server.routes["/1"] = answer(status="304 Not Modified", length=False)
        second = await fetch_article(client, server.url("/1"), NOW, validators=first.validators)
    assert (second.outcome, second.validators, second.body) == (
        Outcome.UNCHANGED,
        Validators('"x"'),
        b"",
    )


async def test_hosts_that_nobody_asks_any_more_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A year of links leads to more hosts than memory should hold."""
    monkeypatch.setattr("monitor.feeds.http.MOST_HOSTS", 3)
    async with FaultServer({"/": answer(FEED)}) as server, Client(MANNERS) as client:
        for number in range(2, 12):
            result = await client.get(server.url("/", host=f"127.0.0.{number}"), limit=10_000)
            assert result.outcome in (Outcome.OK, Outcome.CONNECTION)
        assert len(client._hosts) <= 3
