"""A daemon that is killed at any moment loses no entry and sends no alert under a second id."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from monitor.store import Store
from tests.harness import PATIENCE, DaemonProcess, Receiver, Site, daemon, served, write_config

NOW = datetime(2023, 10, 18, 15, tzinfo=UTC)
PLACES = ("Marawi", "Sirte", "Goma", "Khartoum", "Aleppo", "Odesa")
FILLER = (
    "Rescue teams worked through the night and neighbours brought blankets and water.\n"
    "Schools in the district stay closed until the end of the week."
)


@dataclass
class Killer:
    """Kills the daemon at the next of each moment, once each, in the order given."""

    moments: list[str]
    victim: DaemonProcess | None = None
    killed: list[str] = field(default_factory=list)

    def at(self, moment: str) -> bool:
        """Say that a moment has come; True when the daemon was killed at it."""
        if self.victim is None or not self.moments or self.moments[0] != moment:
            return False
        self.killed.append(self.moments.pop(0))
        self.victim.kill()
        self.victim = None
        return True


@dataclass
class DeadlySite(Site):
    """A site at which the daemon may die while it waits for an answer."""

    killer: Killer = field(default_factory=lambda: Killer([]))

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Serve one request."""
        is_feed = request.path.endswith("rss.xml")
        self.killer.at("polling" if is_feed else "fetching")
        return await super().answer(request)


@dataclass
class DeadlyReceiver(Receiver):
    """A receiver at which the daemon may die before or after it has the answer."""

    killer: Killer = field(default_factory=lambda: Killer([]))

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Take one message."""
        answer = await super().answer(request)
        self.killer.at("sending")
        return answer


def report(place: str, number: int) -> str:
    """A report of our own on one strike."""
    return (
        f"At least {number} people were killed when a rocket hit the market in {place} on "
        f"Wednesday, the governor's office said.\n{FILLER}"
    )


async def _killed_again_and_again(
    config: Path, receiver: DeadlyReceiver, killer: Killer, publish: Callable[[int], None]
) -> None:
    """Run daemons until none is left to kill; each life sees one more round of news."""
    lives = 0
    while killer.moments:
        async with daemon(config, receiver) as process:
            killer.victim = process
            publish(lives)
            lives += 1
            await asyncio.wait_for(process.process.wait(), PATIENCE)
            assert process.process.returncode == -9


async def test_no_entry_is_lost_and_no_alert_gets_a_second_id(tmp_path: Path) -> None:
    moments = ["polling", "fetching", "fetching", "sending", "polling", "sending"]
    killer = Killer(list(moments))
    site, receiver = DeadlySite(killer=killer), DeadlyReceiver(killer=killer)
    async with served(site, receiver):
        for number, place in enumerate(PLACES):
            site.add(f"old-{number}", f"Strike on {place}", report(place, 110), NOW)

        def publish(life: int) -> None:
            place = PLACES[life]
            published = NOW + timedelta(minutes=life)
            site.add(f"new-{life}", f"Toll in {place} rises", report(place, 160), published)

        config = write_config(tmp_path, [site], receiver, now=NOW + timedelta(minutes=20))
        await _killed_again_and_again(config, receiver, killer, publish)
        assert killer.killed == moments
        async with daemon(config, receiver) as process:
            await _all_sent(tmp_path / "monitor.db")
            assert await process.stop() == 0
    with Store.read(tmp_path / "monitor.db") as store:
        counts = store.status.counts()
        assert (counts.articles, counts.waiting, counts.pending) == (2 * len(PLACES), 0, 0)
        on_file = {alert.id for alert in store.alerts.newest(1000) if alert.lead == alert.id}
    assert {body["id"] for _, body in receiver.got} == on_file
    assert len({key for key, _ in receiver.got}) == len(on_file)
    assert _ids_by_alert(receiver.got) == dict.fromkeys(on_file, 1)


def _ids_by_alert(got: list[tuple[str, dict[str, Any]]]) -> dict[str, int]:
    ids: dict[str, set[str]] = {}
    for key, body in got:
        ids.setdefault(body["id"], set()).add(key)
    return {alert: len(keys) for alert, keys in ids.items()}


async def _all_sent(store: Path) -> None:
    """Wait until everything found is filed and everything filed is sent."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with Store.read(store) as opened:
                counts = opened.status.counts()
                done = counts.articles == 2 * len(PLACES) and not counts.waiting
                if done and not counts.pending and opened.alerts.newest_of("monitor.baseline"):
                    return
            await asyncio.sleep(0.2)
