"""Extractions and their claims: one readable column for each field, and back without loss."""

from __future__ import annotations

import json
from typing import Any

from monitor.claims import (
    Assertion,
    Attribution,
    Extraction,
    Figure,
    FiledFigure,
    FiledPosition,
    Followed,
    Holder,
    Modifier,
    Movement,
    Period,
    Place,
    Position,
    Proposition,
    Quantity,
    Rank,
    Report,
    Series,
    Span,
    Stance,
    Status,
    UnitKind,
    Venue,
    content_id,
)
from monitor.store.connection import Connection, Row
from monitor.store.rows import (
    day,
    dump,
    number,
    pairs,
    strings,
    to_day,
    to_number,
    to_span,
    to_spans,
    to_time,
)


class Claims:
    """Extractions, figures, positions and propositions."""

    def __init__(self, connection: Connection) -> None:
        self._at = connection

    # ------------------------------------------------------------ giving ids

    def number(
        self, extraction: Extraction, report: Report, sha256: str
    ) -> tuple[list[FiledFigure], list[FiledPosition]]:
        """The claims of one extraction with their ids, in order of offset, not yet on file.

        An id derives from the text, its address, the span and what is claimed, so the same text
        gives the same ids; a claim found twice at one place is one.
        """
        figures = {
            content_id("fig", sha256, report.url, *_figure_key(figure)): figure
            for figure in sorted(extraction.figures, key=lambda each: each.number)
        }
        positions = {
            content_id("pos", sha256, report.url, *_position_key(position)): position
            for position in sorted(extraction.positions, key=lambda each: each.content)
        }
        bearings = _bearings_in(report)
        filed_figures = [
            FiledFigure(
                id=figure_id,
                figure=figure,
                sentence=figure.sentence.of(report.text),
                sequence=sequence,
                **bearings,
            )
            for sequence, (figure_id, figure) in enumerate(
                figures.items(), self._at.next_sequence("figures")
            )
        ]
        filed_positions = [
            FiledPosition(
                id=position_id,
                position=position,
                sentence=position.sentence.of(report.text),
                quote=position.content.of(report.text),
                sequence=sequence,
                **bearings,
            )
            for sequence, (position_id, position) in enumerate(
                positions.items(), self._at.next_sequence("positions")
            )
        ]
        return filed_figures, filed_positions

    # ------------------------------------------------------------ filing

    def file_extraction(
        self, revision_id: int, sequence: int, version: str, figures: int, positions: int
    ) -> int:
        """File that one version of the extractor has read a revision; returns its id."""
        with self._at.transaction():
            return self._at.insert(
                "extractions",
                {
                    "revision_id": revision_id,
                    "sequence": sequence,
                    "version": version,
                    "figures": figures,
                    "positions": positions,
                },
            )

    def file_figure(self, followed: Followed, extraction_id: int) -> None:
        """File a figure with the thread it was linked to, which must be on file."""
        assert isinstance(followed.claim, FiledFigure)
        self._at.insert(
            "figures",
            {
                **_figure_row(followed.claim),
                "thread_id": followed.thread.id if followed.thread else None,
                "thread_reason": followed.reason,
                "extraction_id": extraction_id,
            },
        )

    def file_position(self, followed: Followed, extraction_id: int, text: str) -> None:
        """File a position with its proposition and thread; ``text`` is the revision's."""
        assert isinstance(followed.claim, FiledPosition)
        self.file_proposition(followed.claim.position.proposition)
        self._at.insert(
            "positions",
            {
                **_position_row(followed.claim, text),
                "thread_id": followed.thread.id if followed.thread else None,
                "thread_reason": followed.reason,
                "extraction_id": extraction_id,
            },
        )

    def file_proposition(self, proposition: Proposition) -> None:
        """File a proposition where its key is new."""
        self._at.execute(
            "INSERT INTO propositions VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (proposition.key, proposition.label, dump(proposition.terms)),
        )

    # ------------------------------------------------------------ reading

    def figure(self, figure_id: str) -> FiledFigure:
        """One figure by its id."""
        row = self._at.one(f"{FIGURE} WHERE f.id = ?", (figure_id,))
        if row is None:
            raise KeyError(figure_id)
        return to_figure(row)

    def position(self, position_id: str) -> FiledPosition:
        """One position by its id."""
        row = self._at.one(f"{POSITION} WHERE p.id = ?", (position_id,))
        if row is None:
            raise KeyError(position_id)
        return to_position(row)

    def get(self, claim_id: str) -> FiledFigure | FiledPosition:
        """One claim of either kind by its id. Raises KeyError."""
        try:
            return self.figure(claim_id)
        except KeyError:
            return self.position(claim_id)

    def known(self, claim: FiledFigure | FiledPosition) -> FiledFigure | FiledPosition | None:
        """The claim of this id as it is on file, or None."""
        try:
            if isinstance(claim, FiledFigure):
                return self.figure(claim.id)
            return self.position(claim.id)
        except KeyError:
            return None

    def current_extraction(self, revision_id: int) -> int:
        """The id of a revision's newest extraction."""
        return int(
            self._at.scalar(
                "SELECT id FROM extractions WHERE revision_id = ? ORDER BY id DESC LIMIT 1",
                (revision_id,),
            )
        )

    def of_revision(self, revision_id: int) -> tuple[list[FiledFigure], list[FiledPosition]]:
        """The claims of a revision's current extraction, in order of filing."""
        extraction = self._at.scalar(
            "SELECT id FROM extractions WHERE revision_id = ? ORDER BY id DESC LIMIT 1",
            (revision_id,),
        )
        figures = self._at.rows(
            f"{FIGURE} WHERE f.extraction_id = ? ORDER BY f.sequence", (extraction,)
        )
        positions = self._at.rows(
            f"{POSITION} WHERE p.extraction_id = ? ORDER BY p.sequence", (extraction,)
        )
        return [to_figure(row) for row in figures], [to_position(row) for row in positions]

    def threads_of_revision(self, revision_id: int) -> dict[str, str]:
        """The thread id of each of a revision's claims that is in one."""
        found = self._at.rows(
            "SELECT id, thread_id FROM figures WHERE revision_id = :revision "
            "AND thread_id IS NOT NULL UNION ALL SELECT id, thread_id FROM positions "
            "WHERE revision_id = :revision AND thread_id IS NOT NULL",
            {"revision": revision_id},
        )
        return {row["id"]: row["thread_id"] for row in found}


