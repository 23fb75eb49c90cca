"""Signing, the retry decision, and couriers against a real receiver on the loopback."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook

from monitor.alerts.delivery import Courier, Destination, Sender
from monitor.alerts.formats import Format
from monitor.alerts.messages import compose
from monitor.alerts.retry import SCHEDULE, Answer, judge
from monitor.alerts.signing import check_secret, new_secret, signed_headers
from monitor.errors import InputError
from monitor.feeds.guard import guarded_session
from monitor.outbox import Attempt, Delivery, DeliveryState
from tests.alerts.alert_claims import NOW, report, rising

PENDING, DELIVERED, DEAD = DeliveryState.PENDING, DeliveryState.DELIVERED, DeliveryState.DEAD


# ---------------------------------------------------------------- signing


def by_hand(secret: str, headers: dict[str, str], body: bytes) -> str:
    """The signature as the specification words it, without the library."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def test_the_library_and_an_independent_hmac_agree() -> None:
    secret, body = new_secret(), '{"text":"≥ 5,087"}'
    headers = signed_headers([secret], "dlv_1", datetime.now(UTC), body)
    assert headers["webhook-signature"] == by_hand(secret, headers, body.encode())
    assert Webhook(secret).verify(body, headers) == {"text": "≥ 5,087"}


def test_a_local_time_is_converted_not_relabelled() -> None:
    secret = new_secret()
    local = NOW.astimezone(timezone(timedelta(hours=9)))
    assert signed_headers([secret], "dlv_1", local, "{}") == signed_headers(
        [secret], "dlv_1", NOW, "{}"
    )


def test_each_live_secret_signs_during_a_rotation() -> None:
    new, old = new_secret(), new_secret()
    headers = signed_headers([new, old], "dlv_1", datetime.now(UTC), "{}")
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (new, old):
        Webhook(secret).verify("{}", headers)


def test_without_a_secret_nothing_pretends_to_be_signed() -> None:
    assert "webhook-signature" not in signed_headers([], "dlv_1", NOW, "{}")


@pytest.mark.parametrize(
    ("secret", "wrong"),
    [
        ("hunter2", "starts with"),
        ("whsec_???", "not base64"),
        ("whsec_" + base64.b64encode(b"short").decode(), "holds 5 bytes"),
    ],
)
def test_a_bad_secret_is_named_without_repeating_it(secret: str, wrong: str) -> None:
    with pytest.raises(InputError, match=wrong) as caught:
        check_secret(secret)
    assert secret not in str(caught.value)
    check_secret(new_secret())


# ---------------------------------------------------------------- when to try again


@pytest.mark.parametrize(
    ("status", "state"),
    [
        *[(status, DELIVERED) for status in (200, 201, 202, 204, 299)],
        *[(status, PENDING) for status in (301, 302, 304, 307, 308)],
        *[(status, DEAD) for status in (400, 410, 413, 422)],
        *[(status, PENDING) for status in (401, 403, 404, 408, 409, 418, 425, 429)],
        *[(status, PENDING) for status in (500, 502, 503, 504, 599, 100)],
        (None, PENDING),
    ],
)
def test_only_2xx_delivers(status: int | None, state: DeliveryState) -> None:
    verdict = judge(Answer(status), tries=1, now=NOW, chance=0)
    assert verdict.state is state
    assert (verdict.retry_at is not None) == (state is PENDING)
    assert verdict.note


def test_the_schedule_lasts_three_days_and_then_gives_up() -> None:
    at = NOW
    for tries in range(1, len(SCHEDULE)):
        verdict = judge(Answer(500), tries, at, chance=0)
        assert verdict.retry_at == at + SCHEDULE[tries]
        at = verdict.retry_at
    assert at - NOW == timedelta(hours=75, minutes=35, seconds=5)
    last = judge(Answer(500), len(SCHEDULE), at, chance=0)
    assert (last.state, last.retry_at) == (DEAD, None)
    assert last.note == "HTTP 500: given up after 10 tries"


def test_chance_only_lengthens_a_wait_and_by_a_fifth_at_most() -> None:
    waits = [judge(Answer(500), 2, NOW, chance).retry_at - NOW for chance in (0, 0.5, 0.999)]
    assert waits[0] == timedelta(minutes=5) < waits[1] < waits[2] < timedelta(minutes=6)


@pytest.mark.parametrize(
    ("status", "asked", "wait"),
    [
        (429, 120.0, timedelta(seconds=120)),
        (503, 1.0, timedelta(seconds=5)),  # sooner than we would: our wait counts
        (503, 10.0**9, timedelta(hours=24)),
        (500, 120.0, timedelta(seconds=5)),
        (429, None, timedelta(seconds=5)),
    ],
)
def test_retry_after_is_honoured(status: int, asked: float | None, wait: timedelta) -> None:
    assert judge(Answer(status, asked), 1, NOW, chance=0).retry_at == NOW + wait


