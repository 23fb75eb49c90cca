"""Backtests: the live rules come to what was sent, others to what they would have sent."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor import wiring
from monitor.commands.backtest import backtest, walk
from monitor.config import defaults
from monitor.errors import InputError
from monitor.pipeline import end_waits_until, fade_threads, withdraw_article
from monitor.store import Store
from tests.store.stored_claims import at, file_toll
from tests.test_pipeline import URL, edition

LIVE = """
[[destinations]]
name = "desk"
url = "https://desk.example/hook"
"""

RULES = wiring.rules(defaults(), ["desk"])

EVIDENCE = {"details", "text", "payload"}  # says when a changed page was fetched and seen again

Step = Callable[[Store, float], object]


def toll(number: str, **options: object) -> Step:
    def step(store: Store, hours: float) -> None:
        file_toll(store, number, hours=hours, rules=RULES, **options)  # type: ignore[arg-type]

    return step


def withdrawal(store: Store, hours: float) -> None:
    article = store.articles.by_url(URL)
    assert article is not None
    withdraw_article(store, article.id, "404", RULES, at(hours=hours))


def elsewhere(name: str) -> dict[str, object]:
    return {"url": f"https://outlet-b.example/{name}", "outlet": "Outlet B"}


LIFE: list[tuple[float, Step]] = [
    (0, toll("310", url="https://outlet-d.example/1", baseline=True)),
    (13, toll("650", **elsewhere("1"))),
    (14, toll("650", url="https://outlet-c.example/1", outlet="Outlet C")),
    (20, lambda store, hours: edition(store, "12", hours)),
    (21, lambda store, hours: edition(store, "15", hours)),  # an edit
    (30, lambda store, hours: edition(store, "12", hours)),  # undone
    (60, toll("700", authority=None, **elsewhere("2"))),  # waits for a named source
    (61, toll("9,000", **elsewhere("3"))),  # too far to be believed at once
    (75, withdrawal),
    (90, toll("840", **elsewhere("4"))),
]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "monitor.toml"
    path.write_text(LIVE, "utf-8")
    return path


@pytest.fixture
def lived(config: Path) -> Path:
    """A store after some days of the live rules."""
    path = config.parent / "monitor.db"
    with Store.open(path) as store:
        for hours, step in LIFE:
            fade_threads(store, at(hours=hours))
            end_waits_until(store, RULES, at(hours=hours))
            step(store, hours)
        end_waits_until(store, RULES, at(hours=120))
        assert {each.type for each in store.alerts.about_changes(at())} >= {
            "figure.raised",
            "figure.edited",
            "figure.withdrawn",
        }
    return path


def content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_live_rules_come_to_what_was_sent_and_touch_nothing(config: Path, lived: Path) -> None:
    before = content(lived)
    lines = backtest(config, None, "30d")
    assert lines[-1] == "these rules send exactly what was sent"
    assert content(lived) == before
    assert backtest(config, None, "30d") == lines


def test_every_row_of_a_decision_comes_out_again(lived: Path, tmp_path: Path) -> None:
    with Store.read(lived) as live, Store.open(tmp_path / "again.db") as again:
        walk(live, again, RULES)
        for table in ("figure_threads", "changes", "alerts", "deliveries", "suppressions", "holds"):
            columns = set(live.connection.one(f"SELECT * FROM {table}").keys()) - EVIDENCE
            rows = f"SELECT {', '.join(sorted(columns))} FROM {table} ORDER BY 1, 2, 3"
            found = [list(map(tuple, each.connection.rows(rows))) for each in (again, live)]
            assert found[0] == found[1], table


def test_other_rules_say_what_more_and_what_less(config: Path, lived: Path) -> None:
    config.write_text(
        f'{LIVE}[defaults]\nenabled = false\n[[watches]]\nname = "edits"\nkinds = ["edited"]\n',
        "utf-8",
    )
    lines = backtest(config, None, "2000-01-01")
    told = "\n".join(lines)
    assert "was sent, and would not be" in told
    assert any(line.startswith("- ") and "650" in line for line in lines)
    assert any("edits" in line for line in lines)


@pytest.mark.parametrize("since", ["yesterday", "3", "30 days", ""])
def test_a_strange_time_is_said_to_be_none(config: Path, lived: Path, since: str) -> None:
    with pytest.raises(InputError, match="write 30d or"):
        backtest(config, None, since)


def test_an_empty_store_has_nothing_to_tell(config: Path) -> None:
    with Store.open(config.parent / "monitor.db"):
        pass
    lines = backtest(config, None, "30d")
    assert lines[-1] == "these rules send exactly what was sent"
