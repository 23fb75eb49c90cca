"""Who is said to have verified a count."""

from __future__ import annotations

import pytest

from monitor.extract.verifiers import read_verifier

SAID = {
    "At least 12 deaths were verified by the United Nations.": "United Nations",
    "The count of 40, independently verified by the Red Cross in March, rose.": "Red Cross",
    "Northland Watch has independently verified 310 deaths.": "Northland Watch",
    "The figures, verified by the Court of Audit, show 12 missing.": "Court of Audit",
    "The number of 12 could not be independently verified by Outlet A.": None,
    "The toll of 12 has not been verified by the Red Cross.": None,
    "Outlet A was unable to have the figure verified by Northland Watch.": None,
    "He verified the 12 tickets.": None,
    "He said it has verified 12 deaths.": None,
    "The ministry counted 12 dead.": None,
    "Twelve deaths were verified by residents.": None,
}


@pytest.mark.parametrize("sentence", SAID)
def test_who_verified_it(sentence: str) -> None:
    assert read_verifier(sentence) == SAID[sentence]


def test_a_known_body_is_found_behind_small_words() -> None:
    assert read_verifier("The UN human rights office has verified 310 deaths.") is not None
