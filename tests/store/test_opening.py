"""Opening: what is made, what is refused, and one daemon at a time."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.store import Store, Writer, hold, holder
from monitor.store.schema import APPLICATION_ID, MIGRATIONS
from tests.store.stored_claims import file_toll


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "monitor.db"


def test_a_new_store_is_made_with_its_folder_and_is_safe(path: Path) -> None:
    with Store.open(path) as store:
        pragmas = {
            name: store.connection.scalar(f"PRAGMA {name}")
            for name in ("journal_mode", "foreign_keys", "synchronous", "application_id")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "synchronous": 2,
        "application_id": APPLICATION_ID,
    }


def test_opening_again_changes_nothing(path: Path) -> None:
    Store.open(path).close()
    before = _schema(path)
    Store.open(path).close()
    assert _schema(path) == before


def test_many_processes_may_make_one_store(path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(6)

    def make() -> None:
        start.wait(30)
        with Store.open(path) as store:
            assert store.status.counts().articles == 0

    makers = [fork.Process(target=make) for _ in range(6)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join(60)
    assert [maker.exitcode for maker in makers] == [0] * 6


def test_a_changed_view_is_made_anew(path: Path) -> None:
    Store.open(path).close()
    _run(
        path,
        "DROP VIEW not_sent",
        "CREATE VIEW not_sent AS SELECT 1",
        "CREATE VIEW old AS SELECT 1",
    )
    before = _schema(path)
    Store.open(path).close()
    after = _schema(path)
    assert before != after
    assert "old" not in after and "suppressions" in after["not_sent"]


def test_a_migration_that_this_version_does_not_know_is_refused(path: Path) -> None:
    Store.open(path).close()
    _run(
        path,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
        "VALUES ('monitor', 'tables_of_tomorrow', '2031-01-01')",
    )
    for opening in (Store.open, Store.read):
        with pytest.raises(StoreError, match=r"newer version.*tables_of_tomorrow"):
            opening(path)


def test_another_programs_database_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "recipes.db"
    _run(path, "CREATE TABLE recipes (name TEXT)")
    before = path.read_bytes()
    for opening in (Store.open, Store.read):
        with pytest.raises(StoreError, match="something else"):
            opening(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Not a database, but longer than a header of a hundred bytes. " * 10)
    for opening in (Store.open, Store.read):
        with pytest.raises(StoreError, match=r"notes\.txt"):
            opening(path)
    assert path.read_text().startswith("Not a database")


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with Store.open(path) as store:
        assert store.status.counts().articles == 0


def test_reading_where_there_is_none(path: Path) -> None:
    with pytest.raises(StoreError, match="no store"):
        Store.read(path)
    assert not path.exists()


def test_reading_a_store_without_its_tables(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(StoreError, match="older version"):
        Store.read(path)


def test_an_upgrade_that_leaves_rows_pointing_nowhere_is_undone(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.open(path).close()
    _run(
        path,
        "INSERT INTO commits (sequence, what, committed_at) VALUES (1, 'revision', '2031-05-04T12:00:00Z')",
    )

    def orphans(db) -> None:  # type: ignore[no-untyped-def]
        db.execute(
            "INSERT INTO extractions (revision_id, sequence, version, figures, positions) "
            "VALUES (99, 1, 'v', 0, 0)"
        )

    monkeypatch.setattr(MIGRATIONS, "_migrations", list(MIGRATIONS._migrations))
    MIGRATIONS(name="orphans")(orphans)
    before = _dump(path)
    with pytest.raises(StoreError, match=r"extractions.*missing"):
        Store.open(path)
    assert _dump(path) == before


def test_a_good_upgrade_keeps_what_is_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(path) as store:
        store.feeds.outlet("Outlet A", "wire")
    monkeypatch.setattr(MIGRATIONS, "_migrations", list(MIGRATIONS._migrations))
    MIGRATIONS(name="add_note")(lambda db: db["outlets"].add_column("note", str))
    with Store.open(path) as store:
        row = store.connection.one("SELECT name, note FROM outlets")
    assert row is not None and tuple(row) == ("Outlet A", None)


def test_a_reader_cannot_write(path: Path) -> None:
    Store.open(path).close()
    with Store.read(path) as store, pytest.raises(StoreError, match="may not write"):
        store.feeds.outlet("Outlet A")


def test_a_store_that_another_process_keeps_locked(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.store.connection.BUSY_SECONDS", 0.01)
    with Store.open(path) as first, Store.open(path) as second:
        with first.transaction(), pytest.raises(StoreError, match=r"locked.*try again"):
            second.feeds.outlet("Outlet A")
        second.feeds.outlet("Outlet A")  # afterwards it goes on


def test_a_bug_stays_loud(path: Path) -> None:
    with Store.open(path) as store, pytest.raises(sqlite3.OperationalError, match="no such table"):
        store.connection.rows("SELECT * FROM nowhere")


def test_search_survives_a_vacuum(path: Path) -> None:
    """SQLite may then renumber the hidden row ids of a table whose key is text."""
    with Store.open(path) as store:
        for number in range(5):
            file_toll(store, f"31{number}", url=f"https://outlet-a.example/{number}")
        with store.transaction():
            store.connection.execute("DELETE FROM suppressions")
            store.connection.execute("DELETE FROM changes")
            first = store.connection.scalar("SELECT id FROM figures ORDER BY sequence LIMIT 1")
            store.connection.execute("UPDATE figure_threads SET pushed_figure = NULL")
            store.connection.execute("DELETE FROM figures WHERE id = ?", (first,))
        store.connection.execute("VACUUM")
        found = store.connection.rows(
            "SELECT sentence FROM figures WHERE sequence IN "
            "(SELECT rowid FROM figures_fts WHERE figures_fts MATCH '313')"
        )
        assert [row[0] for row in found] == ["The rescue service counted 313 dead."]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot open the store"):
        Store.open(tmp_path / "file" / "monitor.db")


# ---------------------------------------------------------------- the lock


def test_the_second_holder_is_refused_with_the_firsts_pid(path: Path) -> None:
    assert holder(path) is None
    with hold(path):
        assert holder(path) == os.getpid()
        with pytest.raises(StoreError, match=f"held by process {os.getpid()}"), hold(path):
            pass
        assert holder(path) == os.getpid()
    assert holder(path) is None
    with hold(path):
        pass


def test_a_link_to_a_store_is_that_store(path: Path) -> None:
    link = path.with_name("link.db")
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(path)
    with hold(path), pytest.raises(StoreError, match="held by process"), hold(link):
        pass


def test_a_killed_holder_leaves_the_store_free(path: Path) -> None:
    program = (
        "import sys, pathlib\nfrom monitor.store import hold\n"
        "with hold(pathlib.Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdin and other.stdout
    with other.stdin, other.stdout:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(StoreError, match=f"held by process {other.pid}"), hold(path):
            pass
        other.kill()
        other.wait()
    with hold(path):
        assert holder(path) == os.getpid()


# ---------------------------------------------------------------- the writer


async def test_the_writer_runs_work_in_order_and_hands_back_answers_and_errors(path: Path) -> None:
    async with Writer(path) as writer:
        assert await writer.run(lambda store: store.feeds.outlet("Outlet A")) == 1
        with pytest.raises(KeyError):
            await writer.run(lambda store: store.feeds.get(7))
        assert await writer.run(lambda store: store.feeds.outlet("Outlet B")) == 2
    with pytest.raises(RuntimeError):
        await writer.run(lambda store: store.status.counts())


async def test_a_writer_that_cannot_open_says_so(tmp_path: Path) -> None:
    _run(tmp_path / "recipes.db", "CREATE TABLE recipes (name TEXT)")
    with pytest.raises(StoreError, match="something else"):
        async with Writer(tmp_path / "recipes.db"):
            pass


def _run(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def _schema(path: Path) -> dict[str, str]:
    with sqlite3.connect(path) as connection:
        found = dict(connection.execute("SELECT name, sql FROM sqlite_master"))
    connection.close()
    return found


def _dump(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        found = [line for line in connection.iterdump() if "_fts" not in line]
    connection.close()
    return found
