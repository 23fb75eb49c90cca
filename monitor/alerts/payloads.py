"""The JSON of an alert: ``monitor.alert/1``, described by ``schema.json`` beside this file.

A payload stays under 20 kB (the bound of Standard Webhooks): long sentences are cut around the
number, further changes of the report counted instead of listed, and ``cut`` says so.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from math import isfinite
from typing import Any

from monitor.alerts.links import LONGEST, Pages, at_sentence
from monitor.alerts.moved import Claim, Moved, change_type, history, last_values
from monitor.alerts.wording import claim_words, cut, day_of, stance_words
from monitor.claims import (
    DisputeKind,
    FiledFigure,
    FiledPosition,
    Number,
    Report,
    Series,
    Span,
    Support,
)
from monitor.extract.verifiers import read_verifier
from monitor.inert import inert, one_line
from monitor.quantities import Interval, reading

SCHEMA = "monitor.alert/1"
LIMIT = 20_000  # bytes of UTF-8
SPARE = 1_000  # bytes left for what a message is told on its way: counts, what it overtakes


@cache
def schema() -> dict[str, Any]:
    """The published JSON Schema of every payload."""
    text = files("monitor.alerts").joinpath("schema.json").read_text("utf-8")
    parsed: dict[str, Any] = json.loads(text)
    return parsed


@dataclass(frozen=True, slots=True)
class _Fit:
    """How much of everything a payload shows; in characters, but ``listed`` in items."""

    sentence: int
    name: int
    address: int
    text: int
    listed: int  # further changes of the same report


_FITS = (  # tried in order until the payload is small enough; the last always is
    _Fit(sentence=1200, name=300, address=LONGEST, text=6000, listed=20),
    _Fit(sentence=500, name=300, address=LONGEST, text=4000, listed=10),
    _Fit(sentence=300, name=120, address=1000, text=2000, listed=5),
    _Fit(sentence=120, name=50, address=300, text=500, listed=0),
)


def payload(
    moved: Moved,
    others: Sequence[Moved],
    report: Report,
    *,
    alert: str,
    severity: str,
    title: str,
    text: str,
    now: datetime,
    pages: Pages,
) -> dict[str, Any]:
    """The alert as JSON values, within the bound. ``others``: what else the report changed."""
    for fit in _FITS:
        made = _payload(moved, others, report, fit) | {
            "id": alert,
            "severity": severity,
            "title": title[: fit.text],
            "text": text[: fit.text],
            "created_at": stamp(now),
            "links": _links(moved, alert, pages, fit),
        }
        if size(made) < LIMIT - SPARE:
            break
    return {key: made[key] for key in sorted(made, key=_ORDER.index)}


_ORDER = (
    *("schema", "id", "type", "tier", "severity", "created_at", "supersedes", "watches", "why"),
    *("title", "text", "thread", "new", "old", "other", "difference", "last_values", "equals"),
    *("support", "others_in_report", "others_left_out", "disputed_by", "vouched_for", "details"),
    *("explanation", "confidence", "cut", "links"),
)


def size(payload: dict[str, Any]) -> int:
    """Bytes of a payload as it is sent."""
    return len(json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode())


def stamp(at: datetime) -> str:
    """A time as payloads write it: UTC, ISO 8601, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _payload(moved: Moved, others: Sequence[Moved], report: Report, fit: _Fit) -> dict[str, Any]:
    change = moved.change
    claims = [moved.claim, moved.before, moved.other]
    return {
        "schema": SCHEMA,
        "type": change_type(moved),
        "tier": str(change.tier),
        "supersedes": None,
        "watches": ["default"],
        "why": [one_line(change.tier_reason, fit.name)] if change.tier_reason else [],
        "thread": _thread(moved, fit),
        "new": _claim(moved.claim, report, fit),
        "old": _claim(moved.before, report, fit) if moved.before else None,
        "other": _claim(moved.other, report, fit) if moved.other else None,
        "difference": _difference(moved),
        "last_values": [
            [day.isoformat(), claim.figure.quantity.value] for day, claim in last_values(moved)
        ],
        "equals": _equals(moved, fit),
        "support": _support(change.support),
        "others_in_report": [_summary(other, fit) for other in others[: fit.listed]],
        "others_left_out": max(0, len(others) - fit.listed),
        **_disputes(moved, fit),
        "details": {
            one_line(key, fit.name): one_line(value, fit.name)
            for key, value in change.details[: fit.listed]
        },
        "explanation": one_line(change.explanation, fit.name),
        "confidence": {"reading": _confidence(moved.claim), "thread": round(change.confidence, 3)},
        "cut": any(claim is not None and len(claim.sentence) > fit.sentence for claim in claims),
    }


