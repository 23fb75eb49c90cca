"""Rows of a replay's export, in the names of the exchange format."""

import pytest

from monitor.claims import Change, ChangeKind, Span, Support, Tier
from monitor.track.exports import edit_row, figure_change_row, figure_row, is_exported
from tests.track.filed_figures import MemoryThreads, filed, report_of


def change(kind, tier):
    return Change("chg_1", kind, "thr_1", "fig_2", "fig_1", "", Support(1, 1, 1), tier)


def test_a_figure_in_a_thread():
    claim = filed(at=10, n=1400, modifier="approximate")
    (answer,) = MemoryThreads().follow([claim], report_of(claim))
    assert figure_row("a", claim, answer.thread and answer.thread.id) == {
        "article": "a",
        "char_start": 10,
        "char_end": 15,
        "low": 1400,
        "high": 1400,
        "modifier": "approx",
        "series_id": answer.thread.id,
        "scope": "cumulative",
    }


@pytest.mark.parametrize(
    ("series", "scope"),
    [
        ("stock", "cumulative"),
        ("rate", "cumulative"),
        ("forecast", "cumulative"),
        ("flow_cumulative", "cumulative"),
        ("flow_period", "increment"),
        ("event_total", "partial"),
        ("part", "partial"),
        ("plan", None),
        ("unknown", None),
    ],
)
def test_scopes(series, scope):
    row = figure_row("a", filed(n=5, series=series), None)
    assert row.get("scope") == scope
    assert row["series_id"] is None


def test_a_change_gives_the_stated_bounds():
    old, new = filed(n=5087), filed(at=40, n=5700, modifier="at_least")
    row = figure_change_row("a", change(ChangeKind.RAISED, Tier.PUSH), new, old)
    assert row == {
        "article": "a",
        "from": {"low": 5087, "high": 5087},
        "to": {"low": 5700, "high": None},
        "char_start": 40,
        "kind": "raised",
        "tier": "push",
    }


def test_an_edit_names_its_place_in_the_later_text():
    assert edit_row("https://example.org/1", ChangeKind.EDITED, Span(3, 5)) == {
        "url": "https://example.org/1",
        "kind": "edited",
        "char_start": 3,
        "char_end": 5,
    }


@pytest.mark.parametrize(
    ("kind", "tier", "exported"),
    [
        (ChangeKind.RAISED, Tier.PUSH, True),
        (ChangeKind.RAISED, Tier.DIGEST, True),
        (ChangeKind.RESTATED, Tier.LOG, False),
        (ChangeKind.FIRST, Tier.DIGEST, False),
    ],
)
def test_what_is_exported(kind, tier, exported):
    assert is_exported(change(kind, tier)) is exported
