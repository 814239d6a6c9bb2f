"""Growth, retention, sums and means, against the published figures of 2024."""

import csv
from fractions import Fraction

import pytest

from conamus.kernel.figures import format_rate, round_half_up
from membership.rules.insured import InsuredTotals, total_insured
from prudential.rules.annual_figures import (
    Group,
    Membership,
    cross_table,
    growth_rate,
    retention_rate,
    simple_mean,
)
from tests.databases import BASE

DATA = BASE / "conamus/demo/data"


def insured(households: int, people: int = 0) -> InsuredTotals:
    return InsuredTotals(male_heads=households, female_heads=0, males=people, females=0)


def group(key: int, before: int, now: int, renewed: int | None) -> Group:
    return Group(
        key=key, name=f"F{key}", short_name=f"F{key}", units=1,
        now=insured(now), before=insured(before), renewed=renewed,
    )  # fmt: skip


def membership(*groups: Group) -> Membership:
    return Membership(year=2025, groups=groups, renewed=sum(group.renewed or 0 for group in groups))


def test_growth_of_the_two_federations_whose_counts_are_published() -> None:
    assert format_rate(growth_rate(21_683, 36_888)) == "70,1\u202f%"
    assert format_rate(growth_rate(2_172, 4_209)) == "93,8\u202f%"


@pytest.mark.parametrize("before", [0, None])
def test_a_rate_without_denominator_is_not_known(before: int | None) -> None:
    assert growth_rate(before, 12) is None
    assert retention_rate(before, 0) is None


@pytest.mark.parametrize(
    ("rate", "whole"),
    [(Fraction(545, 1000), 55), (Fraction(544999, 1000000), 54), (Fraction(-25, 1000), -3)],
)
def test_halves_round_away_from_zero(rate: Fraction, whole: int) -> None:
    assert round_half_up(rate * 100) == whole


def test_the_whole_is_a_ratio_of_sums_and_the_published_mean_is_simple() -> None:
    whole = membership(group(1, 100, 100, 90), group(2, 900, 900, 450))
    assert whole.retention == Fraction(540, 1000)
    assert whole.mean_retention == Fraction(70, 100)


def test_the_published_global_retention_is_the_simple_mean_of_its_rows() -> None:
    with (DATA / "growth_retention_2025.csv").open(encoding="utf-8") as file:
        rows = {row["federation"]: row for row in csv.DictReader(file)}
    published = int(rows.pop("GLOBAL")["retention_rate_percent"])
    rates = [Fraction(int(row["retention_rate_percent"]), 100) for row in rows.values()]
    assert format_rate(simple_mean(rates)) == "80,8\u202f%"
    assert format_rate(simple_mean(rates), 0) == f"{published}\u202f%"


def test_the_simple_mean_is_not_known_when_a_rate_is_not() -> None:
    whole = membership(group(1, 100, 100, 90), group(2, 0, 40, None))
    assert whole.mean_retention is None
    assert whole.growth == Fraction(40, 100)


def test_an_unknown_part_makes_the_sum_unknown() -> None:
    hidden = InsuredTotals(male_heads=None, female_heads=None, males=9, females=9)
    total = total_insured([insured(10, 40), hidden])
    assert total.households is None
    assert total.people == 58


def test_a_cross_table_sums_both_ways() -> None:
    counted = [("a", "x", 3), ("a", "y", 4), ("b", "x", 5), ("a", "x", 1)]
    table = cross_table(counted, columns=("y", "x"))
    assert table.columns == ("y", "x")
    assert table.value("b", "y") == 0
    assert table.row_total("a") == 8
    assert sum(table.column_total(column) for column in table.columns) == table.total == 13
