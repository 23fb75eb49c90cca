"""SIGKILL at random points, over and over, against a real receiver: is an alert lost or doubled?

``python benchmarks/crash.py [kills]``: 500 by default. A process of its own files reports that move
series (given claims, no reading) and sends the alerts of them; it is killed at a random moment,
started again on the same store, and so on. At the end every report has to be on file, every alert
delivered, and what the receiver got twice has to bear one ``webhook-id``.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from threading import Thread

sys.path.insert(0, str(Path(__file__).parents[1]))

from aiohttp import web

from monitor.alerts.delivery import Courier, Destination, Sender
from monitor.clock import Clock
from monitor.daemon.outbox import StoredOutbox
from monitor.feeds.guard import guarded_session
from monitor.pipeline import Rules
from monitor.store import Store
from monitor.store.writer import Writer
from tests.store.stored_claims import at, file_toll

SERIES = 12  # counts that each report moves on
LONGEST = 0.6  # seconds that a life may last; a whole one takes about as long
FAILS = 0.2  # part of the requests that the receiver answers with 500
RULES = Rules(destinations=("desk",), per_hour=10**6, per_day=10**6)


class Receiver:
    """Takes messages on a thread of its own, and now and then refuses one."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []  # webhook-id and alert
        self.url = ""
        self._ready = multiprocessing.Event()
        Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        self._ready.wait()

    async def _serve(self) -> None:
        app = web.Application()
        app.router.add_post("/hook", self._answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        self._ready.set()
        await asyncio.Event().wait()

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.json()
        if random.random() < FAILS:
            return web.Response(status=500)
        self.got.append((request.headers["webhook-id"], body["id"]))
        return web.Response(status=204)


def life(path: Path, url: str, reports: int) -> None:
    """One process: file what is not on file yet, send what is due, end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    asyncio.run(_live(path, url, reports))


async def _live(path: Path, url: str, reports: int) -> None:
    clock = Clock(wall=lambda: at(hours=24 * reports + 500))
    async with Writer(path) as writer, guarded_session(["127.0.0.0/8"]) as session:
        desk = Destination("desk", url)
        outbox = StoredOutbox(writer, clock, [desk])
        courier = Courier(outbox, Sender(lambda to: session, chance=lambda: 0.0), [desk], clock.now)
        for number in range(reports):
            if await writer.run(lambda store, number=number: _file(store, number)):
                await courier.drain()
        for _ in range(40):  # the clock stands still: what failed is made due again
            await courier.drain()
            if not await writer.run(lambda store: store.alerts.pending_count()):
                return
            await writer.run(lambda store: store.alerts.hurry("desk", clock.now()))


def _file(store: Store, number: int) -> bool:
    """File one report, unless it is on file."""
    url = f"https://outlet-{number}.example/flood"
    if store.articles.by_url(url) is not None:
        return False
    which, step = number % SERIES, number // SERIES
    file_toll(
        store,
        f"{400 * 2**step:,}",
        url=url,
        outlet=f"Outlet {number}",
        hours=24 * number,
        measure=f"m{which}",
        event=f"e{which}",
        authority=f"service {which}",
        rules=RULES,
    )
    return True


def expected(reports: int) -> set[str]:
    """The alerts of an unharmed run."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "w.db") as store:
        for number in range(reports):
            _file(store, number)
        return {alert.id for alert in store.alerts.newest(10**6)}


def main(kills: int) -> int:
    """Kill so many lives, and count what is wrong at the end."""
    random.seed(6)
    receiver, fork = Receiver(), multiprocessing.get_context("fork")
    killed, rounds, twice, began = 0, 0, 0, time.monotonic()
    lost = doubled = wrong = 0
    reports = 3 * SERIES
    whole = expected(reports)
    while killed < kills:
        rounds += 1
        receiver.got.clear()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "monitor.db"
            while True:
                process = fork.Process(target=life, args=(path, receiver.url, reports))
                process.start()
                process.join(random.uniform(0.02, LONGEST) if killed < kills else None)
                if process.exitcode is None:
                    os.kill(process.pid or 0, signal.SIGKILL)
                    process.join()
                    killed += 1
                    continue
                if process.exitcode == 0:
                    break
                wrong += 1
                break
            ids = defaultdict(set)
            for webhook_id, alert in receiver.got:
                ids[alert].add(webhook_id)
            with Store.open(path) as store:
                filed = {alert.id for alert in store.alerts.newest(10**6)}
                wrong += filed != whole
                lost += len(filed - set(ids)) + store.alerts.pending_count()
                doubled += sum(len(each) > 1 for each in ids.values())
            twice += len(receiver.got) - len(ids)
    print(
        f"{killed} kills in {rounds} rounds of {len(whole)} alerts, "
        f"{timedelta(seconds=round(time.monotonic() - began))}: {lost} lost, {doubled} under two "
        f"ids, {wrong} wrong ends, {twice} came twice under one id"
    )
    return int(bool(lost or doubled or wrong))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
