"""Figures as French writes them: separators, rounding, signs, what is not known."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from conamus.kernel import figures


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1\u202f000"),
        (1234568, "1\u202f234\u202f568"),
        (-2, "\u22122"),
        (None, "n.d."),
        (Fraction(1, 2), "1"),
        (Fraction(-1, 2), "\u22121"),
        (Fraction(-1, 3), "0"),
    ],
)
def test_integers(value: figures.Number | None, written: str) -> None:
    assert figures.format_integer(value) == written


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (Fraction(808, 1000), 1, "80,8\u202f%"),
        (Fraction(31240, 37740), 1, "82,8\u202f%"),
        (Decimal("0.5435"), 0, "54\u202f%"),
        (Decimal("0.00285"), 2, "0,29\u202f%"),
        (Fraction(-2, 100), 0, "\u22122\u202f%"),
        (1, 1, "100,0\u202f%"),
        (None, 1, "n.d."),
    ],
)
def test_rates(value: figures.Number | None, digits: int, written: str) -> None:
    assert figures.format_rate(value, digits) == written


def test_francs_carry_their_unit() -> None:
    assert figures.format_francs(239502077) == "239\u202f502\u202f077\u00a0FBu"
    assert figures.format_francs(None) == "n.d."


@pytest.mark.parametrize("value", [0.5, True, "12"])
def test_inexact_values_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match="exact number"):
        figures.format_number(value)  # type: ignore[arg-type]


@given(st.integers(-(10**15), 10**15))
def test_an_integer_can_be_read_back(value: int) -> None:
    written = figures.format_integer(value)
    assert int(written.replace("\u202f", "").replace("\u2212", "-")) == value
    assert re.fullmatch(r"\u2212?\d{1,3}(\u202f\d{3})*", written)


@given(st.fractions(max_denominator=10**6), st.integers(0, 4))
def test_rounding_is_to_the_nearest_and_symmetric(value: Fraction, digits: int) -> None:
    rounded = figures.round_half_up(value, digits)
    assert abs(rounded - value) <= Fraction(1, 2 * 10**digits)
    assert figures.round_half_up(-value, digits) == -rounded
    assert (rounded * 10**digits).denominator == 1


def test_dates_are_in_words() -> None:
    assert figures.format_date(date(2025, 1, 1)) == "1er janvier 2025"
    assert figures.format_date(date(2024, 12, 31)) == "31 décembre 2024"
    assert figures.format_date(None) == "n.d."


def test_template_filters() -> None:
    template = engines["django"].from_string(
        "{% load figures %}{{ n|entier }}|{{ n|francs }}|{{ r|taux }}|{{ r|taux:0 }}|"
        "{{ r|decimal:2 }}|{{ none|entier }}|{{ day|jour }}"
    )
    context = {"n": 1234568, "r": Fraction(828, 1000), "none": None, "day": date(2025, 7, 1)}
    assert template.render(context).split("|") == [
        "1\u202f234\u202f568",
        "1\u202f234\u202f568\u00a0FBu",
        "82,8\u202f%",
        "83\u202f%",
        "0,83",
        "n.d.",
        "1er juillet 2025",
    ]
