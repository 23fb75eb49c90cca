"""Many texts through the extractor: JSON Lines in, JSON Lines out, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from monitor.commands.lines import moment_of, object_of
from monitor.errors import InputError
from monitor.extract.attribution import attribution_prediction
from monitor.extract.extractor import Extractor
from monitor.extract.quantities import quantity_predictions
from monitor.inert import storable
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
    moment = moment_of(value, place)
    is_day = len(value) <= len("2023-10-24")
    return moment + timedelta(hours=23, minutes=59, seconds=59) if is_day else moment


def _line(line: str, place: str) -> tuple[Any, str, datetime | None]:
    value = object_of(line, place)
    if "id" not in value or not isinstance(value.get("text"), str):
        raise InputError(f"{place}: a line has to be an object with id and text")
    published = value.get("published")
    if published is not None and not isinstance(published, str):
        raise InputError(f"{place}: published has to be a date or null")
    return value["id"], storable(value["text"]), published_time(published, place)


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
