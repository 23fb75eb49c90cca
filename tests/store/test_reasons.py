"""Reasons are counted without the numbers of the one case."""

from __future__ import annotations

import pytest

from monitor.store.changes import in_general

REASONS = {
    "not sent: agrees with at least 1,400": "agrees with …",
    "not sent: agrees with more than 240 trucks": "agrees with …",
    "not sent: an older figure": "an older figure",
    "crossed 500; in the digest: extraction confidence 0.80": "extraction confidence …",
    "+4.2 % since 1,200: below 10 %": "below 10 %",
    "crossed 200; in the digest: no named source yet; waits 2 hours for one": "waits 2 hours for one",
    "+12 % since 50; in the digest: the last message was 3 hours ago": "the last message was …",
    "not sent: as of 2031-05-01, older than 72 hours": "as of …, older than 72 hours",
    "reversed; confidence 0.75 is not enough to push": "confidence … is not enough to push",
    "read with confidence 0.55, below 0.60": "read with confidence …, below 0.60",
    "no watch asks for it": "no watch asks for it",
    "in the digest: more than 4 messages an hour": "more than 4 messages an hour",
}


@pytest.mark.parametrize("reason", REASONS)
def test_in_general(reason: str) -> None:
    assert in_general(reason) == REASONS[reason]
