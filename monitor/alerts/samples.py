"""Marked samples of each kind of message, for ``monitor alerts test``."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.alerts.followups import follow_up
from monitor.alerts.messages import compose
from monitor.alerts.moved import Moved
from monitor.alerts.notices import baseline_alert, digest_alert
from monitor.claims import (
    Attribution,
    Baseline,
    Change,
    ChangeKind,
    Figure,
    FigureThread,
    FiledFigure,
    FiledPosition,
    Holder,
    Period,
    Place,
    Position,
    PositionThread,
    Proposition,
    Quantity,
    Report,
    Series,
    Span,
    Stance,
    Support,
    Tier,
    Venue,
    content_id,
)
from monitor.outbox import Alert


def sample_alerts(now: datetime) -> list[Alert]:
    """A marked sample of each kind of message, about an invented place."""
    samples = sample_moves(now)
    composed = [compose(_sample_report(now), [each], now)[0] for each in samples]
    notices = [baseline_alert(Baseline(3, 40, 90, 25, 12), now), digest_alert([samples[0]], now)]
    followed = [
        follow_up(composed[0], "updated", ["Outlet C has 112 too"], now),
        follow_up(composed[0], "corrected", ["112 were injured, not killed"], now),
    ]
    return [_marked(alert, now) for alert in (*composed, *followed, *notices)]


def sample_moves(now: datetime) -> list[Moved]:
    """The changes that the samples tell: a raised figure, an edited one, and two voices."""
    return [_figure_sample(now), _edit_sample(now), _position_sample(now)]


def _marked(alert: Alert, now: datetime) -> Alert:
    identity = content_id("alr", "test", alert.id, now.isoformat())
    title = f"TEST · {alert.title}"
    text = f"TEST, a sample: nothing of this happened.\n{alert.text}"
    return replace(
        alert,
        id=identity,
        lead=identity,
        change=None,
        thread=None,
        supersedes=None,
        type="monitor.test",
        title=title,
        text=text,
        payload=alert.payload
        | {
            "id": identity,
            "type": "monitor.test",
            "sample_of": alert.type,
            "title": title,
            "text": text,
        },
    )


_BEFORE = "By Sunday evening the rescue service had counted 86 dead in the valley."
_AFTER = "On Monday the rescue service put the number of dead in the valley at 112."
_YES = "Officials told Outlet B that the government is ready to reopen the dam's sluices."
_NO = "In public the water minister ruled out any opening of the sluices."


def _sample_report(now: datetime) -> Report:
    return Report(
        article_id=0,
        revision_id=0,
        url="https://outlet-a.example/sample",
        outlet="Outlet A",
        outlet_kind="newspaper",
        title="Flood in the sample valley",
        text="\n".join((_AFTER, _YES, _NO)),
        published=now,
        first_seen=now,
        fetched=now,
    )


def _figure_sample(now: datetime) -> Moved:
    old = _sample_figure("old", 86, _BEFORE, now - timedelta(days=1))
    new = _sample_figure("new", 112, _AFTER, now)
    thread = FigureThread("thr_sample", "killed people", _THREAD, (old, new))
    return Moved(_sample_change(ChangeKind.RAISED, new, old, "crossed 100"), new, old, thread)


_THREAD = "Sample valley flood: people killed"


def _edit_sample(now: datetime) -> Moved:
    moved = _figure_sample(now)
    edited = replace(
        moved.change,
        id=content_id("chg", ChangeKind.EDITED, moved.claim.id),
        kind=ChangeKind.EDITED,
        tier_reason="a published figure was edited",
        details=(("disclosure", "silent"),),
    )
    return replace(moved, change=edited)


def _sample_figure(name: str, count: int, sentence: str, published: datetime) -> FiledFigure:
    start = sentence.index(str(count))
    return FiledFigure(
        id=f"fig_sample_{name}",
        figure=Figure(
            quantity=Quantity(count, count, unit="person", as_written=str(count)),
            number=Span(start, start + len(str(count))),
            sentence=Span(0, len(sentence)),
            counted="people",
            measure="killed",
            place=Place("Sample valley"),
            as_of=Period(published.date(), published.date(), "stated"),
            series=Series.EVENT,
            authority="the rescue service",
        ),
        sentence=sentence,
        article_id=0,
        revision_id=0,
        url=f"https://outlet-a.example/{name}",
        outlet="Outlet A",
        outlet_kind="newspaper",
        origin=f"sample {name}",
        published=published,
    )


def _position_sample(now: datetime) -> Moved:
    proposition = Proposition("open|sluices", "the dam's sluices are opened")
    yes = _sample_position("yes", Stance.WILLING, 1, _YES, Venue.ON_BACKGROUND, proposition, now)
    no = _sample_position("no", Stance.REFUSE, -1, _NO, Venue.ON_THE_RECORD, proposition, now)
    label = f"Sample state: {proposition.label}"
    thread = PositionThread("thr_sample_2", "Sample state", label, proposition, (no, yes))
    change = _sample_change(ChangeKind.CONTRADICTED, yes, no, "two voices of one holder")
    return Moved(change, yes, no, thread, no)


def _sample_position(
    name: str,
    stance: Stance,
    sign: int,
    sentence: str,
    venue: Venue,
    proposition: Proposition,
    now: datetime,
) -> FiledPosition:
    whole = Span(0, len(sentence))
    return FiledPosition(
        id=f"pos_sample_{name}",
        position=Position(
            holder=Holder("Sample state", "state"),
            stance=stance,
            proposition=proposition,
            sign=sign,
            strength=2,
            attribution=Attribution((), (), (whole,), speaker="officials", venue=venue),
            content=whole,
            sentence=whole,
            contradicts_in_text=True,
        ),
        sentence=sentence,
        quote=sentence,
        article_id=0,
        revision_id=0,
        url="https://outlet-a.example/sample",
        outlet="Outlet A",
        outlet_kind="newspaper",
        origin="sample",
        published=now,
    )


def _sample_change(
    kind: ChangeKind,
    new: FiledFigure | FiledPosition,
    old: FiledFigure | FiledPosition,
    reason: str,
) -> Change:
    return Change(
        id=content_id("chg", kind, new.id),
        kind=kind,
        thread="thr_sample",
        claim=new.id,
        before=old.id,
        explanation="a sample of what the monitor sends",
        support=Support(1, 1, 1),
        tier=Tier.PUSH,
        tier_reason=reason,
    )
