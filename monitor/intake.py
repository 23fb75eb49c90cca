"""What the feeds room hands over: entries, polls, fetches and clean texts, as plain values.

The network makes them, the store keeps them, and neither knows the other. Times are UTC.
Imports nothing of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """How one poll or fetch ended. Every attempt has exactly one."""

    OK = "ok"
    UNCHANGED = "unchanged"  # 304, or the same body again
    EMPTY = "empty"  # a good answer without entries or text
    NOT_A_FEED = "not_a_feed"
    PARTIAL = "partial"  # a broken feed whose readable entries were kept
    HTTP_ERROR = "http_error"
    BUSY = "busy"  # 429 or 503: come back later
    GONE = "gone"  # 404 or 410
    REFUSED = "refused"  # an address or scheme that we don't ask
    ROBOTS = "robots"
    REDIRECTS = "redirects"  # too many, or in a circle
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    CONNECTION = "connection"  # no name, no route, TLS, cut short
    NO_TEXT = "no_text"  # a page without an article
    NOT_AN_ARTICLE = "not_an_article"  # consent wall, challenge, error page, index
    LANGUAGE = "language"  # not one that we read
    WORKER_DIED = "worker_died"
    WORKER_TIMEOUT = "worker_timeout"


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional request sends back, verbatim."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of one feed between two polls. A fresh feed is just its address.

    The schedule makes the next state out of this one and the poll's outcome.
    """

    url: str
    interval: float = 900.0  # seconds between polls that the operator asked for
    validators: Validators = Validators()
    body_hash: str | None = None  # of the last body that was read
    next_poll: datetime | None = None  # None: at once
    failures: int = 0  # polls in a row that failed
    gone: int = 0  # polls in a row answered by 410
    last_full: datetime | None = None  # when a whole body was last read and not only "unchanged"
    distrusted: bool = False  # its validators lied once: compare bodies only
    pace: float | None = None  # seconds between polls as adapted to how fast the feed moves
    moved_to: str | None = None  # where permanent redirects lead, and for how many polls in a row
    moved_polls: int = 0
    gaps: int = 0  # polls before which entries may have come and gone unseen
    quiet_at: datetime | None = None  # when its silence is longer than is its habit, if known
    with_text: int = 0  # new entries so far that brought a text with their headline
    headlines: int = 0  # the newest entries in a row that were headlines alone


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed as parsed. ``title`` is plain text; the HTML fields are raw."""

    key: str  # the publisher's id, else the address, else a hash of the title and content
    url: str | None
    title: str
    published: datetime | None
    content_html: str | None = None
    summary_html: str | None = None
    address: str | None = None  # canonical: its second key, whatever is tracked in the link
    has_text: bool = True  # says more than its headline
    flags: tuple[str, ...] = ()  # no_id, no_date, future_date, ancient_date, no_link, ...


@dataclass(frozen=True, slots=True)
class Poll:
    """One attempt to read one feed. ``note`` says what happened in words."""

    url: str
    outcome: Outcome
    started: datetime
    seconds: float
    status: int | None = None
    final_url: str | None = None
    entries: tuple[Entry, ...] = ()
    skipped: tuple[tuple[str, int], ...] = ()  # (reason, entries)
    validators: Validators = Validators()
    body_hash: str | None = None
    body_bytes: int = 0
    retry_after: float | None = None  # seconds
    ttl: float | None = None  # seconds the publisher asks us to wait between polls
    note: str = ""
    moved: bool = False  # every redirect on the way was permanent (301 or 308)
    conditional: bool = False  # validators were sent along


@dataclass(frozen=True, slots=True)
class Brought:
    """What the store made of a poll's entries."""

    fresh: int = 0  # never seen before
    headlines: int = 0  # of the fresh ones, those without a text
    known: int = 0
    rekeyed: int = 0  # of the known ones, those whose address alone was known: their id is new

    def __add__(self, other: Brought) -> Brought:
        return Brought(
            self.fresh + other.fresh,
            self.headlines + other.headlines,
            self.known + other.known,
            self.rekeyed + other.rekeyed,
        )


class Ailment(StrEnum):
    """What can be wrong with a feed. Each is told once when it begins and once when it is over."""

    FAILING = "failing"  # several polls in a row
    GONE = "gone"  # 410 twice: only a weekly probe is left
    QUIET = "quiet"  # silent for longer than is its habit
    FROZEN_VALIDATORS = "frozen_validators"  # it said "unchanged" while there were new entries
    HEADLINES_ONLY = "headlines_only"  # its entries had a text and have none any more
    IDS_CHANGED = "ids_changed"  # it gives the entries that it lists other ids
    PAGES_CHANGED = "pages_changed"  # many published pages of its outlet changed at once


BLIND = (Ailment.FAILING, Ailment.GONE, Ailment.QUIET)
"""With one of these a feed brings nothing; with the others it brings less than it could."""


@dataclass(frozen=True, slots=True)
class FeedAilment:
    """One thing that is or was wrong with one feed. ``ended`` None: it lasts."""

    id: int
    feed_id: int
    url: str
    outlet: str
    reason: Ailment
    note: str  # in words
    began: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many feeds are read as they should be, and what became of the articles they brought.

    ``late`` feeds could not be read when they were due and are not counted as ill yet. Of the
    ``articles`` found since a time, ``read`` are on file; ``unread`` says how the others stand.
    """

    feeds: int
    ill: int
    late: int
    articles: int = 0
    read: int = 0
    gaps: int = 0  # polls before which entries may have come and gone unseen
    unread: tuple[tuple[str, int], ...] = ()  # (state of the entry, articles)

    @property
    def healthy(self) -> int:
        """Feeds that are neither ill nor late."""
        return self.feeds - self.ill - self.late


@dataclass(frozen=True, slots=True)
class Fetch:
    """One attempt to get one page, before cleaning."""

    url: str
    outcome: Outcome
    started: datetime
    seconds: float
    status: int | None = None
    final_url: str | None = None
    body: bytes = b""
    content_type: str | None = None
    validators: Validators = Validators()
    retry_after: float | None = None
    note: str = ""
    headers: tuple[tuple[str, str], ...] = ()  # as answered, names in lower case


@dataclass(frozen=True, slots=True)
class CleanText:
    """A page's or an entry's article as clean text: title, blank line, body.

    ``basis``: page, feed_content or feed_summary. ``cleaner`` names the cleaner and its version;
    two revisions are compared only when cleaned by one version.
    """

    outcome: Outcome
    title: str = ""
    text: str = ""
    basis: str = "page"
    cleaner: str = ""
    canonical_url: str | None = None
    published: datetime | None = None
    language: str | None = None
    note: str = ""
    live: bool = False  # the page calls itself a live blog: new paragraphs are no edits
