"""The domain's words as types: claims, the reports they come from, threads and changes.

Every value that crosses from one room of the house to the next is one of these: immutable,
comparable, picklable (extraction runs in worker processes). Offsets count Unicode code points
of a revision's text, end exclusive. Times are timezone-aware UTC. Imports nothing of ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

Number = int | float


def content_id(prefix: str, *parts: object) -> str:
    """An id derived from content, so that a repeated run makes the same one.

    ``prefix`` names the kind (``fig``, ``pos``, ``thr``, ``chg``, ``alr``); the rest is 80 bits of
    SHA-256 over the parts, in hexadecimal.
    """
    text = "\x1f".join(str(part) for part in parts)
    return f"{prefix}_{hashlib.sha256(text.encode()).hexdigest()[:20]}"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a revision's text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words the span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end


# ---------------------------------------------------------------- quantities


class Modifier(StrEnum):
    """How the words around a number bind it."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    APPROXIMATE = "approximate"
    RANGE = "range"


class UnitKind(StrEnum):
    """What sort of word a unit is."""

    COUNTED = "counted"  # the counted thing itself, or none
    MEASURE = "measure"  # km, percent
    CURRENCY = "currency"  # USD, also per something: USD/barrel


class Movement(StrEnum):
    """The direction, where the number is itself a change ("rose by 300")."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as stated. ``low`` and ``high`` are the stated bounds; None is unbounded.

    ``exclusive``: the single bound itself is excluded ("over 200" is more than 200).
    ``vague``: a word with bounds from the data file (dozens); it never moves a series.
    ``step``: the rounding step of the number as written (5,000: 1000; 5,087: 1; 1.4m: 100000).
    """

    low: Number | None
    high: Number | None
    modifier: Modifier = Modifier.EXACT
    unit: str | None = (
        None  # person, USD, percent, km, ... in one normal form; None for a bare count
    )
    as_written: str = ""  # the numeral alone, as in the text
    exclusive: bool = False
    vague: bool = False
    step: Number = 1
    movement: Movement | None = None
    unit_kind: UnitKind = field(default=UnitKind.COUNTED, compare=False)  # follows from the unit

    @property
    def value(self) -> Number:
        """One number for ordering and display: the low bound, else the high one."""
        if self.low is not None:
            return self.low
        assert self.high is not None
        return self.high


@dataclass(frozen=True, slots=True)
class QuantityMention:
    """Any quantity of a text, claim or not (what ``--as quantities`` writes)."""

    quantity: Quantity
    number: Span  # the numeral alone
    unit_as_written: str = ""  # unit or counted noun phrase, without function words
    is_measure: bool = False  # the unit is a measure, currency or percentage, not a counted thing


# ---------------------------------------------------------------- attribution


class Venue(StrEnum):
    """How a saying reached the reader."""

    ON_THE_RECORD = "on_the_record"
    ON_BACKGROUND = "on_background"  # unnamed, to one outlet
    DOCUMENT = "document"
    THIRD_PARTY = "third_party"  # one party reports another's words or position
    COLUMNIST = "columnist"  # the paper's own columnist or an expert: filed, never alerted
    REPORTER = "reporter"  # the reporter's own words


class Rank(StrEnum):
    """Who speaks for a holder, from the top."""

    PRINCIPAL = "principal"
    MINISTER = "minister"
    SPOKESPERSON = "spokesperson"
    OFFICIAL = "official"
    AGENCY = "agency"
    DISSENTER = "dissenter"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says what, by which words. Spans as the annotators of the field cut them.

    ``source`` is empty where none is expressed. ``speaker`` is the source resolved within the
    article ("he" -> "Dmitry Peskov") where that is safe, else as written.
    """

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    cue_lemma: str = ""
    speaker: str | None = None
    channel: str | None = None  # the outlet told or reporting, or "public statement"
    anonymous: bool = False
    venue: Venue = Venue.ON_THE_RECORD
    negated: bool = False  # "did not say", "has not confirmed"
    nested: bool = False  # inside another's content ("he said that they had denied it")


# ---------------------------------------------------------------- figures


class Series(StrEnum):
    """What kind of quantity over time; two kinds never share a thread."""

    STOCK = "stock"  # as of a date: held, displaced now, missing
    CUMULATIVE = "flow_cumulative"  # running total since a date
    PERIOD = "flow_period"  # of one period: 24 hours, a night, "two more"
    EVENT = "event_total"  # one event's total
    RATE = "rate"
    FORECAST = "forecast"
    PLAN = "plan"
    PART = "part"  # one place, strike or group of people inside a larger count
    UNKNOWN = "unknown"


class Status(StrEnum):
    """What has been established; two statuses never share a thread."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    VERIFIED = "verified"
    IDENTIFIED = "identified"
    SUSPECTED = "suspected"
    PROBABLE = "probable"
    PRESUMED = "presumed"
    FEARED = "feared"