def _disputes(moved: Moved, fit: _Fit) -> dict[str, Any]:
    """Who disputes the figure and who vouches for it."""
    told: dict[str, list[dict[str, Any]]] = {str(kind): [] for kind in DisputeKind}
    for each in moved.disputes[: fit.listed]:
        said = each.position
        told[str(each.kind)].append(
            {
                "holder": one_line(said.position.holder.name, fit.name),
                "quote": inert(said.quote[: fit.sentence]),
                "claim": said.id,
                "url": said.url if len(said.url) <= fit.address else None,
                "published_at": stamp(said.published),
            }
        )
    return told


def _equals(moved: Moved, fit: _Fit) -> dict[str, Any] | None:
    """Whose figure a number without a source equals."""
    known = moved.equals
    if known is None or known.figure.authority is None:
        return None
    return {
        "name": one_line(known.figure.authority, fit.name),
        "as_of": day_of(known).isoformat(),
        "claim": known.id,
    }


def _links(moved: Moved, alert: str, pages: Pages, fit: _Fit) -> dict[str, str]:
    sentence = at_sentence(moved.claim.url, moved.claim.sentence, fit.address)
    return ({"sentence": sentence} if sentence else {}) | pages.of(
        moved.claim, moved.thread.id, alert
    )


def _support(support: Support) -> dict[str, int]:
    return {
        "authorities": support.authorities,
        "independent_origins": support.origins,
        "reports": support.reports,
    }


def _confidence(claim: Claim) -> float:
    if isinstance(claim, FiledFigure):
        return round(claim.figure.confidence, 3)
    return round(claim.position.confidence, 3)


def _thread(moved: Moved, fit: _Fit) -> dict[str, Any]:
    thread = moved.thread
    named = {"id": thread.id, "label": one_line(thread.label, fit.name)}
    if isinstance(moved.claim, FiledFigure):
        figure = moved.claim.figure
        return named | {
            "measure": figure.measure,
            "counted": figure.group or figure.counted,
            "unit": figure.quantity.unit,
            "series": str(figure.series),
            "since": _since(moved),
            "status": str(figure.status),
            "place": figure.place
            and {"name": one_line(figure.place.name, fit.name), "iso3": figure.place.iso3},
        }
    position = moved.claim.position
    return named | {
        "holder": {"name": one_line(position.holder.name, fit.name), "kind": position.holder.kind},
        "proposition": {
            "key": one_line(position.proposition.key, fit.name),
            "label": one_line(position.proposition.label, fit.name),
        },
    }


def _since(moved: Moved) -> str | None:
    """The day a running total counts from, as any claim of the thread states it."""
    for claim in reversed(history(moved)):
        if isinstance(claim, FiledFigure) and claim.figure.series is Series.CUMULATIVE:
            period = claim.figure.period
            if period is not None and period.start is not None:
                return period.start.isoformat()
    return None


