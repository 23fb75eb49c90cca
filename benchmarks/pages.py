"""How long pages take over a store with a million claims.

    python benchmarks/pages.py [--claims 1000000] [--store FILE] [--rounds 15]

The store is the demonstration's week, replayed once and then copied within SQLite until it has as
many claims: other places, holders and outlets, three years back, one series with tens of thousands
of claims, and polls beside it. Each page is asked for in process, each time with another address
where there are several, and its median has to stay within 300 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from monitor.browse.server import pages
from monitor.commands.replay import replay_archive
from monitor.demo.story import read_story
from monitor.store import Store

BOUND = 300.0  # milliseconds, at the median
YEARS = 3
PLACES, HOLDERS, OUTLETS = 300, 400, 50
TOGETHER, TOGETHER_LARGEST = 40, 2000  # copies that share their threads
FEEDS, POLLS = 100, 3000

_IDS = ("figures.id", "positions.id", "changes.id", "alerts.id", "suppressions.id")
_CLAIMS = (
    "figure",
    "figure_before",
    "position",
    "position_before",
    "pushed_figure",
    "pushed_position",
)
_THREADS = ("thread_id", "figure_thread", "position_thread")
_NUMBERS = {
    "article_id": "articles",
    "revision_id": "revisions",
    "extraction_id": "extractions",
    "current_revision": "revisions",
}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("--claims", type=int, default=1_000_000)
    options.add_argument("--store", type=Path, help="build it here, or take the one that is here")
    options.add_argument("--rounds", type=int, default=15)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = given.store or Path(folder) / "million.db"
        if not path.exists():
            began = time.perf_counter()
            build(path, given.claims)
            seconds, size = time.perf_counter() - began, path.stat().st_size / 2**20
            print(f"built in {seconds:.0f} s, {size:,.0f} MiB")
        return asyncio.run(measure(path, given.rounds))


# ---------------------------------------------------------------- the store


def build(path: Path, claims: int) -> None:
    """A store with about so many claims."""
    lines = path.with_suffix(".jsonl")
    lines.write_text("".join(json.dumps(line) + "\n" for line in archive()), "utf-8")
    replay_archive(lines, store=path, order=None, export=None, config=None)
    lines.unlink()
    with closing(sqlite3.connect(path, isolation_level=None)) as at:
        at.execute("PRAGMA foreign_keys = OFF")
        at.execute("PRAGMA synchronous = OFF")
        at.execute("PRAGMA cache_size = -400000")
        base = sum(
            at.execute(f"SELECT count(*) FROM {each}").fetchone()[0]
            for each in ("figures", "positions")
        )
        copies = claims // base
        at.execute("CREATE TEMP TABLE copies (k INTEGER PRIMARY KEY)")
        at.executemany("INSERT INTO copies VALUES (?)", ((k,) for k in range(1, copies)))
        at.execute("BEGIN")
        largest = at.execute(
            "SELECT id FROM figure_threads ORDER BY figures DESC LIMIT 1"
        ).fetchone()[0]
        outlets = at.execute("SELECT max(id) FROM outlets").fetchone()[0]
        at.executemany(
            "INSERT INTO outlets (id, name, kind) SELECT id + ? * ?, name || ' ' || ?, kind "
            "FROM outlets WHERE id <= ?",
            ((n, outlets, n, outlets) for n in range(1, OUTLETS)),
        )
        steps = {
            table: at.execute(f"SELECT max({key}) FROM {table}").fetchone()[0] or 0
            for table, key in (
                *((each, "id") for each in ("articles", "revisions", "extractions")),
                *(
                    (each, "sequence")
                    for each in ("commits", "figures", "positions", "changes", "alerts")
                ),
            )
        }
        copy = Copies(at, copies, largest, outlets, steps)
        for table in ("commits", "articles", "revisions", "extractions", "propositions"):
            copy.rows(table)
        for table in ("figure_threads", "position_threads"):
            copy.threads(table)
        for table in ("figures", "positions", "changes", "alerts"):
            copy.rows(table)
        poll(at)
        at.execute("COMMIT")
        at.execute("ANALYZE")


def archive() -> Iterator[dict[str, str]]:
    """The demonstration's week as lines of an archive."""
    for article in read_story():
        for fetched in [article.published, *(edit.at for edit in article.edits)]:
            yield {
                "url": f"https://{article.outlet.slug}.example/{article.slug}",
                "outlet": article.outlet.name,
                "title": article.title,
                "text": "\n\n".join(article.paragraphs_at(fetched)),
                "published": article.published.isoformat(),
                "fetched": fetched.isoformat(),
            }


