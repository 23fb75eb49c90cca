"""Many callers share one commit: what a caller was told is on file, and a failure is its own."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import StoreError
from monitor.store import Store, Writer
from tests.store.stored_claims import at

NOW = at()


class Refused(Exception):
    """A mistake of one caller."""


def note(name: str, *, fails: bool = False, nested: bool = False) -> Any:
    """A caller's work: two rows in one transaction, or none of them."""

    def work(store: Store) -> str:
        with store.transaction():
            store.alerts.disable(f"{name} a", "", store.runs.newest(1)[0].started)
            if nested:
                with store.transaction():
                    store.alerts.disable(f"{name} b", "", store.runs.newest(1)[0].started)
            if fails:
                raise Refused(name)
        return name

    return work


def names(path: Path) -> list[str]:
    with Store.read(path) as store:
        return [
            row[0] for row in store.connection.rows("SELECT name FROM destinations ORDER BY rowid")
        ]


async def told(path: Path, works: list[Any]) -> list[Any]:
    """What each of the callers was told, all of whom came at once."""
    async with Writer(path) as writer:
        await writer.run(lambda store: store.runs.start("test", "0", 1, NOW))
        return await asyncio.gather(*map(writer.run, works), return_exceptions=True)


NOW = at()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=200))
def test_each_is_filed_or_fails_alone(
    tmp_path_factory: pytest.TempPathFactory, plans: list[tuple[bool, bool]]
) -> None:
    path = tmp_path_factory.mktemp("store") / "monitor.db"
    works = [note(str(n), fails=f, nested=deep) for n, (f, deep) in enumerate(plans)]
    ends = asyncio.run(told(path, works))
    filed = {name.split()[0] for name in names(path)}
    for number, ((fails, _), end) in enumerate(zip(plans, ends, strict=True)):
        assert (str(number) in filed) is not fails
        assert isinstance(end, Refused) if fails else end == str(number)


async def test_they_share_commits(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    commits: list[str] = []
    async with Writer(path) as writer:
        await writer.run(lambda store: store.runs.start("test", "0", 1, NOW))
        await writer.run(
            lambda store: store.connection.db.conn.set_trace_callback(
                lambda sql: commits.append(sql) if sql == "COMMIT" else None
            )
        )
        await asyncio.gather(*(writer.run(note(str(number))) for number in range(200)))
    assert len(commits) < 20
    assert len(names(path)) == 200


async def test_a_caller_that_handles_its_own_failure_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"

    def handled(store: Store) -> str:
        try:
            note("wrong", fails=True)(store)
        except Refused:
            note("instead")(store)
        return "handled"

    ends = await told(path, [note("one"), handled, note("two")])
    assert ends == ["one", "handled", "two"]
    assert names(path) == ["one a", "instead a", "two a"]


async def test_a_full_disk_is_told_to_all_whose_commit_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"

    def fill(store: Store) -> None:
        pages = store.connection.scalar("PRAGMA page_count")
        store.connection.execute(f"PRAGMA max_page_count = {pages + 2}")

    def large(store: Store) -> None:
        with store.transaction():
            for number in range(200):
                store.alerts.disable(f"large {number} {'x' * 500}", "", NOW)

    ends = await told(path, [fill, note("one"), large, note("two")])
    acknowledged = [each for each in ends[1:] if not isinstance(each, BaseException)]
    assert isinstance(ends[2], StoreError)
    assert [name.split()[0] for name in names(path)] == acknowledged


async def test_a_commit_that_fails_is_told_to_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"

    def dangling(store: Store) -> None:
        """A reference that is looked at only at the commit."""
        with store.transaction():
            store.connection.execute(
                "INSERT INTO alerts (id, sequence, type, tier, severity, lead, title, text, "
                "payload, watches, created_at) VALUES ('a', 1, '', '', '', 'none', '', '', '', '', '')"
            )

    await told(path, [])
    async with Writer(path) as writer:
        ends = await asyncio.gather(
            *map(writer.run, [lambda store: None, note("one"), dangling, note("two")]),
            return_exceptions=True,
        )
        assert all(isinstance(each, Exception) for each in ends[1:])
        assert await writer.run(note("three")) == "three"
    assert names(path) == ["three a"]


def file_until_killed(path: Path, pipe: Any) -> None:
    async def work() -> None:
        async with Writer(path) as writer:
            await writer.run(lambda store: store.runs.start("test", "0", 1, NOW))

            async def one(number: int) -> None:
                pipe.send(await writer.run(note(f"{number}")))

            await asyncio.gather(*map(one, range(100_000)))

    asyncio.run(work())


def test_what_was_told_before_a_power_cut_is_on_file(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=file_until_killed, args=(path, there))
    process.start()
    there.close()
    heard = [here.recv() for _ in range(300)]
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    try:
        while True:
            heard.append(here.recv())
    except EOFError:
        pass
    on_file = {name.split()[0] for name in names(path)}
    assert set(heard) <= on_file
