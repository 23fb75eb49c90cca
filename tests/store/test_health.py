"""What no outlet covers any more, and how many feeds are read as they should be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.intake import Ailment
from monitor.store import Store
from monitor.store.feeds import DeclaredFeed
from tests.store.stored_claims import at, file_toll


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "monitor.db") as opened:
        feeds = [
            DeclaredFeed(f"https://outlet-{letter.lower()}.example/{n}", f"Outlet {letter}")
            for letter, count in (("A", 1), ("B", 2))
            for n in range(count)
        ]
        opened.feeds.declare(feeds, at())
        yield opened


def toll(store: Store, number: str, outlet: str, hours: float) -> None:
    file_toll(store, number, url=f"https://{outlet}.example/{hours}", outlet=outlet, hours=hours)


def blind(store: Store, *feeds: int, reason: Ailment = Ailment.QUIET) -> None:
    for feed in feeds:
        store.health.begin(feed, reason, "", at(hours=5))


def test_a_series_is_not_covered_when_all_its_outlets_are_blind(store: Store) -> None:
    toll(store, "110", "Outlet B", 1)
    toll(store, "150", "Outlet B", 2)
    blind(store, 2)
    assert store.health.not_covered(at()) == []  # its other feed still brings something
    blind(store, 3, reason=Ailment.HEADLINES_ONLY)
    assert store.health.blind_outlets() == []  # less than it could bring is not nothing
    blind(store, 3, reason=Ailment.GONE)
    assert store.health.blind_outlets() == ["Outlet B"]
    assert len(store.health.not_covered(at())) == 1
    assert store.health.not_covered(at(hours=3)) == []  # nobody misses what had not moved
    toll(store, "240", "Outlet A", 3)
    assert store.health.not_covered(at()) == []


def test_feeds_are_healthy_late_or_ill(store: Store) -> None:
    coverage = store.health.coverage(at(), at())
    assert (coverage.feeds, coverage.healthy, coverage.late, coverage.ill) == (3, 0, 3, 0)
    blind(store, 1)
    coverage = store.health.coverage(at(), at())
    assert (coverage.healthy, coverage.late, coverage.ill) == (0, 2, 1)
    store.feeds.declare([], at())
    assert store.health.ill() == []


def test_an_ailment_lasts_until_its_end_and_is_told_once(store: Store) -> None:
    blind(store, 1)
    blind(store, 1)
    [untold] = store.health.untold()
    assert (untold.outlet, untold.reason) == ("Outlet A", Ailment.QUIET)
    store.health.told([untold], at(hours=6))
    assert store.health.untold() == store.health.end_untold() == []
    store.health.end(1, Ailment.QUIET, at(hours=7))
    [over] = store.health.end_untold()
    assert over.ended == at(hours=7)
    store.health.told([over], at(hours=8), end=True)
    blind(store, 1)
    assert len(store.health.untold()) == 1