class Copies:
    """Copies of a store's rows within it, each under ids of its own."""

    def __init__(
        self, at: sqlite3.Connection, copies: int, largest: str, outlets: int, steps: dict[str, int]
    ) -> None:
        self.at = at
        self.largest, self.outlets, self.steps = largest, outlets, steps
        self.hours = YEARS * 365 * 24 / copies
        self.copies = copies
        self.known = {
            table: self._last(table)
            for table in ("commits", "articles", "revisions", "extractions")
        }

    def rows(self, table: str) -> None:
        """Every row as often as there are copies, but for propositions: one a holder's number."""
        columns = self._columns(table)
        chosen = ", ".join(f"{self._value(table, name)} AS {name}" for name in columns)
        key = "rowid" if table != "propositions" else "key"
        names = ", ".join(columns)
        ignore = "OR IGNORE " if table == "propositions" else ""
        self.at.execute(f"CREATE TEMP TABLE base AS SELECT * FROM {table} ORDER BY {key}")
        self.at.execute(
            f"INSERT {ignore}INTO {table} ({names}) SELECT {chosen} FROM copies, base t ORDER BY k"
        )
        self.at.execute("DROP TABLE base")

    def threads(self, table: str) -> None:
        """A thread for every so many copies, which its claims share."""
        columns = self._columns(table)
        chosen = ", ".join(f"{self._value(table, name)} AS {name}" for name in columns)
        counts = ("figures", "positions", "reports")
        updates = (
            ", ".join(f"{name} = {name} + excluded.{name}" for name in columns if name in counts)
            + ", moved_at = excluded.moved_at, moved_sequence = excluded.moved_sequence"
        )
        self.at.execute(f"CREATE TEMP TABLE base AS SELECT * FROM {table}")
        self.at.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} FROM copies, base t "
            f"WHERE true ORDER BY k ON CONFLICT (id) DO UPDATE SET {updates}"
        )
        self.at.execute("DROP TABLE base")

    def _columns(self, table: str) -> list[str]:
        return [row[1] for row in self.at.execute(f"PRAGMA table_info({table})")]

    def _last(self, table: str) -> int:
        key = "sequence" if table == "commits" else "id"
        return int(self.at.execute(f"SELECT max({key}) FROM {table}").fetchone()[0])

    def _thread(self, column: str) -> str:
        is_largest = f"t.{column} = '{self.largest}'"
        return (
            f"t.{column} || '_' || "
            f"(CASE WHEN {is_largest} THEN k / {TOGETHER_LARGEST} ELSE k / {TOGETHER} END)"
        )

    def _value(self, table: str, name: str) -> str:
        """A column of copy ``k`` in SQL."""
        shifted = f"'-' || CAST(({self.copies} - k) * {self.hours} AS INTEGER) || ' hours'"
        if f"{table}.{name}" in _IDS or name in _CLAIMS or name in ("change_id", "lead"):
            return f"t.{name} || '_' || k"
        if name in _THREADS or (table.endswith("_threads") and name == "id"):
            return self._thread(name)
        if name == "id":
            return f"t.id + k * {self.steps[table]}"
        if name in _NUMBERS:
            return f"t.{name} + k * {self.steps[_NUMBERS[name]]}"
        if name == "outlet_id":
            return f"t.outlet_id + (k % {OUTLETS}) * {self.outlets}"
        if name == "sequence" and table in ("revisions", "extractions"):
            return f"t.sequence + k * {self.steps['commits']}"
        if name == "sequence":
            return f"t.sequence + k * {self.steps[table]}"
        if name in ("moved_sequence", "opened_sequence"):
            claims = "figures" if table == "figure_threads" else "positions"
            return f"t.{name} + k * {self.steps[claims]}"
        if name.endswith("_at"):
            return f"strftime('%Y-%m-%dT%H:%M:%SZ', t.{name}, {shifted})"
        if name in ("as_of_start", "as_of_end", "period_start", "period_end", "said_on"):
            return f"date(t.{name}, {shifted})"
        if name in ("url", "sha256", "origin"):
            return f"t.{name} || '?' || k"
        if name == "place":
            return f"t.place || ' ' || ((k / {TOGETHER}) % {PLACES})"  # NULL stays NULL
        if name in ("holder", "proposition") or (table == "propositions" and name == "key"):
            return f"t.{name} || ' ' || ((k / {TOGETHER}) % {HOLDERS})"
        return f"t.{name}"


