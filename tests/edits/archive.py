"""The battery as an archive to replay: each edit as two revisions of one article."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent
START = datetime(2023, 10, 1, 8, tzinfo=UTC)
APART = timedelta(hours=7)  # between two articles, so that no limit in time meets two of them


@dataclass(frozen=True)
class Version:
    """A title and the body's paragraphs."""

    title: str
    body: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """One edit of the battery: the article as published, and as edited."""

    name: str
    is_meaning: bool
    outlet: str
    before: Version
    after: Version

    @property
    def url(self) -> str:
        kind = "meaning" if self.is_meaning else "cosmetic"
        return f"https://{kind}.example/{self.name.replace(' ', '-')}"


def cases() -> list[Case]:
    """Every edit of the battery: of whole articles, single sentences and short stories."""
    articles = tomllib.loads((HERE / "articles.toml").read_text("utf-8"))
    battery = tomllib.loads((HERE / "battery.toml").read_text("utf-8"))
    sentences = tomllib.loads((HERE / "sentences.toml").read_text("utf-8"))
    stories = tomllib.loads((HERE / "stories.toml").read_text("utf-8"))
    background = articles.pop("background")
    return (
        [
            _case(edit, kind == "meaning", articles["articles"][edit["article"]], background)
            for kind in ("meaning", "cosmetic")
            for edit in battery[kind]
        ]
        + [
            _sentence(number, *pair, kind == "meaning")
            for kind in ("meaning", "cosmetic")
            for number, pair in enumerate(sentences[kind], 1)
        ]
        + [
            _story(number, *pair, kind == "meaning")
            for kind in ("meaning", "cosmetic")
            for number, pair in enumerate(stories[kind], 1)
        ]
    )


def _sentence(number, before, after, is_meaning) -> Case:
    """An edit of one sentence in the middle of a short article."""
    first = "These are reports of the day from our correspondents."
    last = "Further reports follow in the evening."
    old, new = (Version("The day in short", (first, said, last)) for said in (before, after))
    return Case(f"sentence {number}", is_meaning, "Outlet D", old, new)


def _story(number, before, after, is_meaning) -> Case:
    old, new = (Version(title, tuple(body)) for title, *body in (before, after))
    return Case(f"story {number}", is_meaning, "Outlet E", old, new)


def _case(edit, is_meaning, article, background) -> Case:
    before = Version(article["title"], _around(article["text"], article, background))
    title, text = article["title"], article["text"]
    for old, new in edit.get("change", ()):
        assert old in text or old in title, f"{edit['name']}: no {old!r}"
        title, text = title.replace(old, new), text.replace(old, new)
    body = list(_around(text, article, background))
    for begin in filter(None, (edit.get("move"), edit.get("remove"))):
        (moved,) = (line for line in body if line.startswith(begin))
        body.remove(moved)
        body += [moved] if "move" in edit else []
    body = [*edit.get("add_first", ()), *body, *edit.get("add", ())]
    after = Version(title, tuple(body))
    assert after != before, edit["name"]
    return Case(edit["name"], is_meaning, article["outlet"], before, after)


def _around(text, article, background) -> tuple[str, ...]:
    lines = tuple(text.strip().split("\n"))
    return (*background["before"], *lines, *background["after"]) if article.get("long") else lines


def write_archive(path: Path, edits: list[Case]) -> None:
    """JSON Lines of both revisions of every article, the second an hour after the first."""
    lines = []
    for number, case in enumerate(edits):
        published = START + number * APART
        for version, later in ((case.before, 0), (case.after, 1)):
            line = {
                "url": case.url,
                "outlet": case.outlet,
                "title": version.title,
                "published": published.isoformat(),
                "fetched": (published + timedelta(hours=later)).isoformat(),
                "text": "\n".join(version.body),
            }
            lines.append(json.dumps(line, ensure_ascii=False) + "\n")
    path.write_text("".join(lines), "utf-8")
