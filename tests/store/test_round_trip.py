"""Claims go into readable columns and come back without loss, whatever they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.claims import (
    Attribution,
    Change,
    Extraction,
    Figure,
    FigureThread,
    FiledFigure,
    FiledPosition,
    Followed,
    Holder,
    Period,
    Place,
    Position,
    PositionThread,
    Proposition,
    Quantity,
    Report,
    Span,
    Support,
)
from monitor.intake import Entry, FeedState, Validators
from monitor.outbox import Alert
from monitor.store import Store
from monitor.store.rows import number, to_number, to_time, utc
from tests.store.stored_claims import FEED, at, poll_of

FLOAT = st.floats(allow_nan=False).map(lambda value: value + 0.0)  # SQLite has no -0.0
NUMBER = st.integers() | FLOAT
SPAN = st.builds(
    lambda start, length: Span(start, start + length), st.integers(0, 300), st.integers(0, 80)
)
TIME = st.datetimes(timezones=st.just(UTC)).map(lambda time: time.replace(microsecond=0))
st.register_type_strategy(float, FLOAT)
st.register_type_strategy(Span, SPAN)
st.register_type_strategy(datetime, TIME)

st.register_type_strategy(int, st.integers(-(2**63), 2**63 - 1))


def whole(kind: type[Any], **given_fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Values of a type with every field drawn, also those with a default and those added later."""
    drawn = {each.name: ... for each in fields(kind)}
    return st.builds(kind, **{**drawn, **given_fields})


for kind in (Attribution, Period, Place, Holder, Proposition, Support, Validators):
    st.register_type_strategy(kind, whole(kind))
QUANTITY = whole(
    Quantity, low=st.none() | NUMBER, high=st.none() | NUMBER, step=st.integers(1, 2**70)
)
st.register_type_strategy(Quantity, QUANTITY)

urls = count()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("store") / "monitor.db") as opened:
        yield opened


def filed_report(store: Store, text: str, **other: object) -> tuple[Report, int]:
    """A fresh article with one revision of this text, and the extraction its claims belong to."""
    url = f"https://outlet-a.example/{next(urls)}"
    outlet = store.feeds.outlet("Outlet A", "wire")
    article = store.articles.file(url, outlet, "Title", at(), at())
    given_fields = {
        "article_id": article,
        "revision_id": 0,
        "url": url,
        "outlet": "Outlet A",
        "outlet_kind": "wire",
        "title": "Title",
        "text": text,
        "published": at(),
        "first_seen": at(),
        "fetched": at(),
        "origin": "org_1",
        **other,
    }
    report = Report(**given_fields)  # type: ignore[arg-type]
    revision, sequence = store.articles.file_revision(
        report, _sha(text), "cleaner/1", "page", None, None, at()
    )
    extraction = store.claims.file_extraction(revision, sequence, "v1", 0, 0)
    return Report(**{**given_fields, "revision_id": revision}), extraction  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None)
@given(st.lists(whole(Figure), max_size=4), st.text(max_size=400))
def test_figures(store: Store, figures: list[Figure], text: str) -> None:
    report, extraction = filed_report(store, text)
    claims, _ = store.claims.number(Extraction("v1", tuple(figures)), report, _sha(text))
    with store.transaction():
        for claim in claims:
            store.claims.file_figure(Followed(claim, None, False, None, "not followed"), extraction)
    found, _ = store.claims.of_revision(report.revision_id)
    assert found == claims
    assert [repr(claim) for claim in found] == [repr(claim) for claim in claims]  # 5 is not 5.0


@settings(max_examples=150, deadline=None)
@given(st.lists(whole(Position), max_size=4), st.text(max_size=400))
def test_positions(store: Store, positions: list[Position], text: str) -> None:
    report, extraction = filed_report(store, text)
    _, claims = store.claims.number(Extraction("v1", (), tuple(positions)), report, _sha(text))
    with store.transaction():
        for claim in claims:
            store.claims.file_position(Followed(claim, None, False, None), extraction, text)
    _, found = store.claims.of_revision(report.revision_id)
    assert found == claims


@settings(max_examples=60, deadline=None)
@given(whole(Change), whole(Figure), whole(Position), st.booleans(), st.text())
def test_changes(
    store: Store, change: Change, figure: Figure, position: Position, of_figure: bool, label: str
) -> None:
    report, extraction = filed_report(store, "Some text.")
    figures, positions = store.claims.number(
        Extraction("v1", (figure,), (position,)), report, _sha("Some text.")
    )
    claim: FiledFigure | FiledPosition = figures[0] if of_figure else positions[0]
    thread: FigureThread | PositionThread
    if of_figure:
        thread = FigureThread(f"thr_{claim.id}", "killed people", label, ())
    else:
        stand_on = Proposition("key", "label", ("a", "b"))
        thread = PositionThread(f"thr_{claim.id}", "Northland", label, stand_on, ())
    followed = Followed(claim, thread, True, None)
    change = replace(
        change, id=f"chg_{claim.id}", thread=thread.id, claim=claim.id, before=claim.id
    )
    with store.transaction():
        store.threads.move(followed, at())
        if of_figure:
            store.claims.file_figure(followed, extraction)
        else:
            store.claims.file_position(followed, extraction, report.text)
        store.changes.file(change, claim, report.revision_id, at())
    stored = store.changes.get(change.id)
    assert stored.change == change
    assert (stored.claim, stored.before, stored.label) == (claim, claim, label)


@settings(max_examples=60, deadline=None)
@given(report=whole(Report), text=st.text(max_size=100))
def test_reports(store: Store, report: Report, text: str) -> None:
    filed, _ = filed_report(
        store,
        text,
        title=report.title,
        origin=report.origin,
        published=report.published,
        first_seen=report.first_seen,
        fetched=report.fetched,
        live=report.live,
        baseline=report.baseline,
    )
    assert store.articles.revision(filed.revision_id).report == filed


@settings(max_examples=60, deadline=None)
@given(whole(FeedState, interval=st.floats(1, 1e6)), whole(Entry))
def test_feeds_and_entries(store: Store, state: FeedState, item: Entry) -> None:
    store.feeds.declare([FEED], at())
    feed = store.feeds.all()[0]
    item = replace(item, key=str(next(urls)))
    record = store.feeds.record_poll(feed.id, poll_of(item), lambda fresh: state, at())
    kept = store.feeds.get(feed.id).state
    assert kept == replace(state, interval=FEED.interval)
    if record.new:
        found = {each.id: each.entry for each in store.feeds.waiting(at(), limit=10_000)}
        assert found[record.new[0]] == item


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None)
@given(
    whole(
        Alert,
        payload=st.dictionaries(st.text(), JSON),
        change=st.none(),
        supersedes=st.none(),
    )
)
def test_alerts(store: Store, alert: Alert) -> None:
    id_ = f"alr_{next(urls)}"
    alert = replace(alert, id=id_, lead=id_)
    store.alerts.file([alert], ["desk"])
    assert store.alerts.get(id_) == alert
    assert [each.payload for each in store.alerts.deliveries(id_)] == [alert.payload]


@given(NUMBER)
def test_numbers_of_any_size(value: int | float) -> None:
    assert to_number(number(value)) == value


@given(TIME, TIME)
def test_times_sort_as_text(first: datetime, second: datetime) -> None:
    assert to_time(utc(first)) == first
    assert (utc(first) < utc(second)) == (first < second)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
