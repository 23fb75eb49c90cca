"""The store's front door: one object with a part for each aggregate."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from monitor.store.alerts import Alerts
from monitor.store.articles import Articles
from monitor.store.changes import Changes
from monitor.store.claims import Claims
from monitor.store.connection import Connection
from monitor.store.corrections import Corrections
from monitor.store.decisions import Decisions
from monitor.store.disputes import Disputes
from monitor.store.feeds import Feeds
from monitor.store.health import Health
from monitor.store.history import History
from monitor.store.holds import Holds
from monitor.store.lines import Lines
from monitor.store.requests import Requests
from monitor.store.runs import Runs
from monitor.store.silences import Silences
from monitor.store.status import Status
from monitor.store.threads import StoredThreads
from monitor.store.told import Told
from monitor.store.verdicts import Verdicts


class Store:
    """One open store, bound to the thread that opened it.

    Each aggregate has its own part: ``feeds`` (outlets, feeds, polls, entries), ``articles``
    (articles, fetches, revisions), ``claims``, ``threads``, ``changes``, ``holds`` (changes
    that wait), ``silences``, ``told`` (the last word to a watch), ``alerts`` (alerts and the
    outbox), ``requests``, ``runs``, ``status``. Every write of a part is a transaction of its own
    unless one is open.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.path = connection.path
        self.feeds = Feeds(connection)
        self.health = Health(connection)
        self.articles = Articles(connection)
        self.lines = Lines(connection)
        self.claims = Claims(connection)
        self.threads = StoredThreads(connection, self.claims)
        self.changes = Changes(connection)
        self.alerts = Alerts(connection)
        self.holds = Holds(connection)
        self.disputes = Disputes(connection)
        self.silences = Silences(connection)
        self.told = Told(connection)
        self.requests = Requests(connection)
        self.runs = Runs(connection)
        self.verdicts = Verdicts(connection)
        self.corrections = Corrections(connection, self.claims)
        self.decisions = Decisions(connection)
        self.history = History(connection, self.articles, self.claims)
        self.status = Status(connection)

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """Open a store for reading and writing, made or brought up to date where needed.

        Raises StoreError when the file is something else, was written by a newer version, or
        cannot be opened.
        """
        return cls(Connection.open(Path(path)))

    @classmethod
    def read(cls, path: Path | str) -> Self:
        """Open an existing store for reading only; raises StoreError as `open` does."""
        return cls(Connection.read(Path(path)))

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing; inside an open transaction it is part of that one."""
        return self.connection.transaction()

    def close(self) -> None:
        """Close the store; an open transaction is rolled back."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
