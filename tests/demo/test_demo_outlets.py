"""The demonstration's outlets and receiver: what a daemon finds there."""

from __future__ import annotations

import asyncio
import tomllib
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from monitor.alerts.signing import new_secret, signed_headers
from monitor.config import ClockSettings, load
from monitor.demo.outlets import DemoOutlets
from monitor.demo.receiver import Receiver
from monitor.demo.stage import SECRET_VARIABLE, Stage
from monitor.demo.story import ENDS, OPENS, OUTLETS, read_story
from monitor.feeds.clean import clean_page
from monitor.feeds.parse import parse_feed
from monitor.intake import Fetch, Outcome

STORY = read_story()


@asynccontextmanager
async def outlets(clock: dict[str, datetime]):
    app = DemoOutlets(STORY, lambda: clock["now"]).app()
    async with (
        TestServer(app, host="127.0.0.1") as server,
        aiohttp.ClientSession(str(server.make_url("/"))) as session,
    ):
        yield session


async def body_of(session: aiohttp.ClientSession, path: str, **headers: str) -> tuple[int, bytes]:
    async with session.get(path, headers=headers) as response:
        return response.status, await response.read()


def test_the_story_is_three_outlets_in_one_week() -> None:
    assert {article.outlet for article in STORY} == set(OUTLETS)
    assert all(article.published < ENDS for article in STORY)
    assert any(article.published < OPENS for article in STORY)
    assert len({article.slug for article in STORY}) == len(STORY)
    for article in STORY:
        assert 120 <= sum(len(each.split()) for each in article.paragraphs) <= 300
        for edit in article.edits:
            assert sum(edit.old in each for each in article.paragraphs) == 1


async def test_feeds_grow_with_the_clock_and_answer_not_modified() -> None:
    clock = {"now": OPENS}
    async with outlets(clock) as session:
        _, before = await body_of(session, "/harbour-wire/feed.xml")
        async with session.get("/harbour-wire/feed.xml") as response:
            etag = response.headers["ETag"]
        status, _ = await body_of(session, "/harbour-wire/feed.xml", **{"If-None-Match": etag})
        assert status == 304
        clock["now"] = ENDS
        status, after = await body_of(session, "/harbour-wire/feed.xml", **{"If-None-Match": etag})
        assert status == 200
        missing, _ = await body_of(session, "/nobody/feed.xml")
        assert missing == 404
    url = "http://127.0.0.1/harbour-wire/feed.xml"
    early, late = (parse_feed(body, {}, url, ENDS) for body in (before, after))
    assert early.outcome is late.outcome is Outcome.OK
    wire = [article for article in STORY if article.outlet.slug == "harbour-wire"]
    assert len(late.entries) == len(wire) > len(early.entries) > 0
    assert [entry.published for entry in late.entries] == [
        article.published for article in reversed(wire)
    ]


@pytest.mark.parametrize("article", STORY, ids=lambda article: article.slug)
async def test_a_page_gives_its_text_without_the_furniture(article) -> None:
    clock = {"now": ENDS}
    path = f"/{article.outlet.slug}/{article.slug}"
    async with outlets(clock) as session:
        _, body = await body_of(session, path)
    fetch = Fetch(
        f"http://127.0.0.1{path}", Outcome.OK, ENDS, 0.1, 200, body=body, content_type="text/html"
    )
    clean = clean_page(fetch)
    assert clean.outcome is Outcome.OK
    assert clean.text == f"{article.title}\n\n" + "\n".join(article.paragraphs_at(ENDS))


async def test_an_edit_changes_the_page_silently_and_only_then() -> None:
    edited = next(article for article in STORY if article.edits)
    edit = edited.edits[0]
    path = f"/{edited.outlet.slug}/{edited.slug}"
    clock = {"now": edited.published - timedelta(seconds=1)}
    async with outlets(clock) as session:
        assert (await body_of(session, path))[0] == 404
        clock["now"] = edit.at - timedelta(seconds=1)
        before = (await body_of(session, path))[1].decode()
        clock["now"] = edit.at
        after = (await body_of(session, path))[1].decode()
    assert edit.old in before and edit.new not in before
    assert edit.new in after and edit.old not in after
    assert before.replace(edit.old, edit.new) == after


def test_the_daemons_configuration_is_a_plain_one(tmp_path) -> None:
    clock = ClockSettings(real_start=datetime.now(UTC), start=OPENS, speed=14400)
    stage = Stage(tmp_path, tmp_path / "a store.db", clock, 8123, new_secret())
    stage.write_config(8124)
    settings = load(stage.config)
    assert settings.clock == clock
    assert settings.store.path == stage.store
    assert [feed.outlet for feed in settings.feeds] == [outlet.name for outlet in OUTLETS]
    assert settings.destinations[0].secret == f"env:{SECRET_VARIABLE}"
    assert stage.secret not in stage.config.read_text()
    defaults = tomllib.loads(stage.config.read_text()).get("defaults", {})
    assert list(defaults) == ["delivery"]  # what is judged goes by the built-in rules


# ---------------------------------------------------------------- the receiver


@asynccontextmanager
async def receiving(receiver: Receiver):
    async with (
        TestServer(receiver.app(), host="127.0.0.1") as server,
        aiohttp.ClientSession(str(server.make_url("/"))) as session,
    ):
        yield session


async def post(session: aiohttp.ClientSession, secret: str, message: str, body: str) -> int:
    headers = signed_headers([secret], message, datetime.now(UTC), body)
    async with session.post("/alerts", data=body.encode(), headers=headers) as response:
        return response.status


async def test_the_receiver_takes_each_message_once() -> None:
    receiver = Receiver(new_secret())
    async with receiving(receiver) as session:
        assert await post(session, receiver.secret, "dlv_1", '{"type":"a"}') == 204
        assert await post(session, receiver.secret, "dlv_1", '{"type":"a"}') == 204
        assert await post(session, receiver.secret, "dlv_2", '{"type":"b"}') == 204
    assert [(each.id, each.again) for each in receiver.received] == [
        ("dlv_1", False),
        ("dlv_1", True),
        ("dlv_2", False),
    ]
    assert receiver.came_again.is_set()


async def test_the_receiver_refuses_what_is_not_signed_with_its_secret() -> None:
    receiver = Receiver(new_secret())
    async with receiving(receiver) as session:
        assert await post(session, new_secret(), "dlv_1", "{}") == 401
        async with session.post("/alerts", data=b"{}") as response:
            assert response.status == 401
        headers = {"webhook-id": "x", "webhook-timestamp": "y", "webhook-signature": "z"}
        async with session.post("/alerts", data=b"\xff", headers=headers) as response:
            assert response.status == 401
    assert receiver.received == [] and receiver.refused == 3


async def test_the_receiver_leaves_one_try_without_an_answer() -> None:
    receiver = Receiver(new_secret(), lambda payload: payload["type"] == "b")
    async with receiving(receiver) as session:
        assert await post(session, receiver.secret, "dlv_1", '{"type":"a"}') == 204
        silent = asyncio.create_task(post(session, receiver.secret, "dlv_2", '{"type":"b"}'))
        await asyncio.wait_for(receiver.hanging.wait(), 10)
        silent.cancel()
        assert await post(session, receiver.secret, "dlv_2", '{"type":"b"}') == 204
    assert [each.again for each in receiver.received] == [False, False, True]
