"""The pages in a real browser: nothing breaks, nothing leaves the machine, everyone can read them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from monitor.store import Store
from monitor.store.describe import described
from tests.browse.looked import LOOKING, addresses, looks, rows, served, value
from tests.store.stored_claims import file_toll

INSPECTION = (Path(__file__).parent / "inspect_page.js").read_text("utf-8")
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((each) => (sum += each.value)))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 0);
})"""


@dataclass
class Visitor:
    """A browser tab that writes down what goes wrong in it."""

    tab: Any
    base: str
    wrong: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tab.on("console", self._said)
        self.tab.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.tab.on("dialog", self._dialog)
        self.tab.on("request", lambda request: self.asked.append(request.url))

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"{message.type}: {message.text}")

    def _dialog(self, dialog: Any) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open(self, path: str) -> int:
        """Go to a page below the store's address; the status of the answer."""
        return int(self.tab.goto(f"{self.base}/{path}").status)

    def strangers(self) -> list[str]:
        """What was asked of anybody but the server."""
        host = self.base.rsplit("/", 1)[0]
        return [url for url in self.asked if not url.startswith((host, "data:"))]


@pytest.fixture(scope="module")
def address(replayed: Path) -> Iterator[str]:
    with served(replayed) as address:
        yield address


@pytest.fixture
def visitor(browser: Any, address: str) -> Iterator[Visitor]:
    size = {"width": 1280, "height": 900}
    context = LOOKING.submit(lambda: browser.new_context(viewport=size)).result()
    yield LOOKING.submit(lambda: Visitor(context.new_page(), address)).result()
    LOOKING.submit(context.close).result()


def inspect(visitor: Visitor) -> list[str]:
    """What is wrong with the page that is open, on a phone and on a wide screen, light and dark."""
    faults = []
    for width, scheme in ((360, "light"), (1920, "dark"), (360, "dark"), (1920, "light")):
        visitor.tab.set_viewport_size({"width": width, "height": 800})
        visitor.tab.emulate_media(color_scheme=scheme)
        faults += [f"{width} {scheme}: {each}" for each in visitor.tab.evaluate(INSPECTION)]
    return faults


@looks
def test_every_page_is_whole_quiet_and_readable(visitor: Visitor, replayed: Path) -> None:
    faults = []
    for path in addresses(replayed):
        assert visitor.open(f"-/{path}") == 200
        faults += [
            f"{path}: jumps {moved}" for moved in [visitor.tab.evaluate(SHIFTS)] if moved > 0.01
        ]
        faults += [f"{path}: {each}" for each in inspect(visitor)]
    assert (faults, visitor.wrong, visitor.strangers()) == ([], [], [])


@looks
def test_the_marks_that_are_seen_are_the_rows(visitor: Visitor, replayed: Path) -> None:
    thread, figures = rows(
        replayed, "SELECT id, figures FROM figure_threads ORDER BY figures DESC LIMIT 1"
    )[0]
    for width, chart in ((1280, "wide"), (360, "narrow")):
        visitor.tab.set_viewport_size({"width": width, "height": 800})
        visitor.open(f"-/figure/{thread}")
        assert visitor.tab.locator(f"svg.{chart} a.mark").count() == figures
        for mark in visitor.tab.locator(f"svg.{chart} a.mark").all():
            assert mark.is_visible()
        hidden = {"wide": "narrow", "narrow": "wide"}[chart]
        assert not visitor.tab.locator(f"svg.{hidden}").is_visible()
    claim = visitor.tab.locator("svg.narrow a.mark").last.get_attribute("data-claim")
    visitor.tab.locator("svg.narrow a.mark").last.click(force=True)
    assert visitor.tab.url.endswith(f"#{claim}")


@looks
def test_a_filter_is_typed_and_stands_in_the_address(visitor: Visitor, replayed: Path) -> None:
    visitor.open("-/home")
    visitor.tab.get_by_label("Place").fill("Gaza Strip")
    visitor.tab.get_by_label("What happened").fill("killed")
    with visitor.tab.expect_navigation():
        visitor.tab.get_by_role("button", name="Narrow").click()
    assert "place=Gaza+Strip" in visitor.tab.url and "measure=killed" in visitor.tab.url
    visitor.open("-/changes?place=Gaza+Strip&measure=killed")
    told = value(
        replayed,
        "SELECT count(*) FROM changes c JOIN figures f ON f.id = c.figure WHERE c.tier <> 'log' "
        "AND f.measure = 'killed' AND (f.place = 'Gaza Strip' OR instr(f.place_within, 'Gaza Strip'))",
    )
    assert visitor.tab.locator("ol.changes > li").count() == told


