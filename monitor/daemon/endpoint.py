"""The daemon's own small server: whether it is well, its alerts as a feed, and judging by a link.

Nothing is changed by a GET: scanners of mail and chats follow every link. The page that a link
opens has a form, and only its button (POST) records a verdict, as a row in ``requests``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

import jinja2
import structlog
from aiohttp import web

from monitor.alerts.atom import atom_feed
from monitor.alerts.formats import LINK_NAMES, without_links
from monitor.alerts.links import Pages, judge_accepts
from monitor.clock import Clock
from monitor.inert import inert
from monitor.mistakes import ConfigError, Mistake
from monitor.outbox import Alert, Verdict
from monitor.store.store import Store
from monitor.store.writer import Writer

log = structlog.get_logger(__name__)

LISTED = 50  # alerts in the feed
PATIENCE = 5.0  # seconds in which a daemon that is well answers about its store
_FORM_BYTES = 16 * 1024

_WORDS = {
    Verdict.RIGHT: "Right",
    Verdict.WRONG_FIGURE: "Read wrongly",
    Verdict.WRONG_THREAD: "Another thread",
    Verdict.NOT_INTERESTING: "Not interesting",
}

_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "no-referrer",  # the token stands in the address
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


class Endpoint:
    """Answers requests from the store.

    ``pages`` has the key that signs the links to judge by; ``destinations`` are those configured.
    """

    def __init__(
        self, writer: Writer, clock: Clock, pages: Pages, destinations: Sequence[str]
    ) -> None:
        self._writer = writer
        self._clock = clock
        self._pages = pages
        self._destinations = destinations
        self._judge_page = jinja2.Environment(
            autoescape=True, undefined=jinja2.StrictUndefined
        ).from_string(files("monitor.daemon").joinpath("judge.html").read_text("utf-8"))

    def application(self) -> web.Application:
        """The routes."""
        application = web.Application(
            client_max_size=_FORM_BYTES, middlewares=[web.middleware(_hardened)]
        )
        application.router.add_get("/health", self.health)
        application.router.add_get("/alerts.atom", self.atom)
        application.router.add_get("/judge/{alert}", self.judge)
        application.router.add_post("/judge/{alert}", self.record)
        return application

    async def health(self, request: web.Request) -> web.Response:
        """What is on file and on the way; 503 when the store does not answer."""
        try:
            well = await asyncio.wait_for(self._writer.run(self._health), PATIENCE)
        except TimeoutError:
            return web.json_response({"status": "stuck"}, status=503)
        return web.json_response(well)

    def _health(self, store: Store) -> dict[str, Any]:
        """What is wrong in a word, the gravest where there are several, and the counts."""
        counts, sick = store.status.counts(), len(store.status.sick_feeds())
        disabled = [each.name for each in store.alerts.disabled(self._destinations)]
        wrong = (
            ("disabled_destinations", disabled),
            ("dead_deliveries", counts.dead),
            ("failing_feeds", sick),
        )
        return {
            "status": next((word for word, found in wrong if found), "good"),
            "feeds": counts.feeds,
            "sick_feeds": sick,
            "waiting_entries": counts.waiting,
            "pending_deliveries": counts.pending,
            "dead_deliveries": counts.dead,
            "disabled_destinations": disabled,
        }

    async def atom(self, request: web.Request) -> web.Response:
        """The newest messages as an Atom feed; ``?watch=NAME`` keeps what a watch asked for."""
        watch = request.query.get("watch")
        alerts = await self._writer.run(lambda store: store.alerts.messages(LISTED, watch))
        body = atom_feed(
            alerts, self._clock.now(), str(self._pages.endpoint_url or request.url.origin())
        )
        return web.Response(body=body, content_type="application/atom+xml", charset="utf-8")

    async def judge(self, request: web.Request) -> web.Response:
        """The page that a link in a message opens."""
        alert = await self._judged(request, request.query.get("token", ""))
        said = request.query.get("said", "")
        return self._page(alert, request.query["token"], said if said in _WORDS else "")

    async def record(self, request: web.Request) -> web.Response:
        """Take a verdict from the page's form."""
        form = await request.post()
        token = str(form.get("token", ""))
        alert = await self._judged(request, token)
        verdict = str(form.get("verdict", ""))
        if verdict not in _WORDS:
            raise web.HTTPBadRequest(text=f"choose one of: {', '.join(Verdict)}")
        said = {
            "alert": alert.id,
            "verdict": verdict,
            "note": str(form.get("note", "")),
            "reader": str(form.get("reader", "")) or "link",
        }
        now = self._clock.now()
        await self._writer.run(lambda store: store.requests.ask("judge", said, now))
        raise web.HTTPSeeOther(request.rel_url.with_query(token=token, said=verdict))

    async def _judged(self, request: web.Request, token: str) -> Alert:
        """The alert that a request's link allows to judge; 404 for any other, whatever is wrong."""
        name, key = request.match_info["alert"], self._pages.judge_key
        if key is None or not judge_accepts(key, name, token):
            raise web.HTTPNotFound(text="this link does not open an alert")
        try:
            return await self._writer.run(lambda store: store.alerts.get(name))
        except KeyError:
            raise web.HTTPNotFound(text="there is no such alert any more") from None

    def _page(self, alert: Alert, token: str, said: str) -> web.Response:
        lines = [inert(line) for line in without_links(alert.text)]
        addresses = alert.payload.get("links") or {}
        links = [
            (name, addresses[key])
            for key, name in LINK_NAMES.items()
            if key != "judge" and addresses.get(key)
        ]
        html = self._judge_page.render(
            title=lines[0], lines=lines[1:], links=links, token=token, said=said, words=_WORDS
        )
        return web.Response(text=html, content_type="text/html", charset="utf-8")


async def _hardened(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        response = await handler(request)
    except web.HTTPException as error:
        error.headers.update(_HEADERS)
        raise
    response.headers.update(_HEADERS)
    return response


@asynccontextmanager
async def serving(application: web.Application, listen: str) -> AsyncIterator[None]:
    """Serve while the block runs. Raises `ConfigError` when the place is taken."""
    host, _, port = listen.rpartition(":")
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host.strip("[]"), int(port)).start()
        except OSError as error:
            problem = f"cannot listen on {listen}: {error.strerror or error}"
            remedy = "choose another port, or stop what listens there"
            raise ConfigError([Mistake("endpoint.listen", problem, remedy)]) from error
        log.info("listening", address="{}:{}".format(*runner.addresses[0][:2]))
        yield
    finally:
        await runner.cleanup()
