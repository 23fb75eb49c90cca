"""JSON Lines from users: one object a line, and what is wrong with a line told with its place."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from monitor.errors import InputError

_YEARS = range(1000, 9000)  # a report's own dates reach some way around its publication


def object_of(line: str, place: str) -> dict[str, Any]:
    """The object that a line holds. Raises `InputError` with the place."""
    try:
        value = json.loads(line.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: no JSON: {error}") from error
    if not isinstance(value, dict):
        raise InputError(f"{place}: a line has to be an object")
    return value


def moment_of(value: str, place: str) -> datetime:
    """A time as given by a user, UTC where it names no zone. Raises `InputError`."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        problem = f"{value!r} is no time: write 2023-10-24T15:55:00Z or 2023-10-24"
        raise InputError(f"{place}: {problem}") from error
    if moment.year not in _YEARS:
        raise InputError(f"{place}: {value!r} is no time of a report")
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