@looks
def test_the_keyboard_is_enough(visitor: Visitor) -> None:
    visitor.open("-/home")
    focused = "() => document.activeElement.textContent.trim() || document.activeElement.id"
    visitor.tab.keyboard.press("Tab")
    assert visitor.tab.evaluate(focused) == "Skip to the page"
    assert visitor.tab.evaluate("() => document.activeElement.getBoundingClientRect().left") >= 0
    visitor.tab.keyboard.press("Enter")
    assert visitor.tab.evaluate("() => document.activeElement.id") == "main"
    reached = set()
    for _ in range(40):
        visitor.tab.keyboard.press("Tab")
        reached.add(visitor.tab.evaluate(focused))
        assert visitor.tab.evaluate(
            "() => getComputedStyle(document.activeElement).outlineStyle"
        ) != "none" or visitor.tab.evaluate("() => document.activeElement === document.body")
    assert "Narrow" in reached
    visitor.tab.get_by_role("searchbox").first.fill("captives")
    with visitor.tab.expect_navigation():
        visitor.tab.keyboard.press("Enter")
    assert "q=captives" in visitor.tab.url


@looks
def test_nothing_runs_a_script(visitor: Visitor, replayed: Path) -> None:
    """With scripts off every page says the same."""
    for path in addresses(replayed)[:8]:
        visitor.open(f"-/{path}")
        assert visitor.tab.locator("script").count() == 0


# ---------------------------------------------------------------- hostile words

HOSTILE = (
    '<script>window.hit=1</script><img src=x onerror="window.hit=1"><svg onload=window.hit=1>'
    '"\'><a href="javascript:window.hit=1">x</a></title></textarea></pre></style><!--'
    "\u202e\u200f\u2066\u200b\ufeff\x07\x1b[31m\x85\u2028 {{7*7}} {% raise %} &lt;b&gt; \ufdd0x\ufdd1"
)
# What is no free text: ids and their references, words of a fixed list, times, days.
FIXED = (
    *("kind", "tier", "modifier", "movement", "series", "status", "assertion", "venue", "rank"),
    *("stance", "outcome", "state", "severity", "type", "life", "what", "outlet_kind", "basis"),
    *("verdict", "facet", "sha256", "band", "origin", "key", "proposition", "body_hash", "cause"),
)
REFERENCES = (
    *("id", "thread", "claim", "alert_id", "change_id", "lead", "figure", "position", "name"),
    *("figure_thread", "position_thread", "figure_before", "position_before", "delivery_id"),
    *("thread_id", "pushed_figure", "pushed_position", "into_thread", "destination"),
)
TIMES = ("_kind", "_at", "_on", "_start", "_end", "_id", "since", "version", "cleaner")


def poison(path: Path) -> set[str]:
    """Put hostile words behind every free text of a store; says which columns have them."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.create_function("poisoned", 1, poisoned)
        tables = [
            row["name"]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if row["name"] in described()
        ]
        done = set()
        for table in tables:
            for column in connection.execute(f"PRAGMA table_info({table})").fetchall():
                name = column["name"]
                free = name not in FIXED and (
                    name not in REFERENCES or table in ("outlets", "feeds")
                )
                if column["type"] != "TEXT" or not free or name.endswith(TIMES):
                    continue
                sql = f"UPDATE {table} SET {name} = poisoned({name}) WHERE {name} IS NOT NULL"
                if connection.execute(sql).rowcount:
                    done.add(f"{table}.{name}")
        connection.execute("UPDATE articles SET url = 'javascript:window.hit=1//' || id")
    return done


def poisoned(text: str) -> str:
    """A text with hostile words behind it; in JSON behind every string in it."""
    if text[:1] in ("[", "{"):
        try:
            return json.dumps(_inside(json.loads(text)))
        except ValueError:
            pass
    return text + HOSTILE


def _inside(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _inside(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_inside(each) for each in value]
    return value + HOSTILE if isinstance(value, str) and name != "venue" else value


@pytest.fixture(scope="module")
def hostile(replayed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "hostile.db"
    shutil.copy(replayed, path)
    with Store.open(path) as store:  # deliveries, attempts and the like
        from monitor.pipeline import Rules

        for hours, number in enumerate(("110", "240", "510")):
            file_toll(
                store,
                number,
                url=f"https://outlet-a.example/{hours}",
                hours=40 * hours,
                rules=Rules(destinations=("desk",)),
            )
        store.requests.ask("redeliver", {"alert": "x"}, store.alerts.newest()[0].created_at)
    done = poison(path)
    assert {
        "outlets.name",
        "figures.sentence",
        "alerts.payload",
        "revisions.text",
        "feeds.url",
    } <= done
    assert len(done) > 60
    return path


@looks
def test_hostile_words_are_only_words(browser: Any, hostile: Path) -> None:
    tables = [name for name in described() if name not in ("_sqlite_migrations",)]
    with served(hostile) as address:
        context = browser.new_context(viewport={"width": 360, "height": 800})
        visitor = Visitor(context.new_page(), address)
        for path in [*(f"-/{each}" for each in addresses(hostile)), *tables]:
            assert visitor.open(path) == 200, path
            tab = visitor.tab
            assert tab.evaluate("() => window.hit") is None, path
            assert tab.locator("img[src=x], svg[onload], a[href^='javascript']").count() == 0, path
            if path.startswith("-/"):
                shown = tab.locator("main").inner_text()
                assert not set(shown) & set("\u202e\u200f\u2066\u200b\x07\x1b\x85\u2028"), path
                assert "49" not in shown or "{{7*7}}" in shown
                assert tab.evaluate(INSPECTION) == [], path
        context.close()
    assert (visitor.wrong, visitor.strangers()) == ([], [])
