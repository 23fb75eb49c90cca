"""The three outlets as a loopback server: feeds that grow, and article pages, by the story's time.

Run apart from the daemon as ``python -m monitor.demo.outlets``, so that killing the daemon leaves
them standing.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from aiohttp import web

from monitor.clock import Clock
from monitor.config import ClockSettings
from monitor.demo.story import OUTLETS, DemoArticle, DemoOutlet, read_story

_IN_FEED = 20  # newest entries
SHUTDOWN = 1.0  # seconds for requests in hand when a server is stopped


class DemoOutlets:
    """Serves what the story's articles are at the time that ``now`` tells."""

    def __init__(self, articles: Sequence[DemoArticle], now: Callable[[], datetime]) -> None:
        self._articles = tuple(articles)
        self._now = now
        self._page = Template(files("monitor.demo").joinpath("page.html").read_text("utf-8"))

    def app(self) -> web.Application:
        """The web application: ``/OUTLET/feed.xml`` and ``/OUTLET/ARTICLE``."""
        app = web.Application()
        app.router.add_get("/{outlet}/feed.xml", self._feed)
        app.router.add_get("/{outlet}/{article}", self._article)
        return app

    def visible(self, outlet: str) -> list[DemoArticle]:
        """What an outlet has published by now, newest first."""
        now = self._now()
        out = [
            article
            for article in self._articles
            if article.outlet.slug == outlet and article.published <= now
        ]
        return out[::-1][:_IN_FEED]

    async def _feed(self, request: web.Request) -> web.Response:
        outlet = next((o for o in OUTLETS if o.slug == request.match_info["outlet"]), None)
        if outlet is None:
            raise web.HTTPNotFound
        return _answer(
            request,
            feed_xml(outlet, self.visible(outlet.slug), _base(request)),
            "application/rss+xml",
        )

    async def _article(self, request: web.Request) -> web.Response:
        slug = request.match_info["article"]
        for article in self.visible(request.match_info["outlet"]):
            if article.slug == slug:
                return _answer(request, self._render(article, _base(request)), "text/html")
        raise web.HTTPNotFound

    def _render(self, article: DemoArticle, base: str) -> str:
        paragraphs = article.paragraphs_at(self._now())
        return self._page.substitute(
            title=escape(article.title),
            outlet=escape(article.outlet.name),
            slug=article.outlet.slug,
            strapline=escape(article.outlet.strapline),
            url=_url(article, base),
            published=article.published.isoformat(),
            published_words=f"{article.published:%A %d %B %Y, %H:%M} UTC",
            body="\n".join(f"        <p>{escape(each)}</p>" for each in paragraphs),
        )


def feed_xml(outlet: DemoOutlet, articles: Sequence[DemoArticle], base: str) -> str:
    """An outlet's RSS 2.0 feed; each entry has the article's first paragraph."""
    items = "".join(
        f"""
    <item>
      <title>{escape(article.title)}</title>
      <link>{_url(article, base)}</link>
      <guid isPermaLink="true">{_url(article, base)}</guid>
      <pubDate>{format_datetime(article.published)}</pubDate>
      <description>{escape(article.paragraphs[0])}</description>
    </item>"""
        for article in articles
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0">
  <channel>
    <title>{escape(outlet.name)}</title>
    <link>{base}/{outlet.slug}/</link>
    <description>{escape(outlet.strapline)}</description>{items}
  </channel>
</rss>
"""


def _url(article: DemoArticle, base: str) -> str:
    return f"{base}/{article.outlet.slug}/{article.slug}"


def _base(request: web.Request) -> str:
    return f"http://{request.host}"


def _answer(request: web.Request, text: str, content_type: str) -> web.Response:
    body = text.encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    return web.Response(
        body=body, content_type=content_type, charset="utf-8", headers={"ETag": etag}
    )


async def serve(app: web.Application) -> tuple[web.AppRunner, int]:
    """Start an application on a free loopback port; the caller cleans the runner up."""
    runner = web.AppRunner(
        app, access_log=None, handler_cancellation=True, shutdown_timeout=SHUTDOWN
    )
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, int(runner.addresses[0][1])


async def _main(clock: Clock, port_file: Path) -> None:
    runner, port = await serve(DemoOutlets(read_story(), clock.now).app())
    written = port_file.with_suffix(".part")
    written.write_text(str(port))
    written.rename(port_file)  # readers never see half a number
    try:
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def main() -> None:
    """Serve until killed; the port's number is written to ``--port-file``."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--port-file", type=Path, required=True)
    parser.add_argument("--real-start", type=datetime.fromisoformat, default=datetime.now(UTC))
    parser.add_argument("--start", type=datetime.fromisoformat, required=True)
    parser.add_argument("--speed", type=float, default=1.0)
    given = parser.parse_args()
    settings = ClockSettings(real_start=given.real_start, start=given.start, speed=given.speed)
    asyncio.run(_main(Clock(settings), given.port_file))


if __name__ == "__main__":
    main()