class Assertion(StrEnum):
    """Whether the text says that it is so."""

    ASSERTED = "asserted"
    DENIED = "denied"
    HYPOTHETICAL = "hypothetical"
    DEMANDED = "demanded"
    PLANNED = "planned"
    OFFERED = "offered"


@dataclass(frozen=True, slots=True)
class Place:
    """A named place and what contains it, nearest first ("Khan Younis", ("Gaza Strip",))."""

    name: str
    within: tuple[str, ...] = ()
    iso3: str | None = None  # the country's code, where one is known

    def covers(self, other: Place) -> bool:
        """Whether ``other`` is this place or lies in it."""
        return self.name == other.name or self.name in other.within


@dataclass(frozen=True, slots=True)
class Period:
    """The time a figure covers, resolved against the publication date; days inclusive.

    ``basis`` says how it is known ("stated: on Monday", "since 7 October", "published").
    """

    start: date | None
    end: date | None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A numeric claim: so many of something, what happened to them, where, by when."""

    quantity: Quantity
    number: Span  # the numeral alone
    sentence: Span
    counted: str  # head noun in normal form: people, children, soldiers, captives, trucks, ...
    counted_as_written: str = ""
    group: str | None = None  # sex, age, role: children, women, civilians, soldiers; None: all
    nationality: str | None = None
    measure: str | None = None  # killed, injured, missing, displaced, held, released, entered, ...
    agent: str | None = None
    place: Place | None = None
    event: str | None = None  # the one incident it belongs to, in normal form
    period: Period | None = None
    as_of: Period | None = None
    series: Series = Series.UNKNOWN
    status: Status = Status.REPORTED
    reporting_unit: str = "persons"  # persons, households, bodies, cases
    assertion: Assertion = Assertion.ASSERTED
    older: bool = False  # of another event, war or time than the report's own
    authority: str | None = None  # who counted, in one normal form; None: no source
    authority_as_written: str | None = None
    attribution: Attribution | None = None
    revision_words: str | None = None  # "revised down", "lowered its count": the words, if any
    more: bool = False  # "two more", "another 266": an increment
    headline: bool = False
    followed: bool = True  # False: filed but in no thread (planned, older, no measure, ...)
    why_not_followed: str = ""
    confidence: float = 0.9  # of the reading


# ---------------------------------------------------------------- positions


class Stance(StrEnum):
    """The twelve stances."""

    SUPPORT = "support"
    OPPOSE = "oppose"
    COMMIT = "commit"
    REFUSE = "refuse"
    WILLING = "willing"
    DEMAND = "demand"
    URGE = "urge"
    DENY = "deny"
    CONFIRM = "confirm"
    WARN = "warn"
    DOUBT = "doubt"
    ASSESS = "assess"


@dataclass(frozen=True, slots=True)
class Holder:
    """The actor whose position it is, in one normal form.

    ``kind``: state, intergovernmental, central_bank, party, movement, agency, company, court,
    federation, person, group.
    """

    name: str
    kind: str = "group"
    official: bool = True


@dataclass(frozen=True, slots=True)
class Proposition:
    """What a position is about, put positively (it happens, is allowed, is so).

    ``key`` is the normal form that several holders can stand on ("ceasefire|gaza strip");
    ``terms`` are the content lemmas used to compare two wordings.
    """

    key: str
    label: str
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """A claim that a holder takes a stance on a proposition."""

    holder: Holder
    stance: Stance
    proposition: Proposition
    sign: int  # -1, 0, +1 towards the proposition
    strength: int  # 1-3, from the data file
    attribution: Attribution
    content: Span
    sentence: Span
    rank: Rank = Rank.OTHER
    act: bool = False  # a vote, veto, recall, sanction, release: the deed is the position
    undoes: bool = False  # a deed that ends a state which stood before (cut ties, lifted a ban)
    condition: Span | None = None
    limit: Span | None = None  # the same speaker's limiting clause, up to two sentences away
    background: bool = False  # retells an older saying or act: never alerts
    headline: bool = False
    said_on: date | None = None
    contradicts_in_text: bool = False  # the report itself sets it against another voice
    confidence: float = 0.8


# ---------------------------------------------------------------- reports


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything one version of the extractor finds in one text."""

    version: str  # hash of code version, data files, pipeline name and version
    figures: tuple[Figure, ...] = ()
    positions: tuple[Position, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One revision of one article, with what the tracker may know about it."""

    article_id: int
    revision_id: int
    url: str
    outlet: str
    outlet_kind: str  # primary, wire, newspaper, state_media, aggregator, own
    title: str
    text: str
    published: datetime
    first_seen: datetime
    fetched: datetime
    revision_number: int = 1  # 1: as first fetched
    origin: str = ""  # id of the cluster of near-identical texts; one origin counts once
    live: bool = False
    baseline: bool = False  # from the first poll of a feed: threaded, never alerted


@dataclass(frozen=True, slots=True)
class FiledFigure:
    """A figure with its id and its report's bearings: what a thread's history is made of."""

    id: str
    figure: Figure
    sentence: str
    article_id: int
    revision_id: int
    url: str
    outlet: str
    outlet_kind: str
    origin: str
    published: datetime
    sequence: int = 0  # order of filing
    revision_number: int = 1


@dataclass(frozen=True, slots=True)
class FiledPosition:
    """A position with its id and its report's bearings."""

    id: str
    position: Position
    sentence: str
    quote: str  # the content span's words
    article_id: int
    revision_id: int
    url: str
    outlet: str
    outlet_kind: str
    origin: str
    published: datetime
    sequence: int = 0
    revision_number: int = 1


# ---------------------------------------------------------------- threads and changes


class ChangeKind(StrEnum):
    """What differs between a thread's state before and after a claim."""

    FIRST = "first"
    RESTATED = "restated"
    CORROBORATED = "corroborated"
    REFINED = "refined"
    RAISED = "raised"
    LOWERED = "lowered"
    BASIS_CHANGED = "basis_changed"
    CONFLICT = "conflict"
    STALE = "stale"
    EDITED = "edited"
    WITHDRAWN = "withdrawn"
    SOFTENED = "softened"
    HARDENED = "hardened"
    REVERSED = "reversed"
    CONTRADICTED = "contradicted"
    DENIED = "denied"


class Tier(StrEnum):
    """Push: now. Digest: twice a day. Log: in the store only."""

    PUSH = "push"
    DIGEST = "digest"
    LOG = "log"


class Life(StrEnum):
    """Where a figure's thread is in its life."""

    CANDIDATE = "candidate"  # claims from one article only
    ACTIVE = "active"
    DORMANT = "dormant"  # silent for long: the next report is no push of itself
    CLOSED = "closed"  # takes no claims any more


@dataclass(frozen=True, slots=True)
class FigureThread:
    """One real-world quantity followed over time. ``history`` is in order of filing.

    ``id`` derives from the claim that opened it; ``key`` is the indexed blocking key
    (measure + counted); ``pushed`` is the claim last pushed, None before the first push.
    """

    id: str
    key: str
    label: str
    history: tuple[FiledFigure, ...]
    pushed: FiledFigure | None = None
    pushed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PositionThread:
    """One holder's stand on one proposition followed over time; ``key`` is the holder's name."""

    id: str
    key: str
    label: str
    proposition: Proposition
    history: tuple[FiledPosition, ...]
    pushed: FiledPosition | None = None
    pushed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Support:
    """What stands behind a claim: authorities, independent origins, reports."""

    authorities: int
    origins: int
    reports: int


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a thread, with its tier and both reasons.

    ``claim`` is the new claim's id, ``before`` the id of the claim it is measured against.
    ``explanation`` says what matched and what differed; ``tier_reason`` why it is sent or not
    ("crossed 5,000", "not sent: agrees").
    """

    id: str
    kind: ChangeKind
    thread: str
    claim: str
    before: str | None
    explanation: str
    support: Support
    tier: Tier = Tier.LOG
    tier_reason: str = ""
    confidence: float = 0.9  # of the linking
    details: tuple[
        tuple[str, str], ...
    ] = ()  # named facts shown with it (other thread, agrees, ...)


@dataclass(frozen=True, slots=True)
class Followed:
    """What tracking made of one claim: its thread (new or known), and the change, if any."""

    claim: FiledFigure | FiledPosition
    thread: FigureThread | PositionThread | None
    opened: bool  # the claim opened this thread
    change: Change | None
    reason: str = ""  # why linked here, or why in no thread
    same: tuple[str, ...] = ()  # other threads that turned out to be this one


class DisputeKind(StrEnum):
    """What somebody who did not make a count says of it."""

    DISPUTED_BY = "disputed_by"  # denied, called inflated, too low, unreliable
    VOUCHED_FOR = "vouched_for"  # called credible, reliable


@dataclass(frozen=True, slots=True)
class Dispute:
    """A position about a figure, and the figure's thread."""

    kind: DisputeKind
    thread: str
    position: FiledPosition


class Threads(Protocol):
    """What tracking may ask of the store. Threads come with their newest claims, oldest first."""

    def figure_threads(self, key: str) -> Sequence[FigureThread]:
        """Threads under one blocking key, most recently moved first."""
        ...

    def position_threads(self, holder: str) -> Sequence[PositionThread]:
        """Threads of one holder, most recently moved first."""
        ...

    def threads_on(self, proposition: str) -> Sequence[PositionThread]:
        """Threads of every holder on one proposition key."""
        ...


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the first poll put on file, for the one summary message."""

    feeds: int = 0
    articles: int = 0
    figures: int = 0
    positions: int = 0
    series: int = 0  # threads with two or more reports
    notes: tuple[str, ...] = field(default=())
