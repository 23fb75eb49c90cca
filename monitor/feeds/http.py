"""Asking for one address, politely and safely; every problem becomes an outcome with a note.

A thin shell around aiohttp. It waits its turn with the host, checks every hop, counts the
decompressed bytes while they come in, and never raises out of `Client.get`.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver

from monitor import __version__
from monitor.feeds.addresses import networks, url_refusal
from monitor.feeds.guard import guarded_session, refused_reason
from monitor.feeds.headers import retry_after
from monitor.feeds.unpacking import CutShort, TooLarge, Unpacker
from monitor.inert import one_line
from monitor.intake import Outcome, Validators

MIB = 2**20
FEED_TYPES = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
PAGE_TYPES = "text/html, application/xhtml+xml, */*;q=0.1"
MOST_HOSTS = 5000  # that are remembered at once
_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
# A byte of a header that is no UTF-8, as aiohttp hands it on (PEP 383).
_BYTE = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Manners:
    """How we ask: limits of size and time, and what a host can expect of us. Times in seconds."""

    contact: str = ""  # an address or page where a publisher can reach the operator
    timeout: float = 30.0  # of one request with its redirects, without the wait for a turn
    concurrency: int = 16  # requests in flight, over all hosts
    per_host: int = 2  # requests in flight, on one host
    host_gap: float = 2.0  # between two starts on one host
    feed_limit: int = 15 * MIB  # bytes after decompression
    page_limit: int = 3 * MIB
    redirects: int = 8
    robots: bool = True  # ask robots.txt before an article page
    allow_networks: tuple[str, ...] = ()  # private networks that may be asked
    pause_host: bool = True  # Retry-After holds for the whole host, not for the one address

    @property
    def user_agent(self) -> str:
        """The program's name and version, and whom to write to."""
        contact = " ".join(self.contact.split())
        return f"monitor/{__version__}" + (f" (+{contact})" if contact else "")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking for one address. ``headers`` have lower-case names.

    ``body`` is what came of it, whole only when the outcome is `Outcome.OK`.
    """

    url: str
    outcome: Outcome
    seconds: float = 0.0
    status: int | None = None
    final_url: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    hops: tuple[int, ...] = ()  # statuses of the redirects on the way
    cookies: Mapping[str, str] = field(default_factory=dict)  # set by the last hop
    retry_after: float | None = None
    note: str = ""
    truncated: bool = False  # the connection ended before the body did

    @property
    def content_type(self) -> str | None:
        """The Content-Type header as sent."""
        return self.headers.get("content-type")

    @property
    def validators(self) -> Validators:
        """What the next conditional request sends back, verbatim; odd bytes can't be."""
        etag, modified = self.headers.get("etag", ""), self.headers.get("last-modified", "")
        return Validators(
            etag if etag.isascii() and etag else None,
            modified if modified.isascii() and modified else None,
        )

    @property
    def moved(self) -> bool:
        """Whether every redirect on the way was permanent."""
        return bool(self.hops) and all(hop in _PERMANENT for hop in self.hops)


@dataclass(slots=True)
class _Host:
    turns: asyncio.Semaphore
    asking: int = 0  # requests in flight or in line
    next_start: float = 0.0
    paused_until: float = 0.0

    def reserve(self, now: float, gap: float) -> float:
        """Seconds to wait until the next start; takes that start."""
        start = max(now, self.next_start)
        self.next_start = start + gap
        return start - now

    def is_idle(self, now: float) -> bool:
        """Whether nobody asks it or waits for it, and nothing of it has to be remembered."""
        return not self.asking and max(self.next_start, self.paused_until) <= now


