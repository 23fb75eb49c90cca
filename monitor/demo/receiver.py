"""A webhook receiver as a user would write one: it verifies, then takes each message once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError


@dataclass(frozen=True, slots=True)
class Received:
    """One message that came in. ``again``: its id was known, so it was not shown a second time."""

    id: str
    payload: dict[str, Any]
    again: bool


@dataclass
class Receiver:
    """Verifies the signature, then answers 204; a known ``webhook-id`` counts once.

    The first try of the first message that ``silent_once`` picks gets no answer at all, as from a
    receiver that takes a message and falls over before it says so.
    """

    secret: str
    silent_once: Callable[[dict[str, Any]], bool] = lambda payload: False
    received: list[Received] = field(default_factory=list)
    refused: int = 0
    hanging: asyncio.Event = field(default_factory=asyncio.Event)  # a try got no answer
    came_again: asyncio.Event = field(default_factory=asyncio.Event)  # a known id was received

    def app(self) -> web.Application:
        """The web application: ``POST /alerts``."""
        app = web.Application()
        app.router.add_post("/alerts", self._take)
        return app

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            Webhook(self.secret).verify(body, dict(request.headers), json_parse=False)
        except (WebhookVerificationError, ValueError):
            self.refused += 1
            return web.Response(status=401, text="the signature does not fit")
        payload = json.loads(body)
        message = request.headers["webhook-id"]
        known = any(each.id == message for each in self.received)
        self.received.append(Received(message, payload, known))
        if known:
            self.came_again.set()
        elif not self.hanging.is_set() and self.silent_once(payload):
            self.hanging.set()
            await asyncio.Event().wait()  # until the sender goes away
        return web.Response(status=204)
