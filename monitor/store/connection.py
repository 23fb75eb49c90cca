"""One SQLite connection: opened safely, one transaction at a time, rows by name."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlite_utils import Database

from monitor.errors import StoreError
from monitor.store.schema import APPLICATION_ID, MIGRATIONS
from monitor.store.views import refresh_views

Row = sqlite3.Row
Values = Sequence[Any] | Mapping[str, Any]

_AS_ANOTHER_USER = "; start the daemon, or do this as a user who may write to its folder"

BUSY_SECONDS = 10.0
"""How long to wait for another process's write (a command that adds a request)."""

_ADVICE = {
    sqlite3.SQLITE_BUSY: "another process keeps it locked; end that one and try again",
    sqlite3.SQLITE_READONLY: "this user or this command may not write it",
    sqlite3.SQLITE_IOERR: "the disk gives errors; check it",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; restore a backup",
    sqlite3.SQLITE_FULL: "the disk is full; make room and start again, nothing is lost",
    sqlite3.SQLITE_NOTADB: "the file is damaged; restore a backup",
}
"""What the operator can do about an error of SQLite, by its primary code."""


class Connection:
    """A connection bound to the thread that opened it; the parts of the store share it."""

    def __init__(self, db: Database, path: Path) -> None:
        self.db = db
        self.path = path
        self._sql: sqlite3.Connection = db.conn
        self.rolled_back = 0  # times; what was read before may never have been filed
        self._depth = 0  # transactions that are open inside each other
        self._shares = False  # whether transactions share one commit
        self._undone: BaseException | None = None  # what undid all of those that share one

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open for reading and writing; make the file or bring it up to date where needed."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"cannot open the store {path}: {error}") from error
        with _closed_on_error(connection, path):
            db = Database(connection)
            _refuse_foreign(db, path)
            db.enable_wal()
            db.execute("PRAGMA synchronous = FULL")
            _migrate(db, path)
            db.execute("PRAGMA foreign_keys = ON")
            refresh_views(db)
        return cls(db, path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Open an existing store for reading only."""
        if not path.is_file():
            raise StoreError(f"there is no store at {path}; `monitor run` makes one")
        how = "mode=ro&immutable=1" if is_at_rest(path) else "mode=ro"
        try:
            connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?{how}", uri=True, timeout=BUSY_SECONDS
            )
        except sqlite3.Error as error:
            raise StoreError(f"cannot open the store {path}: {error}") from error
        with _closed_on_error(connection, path):
            db = Database(connection)
            _refuse_foreign(db, path)
            if MIGRATIONS.pending(db):
                raise StoreError(
                    f"{path} was written by an older version of monitor; `monitor run` upgrades it"
                )
        return cls(db, path)

    def close(self) -> None:
        """Close it; an open transaction is rolled back."""
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Inside an open transaction it is part of that one.

        It takes the write lock at the start: a transaction that reads first and writes later
        fails at once when another process wrote in between, whatever the timeout.
        """
        if self._depth:
            yield
            return
        if self._undone is not None:
            raise self._undone
        if not self._sql.in_transaction:
            self._run("BEGIN IMMEDIATE")
        if self._shares:
            self._run("SAVEPOINT one")
        self._depth = 1
        try:
            yield
            self._run("RELEASE one" if self._shares else "COMMIT")
        except BaseException as error:
            self._undo(error)
            raise
        finally:
            self._depth = 0

    @contextmanager
    def one_commit(self) -> Iterator[None]:
        """Let the transactions inside share one commit at the end: a disk takes its time for each.

        One that fails is undone alone. Nothing is on file before the block ends, without an error.
        """
        self._shares = True
        try:
            yield
            if self._undone is not None:
                raise self._undone
            if self._sql.in_transaction:
                self._run("COMMIT")
        except BaseException:
            self.db.rollback()
            self.rolled_back += 1
            raise
        finally:
            self._shares, self._undone = False, None

    def _undo(self, error: BaseException) -> None:
        """Undo the transaction that failed, and no other that shares its commit."""
        self.rolled_back += 1
        if not self._shares:
            self.db.rollback()
        elif self._sql.in_transaction:
            self._run("ROLLBACK TO one")
            self._run("RELEASE one")
        else:  # SQLite itself undid them all: a full disk, say
            self._undone = error

    def execute(self, sql: str, values: Values = ()) -> int:
        """Run one statement and return the number of rows it changed."""
        return self._run(sql, values).rowcount

    def insert(self, table: str, row: Mapping[str, Any]) -> int:
        """Add one row and return its row id. Table and column names are ours, never input."""
        columns = ", ".join(row)
        places = ", ".join(f":{name}" for name in row)
        cursor = self._run(f"INSERT INTO {table} ({columns}) VALUES ({places})", row)
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """All rows."""
        found: list[Row] = self._run(sql, values).fetchall()
        return found

    def one(self, sql: str, values: Values = ()) -> Row | None:
        """The first row, or None."""
        row: Row | None = self._run(sql, values).fetchone()
        return row

    def scalar(self, sql: str, values: Values = ()) -> Any:
        """The first column of the first row, or None."""
        row = self.one(sql, values)
        return None if row is None else row[0]

    def next_sequence(self, table: str) -> int:
        """The next number in a table's order of filing. Safe inside a write transaction."""
        return int(self.scalar(f"SELECT coalesce(max(sequence), 0) + 1 FROM {table}"))

    def _run(self, sql: str, values: Values = ()) -> sqlite3.Cursor:
        """Run one statement; what the operator can mend becomes a StoreError, a bug stays loud."""
        try:
            return self._sql.execute(sql, values)
        except sqlite3.DatabaseError as error:
            advice = _ADVICE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
            if advice is None:
                raise
            raise StoreError(f"the store {self.path}: {error}; {advice}") from error


def is_at_rest(path: Path) -> bool:
    """Whether a reader must open a store as a file that does not change.

    Readers of a WAL database need its shared memory file. Where nobody has the store open that file
    is gone, and a user who may not write to the folder cannot make it.
    """
    is_open = path.with_name(path.name + "-wal").exists()
    return not is_open and not os.access(path.parent, os.W_OK)


@contextmanager
def _closed_on_error(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    connection.row_factory = sqlite3.Row
    try:
        yield
    except sqlite3.Error as error:
        connection.close()
        advice = "" if os.access(path.parent, os.W_OK) else _AS_ANOTHER_USER
        raise StoreError(f"cannot open the store {path}: {error}{advice}") from error
    except BaseException:
        connection.close()
        raise


def _refuse_foreign(db: Database, path: Path) -> None:
    """Refuse a file that is not ours, or that a newer version wrote."""
    # the tables first: another process that makes this store sets them and its mark at once
    is_new = not db.table_names()
    mark = db.execute("PRAGMA application_id").fetchone()[0]
    if mark != APPLICATION_ID and not (is_new and mark == 0):
        raise StoreError(f"{path} is a database of something else; name another store")
    with Database(memory=True) as empty:
        known = {migration.name for migration in MIGRATIONS.pending(empty)}
    newer = [done.name for done in MIGRATIONS.applied(db) if done.name not in known]
    if newer:
        raise StoreError(
            f"{path} was written by a newer version of monitor (it has {', '.join(newer)}); "
            "upgrade monitor or name another store"
        )


def _migrate(db: Database, path: Path) -> None:
    """Bring the tables up to date: all of it or nothing, with every reference checked."""
    if not MIGRATIONS.pending(db):
        return
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("BEGIN IMMEDIATE")
    try:
        MIGRATIONS.apply(db)
        broken = db.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            tables = ", ".join(sorted({row[0] for row in broken}))
            raise StoreError(
                f"{path} has rows in {tables} that refer to missing ones, so it was not upgraded "
                "and nothing was changed; restore a backup or report this"
            )
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    except BaseException:
        db.rollback()
        raise
    db.commit()
