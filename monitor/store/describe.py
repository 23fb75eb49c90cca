"""What tables and columns mean, in the words that stand beside them in the schema."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from monitor.store.schema import LATER, TABLES
from monitor.store.views import VIEWS

_CREATED = re.compile(r"CREATE TABLE (\w+) \(\n(.*)\n\s*\)", re.DOTALL)
_ADDED = re.compile(r"ALTER TABLE (\w+) ADD COLUMN (\w+)\b.*?/\*\s*(.+?)\s*\*/", re.DOTALL)
_COLUMN = re.compile(r"([a-z]\w*)\b.*?--\s*(.+)")


@dataclass(frozen=True, slots=True)
class Described:
    """A table's or view's purpose, and the meaning of the columns that need one."""

    description: str
    columns: dict[str, str]


@cache
def described() -> dict[str, Described]:
    """Every table and view of the store."""
    statements = [*TABLES, *(each for group in LATER.values() for each in group)]
    tables = {match[1]: _table(match[2]) for match in map(_CREATED.search, statements) if match}
    for match in filter(None, map(_ADDED.search, statements)):
        tables[match[1]].columns[match[2]] = match[3]
    return tables | {name: Described(view.description, {}) for name, view in VIEWS.items()}


def _table(body: str) -> Described:
    lines = [line.strip() for line in body.splitlines()]
    purpose = " ".join(line[2:].strip() for line in lines if line.startswith("--"))
    columns = {match[1]: match[2] for match in map(_COLUMN.match, lines) if match}
    return Described(_sentence(purpose), columns)


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}." if words else ""