FIGURE = (
    "SELECT f.*, a.url, o.name AS outlet, r.outlet_kind, r.origin, r.published_at, r.number "
    "FROM figures f JOIN revisions r ON r.id = f.revision_id "
    "JOIN articles a ON a.id = f.article_id JOIN outlets o ON o.id = a.outlet_id"
)

POSITION = (
    "SELECT p.*, a.url, o.name AS outlet, r.outlet_kind, r.origin, r.published_at, r.number "
    "FROM positions p JOIN revisions r ON r.id = p.revision_id "
    "JOIN articles a ON a.id = p.article_id JOIN outlets o ON o.id = a.outlet_id"
)


def _figure_key(figure: Figure) -> tuple[object, ...]:
    span = figure.number
    return span.start, span.end, figure.measure, figure.counted, figure.group


def _position_key(position: Position) -> tuple[object, ...]:
    span = position.content
    return (
        span.start,
        span.end,
        position.holder.name,
        position.stance,
        position.proposition.key,
        position.sign,
    )


# ---------------------------------------------------------------- attribution


def _attribution(attribution: Attribution | None) -> str | None:
    if attribution is None:
        return None
    return dump(
        {
            "source": pairs(attribution.source),
            "cue": pairs(attribution.cue),
            "content": pairs(attribution.content),
            "cue_lemma": attribution.cue_lemma,
            "speaker": attribution.speaker,
            "channel": attribution.channel,
            "anonymous": attribution.anonymous,
            "venue": attribution.venue,
            "negated": attribution.negated,
            "nested": attribution.nested,
        }
    )


def _to_attribution(text: str | None) -> Attribution | None:
    if text is None:
        return None
    fields: dict[str, Any] = json.loads(text)
    return Attribution(
        **{
            **fields,
            "source": to_spans(fields["source"]),
            "cue": to_spans(fields["cue"]),
            "content": to_spans(fields["content"]),
            "venue": Venue(fields["venue"]),
        }
    )


