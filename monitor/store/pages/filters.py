"""The filters that all pages share, as conditions on changes, and the values to choose from."""

from __future__ import annotations

from dataclasses import dataclass, fields

from monitor.store.connection import Connection

MOST_CHOICES = 200
"""How many values a filter offers to choose from; any other can be typed."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader narrows a page to; empty: everything."""

    place: str = ""
    measure: str = ""
    holder: str = ""
    outlet: str = ""
    watch: str = ""

    @property
    def given(self) -> dict[str, str]:
        """The filters that are set."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value}


ASKED_BY = (
    "instr(watches, :watch) AND EXISTS (SELECT 1 FROM json_each(watches) WHERE value = :watch)"
)
"""A condition on alerts: that the watch of the filter asked for them."""

_THREADS_OF = "SELECT thread_id FROM thread_facets WHERE facet = '{0}' AND value = :{0}"
_STANDS_OF = "SELECT id FROM position_threads WHERE holder = :{0}"

_OF_A_CHANGE = {
    "place": (
        f"(+c.figure_thread IN ({_THREADS_OF.format('place')}) "
        f"OR +c.position_thread IN ({_STANDS_OF.format('place')})) "
        "AND (f.place = :place OR p.holder = :place "
        "OR EXISTS (SELECT 1 FROM json_each(f.place_within) WHERE value = :place))"
    ),
    "measure": (f"+c.figure_thread IN ({_THREADS_OF.format('measure')}) AND f.measure = :measure"),
    "holder": f"+c.position_thread IN ({_STANDS_OF.format('holder')})",
    "outlet": "o.name = :outlet",
    "watch": f"+c.id IN (SELECT change_id FROM alerts WHERE {ASKED_BY})",
}
"""Changes are walked from the newest on, and what is asked of their threads is known before the
first (``+`` keeps SQLite from starting with the threads): a rare value costs little."""

CHANGES = (
    "FROM changes c JOIN revisions r ON r.id = c.revision_id "
    "JOIN articles a ON a.id = r.article_id JOIN outlets o ON o.id = a.outlet_id "
    "LEFT JOIN figures f ON f.id = c.figure LEFT JOIN positions p ON p.id = c.position"
)
"""The tables that conditions on changes speak of."""


def on_changes(filters: Filters) -> str:
    """Conditions on the rows of `CHANGES`, each with AND before it; the values are ``given``."""
    return "".join(f" AND {_OF_A_CHANGE[name]}" for name in filters.given)


@dataclass(frozen=True, slots=True)
class Choices:
    """Values to choose from, by filter."""

    place: list[str]
    measure: list[str]
    holder: list[str]
    outlet: list[str]
    watch: list[str]


def choices(at: Connection) -> Choices:
    """What there is to choose from, in order of the alphabet."""
    return Choices(
        place=_different(at, "thread_facets", "value", "facet = 'place'"),
        measure=_different(at, "figures", "measure"),
        holder=_different(at, "position_threads", "holder"),
        outlet=[
            row["name"]
            for row in at.rows("SELECT name FROM outlets ORDER BY name LIMIT ?", (MOST_CHOICES,))
        ],
        watch=[
            row["value"]
            for row in at.rows(
                "SELECT DISTINCT value FROM (SELECT watches FROM alerts ORDER BY sequence DESC "
                "LIMIT 500) recent, json_each(recent.watches) ORDER BY value LIMIT ?",
                (MOST_CHOICES,),
            )
        ],
    )


def _different(at: Connection, table: str, column: str, where: str = "1") -> list[str]:
    """The different values of an indexed column: one look into the index for each."""
    found = at.rows(
        f"WITH RECURSIVE one(value) AS (SELECT min({column}) FROM {table} WHERE {where} "
        f"UNION ALL SELECT (SELECT min({column}) FROM {table} WHERE {where} "
        f"AND {column} > one.value) FROM one WHERE one.value IS NOT NULL LIMIT ?) "
        "SELECT value FROM one WHERE value <> ''",
        (MOST_CHOICES,),
    )
    return [row["value"] for row in found]
