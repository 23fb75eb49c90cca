"""The outbox: does a long queue drain in bounded memory, and how fast?

``python benchmarks/outbox.py [deliveries]``: 100,000 by default, each of about 4 kB, to one
receiver on loopback that takes every message. Prints messages a second and the peak memory of the
process before and after; the memory must not grow with the queue.
"""

from __future__ import annotations

import asyncio
import logging
import resource
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from monitor.alerts.delivery import Courier, Destination, Sender
from monitor.alerts.samples import sample_alerts
from monitor.claims import content_id
from monitor.clock import Clock
from monitor.daemon.outbox import StoredOutbox
from monitor.feeds.guard import guarded_session
from monitor.store import Store
from monitor.store.writer import Writer

NOW = datetime(2031, 5, 4, 12, tzinfo=UTC)
THREADS = 500
GROWTH = 64  # MB that the process may grow while it drains


def fill(store: Store, count: int) -> None:
    """Put so many pending deliveries into the outbox."""
    sample = sample_alerts(NOW)[0]
    with store.transaction():
        for number in range(count):
            name = content_id("alr", number)
            alert = replace(sample, id=name, lead=name, thread=f"thr_{number % THREADS}")
            store.alerts.file([replace(alert, payload={**alert.payload, "id": name})], ["desk"])


def peak() -> int:
    """The most memory that the process had so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


async def drain(path: Path) -> int:
    """Deliver everything; how much the receiver took."""
    taken = 0

    async def handle(request: web.Request) -> web.Response:
        nonlocal taken
        await request.read()
        taken += 1
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/hook", handle)
    async with (
        Writer(path) as writer,
        TestServer(app, host="127.0.0.1") as server,
        guarded_session(["127.0.0.0/8"]) as session,
    ):
        desk = Destination("desk", str(server.make_url("/hook")))
        outbox = StoredOutbox(writer, Clock(wall=lambda: NOW), [desk])
        await Courier(outbox, Sender(lambda to: session), [desk], lambda: NOW).drain()
        assert await writer.run(lambda store: store.alerts.pending_count()) == 0
    return taken


def main(count: int) -> int:
    """Fill, drain, and print what it took."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "monitor.db"
        with Store.open(path) as store:
            fill(store, count)
        before, began = peak(), time.monotonic()
        taken = asyncio.run(drain(path))
        seconds, after = time.monotonic() - began, peak()
    print(f"{taken:,} delivered in {seconds:.0f} s, {taken / seconds:.0f} a second; peak memory")
    print(f"{before} MB before, {after} MB after")
    return int(taken != count or after - before > GROWTH)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
