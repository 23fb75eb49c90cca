"""Readings of stated quantities, and the laws of comparing two."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.claims import Modifier, Movement, Quantity
from monitor.quantities import (
    Interval,
    Relation,
    agrees,
    contradicts,
    moved,
    reading,
    relation,
    rise,
    stated,
    times,
)

EXACT, FLOOR, CEILING, ABOUT, RANGE = (
    Modifier.EXACT,
    Modifier.AT_LEAST,
    Modifier.AT_MOST,
    Modifier.APPROXIMATE,
    Modifier.RANGE,
)


def step_of(n):
    step = 1
    while n and n % (step * 10) == 0:
        step *= 10
    return step


def q(n, modifier=EXACT, high=None, **fields):
    low = None if modifier is CEILING else n
    if high is None:
        high = None if modifier is FLOOR else n
    return Quantity(low, high, modifier, step=fields.pop("step", step_of(n)), **fields)


def dozens():
    return Quantity(12, 120, RANGE, vague=True, as_written="dozens")


@pytest.mark.parametrize(
    ("quantity", "interval"),
    [
        pytest.param(q(5000, FLOOR), (5000, 5250), id="over 5,000: at most 5 percent further"),
        pytest.param(q(5700, FLOOR), (5700, 5800), id="over 5,700: one step"),
        pytest.param(q(5791, FLOOR), (5791, 5792), id="over 5,791: a fine floor"),
        pytest.param(q(1400, ABOUT), (1350, 1450), id="about 1,400: half a step each way"),
        pytest.param(q(500, ABOUT), (475, 525), id="about 500: never more than 5 percent"),
        pytest.param(q(260, CEILING), (250, 260), id="up to 260: one step down"),
        pytest.param(q(5087), (5087, 5087), id="an exact number is itself"),
        pytest.param(q(200, RANGE, 300), (200, 300), id="a range is itself"),
        pytest.param(dozens(), (12, 120), id="a vague word has the bounds of its entry"),
    ],
)
def test_a_reader_understands(quantity, interval):
    assert reading(quantity) == Interval(*interval)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(q(5087), q(5000, FLOOR), Relation.AGREES, id="a rounded floor after it"),
        pytest.param(q(5000, FLOOR), q(5791), Relation.ABOVE, id="past the floor's reading"),
        pytest.param(q(5000, FLOOR), q(5087), Relation.SHARPER, id="within the floor's reading"),
        pytest.param(q(3300, FLOOR), q(3400, FLOOR), Relation.ABOVE, id="the next floor"),
        pytest.param(q(222), q(200, FLOOR), Relation.AGREES, id="a floor that rounds down"),
        pytest.param(q(500, FLOOR), q(471, FLOOR), Relation.BELOW, id="a finer floor below"),
        pytest.param(q(199), q(250, CEILING), Relation.AGREES, id="a ceiling claims no rise"),
        pytest.param(q(199), q(150, CEILING), Relation.BELOW, id="a ceiling below"),
        pytest.param(q(5087), q(5100), Relation.AGREES, id="a bare round number"),
        pytest.param(q(5100), q(5087), Relation.SHARPER, id="a bare round number made exact"),
        pytest.param(q(140), dozens(), Relation.AGREES, id="a vague word near it"),
        pytest.param(q(5000), dozens(), Relation.BELOW, id="a vague word ten times away"),
        pytest.param(q(5), q(5, unit="USD"), Relation.INCOMPARABLE, id="another unit"),
        pytest.param(q(5), q(5, unit="person"), Relation.SAME, id="persons are a bare count"),
        pytest.param(
            q(5), q(5, movement=Movement.UP), Relation.INCOMPARABLE, id="a change beside a level"
        ),
    ],
)
def test_the_later_stands_to_the_earlier(old, new, expected):
    assert relation(old, new) is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param(q(200, FLOOR), q(222), False, id="over 200 beside 222"),
        pytest.param(q(500, FLOOR), q(471), True, id="over 500 beside 471"),
        pytest.param(q(500, FLOOR), q(471, FLOOR), False, id="two floors"),
        pytest.param(q(250, CEILING), q(199), False, id="up to 250 beside 199"),
        pytest.param(q(250, CEILING), q(251), True, id="up to 250 beside 251"),
        pytest.param(q(8), q(11), True, id="8 beside 11"),
        pytest.param(q(471), q(100, RANGE, 300), True, id="471 beside 100 to 300"),
        pytest.param(q(200, ABOUT), q(199), False, id="about 200 beside 199"),
        pytest.param(q(5100), q(5087), False, id="a rounding"),
        pytest.param(dozens(), q(130), False, id="a vague word beside a near number"),
    ],
)
def test_both_cannot_be_true(first, second, expected):
    assert contradicts(first, second) is expected
    assert agrees(first, second) is not expected


def test_rise_and_times():
    assert rise(q(4651), q(5087)) == (436, pytest.approx(9.374, abs=0.001))
    assert times(q(100), q(650)) == 6.5
    assert times(q(0), q(3)) == math.inf
    assert times(q(5000, FLOOR), q(5100)) == 1


# ---------------------------------------------------------------- laws


@st.composite
def quantities(draw, at_most=10**9):
    n = draw(st.integers(0, at_most))
    modifier = draw(st.sampled_from(list(Modifier)))
    high = n + draw(st.integers(0, n + 1)) if modifier is RANGE else None
    return q(n, modifier, high)


@given(quantities())
def test_a_reading_holds_the_number(quantity):
    assert reading(quantity).low <= quantity.value <= reading(quantity).high


@given(quantities())
def test_a_reading_lies_within_the_stated_bounds_or_half_a_step(quantity):
    outer, inner = stated(quantity), reading(quantity)
    assert outer.low <= inner.low
    assert inner.high <= outer.high


@given(quantities())
def test_a_quantity_neither_moves_from_nor_contradicts_itself(quantity):
    assert not moved(quantity, quantity)
    assert not contradicts(quantity, quantity)
    assert relation(quantity, quantity) in (Relation.SAME, Relation.AGREES)


@given(quantities(), quantities())
def test_contradiction_goes_both_ways(first, second):
    assert contradicts(first, second) == contradicts(second, first)


@given(quantities(), quantities())
def test_what_contradicts_has_moved(old, new):
    if contradicts(old, new):
        assert moved(old, new)


@given(quantities(), quantities())
def test_up_one_way_is_never_up_the_other_way(old, new):
    if relation(old, new) is Relation.ABOVE:
        assert relation(new, old) is not Relation.ABOVE


@given(quantities(10**6), quantities(10**6), st.integers(1, 6))
def test_powers_of_ten_change_nothing(old, new, power):
    def scaled(quantity):
        factor = 10**power
        return Quantity(
            None if quantity.low is None else quantity.low * factor,
            None if quantity.high is None else quantity.high * factor,
            quantity.modifier,
            step=quantity.step * factor,
        )

    assert relation(old, new) is relation(scaled(old), scaled(new))


@given(quantities(), quantities())
def test_times_tells_the_direction(old, new):
    many = times(old, new)
    assert many >= 0
    if relation(old, new) is Relation.ABOVE and reading(old).high > 0:
        assert many >= 1
