"""The daemon's endpoint: health, the feed of alerts, and a verdict that only a button records."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import feedparser
import pytest
from aiohttp.test_utils import TestServer

from monitor.alerts.links import Pages, judge_token
from monitor.alerts.samples import sample_alerts
from monitor.clock import Clock
from monitor.daemon.endpoint import Endpoint
from monitor.daemon.requests import Requests
from monitor.outbox import Alert, Attempt, DeliveryState, Verdict
from monitor.store import Store
from monitor.store.writer import Writer
from tests.harness import Receiver, Site, daemon, served, write_config

KEY = "a key that nobody guesses"
NOW = datetime(2023, 10, 24, 12, tzinfo=UTC)


@asynccontextmanager
async def endpoint(path: Path) -> AsyncIterator[tuple[TestServer, Writer]]:
    with Store.open(path) as store:
        store.alerts.file(sample_alerts(NOW), [])
    async with Writer(path) as writer:
        application = Endpoint(writer, Clock(), Pages(judge_key=KEY), ["desk"]).application()
        async with TestServer(application, host="127.0.0.1") as server:
            yield server, writer


def first_alert(path: Path) -> Alert:
    with Store.read(path) as store:
        return store.alerts.newest(1)[0]


async def carry_out(writer: Writer) -> None:
    await Requests(writer, Clock(), [], lambda: None).look()


async def test_a_get_changes_nothing_and_the_button_records(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    async with endpoint(path) as (server, writer), aiohttp.ClientSession() as session:
        alert = first_alert(path)
        address = server.make_url(f"/judge/{alert.id}").with_query(token=judge_token(KEY, alert.id))
        for method in ("GET", "HEAD"):
            async with session.request(method, address) as page:
                assert page.status == 200
                assert page.headers["referrer-policy"] == "no-referrer"
        await carry_out(writer)
        assert await writer.run(lambda store: store.verdicts.of(alert.id)) == []

        form = {"token": judge_token(KEY, alert.id), "verdict": "wrong_figure", "note": "it is 86"}
        async with session.post(address.with_query(None), data=form) as page:
            assert page.status == 200
            assert "Recorded: <strong>Read wrongly" in await page.text()
        await carry_out(writer)
        form["verdict"] = "right"
        async with session.post(address.with_query(None), data=form):
            pass
        await carry_out(writer)
        [judged] = await writer.run(lambda store: store.verdicts.of(alert.id))
        assert (judged.verdict, judged.reader, judged.note) == (Verdict.RIGHT, "link", "it is 86")


@pytest.mark.parametrize("token", ["", "0" * 32, judge_token(KEY, "alr_other"), "ä"])
async def test_another_token_opens_and_records_nothing(token: str, tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    async with endpoint(path) as (server, writer), aiohttp.ClientSession() as session:
        alert = first_alert(path)
        address = server.make_url(f"/judge/{alert.id}")
        async with session.get(address.with_query(token=token)) as page:
            assert page.status == 404
        async with session.post(address, data={"token": token, "verdict": "right"}) as page:
            assert page.status == 404
        assert await writer.run(lambda store: store.requests.waiting()) == []


async def test_strange_forms_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    async with endpoint(path) as (server, writer), aiohttp.ClientSession() as session:
        alert = first_alert(path)
        token = judge_token(KEY, alert.id)
        address = server.make_url(f"/judge/{alert.id}")
        for form, status in (
            ({"token": token, "verdict": "splendid"}, 400),
            ({"token": token}, 400),
            ({"token": token, "verdict": "right", "note": "x" * 20_000}, 413),
        ):
            async with session.post(address, data=form) as page:
                assert page.status == status
        assert await writer.run(lambda store: store.requests.waiting()) == []


async def test_the_page_shows_strangers_words_as_words(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    async with endpoint(path) as (server, writer), aiohttp.ClientSession() as session:
        [sample] = sample_alerts(datetime(2024, 1, 1, tzinfo=UTC))[:1]
        text = "<script>alert(1)</script>\n\u202eelif\x07 <b>bold"
        strange = Alert(**{f: getattr(sample, f) for f in sample.__slots__} | {"text": text})
        await writer.run(lambda store: store.alerts.file([strange], []))
        address = server.make_url(f"/judge/{strange.id}")
        async with session.get(address.with_query(token=judge_token(KEY, strange.id))) as page:
            shown = await page.text()
        assert "<script" not in shown and "<b>" not in shown
        assert not re.search("[\u202e\x07]", shown)
        async with session.get(server.make_url("/alerts.atom")) as feed:
            parsed = feedparser.parse(await feed.read())
        assert not parsed.bozo
        assert "<b>bold" in parsed.entries[0].content[0].value


async def test_health_tells_what_is_not_delivered(tmp_path: Path) -> None:
    async with (
        endpoint(tmp_path / "monitor.db") as (server, writer),
        aiohttp.ClientSession() as session,
    ):

        async def told() -> tuple[str, list[str]]:
            async with session.get(server.make_url("/health")) as answer:
                body = await answer.json()
                return body["status"], body["disabled_destinations"]

        assert await told() == ("good", [])
        await writer.run(lambda store: store.alerts.disable("gone", "no more configured", NOW))
        assert await told() == ("good", [])
        await writer.run(lambda store: store.alerts.disable("desk", "HTTP 410", NOW))
        assert await told() == ("disabled_destinations", ["desk"])
        await writer.run(lambda store: store.alerts.enable("desk"))
        await writer.run(_given_up)
        assert await told() == ("dead_deliveries", [])


def _given_up(store: Store) -> None:
    """A delivery that was refused."""
    store.alerts.address(store.alerts.newest(1)[0].lead, ["desk"])
    delivery = store.alerts.oldest("desk")
    assert delivery is not None
    store.alerts.record(Attempt(delivery.id, NOW, 422, DeliveryState.DEAD, None, "HTTP 422"))


async def test_health_and_the_feed_of_a_running_daemon(tmp_path: Path) -> None:
    site, receiver = Site(), Receiver()
    site.add("flood", "Flood in the valley", "At least 86 people were killed, police said.", NOW)
    async with served(site, receiver):
        listen = "127.0.0.1:0"
        with_endpoint = f'[endpoint]\nlisten = "{listen}"\n'
        config = write_config(tmp_path, [site], receiver, now=NOW, extra=with_endpoint)
        async with daemon(config, receiver) as running, aiohttp.ClientSession() as session:
            await receiver.wait_for("monitor.baseline")
            port = re.search(r"127\.0\.0\.1:(\d+)", _listening(running.log))
            assert port is not None
            base = f"http://127.0.0.1:{port[1]}"
            async with session.get(f"{base}/health") as answer:
                assert (await answer.json())["status"] == "good"
            async with session.get(f"{base}/alerts.atom") as answer:
                parsed = feedparser.parse(await answer.read())
            assert [entry.tags[0].term for entry in parsed.entries] == ["monitor.baseline"]
            async with session.get(f"{base}/judge/alr_1?token=x") as answer:
                assert answer.status == 404


def _listening(log: Path) -> str:
    return next(line for line in log.read_text("utf-8").splitlines() if "listening" in line)