def _claim(claim: Claim, report: Report, fit: _Fit) -> dict[str, Any]:
    if isinstance(claim, FiledFigure):
        own, mark = _figure(claim, fit), claim.figure.number
        begin = claim.figure.sentence.start
    else:
        own, mark = _position(claim, report, fit), claim.position.content
        begin = claim.position.sentence.start
    start = min(max(0, mark.start - begin), len(claim.sentence))
    end = min(max(start, mark.end - begin), len(claim.sentence))
    sentence, left_out = cut(claim.sentence, (start, end), fit.sentence)
    end = min(end - left_out, len(sentence))
    return own | {
        "claim": claim.id,
        "sentence": inert(sentence),
        "mark": [min(max(0, start - left_out), end), end],
        "outlet": {"name": one_line(claim.outlet, fit.name), "kind": claim.outlet_kind},
        "url": claim.url if len(claim.url) <= fit.address else None,
        "published_at": stamp(claim.published),
        "fetched_at": stamp(report.fetched) if claim.revision_id == report.revision_id else None,
        "revision": claim.revision_id,
    }


def _figure(claim: FiledFigure, fit: _Fit) -> dict[str, Any]:
    figure, quantity = claim.figure, claim.figure.quantity
    attribution = figure.attribution
    return {
        "as_written": one_line(quantity.as_written, fit.name),
        "said": claim_words(claim),
        "modifier": str(quantity.modifier),
        "stated": {"low": quantity.low, "high": quantity.high, "exclusive": quantity.exclusive},
        "read_as": _interval(reading(quantity)),
        "as_of": day_of(claim).isoformat(),
        "as_of_basis": one_line(_basis(claim), fit.name),
        "source": {
            "name": figure.authority and one_line(figure.authority, fit.name),
            "as_written": figure.authority_as_written
            and one_line(figure.authority_as_written, fit.name),
            "attribution": attribution and str(attribution.venue),
            "verified_by": _verified_by(claim, fit),
        },
    }


def _verified_by(claim: FiledFigure, fit: _Fit) -> str | None:
    who = read_verifier(claim.sentence)
    return who and one_line(who, fit.name)


def _interval(interval: Interval) -> dict[str, Number | None]:
    """Bounds for JSON, which knows no infinity."""

    def bound(value: float) -> Number | None:
        if not isfinite(value):
            return None
        return int(value) if value == int(value) else value

    return {"low": bound(interval.low), "high": bound(interval.high)}


def _basis(claim: FiledFigure) -> str:
    """How the day is known; a stated day on which it all happened is not when it was counted."""
    as_of = claim.figure.as_of
    is_stated = as_of is not None and as_of.end == day_of(claim)
    return as_of.basis if as_of is not None and as_of.basis and is_stated else "published"


def _position(claim: FiledPosition, report: Report, fit: _Fit) -> dict[str, Any]:
    position = claim.position
    attribution = position.attribution

    def words(span: Span | None) -> str | None:
        if span is None or claim.revision_id != report.revision_id:
            return None
        return inert(span.of(report.text)[: fit.sentence])

    return {
        "stance": str(position.stance),
        "said": stance_words(position),
        "sign": position.sign,
        "strength": position.strength,
        "rank": str(position.rank),
        "act": position.act,
        "said_on": position.said_on and position.said_on.isoformat(),
        "quote": inert(claim.quote[: fit.sentence]),
        "condition": words(position.condition),
        "limit": words(position.limit),
        "source": {
            "name": attribution.speaker and one_line(attribution.speaker, fit.name),
            "attribution": str(attribution.venue),
            "anonymous": attribution.anonymous,
            "channel": attribution.channel and one_line(attribution.channel, fit.name),
        },
    }


def _difference(moved: Moved) -> dict[str, Any] | None:
    new, old = moved.claim, moved.before
    if not isinstance(new, FiledFigure) or not isinstance(old, FiledFigure):
        return None
    was, is_now = old.figure.quantity.value, new.figure.quantity.value
    return {
        "absolute": round(is_now - was, 6),
        "percent": round((is_now - was) / was * 100, 1) if was else None,
        "days": (day_of(new) - day_of(old)).days,
    }


def _summary(moved: Moved, fit: _Fit) -> dict[str, Any]:
    return {
        "type": change_type(moved),
        "tier": str(moved.change.tier),
        "label": one_line(moved.thread.label, fit.name),
        "old": claim_words(moved.before) if moved.before else None,
        "new": claim_words(moved.claim),
    }
