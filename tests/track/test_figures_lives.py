"""The life of a thread: candidate, active, dormant, closed; what a sleeping one sends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.claims import FigureThread, Life, Tier
from monitor.pipeline import fade_threads
from monitor.store import Store
from monitor.track.lives import life_of
from tests.store.stored_claims import at, file_toll
from tests.track.filed_figures import day, filed

EVENT = {"series": "event_total", "event": "ferry accident"}
FLOW = {"series": "flow_period", "since": 1, "until": 2}
RATE = {"series": "rate", "unit": "percent"}


def thread_of(articles: int, **fields: object) -> FigureThread:
    """A thread of so many articles on its first day, one of them told twice."""
    claims = [filed(article=number, n=40, **fields) for number in range(1, articles + 1)]
    claims.append(filed(article=1, at=9, n=40, **fields))
    return FigureThread("thr_1", "killed|people", "", tuple(claims))


def on_day(number: int) -> datetime:
    return datetime.combine(day(number), time(12)).replace(tzinfo=filed(n=1).published.tzinfo)


@pytest.mark.parametrize(
    ("articles", "fields", "silent", "life"),
    [
        pytest.param(1, {}, 0, Life.CANDIDATE, id="one article"),
        pytest.param(1, {}, 60, Life.CANDIDATE, id="one article, long ago"),
        pytest.param(1, {}, 91, Life.CLOSED, id="one article, for good"),
        pytest.param(2, {}, 0, Life.ACTIVE, id="two articles"),
        pytest.param(2, {}, 45, Life.ACTIVE, id="a series of six weeks ago"),
        pytest.param(2, {}, 46, Life.DORMANT, id="a series that fell asleep"),
        pytest.param(2, {}, 91, Life.CLOSED, id="a series that is over"),
        pytest.param(2, EVENT, 14, Life.ACTIVE, id="an event of two weeks ago"),
        pytest.param(2, EVENT, 15, Life.DORMANT, id="an event that fell asleep"),
        pytest.param(2, EVENT, 61, Life.CLOSED, id="an event that is over"),
        pytest.param(2, FLOW, 3, Life.ACTIVE, id="a day's count"),
        pytest.param(2, FLOW, 4, Life.CLOSED, id="a day's count, days later"),
        pytest.param(2, RATE, 46, Life.DORMANT, id="a rate"),
        pytest.param(2, RATE, 199, Life.DORMANT, id="a rate of half a year ago"),
    ],
)
def test_a_thread_is_where_its_claims_and_the_day_put_it(articles, fields, silent, life):
    assert life_of(thread_of(articles, **fields), on_day(1 + silent))[0] is life


@given(
    articles=st.integers(1, 3),
    fields=st.sampled_from([{}, EVENT, FLOW, RATE]),
    silent=st.integers(0, 400),
)
def test_a_life_changes_when_it_says_so_and_not_before(articles, fields, silent):
    thread, now = thread_of(articles, **fields), on_day(1 + silent)
    life, fades = life_of(thread, now)
    if fades is None:
        assert life_of(thread, now + timedelta(days=1000))[0] is life
    else:
        assert fades > now
        assert life_of(thread, fades - timedelta(seconds=1))[0] is life
        assert life_of(thread, fades)[0] is not life


# ---------------------------------------------------------------- in the store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "monitor.db") as opened:
        yield opened


def lives(store: Store) -> list[str]:
    return [row["life"] for row in store.connection.rows("SELECT life FROM figure_threads")]


def shown(store: Store, view: str) -> int:
    return int(store.connection.scalar(f"SELECT count(*) FROM {view}"))


def test_the_store_says_where_each_thread_is(store: Store) -> None:
    file_toll(store, "310")
    assert lives(store) == ["candidate"]
    assert (shown(store, "latest_figures"), shown(store, "candidate_figures")) == (0, 1)
    file_toll(store, "320", url="https://outlet-b.example/1", hours=1)
    assert lives(store) == ["active"]
    assert (shown(store, "latest_figures"), shown(store, "candidate_figures")) == (1, 0)
    fade_threads(store, at(days=45))
    assert lives(store) == ["active"]
    fade_threads(store, at(days=46))
    assert lives(store) == ["dormant"]
    file_toll(store, "330", url="https://outlet-b.example/2", hours=24 * 47)
    assert lives(store) == ["active"]
    fade_threads(store, at(days=400))
    assert lives(store) == ["closed"]
    assert store.threads.fading(at(days=4000)) == []


def test_a_closed_thread_takes_no_claim(store: Store) -> None:
    file_toll(store, "310")
    file_toll(store, "320", url="https://outlet-b.example/1", hours=1)
    file_toll(store, "330", url="https://outlet-b.example/2", hours=24 * 92)
    assert shown(store, "figure_threads") == 2


def test_a_thread_that_readers_emptied_is_no_candidate_and_does_not_fade(store: Store) -> None:
    file_toll(store, "310")
    store.connection.execute("UPDATE figures SET thread_id = NULL")
    store.connection.execute("UPDATE figure_threads SET figures = 0, reports = 0")
    (followed,) = file_toll(store, "320", url="https://outlet-b.example/1", hours=1).followed
    assert followed.opened
    fade_threads(store, at(days=400))
    assert sorted(lives(store)) == ["candidate", "closed"]


def tier_after(store: Store, days: int) -> tuple[Tier, str]:
    file_toll(store, "310")
    file_toll(store, "311", url="https://outlet-b.example/1", hours=1)
    filed = file_toll(store, "380", url="https://outlet-b.example/2", hours=24 * days)
    (change,) = [each.change for each in filed.followed if each.change]
    return change.tier, change.tier_reason


def test_an_active_series_pushes(store: Store) -> None:
    assert tier_after(store, 44)[0] is Tier.PUSH


def test_the_report_that_wakes_a_series_waits_for_the_digest(store: Store) -> None:
    tier, reason = tier_after(store, 50)
    assert tier is Tier.DIGEST
    assert reason.endswith(
        "in the digest: the first report since 2031-05-04: the series was asleep"
    )
