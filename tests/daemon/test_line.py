"""Whatever worker ends first, what was fetched first is filed first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from monitor.daemon.line import Filing, Key, Line


async def _ignore(key: Key, error: Exception) -> None:
    pass


def _line(
    width: int = 10,
    share: int = 10,
    failed: Callable[[Key, Exception], Awaitable[None]] = _ignore,
) -> Line:
    return Line(width, share, failed, freed=lambda: None)


async def test_filing_keeps_the_order_of_arrival_when_readings_end_in_reverse() -> None:
    filed: list[int] = []
    read = [asyncio.Event() for _ in range(3)]
    line = _line()

    async def fetch(number: int) -> Filing:
        async def file() -> None:
            await read[number].wait()
            filed.append(number)

        return file

    filing = asyncio.create_task(line.file())
    for number in range(3):
        line.start(("n", number), "A", fetch(number))
        await asyncio.sleep(0)
    for number in (2, 1, 0):
        read[number].set()
        await asyncio.sleep(0)
    await line.finish()
    filing.cancel()
    assert filed == [0, 1, 2]


async def test_an_error_in_fetch_or_filing_stops_nothing_else_and_frees_its_place() -> None:
    filed, failed = [], []

    async def note(key: Key, error: Exception) -> None:
        failed.append((key, str(error)))

    line = _line(failed=note)

    async def fetch(number: int) -> Filing:
        if number == 0:
            raise ValueError("fetch")

        async def file() -> None:
            if number == 1:
                raise ValueError("file")
            filed.append(number)

        return file

    filing = asyncio.create_task(line.file())
    for number in range(3):
        line.start(("n", number), "A", fetch(number))
    await line.finish()
    filing.cancel()
    assert filed == [2]
    assert failed == [(("n", 0), "fetch"), (("n", 1), "file")]
    assert line.is_idle()


async def test_an_error_that_failed_raises_ends_the_filing() -> None:
    async def no_disk(key: Key, error: Exception) -> None:
        raise OSError("no room")

    line = _line(failed=no_disk)

    async def fetch() -> Filing:
        raise ValueError("fetch")

    line.start(("n", 0), "A", fetch())
    with pytest.raises(OSError, match="no room"):
        await line.file()


async def _hang() -> Filing:
    await asyncio.Event().wait()
    raise AssertionError


async def test_nobody_has_more_than_a_share_and_all_together_no_more_than_the_width() -> None:
    line = _line(width=3, share=2)
    takes = []
    for number, owner in enumerate("AAABB"):
        takes.append(line.takes(("n", number), owner))
        if takes[-1]:
            line.start(("n", number), owner, _hang())
    assert takes == [True, True, False, True, False]
    assert not line.takes(("n", 0), "C")
    await line.finish(within=0)


async def test_what_hangs_is_put_down_at_the_end() -> None:
    filed = []
    line = _line()

    async def fetch() -> Filing:
        async def file() -> None:
            filed.append("quick")

        return file

    filing = asyncio.create_task(line.file())
    line.start(("n", 0), "A", _hang())
    line.start(("n", 1), "A", fetch())
    await line.finish(within=0.01)
    filing.cancel()
    assert filed == ["quick"]