def poll(at: sqlite3.Connection) -> None:
    """Feeds of the outlets, each polled thousands of times."""
    outlets = [row[0] for row in at.execute("SELECT id FROM outlets ORDER BY id LIMIT ?", (FEEDS,))]
    newest = at.execute("SELECT max(committed_at) FROM commits").fetchone()[0]
    for number, outlet in enumerate(outlets, start=1):
        at.execute(
            "INSERT INTO feeds (id, outlet_id, name, url, address, interval_seconds, added_at, "
            "last_outcome, last_polled_at, next_poll_at) "
            "VALUES (?, ?, ?, ?, '', 900, ?, 'ok', ?, ?)",
            (
                number,
                outlet,
                f"Feed {number}",
                f"https://feed-{number}.example/",
                newest,
                newest,
                newest,
            ),
        )
    at.execute("CREATE TEMP TABLE rounds (n INTEGER PRIMARY KEY)")
    at.executemany("INSERT INTO rounds VALUES (?)", ((n,) for n in range(POLLS)))
    at.execute(
        "INSERT INTO polls (feed_id, started_at, seconds, outcome, entries, new, known, skipped, "
        "skipped_reasons, body_bytes, moved, conditional, note) SELECT f.id, "
        "strftime('%Y-%m-%dT%H:%M:%SZ', ?, '-' || ((? - n) * 15) || ' minutes'), 0.1, 'unchanged', "
        "30, 0, 30, 0, '[]', 0, 0, 1, '' FROM rounds, feeds f ORDER BY n, f.id",
        (newest, POLLS),
    )


# ---------------------------------------------------------------- the pages


