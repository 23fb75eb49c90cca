"""Each number of a text with its bound, unit, currency, movement and counted noun."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.claims import Modifier, Movement, QuantityMention
from monitor.extract.quantities import (
    quantity_prediction,
    quantity_predictions,
    read_quantities,
)
from monitor.extract.reading import read


def found(text: str) -> list[QuantityMention]:
    return read_quantities(read(text))


def only(text: str) -> QuantityMention:
    mentions = found(text)
    assert len(mentions) == 1, [mention.quantity.as_written for mention in mentions]
    return mentions[0]


# ---------------------------------------------------------------- modifiers

EXACT, LEAST, MOST = Modifier.EXACT, Modifier.AT_LEAST, Modifier.AT_MOST
ABOUT, RANGE = Modifier.APPROXIMATE, Modifier.RANGE

MODIFIERS = [
    ("The flood killed 232 people.", EXACT, 232, 232, False),
    ("The flood killed at least 232 people.", LEAST, 232, None, False),
    ("The flood killed more than 200 people.", LEAST, 200, None, True),
    ("The toll tops 5,000.", LEAST, 5000, None, True),
    ("The count has crossed 8,000.", LEAST, 8000, None, True),
    ("Well over 300 homes burned.", LEAST, 300, None, True),
    ("Fifty or more homes burned.", LEAST, 50, None, False),
    ("The ferry can carry up to 90 people.", MOST, None, 90, False),
    ("As many as 90 people were aboard.", MOST, None, 90, False),
    ("Fewer than 40 beds are free.", MOST, None, 40, True),
    ("No more than 40 beds are free.", MOST, None, 40, False),
    ("Just under 40 beds are free.", MOST, None, 40, True),
    ("About 40 beds are free.", ABOUT, 40, 40, False),
    ("Some 40 beds are free.", ABOUT, 40, 40, False),
    ("Nearly 40 beds are free.", ABOUT, 40, 40, False),
    ("An estimated 40 beds are free.", ABOUT, 40, 40, False),
    ("Close to 40 beds are free.", ABOUT, 40, 40, False),
    ("Forty or so beds are free.", ABOUT, 40, 40, False),
    ("Between 40 and 50 beds are free.", RANGE, 40, 50, False),
    ("At least another 20 trees fell.", LEAST, 20, None, False),
    ("At least about 20 trees fell.", ABOUT, 20, 20, False),
]


@pytest.mark.parametrize(("text", "modifier", "low", "high", "exclusive"), MODIFIERS)
def test_words_that_bind_a_number(
    text: str, modifier: Modifier, low: float | None, high: float | None, exclusive: bool
) -> None:
    quantity = only(text).quantity
    assert (quantity.modifier, quantity.low, quantity.high) == (modifier, low, high)
    assert quantity.exclusive is exclusive


def test_a_modifier_belongs_to_its_own_number_only() -> None:
    killed, wounded, missing = found("At least 232 died, 1,600 were hurt and about 30 are missing.")
    assert [m.quantity.modifier for m in (killed, wounded, missing)] == [LEAST, EXACT, ABOUT]


def test_over_with_a_length_of_time_is_no_bound() -> None:
    assert only("The river rose over two days.").quantity.modifier is EXACT
    assert only("The river rose for over two days.").quantity.modifier is LEAST


def test_the_span_is_the_numeral_alone() -> None:
    text = "More than 1.1 million people, between 2,000 and 3,500 of them ill, got £3.4bn."
    assert [m.number.of(text) for m in found(text)] == ["1.1 million", "2,000 and 3,500", "3.4bn"]


# ---------------------------------------------------------------- units

UNITS = [
    ("It fell by 4 per cent.", 4, "percent"),
    ("It cost $90.", 90, "USD"),
    ("It cost US$90m.", 90_000_000, "USD"),
    ("It cost $A12,500.", 12_500, "AUD"),
    ("It cost HK$3m.", 3_000_000, "HKD"),
    ("It cost EUR90.", 90, "EUR"),
    ("It cost Rs 35 crore.", 350_000_000, "INR"),
    ("It cost 120 million euros.", 120_000_000, "EUR"),
    ("It cost 10.5 million Australian dollars.", 10_500_000, "AUD"),
    ("It cost 30 MUSD.", 30_000_000, "USD"),
    ("It cost 3 trillion won.", 3_000_000_000_000, "KRW"),
    ("All 12 won their matches.", 12, None),
    ("It cost 3 dollars 50 cents.", 3.5, "USD"),
    ("It lost -$2bn.", -2_000_000_000, "USD"),
    ("Oil is at $91.15 a barrel.", 91.15, "USD/barrel"),
    ("The pay is 15 euros an hour.", 15, "EUR/hour"),
    ("It makes 52,000 barrels per day.", 52_000, "barrel/day"),
    ("It makes 2 million tonnes of steel a year.", 2_000_000, "tonne/year"),
    ("It went at 80km/h.", 80, "km/h"),
    ("It is 30m deep.", 30, "m"),
    ("It covers 32m2.", 32, "m2"),
    ("It is 3 ft wide.", 3, "foot"),
    ('The "almost 50" who came are back.', 50, None),
    ("It has 480bhp.", 480, "brake horsepower"),
    ("It was minus-40 degrees Celsius.", -40, "celsius"),
    ("It took three months.", 3, "month"),
    ("It took half an hour.", 0.5, "hour"),
    ("It was the third of seven straight days.", 7, "day"),
    ("The girl is 12 years old.", 12, "year of age"),
    ("They met a man aged 71.", 71, "year of age"),
    ("They met Maria Lopez, 71, again.", 71, "year of age"),
    ("A magnitude 6.3 quake struck.", 6.3, "magnitude"),
    ("It sells at 12 times earnings.", 12, "time"),
    ("A third of the schools closed.", 1 / 3, "share"),
    ("Two hostages were freed.", 2, "person"),
    ("Twenty-eight people were ill.", 28, "person"),
    ("Eleven new cases were found.", 11, "case"),
    ("Dozens of homes burned.", 12, "home"),
    ("Three of its plants closed.", 3, "plant"),
    ("One of the best players left.", 1, "person"),
    ("Fourteen of the 27 seats fell.", 14, "seat"),
    ("One of Maria Lopez's books sold well.", 1, "book"),
    ("They have three 48-megapixel cameras.", 3, "camera"),
    ("Nobody was hurt.", 0, "person"),
    ("There were no casualties.", 0, "person"),
]


@pytest.mark.parametrize(("text", "value", "unit"), UNITS)
def test_units_in_one_normal_form(text: str, value: float, unit: str | None) -> None:
    quantity = found(text)[0].quantity
    assert quantity.unit == unit
    assert quantity.value == pytest.approx(value)


COUNTED = [
    ("Hospitals reported 3,214 new cases.", "new cases", False),
    ("The team played seven straight World Cups.", "straight World Cups", False),
    ("They sent 12 digital and physical copies.", "digital and physical copies", False),
    ("They ordered two new 737 Max jets.", "new 737 Max jets", False),
    ("They pay 87 cents a share.", "cents a share", True),
    ("It weighs 278kg.", "kg", True),
]


@pytest.mark.parametrize(("text", "written", "is_measure"), COUNTED)
def test_the_unit_as_written(text: str, written: str, is_measure: bool) -> None:
    mention = only(text)
    assert (mention.unit_as_written, mention.is_measure) == (written, is_measure)


def test_a_unit_said_once_serves_both_numbers() -> None:
    votes = found("Rates rose 2 per cent in May and by 1 in June.")
    assert [(m.quantity.low, m.quantity.unit, m.quantity.movement) for m in votes] == [
        (2, "percent", Movement.UP),
        (1, "percent", Movement.UP),
    ]
    engines = found("It sells four-, five- and six-seat models.")
    assert [m.unit_as_written for m in engines] == ["seat", "seat", "seat"]


# ---------------------------------------------------------------- ranges and movement

RANGES = [
    ("Growth of 5% to 6% is expected.", 5, 6),
    ("Fines run from $200 to $4 million.", 200, 4_000_000),
    ("It expects $4-5 billion.", 4_000_000_000, 5_000_000_000),
    ("The speed fell from 30 miles per hour in May to 25 mph.", 25, 30),
    ("It takes between 18 and 24 months.", 18, 24),
]


@pytest.mark.parametrize(("text", "low", "high"), RANGES)
def test_ranges_over_units(text: str, low: float, high: float) -> None:
    quantity = only(text).quantity
    assert (quantity.low, quantity.high, quantity.modifier) == (low, high, RANGE)


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("Orders grew by 3,000 to 41,000.", [(3000, 3000), (41000, 41000)]),
        ("Unemployment climbed by 12,000 to 2.92 million.", [(12000, 12000), (2920000, 2920000)]),
        ("The agency lowered the toll of the fire from 120 to 108.", [(120, 120), (108, 108)]),
        ("The workforce will shrink by 100 to 150 people.", [(100, 150)]),
        ("The fund needs from 20 to 30 boats.", [(20, 30)]),
    ],
)
def test_a_step_and_where_it_led_are_no_range(text: str, bounds: list[tuple[int, int]]) -> None:
    assert [(m.quantity.low, m.quantity.high) for m in found(text)] == bounds


def test_a_toll_that_rose_from_one_count_to_another_is_no_range() -> None:
    assert [m.quantity.low for m in found("The death toll rose from 34 to 41.")] == [34, 41]


UP, DOWN = Movement.UP, Movement.DOWN
MOVEMENTS = [
    ("Sales rose 3 per cent.", UP),
    ("Sales were up about 3 per cent.", UP),
    ("Shares were down 12p.", DOWN),
    ("The price fell by $3.", DOWN),
    ("The bank raised rates by 25 basis points.", UP),
    ("The index gained 1%.", UP),
    ("Sales rose to 3 million.", None),
    ("She gave up 517 yards.", None),
    ("The farm added ten cows.", None),
    ("Shares closed 2% lower.", DOWN),
    ("Nasdaq +0.8%.", UP),
]


@pytest.mark.parametrize(("text", "movement"), MOVEMENTS)
def test_a_number_that_is_itself_a_change(text: str, movement: Movement | None) -> None:
    assert only(text).quantity.movement is movement


def test_a_conversion_in_brackets_has_the_same_bound() -> None:
    miles, kilometres = found("The cloud stretched for at least seven miles (11 km).")
    assert miles.quantity.modifier is kilometres.quantity.modifier is LEAST


# ---------------------------------------------------------------- no quantities

NONE = [
    "The talks on 7 October 2023 went on until 10.45pm.",
    "Resolution 1701 was the second of the year 2006.",
    "The G20 met about Covid-19 and the F-16.",
    "He flew a Boeing 787 Dreamliner.",
    "It is the same one as before; one must wait.",
    "The Apollo 11 crew met in Room 101.",
    "City won 3-1, and prices doubled.",
    "They live at 22 High Street.",
    "The first half and the third quarter were slow.",
    "It made the top three.",
]


@pytest.mark.parametrize("text", NONE)
def test_dates_names_scores_and_pronouns_are_no_quantities(text: str) -> None:
    assert [m.quantity.as_written for m in found(text)] == []


def test_one_counts_where_it_counts() -> None:
    text = "One soldier was killed and one was wounded, and one of the towns burned."
    assert [m.quantity.low for m in found(text)] == [1, 1, 1]


# ---------------------------------------------------------------- predictions


def test_the_prediction_format() -> None:
    mention = only("Shares were down at least 3 per cent.")
    assert quantity_prediction(mention) == {
        "value": [3, 3],
        "change": "down",
        "unit": "percentage",
    }
    bound = only("At least 20 trees fell.")
    assert quantity_prediction(bound) == {"value": [20, 20], "change": ">", "unit": "trees"}


def test_predictions_leave_out_what_annotators_do_not_count() -> None:
    mentions = found("Nobody of the few was hurt; several towns and 12 villages flooded.")
    assert [p["value"] for p in quantity_predictions(mentions)] == [[12, 12]]


# ---------------------------------------------------------------- a user's own words


def test_a_users_own_unit_and_modifier(tmp_path: Path) -> None:
    (tmp_path / "units.toml").write_text(
        '[measures."arc minute"]\nwords = ["arc minute"]\n', "utf-8"
    )
    (tmp_path / "modifiers.toml").write_text('[at_least]\nbefore = ["not short of"]\n', "utf-8")
    mention = read_quantities(read("It spans not short of 12 arc minutes."), tmp_path)[0]
    assert (mention.quantity.unit, mention.quantity.modifier) == ("arc minute", LEAST)


# ---------------------------------------------------------------- laws

WORDS = [
    "at",
    "least",
    "12",
    "$",
    "3.4bn",
    "people",
    "killed",
    "and",
    "5",
    "%",
    "to",
    "the",
    "one",
    "of",
    "no",
    "more",
    "than",
    "from",
    "between",
    "up",
    "by",
    "£",
    "km",
    "fell",
    "rose",
    "2019",
    ",",
    ".",
    "-",
    "(",
    ")",
    "Smith",
    "a",
    "half",
    "dozens",
    "mph",
    "per",
    "day",
    "old",
    "aged",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_no_text_raises_and_every_quantity_stands_in_it(words: list[str]) -> None:
    text = " ".join(words)
    for mention in found(text):
        assert mention.number.of(text) == mention.quantity.as_written
        json.dumps(quantity_prediction(mention))
