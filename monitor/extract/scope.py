"""What kind of quantity over time a count is, and the time that it covers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from spacy.tokens import Span as Tokens
from spacy.tokens import Token

from monitor.claims import Period, Series, Span
from monitor.extract.arcs import beyond, distance, governor, path_up
from monitor.extract.counted import Counted
from monitor.extract.events import Event
from monitor.extract.lexicon import lexicon
from monitor.extract.measures import Measure, senses
from monitor.extract.periods import When, since
from monitor.extract.reading import Reading

# A day's or night's count may cover at most so many days; a longer stretch is a running total.
SHORT_DAYS = 3
# A total since a day further back is one of history and not of the events reported.
LONG_AGO = 10 * 365
HALF_A_YEAR = 180
# Further than this along the parse, an expression of time belongs to another statement.
REACH = 7.0


@dataclass(frozen=True, slots=True)
class Timing:
    """The expressions of time that bear on one count."""

    period: When | None = None  # when it happened
    since: When | None = None  # from when on it is counted
    said: When | None = None  # when it was said or stood so


def read_timing(
    counted: Counted,
    measure: Measure | None,
    times: Sequence[tuple[When, Token]],
    data: Path | None = None,
) -> Timing:
    """The nearest expressions of time of each kind. ``times`` are those of the sentence."""
    words = senses(data)
    best: dict[str, tuple[float, When]] = {}
    for when, token in times:
        away = distance(counted.anchor, token)
        if away > REACH or (measure is not None and beyond(counted.anchor, token, measure.cue)):
            continue
        kind = _kind(when, token, counted, measure, words.saying | words.movers)
        if kind not in best or away < best[kind][0]:
            best[kind] = (away, when)
    if {"period", "since"} <= best.keys() and best["period"][0] < best["since"][0]:
        del best["since"]
    found = {kind: when for kind, (_, when) in best.items()}
    return Timing(found.get("period"), found.get("since"), found.get("said"))


def _kind(
    when: When,
    token: Token,
    counted: Counted,
    measure: Measure | None,
    saying: frozenset[str],
) -> str:
    if when.kind == "since":
        return "since"
    verb = governor(token)
    if counted.anchor.dep_ == "dobj" and counted.anchor.head == verb:
        return "period"  # "on Monday the ministry reported nine deaths"
    if measure is None or when.kind == "days" or verb.lemma_ not in saying or verb == measure.cue:
        return "period"
    passive = any(c.dep_ == "nsubjpass" for c in verb.children)
    return "period" if passive and measure.verb == verb else "said"


def times_of(
    reading: Reading, found: Sequence[When], published: date | None
) -> list[tuple[When, Token]]:
    """Each expression of time with its head word; one behind "since" becomes a stretch."""
    result = []
    for when in found:
        span = reading.doc.char_span(when.span.start, when.span.end, alignment_mode="expand")
        token = span.root
        if _behind_since(token, span.start):
            if _ranks(span) and not any(c.dep_ == "relcl" for c in token.children):
                continue
            when = when if _ranks(span) else since(when, published)
            result.append((when, token))
            continue
        result.append((when, token))
    return result


def _ranks(span: Tokens) -> bool:
    """Whether "since" only ranks a level ("the highest since 2021") and starts no total."""
    doc = span.doc
    near = [doc[i] for i in range(max(span.sent.start, span.start - 5), span.start)]
    before = [t for t in near if t.i < next((s.i for s in near if s.lower_ == "since"), span.start)]
    return any(t.tag_ in ("JJS", "RBS") or t.lower_ in ("first", "record") for t in before[-3:])


def since_then(
    reading: Reading, found: Sequence[When], published: date | None, data: Path | None = None
) -> list[tuple[When, Token]]:
    """ "Since then", "ever since": from the last day named before it."""
    words = "|".join(lexicon("periods", data)["words"]["since_then"])
    result = []
    for match in re.finditer(rf"\b(?:{words})\b", reading.text, re.IGNORECASE):
        named = [w for w in found if w.dated and w.kind == "day" and w.span.end <= match.start()]
        if not named:
            continue
        tokens = reading.doc.char_span(match.start(), match.end(), alignment_mode="expand")
        day = since(named[-1], published)
        result.append((replace(day, span=Span(match.start(), match.end())), tokens.root))
    return result


def _behind_since(token: Token, start: int) -> bool:
    doc = token.doc
    near = {doc[i].lower_ for i in range(max(0, start - 2), start + 1)}
    if "since" in near:
        return True
    return any(t.lower_ == "since" and t.dep_ in ("prep", "mark") for t in _overhead(token))


def _overhead(token: Token) -> list[Token]:
    """The prepositions and conjunctions over a word, within its own phrase."""
    found: list[Token] = []
    for node in path_up(token):
        if node.pos_ in ("VERB", "AUX"):
            marks = [c for c in node.children if c.dep_ in ("mark", "prep") and c.lower_ == "since"]
            found += [m for m in marks if m.i < token.i]
            break
        found.append(node)
    return found


@dataclass(frozen=True, slots=True)
class Nature:
    """What decides the kind of quantity beside the words of time."""

    event: Event | None  # the event it belongs to
    large: bool  # the place is a whole region or country
    part: bool  # the place is a small one inside the text's main place
    more: bool  # it adds to a count given before


def read_series(
    counted: Counted,
    measure: Measure,
    timing: Timing,
    words: str,
    near: str,
    nature: Nature,
    data: Path | None = None,
) -> tuple[Series, bool]:
    """The kind of quantity, and whether the sentence itself says so.

    ``words`` are those of the clause in lower case, with a space on both sides; ``near`` those
    nearer to this count than to another one.
    """
    table = lexicon("periods", data)["words"]
    if _is_rate(near, table):
        return Series.RATE, True
    total = Series.STOCK if measure.stock else Series.CUMULATIVE
    short = timing.period is not None and _short(timing.period)
    if timing.since is not None or " since " in words or _since_clause(measure.verb):
        return total, True
    if short and _has(words, table["alone"]) and not measure.stock:
        return Series.PERIOD, True
    if _has(words, table["so_far"]):
        return total, True
    if nature.more and not measure.stock:
        return Series.PERIOD, True
    if _stands(measure, counted, data):
        return (Series.PART, False) if nature.part else (total, True)
    if measure.stock:
        return (Series.PART if nature.part else Series.STOCK), True
    return _by_event(measure, timing, nature, short)


def _since_clause(verb: Token) -> bool:
    """Whether a clause of the verb says from when on: "since the fighting began"."""
    clauses = [c for c in verb.children if c.dep_ == "advcl"]
    return any(
        g.lower_ == "since" for c in clauses for g in c.children if g.dep_ in ("mark", "prep")
    )


def _by_event(measure: Measure, timing: Timing, nature: Nature, short: bool) -> tuple[Series, bool]:
    event = nature.event
    running = event is not None and event.running(nature.large)
    if event is not None and event.single and not running:
        return Series.EVENT, True
    if measure.cue.tag_ == "VBG" and measure.cue.dep_ == "advcl" and not nature.large:
        return Series.EVENT, False  # "a missile hit the shop, killing 16"
    if measure.role == "noun" and any(c.lower_ == "the" for c in measure.cue.lefts):
        return Series.CUMULATIVE, False  # "the dead included 40 children"
    if nature.part:
        return Series.PART, False
    if short and event is None:
        return Series.PERIOD, True
    if timing.period is not None and not short and timing.period.kind == "days":
        return Series.CUMULATIVE, True
    if measure.flow:
        return Series.PERIOD, False
    if running:
        return Series.CUMULATIVE, False
    if event is not None or _perfect(measure.verb):
        return (Series.PERIOD, False) if short else (Series.CUMULATIVE, False)
    return Series.UNKNOWN, False


def _short(when: When) -> bool:
    start, end = when.period.start, when.period.end
    return start is not None and end is not None and (end - start).days <= SHORT_DAYS


def _perfect(verb: Token) -> bool:
    return any(c.dep_ == "aux" and c.lemma_ == "have" for c in verb.children)


def _stands(measure: Measure, counted: Counted, data: Path | None) -> bool:
    """Whether the count is given as where a toll or number stands ("rose to 52")."""
    words = senses(data)
    over = governor(counted.anchor)
    lone = counted.anchor == counted.number.root and counted.anchor.dep_ in ("pobj", "dobj")
    if lone and over.lemma_ in words.movers - words.weak:
        return True
    return measure.cue.lemma_ in ("toll", "number", "total") or (
        measure.verb.lemma_ in words.movers - words.weak and measure.cue != measure.verb
    )


def _is_rate(near: str, table: dict[str, Any]) -> bool:
    """Whether the count is so many each day or week ("a week of rain" and "a day earlier" not)."""
    if re.search(table["every"], near):
        return True
    lengths = tuple(f" {word}" for word in table["lengths"])
    for phrase in table["rate"]:
        before, found, after = near.partition(f" {phrase} ")
        follows = after.split(" ", 1)[0]
        if found and follows not in table["not_rate"] and not before.endswith(lengths):
            return True
    return False


def _has(words: str, phrases: Sequence[str]) -> bool:
    return any(f" {phrase} " in words for phrase in phrases)


def as_of(timing: Timing, published: date | None) -> Period | None:
    """The day that the count stands for: stated with it, else publication."""
    for when in (timing.said, timing.period):
        if when is not None and when.kind in ("day", "days") and when.period.end is not None:
            end = when.period.end
            return Period(end, end, when.period.basis)
    return Period(published, published, "published") if published is not None else None


def is_older(timing: Timing, near: str, published: date | None, data: Path | None = None) -> bool:
    """Whether the count belongs to another time: an earlier year, a former war."""
    if _has(near, lexicon("periods", data)["words"]["older"]):
        return True
    when = timing.since or timing.period
    if when is None or published is None or when.period.start is None:
        return False
    days = (published - when.period.start).days
    if when.kind == "since":
        return days > LONG_AGO
    if when.kind in ("year", "month", "day") and when.period.start.year < published.year:
        return days > HALF_A_YEAR or when.kind == "year"
    return False
