"""The store's outbox and its couriers against a real receiver that fails for hours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from jsonschema import Draft202012Validator

from monitor.alerts.delivery import Courier, Destination, Sender, as_sent
from monitor.alerts.messages import compose
from monitor.alerts.payloads import LIMIT, schema, size
from monitor.alerts.retry import SCHEDULE
from monitor.clock import Clock
from monitor.daemon.outbox import StoredOutbox
from monitor.feeds.guard import guarded_session
from monitor.outbox import Alert, Delivery, DeliveryState
from monitor.store.writer import Writer
from tests.alerts.alert_claims import NOW, report, rising

VALIDATOR = Draft202012Validator(schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)


def alert(number: int, *, thread: str, minutes: float = 0) -> Alert:
    at = NOW + timedelta(minutes=minutes)
    name = f"alr_{number:04x}"
    body = {"id": name, "type": "figure.raised", "text": f"number {number}\nWhy you got this: x"}
    return Alert(
        name, None, "figure.raised", "push", "notice", name, f"number {number}", body["text"],
        body, at, thread=thread,
    )  # fmt: skip


class Watched(Courier):
    """A courier that says when it finds nothing to do."""

    idle = asyncio.Event()

    async def _wait(self, destination: Destination) -> None:
        self.idle.set()
        await super()._wait(destination)


Answer = Callable[[str, datetime], int]


@dataclass
class Bench:
    """A courier at work on a store's outbox. ``taken``: what the receiver took, in order."""

    writer: Writer
    courier: Watched
    times: dict[str, datetime]
    taken: list[str] = field(default_factory=list)
    asked: list[tuple[str, datetime]] = field(default_factory=list)
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def pass_time(self, step: timedelta) -> None:
        """Move the clock, and let the courier do what falls due."""
        self.times["now"] += step
        self.courier.idle.clear()
        self.courier.wake()
        await asyncio.wait_for(self.courier.idle.wait(), 20)

    async def states(self) -> list[str]:
        sql = "SELECT state FROM deliveries ORDER BY sequence"
        return await self.writer.run(
            lambda store: [row["state"] for row in store.connection.rows(sql)]
        )


@asynccontextmanager
async def at_work(path: Path, alerts: list[Alert], answer: Answer) -> AsyncIterator[Bench]:
    times = {"now": NOW}
    clock = Clock(wall=lambda: times["now"])

    async def handle(request: web.Request) -> web.Response:
        body = await request.json()
        bench.asked.append((body["id"], times["now"]))
        bench.bodies[body["id"]] = body
        status = answer(body["id"], times["now"])
        if status < 300:
            bench.taken.append(body["id"])
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/hook", handle)
    async with (
        Writer(path) as writer,
        TestServer(app, host="127.0.0.1") as server,
        guarded_session(["127.0.0.0/8"]) as session,
    ):
        await writer.run(lambda store: store.alerts.file(alerts, ["desk"]))
        desk = Destination("desk", str(server.make_url("/hook")))
        sender = Sender(lambda to: session, chance=lambda: 0.0)
        courier = Watched(StoredOutbox(writer, clock, [desk]), sender, [desk], clock.now)
        courier.idle = asyncio.Event()
        bench = Bench(writer, courier, times)
        task = asyncio.create_task(courier.run())
        try:
            await asyncio.wait_for(courier.idle.wait(), 20)
            yield bench
        finally:
            courier.stop()
            await asyncio.wait_for(task, 20)


async def test_a_receiver_that_answers_500_for_six_hours_gets_all_in_order(
    tmp_path: Path,
) -> None:
    alerts = [alert(n, thread=f"thr_{n % 3}", minutes=n * 25) for n in range(12)]
    back = NOW + timedelta(hours=6)
    async with at_work(
        tmp_path / "monitor.db", alerts, lambda _, now: 500 if now < back else 204
    ) as bench:
        for _ in range(int(timedelta(hours=9) / timedelta(minutes=3))):
            await bench.pass_time(timedelta(minutes=3))
        assert bench.taken == [each.id for each in alerts]
        assert set(await bench.states()) == {"delivered"}
        assert len([now for _, now in bench.asked if now < back]) < 150  # it was left in peace
        assert not any("overtakes" in body for body in bench.bodies.values())


