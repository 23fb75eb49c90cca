"""How loud a changed position is, as a table."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from monitor.alerts.position_tiers import position_tier
from monitor.claims import ChangeKind, Rank, Tier, Venue
from tests.track.filed_positions import FIRST_DAY, Desk


@pytest.fixture(scope="module")
def turned():
    """A plain change of a thread, with its report."""
    desk = Desk()
    desk.report("Hungary said that it supports sanctions against Belarus.", FIRST_DAY)
    told = desk.report(
        "Hungary said that it opposes sanctions against Belarus.", FIRST_DAY + timedelta(days=7)
    )
    return next(each for each in told if each.kind is ChangeKind.REVERSED)


CASES = {
    "a reversal is pushed": ({}, {}, Tier.PUSH),
    "so is a contradiction": ({"kind": ChangeKind.CONTRADICTED}, {}, Tier.PUSH),
    "and a denial": ({"kind": ChangeKind.DENIED}, {}, Tier.PUSH),
    "a first claim is kept": ({"kind": ChangeKind.FIRST}, {}, Tier.LOG),
    "so is a restatement": ({"kind": ChangeKind.RESTATED}, {}, Tier.LOG),
    "a deed is pushed": ({"kind": ChangeKind.HARDENED}, {"act": True}, Tier.PUSH),
    "a principal's hardening too": (
        {"kind": ChangeKind.HARDENED},
        {"rank": Rank.PRINCIPAL},
        Tier.PUSH,
    ),
    "a minister's softening too": (
        {"kind": ChangeKind.SOFTENED},
        {"rank": Rank.MINISTER},
        Tier.PUSH,
    ),
    "a spokesperson's can wait": (
        {"kind": ChangeKind.HARDENED},
        {"rank": Rank.SPOKESPERSON},
        Tier.DIGEST,
    ),
    "an unsure link can wait": ({"confidence": 0.89}, {}, Tier.DIGEST),
    "an unsure reading too": ({}, {"confidence": 0.6}, Tier.DIGEST),
    "a guess is kept": ({"confidence": 0.59}, {}, Tier.LOG),
    "retelling is kept": ({}, {"background": True}, Tier.LOG),
}


@pytest.mark.parametrize(("change", "position", "tier"), CASES.values(), ids=CASES.keys())
def test_tier(turned, change, position, tier):
    changed = replace(turned.change, **{"confidence": 0.95, **change})
    stated = replace(turned.position, **{"confidence": 0.95, **position})
    claim = replace(turned.claim, position=stated)
    found, reason = position_tier(changed, claim, report())
    assert found is tier
    assert reason


def test_opinions_are_kept(turned):
    attribution = replace(turned.position.attribution, venue=Venue.COLUMNIST)
    claim = replace(turned.claim, position=replace(turned.position, attribution=attribution))
    found, reason = position_tier(turned.change, claim, report())
    assert (found, reason) == (Tier.LOG, "not an official position")


def report(baseline=False):
    return SimpleNamespace(baseline=baseline)


def test_a_first_poll_is_silent(turned):
    tier, reason = position_tier(turned.change, turned.claim, report(baseline=True))
    assert tier is Tier.LOG
    assert "first poll" in reason
