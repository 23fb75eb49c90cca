"""The pool: deadlines, deaths, and that no worker outlives the daemon."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from monitor.errors import WorkerError
from monitor.intake import Outcome
from monitor.workers import Workers


def double(number: int) -> int:
    return 2 * number


def own_pid() -> int:
    return os.getpid()


def hang() -> None:
    while True:
        time.sleep(3600)


def hang_in_c() -> None:
    re.match(r"(a+)+$", "a" * 60 + "b")  # holds the interpreter's lock for ages


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave() -> None:
    os._exit(3)


def raise_value_error() -> None:
    raise ValueError("a job's own mistake")


class Unpicklable(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__("two arguments, one kept")


def raise_unpicklable() -> None:
    raise Unpicklable(1, 2)


def hang_once(marker: str) -> str:
    path = Path(marker)
    if path.exists():
        return "second try"
    path.touch()
    hang()
    raise AssertionError


def count_tries(marker: str) -> None:
    with Path(marker).open("a") as file:
        file.write("x")
    die()


def fail_to_warm() -> None:
    raise OSError("no such pipeline")


@pytest.fixture
async def workers():
    async with Workers(count=2) as pool:
        yield pool


async def test_results_come_back(workers: Workers) -> None:
    results = await asyncio.gather(
        *(workers.run(double, number, deadline=30) for number in range(20))
    )
    assert results == [2 * number for number in range(20)]
    assert await workers.run(own_pid, deadline=30) != os.getpid()


@pytest.mark.parametrize(
    ("job", "deadline", "outcome", "words"),
    [
        (hang, 0.3, Outcome.WORKER_TIMEOUT, "longer than 0.3 s"),
        (hang_in_c, 0.3, Outcome.WORKER_TIMEOUT, "longer than 0.3 s"),
        (die, 30, Outcome.WORKER_DIED, " "),
        (leave, 30, Outcome.WORKER_DIED, " "),
        (raise_value_error, 30, Outcome.WORKER_DIED, "ValueError: a job's own mistake"),
        (raise_unpicklable, 30, Outcome.WORKER_DIED, "Unpicklable"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
async def test_a_bad_job_fails_alone(workers, job, deadline, outcome, words) -> None:
    others = [asyncio.create_task(workers.run(double, each, deadline=30)) for each in range(5)]
    with pytest.raises(WorkerError, match=re.escape(words)) as caught:
        await workers.run(job, deadline=deadline)
    assert caught.value.outcome == outcome
    assert await asyncio.gather(*others) == [0, 2, 4, 6, 8]
    assert await workers.run(double, 21, deadline=30) == 42


async def test_a_job_that_hangs_once_is_tried_again(workers: Workers, tmp_path: Path) -> None:
    assert await workers.run(hang_once, str(tmp_path / "seen"), deadline=0.5) == "second try"


async def test_a_job_that_kills_is_given_up_after_two_tries(workers, tmp_path) -> None:
    marker = tmp_path / "tries"
    with pytest.raises(WorkerError):
        await workers.run(count_tries, str(marker), deadline=30)
    assert marker.read_text() == "xx"


async def test_an_idle_worker_that_dies_is_replaced(workers: Workers) -> None:
    for _ in range(3):
        os.kill(await workers.run(own_pid, deadline=30), signal.SIGKILL)
        assert await workers.run(double, 4, deadline=30) == 8


async def test_a_pool_that_takes_no_jobs_is_replaced() -> None:
    async with Workers(count=1, stuck=8) as workers:
        pid = await workers.run(own_pid, deadline=30)
        os.kill(pid, signal.SIGSTOP)
        assert await workers.run(own_pid, deadline=30) != pid


async def test_a_caller_that_leaves_ends_its_job(workers: Workers) -> None:
    job = asyncio.create_task(workers.run(hang, deadline=600))
    await workers.run(double, 1, deadline=30)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert await asyncio.gather(*(workers.run(double, each, deadline=30) for each in range(8)))


async def test_a_failed_warm_up_stops_nothing() -> None:
    async with Workers(count=1, warm_up=fail_to_warm) as workers:
        assert await workers.run(double, 4, deadline=30) == 8


async def test_workers_are_replaced_after_some_jobs() -> None:
    async with Workers(count=1, max_jobs=2) as workers:
        pids = [await workers.run(own_pid, deadline=30) for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


async def test_leaving_ends_every_worker_even_a_hanging_one() -> None:
    async with Workers(count=2) as workers:
        pid = await workers.run(own_pid, deadline=30)
        jobs = [asyncio.create_task(workers.run(hang_in_c, deadline=60)) for _ in range(2)]
        await asyncio.sleep(0)
    ends = await asyncio.gather(*jobs, return_exceptions=True)
    assert [type(end) for end in ends] == [WorkerError, WorkerError]
    assert not _alive(pid)


PARENT = """
import asyncio, sys
sys.path.insert(0, sys.argv[1])
from test_workers import hang_in_c, own_pid
from monitor.workers import Workers

async def main():
    async with Workers(count=2) as workers:
        pids = set()
        while len(pids) < 2:
            pids |= set(await asyncio.gather(*(workers.run(own_pid, deadline=30) for _ in range(4))))
        job = asyncio.create_task(workers.run(hang_in_c, deadline=600))
        await asyncio.sleep(0.2)
        print(*pids, flush=True)
        await job

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "terminated"])
def test_no_worker_outlives_the_daemon(tmp_path: Path, end: signal.Signals) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    here = str(Path(__file__).parent)
    parent = subprocess.Popen(
        [sys.executable, str(script), here], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(pids) == 2
    parent.send_signal(end)
    parent.wait(10)
    parent.stdout.close()
    assert _all_end(pids)


def _all_end(pids: list[int]) -> bool:
    for _ in range(1000):
        if not any(map(_alive, pids)):
            return True
        time.sleep(0.01)
    return False


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"
