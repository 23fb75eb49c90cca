"""Numbers in every style of the press, read back exactly, and told from what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.extract.numbers import NumberMention, find_numbers


def only(text: str) -> NumberMention:
    amounts = [number for number in find_numbers(text) if number.is_amount]
    assert len(amounts) == 1, [number.span.of(text) for number in amounts]
    return amounts[0]


def kinds(text: str) -> list[tuple[str, str]]:
    return [(number.span.of(text), number.kind.value) for number in find_numbers(text)]


# ---------------------------------------------------------------- values

VALUES = [
    ("1,400 houses", "1,400", 1400),
    ("1 400 houses", "1 400", 1400),
    ("1\u00a0400\u00a0000 houses", "1\u00a0400\u00a0000", 1_400_000),
    ("12\u202f500 houses", "12\u202f500", 12_500),
    ("12\u2009500 houses", "12\u2009500", 12_500),
    ("12,34,567 rupees", "12,34,567", 1_234_567),
    ("1.400.000 houses", "1.400.000", 1_400_000),
    ("3'500 houses", "3'500", 3500),
    ("80, 000 spectators", "80, 000", 80_000),
    ("1.4 million people", "1.4 million", 1_400_000),
    ("2,5 million people", "2,5 million", 2_500_000),
    ("£3.4bn", "3.4bn", 3_400_000_000),
    ("12k entries", "12k", 12_000),
    ("3.5m voters", "3.5m", 3_500_000),
    ("2 lakh crore", "2 lakh crore", 2_000_000_000_000),
    ("4.5 lakh doses", "4.5 lakh", 450_000),
    ("half a million homes", "half a million", 500_000),
    ("a quarter of a million homes", "a quarter of a million", 250_000),
    ("three quarters of a billion", "three quarters of a billion", 750_000_000),
    ("half a dozen eggs", "half a dozen", 6),
    ("a dozen eggs", "a dozen", 12),
    ("two dozen eggs", "two dozen", 24),
    ("2½ years", "2½", 2.5),
    ("10 1/2 miles", "10 1/2", 10.5),
    ("a 1/16 share", "1/16", 0.0625),
    ("½ teaspoon", "½", 0.5),
    ("two and a half years", "two and a half", 2.5),
    ("a two-and-a-half-year ban", "two-and-a-half", 2.5),
    ("a million and a half people", "a million and a half", 1_500_000),
    ("one and a half million people", "one and a half million", 1_500_000),
    ("twenty-eight people", "twenty-eight", 28),
    ("a hundred and one nights", "a hundred and one", 101),
    ("two hundred thousand", "two hundred thousand", 200_000),
    (
        "sixteen thousand five hundred and two",
        "sixteen thousand five hundred and two",
        16_502,
    ),
    ("nineteen hundred tonnes", "nineteen hundred", 1900),
    ("4 hundred million stars", "4 hundred million", 400_000_000),
    ("three trillion trees", "three trillion", 3_000_000_000_000),
    ("٣٬٥٠٠ houses", "٣٬٥٠٠", 3500),
    ("١٢ houses", "١٢", 12),
    (".75 metres", ".75", 0.75),
    ("no one came", "no one", 0),
    ("one in five of them", "one in five", 0.2),
    ("two out of three", "two out of three", 2 / 3),
    ("nine in every ten", "nine in every ten", 0.9),
    ("a third of them", "a third", 1 / 3),
    ("two-thirds agreed", "two-thirds", 2 / 3),
    ("half of them", "half", 0.5),
]


@pytest.mark.parametrize(("text", "written", "value"), VALUES)
def test_a_number_in_each_style(text: str, written: str, value: float) -> None:
    number = only(text)
    assert (number.span.of(text), number.low, number.high) == (written, value, value)


INTERVALS = [
    ("30-35 people", "30-35", 30, 35),
    ("30 to 35 people", "30 to 35", 30, 35),
    ("between 30 and 35 people", "30 and 35", 30, 35),
    ("three or four days", "three or four", 3, 4),
    ("a 100-to-300 range", "100-to-300", 100, 300),
    ("33-35 billion euros", "33-35 billion", 33_000_000_000, 35_000_000_000),
    ("1 to 2 thousand people", "1 to 2 thousand", 1000, 2000),
    ("between two hundred and three hundred", "two hundred and three hundred", 200, 300),
    ("20-30 lakh buyers", "20-30 lakh", 2_000_000, 3_000_000),
    ("dozens of homes", "dozens", 12, 120),
    ("scores of homes", "scores", 20, 200),
    ("hundreds fled", "hundreds", 100, 1000),
    ("tens of thousands", "tens of thousands", 10_000, 100_000),
    ("hundreds of millions of dollars", "hundreds of millions", 100_000_000, 1_000_000_000),
    ("several hundred", "several hundred", 100, 1000),
    ("a few thousand", "a few thousand", 1000, 10_000),
    ("a handful of voters", "a handful", 3, 9),
    ("several voters", "several", 3, 9),
    ("a couple of voters", "a couple", 2, 3),
]


@pytest.mark.parametrize(("text", "written", "low", "high"), INTERVALS)
def test_ranges_and_vague_words(text: str, written: str, low: int, high: int) -> None:
    number = only(text)
    assert (number.span.of(text), number.low, number.high) == (written, low, high)


STEPS = [
    ("5,000", 1000),
    ("5,087", 1),
    ("1.4m people", 100_000),
    ("1.40 million", 10_000),
    ("20", 10),
]


@pytest.mark.parametrize(("text", "step"), STEPS)
def test_the_rounding_step_is_that_of_the_number_as_written(text: str, step: int) -> None:
    assert only(text).step == step


# ---------------------------------------------------------------- what is no amount

APART = [
    ("on 7 October 2023", ("7 October 2023", "date")),
    ("on October 7-9", ("October 7-9", "date")),
    ("on Sept. 3, 1998", ("Sept. 3, 1998", "date")),
    ("on 2024-02-29", ("2024-02-29", "date")),
    ("on 29/02/2024", ("29/02/2024", "date")),
    ("in June 2018", ("June 2018", "date")),
    ("since 1985", ("1985", "year")),
    ("the 2030 target", ("2030", "year")),
    ("in the 1990s", ("1990s", "year")),
    ("the 2019-20 season", ("2019-20", "year")),
    ("nineteen eighty-four", ("nineteen eighty-four", "year")),
    ("at 10.45pm", ("10.45pm", "time")),
    ("at 06:45 GMT", ("06:45 GMT", "time")),
    ("at five o'clock", ("five o'clock", "time")),
    ("the 21st session", ("21st", "ordinal")),
    ("the twenty-first century", ("twenty-first", "ordinal")),
    ("they won 3-1", ("3-1", "score")),
    ("passed by 219-212", ("219-212", "score")),
    ("voted 9 to 3", ("9 to 3", "score")),
    ("version 2.4.1", ("2.4.1", "code")),
    ("at 192.168.0.1", ("192.168.0.1", "code")),
    ("call +44 20 7946 0018", ("+44 20 7946 0018", "code")),
    ("call 020 7946 0018", ("020 7946 0018", "code")),
    ("at 22 High Street", ("22 High Street", "code")),
    ("an F-16 jet", ("16", "code")),
    ("the G20", ("20", "code")),
    ("Covid-19 cases", ("19", "code")),
    ("Resolution 1701", ("1701", "name")),
    ("the FTSE 100", ("100", "name")),
    ("in Article 5", ("5", "name")),
    ("No. 7 on the list", ("7", "name")),
    ("Air Force One", ("Air Force One", "name")),
    ("a one-off cost", ("one", "name")),
    ("a high-five", ("five", "name")),
    ("prices doubled", ("doubled", "multiple")),
    ("twice as many", ("twice", "multiple")),
]


@pytest.mark.parametrize(("text", "found"), APART)
def test_what_looks_like_a_number_is_found_as_what_it_is(text: str, found: tuple[str, str]) -> None:
    assert kinds(text) == [found]


AMOUNTS_ALL_THE_SAME = [
    ("2000 troops", 2000),
    ("more than 1900 homes", 1900),
    ("1950 people died", 1950),
    ("Channel 5 has 12 hosts", 12),
    ("May 2 was when 40 of them left", 40),
    ("In 2019 35 000 left", 35_000),
    ("in March 12 people died", 12),
    ("a total of 2015 cases", 2015),
    ("Ages 18-24", 18),
    ("lost 10-15 seats", 10),
]


@pytest.mark.parametrize(("text", "low"), AMOUNTS_ALL_THE_SAME)
def test_amounts_beside_names_and_years(text: str, low: int) -> None:
    assert only(text).low == low


# ---------------------------------------------------------------- laws

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
]
ONES += ["fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SCALES = [(10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand")]


def in_words(number: int) -> str:
    """The number as a British reporter spells it."""
    for scale, name in SCALES:
        if number >= scale:
            rest = number % scale
            link = " and " if 0 < rest < 100 else " " if rest else ""
            head = f"{in_words(number // scale)} {name}"
            return head + (link + in_words(rest) if rest else "")
    if number >= 100:
        rest = number % 100
        return f"{ONES[number // 100]} hundred" + (f" and {in_words(rest)}" if rest else "")
    if number >= 20:
        return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")
    return ONES[number]


def grouped(separator: str) -> object:
    return lambda number: f"{number:,}".replace(",", separator)


def indian(number: int) -> str:
    head, tail = divmod(number, 1000)
    groups: list[str] = []
    while head:
        head, group = divmod(head, 100)
        groups.insert(0, f"{group:02}" if head else str(group))
    return ",".join([*groups, f"{tail:03}"]) if groups else str(tail)


def arabic(number: int) -> str:
    return f"{number:,}".replace(",", "٬").translate({48 + d: 0x660 + d for d in range(10)})


def scaled(number: int) -> str:
    """With the largest scale word, and as many decimals as it takes."""
    for scale, name in SCALES[:3]:
        if number >= scale:
            whole, rest = divmod(number, scale)
            decimals = f"{rest:0{len(str(scale)) - 1}}".rstrip("0")
            return f"{whole}.{decimals} {name}" if decimals else f"{whole} {name}"
    return f"{number:,}"


STYLES = {
    "commas": grouped(","),
    "narrow spaces": grouped("\u202f"),
    "no-break spaces": grouped("\u00a0"),
    "thin spaces": grouped("\u2009"),
    "spaces": grouped(" "),
    "apostrophes": grouped("’"),
    "Indian": indian,
    "Arabic-Indic": arabic,
    "words": in_words,
    "scale": scaled,
}
whole_numbers = st.one_of(
    st.integers(0, 10**15),
    st.integers(0, 9999),
    st.builds(lambda head, power: head * 10**power, st.integers(0, 999), st.integers(0, 12)),
)


@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=150, deadline=None)
@given(number=whole_numbers)
def test_a_number_written_in_any_style_is_read_back(style: str, number: int) -> None:
    written = STYLES[style](number)  # type: ignore[operator]
    text = f"They counted exactly {written} seals."
    found = only(text)
    assert (found.low, found.high) == (number, number)
    assert found.span.of(text) == written


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_no_text_raises_and_offsets_are_inside(text: str) -> None:
    last = 0
    for number in find_numbers(text):
        assert last <= number.span.start < number.span.end <= len(text)
        assert number.low <= number.high
        last = number.span.end


@pytest.mark.parametrize("text", ["1" * 5000, "1.5" + " trillion" * 40, "⅓" + " trillion" * 40])
def test_a_number_that_no_reader_could_take_in_raises_nothing(text: str) -> None:
    for number in find_numbers(text):
        assert number.low <= number.high


PIECES = [
    "12",
    "1,400",
    "3.4bn",
    "one",
    "two",
    "hundred",
    "and",
    "a",
    "half",
    "third",
    "of",
    "dozens",
    "no",
    "in",
    "out",
    "$",
    "-",
    "–",
    "/",
    "%",
    "m",
    "2019",
    ".",
    ",",
    "May",
    "to",
    "or",
]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from([" ", "", "-"]))
def test_no_mixture_of_number_words_raises(pieces: list[str], separator: str) -> None:
    text = separator.join(pieces)
    for number in find_numbers(text):
        assert number.span.of(text).strip() == number.span.of(text)
