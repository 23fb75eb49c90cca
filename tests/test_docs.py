"""The documents say what the program does: every key, command, outcome and list."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import typer
from pydantic import BaseModel

from monitor import __version__
from monitor.cli import app
from monitor.config import Settings
from monitor.intake import Outcome

ROOT = Path(__file__).parents[1]
DOCS = {
    path.name: path.read_text("utf-8") for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
}


def _keys(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = next(
            (
                each
                for each in (field.annotation, *get_args(field.annotation))
                if isinstance(each, type) and issubclass(each, BaseModel)
            ),
            None,
        )
        yield from _keys(inner) if inner else [name]


@pytest.mark.parametrize("key", sorted(set(_keys(Settings))))
def test_every_key_is_explained(key: str) -> None:
    assert f"| `{key}` |" in DOCS["configuration.md"]


def _commands() -> Iterator[str]:
    group = typer.main.get_command(app)
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        yield from [f"{name} {each}" for each in inner] if inner else [name]


@pytest.mark.parametrize("command", list(_commands()))
def test_every_command_is_shown(command: str) -> None:
    assert any(re.search(rf"monitor {command}\b", text) for text in DOCS.values())


@pytest.mark.parametrize("outcome", [each.value for each in Outcome])
def test_every_outcome_is_explained(outcome: str) -> None:
    assert re.search(rf"\b{outcome}\b", DOCS["operations.md"])


def test_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == __version__
    assert f"## {__version__}" in DOCS["CHANGELOG.md"]


@pytest.mark.parametrize("name", DOCS)
def test_links_between_documents_lead_somewhere(name: str) -> None:
    base = ROOT if (ROOT / name).is_file() else ROOT / "docs"
    for target in re.findall(r"\]\(([^)#]+)", DOCS[name]):
        if not target.startswith("http"):
            assert (base / target).exists(), target


@pytest.mark.parametrize("name", [p.name for p in (ROOT / "monitor/extract/data").glob("*.toml")])
def test_every_word_list_says_how_to_read_it(name: str) -> None:
    first = (ROOT / "monitor/extract/data" / name).read_text("utf-8").lstrip()
    assert first.startswith("#")
