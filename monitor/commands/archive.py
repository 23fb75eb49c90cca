"""Archives to replay: a folder of dated text files, or JSON Lines, in stream order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from monitor.commands.lines import moment_of, object_of
from monitor.errors import InputError
from monitor.inert import storable

_DATED = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAY_OPENS, _DAY_LENGTH = time(6, tzinfo=UTC), timedelta(hours=16)


@dataclass(frozen=True, slots=True)
class ArchivedText:
    """One revision of an article as an archive keeps it.

    ``name`` is what exports call the article. ``published`` and ``fetched`` are UTC; the clock of
    a replay stands at ``fetched`` while this text is filed.
    """

    name: str
    url: str
    outlet: str
    title: str
    text: str
    published: datetime
    fetched: datetime


def read_archive(path: Path, order: Path | None = None) -> list[ArchivedText]:
    """Everything in an archive, in the order in which a reader would have met it.

    A folder's files are read by name, or by the names in ``order`` (one a line, with or without
    ``.txt``); a file of JSON Lines by the time of fetching. Raises `InputError` with the place.
    """
    if path.is_dir():
        return list(_folder(path, order))
    if order is not None:
        raise InputError(f"{path} is no folder: --order goes with a folder of text files")
    return sorted(_lines(path), key=lambda text: text.fetched)


def _folder(folder: Path, order: Path | None) -> Iterator[ArchivedText]:
    files = {file.stem: file for file in sorted(folder.glob("*.txt"))}
    if not files:
        raise InputError(f"{folder}: there are no .txt files here")
    names = list(files) if order is None else _names(order, files)
    for day, same_day in groupby(names, key=lambda name: _day(files[name])):
        yield from _one_day(day, [files[name] for name in same_day])


def _names(order: Path, files: dict[str, Path]) -> list[str]:
    names = []
    for number, line in enumerate(_read(order).split("\n"), 1):
        name = line.strip("\ufeff \t\r").removesuffix(".txt")
        if not name:
            continue
        if name not in files:
            raise InputError(f"{order}:{number}: there is no file {name}.txt in the folder")
        names.append(name)
    return names


def _day(file: Path) -> date:
    match = _DATED.match(file.stem)
    try:
        if match:
            return date.fromisoformat(match.group())
    except ValueError:
        pass
    raise InputError(f"{file}: the name has to begin with a date, as 2023-10-24_name.txt")


def _one_day(day: date, files: Sequence[Path]) -> Iterator[ArchivedText]:
    """Names tell the day alone: a day's files are spread evenly over it, so that order is time."""
    opens = datetime.combine(day, _DAY_OPENS)
    for number, file in enumerate(files):
        published = opens + _DAY_LENGTH * number / len(files)
        text = _read(file)
        title = text.split("\n", 1)[0].strip()
        url = f"archive:{file.stem}"
        yield ArchivedText(file.stem, url, "archive", title, text, published, published)


def _lines(path: Path) -> Iterator[ArchivedText]:
    for number, line in enumerate(_read(path).split("\n"), 1):
        if line.strip():
            place = f"{path}:{number}"
            yield _archived(object_of(line, place), place)


def _archived(line: dict[str, Any], place: str) -> ArchivedText:
    lacking = [key for key in _NEEDED if not isinstance(line.get(key), str)]
    if lacking:
        one = len(lacking) == 1
        raise InputError(
            f"{place}: {' and '.join(lacking)} {'is' if one else 'are'} missing or no text; "
            "docs/operations.md#archives lists the keys"
        )
    url, body = storable(line["url"]), storable(line["text"])
    title = storable(str(line.get("title") or "")).strip()
    published = moment_of(line["published"], f"{place}: published")
    fetched = line.get("fetched")
    seen = moment_of(str(fetched), f"{place}: fetched") if fetched else published
    outlet = storable(str(line.get("outlet") or _host(url) or "archive"))
    has_title = body.split("\n", 1)[0].strip() == title
    text = f"{title}\n\n{body}" if title and not has_title else body
    return ArchivedText(url, url, outlet, title, text, published, max(seen, published))


_NEEDED = ("url", "published", "text")


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _read(path: Path) -> str:
    """The text as it is: line ends are kept, so that offsets are those of the file."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file") from error
    except IsADirectoryError as error:
        raise InputError(f"{path}: is a folder") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: no UTF-8 at byte {error.start}") from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
