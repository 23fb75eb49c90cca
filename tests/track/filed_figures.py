"""Figures written short for tests, and threads kept in memory."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from monitor.claims import (
    Figure,
    FiledFigure,
    Modifier,
    Period,
    Place,
    Quantity,
    Report,
    Series,
    Span,
    Status,
    content_id,
)
from monitor.track.figures import follow_figures

FIRST_DAY = date(2024, 3, 1)


class MemoryThreads:
    """The `Threads` interface over a dictionary, and the loop that a pipeline runs around it."""

    def __init__(self):
        self.threads = {}

    def figure_threads(self, key):
        return [thread for thread in self.threads.values() if thread.key == key]

    def position_threads(self, holder):
        return []

    def threads_on(self, proposition):
        return []

    def follow(self, claims, report):
        followed = follow_figures(claims, report, self)
        for answer in followed:
            if answer.thread is not None:
                self.threads[answer.thread.id] = answer.thread
        return followed


def day(number):
    return FIRST_DAY + timedelta(days=number - 1)


def quantity(
    n, high=None, modifier="exact", exclusive=False, vague=False, unit=None, as_written=""
):
    modifier = Modifier(modifier)
    low = None if modifier is Modifier.AT_MOST else n
    if high is None and modifier is not Modifier.AT_LEAST:
        high = n
    return Quantity(low, high, modifier, unit, as_written or f"{n:,}", exclusive, vague, step_of(n))


def step_of(n):
    if isinstance(n, float):
        return 10 ** -len(str(n).partition(".")[2])
    step = 1
    while n and n % (step * 10) == 0:
        step *= 10
    return step


def filed(
    article=1, day=1, outlet="A", origin=None, at=0, hour=12, revision=1, sentence="", **fields
):
    figure = figure_of(at=at, **fields)
    published = datetime.combine(
        FIRST_DAY + timedelta(days=day - 1), datetime.min.time(), UTC
    ) + timedelta(hours=hour)
    return FiledFigure(
        id=content_id("fig", article, revision, at, figure.quantity.as_written, figure.measure),
        figure=figure,
        sentence=sentence,
        article_id=article,
        revision_id=article * 100 + revision,
        url=f"https://example.org/{article}",
        outlet=outlet,
        outlet_kind="newspaper",
        origin=origin or outlet,
        published=published,
        sequence=article * 1000 + at,
        revision_number=revision,
    )


def figure_of(
    n,
    at=0,
    place="Northland",
    within=(),
    counted="people",
    measure="killed",
    series="flow_cumulative",
    status="reported",
    authority="Ministry",
    since=None,
    until=None,
    as_of=None,
    as_of_basis="stated",
    high=None,
    modifier="exact",
    exclusive=False,
    vague=False,
    unit=None,
    as_written="",
    **fields,
):
    return Figure(
        quantity=quantity(n, high, modifier, exclusive, vague, unit, as_written),
        number=Span(at, at + 5),
        sentence=Span(at, at + 50),
        counted=counted,
        measure=measure,
        place=Place(place, tuple(within)) if place else None,
        series=Series(series),
        status=Status(status),
        authority=authority or None,
        authority_as_written=authority or None,
        period=_period(since, until),
        as_of=Period(None, as_of and day(as_of), as_of_basis) if as_of else None,
        confidence=0.95,
        **fields,
    )


def _period(since, until):
    if since is None and until is None:
        return None
    basis = "stated" if until else f"since day {since}"
    return Period(since and day(since), until and day(until), basis)


def report_of(claim, text="", **fields):
    report = Report(
        article_id=claim.article_id,
        revision_id=claim.revision_id,
        url=claim.url,
        outlet=claim.outlet,
        outlet_kind=claim.outlet_kind,
        title="",
        text=text,
        published=claim.published,
        first_seen=claim.published,
        fetched=claim.published,
        revision_number=claim.revision_number,
        origin=claim.origin,
    )
    return replace(report, **fields)
