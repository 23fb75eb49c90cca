"""Names of peoples: "Palestinians", "Turkish", "Briton" to one adjective each and a country."""

from __future__ import annotations

import functools
import json
from importlib import resources
from pathlib import Path
from typing import Any

from monitor.extract.lexicon import lexicon


def people_of(word: str, data: Path | None = None) -> str | None:
    """The adjective of the people that a word names ("Palestinians": "Palestinian")."""
    found = peoples(data).get(word)
    return found[0] if found else None


def home_of(people: str, data: Path | None = None) -> str | None:
    """The two-letter code of a people's country, where it has one."""
    found = peoples(data).get(people)
    return found[1] if found else None


def people_of_country(name: str, data: Path | None = None) -> str | None:
    """The adjective of a country's people by its name ("United States": "American")."""
    records = (r for r in country_records() if r["name"] == name)
    code = next((str(r["ISO"]["alpha2"]) for r in records), None)
    if code is None:
        return None
    own = [
        adjective
        for adjective, row in lexicon("peoples", data).items()
        if row.get("country") == code
    ]
    named = (people for people, home in peoples(data).values() if home == code)
    return own[0] if own else next(named, None)


@functools.cache
def peoples(data: Path | None = None) -> dict[str, tuple[str, str | None]]:
    """Every word for a people: (adjective, two-letter code of its country or None).

    The demonyms of the ``countryinfo`` package, with the list's own words laid over them.
    """
    table: dict[str, tuple[str, str | None]] = {}
    for record in country_records():
        for name in str(record.get("demonym") or "").replace("/", ",").split(","):
            if name:
                code = str(record["ISO"]["alpha2"])
                _add(table, name, name, code)
    for adjective, row in lexicon("peoples", data).items():
        code = row.get("country")
        for word in (adjective, *row.get("words", ())):
            _add(table, word, adjective, code)
    for name in _country_names():
        table.pop(name, None)
    return table


def _country_names() -> set[str]:
    """Names of countries that look like a people's plural ("Philippines")."""
    return {str(record["name"]) for record in country_records()}


def _add(
    table: dict[str, tuple[str, str | None]], word: str, people: str, code: str | None
) -> None:
    table[word] = (people, code)
    if not word.endswith(("ese", "ish", "ch", "s", "ss")):
        table[word + "s"] = (people, code)


@functools.cache
def country_records() -> tuple[dict[str, Any], ...]:
    """The records of the ``countryinfo`` package, independent states last so that they win."""
    folder = resources.files("countryinfo") / "data"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".json")), key=lambda f: f.name)
    records = [json.loads(file.read_text("utf-8")) for file in files]
    known = [r for r in records if (r.get("ISO") or {}).get("alpha2")]
    return tuple(sorted(known, key=lambda r: int(r.get("population") or 0)))