async def test_one_message_that_is_refused_is_overtaken_after_an_hour_which_says_so(
    tmp_path: Path,
) -> None:
    stuck, later, other = (
        alert(0, thread="thr_1"),
        alert(1, thread="thr_1", minutes=1),
        alert(2, thread="thr_2", minutes=1),
    )
    async with at_work(
        tmp_path / "monitor.db",
        [stuck, later, other],
        lambda name, _: 500 if name == stuck.id else 204,
    ) as bench:
        await bench.pass_time(timedelta(minutes=59))
        assert bench.taken == [other.id]
        await bench.pass_time(timedelta(minutes=3))
        assert bench.taken == [other.id, later.id]
        body = bench.bodies[later.id]
        assert body["overtakes"] == stuck.id
        assert f"sent before an earlier message ({stuck.id})" in body["text"]


async def test_after_the_last_try_a_dead_letter_is_left_and_nothing_else_waits(
    tmp_path: Path,
) -> None:
    async with at_work(
        tmp_path / "monitor.db",
        [alert(0, thread="thr_1"), alert(1, thread="thr_1", minutes=1)],
        lambda name, _: 500 if name == alert(0, thread="").id else 204,
    ) as bench:
        for _ in range(80):
            await bench.pass_time(timedelta(hours=1))
        assert await bench.states() == ["dead", "delivered"]
        [letter] = await bench.writer.run(lambda store: store.alerts.dead())
        assert letter.note == "HTTP 500: given up after 10 tries"
        tries = [now - NOW for name, now in bench.asked if name == "alr_0000"]
        assert len(tries) <= len(SCHEDULE) + 1  # once more for the one behind it
        [delivery] = await bench.writer.run(lambda store: store.alerts.deliveries("alr_0000"))
        assert delivery.attempts == len(SCHEDULE)
        assert await bench.writer.run(
            lambda store: store.alerts.redeliver_dead(bench.times["now"])
        ) == ["alr_0000"]


def test_what_overtakes_stays_within_the_schema_and_the_bound() -> None:
    [made] = compose(report(), [rising()], NOW)
    delivery = Delivery(
        "dlv_1", made.id, "desk", DeliveryState.PENDING, 0, NOW, made.payload, "alr_" + "f" * 20
    )
    body = as_sent(delivery)
    VALIDATOR.validate(body)
    assert size(body) < LIMIT and len(body["text"].split("\n")) <= 12
    assert as_sent(replace(delivery, overtakes=None)) == made.payload


async def test_a_receiver_that_is_gone_is_told_of_through_another(tmp_path: Path) -> None:
    got: dict[str, list[str]] = {"/gone": [], "/ops": []}

    async def handle(request: web.Request) -> web.Response:
        got[request.path].append((await request.json())["type"])
        return web.Response(status=410 if request.path == "/gone" else 204)

    app = web.Application()
    app.router.add_post("/{any}", handle)
    async with (
        Writer(tmp_path / "monitor.db") as writer,
        TestServer(app, host="127.0.0.1") as server,
        guarded_session(["127.0.0.0/8"]) as session,
    ):
        alerts = [alert(n, thread="thr_1") for n in range(2)]
        await writer.run(lambda store: store.alerts.file(alerts, ["gone"]))
        places = [Destination(name, str(server.make_url(f"/{name}"))) for name in ("gone", "ops")]
        clock = Clock(wall=lambda: NOW)
        courier = Courier(
            StoredOutbox(writer, clock, places), Sender(lambda to: session), places, clock.now
        )
        await courier.drain()
        await courier.drain()
        assert got == {"/gone": ["figure.raised"], "/ops": ["monitor.health"]}
        assert await writer.run(lambda store: store.alerts.pending_count()) == 1
