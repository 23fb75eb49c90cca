"""What the commands print is in words: no names of the code, and one of a thing is one."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from monitor.commands.extract import extract_one
from monitor.show import marked

RISE = "Inflation fell to 2.9 percent in October, the statistics office said.\n"
FLOOD = "At least 86 people were killed by the flood in Peru on Sunday, the governor said.\n"


def shown(text: str, tmp_path: Path, console: Console) -> str:
    file = tmp_path / "text.txt"
    file.write_text(text, "utf-8")
    with console.capture() as said:
        console.print(marked(*extract_one(str(file), "2023-10-24", None)), soft_wrap=True)
    return said.get()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(RISE, "2.9 % inflation", id="a percentage keeps its unit"),
        pytest.param(FLOOD, "at least 86 people killed", id="a floor is said in words"),
        pytest.param(FLOOD, "1 figure\n", id="one is singular"),
    ],
)
def test_a_claim_is_listed_in_words(text: str, words: str, tmp_path: Path) -> None:
    said = shown(text, tmp_path, Console(width=60, highlight=False))
    assert words in said
    assert text.strip() in said, "a pipe gets the text as it is"
    assert not any(name in said for name in ("flow_", "event_total", "unknown", "level"))
