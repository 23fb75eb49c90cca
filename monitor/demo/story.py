"""The made-up week: three outlets and their articles, written for the demonstration.

The figures and dates follow what was published on 17 to 25 October 2023; every sentence and every
outlet is our own. One TOML file an article: outlet, published, title, text (paragraphs), and
``edits`` that change the text later without a word. ``copy_of`` carries another outlet's text.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

OPENS = datetime(2023, 10, 18, 15, tzinfo=UTC)  # what was published before is the baseline
ENDS = datetime(2023, 10, 25, 14, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DemoOutlet:
    """An outlet of the story. ``slug`` is its folder on the loopback server."""

    slug: str
    name: str
    kind: str
    strapline: str


OUTLETS = (
    DemoOutlet("harbour-wire", "Harbour Wire", "wire", "News for newsrooms"),
    DemoOutlet("meridian-post", "Meridian Post", "newspaper", "Morning and evening editions"),
    DemoOutlet("lantern-daily", "Lantern Daily", "newspaper", "The day in brief"),
)


@dataclass(frozen=True, slots=True)
class Edit:
    """A silent change of a published text."""

    at: datetime
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """One article of the story."""

    slug: str
    outlet: DemoOutlet
    published: datetime
    title: str
    paragraphs: tuple[str, ...]
    edits: tuple[Edit, ...] = ()

    def paragraphs_at(self, now: datetime) -> tuple[str, ...]:
        """The text as it stands on the page at a time."""
        text = "\n\n".join(self.paragraphs)
        for edit in self.edits:
            if edit.at <= now:
                text = text.replace(edit.old, edit.new)
        return tuple(text.split("\n\n"))


def read_story() -> tuple[DemoArticle, ...]:
    """Every article of the week, oldest first."""
    folder = files("monitor.demo").joinpath("articles")
    tables = {
        file.name.removesuffix(".toml"): tomllib.loads(file.read_text("utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    }
    articles = [_article(slug, tables) for slug in tables]
    return tuple(sorted(articles, key=lambda article: article.published))


def _article(slug: str, tables: dict[str, dict[str, Any]]) -> DemoArticle:
    table = tables[slug]
    text: str = tables[table.get("copy_of", slug)]["text"]
    return DemoArticle(
        slug=slug[3:],  # without the number that orders the files
        outlet=next(outlet for outlet in OUTLETS if outlet.slug == table["outlet"]),
        published=table["published"],
        title=table["title"],
        paragraphs=tuple(text.strip().split("\n\n")),
        edits=tuple(Edit(**edit) for edit in table.get("edits", ())),
    )
