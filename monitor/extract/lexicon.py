"""The word lists in ``data/``, and a user's own folder laid over them.

Each list is a TOML file that a linguist can read and extend. A file of the same name in the
folder set as ``[extract] data`` adds to ours: tables merge key by key, lists are joined, and a
plain value replaces ours.
"""

from __future__ import annotations

import functools
import hashlib
import re
import tomllib
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any

from monitor.errors import InputError


@functools.cache
def lexicon(name: str, extra: Path | None = None) -> dict[str, Any]:
    """One list by its file name without ``.toml``.

    Raises `InputError`, with the place, for a file of the user's that is no TOML.
    """
    own = resources.files("monitor.extract") / "data" / f"{name}.toml"
    table = tomllib.loads(own.read_text("utf-8"))
    if extra is not None and (extra / f"{name}.toml").is_file():
        path = extra / f"{name}.toml"
        try:
            table = _merged(table, tomllib.loads(path.read_text("utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InputError(f"{path}: {error}") from error
    return table


def any_of(words: Iterable[str], space: str = r"\ ") -> str:
    """A pattern for any of these words, the longest first.

    ``space`` is the pattern of the spaces in them.
    """
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", space) for word in longest_first)


def data_version(extra: Path | None = None) -> str:
    """A hash over every list in force."""
    digest = hashlib.sha256()
    folders = [resources.files("monitor.extract") / "data", *([extra] if extra else [])]
    for folder in folders:
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if file.name.endswith((".toml", ".npz")):
                digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def _merged(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    merged = dict(ours)
    for key, value in theirs.items():
        known = merged.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            merged[key] = _merged(known, value)
        elif isinstance(known, list) and isinstance(value, list):
            merged[key] = [*known, *(item for item in value if item not in known)]
        else:
            merged[key] = value
    return merged
