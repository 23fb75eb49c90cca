"""A server on loopback that answers with exactly the bytes it is told to, however wrong.

A route is the bytes of a whole answer, or a coroutine function that writes to the connection.
What was asked and how many bytes went out is kept for the test to look at.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

Route = bytes | Callable[["Exchange"], Awaitable[None]]


@dataclass
class Exchange:
    """One request as it came, and the connection it is answered on."""

    path: str
    headers: Mapping[str, str]  # lower-case names
    writer: asyncio.StreamWriter
    sent: int = 0

    async def send(self, data: bytes) -> None:
        """Write and wait until the other side takes it."""
        self.writer.write(data)
        await self.writer.drain()
        self.sent += len(data)

    def reset(self) -> None:
        """Break the connection with a reset in place of an orderly end."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


@dataclass
class FaultServer:
    """Serves the routes until left. An async context manager."""

    routes: dict[str, Route]
    exchanges: list[Exchange] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def asked(self, path: str) -> list[Exchange]:
        return [each for each in self.exchanges if each.path == path]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._answer(reader, writer)
        except asyncio.CancelledError:
            pass
        finally:
            self._running.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = lines[0].split(" ")[1]
        pairs = (line.partition(":") for line in lines[1:] if line)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        exchange = Exchange(path, headers, writer)
        self.exchanges.append(exchange)
        route = self.routes.get(path, answer(b"", status="404 Not Found"))
        if isinstance(route, bytes):
            await exchange.send(route)
        else:
            await route(exchange)


def answer(
    body: bytes = b"",
    *headers: str,
    status: str = "200 OK",
    content_type: str = "application/rss+xml",
    length: bool = True,
) -> bytes:
    """A whole HTTP answer. ``headers`` are lines; ``length`` adds the Content-Length."""
    lines = [f"HTTP/1.1 {status}", "Connection: close", *headers]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def redirect(target: str, status: str = "302 Found") -> bytes:
    return answer(b"", f"Location: {target}", status=status)
