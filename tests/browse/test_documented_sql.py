"""Every view has an example in the document, and every example runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.store.views import VIEWS
from tests.browse.looked import rows

PAGE = (Path(__file__).parents[2] / "docs" / "browse.md").read_text("utf-8")
EXAMPLES = [each.strip() for each in re.search(r"```sql\n(.*?)```", PAGE, re.DOTALL)[1].split(";")][
    :-1
]


@pytest.mark.parametrize("sql", EXAMPLES, ids=[each.split("\n")[0] for each in EXAMPLES])
def test_an_example_runs(replayed: Path, sql: str) -> None:
    rows(replayed, sql)
    assert sql.startswith("-- ")


def test_every_view_has_an_example() -> None:
    assert {name for name in VIEWS if any(f"FROM {name}" in sql for sql in EXAMPLES)} == set(VIEWS)


@pytest.mark.parametrize("about", ["WHERE holder = 'Israel'", "'edited'", "%killed%"])
def test_an_example_finds_something(replayed: Path, about: str) -> None:
    (sql,) = [each for each in EXAMPLES if about in each]
    assert rows(replayed, sql)
