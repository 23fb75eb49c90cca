"""A connector that opens no socket to an address that may not be asked.

Every address is checked twice: when a name is resolved (one forbidden address refuses the name,
with a clear reason), and when the socket is made, which pins the address that was checked and
covers literals, for which aiohttp asks no resolver. A second answer of the name server can't
change what is connected to.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.feeds.addresses import Network, networks, refusal

# Real publishers send headers beyond aiohttp's 8,190 bytes and 128 lines.
HEADER_BYTES = 64 * 1024
HEADER_LINES = 1000
RESOLVING_AT_ONCE = 16  # names
_DIGITS = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


class AddressRefused(OSError):
    """The address behind a host may not be asked. An OSError, as connecting raises those."""


class SystemResolver(AbstractResolver):
    """Asks the system for names, in threads of its own.

    A name server that takes half a minute for one outlet must not hold up the threads that the
    rest of the program works in.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(
            max_workers=RESOLVING_AT_ONCE, thread_name_prefix="names"
        )

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name. Raises ``OSError``."""
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, _addresses, host, port, family
        )
        return [
            ResolveResult(
                hostname=host,
                host=address[0],
                port=port,
                family=kind,
                proto=protocol,
                flags=_DIGITS,
            )
            for kind, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """Let the threads end when their name server has answered."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _addresses(host: str, port: int, family: socket.AddressFamily) -> list[Any]:
    return socket.getaddrinfo(
        host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
    )


class GuardedResolver(AbstractResolver):
    """Resolves names and refuses those with a forbidden address."""

    def __init__(self, allowed: tuple[Network, ...], inner: AbstractResolver | None = None) -> None:
        self._allowed = allowed
        self._inner = inner or SystemResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name. Raises `AddressRefused` if any of them is forbidden."""
        found = await self._inner.resolve(host, port, family)
        for each in found:
            check(each["host"], self._allowed)
        return found

    async def close(self) -> None:
        """Close the resolver behind this one."""
        await self._inner.close()


def check(address: str, allowed: Iterable[Network] = ()) -> None:
    """Raise `AddressRefused` unless the address in digits may be asked."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError as error:
        raise AddressRefused(f"{address} is no address") from error
    reason = refusal(parsed, allowed)
    if reason:
        raise AddressRefused(reason)


def guarded_connector(
    allow_networks: Iterable[str] = (),
    *,
    limit: int = 100,
    resolver: AbstractResolver | None = None,
) -> aiohttp.TCPConnector:
    """A connector for feeds, pages and webhooks alike. Needs a running loop.

    ``allow_networks``: private networks or addresses that the operator opened. ``limit``: open
    connections at most. ``resolver``: asked for names in place of the system's.
    """
    allowed = networks(allow_networks)

    def make_socket(info: Any) -> socket.socket:
        family, kind, protocol, _, address = info
        check(address[0], allowed)
        return socket.socket(family=family, type=kind, proto=protocol)

    return aiohttp.TCPConnector(
        resolver=GuardedResolver(allowed, resolver),
        socket_factory=make_socket,
        limit=limit,
        ttl_dns_cache=60,
    )


def guarded_session(
    allow_networks: Iterable[str] = (),
    *,
    limit: int = 100,
    resolver: AbstractResolver | None = None,
    **options: Any,
) -> aiohttp.ClientSession:
    """A session on a guarded connector: no cookies, no proxy from the environment, roomy headers.

    The caller has to pass ``allow_redirects=False`` or let redirects go through the same
    connector, which checks each hop. ``options`` go to `aiohttp.ClientSession`.
    """
    return aiohttp.ClientSession(
        connector=guarded_connector(allow_networks, limit=limit, resolver=resolver),
        cookie_jar=aiohttp.DummyCookieJar(),
        max_line_size=HEADER_BYTES,
        max_field_size=HEADER_BYTES,
        max_headers=HEADER_LINES,
        trust_env=False,
        **options,
    )


def refused_reason(error: BaseException) -> str | None:
    """The reason if an error goes back to a refused address, however it was wrapped."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, AddressRefused):
            return str(each)
        waiting += [each.__cause__, each.__context__, getattr(each, "os_error", None)]
        waiting += getattr(each, "exceptions", ())
    return None
