"""Axes: ticks are round, ordered, exact and hold every value."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conamus.charts.formats import COUNT, RATE
from conamus.charts.scale import NICE_STEPS, Scale, nice_step, nice_ticks

VALUES = st.lists(
    st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=1000), max_size=8
)
COUNTS = st.lists(st.integers(min_value=0, max_value=10**12).map(Fraction), min_size=1, max_size=8)


@given(VALUES)
def test_ticks_hold_every_value_and_zero(values: list[Fraction]) -> None:
    ticks = nice_ticks(values)
    assert ticks[0] <= min([Fraction(0), *values])
    assert ticks[-1] >= max([Fraction(0), *values])
    assert 0 in ticks


@given(VALUES)
def test_ticks_are_evenly_spaced_and_few(values: list[Fraction]) -> None:
    ticks = nice_ticks(values)
    steps = {b - a for a, b in pairwise(ticks)}
    assert len(steps) == 1
    assert 2 <= len(ticks) <= 7


@given(st.fractions(min_value="1/1000", max_value=10**9, max_denominator=1000))
def test_steps_are_nice(span: Fraction) -> None:
    step = nice_step(span, 5)
    while step >= 10:
        step /= 10
    while step < 1:
        step *= 10
    assert step in NICE_STEPS
    assert nice_step(span, 5) * 5 >= span


@given(COUNTS)
def test_ticks_of_counts_are_whole(values: list[Fraction]) -> None:
    assert all(tick.denominator == 1 for tick in nice_ticks(values, whole=True))


@given(VALUES, st.floats(0, 300), st.floats(301, 900))
def test_a_scale_keeps_order_and_bounds(values: list[Fraction], start: float, end: float) -> None:
    scale = Scale(nice_ticks(values), start, end)
    places = [scale(value) for value in sorted(values)]
    assert places == sorted(places)
    assert all(start - 1e-6 <= place <= end + 1e-6 for place in places)
    assert scale(scale.low) == start
    assert scale(scale.high) == pytest.approx(end)


def test_ticks_of_equal_values_still_make_an_axis() -> None:
    assert nice_ticks([]) == nice_ticks([Fraction(0)])
    assert len(nice_ticks([Fraction(0)])) >= 2


@pytest.mark.parametrize(
    ("value", "highest", "written"),
    [
        (Fraction(150_000_000), Fraction(200_000_000), "150\u202fM"),
        (Fraction(2_500_000), Fraction(10_000_000), "2,5\u202fM"),
        (Fraction(20_000), Fraction(60_000), "20\u202f000"),
        (Fraction(5, 2), Fraction(10), "2,5"),
    ],
)
def test_ticks_are_written_as_short_as_exact(
    value: Fraction, highest: Fraction, written: str
) -> None:
    assert COUNT.tick(value, highest) == written


def test_a_tick_of_a_rate_has_no_idle_decimals() -> None:
    assert RATE.tick(Fraction(1, 4), Fraction(1)) == "25\u202f%"
