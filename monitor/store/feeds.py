"""Outlets, feeds, polls, and the entries they bring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.intake import Brought, Entry, FeedState, Outcome, Poll, Validators
from monitor.store.connection import Connection, Row
from monitor.store.rows import dump, strings, to_time, to_time_or_none, utc, utc_or_none

LONGEST_KEY = 1000  # characters
READ = (Outcome.OK, Outcome.PARTIAL, Outcome.EMPTY, Outcome.UNCHANGED)
"""Outcomes of a poll that reached a feed."""


@dataclass(frozen=True, slots=True)
class DeclaredFeed:
    """A feed as the operator names it. ``interval`` is in seconds."""

    url: str
    outlet: str
    outlet_kind: str = "newspaper"
    interval: float = 900.0
    name: str = ""
    live: bool = False


@dataclass(frozen=True, slots=True)
class StoredFeed:
    """A feed on file, with what its schedule remembers (``state``)."""

    id: int
    url: str
    name: str
    outlet: str
    outlet_kind: str
    live: bool
    baseline_done: bool
    state: FeedState
    last_outcome: str | None
    last_polled: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class PollRecord:
    """What a poll brought. ``new`` are the ids of entries never seen before, oldest first.

    ``before`` and ``after``: what the schedule remembered of the feed around it.
    """

    new: tuple[int, ...]
    known: int
    skipped: int
    baseline: bool
    brought: Brought
    before: FeedState
    after: FeedState


@dataclass(frozen=True, slots=True)
class WaitingEntry:
    """An entry whose article is not yet on file."""

    id: int
    feed_id: int
    outlet: str
    outlet_kind: str
    live: bool
    baseline: bool
    first_seen: datetime
    attempts: int
    entry: Entry


class Feeds:
    """Outlets, feeds, polls and entries."""

    def __init__(self, connection: Connection) -> None:
        self._at = connection

    # ------------------------------------------------------------ outlets and feeds

    def outlet(self, name: str, kind: str = "newspaper") -> int:
        """The id of an outlet, filed where it is new; a changed kind is kept."""
        with self._at.transaction():
            self._at.execute(
                "INSERT INTO outlets (name, kind, own) VALUES (?, ?, ?) ON CONFLICT (name) "
                "DO UPDATE SET kind = excluded.kind, own = excluded.own "
                "WHERE kind <> excluded.kind",
                (name, kind, kind == "own"),
            )
            return int(self._at.scalar("SELECT id FROM outlets WHERE name = ?", (name,)))

    def declare(self, feeds: Iterable[DeclaredFeed], now: datetime) -> None:
        """Make the enabled feeds exactly these. A feed that is no longer named keeps its past."""
        with self._at.transaction():
            self._at.execute("UPDATE feeds SET enabled = 0 WHERE enabled = 1")
            for feed in feeds:
                outlet = self.outlet(feed.outlet, feed.outlet_kind)
                self._at.execute(
                    "INSERT INTO feeds (outlet_id, name, url, address, interval_seconds, live, "
                    "added_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (url) DO UPDATE SET "
                    "outlet_id = excluded.outlet_id, name = excluded.name, "
                    "interval_seconds = excluded.interval_seconds, live = excluded.live, "
                    # one that is to be asked more often isn't waited for any longer
                    "next_poll_at = iif(excluded.interval_seconds < interval_seconds "
                    "AND failures = 0, NULL, next_poll_at), enabled = 1",
                    (
                        outlet,
                        feed.name or feed.outlet,
                        feed.url,
                        feed.url,
                        feed.interval,
                        feed.live,
                        utc(now),
                    ),
                )

    def all(self) -> list[StoredFeed]:
        """Every enabled feed."""
        return [_feed(row) for row in self._at.rows(f"{_FEED} WHERE enabled = 1 ORDER BY f.id")]

    def of_article(self, article_id: int) -> tuple[str, ...]:
        """The addresses, as configured, of the feeds that an article came by."""
        found = self._at.rows(
            "SELECT DISTINCT f.url FROM entries e JOIN feeds f ON f.id = e.feed_id "
            "WHERE e.article_id = ? ORDER BY f.url",
            (article_id,),
        )
        return tuple(row["url"] for row in found)

    def get(self, feed_id: int) -> StoredFeed:
        """One feed by its id."""
        row = self._at.one(f"{_FEED} WHERE f.id = ?", (feed_id,))
        if row is None:
            raise KeyError(feed_id)
        return _feed(row)

    # ------------------------------------------------------------ polls

    def record_poll(
        self, feed_id: int, poll: Poll, plan: Callable[[Brought], FeedState], now: datetime
    ) -> PollRecord:
        """File one poll with its entries, and what the schedule remembers from now on.

        ``plan`` makes the feed's next state out of what the poll brought. All in one transaction:
        the validators are never on file without the entries they vouch for. Entries in = new +
        known + skipped.
        """
        with self._at.transaction():
            feed = self.get(feed_id)
            baseline = not feed.baseline_done
            poll_id = self._at.insert("polls", _poll_row(feed_id, poll))
            fresh, brought = [], Brought()
            listed = {entry.key: entry.address or entry.url for entry in poll.entries}
            # a feed lists its newest entry first; articles are filed oldest first
            for entry in reversed(poll.entries):
                entry_id, found = self._file_entry(feed_id, poll_id, entry, listed, baseline, now)
                brought = brought + found
                if entry_id is not None:
                    fresh.append(entry_id)
            after = plan(brought)
            if poll.entries:
                self._at.execute(
                    "UPDATE polls SET new = ?, known = ?, rekeyed = ?, gap = ? WHERE id = ?",
                    (
                        brought.fresh,
                        brought.known,
                        brought.rekeyed,
                        after.gaps > feed.state.gaps,
                        poll_id,
                    ),
                )
            self._remember(feed_id, poll, after, now, has_new=bool(fresh))
        skipped = sum(count for _, count in poll.skipped)
        return PollRecord(
            tuple(fresh), brought.known, skipped, baseline, brought, feed.state, after
        )

    def _remember(
        self, feed_id: int, poll: Poll, state: FeedState, now: datetime, has_new: bool
    ) -> None:
        """Keep the schedule's state and how the feed stands."""
        good = poll.outcome in READ
        self._at.execute(
            "UPDATE feeds SET address = :address, etag = :etag, last_modified = :last_modified, "
            "body_hash = :body_hash, next_poll_at = :next_poll, failures = :failures, "
            "gone = :gone, last_full_at = :last_full, distrusted = :distrusted, pace = :pace, "
            "moved_to = :moved_to, moved_polls = :moved_polls, gaps = :gaps, "
            "quiet_at = :quiet_at, with_text = :with_text, headlines = :headlines, "
            "last_outcome = :outcome, last_polled_at = :started, note = :note, "
            "last_ok_at = iif(:good, :started, last_ok_at), "
            "last_new_at = iif(:has_new, :now, last_new_at), "
            "baseline_done = max(baseline_done, :good) WHERE id = :id",
            {
                "id": feed_id,
                "address": state.url,
                "etag": state.validators.etag,
                "last_modified": state.validators.last_modified,
                "body_hash": state.body_hash,
                "next_poll": utc_or_none(state.next_poll),
                "failures": state.failures,
                "gone": state.gone,
                "last_full": utc_or_none(state.last_full),
                "distrusted": state.distrusted,
                "pace": state.pace,
                "moved_to": state.moved_to,
                "moved_polls": state.moved_polls,
                "gaps": state.gaps,
                "quiet_at": utc_or_none(state.quiet_at),
                "with_text": state.with_text,
                "headlines": state.headlines,
                "outcome": poll.outcome,
                "started": utc(poll.started),
                "note": poll.note,
                "good": good,
                "has_new": has_new,
                "now": utc(now),
            },
        )

    # ------------------------------------------------------------ entries

    def _file_entry(
        self,
        feed_id: int,
        poll_id: int,
        entry: Entry,
        listed: Mapping[str, str | None],
        baseline: bool,
        now: datetime,
    ) -> tuple[int | None, Brought]:
        """File an entry; its id where the feed didn't have it, and what it counts as.

        An entry is known by its id and by its address. An id on file with another address and
        title was used again; an address that several entries of the feed share tells nothing.
        ``listed``: the ids of this poll with their addresses.
        """
        address = entry.address or entry.url
        key = entry.key
        row = self._by_key(feed_id, key)
        if row is not None and _is_another(row, entry, address):
            key = f"{key}|{address}"[:LONGEST_KEY]
            row = self._by_key(feed_id, key)
        rekeyed = False
        if row is None and address is not None:
            row = self._by_address(feed_id, address, listed)
            rekeyed = row is not None
        if row is not None:
            self._at.execute(
                "UPDATE entries SET last_seen_at = ?, key = ? WHERE id = ?",
                (utc(now), key if rekeyed else row["key"], row["id"]),
            )
            return None, _REKEYED if rekeyed else _KNOWN
        entry_id = self._at.insert(
            "entries",
            {
                "feed_id": feed_id,
                "key": key,
                "url": entry.url,
                "address": entry.address,
                "has_text": entry.has_text,
                "title": entry.title,
                "published_at": utc_or_none(entry.published),
                "content_html": entry.content_html,
                "summary_html": entry.summary_html,
                "flags": dump(entry.flags),
                "first_seen_at": utc(now),
                "last_seen_at": utc(now),
                "poll_id": poll_id,
                "baseline": baseline,
                "state": "waiting",
                "due_at": utc(now),
            },
        )
        return entry_id, _FRESH if entry.has_text else _HEADLINE

    def _by_key(self, feed_id: int, key: str) -> Row | None:
        return self._at.one(f"{_KNOWN_ENTRY} AND key = ?", (feed_id, key))

    def _by_address(
        self, feed_id: int, address: str, listed: Mapping[str, str | None]
    ) -> Row | None:
        """The one entry with this address, unless the feed lists that one too, under its own id."""
        found = self._at.rows(
            f"{_KNOWN_ENTRY} AND coalesce(address, url) = ? LIMIT 2", (feed_id, address)
        )
        is_one = len(found) == 1 and listed.get(found[0]["key"]) != address
        return found[0] if is_one else None

    def waiting(self, now: datetime, limit: int = 200) -> list[WaitingEntry]:
        """Entries to fetch now: each outlet's in the order in which they were found.

        The outlets take turns, so that one with thousands of entries holds up no other.
        """
        return [
            _waiting(row)
            for row in self._at.rows(
                "SELECT e.*, f.live, o.name AS outlet, o.kind AS outlet_kind FROM ("
                "SELECT w.id, row_number() OVER (PARTITION BY g.outlet_id ORDER BY w.due_at, w.id) "
                "AS turn FROM entries w JOIN feeds g ON g.id = w.feed_id "
                "WHERE w.state = 'waiting' AND w.due_at <= ? ORDER BY turn, w.due_at, w.id LIMIT ?"
                ") AS t JOIN entries e ON e.id = t.id "
                "JOIN feeds f ON f.id = e.feed_id JOIN outlets o ON o.id = f.outlet_id "
                "ORDER BY t.turn, e.due_at, e.id",
                (utc(now), limit),
            )
        ]

    def retry_entry(self, entry_id: int, due: datetime, note: str) -> None:
        """Try an entry again later; counts one attempt."""
        with self._at.transaction():
            self._at.execute(
                "UPDATE entries SET attempts = attempts + 1, due_at = ?, note = ? WHERE id = ?",
                (utc(due), note, entry_id),
            )

    def close_entry(
        self,
        entry_id: int,
        state: str,
        note: str = "",
        article_id: int | None = None,
        extractor: str | None = None,
    ) -> None:
        """End the wait of an entry: ``filed``, ``duplicate``, ``failed`` or ``skipped``.

        ``extractor`` is the version that failed at its text, where one did.
        """
        with self._at.transaction():
            self._at.execute(
                "UPDATE entries SET state = ?, note = ?, article_id = coalesce(?, article_id), "
                "extractor = ?, attempts = attempts + 1 WHERE id = ?",
                (state, note, article_id, extractor, entry_id),
            )

    def try_again(self, extractor: str, since: datetime, now: datetime, limit: int = 200) -> int:
        """Let entries wait again at whose texts another version of the extractor failed.

        At most ``limit`` of those first seen since a time; returns how many.
        """
        with self._at.transaction():
            return self._at.execute(
                "UPDATE entries SET state = 'waiting', due_at = :now, extractor = NULL "
                "WHERE id IN (SELECT id FROM entries WHERE extractor IS NOT NULL "
                "AND extractor <> :version AND first_seen_at >= :since "
                "ORDER BY extractor, id DESC LIMIT :most)",
                {"now": utc(now), "version": extractor, "since": utc(since), "most": limit},
            )


