"""Pages as a test reads them: asked in process, parsed, compared with rows of the store."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from lxml import html

LOOKING = ThreadPoolExecutor(1, "browser")
"""Where the browser is driven: Playwright keeps an event loop running in its thread, and other tests
need theirs free."""


def looks(test: Callable[..., None]) -> Callable[..., None]:
    """A test that drives the browser."""

    @wraps(test)
    def in_its_thread(**fixtures: Any) -> None:
        LOOKING.submit(lambda: test(**fixtures)).result()

    return in_its_thread


async def page(application: Datasette, path: str, status: int = 200) -> Any:
    """A page of ours below ``/-/`` of the only store, as a tree."""
    (name,) = [each for each in application.databases if not each.startswith("_")]
    answer = await application.client.get(f"/{name}/-/{path}")
    assert answer.status_code == status, (path, answer.status_code, answer.text[:500])
    return html.fromstring(answer.text)


async def file(application: Datasette, path: str) -> str:
    """A file of ours."""
    (name,) = [each for each in application.databases if not each.startswith("_")]
    answer = await application.client.get(f"/{name}/-/{path}")
    assert answer.status_code == 200, path
    return str(answer.text)


def rows(path: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of a store, asked without any of our code."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql, values).fetchall()


def value(path: Path, sql: str, *values: object) -> Any:
    """The first value of the first row."""
    return rows(path, sql, *values)[0][0]


def words(element: Any) -> str:
    """The words of an element, with single spaces."""
    return " ".join(element.text_content().split())


def marks(tree: Any, chart: str = "wide") -> list[dict[str, str]]:
    """The data of the marks of one chart, in the order of drawing."""
    found = tree.xpath(f"//*[contains(concat(' ', @class, ' '), ' {chart} ')]//*[@data-claim]")
    return [{k: v for k, v in mark.attrib.items() if k.startswith("data-")} for mark in found]


def addresses(path: Path) -> list[str]:
    """Every kind of page with an address for each thing on file that has one (a few of each)."""

    def ids(sql: str) -> list[Any]:
        return [row[0] for row in rows(path, sql)]

    plain = [
        "home",
        "changes",
        "figures?candidates=1",
        "positions?candidates=1",
        "sheet",
        "alerts",
        "feeds",
    ]
    return [
        *plain,
        "search",
        "search?q=people",
        *(
            f"figure/{t}"
            for t in ids("SELECT id FROM figure_threads ORDER BY figures DESC, id LIMIT 4")
        ),
        *(
            f"position/{t}"
            for t in ids("SELECT id FROM position_threads ORDER BY positions DESC, id LIMIT 4")
        ),
        *(
            f"article/{a}"
            for a in ids("SELECT article_id FROM revisions ORDER BY number DESC, id LIMIT 4")
        ),
        *(
            f"alert/{a}"
            for a in ids("SELECT id FROM alerts ORDER BY change_id IS NULL, sequence LIMIT 4")
        ),
    ]


@contextmanager
def served(path: Path) -> Iterator[str]:
    """The pages in a process of their own; gives the address of the store in it."""
    program = (
        "import sys, pathlib\nfrom monitor.browse import browse\n"
        "browse(pathlib.Path(sys.argv[1]), 0)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        with process.stdout:
            yield process.stdout.readline().split()[0].removesuffix("/-/home")
    finally:
        process.terminate()
        process.wait(30)
