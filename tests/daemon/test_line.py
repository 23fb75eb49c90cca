"""Whatever worker ends first, what was fetched first is filed first."""

from __future__ import annotations

import asyncio

from monitor.daemon.line import Filing, Key, Line


async def _ignore(key: Key, error: Exception) -> None:
    pass


async def test_filing_keeps_the_order_of_arrival_when_readings_end_in_reverse() -> None:
    filed: list[int] = []
    read = [asyncio.Event() for _ in range(3)]
    line = Line(width=10, failed=_ignore)

    async def fetch(number: int) -> Filing:
        async def file() -> None:
            await read[number].wait()
            filed.append(number)

        return file

    filing = asyncio.create_task(line.file())
    for number in range(3):
        await line.start(("n", number), fetch(number))
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

    line = Line(width=1, failed=note)

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
        await line.start(("n", number), fetch(number))
    await line.finish()
    filing.cancel()
    assert filed == [2]
    assert failed == [(("n", 0), "fetch"), (("n", 1), "file")]
    assert not any(line.holds(("n", number)) for number in range(3))


async def test_no_more_is_in_hand_than_there_is_room_for() -> None:
    line = Line(width=2, failed=_ignore)
    gate = asyncio.Event()

    async def fetch() -> Filing:
        async def file() -> None:
            await gate.wait()

        return file

    filing = asyncio.create_task(line.file())
    await line.start(("n", 0), fetch())
    await line.start(("n", 1), fetch())
    third = asyncio.create_task(line.start(("n", 2), fetch()))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not third.done()
    gate.set()
    await third
    await line.finish()
    filing.cancel()
