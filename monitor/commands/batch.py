"""Many texts through the extractor: JSON Lines in, JSON Lines out, in order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from monitor.errors import InputError
from monitor.extract.attribution import attribution_prediction
from monitor.extract.extractor import Extractor
from monitor.extract.quantities import quantity_predictions
from monitor.show import claims_json


class As(StrEnum):
    """What to write for each text."""

    QUANTITIES = "quantities"  # every quantity, also those that are no claim
    ATTRIBUTIONS = "attributions"
    CLAIMS = "claims"


def extract_lines(
    lines: Iterable[str], wanted: As, extractor: Extractor, name: str = "input"
) -> Iterator[dict[str, Any]]:
    """One answer for each line of ``{id, text, published?}``; blank lines are skipped.

    Raises `InputError` with file and line.
    """
    answer = _ANSWERS[wanted]
    for number, line in enumerate(lines, 1):
        if line.strip():
            text_id, text, published = _line(line, f"{name}:{number}")
            yield {"id": text_id, **answer(extractor, text, published)}


def published_time(value: str | None, place: str) -> datetime | None:
    """A date of publication as given by a user: a day is its last second, UTC."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        problem = f"{value!r} is no date: write 2023-10-24 or 2023-10-24T15:55:00Z"
        raise InputError(f"{place}: {problem}") from error
    if len(value) <= len("2023-10-24"):
        moment += timedelta(hours=23, minutes=59, seconds=59)
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def _line(line: str, place: str) -> tuple[Any, str, datetime | None]:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise InputError(f"{place}: no JSON: {error}") from error
    if not isinstance(value, dict) or "id" not in value or not isinstance(value.get("text"), str):
        raise InputError(f"{place}: a line has to be an object with id and text")
    published = value.get("published")
    if published is not None and not isinstance(published, str):
        raise InputError(f"{place}: published has to be a date or null")
    return value["id"], value["text"], published_time(published, place)


def _quantities(extractor: Extractor, text: str, _: datetime | None) -> dict[str, Any]:
    return {"quantities": quantity_predictions(extractor.quantities(text))}


def _attributions(extractor: Extractor, text: str, _: datetime | None) -> dict[str, Any]:
    return {"attributions": attribution_prediction(extractor.attributions(text))}


def _claims(extractor: Extractor, text: str, published: datetime | None) -> dict[str, Any]:
    return {"claims": list(claims_json(text, extractor.extract(text, published)))}


_ANSWERS: dict[As, Callable[[Extractor, str, datetime | None], dict[str, Any]]] = {
    As.QUANTITIES: _quantities,
    As.ATTRIBUTIONS: _attributions,
    As.CLAIMS: _claims,
}
