"""The starters' watches ask for what the word lists can name; a misspelled one would be silent."""

from __future__ import annotations

import tomllib

import pytest

from monitor.extract.lexicon import lexicon
from monitor.starters import BEATS, starter


@pytest.mark.parametrize("beat", BEATS)
def test_watches_name_what_the_lists_know(beat: str) -> None:
    holders = lexicon("holders")
    known_holders = {each["name"] for each in holders["holder"]} | set(holders["countries"])
    watches = tomllib.loads(starter(beat)).get("watches", [])
    assert watches
    for watch in watches:
        assert set(watch.get("measures", ())) <= set(_measures())
        assert set(watch.get("holders", ())) <= known_holders


def _measures() -> list[str]:
    return [name for name, value in lexicon("measures").items() if isinstance(value, dict)]
