"""Arrivals and claims of our own making, for tests of the store and the pipeline."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.claims import (
    Attribution,
    Extraction,
    Figure,
    Holder,
    Modifier,
    Place,
    Position,
    Proposition,
    Quantity,
    Rank,
    Series,
    Span,
    Stance,
)
from monitor.intake import CleanText, Entry, FeedState, Outcome, Poll, Validators
from monitor.pipeline import Arrival, Filed, Rules, file_revision
from monitor.store import Store
from monitor.store.feeds import DeclaredFeed

START = datetime(2031, 5, 4, 12, 0, tzinfo=UTC)
VALLEY = Place("Orla Valley", ("Northland",))
AUTHORITY = "Northland rescue service"


def at(**later: float) -> datetime:
    """A time after the start of every story here."""
    return START + timedelta(**later)


def toll(
    text: str, number: str, *, modifier: Modifier = Modifier.EXACT, **fields: object
) -> Figure:
    """The figure of a text that tells how many people a flood killed, where ``number`` stands."""
    start = text.index(number)
    value = int(number.replace(",", ""))
    low = None if modifier is Modifier.AT_MOST else value
    high = None if modifier is Modifier.AT_LEAST else value
    given = {
        "quantity": Quantity(low, high, modifier, "person", number),
        "number": Span(start, start + len(number)),
        "sentence": sentence_of(text, start),
        "counted": "people",
        "counted_as_written": "people",
        "measure": "killed",
        "place": VALLEY,
        "event": "flood in the Orla Valley",
        "series": Series.CUMULATIVE,
        "authority": AUTHORITY,
        "authority_as_written": "the rescue service",
        "confidence": 0.97,
    }
    return Figure(**{**given, **fields})  # type: ignore[arg-type]


def stand(text: str, words: str, stance: Stance, sign: int, **fields: object) -> Position:
    """The position of a text that says where Northland stands on a dam, in ``words``."""
    start = text.index(words)
    content = Span(start, start + len(words))
    attribution = Attribution((Span(0, 9),), (), (content,), "say", "the prime minister")
    given = {
        "holder": Holder("Northland", "state"),
        "stance": stance,
        "proposition": Proposition("build|dam", "a new dam", ("build", "dam")),
        "sign": sign,
        "strength": 2,
        "attribution": attribution,
        "content": content,
        "sentence": sentence_of(text, start),
        "rank": Rank.PRINCIPAL,
        "confidence": 0.95,
    }
    return Position(**{**given, **fields})  # type: ignore[arg-type]


def sentence_of(text: str, at_: int) -> Span:
    """The sentence of a text around an offset; sentences end with a full stop or a line."""
    start = max(text.rfind(". ", 0, at_) + 2, text.rfind("\n", 0, at_) + 1, 0)
    ends = [end for end in (text.find(". ", at_) + 1, text.find("\n", at_)) if end > 0]
    return Span(start if start != 1 else 0, min(ends, default=len(text)))


def file_toll(
    store: Store,
    number: str,
    *,
    hours: float = 0,
    url: str = "https://outlet-a.example/flood",
    outlet: str = "Outlet A",
    baseline: bool = False,
    rules: Rules | None = None,
    entry_id: int | None = None,
    **fields: object,
) -> Filed:
    """File one article of two sentences that tells how many people died."""
    text = f"Flood in the valley, as {outlet} saw it\n\nThe rescue service counted {number} dead."
    extraction = Extraction("v1", (toll(text, number, **fields),))  # type: ignore[arg-type]
    arrival = arrival_of(
        text, url, outlet=outlet, hours=hours, baseline=baseline, entry_id=entry_id
    )
    return file_revision(
        store, arrival, extraction, rules or Rules(destinations=("desk",)), at(hours=hours)
    )


def arrival_of(
    text: str,
    url: str,
    *,
    outlet: str = "Outlet A",
    hours: float = 0,
    baseline: bool = False,
    live: bool = False,
    entry_id: int | None = None,
    cleaner: str = "cleaner/1",
) -> Arrival:
    """A text as it came in; published when fetched."""
    title = text.split("\n", 1)[0]
    time = at(hours=hours)
    return Arrival(
        url=url,
        outlet=outlet,
        clean=CleanText(Outcome.OK, title, text, "page", cleaner),
        published=time,
        first_seen=time,
        fetched=time,
        live=live,
        baseline=baseline,
        entry_id=entry_id,
    )


FEED = DeclaredFeed("https://outlet-a.example/rss", "Outlet A", "wire")


def entry(key: str, url: str | None = None) -> Entry:
    """A feed's entry."""
    return Entry(key, url or f"https://outlet-a.example/{key}", f"Title of {key}", START)


def poll_of(*entries: Entry, outcome: Outcome = Outcome.OK, hours: float = 0) -> Poll:
    """One poll that brought these entries, the newest first."""
    return Poll(
        FEED.url,
        outcome,
        at(hours=hours),
        0.2,
        200,
        FEED.url,
        entries,
        validators=Validators('"e1"'),
    )


def record(store: Store, poll: Poll, *, hours: float = 0, url: str = FEED.url):  # type: ignore[no-untyped-def]
    """File a poll of the one feed, which is asked again in an hour."""
    feed = store.feeds.all()[0]
    state = FeedState(url, validators=poll.validators, next_poll=at(hours=hours + 1))
    return store.feeds.record_poll(feed.id, poll, lambda fresh: state, at(hours=hours))
