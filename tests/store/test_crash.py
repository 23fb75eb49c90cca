"""A process killed inside a transaction leaves all of a filing or nothing of it."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from monitor.store import Store
from tests.store.stored_claims import file_toll


def file_second_report(store: Store) -> None:
    """What the killed process was doing: a report that moves a thread and makes an alert."""
    file_toll(store, "650", url="https://outlet-b.example/flood", outlet="Outlet B", hours=13)


def killed_at(path: Path, statement: int) -> None:
    """In a process of its own: file the second report and die before that statement runs."""
    with Store.open(path) as store:
        left = statement

        def count(sql: str) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        store.connection.db.conn.set_trace_callback(count)
        file_second_report(store)


def filed(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Everything on file, table by table."""
    tables = [name for name in store.connection.db.table_names() if "_fts" not in name]
    return {
        name: [tuple(row) for row in store.connection.rows(f"SELECT * FROM {name} ORDER BY 1, 2")]
        for name in tables
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    """What an unharmed run leaves."""
    with Store.open(tmp_path_factory.mktemp("whole") / "monitor.db") as store:
        file_toll(store, "310")
        file_second_report(store)
        return _ageless(filed(store))


def _ageless(tables: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    return {name: rows for name, rows in tables.items() if name != "_sqlite_migrations"}


@pytest.mark.parametrize("statement", [1, 3, 10, 25, 40, 55, 70, 85, 97])
def test_all_or_nothing(
    tmp_path: Path, whole: dict[str, list[tuple[object, ...]]], statement: int
) -> None:
    path = tmp_path / "monitor.db"
    with Store.open(path) as store:
        file_toll(store, "310")
        before = filed(store)
    victim = multiprocessing.get_context("fork").Process(target=killed_at, args=(path, statement))
    victim.start()
    victim.join(30)
    assert victim.exitcode == -signal.SIGKILL
    with Store.open(path) as store:
        assert store.connection.scalar("PRAGMA integrity_check") == "ok"
        assert filed(store) == before
        file_second_report(store)
        assert store.alerts.pending_count() == 1
        assert _ageless(filed(store)) == whole  # the same ids as if nothing had happened


def test_an_error_inside_undoes_everything(tmp_path: Path) -> None:
    with Store.open(tmp_path / "monitor.db") as store:
        file_toll(store, "310")
        before = filed(store)
        with pytest.raises(ZeroDivisionError), store.transaction():
            file_second_report(store)
            raise ZeroDivisionError
        assert filed(store) == before
        file_second_report(store)
        assert store.alerts.pending_count() == 1
