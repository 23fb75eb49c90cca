"""Sending: one delivery over HTTP, and the loop that drains the outbox.

Each destination has a courier task of its own, which sends one delivery at a time in the order
the outbox gives; so a slow or dead destination delays no other. After a failed try the oldest
delivery is asked first whether the receiver is back, so that everything then arrives in order.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import aiohttp
import structlog

from monitor import __version__
from monitor.alerts.formats import Format, render
from monitor.alerts.messages import WHY
from monitor.alerts.retry import GONE, Answer, judge
from monitor.alerts.services import notify
from monitor.alerts.signing import signed_headers
from monitor.alerts.templates import MessageTemplate, Rendered
from monitor.errors import MonitorError
from monitor.feeds.dates import http_date
from monitor.feeds.guard import refused_reason
from monitor.inert import one_line
from monitor.outbox import Attempt, Delivery, DeliveryState

log = structlog.get_logger(__name__)

USER_AGENT = f"monitor/{__version__}"
IDLE = 1.0  # seconds between looks into the outbox when nobody wakes us
LONGEST_REST = timedelta(minutes=5)  # of a destination that gave no answer, or failed again
FIRST_REST = timedelta(seconds=10)  # after so many failures in a row; it doubles with each
FAILURES = 3
NOTED = 200  # characters of a refusal's body that are kept


@dataclass(frozen=True, slots=True)
class Destination:
    """An address that alerts go to. ``secrets`` are all live ones, newest first.

    ``allow_private``: addresses of the own network may be asked. ``ops``: gets the messages about
    the monitor's health. ``timeout``: seconds for one try. ``format``: what the receiver takes;
    ``template`` is that of the format of this name.
    """

    name: str
    url: str
    secrets: tuple[str, ...] = ()
    allow_private: bool = False
    ops: bool = False
    timeout: float = 15.0
    format: Format = Format.WEBHOOK
    template: MessageTemplate | None = None


class Outbox(Protocol):
    """What sending asks of the store."""

    async def next_due(self, destination: str, now: datetime) -> Delivery | None:
        """The pending delivery that goes to ``destination`` next, or None."""
        ...

    async def oldest(self, destination: str) -> Delivery | None:
        """The delivery that has waited longest for ``destination``, due or not."""
        ...

    async def record(self, attempt: Attempt) -> None:
        """Keep how a try ended, and with it where its delivery stands."""
        ...

    async def hurry(self, destination: str) -> None:
        """Make everything that waits for a destination due now: it takes messages again."""
        ...

    async def disable(self, destination: str, reason: str) -> None:
        """Send nothing more to a destination until the operator enables it again."""
        ...


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class Sender:
    """Hands one delivery to its destination, once.

    ``session_for`` gives the HTTP session for a destination: the one that refuses private
    addresses, or the one that the operator allowed. ``wall_clock`` stamps the signature (receivers
    compare it with their own clock); ``chance`` gives numbers in [0, 1).
    """

    def __init__(
        self,
        session_for: Callable[[Destination], aiohttp.ClientSession],
        wall_clock: Callable[[], datetime] = _wall_clock,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._session_for = session_for
        self._wall_clock = wall_clock
        self._chance = chance

    async def send(self, delivery: Delivery, destination: Destination, now: datetime) -> Attempt:
        """Try once. Never raises for what the network or the receiver does."""
        if destination.format is Format.APPRISE:
            answer = await notify(destination.url, as_sent(delivery), destination.timeout)
        else:
            answer = await self._post(delivery, destination)
        verdict = judge(answer, delivery.attempts + 1, now, self._chance())
        return Attempt(
            delivery=delivery.id,
            started=now,
            status=answer.status,
            state=verdict.state,
            retry_at=verdict.retry_at,
            note=verdict.note,
        )

    async def _post(self, delivery: Delivery, destination: Destination) -> Answer:
        rendered = _rendered(delivery, destination)
        body = rendered.body
        stamp = self._wall_clock()
        headers = {
            "content-type": rendered.content_type,
            "user-agent": USER_AGENT,
            **signed_headers(destination.secrets, delivery.id, stamp, body),
        }
        try:
            async with self._session_for(destination).post(
                destination.url,
                data=body.encode(),
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=destination.timeout),
            ) as response:
                said = f"HTTP {response.status}"
                if rendered.trouble:
                    said = one_line(f"{said}; {rendered.trouble}", NOTED)
                if response.status >= 400:
                    text = (await response.content.read(4 * NOTED)).decode(errors="replace")
                    said = one_line(f"{said} {text}", NOTED)
                wait = _retry_after(response.headers.get("retry-after"), self._wall_clock())
                return Answer(response.status, wait, said)
        except TimeoutError:
            return Answer(None, note=f"no answer within {destination.timeout:g} s")
        except (aiohttp.ClientError, OSError, MonitorError, ValueError) as error:
            # aiohttp raises ValueError for some malformed addresses and answers
            return Answer(None, note=_trouble(error))


def _rendered(delivery: Delivery, destination: Destination) -> Rendered:
    if destination.template is not None:
        return destination.template.render(as_sent(delivery))
    return Rendered(body_of(render(destination.format, as_sent(delivery))), "application/json")


def as_sent(delivery: Delivery) -> dict[str, Any]:
    """The payload; one that goes before an earlier message of its thread says so."""
    if delivery.overtakes is None:
        return delivery.payload
    said = f"sent before an earlier message ({delivery.overtakes}) that is still on its way"
    lines = str(delivery.payload["text"]).split("\n")
    at = next((n for n, line in enumerate(lines) if line.startswith(WHY)), None)
    if at is None:
        lines[-1] = f"{lines[-1]} · {said}"
    else:
        lines[at] = f"{lines[at]} · {said}"
    return {**delivery.payload, "text": "\n".join(lines), "overtakes": delivery.overtakes}


def body_of(payload: dict[str, Any]) -> str:
    """The one text of a message that is both signed and sent."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))