_KNOWN_ENTRY = (
    "SELECT id, key, coalesce(address, url) AS address, title FROM entries WHERE feed_id = ?"
)
_FRESH, _HEADLINE = Brought(fresh=1), Brought(fresh=1, headlines=1)
_KNOWN, _REKEYED = Brought(known=1), Brought(known=1, rekeyed=1)


def _is_another(row: Row, entry: Entry, address: str | None) -> bool:
    """Whether an id stands for another article than the one on file under it."""
    has_both = row["address"] is not None and address is not None
    return has_both and row["address"] != address and row["title"] != entry.title


_FEED = (
    "SELECT f.*, o.name AS outlet, o.kind AS outlet_kind FROM feeds f "
    "JOIN outlets o ON o.id = f.outlet_id"
)


def _feed(row: Row) -> StoredFeed:
    return StoredFeed(
        id=row["id"],
        url=row["url"],
        name=row["name"],
        outlet=row["outlet"],
        outlet_kind=row["outlet_kind"],
        live=bool(row["live"]),
        baseline_done=bool(row["baseline_done"]),
        state=FeedState(
            url=row["address"],
            interval=row["interval_seconds"],
            validators=Validators(row["etag"], row["last_modified"]),
            body_hash=row["body_hash"],
            next_poll=to_time_or_none(row["next_poll_at"]),
            failures=row["failures"],
            gone=row["gone"],
            last_full=to_time_or_none(row["last_full_at"]),
            distrusted=bool(row["distrusted"]),
            pace=row["pace"],
            moved_to=row["moved_to"],
            moved_polls=row["moved_polls"],
            gaps=row["gaps"],
            quiet_at=to_time_or_none(row["quiet_at"]),
            with_text=row["with_text"],
            headlines=row["headlines"],
        ),
        last_outcome=row["last_outcome"],
        last_polled=to_time_or_none(row["last_polled_at"]),
        note=row["note"],
    )