# ---------------------------------------------------------------- figures


def _figure_row(filed: FiledFigure) -> dict[str, Any]:
    figure = filed.figure
    attribution = figure.attribution
    return {
        "id": filed.id,
        "sequence": filed.sequence,
        **_quantity_row(figure.quantity),
        "counted": figure.counted,
        "counted_as_written": figure.counted_as_written,
        "counted_group": figure.group,
        "nationality": figure.nationality,
        "measure": figure.measure,
        "agent": figure.agent,
        "place": figure.place.name if figure.place else None,
        "place_within": dump(figure.place.within) if figure.place else None,
        "place_iso3": figure.place.iso3 if figure.place else None,
        "event": figure.event,
        **_period_row("period", figure.period),
        **_period_row("as_of", figure.as_of),
        "series": figure.series,
        "status": figure.status,
        "reporting_unit": figure.reporting_unit,
        "assertion": figure.assertion,
        "older": figure.older,
        "more": figure.more,
        "authority": figure.authority,
        "authority_as_written": figure.authority_as_written,
        "speaker": attribution.speaker if attribution else None,
        "channel": attribution.channel if attribution else None,
        "venue": attribution.venue if attribution else None,
        "revision_words": figure.revision_words,
        "headline": figure.headline,
        "followed": figure.followed,
        "why_not_followed": figure.why_not_followed,
        "confidence": figure.confidence,
        "sentence": filed.sentence,
        "sentence_start": figure.sentence.start,
        "sentence_end": figure.sentence.end,
        "number_start": figure.number.start,
        "number_end": figure.number.end,
        "attribution": _attribution(attribution),
        "article_id": filed.article_id,
        "revision_id": filed.revision_id,
    }


def _quantity_row(quantity: Quantity) -> dict[str, Any]:
    return {
        "as_written": quantity.as_written,
        "low": number(quantity.low),
        "high": number(quantity.high),
        "modifier": quantity.modifier,
        "exclusive": quantity.exclusive,
        "vague": quantity.vague,
        "step": number(quantity.step),
        "unit": quantity.unit,
        "movement": quantity.movement,
        "unit_kind": quantity.unit_kind,
    }


def _period_row(name: str, period: Period | None) -> dict[str, Any]:
    """Three columns; the basis is NULL exactly when there is no period."""
    return {
        f"{name}_start": day(period.start) if period else None,
        f"{name}_end": day(period.end) if period else None,
        f"{name}_basis": period.basis if period else None,
    }


def to_figure(row: Row) -> FiledFigure:
    """A figure from a row of `FIGURE`."""
    return FiledFigure(
        id=row["id"],
        figure=Figure(
            quantity=_to_quantity(row),
            number=Span(row["number_start"], row["number_end"]),
            sentence=Span(row["sentence_start"], row["sentence_end"]),
            counted=row["counted"],
            counted_as_written=row["counted_as_written"],
            group=row["counted_group"],
            nationality=row["nationality"],
            measure=row["measure"],
            agent=row["agent"],
            place=_to_place(row),
            event=row["event"],
            period=_to_period(row, "period"),
            as_of=_to_period(row, "as_of"),
            series=Series(row["series"]),
            status=Status(row["status"]),
            reporting_unit=row["reporting_unit"],
            assertion=Assertion(row["assertion"]),
            older=bool(row["older"]),
            authority=row["authority"],
            authority_as_written=row["authority_as_written"],
            attribution=_to_attribution(row["attribution"]),
            revision_words=row["revision_words"],
            more=bool(row["more"]),
            headline=bool(row["headline"]),
            followed=bool(row["followed"]),
            why_not_followed=row["why_not_followed"],
            confidence=row["confidence"],
        ),
        **_bearings(row),
    )


def _to_quantity(row: Row) -> Quantity:
    step = to_number(row["step"])
    assert step is not None
    return Quantity(
        low=to_number(row["low"]),
        high=to_number(row["high"]),
        modifier=Modifier(row["modifier"]),
        unit=row["unit"],
        as_written=row["as_written"],
        exclusive=bool(row["exclusive"]),
        vague=bool(row["vague"]),
        step=step,
        movement=Movement(row["movement"]) if row["movement"] else None,
        unit_kind=UnitKind(row["unit_kind"]),
    )


