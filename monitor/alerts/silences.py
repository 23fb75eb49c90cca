"""Threads that somebody has put aside: for a time, or while their value stays where it is."""

from __future__ import annotations

from datetime import datetime

from monitor.alerts.moved import Claim
from monitor.alerts.wording import claim_words, number_words, stance_words
from monitor.claims import FiledFigure, Number
from monitor.outbox import Silence


def band_around(value: Number, percent: float) -> tuple[float, float]:
    """The band that a value may move in unheard: so many percent to each side."""
    width = abs(value) * percent / 100
    return value - width, value + width


def ends_silence(silence: Silence, claim: Claim, now: datetime) -> str | None:
    """Why a silence is over, or None while it lasts: a date passed, or a value left its band."""
    if silence.until is not None and now >= silence.until:
        return f"{silence.until:%Y-%m-%d %H:%M} UTC has passed"
    if isinstance(claim, FiledFigure):
        value = claim.figure.quantity.value
        low, high = silence.low, silence.high
        if (low is not None and value < low) or (high is not None and value > high):
            return f"{claim_words(claim)}: it no longer stays {_band(low, high)}"
        return None
    if silence.sign is not None and claim.position.sign != silence.sign:
        return f"the position is now {stance_words(claim.position)}"
    return None


def silence_words(silence: Silence) -> str:
    """What is silent until when: "acknowledged while it stays in 4,800–5,200"."""
    words = "snoozed" if silence.until is not None else "acknowledged"
    if silence.low is not None or silence.high is not None:
        words += f" while it stays {_band(silence.low, silence.high)}"
    elif silence.sign is not None:
        words += " while the position stays"
    if silence.until is not None:
        words += f" until {silence.until:%Y-%m-%d %H:%M} UTC"
    return words


def _band(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at {number_words(high or 0)} or less"
    if high is None:
        return f"at {number_words(low)} or more"
    return f"in {number_words(low)}–{number_words(high)}"