def _waiting(row: Row) -> WaitingEntry:
    return WaitingEntry(
        id=row["id"],
        feed_id=row["feed_id"],
        outlet=row["outlet"],
        outlet_kind=row["outlet_kind"],
        live=bool(row["live"]),
        baseline=bool(row["baseline"]),
        first_seen=to_time(row["first_seen_at"]),
        attempts=row["attempts"],
        entry=Entry(
            key=row["key"],
            url=row["url"],
            title=row["title"],
            published=to_time_or_none(row["published_at"]),
            content_html=row["content_html"],
            summary_html=row["summary_html"],
            address=row["address"],
            has_text=bool(row["has_text"]),
            flags=strings(row["flags"]),
        ),
    )


def _poll_row(feed_id: int, poll: Poll) -> dict[str, object]:
    skipped = sum(count for _, count in poll.skipped)
    return {
        "feed_id": feed_id,
        "started_at": utc(poll.started),
        "seconds": poll.seconds,
        "outcome": poll.outcome,
        "status": poll.status,
        "entries": len(poll.entries) + skipped,
        "new": 0,
        "known": 0,
        "skipped": skipped,
        "skipped_reasons": dump(poll.skipped),
        "body_bytes": poll.body_bytes,
        "body_hash": poll.body_hash,
        "etag": poll.validators.etag,
        "last_modified": poll.validators.last_modified,
        "final_url": poll.final_url,
        "retry_after": poll.retry_after,
        "ttl": poll.ttl,
        "moved": poll.moved,
        "conditional": poll.conditional,
        "note": poll.note,
    }