# ---------------------------------------------------------------- a receiver


@dataclass
class Receiver:
    """Keeps what it got and answers what it is told to, once a list of answers is used up 200."""

    answers: list[web.Response | int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    hold: asyncio.Event | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.got.append((dict(request.headers), await request.read()))
        self.arrived.set()
        if self.hold is not None:
            await self.hold.wait()
        answer = self.answers.pop(0) if self.answers else 200
        return answer if isinstance(answer, web.Response) else web.Response(status=answer)

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]


@asynccontextmanager
async def serving(receiver: Receiver):
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url("/hook"))


@asynccontextmanager
async def sending(**options):
    session = guarded_session(["127.0.0.0/8"])
    async with session:
        yield Sender(lambda destination: session, chance=lambda: 0.0, **options)


def delivery(name: str = "dlv_1", destination: str = "desk", attempts: int = 0) -> Delivery:
    [alert] = compose(report(), [rising()], NOW)
    return Delivery(name, alert.id, destination, PENDING, attempts, NOW, alert.payload)


async def test_what_is_sent_verifies_both_ways_and_keeps_its_id() -> None:
    receiver, secret = Receiver([500]), new_secret()
    clock = _ticking([datetime.now(UTC) - timedelta(seconds=7), datetime.now(UTC)])
    async with serving(receiver) as url, sending(wall_clock=clock) as sender:
        desk = Destination("desk", url, (secret,))
        first = await sender.send(delivery(), desk, NOW)
        second = await sender.send(delivery(attempts=1), desk, NOW)
    assert (first.state, first.status, first.retry_at) == (PENDING, 500, NOW + SCHEDULE[1])
    assert (second.state, second.status, second.retry_at) == (DELIVERED, 200, None)
    assert receiver.ids == ["dlv_1", "dlv_1"]
    for headers, body in receiver.got:
        lowered = {key.lower(): value for key, value in headers.items()}
        payload = Webhook(secret).verify(body, lowered)
        assert payload == delivery().payload
        assert lowered["webhook-signature"] == by_hand(secret, lowered, body)
        assert lowered["content-type"] == "application/json"
    times = [int(headers["webhook-timestamp"]) for headers, _ in receiver.got]
    assert times[1] - times[0] == 7


def _ticking(times: list[datetime]):
    """A clock that stands twice on each time: once for the stamp, once for the answer."""
    doubled = iter([time for time in times for _ in range(2)])
    return lambda: next(doubled)


async def test_a_redirect_is_not_followed() -> None:
    receiver = Receiver([web.Response(status=307, headers={"location": "/hook"})])
    async with serving(receiver) as url, sending() as sender:
        attempt = await sender.send(delivery(), Destination("desk", url), NOW)
    assert (attempt.state, attempt.status) == (PENDING, 307)
    assert "not followed" in attempt.note
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", 120),
        ("7.5", 7.5),
        ("Mon, 23 Oct 2023 14:31:08 GMT", 600),
        ("soon", 5),
        ("-3", 5),
    ],
)
async def test_retry_after_as_a_number_or_a_date(header: str, wait: float) -> None:
    receiver = Receiver([web.Response(status=503, headers={"retry-after": header})])
    async with serving(receiver) as url, sending(wall_clock=lambda: NOW) as sender:
        attempt = await sender.send(delivery(), Destination("desk", url), NOW)
    assert attempt.retry_at == NOW + timedelta(seconds=wait)


async def test_a_refusals_reason_is_kept_inert_and_short() -> None:
    body = "no such\nchannel\x1b[31m" + "x" * 5000
    receiver = Receiver([web.Response(status=422, text=body)])
    async with serving(receiver) as url, sending() as sender:
        attempt = await sender.send(delivery(), Destination("desk", url), NOW)
    assert attempt.state is DEAD
    assert attempt.note.startswith("HTTP 422 no such channel [31mxxx")
    assert len(attempt.note) < 300


async def test_silence_refusal_and_forbidden_addresses_are_tries_too() -> None:
    receiver = Receiver(hold=asyncio.Event())
    async with serving(receiver) as url, sending() as sender:
        slow = await sender.send(delivery(), Destination("desk", url, timeout=0.05), NOW)
        assert (slow.state, slow.status) == (PENDING, None)
        assert slow.note == "no answer within 0.05 s"
        receiver.hold.set()
        async with guarded_session() as strict:
            guarded = Sender(lambda destination: strict, chance=lambda: 0.0)
            refused = await guarded.send(delivery(), Destination("desk", url), NOW)
        assert (refused.state, refused.status) == (PENDING, None)
        assert "loopback" in refused.note
    async with sending() as sender:
        down = await sender.send(delivery(), Destination("desk", url), NOW)
    assert (down.state, down.status) == (PENDING, None)


