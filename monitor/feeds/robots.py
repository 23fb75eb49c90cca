"""robots.txt of the hosts whose article pages we fetch (RFC 9309), asked once a day each."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from monitor.feeds.http import MOST_HOSTS, Answer, Client
from monitor.intake import Outcome

NAME = "monitor"  # the word robots.txt knows us by
LIMIT = 512 * 1024  # bytes; RFC 9309 asks for at least 500 KiB
_KEPT = 86_400.0  # seconds; RFC 9309 section 2.4
_KEPT_WHEN_UNREACHABLE = 600.0


@dataclass(frozen=True, slots=True)
class _Rules:
    rules: Protego | None  # None: nothing may be fetched
    until: float


class Robots:
    """Says whether a page may be fetched. Feeds that the operator named are never asked about."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[str, _Rules] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def allowed(self, url: str) -> bool:
        """Whether the host's robots.txt lets us fetch this address. Never raises."""
        if len(self._known) >= MOST_HOSTS:
            self._known.clear()
            self._asking.clear()
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        async with self._asking.setdefault(origin, asyncio.Lock()):
            known = self._known.get(origin)
            now = asyncio.get_running_loop().time()
            if known is None or known.until <= now:
                answer = await self._client.get(
                    f"{origin}/robots.txt", limit=LIMIT, accept="text/plain, */*;q=0.1"
                )
                known = self._known[origin] = _rules(answer, now)
        return known.rules is not None and bool(known.rules.can_fetch(url, NAME))


def _rules(answer: Answer, now: float) -> _Rules:
    """What an answer for robots.txt means (RFC 9309, section 2.3.1).

    No such file allows everything; a host in trouble allows nothing for the moment. An address
    that we refuse or a page in place of the file says nothing and allows everything.
    """
    if answer.outcome is Outcome.OK:
        return _Rules(_parsed(answer.body), now + _KEPT)
    if answer.outcome is Outcome.TOO_LARGE:
        return _Rules(_parsed(answer.body.rpartition(b"\n")[0]), now + _KEPT)
    status = answer.status or 0
    if status >= 500 or answer.outcome in (Outcome.TIMEOUT, Outcome.CONNECTION, Outcome.BUSY):
        return _Rules(None, now + (answer.retry_after or _KEPT_WHEN_UNREACHABLE))
    return _Rules(_parsed(b""), now + _KEPT)


def _parsed(body: bytes) -> Protego:
    return Protego.parse(body.replace(b"\x00", b"").decode("utf-8-sig", "replace"))
