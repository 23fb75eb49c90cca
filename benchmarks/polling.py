"""Polling: feeds a second, CPU seconds per 1,000 polls, peak memory, beside the package `reader`.

    python benchmarks/polling.py [--feeds 2000] [--reader-python PYTHON]

A server on loopback gives every feed 30 entries. Three rounds: all new, all changed (30 entries
that were never seen), all unchanged (304). Each side polls and stores with its own means, in a
process and a store of its own: ours with the daemon's own polls and log, but without the pauses
between two requests to one host; `reader` with its own update and ten workers.
PYTHON is one that has `reader` installed (``pip install reader sgmllib3k``); by default, this one.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ENTRIES = 30
WORKERS = 10
ROUNDS = ("new", "changed", "unchanged")

ITEM = (
    "<item><title>Entry {n} of round {r} says 12 &amp; more</title>"
    "<link>http://gazette.example/{r}/{n}</link><guid isPermaLink='false'>{r}-{n}</guid>"
    "<pubDate>Tue, 24 Oct 2023 15:55:{n:02d} +0000</pubDate>"
    "<description><![CDATA[<p>Some words about it with <a href='x'>a link</a>, and a few more "
    "words to be said about the matter so that it is as long as teasers are.</p>]]></description>"
    "</item>"
)


@functools.cache
def feed_of(turn: str) -> bytes:
    """A round's feed, but for the path of the one that asks."""
    items = "".join(ITEM.format(n=n, r=f"{turn}@path") for n in range(ENTRIES))
    channel = f"<title>G</title><link>http://g.example/</link>{items}"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{channel}</channel></rss>'.encode()


class Server(asyncio.Protocol):
    """Answers a request with the round's feed, or 304 to whoever has it."""

    turn = ""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            request, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
            self.transport.write(self.answer(request))

    def answer(self, request: bytes) -> bytes:
        path = request.split(b" ", 2)[1].decode()
        if path.startswith("/round/"):
            Server.turn = path.rpartition("/")[2]
            return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        # The last round finds what the round before it left.
        turn = "changed" if Server.turn == "unchanged" else Server.turn
        etag = f'ETag: "{turn}"'.encode()
        if f'"{turn}"'.encode() in request:
            return b"HTTP/1.1 304 Not Modified\r\n" + etag + b"\r\n\r\n"
        body = feed_of(turn).replace(b"@path", path.encode())
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n" + etag
        return head + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body


async def serve() -> None:
    """Serve on a free port of loopback, which is printed, until killed."""
    server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def turn(port: int, name: str) -> None:
    """Tell the server which round it is."""
    import urllib.request

    urllib.request.urlopen(f"http://127.0.0.1:{port}/round/{name}").read()


def measured(work: Callable[[], object], feeds: int) -> dict[str, float]:
    """The three numbers of one round."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"feeds/s": feeds / wall, "CPU s/1000": cpu / feeds * 1000, "peak MiB": peak}


def ours(port: int, feeds: int, folder: Path) -> dict[str, dict[str, float]]:
    """Our rounds."""
    with asyncio.Runner() as runner:
        return {
            name: (
                turn(port, name),
                measured(lambda: runner.run(_poll_all(port, feeds, folder)), feeds),
            )[1]
            for name in ROUNDS
        }


async def _poll_all(port: int, feeds: int, folder: Path) -> None:
    from monitor import logs
    from monitor.clock import Clock
    from monitor.daemon.polls import Polls
    from monitor.feeds.http import Client, Manners
    from monitor.store.feeds import DeclaredFeed
    from monitor.store.writer import Writer
    from monitor.workers import Workers

    logs.configure(person=False)
    clock = Clock()
    manners = Manners(host_gap=0, per_host=32, concurrency=32, allow_networks=("127.0.0.0/8",))
    async with (
        Writer(folder / "monitor.db") as writer,
        Client(manners) as client,
        Workers(1) as workers,
    ):
        named = [DeclaredFeed(f"http://127.0.0.1:{port}/{n}", "Gazette") for n in range(feeds)]
        await writer.run(lambda store: store.feeds.declare(named, clock.now()))
        await Polls(writer, client, workers, clock, lambda: None).poll_all()


def theirs(port: int, feeds: int, folder: Path) -> dict[str, dict[str, float]]:
    """The rounds of `reader`."""
    from reader import make_reader

    reader = make_reader(str(folder / "reader.db"))
    for number in range(feeds):
        reader.add_feed(f"http://127.0.0.1:{port}/{number}")
    results = {}
    for name in ROUNDS:
        turn(port, name)
        results[name] = measured(
            lambda: reader.update_feeds(workers=WORKERS, scheduled=False), feeds
        )
    return results


def main() -> None:
    """Run both sides and print them side by side."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--reader-python", default=sys.executable)
    parser.add_argument("--side", choices=["server", "ours", "theirs"], help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side == "server":
        asyncio.run(serve())
    elif arguments.side:
        side = ours if arguments.side == "ours" else theirs
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(side(arguments.port, arguments.feeds, Path(folder))))
    else:
        _compare(arguments.feeds, arguments.reader_python)


def _compare(feeds: int, reader_python: str) -> None:
    server = subprocess.Popen(
        [sys.executable, __file__, "--side", "server"], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    try:
        port = server.stdout.readline().strip()
        results = {}
        for side, python in (("ours", sys.executable), ("theirs", reader_python)):
            command = [python, __file__, "--side", side, "--port", port, "--feeds", str(feeds)]
            results[side] = json.loads(
                subprocess.run(
                    command,
                    check=True,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,  # the log, which is written all the same
                    text=True,
                ).stdout
            )
    finally:
        server.terminate()
    print(f"{feeds} feeds of {ENTRIES} entries        ours      reader")
    for name in ROUNDS:
        for measure, value in results["ours"][name].items():
            print(
                f"{name:10} {measure:12} {value:14,.2f} {results['theirs'][name][measure]:11,.2f}"
            )


if __name__ == "__main__":
    main()
