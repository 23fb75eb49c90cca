"""Starter configurations: a commented base, and feeds and watches for each beat."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from monitor.errors import InputError

BEATS = ("conflict", "disaster", "economy", "epidemic", "policy")


def starter(beat: str) -> str:
    """The text of a starter configuration. Raises `InputError` for a beat that we don't know."""
    if beat not in BEATS:
        raise InputError(f"there is no beat {beat!r}; known: {', '.join(BEATS)}")
    folder = resources.files("monitor.starters")
    parts = [(folder / f"{name}.toml").read_text("utf-8") for name in ("base", beat)]
    return "\n".join(parts)


def write_starter(folder: Path, beat: str) -> Path:
    """Write ``monitor.toml`` into a folder, made if need be; never over a file that is there."""
    path = folder / "monitor.toml"
    text = starter(beat)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise InputError(
            f"{error.filename or path} is there already; it was left as it is"
        ) from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    return path