def _trouble(error: Exception) -> str:
    """What went wrong, without the address: chat services put their secret into its path."""
    reason = refused_reason(error)
    if reason:
        return f"{reason}; set allow_private = true on this destination if you mean it"
    if isinstance(error, aiohttp.ClientConnectorError):
        said = f"cannot connect to {error.host}:{error.port}: {error.strerror}"
    elif isinstance(error, aiohttp.ClientResponseError):
        said = f"the answer is no HTTP: {error.message}"
    elif isinstance(error, ValueError):
        said = "the address of this destination is malformed"
    else:
        said = f"{type(error).__name__}: {error}"
    return one_line(said, NOTED)


def _retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds that a ``Retry-After`` asks for, as a number or a date; None when unreadable."""
    if header is None:
        return None
    if re.fullmatch(r"\s*\d+(\.\d+)?\s*", header):  # the fraction is no standard, but sent
        return float(header)
    at = http_date(header)
    return None if at is None else max(0.0, (at - now).total_seconds())


class Courier:
    """Drains the outbox: one task for each destination until stopped.

    ``clock`` is the time by which deliveries fall due.
    """

    def __init__(
        self,
        outbox: Outbox,
        sender: Sender,
        destinations: Sequence[Destination],
        clock: Callable[[], datetime],
    ) -> None:
        self._outbox = outbox
        self._sender = sender
        self._destinations = tuple(destinations)
        self._clock = clock
        self._stopping = asyncio.Event()
        self._stirred = {destination.name: asyncio.Event() for destination in self._destinations}

    async def run(self) -> None:
        """Send what falls due until :meth:`stop`; the try in hand is finished and recorded."""
        async with asyncio.TaskGroup() as group:
            for destination in self._destinations:
                group.create_task(self._serve(destination), name=f"courier {destination.name}")

    async def drain(self) -> None:
        """Send what is due now, each delivery once, and return. Not beside :meth:`run`."""
        async with asyncio.TaskGroup() as group:
            for destination in self._destinations:
                group.create_task(self._drain(destination))

    def wake(self) -> None:
        """Say that new deliveries may be due now."""
        for event in self._stirred.values():
            event.set()

    def stop(self) -> None:
        """Ask :meth:`run` to end."""
        self._stopping.set()
        self.wake()

    async def _serve(self, destination: Destination) -> None:
        rest_until: datetime | None = None
        failures = 0  # in a row
        is_failing = True  # nobody knows how the receiver does before the first try
        while not self._stopping.is_set():
            now = self._clock()
            attempt = None
            if rest_until is None or now >= rest_until:
                attempt = await self._next(destination, now, is_failing=is_failing)
            if attempt is None:
                await self._wait(destination)
                continue
            is_failing = attempt.state is DeliveryState.PENDING
            failures = failures + 1 if is_failing else 0
            rest_until = _rest(attempt, failures)

    async def _drain(self, destination: Destination) -> None:
        now = self._clock()
        while attempt := await self._next(destination, now, is_failing=False):
            if _rest(attempt, 0) is not None:
                return

    async def _next(
        self, destination: Destination, now: datetime, *, is_failing: bool
    ) -> Attempt | None:
        """Try what is due next, if anything is; how that ended."""
        delivery = await self._outbox.next_due(destination.name, now)
        if delivery is None:
            return None
        if is_failing:
            first = await self._outbox.oldest(destination.name)
            if first is not None and first.id != delivery.id and first.attempts:
                attempt = await self._try(first, destination, now, out_of_turn=True)
                if _rest(attempt, 0) is not None or attempt.state is not DeliveryState.PENDING:
                    return attempt
        return await self._try(delivery, destination, now)

    async def _try(
        self,
        delivery: Delivery,
        destination: Destination,
        now: datetime,
        *,
        out_of_turn: bool = False,
    ) -> Attempt:
        """Send, and keep how it ended with what follows from it."""
        attempt = await self._sender.send(delivery, destination, now)
        attempt = replace(attempt, out_of_turn=out_of_turn)
        await self._outbox.record(attempt)
        if attempt.state is DeliveryState.DELIVERED:
            log.info("delivered", delivery=attempt.delivery, destination=destination.name)
            if delivery.attempts:
                await self._outbox.hurry(destination.name)
            return attempt
        log.warning(
            "not delivered",
            delivery=attempt.delivery,
            destination=destination.name,
            note=attempt.note,
            retry_at=attempt.retry_at and attempt.retry_at.isoformat(),
        )
        if attempt.status == GONE:
            await self._outbox.disable(destination.name, attempt.note)
        return attempt

    async def _wait(self, destination: Destination) -> None:
        stirred = self._stirred[destination.name]
        try:
            await asyncio.wait_for(stirred.wait(), IDLE)
        except TimeoutError:
            return
        stirred.clear()


def _rest(attempt: Attempt, failures: int) -> datetime | None:
    """Until when a destination is left alone: it gave no answer, asked for time, or fails again.

    A refusal of one payload is no reason to hold back the next; ``failures`` in a row are.
    """
    if attempt.retry_at is None:
        return None
    if attempt.status in (None, 429, 503):
        return min(attempt.retry_at, attempt.started + LONGEST_REST)
    if failures < FAILURES:
        return None
    longer: timedelta = FIRST_REST * 2 ** min(failures - FAILURES, 10)
    return attempt.started + min(longer, LONGEST_REST)
