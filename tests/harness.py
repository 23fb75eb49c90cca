"""A small outside world on loopback: an outlet's site, a webhook receiver, and the daemon's process.

The daemon runs as a user runs it (``python -m monitor run``), so that it can be killed.
"""

from __future__ import annotations

import asyncio
import html
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook

from monitor.alerts.signing import new_secret

PATIENCE = 90.0  # seconds until a wait counts as failed; a bound, not an expectation

PAGE = """<!DOCTYPE html><html lang="en"><head><title>{title} - {outlet}</title></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a></nav>
<article><h1>{title}</h1>{body}</article>
<div class="related"><a href="/x">Read More</a></div>
<section id="respond"><h3>Leave a Reply</h3></section>
<footer>Powered By : Somebody</footer></body></html>"""


@dataclass
class Piece:
    """One article of the site."""

    slug: str
    title: str
    body: str
    published: datetime


@dataclass
class Site:
    """An outlet: ``/rss.xml`` lists the pieces, each has a page. ``answers`` override paths."""

    outlet: str = "Outlet A"
    pieces: list[Piece] = field(default_factory=list)
    answers: dict[str, Callable[[], web.StreamResponse]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    raw: set[str] = field(default_factory=set)  # pieces whose body is HTML already
    url: str = ""
    _asked: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, slug: str, title: str, body: str, published: datetime) -> str:
        """Publish a piece; returns its address."""
        self.pieces.insert(0, Piece(slug, title, body, published))
        return f"{self.url}/{slug}"

    def edit(self, slug: str, old: str, new: str) -> None:
        """Change a published piece."""
        piece = next(each for each in self.pieces if each.slug == slug)
        assert old in piece.body
        piece.body = piece.body.replace(old, new)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Serve one request."""
        path = request.path.lstrip("/")
        self.asked.append(path)
        self._asked.set()
        if path in self.answers:
            return self.answers[path]()
        if path == "rss.xml":
            return web.Response(text=self._rss(), content_type="application/rss+xml")
        for piece in self.pieces:
            if piece.slug == path:
                return web.Response(text=self._page(piece), content_type="text/html")
        return web.Response(status=404)

    async def wait_until_asked(self, path: str) -> None:
        """Wait until a path was asked for."""
        async with asyncio.timeout(PATIENCE):
            while path not in self.asked:
                self._asked.clear()
                await self._asked.wait()

    def _rss(self) -> str:
        items = "".join(
            f"<item><title>{html.escape(piece.title)}</title><link>{self.url}/{piece.slug}</link>"
            f"<guid>{piece.slug}</guid><pubDate>{format_datetime(piece.published)}</pubDate></item>"
            for piece in self.pieces
        )
        return (
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>{self.outlet}</title>'
            f"<link>{self.url}</link><description>news</description>{items}</channel></rss>"
        )

    def _page(self, piece: Piece) -> str:
        lines = [line for line in piece.body.split("\n") if line]
        body = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
        if piece.slug in self.raw:
            body = piece.body
        return PAGE.format(title=html.escape(piece.title), outlet=self.outlet, body=body)


@dataclass
class Receiver:
    """A webhook receiver that checks each signature. ``statuses``: what to answer first."""

    secret: str = field(default_factory=new_secret)
    statuses: list[int] = field(default_factory=list)
    got: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    url: str = ""
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Take one message."""
        body = await request.text()
        Webhook(self.secret).verify(body, dict(request.headers))
        status = self.statuses.pop(0) if self.statuses else 204
        if status < 300:
            self.got.append((request.headers["webhook-id"], json.loads(body)))
            self._came.set()
        return web.Response(status=status)

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        """The messages of one type, each delivery once."""
        return [body for body in dict(self.got).values() if body["type"] == kind]

    async def wait_for(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        """Wait until so many messages of a type came."""
        async with asyncio.timeout(PATIENCE):
            while len(self.of_type(kind)) < count:
                self._came.clear()
                await self._came.wait()
        return self.of_type(kind)


@asynccontextmanager
async def served(*parts: Site | Receiver) -> AsyncIterator[None]:
    """Serve sites and receivers on loopback; sets their ``url``."""
    runners = []
    try:
        for part in parts:
            app = web.Application()
            app.router.add_route("*", "/{path:.*}", part.answer)
            runner = web.AppRunner(app, access_log=None)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            runners.append(runner)
            part.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield
    finally:
        for runner in runners:
            await runner.cleanup()


def write_config(
    folder: Path, sites: list[Site], receiver: Receiver, *, now: datetime, extra: str = ""
) -> Path:
    """A configuration whose clock starts at ``now``; intervals are short."""
    feeds = "".join(
        f'[[feeds]]\nurl = "{site.url}/rss.xml"\noutlet = "{site.outlet}"\n' for site in sites
    )
    path = folder / "monitor.toml"
    path.write_text(
        f"""[clock]
real_start = {datetime.now(UTC).isoformat()}
start = {now.isoformat()}
[http]
allow_networks = ["127.0.0.0/8"]
host_gap = "0s"
per_host = 8
robots = false
[poll]
interval = "1s"
[extract]
workers = 1
[[destinations]]
name = "desk"
url = "{receiver.url}/hook"
secret = "env:TEST_WEBHOOK_SECRET"
allow_private = true
{extra}
{feeds}""",
        "utf-8",
    )
    return path


@dataclass
class DaemonProcess:
    """A running ``monitor run``."""

    process: asyncio.subprocess.Process
    log: Path

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to end (SIGTERM) and wait; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), PATIENCE)


@asynccontextmanager
async def daemon(config: Path, receiver: Receiver, *options: str) -> AsyncIterator[DaemonProcess]:
    """Run the daemon until the block ends."""
    log = config.parent / "daemon.log"
    with log.open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "monitor", "run", "--config", str(config), *options),
            env=os.environ | {"TEST_WEBHOOK_SECRET": receiver.secret},
            stderr=file,
        )
        try:
            yield DaemonProcess(process, log)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
