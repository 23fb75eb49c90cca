"""A real Datasette over a real store, beside the daemon and without it."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import stat
import sys
import tempfile
import urllib.request
from pathlib import Path

import pytest
from datasette.app import Datasette

import monitor
from monitor.alerts.links import Pages
from monitor.browse.metadata import metadata_for
from monitor.browse.server import pages
from monitor.claims import Extraction, Stance
from monitor.errors import InputError, StoreError
from monitor.pipeline import Rules, file_revision
from monitor.store import Store, is_at_rest
from monitor.store.describe import described
from monitor.store.queries import QUERIES
from monitor.store.views import VIEWS
from tests.browse.looked import served
from tests.store.stored_claims import FEED, arrival_of, at, entry, file_toll, poll_of, record, stand

HOSTILE = "<script>alert(1)</script>"


def fill(store: Store) -> None:
    """A little of everything."""
    store.feeds.declare([FEED], at())
    record(store, poll_of(entry("a")))
    file_toll(store, "310", outlet=HOSTILE)
    file_toll(store, "650", url="https://outlet-b.example/1", hours=13)
    text = "Talks\n\nNorthland will build the dam, the prime minister said."
    claims = Extraction("v1", (), (stand(text, "build the dam", Stance.COMMIT, 1),))
    arrival = arrival_of(text, "https://outlet-b.example/2")
    file_revision(store, arrival, claims, Rules(), at(hours=14))
    store.runs.start("daemon", "0.1", 1, at())
    store.requests.ask("redeliver", {}, at())


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "monitor.db"
    with Store.open(path) as store:
        fill(store)
    return path


@pytest.fixture(scope="module")
def application(path: Path) -> Datasette:
    return pages(path)


@pytest.mark.parametrize("name", sorted({*described()} - {"_sqlite_migrations"}))
async def test_every_table_and_view_has_a_page(application: Datasette, name: str) -> None:
    response = await application.client.get(f"/monitor/{name}")
    assert response.status_code == 200
    assert HOSTILE not in response.text
    purpose = described()[name].description
    assert purpose and purpose.split("'")[0] in response.text


ANSWERS = {
    "search_claims": {"words": "rescue"},
    "course_of_a_series": {"thread": "SELECT id FROM figure_threads"},
    "what_a_holder_said": {"holder": "Northland"},
    "changes_since": {"since": "2031-01-01"},
    "versions_of_an_article": {"url": "https://outlet-b.example/1"},
}


@pytest.mark.parametrize("name", sorted(QUERIES))
async def test_every_named_query_answers(application: Datasette, path: Path, name: str) -> None:
    values = dict(ANSWERS[name])
    if name == "course_of_a_series":
        with Store.read(path) as store:
            values["thread"] = store.connection.scalar(values["thread"])
    response = await application.client.get(
        f"/monitor/{name}.json", params={**values, "_shape": "array"}
    )
    assert response.status_code == 200
    assert response.json()


@pytest.mark.parametrize(
    ("table", "words"), [("figures", "rescue"), ("positions", "dam"), ("revisions", "flood")]
)
async def test_search_on_the_pages(application: Datasette, table: str, words: str) -> None:
    url = f"/monitor/{table}.json"
    found = await application.client.get(url, params={"_search": words, "_shape": "array"})
    none = await application.client.get(url, params={"_search": "zeppelin", "_shape": "array"})
    assert found.json() and none.json() == []


async def test_the_links_of_messages_lead_to_pages(application: Datasette, path: Path) -> None:
    with Store.read(path) as store:
        (change, *_) = [each for each in store.changes.all() if each.change.kind == "raised"]
        (alert,) = store.alerts.newest()
    claim, thread = change.claim, change.change.thread
    for link in Pages("https://desk.example/monitor").of(claim, thread, alert.id).values():
        path_, _, anchor = link.removeprefix("https://desk.example").partition("#")
        answer = await application.client.get(path_)
        assert answer.status_code == 200 and f'id="{anchor or claim.id}"' in answer.text, link
    for page in (
        f"figure_threads/{change.change.thread}",
        f"figures/{change.claim.id}",
        f"changes/{change.change.id}",
        f"alerts/{alert.id}",
        f"revisions/{change.revision_id}",
    ):
        assert (await application.client.get(f"/monitor/{page}")).status_code == 200, page


async def test_the_file_cannot_be_taken_or_changed(application: Datasette) -> None:
    assert (await application.client.get("/monitor.db")).status_code in (403, 404)
    query = "/monitor.json?sql=delete+from+outlets"
    response = await application.client.get(query, follow_redirects=True)
    assert response.status_code == 400


async def test_rows_of_a_running_daemon_are_seen_at_once(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    with Store.open(path) as store:
        application = pages(path)
        for expected in (0, 1, 2):
            if expected:
                file_toll(store, "310", url=f"https://outlet-a.example/{expected}")
            rows = await application.client.get("/monitor/articles.json?_shape=array")
            assert len(rows.json()) == expected
        with store.transaction():  # a reader isn't kept waiting by an open transaction
            store.feeds.outlet("Outlet Z")
            assert (await application.client.get("/monitor/outlets")).status_code == 200


def test_metadata_names_only_what_is_there(path: Path) -> None:
    shown = metadata_for(path)["databases"]["monitor"]["tables"]
    with Store.read(path) as store:
        names = {*store.connection.db.table_names(), *store.connection.db.view_names()}
        assert set(shown) <= names
        for table, how in shown.items():
            columns = {row["name"] for row in store.connection.rows(f"PRAGMA table_info({table})")}
            named = [how.get(key) for key in ("label_column", "sort", "sort_desc")]
            used = {*how.get("facets", ()), *filter(None, named), *how["columns"]}
            assert used <= columns, (table, used - columns)
    assert set(VIEWS) <= set(shown)


# ---------------------------------------------------------------- the server as a process


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as response:
        return str(response.read().decode())


def test_browse_serves_on_this_machine(path: Path) -> None:
    with served(path) as address:
        assert address.startswith("http://127.0.0.1:")
        assert "latest_figures" in get(address)
        assert "650" in get(f"{address}/latest_figures")


NOBODY = 65534


def read_as_nobody(path: Path) -> None:
    """In a process of its own that may not write beside the store: ask for a page."""
    os.setuid(NOBODY)
    assert not os.access(path.parent, os.W_OK)
    page = asyncio.run(pages(path).client.get("/monitor/latest_figures"))
    assert page.status_code == 200 and "650" in page.text


def open_to_others(path: Path) -> bool:
    """Whether another user may go into a folder."""
    return all(each.stat().st_mode & stat.S_IXOTH for each in (path, *path.parents))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.skipif(
    not all(map(open_to_others, (Path(sys.prefix), Path(monitor.__file__).parent))),
    reason="another user may not read the program where it is installed",
)
@pytest.mark.parametrize("daemon", ["running", "stopped", "killed"])
def test_a_user_who_cannot_write_there(application: Datasette, daemon: str) -> None:
    asyncio.run(application.client.get("/monitor/latest_figures"))  # loads what a page needs
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "monitor.db"
        store = Store.open(path)
        fill(store)
        if daemon == "killed":  # its files as they were at that moment
            (Path(folder) / "left").mkdir()
            for file in list(Path(folder).glob("monitor.db*")):
                shutil.copy(file, Path(folder) / "left")
            path = Path(folder) / "left" / "monitor.db"
        if daemon != "running":
            store.close()
        for file in Path(folder).rglob("*"):
            file.chmod(0o755 if file.is_dir() else 0o644)
        Path(folder).chmod(0o755)
        reader = multiprocessing.get_context("fork").Process(target=read_as_nobody, args=(path,))
        reader.start()
        reader.join(30)
        store.close()
    assert reader.exitcode == 0


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store"):
        pages(tmp_path / "missing.db")


def test_a_taken_port_is_said(path: Path) -> None:
    from monitor.browse import browse

    with served(path) as address, pytest.raises(InputError, match="--port"):
        browse(path, int(address.split(":")[2].split("/")[0]))


def test_a_store_that_its_reader_may_write_beside_is_not_at_rest(path: Path) -> None:
    assert not is_at_rest(path)
