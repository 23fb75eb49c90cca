"""What is wrong with a configuration, said so that it can be put right."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from monitor.errors import MonitorError

_HEADER = re.compile(r"\s*\[\[?\s*([\w.\"-]+)\s*\]")
_KEY = re.compile(r"\s*[\"']?([\w-]+)[\"']?\s*[.=]")
_SAYS_ENOUGH = ("interval", "address", "twin", "reference", "time", "network", "template", "listen")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong with a configuration: where, what, and what would be right."""

    place: str  # "monitor.toml:12: feeds[2].interval"
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}" + (f" ({self.remedy})" if self.remedy else "")


class ConfigError(MonitorError):
    """The configuration can't be used; carries every mistake, each with its place."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = tuple(mistakes)


def explain(model: type[BaseModel], path: Path, text: str, error: ErrorDetails) -> Mistake:
    """A validation error of the model in words, with its line and the nearest right answer."""
    context = error.get("ctx", {})
    location = tuple(context.get("at", ())) or error["loc"]
    problem = error["msg"].removeprefix("Value error, ")
    remedy = ""
    if error["type"] == "extra_forbidden":
        problem = "unknown key"
        known = list(_known_keys(model, location))
        near = difflib.get_close_matches(str(location[-1]), known, n=1)
        remedy = f"did you mean {near[0]}?" if near else "known: " + ", ".join(sorted(known))
    elif error["type"] == "missing":
        problem = "this key is missing"
    elif error["type"] not in _SAYS_ENOUGH:
        problem = f"{problem}, not {error['input']!r}"
    return Mistake(place_of(path, text, location), problem, remedy)


def _known_keys(top: type[BaseModel], location: Sequence[int | str]) -> Iterator[str]:
    model: type[BaseModel] | None = top
    for part in location[:-1]:
        if isinstance(part, str) and model is not None:
            field = model.model_fields.get(part)
            model = _model_in(field.annotation) if field else None
    return iter(model.model_fields if model is not None else ())


def _model_in(annotation: Any) -> type[BaseModel] | None:
    for each in (annotation, *get_args(annotation)):
        if isinstance(each, type) and issubclass(each, BaseModel):
            return each
    return None


def place_of(path: Path, text: str, location: Sequence[int | str]) -> str:
    """File, line and dotted key, as ``monitor.toml:12: feeds[2].interval``."""
    dotted = ""
    for part in location:
        dotted += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    line = _line_of(text, location)
    return f"{path}:{line}: {dotted.lstrip('.')}" if line else f"{path}: {dotted.lstrip('.')}"


def _line_of(text: str, location: Sequence[int | str]) -> int | None:
    """The line of a key, or of its table's header; None where the file says it in another way."""
    *path, key = location
    table = ".".join(part for part in path if isinstance(part, str))
    nth = next((part + 1 for part in reversed(path) if isinstance(part, int)), 1)
    seen: dict[str, int] = {}
    current, header_line = "", None
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            current = header.group(1).replace('"', "")
            seen[current] = seen.get(current, 0) + 1
            if current in (table, f"{table}.{key}".lstrip(".")) and seen[current] == nth:
                header_line = number
        elif current == table and seen.get(current, 1) == nth:
            match = _KEY.match(line)
            if match and match.group(1) == key:
                return number
    return header_line