def addresses(path: Path) -> dict[str, list[str]]:
    """Each kind of page with some of its addresses, the largest among them."""
    with closing(sqlite3.connect(path)) as at:

        def some(sql: str) -> list[str]:
            return [str(row[0]) for row in at.execute(sql)]

        dice = random.Random(7)
        figures = some("SELECT id FROM figure_threads ORDER BY figures DESC LIMIT 400")
        positions = some("SELECT id FROM position_threads ORDER BY positions DESC LIMIT 400")
        articles = _some_of(some("SELECT id FROM articles ORDER BY id DESC LIMIT 5000"), dice)
        alerts = some(
            "SELECT id FROM alerts WHERE change_id IS NOT NULL ORDER BY sequence DESC LIMIT 100"
        )
        outlet = some("SELECT name FROM outlets ORDER BY id DESC LIMIT 1")[0]
        holder = some("SELECT holder FROM position_threads ORDER BY moved_sequence DESC LIMIT 1")[0]
        places = some("SELECT value FROM thread_facets WHERE facet = 'place' LIMIT 1 OFFSET 9000")
        place = (places or some("SELECT place FROM figures WHERE place <> '' LIMIT 1"))[0]
    around = {"place": place, "holder": holder, "outlet": outlet}
    at_place, at_holder, at_outlet = (
        f"{name}={value.replace(' ', '+')}" for name, value in around.items()
    )
    return {
        "home": ["home"],
        "home, filtered": [f"home?{at_place}", "home?measure=killed", f"home?{at_outlet}"],
        "home, a year ago": ["home?at=2022-10-20"],
        "changes": ["changes", "changes?kind=lowered"],
        "changes, filtered": [
            f"changes?{at_outlet}",
            f"changes?{at_place}&measure=injured",
            f"changes?{at_holder}",
        ],
        "changes, nothing left": ["changes?place=Nowhere"],
        "figures": ["figures", "figures?candidates=1"],
        "figures, filtered": [
            f"figures?candidates=1&{at_place}",
            f"figures?{at_outlet}&measure=killed",
            "figures?words=hospital",
        ],
        "figures, nothing left": ["figures?place=Nowhere", "figures?words=nowhere"],
        "figure, the largest": [f"figure/{figures[0]}"],
        "figure, the largest, a year ago": [f"figure/{figures[0]}?known_on=2022-10-20"],
        "figure": [f"figure/{each}" for each in _some_of(figures[1:], dice)],
        "figure as CSV": [f"figure/{each}.csv" for each in figures[5:40]],
        "positions": ["positions", f"positions?candidates=1&{at_holder}", f"positions?{at_outlet}"],
        "position, the largest": [f"position/{positions[0]}"],
        "position": [f"position/{each}" for each in _some_of(positions, dice)],
        "sheet": ["sheet", f"sheet?{at_holder}", "sheet?at=2022-10-20", "sheet?topic=operation"],
        "place": [f"place?name={place.replace(' ', '+')}"],
        "article": [f"article/{each}" for each in articles],
        "alerts": ["alerts", "alerts?severity=warning", "alerts?watch=default"],
        "alerts, filtered": [f"alerts?{at_outlet}", f"alerts?{at_place}"],
        "alerts, nothing left": ["alerts?place=Nowhere", "alerts?watch=nobody"],
        "alert": [f"alert/{each}" for each in alerts],
        "feeds": ["feeds", f"feeds?{at_outlet}"],
        "search, a common word": ["search?q=killed", "search?q=people"],
        "search, rarer words": ["search?q=captives+spokesman", "search?q=lorry"],
        "search, filtered": [f"search?q=killed&{at_outlet}", f"search?q=killed&{at_place}"],
        "table figures (plain Datasette)": ["../figures"],
    }


def _some_of(names: list[str], dice: random.Random) -> list[str]:
    return dice.sample(names, min(40, len(names)))


async def measure(path: Path, rounds: int) -> int:
    """Ask for every page and print how long it took; 1 where a median is over the bound."""
    Store.open(path).close()  # brings an older one up to date
    tables = ("figures", "positions", "figure_threads", "position_threads", "changes", "polls")
    with closing(sqlite3.connect(path)) as at:
        for each in tables:
            print(f"{at.execute(f'SELECT count(*) FROM {each}').fetchone()[0]:>12,} {each}")
    application = pages(path)
    await application.client.get("/")
    slow = []
    print(f"{'page':40} {'median':>8} {'worst':>8}   ms")
    for name, found in addresses(path).items():
        times = []
        for number in range(max(rounds, len(found))):
            address = f"/{path.stem}/-/{found[number % len(found)]}".replace("/-/../", "/")
            began = time.perf_counter()
            answer = await application.client.get(address)
            times.append((time.perf_counter() - began) * 1000)
            if answer.status_code != 200:
                print(f"{address}: {answer.status_code}")
                slow.append(name)
        median = statistics.median(times)
        print(
            f"{name:40} {median:8.0f} {max(times):8.0f}{'   over' if median > BOUND else ''}",
            flush=True,
        )
        if median > BOUND:
            slow.append(name)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
