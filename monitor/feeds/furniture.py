"""What belongs to the furniture of a page and not to its article: ``data/clean.toml`` as rules.

Elements are pruned from the tree before the article is looked for, lines from what was found.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from monitor.feeds.plain import flat

_LATE = 0.5  # share of the lines behind which "Related stories" ends the text
_INSERT = 20  # lines that stand between two marks of an insert at most
_LINK_LINES = ("p", "li", "h2", "h3", "h4", "h5", "h6")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Furniture:
    """The data file, with its patterns compiled."""

    prune: tuple[str, ...]
    blocks: tuple[str, ...]
    phrases: frozenset[str]
    patterns: re.Pattern[str]
    insert_ends: Mapping[str, str]
    ends: frozenset[str]
    late_ends: frozenset[str]
    end_patterns: re.Pattern[str]
    beside: Mapping[str, int]
    titles: tuple[tuple[str, re.Pattern[str]], ...]
    texts: tuple[tuple[str, re.Pattern[str]], ...]
    marks: tuple[tuple[str, re.Pattern[str]], ...]
    english: frozenset[str]
    enough: int
    share: float


@functools.cache
def furniture() -> Furniture:
    """The rules, read once."""
    text = resources.files("monitor.feeds").joinpath("data/clean.toml").read_text("utf-8")
    table = tomllib.loads(text)
    walls = table["walls"]
    return Furniture(
        prune=tuple(table["page"]["prune"]),
        blocks=tuple(table["page"]["blocks"]),
        phrases=frozenset(map(line_key, table["lines"]["phrases"])),
        patterns=_any_of(table["lines"]["patterns"]),
        insert_ends={line_key(each["from"]): line_key(each["to"]) for each in table["inserts"]},
        ends=frozenset(map(line_key, table["ends"]["phrases"])),
        late_ends=frozenset(map(line_key, table["ends"]["late"])),
        end_patterns=_any_of(table["ends"]["patterns"]),
        beside=walls["beside"],
        titles=tuple((kind, _any_of(each)) for kind, each in walls["titles"].items()),
        texts=tuple((kind, _any_of(map(re.escape, each))) for kind, each in walls["texts"].items()),
        marks=tuple((kind, _any_of(map(re.escape, each))) for kind, each in walls["marks"].items()),
        english=frozenset(table["language"]["english"]),
        enough=table["language"]["enough"],
        share=table["language"]["share"],
    )


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in patterns), re.IGNORECASE)


def line_key(line: str) -> str:
    """A line as lines are compared: without case, spaces and signs at its ends."""
    return flat(line).casefold().strip(" \t.:;,!?…»«>›→-–—|•·*[]()")


# ---------------------------------------------------------------- elements


def prune(tree: Any) -> None:
    """Take out what is never part of an article, but not what holds most of the page's text."""
    whole = len(tree.text_content())
    for path in furniture().prune:
        for element in tree.xpath(path):
            if element.getparent() is not None and 2 * len(element.text_content()) < max(whole, 1):
                element.drop_tree()


def drop_link_lines(tree: Any) -> int:
    """Take out paragraphs and list items that are nothing but a link; returns how many there were.

    They are the headlines of other articles, whose numbers are not this one's. A whole sentence
    in a link stays.
    """
    found = [each for each in tree.iter(*_LINK_LINES) if _is_link_line(each)]
    for element in found:
        if element.getparent() is not None:
            element.drop_tree()
    return len(found)


def _is_link_line(element: Any) -> bool:
    links = [each for each in element.iter("a") if not each.get("href", "#").startswith("#")]
    if not links:
        return False
    text = flat(element.text_content())
    linked = sum(len(flat(each.text_content())) for each in links)
    return linked >= len(text) - 3 and not text.rstrip("\"'”’»)").endswith((".", "!", "?"))


# ---------------------------------------------------------------- lines


def tidy(lines: Iterable[str], title: str, drop: frozenset[str]) -> list[str]:
    """The lines of the article alone: no furniture, no repeats of the title, no empty ones.

    ``drop``: lines to leave out besides, in `line_key` form.
    """
    kept = _without_inserts([line for line in lines if line])
    kept = kept[: _end(kept)]
    heading = line_key(title)
    return [
        line
        for number, line in enumerate(kept)
        if not _is_furniture(line)
        and line_key(line) not in drop
        and not (number < 3 and heading and line_key(line) == heading)
    ]


def _without_inserts(lines: list[str]) -> list[str]:
    """The lines without what stands between two marks for screen readers ("list of 3 items")."""
    rules = furniture()
    kept: list[str] = []
    number = 0
    while number < len(lines):
        end = rules.insert_ends.get(_mark(lines[number]))
        after = [_mark(line) for line in lines[number : number + _INSERT]] if end else []
        if end in after:
            number += after.index(end) + 1
        else:
            kept.append(lines[number])
            number += 1
    return kept


def _mark(line: str) -> str:
    return line_key(_DIGITS.sub("0", line))


def _is_furniture(line: str) -> bool:
    rules = furniture()
    return line_key(line) in rules.phrases or rules.patterns.fullmatch(line) is not None


def _end(lines: Sequence[str]) -> int:
    """Where the article ends: before "Leave a Reply", or "Related stories" in its second half."""
    rules = furniture()
    for number, line in enumerate(lines):
        key = line_key(line)
        if key in rules.ends or rules.end_patterns.fullmatch(line):
            return number
        if key in rules.late_ends and number >= len(lines) * _LATE:
            return number
    return len(lines)
