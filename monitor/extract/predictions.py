"""Quantities as the scorer of NewsQuant reads them (``monitor extract --as quantities``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.claims import Modifier, Movement, QuantityMention
from monitor.extract.units import units

_CHANGES = {
    Modifier.EXACT: "=",
    Modifier.RANGE: "=",
    Modifier.APPROXIMATE: "~",
    Modifier.AT_LEAST: ">",
    Modifier.AT_MOST: "<",
}


def quantity_prediction(mention: QuantityMention) -> dict[str, Any]:
    """One quantity: ``value`` [low, high], ``change`` (= ~ > < up down) and ``unit``.

    A bound is given as its one number at both ends; a movement beats a bound.
    """
    quantity = mention.quantity
    low = quantity.low if quantity.low is not None else quantity.high
    high = quantity.high if quantity.high is not None else quantity.low
    change = _CHANGES[quantity.modifier]
    if quantity.movement is not None:
        change = "up" if quantity.movement is Movement.UP else "down"
    return {"value": [low, high], "change": change, "unit": _unit(mention)}


def quantity_predictions(mentions: Sequence[QuantityMention]) -> list[dict[str, Any]]:
    """All quantities of one text."""
    return [quantity_prediction(mention) for mention in mentions]


def _unit(mention: QuantityMention) -> str:
    if mention.is_measure and mention.quantity.unit is not None:
        return units().name(mention.quantity.unit)
    return mention.unit_as_written