def _to_place(row: Row) -> Place | None:
    if row["place"] is None:
        return None
    return Place(row["place"], strings(row["place_within"]), row["place_iso3"])


def _to_period(row: Row, name: str) -> Period | None:
    basis = row[f"{name}_basis"]
    if basis is None:
        return None
    return Period(to_day(row[f"{name}_start"]), to_day(row[f"{name}_end"]), basis)


# ---------------------------------------------------------------- positions


def _position_row(filed: FiledPosition, text: str) -> dict[str, Any]:
    position = filed.position
    attribution = position.attribution
    condition, limit = position.condition, position.limit
    return {
        "id": filed.id,
        "sequence": filed.sequence,
        "holder": position.holder.name,
        "holder_kind": position.holder.kind,
        "holder_official": position.holder.official,
        "stance": position.stance,
        "proposition": position.proposition.key,
        "proposition_label": position.proposition.label,
        "proposition_terms": dump(position.proposition.terms),
        "sign": position.sign,
        "strength": position.strength,
        "quote": filed.quote,
        "speaker": attribution.speaker,
        "channel": attribution.channel,
        "venue": attribution.venue,
        "anonymous": attribution.anonymous,
        "rank": position.rank,
        "act": position.act,
        "undoes": position.undoes,
        "condition": condition.of(text) if condition else None,
        "limits": limit.of(text) if limit else None,
        "background": position.background,
        "contradicts_in_text": position.contradicts_in_text,
        "headline": position.headline,
        "said_on": day(position.said_on),
        "confidence": position.confidence,
        "sentence": filed.sentence,
        "sentence_start": position.sentence.start,
        "sentence_end": position.sentence.end,
        "content_start": position.content.start,
        "content_end": position.content.end,
        "condition_start": condition.start if condition else None,
        "condition_end": condition.end if condition else None,
        "limits_start": limit.start if limit else None,
        "limits_end": limit.end if limit else None,
        "attribution": _attribution(attribution),
        "article_id": filed.article_id,
        "revision_id": filed.revision_id,
    }


def to_position(row: Row) -> FiledPosition:
    """A position from a row of `POSITION`."""
    attribution = _to_attribution(row["attribution"])
    assert attribution is not None
    return FiledPosition(
        id=row["id"],
        position=Position(
            holder=Holder(row["holder"], row["holder_kind"], bool(row["holder_official"])),
            stance=Stance(row["stance"]),
            proposition=Proposition(
                row["proposition"], row["proposition_label"], strings(row["proposition_terms"])
            ),
            sign=row["sign"],
            strength=row["strength"],
            attribution=attribution,
            content=Span(row["content_start"], row["content_end"]),
            sentence=Span(row["sentence_start"], row["sentence_end"]),
            rank=Rank(row["rank"]),
            act=bool(row["act"]),
            undoes=bool(row["undoes"]),
            condition=to_span(row["condition_start"], row["condition_end"]),
            limit=to_span(row["limits_start"], row["limits_end"]),
            background=bool(row["background"]),
            headline=bool(row["headline"]),
            said_on=to_day(row["said_on"]),
            contradicts_in_text=bool(row["contradicts_in_text"]),
            confidence=row["confidence"],
        ),
        quote=row["quote"],
        **_bearings(row),
    )


def _bearings_in(report: Report) -> dict[str, Any]:
    """Where a report's claims come from: what figures and positions have in common."""
    return {
        "article_id": report.article_id,
        "revision_id": report.revision_id,
        "url": report.url,
        "outlet": report.outlet,
        "outlet_kind": report.outlet_kind,
        "origin": report.origin,
        "published": report.published,
        "revision_number": report.revision_number,
    }


def _bearings(row: Row) -> dict[str, Any]:
    """The same of a claim on file, with its sentence and its place in the order of filing."""
    return {
        "sentence": row["sentence"],
        "article_id": row["article_id"],
        "revision_id": row["revision_id"],
        "url": row["url"],
        "outlet": row["outlet"],
        "outlet_kind": row["outlet_kind"],
        "origin": row["origin"],
        "published": to_time(row["published_at"]),
        "sequence": row["sequence"],
        "revision_number": row["number"],
    }