class Client:
    """Asks for addresses. An async context manager; `get` may be called concurrently."""

    def __init__(self, manners: Manners = Manners(), resolver: AbstractResolver | None = None):
        self.manners = manners
        self._allowed = networks(manners.allow_networks)
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None
        self._in_flight = asyncio.Semaphore(manners.concurrency)
        self._hosts: dict[str, _Host] = {}

    async def __aenter__(self) -> Self:
        """Open the session."""
        self._session = guarded_session(
            self.manners.allow_networks,
            limit=self.manners.concurrency,
            resolver=self._resolver,
            auto_decompress=False,
            headers={
                "User-Agent": self.manners.user_agent,
                "Accept-Encoding": Unpacker.ENCODINGS,
            },
            timeout=aiohttp.ClientTimeout(total=None),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the session and its connections."""
        if self._session is not None:
            await self._session.close()

    async def get(
        self,
        url: str,
        *,
        limit: int,
        accept: str = PAGE_TYPES,
        validators: Validators = Validators(),
    ) -> Answer:
        """Ask for one address, following redirects. Never raises but when cancelled.

        ``limit``: bytes of the body after decompression. With ``validators`` the request is
        conditional, and `Outcome.UNCHANGED` the answer if nothing changed.
        """
        headers = {"Accept": accept}
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        answer = Answer(url, Outcome.REDIRECTS, final_url=url)
        # Some hosts set a cookie and send us to the same address once more. Cookies live for this
        # one call, and each goes back only to the host that set it.
        cookies: dict[str, dict[str, str]] = {}
        seen: list[tuple[str, str]] = []
        while True:
            target = answer.final_url or url
            host = _host_of(target)
            cookie = "; ".join(f"{name}={value}" for name, value in cookies.get(host, {}).items())
            circle = (target, cookie) in seen
            if circle or len(seen) > self.manners.redirects:
                note = "redirects in a circle" if circle else "too many redirects"
                note = one_line(f"{note}, last to {target}")
                return replace(answer, outcome=Outcome.REDIRECTS, note=note)
            seen.append((target, cookie))
            left = self.manners.timeout - answer.seconds
            sent = headers | {"Cookie": cookie} if cookie else headers
            hop = await self._hop(target, sent, limit, left)
            cookies.setdefault(host, {}).update(hop.cookies)
            answer = replace(
                hop, url=url, seconds=answer.seconds + hop.seconds, hops=answer.hops + hop.hops
            )
            if not hop.hops:
                return replace(answer, note=one_line(hop.note))

    async def _hop(self, url: str, headers: Mapping[str, str], limit: int, left: float) -> Answer:
        """One request without redirects; a redirect comes back with ``hops`` and its target."""
        reason = url_refusal(url, self._allowed)
        if reason:
            return Answer(url, Outcome.REFUSED, final_url=url, note=reason)
        host = self._host(url)
        clock = asyncio.get_running_loop().time
        async with self._turn(host):
            if host.paused_until > clock():
                wait = host.paused_until - clock()
                note = f"the host asked for a pause, {wait:.0f} s are left"
                return Answer(url, Outcome.BUSY, final_url=url, retry_after=wait, note=note)
            started = clock()
            answer = await self._ask(url, headers, limit, left)
            answer = replace(answer, seconds=clock() - started)
            if answer.outcome is Outcome.BUSY and answer.retry_after and self.manners.pause_host:
                host.paused_until = clock() + answer.retry_after
        return answer

    def _host(self, url: str) -> _Host:
        name = _host_of(url)
        if name not in self._hosts:
            if len(self._hosts) >= MOST_HOSTS:
                self._forget_idle_hosts()
            self._hosts[name] = _Host(asyncio.Semaphore(self.manners.per_host))
        return self._hosts[name]

    def _forget_idle_hosts(self) -> None:
        """Links lead to more and more hosts; one that waits for nothing is soon made again."""
        now = asyncio.get_running_loop().time()
        self._hosts = {name: host for name, host in self._hosts.items() if not host.is_idle(now)}

    @contextlib.asynccontextmanager
    async def _turn(self, host: _Host) -> AsyncIterator[None]:
        """Wait for a turn: first with the host, so that a slow host holds up nobody else."""
        host.asking += 1
        try:
            async with host.turns:
                now = asyncio.get_running_loop().time()
                wait = 0.0 if host.paused_until > now else host.reserve(now, self.manners.host_gap)
                if wait > 0:
                    await asyncio.sleep(wait)
                async with self._in_flight:
                    yield
        finally:
            host.asking -= 1

    async def _ask(self, url: str, headers: Mapping[str, str], limit: int, left: float) -> Answer:
        assert self._session is not None, "enter the client first"
        known = Answer(url, Outcome.CONNECTION, final_url=url)
        body = bytearray()
        try:
            async with (
                asyncio.timeout(max(left, 0.001)),
                self._session.get(url, headers=headers, allow_redirects=False) as response,
            ):
                known = _head(url, response)
                if known.hops or response.status == 304:
                    return known
                await _read(response, body, limit)
                if known.outcome is Outcome.OK and not body.strip():
                    return replace(known, outcome=Outcome.EMPTY, note="an empty body")
                return replace(known, body=bytes(body))
        except TimeoutError:
            note = f"no full answer within {self.manners.timeout:.0f} s"
            return replace(known, outcome=Outcome.TIMEOUT, body=bytes(body), note=note)
        except TooLarge as error:
            return replace(known, outcome=Outcome.TOO_LARGE, body=bytes(body), note=str(error))
        except (aiohttp.ClientPayloadError, CutShort) as error:
            cut = isinstance(error, CutShort)
            note = str(error) if cut else f"cut short after {len(body)} bytes"
            return replace(
                known, outcome=Outcome.CONNECTION, body=bytes(body), note=note, truncated=True
            )
        # A border: whatever a hostile answer makes aiohttp, ssl or a codec raise is an outcome.
        except Exception as error:
            outcome, note = _problem(error)
            return replace(known, outcome=outcome, body=bytes(body), note=note)


def _host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _head(url: str, response: aiohttp.ClientResponse) -> Answer:
    """The answer as far as its status and headers tell."""
    headers = {name.lower(): _BYTE.sub("\ufffd", each) for name, each in response.headers.items()}
    status = response.status
    answer = Answer(url, _by_status(status), status=status, final_url=url, headers=headers)
    if status in _REDIRECTS:
        location = _BYTE.sub(_percent, response.headers.get("location", "").strip())
        if not location:
            note = f"a redirect ({status}) to nowhere"
            return replace(answer, outcome=Outcome.HTTP_ERROR, note=note)
        target = _without_fragment(urljoin(url, location))
        cookies = {name: morsel.value for name, morsel in response.cookies.items()}
        return replace(
            answer, outcome=Outcome.REDIRECTS, final_url=target, hops=(status,), cookies=cookies
        )
    if answer.outcome is Outcome.BUSY:
        answer = replace(answer, retry_after=retry_after(headers))
    if answer.outcome not in (Outcome.OK, Outcome.UNCHANGED):
        wall = " (a challenge for browsers)" if "cf-mitigated" in headers else ""
        answer = replace(answer, note=f"{status} {response.reason or ''}".strip() + wall)
    return answer


def _percent(byte: re.Match[str]) -> str:
    return f"%{ord(byte[0]) - 0xDC00:02X}"


def _by_status(status: int) -> Outcome:
    if status == 304:
        return Outcome.UNCHANGED
    if status in (404, 410):
        return Outcome.GONE
    if status in (429, 503):
        return Outcome.BUSY
    return Outcome.OK if 200 <= status < 300 else Outcome.HTTP_ERROR


async def _read(response: aiohttp.ClientResponse, body: bytearray, limit: int) -> None:
    """Read the body into ``body``, decompressing, at most ``limit`` bytes."""
    unpacker = Unpacker(response.headers.get("Content-Encoding", ""), limit)
    while chunk := await response.content.readany():
        body += unpacker.feed(chunk)
    body += unpacker.end()


def _without_fragment(url: str) -> str:
    return url.partition("#")[0]


def _problem(error: Exception) -> tuple[Outcome, str]:
    """Outcome and note of an error below the protocol."""
    reason = refused_reason(error)
    if reason:
        return Outcome.REFUSED, reason
    if isinstance(error, aiohttp.InvalidURL | ValueError):
        return Outcome.REFUSED, f"not an address: {error}"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Outcome.CONNECTION, "the host's name is not known"
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return Outcome.CONNECTION, f"no trusted TLS connection: {error}"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return Outcome.CONNECTION, "the host closed the connection without an answer"
    if isinstance(error, aiohttp.ClientResponseError):
        return Outcome.CONNECTION, f"an answer that is no HTTP: {error.message}"
    return Outcome.CONNECTION, str(error) or type(error).__name__