async def test_apprise_takes_a_message_or_says_no() -> None:
    receiver = Receiver([200, 500])
    async with serving(receiver) as url, sending() as sender:
        address = url.replace("http://", "json://")
        desk = Destination("desk", address, format=Format.APPRISE)
        taken = await sender.send(delivery(), desk, NOW)
        refused = await sender.send(delivery(), desk, NOW)
        unknown = await sender.send(delivery(), replace(desk, url="nonsense"), NOW)
    assert (taken.state, taken.status) == (DELIVERED, None)
    assert [each.state for each in (refused, unknown)] == [PENDING, PENDING]
    assert unknown.note == "this is no address that Apprise knows"
    message = json.loads(receiver.got[0][1])
    assert message["title"].startswith("▲ Gaza Strip")
    assert "Why you got this: crossed 5,000" in message["message"]


async def test_a_missing_apprise_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    async with sending() as sender:
        attempt = await sender.send(
            delivery(), Destination("desk", "ntfys://x", format=Format.APPRISE), NOW
        )
    assert attempt.state is PENDING and "pip install 'monitor[apprise]'" in attempt.note


async def test_the_secret_in_an_address_is_never_noted() -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"HTTP/9.9 what\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    notes = []
    async with server, sending() as sender:
        for url in (
            f"http://127.0.0.1:{port}/T0KEN?key=T0KEN",
            "http://127.0.0.1:1/T0KEN",
            "http://[T0KEN/x",
            "http://nowhere.invalid/T0KEN",
        ):
            attempt = await sender.send(delivery(), Destination("desk", url), NOW)
            assert (attempt.state, attempt.status) == (PENDING, None)
            notes.append(attempt.note)
    assert not any("T0KEN" in note for note in notes), notes
    assert all(notes)


# ---------------------------------------------------------------- couriers


class Shelf:
    """An outbox in memory, with the promises of the real one."""

    def __init__(self, *deliveries: Delivery) -> None:
        self.deliveries = {each.id: each for each in deliveries}
        self.attempts: list[Attempt] = []
        self.disabled: dict[str, str] = {}
        self.changed = asyncio.Condition()
        self.looked = asyncio.Event()

    async def next_due(self, destination: str, now: datetime) -> Delivery | None:
        self.looked.set()
        for each in self.deliveries.values():
            if (
                each.destination == destination
                and each.state is PENDING
                and each.due_at <= now
                and destination not in self.disabled
            ):
                return each
        return None

    async def oldest(self, destination: str) -> Delivery | None:
        waiting = (each for each in self.deliveries.values() if each.state is PENDING)
        return next((each for each in waiting if each.destination == destination), None)

    async def record(self, attempt: Attempt) -> None:
        async with self.changed:
            self.attempts.append(attempt)
            if attempt.out_of_turn and attempt.state is PENDING:
                return
            each = self.deliveries[attempt.delivery]
            self.deliveries[each.id] = replace(
                each,
                state=attempt.state,
                attempts=each.attempts + 1,
                due_at=attempt.retry_at or each.due_at,
            )
            self.changed.notify_all()

    async def hurry(self, destination: str) -> None:
        for each in list(self.deliveries.values()):
            if each.destination == destination and each.state is PENDING:
                self.deliveries[each.id] = replace(each, due_at=NOW)

    async def disable(self, destination: str, reason: str) -> None:
        self.disabled[destination] = reason

    async def until(self, check) -> None:
        async with self.changed:
            await asyncio.wait_for(self.changed.wait_for(check), 10)

    def states(self) -> list[DeliveryState]:
        return [each.state for each in self.deliveries.values()]


@asynccontextmanager
async def running(shelf: Shelf, destinations: list[Destination], clock=lambda: NOW):
    async with sending() as sender:
        courier = Courier(shelf, sender, destinations, clock)
        task = asyncio.create_task(courier.run())
        try:
            yield courier
        finally:
            courier.stop()
            await asyncio.wait_for(task, 10)


