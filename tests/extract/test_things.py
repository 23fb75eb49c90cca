"""What a content is about when no topic knows it: the thing, and more of it or less."""

from datetime import UTC, datetime

import pytest

from monitor.extract.attribution import read_attributions
from monitor.extract.positions import read_positions
from monitor.extract.reading import read

SAID = datetime(2024, 3, 13, 12, tzinfo=UTC)


def positions(text):
    reading = read(f"The news of the day\n\n{text}\n", SAID)
    return read_positions(reading, read_attributions(reading))


@pytest.mark.parametrize(
    ("more", "less", "thing"),
    [
        ("will keep the reactors", "will shut down the reactors", "reactor"),
        ("will join the lottery", "will pull out of the lottery", "lottery"),
        ("will extend the scheme", "will not extend the scheme", "scheme"),
    ],
)
def test_the_two_ends_of_a_thing_are_one_proposition(more, less, thing):
    (one,) = positions(f"Norway said on Wednesday that it {more}.")
    (other,) = positions(f"Norway said on Wednesday that it {less}.")
    assert one.proposition.key == other.proposition.key == f"own/{thing}"
    assert (one.sign, other.sign) == (1, -1)


def test_a_quotation_goes_on_with_what_was_said():
    said, goes_on = positions(
        "Norway will abolish the lottery, Prime Minister Anna Berg said on Wednesday. "
        "“It costs our families dearly,” Berg told reporters."
    )
    assert goes_on.proposition == said.proposition
    assert goes_on.sign == said.sign == -1
    assert goes_on.confidence < said.confidence
