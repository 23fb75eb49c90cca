"""What a second look at a published article means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.daemon.rechecks import NO_PAGE, Finding, OnFile, judge, next_look
from monitor.intake import CleanText, Fetch, Outcome

NOW = datetime(2023, 10, 24, 12, tzinfo=UTC)
ON_FILE = OnFile("old", NOW - timedelta(hours=1))
PAGE = Fetch("https://a.example/1", Outcome.OK, NOW, 0.1)
CLEAN = CleanText(Outcome.OK, text="x", cleaner="cleaner 1")
SEEN = replace(ON_FILE, unconfirmed_sha256="new", unconfirmed_at=NOW - timedelta(minutes=3))
GONE = replace(PAGE, outcome=Outcome.GONE)
MISSED = replace(SEEN, unconfirmed_sha256=NO_PAGE)

CASES = {
    "not modified": (ON_FILE, replace(PAGE, outcome=Outcome.UNCHANGED), None, "", Finding.SAME),
    "the same text": (ON_FILE, PAGE, CLEAN, "old", Finding.SAME),
    "another text, first sight": (ON_FILE, PAGE, CLEAN, "new", Finding.SEEN_ONCE),
    "the same other text, three minutes later": (SEEN, PAGE, CLEAN, "new", Finding.CHANGED),
    "the same other text, too soon": (
        replace(SEEN, unconfirmed_at=NOW - timedelta(minutes=2)),
        PAGE,
        CLEAN,
        "new",
        Finding.SEEN_ONCE,
    ),
    "a third text": (SEEN, PAGE, CLEAN, "newer", Finding.SEEN_ONCE),
    "back to the old text": (SEEN, PAGE, CLEAN, "old", Finding.SAME),
    "a newer cleaner": (
        ON_FILE,
        PAGE,
        replace(CLEAN, cleaner="cleaner 2"),
        "new",
        Finding.SEEN_ONCE,
    ),
    "another basis": (
        ON_FILE,
        PAGE,
        replace(CLEAN, basis="feed_summary"),
        "new",
        Finding.SEEN_ONCE,
    ),
    "a consent wall": (
        ON_FILE,
        PAGE,
        replace(CLEAN, outcome=Outcome.NOT_AN_ARTICLE),
        "new",
        Finding.UNREADABLE,
    ),
    "a timeout": (
        ON_FILE,
        replace(PAGE, outcome=Outcome.TIMEOUT),
        None,
        "",
        Finding.UNREADABLE,
    ),
    "gone, first sight": (ON_FILE, GONE, None, NO_PAGE, Finding.SEEN_ONCE),
    "gone, three minutes later": (MISSED, GONE, None, NO_PAGE, Finding.WITHDRAWN),
    "back again, three minutes later": (MISSED, PAGE, CLEAN, "old", Finding.SAME),
    "redirected to the front page, twice": (
        MISSED,
        replace(PAGE, final_url="https://a.example/"),
        CLEAN,
        NO_PAGE,
        Finding.WITHDRAWN,
    ),
    "still gone": (
        replace(ON_FILE, withdrawn=True),
        GONE,
        None,
        NO_PAGE,
        Finding.UNREADABLE,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_findings(name: str) -> None:
    on_file, fetch, clean, sha256, expected = CASES[name]
    assert judge(on_file, fetch, clean, sha256, NOW) is expected


def test_a_change_seen_once_is_looked_at_again_after_three_minutes() -> None:
    assert next_look(Finding.SEEN_ONCE, NOW, NOW) == NOW + timedelta(minutes=3)
    assert next_look(Finding.SAME, NOW, NOW) == NOW + timedelta(minutes=15)
    assert next_look(Finding.SAME, NOW - timedelta(days=8), NOW) is None