async def test_a_stuck_destination_delays_no_other() -> None:
    stuck, quick = Receiver(hold=asyncio.Event()), Receiver()
    shelf = Shelf(
        delivery("dlv_1", "stuck"), *[delivery(f"dlv_{n}", "quick") for n in range(2, 12)]
    )
    async with serving(stuck) as slow_url, serving(quick) as url:
        places = [Destination("stuck", slow_url, timeout=60), Destination("quick", url)]
        async with running(shelf, places):
            await shelf.until(lambda: shelf.states().count(DELIVERED) == 10)
            assert quick.ids == [f"dlv_{n}" for n in range(2, 12)]
            stuck.hold.set()
            await shelf.until(lambda: shelf.states().count(DELIVERED) == 11)


async def test_a_refused_payload_blocks_nothing() -> None:
    receiver = Receiver([400, 200])
    shelf = Shelf(delivery("dlv_1"), delivery("dlv_2"))
    async with serving(receiver) as url, running(shelf, [Destination("desk", url)]):
        await shelf.until(lambda: len(shelf.attempts) == 2)
    assert shelf.states() == [DEAD, DELIVERED]


async def test_a_receiver_that_is_gone_is_left_alone() -> None:
    receiver = Receiver([410])
    shelf = Shelf(delivery("dlv_1"), delivery("dlv_2"))
    async with serving(receiver) as url, running(shelf, [Destination("desk", url)]):
        await shelf.until(lambda: shelf.attempts)
    assert shelf.states() == [DEAD, PENDING]
    assert list(shelf.disabled) == ["desk"]
    assert len(receiver.got) == 1


async def test_a_receiver_that_was_down_for_six_hours_gets_all_in_order() -> None:
    receiver = Receiver()
    shelf = Shelf(*[delivery(f"dlv_{n}") for n in range(5)])
    clock = {"now": NOW}
    up_at = NOW + timedelta(hours=6)

    async def handle(request: web.Request) -> web.Response:
        receiver.answers = [] if clock["now"] >= up_at else [503]
        return await Receiver.handle(receiver, request)

    app = web.Application()
    app.router.add_post("/hook", handle)
    async with TestServer(app, host="127.0.0.1") as server:
        url = str(server.make_url("/hook"))
        async with running(shelf, [Destination("desk", url)], lambda: clock["now"]) as courier:
            for _ in range(120):
                clock["now"] += timedelta(minutes=5)
                shelf.looked.clear()
                courier.wake()
                await asyncio.wait_for(shelf.looked.wait(), 10)
            await shelf.until(lambda: shelf.states() == [DELIVERED] * 5)
    taken = [attempt.delivery for attempt in shelf.attempts if attempt.state is DELIVERED]
    assert taken == [f"dlv_{n}" for n in range(5)]
    # The first retry that is taken brings all the others without their own waits.
    at = [each.started for each in shelf.attempts if each.state is DELIVERED]
    assert at[-1] - at[0] < timedelta(hours=1)
    assert not any(up_at <= each.started and each.status == 503 for each in shelf.attempts)
    assert set(receiver.ids) == set(taken)  # every double came under its own id


async def test_stopping_finishes_the_try_in_hand() -> None:
    receiver = Receiver(hold=asyncio.Event())
    shelf = Shelf(delivery("dlv_1"), delivery("dlv_2"))
    async with serving(receiver) as url, sending() as sender:
        courier = Courier(shelf, sender, [Destination("desk", url)], lambda: NOW)
        task = asyncio.create_task(courier.run())
        await asyncio.wait_for(receiver.arrived.wait(), 10)
        courier.stop()
        receiver.hold.set()
        await asyncio.wait_for(task, 10)
    assert shelf.states() == [DELIVERED, PENDING]


async def test_the_body_is_the_payload_and_nothing_else() -> None:
    receiver = Receiver()
    async with serving(receiver) as url, sending() as sender:
        await sender.send(delivery(), Destination("desk", url), NOW)
    assert json.loads(receiver.got[0][1]) == delivery().payload
    assert "webhook-signature" not in {key.lower() for key in receiver.got[0][0]}


async def test_draining_sends_what_is_due_once_and_returns() -> None:
    well, down = Receiver([500]), Receiver([503])
    late = replace(delivery("dlv_9", "well"), due_at=NOW + timedelta(hours=1))
    shelf = Shelf(
        delivery("dlv_1", "well"), delivery("dlv_2", "well"), late,
        delivery("dlv_3", "down"), delivery("dlv_4", "down"),
    )  # fmt: skip
    async with serving(well) as url, serving(down) as other, sending() as sender:
        places = [Destination("well", url), Destination("down", other)]
        await asyncio.wait_for(Courier(shelf, sender, places, lambda: NOW).drain(), 10)
    assert well.ids == ["dlv_1", "dlv_2"]
    assert down.ids == ["dlv_3"]  # which asked for time: the next is left for later
    assert shelf.states() == [PENDING, DELIVERED, PENDING, PENDING, PENDING]
