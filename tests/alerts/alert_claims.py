"""Claims and changes to compose messages from: short sentences of our own, placeholder outlets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from monitor.alerts.moved import Moved
from monitor.claims import (
    Attribution,
    Change,
    ChangeKind,
    Figure,
    FigureThread,
    FiledFigure,
    FiledPosition,
    Holder,
    Modifier,
    Period,
    Place,
    Position,
    PositionThread,
    Proposition,
    Quantity,
    Rank,
    Report,
    Series,
    Span,
    Stance,
    Support,
    Tier,
    Venue,
    content_id,
)

NOW = datetime(2023, 10, 23, 14, 21, 8, tzinfo=UTC)
MINISTRY = "Gaza Ministry of Health"
TOTAL = "Gaza Strip: people killed, total since 7 Oct 2023"


def report(**changes: object) -> Report:
    made = Report(
        article_id=7,
        revision_id=70,
        url="https://outlet-a.example/toll",
        outlet="Outlet A",
        outlet_kind="newspaper",
        title="Toll passes five thousand",
        text="",
        published=datetime(2023, 10, 23, 14, 10, tzinfo=UTC),
        first_seen=NOW,
        fetched=NOW,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def exact(number: int) -> Quantity:
    return Quantity(number, number, unit="person", as_written=f"{number:,}")


def at_least(number: int, exclusive: bool = False) -> Quantity:
    return Quantity(
        number, None, Modifier.AT_LEAST, "person", as_written=f"{number:,}", exclusive=exclusive
    )


def figure(
    quantity: Quantity,
    sentence: str,
    published: datetime,
    *,
    outlet: str = "Outlet A",
    revision: int = 1,
    authority: str | None = MINISTRY,
    as_of: date | None = None,
    **changes: object,
) -> FiledFigure:
    start = sentence.index(quantity.as_written)
    whole = Span(0, len(sentence))
    made = Figure(
        quantity=quantity,
        number=Span(start, start + len(quantity.as_written)),
        sentence=whole,
        counted="people",
        measure="killed",
        place=Place("Gaza Strip", iso3="PSE"),
        period=Period(date(2023, 10, 7), None, "since 7 October"),
        as_of=as_of and Period(as_of, as_of, "stated: on Monday"),
        series=Series.CUMULATIVE,
        authority=authority,
        attribution=Attribution((), (), (whole,)),
    )
    return FiledFigure(
        id=content_id("fig", sentence, outlet, published),
        figure=replace(made, **changes),  # type: ignore[arg-type]
        sentence=sentence,
        article_id=revision,
        revision_id=revision,
        url=f"https://{outlet.lower().replace(' ', '-')}.example/toll",
        outlet=outlet,
        outlet_kind="newspaper",
        origin=f"{outlet} {revision}",
        published=published,
    )


def position(
    stance: Stance,
    sign: int,
    sentence: str,
    *,
    speaker: str | None,
    venue: Venue = Venue.ON_THE_RECORD,
    channel: str | None = None,
    published: datetime = NOW,
    revision: int = 70,
    **changes: object,
) -> FiledPosition:
    whole = Span(0, len(sentence))
    made = Position(
        holder=Holder("Israel", "state"),
        stance=stance,
        proposition=Proposition("delay|ground operation", "delay of the ground operation"),
        sign=sign,
        strength=2,
        attribution=Attribution(
            (), (), (whole,), speaker=speaker, channel=channel, anonymous=True, venue=venue
        ),
        content=whole,
        sentence=whole,
        rank=Rank.OFFICIAL,
    )
    return FiledPosition(
        id=content_id("pos", sentence),
        position=replace(made, **changes),  # type: ignore[arg-type]
        sentence=sentence,
        quote=sentence,
        article_id=7,
        revision_id=revision,
        url="https://outlet-a.example/delay",
        outlet="Outlet A",
        outlet_kind="newspaper",
        origin="Outlet A",
        published=published,
    )


def moved(
    kind: ChangeKind,
    new: FiledFigure | FiledPosition,
    old: FiledFigure | FiledPosition | None,
    *history: FiledFigure | FiledPosition,
    label: str = TOTAL,
    tier: Tier = Tier.PUSH,
    reason: str = "crossed 5,000",
    support: Support | None = None,
    details: tuple[tuple[str, str], ...] = (),
    other: FiledPosition | None = None,
) -> Moved:
    change = Change(
        id=content_id("chg", kind, new.id),
        kind=kind,
        thread="thr_1",
        claim=new.id,
        before=old.id if old else None,
        explanation="same measure, counted thing and place",
        support=support or Support(1, 1, 1),
        tier=tier,
        tier_reason=reason,
        confidence=0.97,
        details=details,
    )
    thread: FigureThread | PositionThread
    if isinstance(new, FiledFigure):
        thread = FigureThread("thr_1", "killed people", label, history)  # type: ignore[arg-type]
    else:
        thread = PositionThread(
            "thr_1",
            "Israel",
            label,
            new.position.proposition,
            history,  # type: ignore[arg-type]
        )
    return Moved(change, new, old, thread, other)


def day(number: int, hour: int = 12) -> datetime:
    return datetime(2023, 10, number, hour, tzinfo=UTC)


def rising() -> Moved:
    """The daily total on its fifth day, carried by three outlets, two of them one text."""
    tolls = [(19, 3785), (20, 4137), (21, 4385), (22, 4651)]
    history = [
        figure(
            exact(toll),
            f"It said {toll:,} people had been killed so far.",
            day(number),
            outlet="Outlet B",
            as_of=date(2023, 10, number),
            revision=number,
        )
        for number, toll in tolls
    ]
    new = figure(
        exact(5087),
        "The health ministry in the enclave on Monday put the number of dead at 5,087.",
        datetime(2023, 10, 23, 14, 10, tzinfo=UTC),
        as_of=date(2023, 10, 23),
        revision=70,
    )
    copies = [
        replace(new, id=f"fig_{outlet[-1]}", outlet=outlet, origin="agency", revision_id=71)
        for outlet in ("Outlet C", "Outlet D")
    ]
    return moved(ChangeKind.RAISED, new, history[-1], *history, *copies, support=Support(1, 2, 3))


def later(at: datetime, hours: int) -> datetime:
    return at + timedelta(hours=hours)
