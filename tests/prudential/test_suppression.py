"""The network's published report: no federation's group of one to four, nor its way back."""

from collections import Counter
from collections.abc import Collection, Mapping
from itertools import product
from random import Random

from membership.rules.insured import InsuredTotals
from prudential.rules.annual_facts import ProvinceFact
from prudential.rules.annual_figures import Group, Membership
from prudential.rules.suppression import (
    dependants_by_sex,
    heads_by_sex,
    is_small,
    shown_membership,
    shown_provinces,
    shown_totals,
    whole_sum,
)
from tests.prudential.subtraction import DEPENDANT, NEW, People, insured_told, small_groups


def group(key: int, male_heads: int, female_heads: int) -> Group:
    totals = InsuredTotals(
        male_heads=male_heads, female_heads=female_heads, males=200, females=210, renewals=20
    )
    return Group(key=key, name="F", short_name="F", units=1, now=totals, before=totals, renewed=20)


def test_three_women_heads_are_hidden_with_what_would_tell_them() -> None:
    """The pair, and the pair of the next smallest federation; the totals stay."""
    groups = (group(1, 60, 3), group(2, 90, 20), group(3, 50, 30))
    shown = shown_membership(Membership(year=2025, groups=groups, renewed=60))
    assert [(g.now.male_heads, g.now.female_heads) for g in shown.groups] == [
        (None, None), (90, 20), (None, None),
    ]  # fmt: skip
    assert [g.now.households for g in shown.groups] == [63, 110, 80]
    assert (shown.now.female_heads, shown.now.households, shown.renewed) == (None, 253, 60)


def test_large_groups_are_printed_as_they_are() -> None:
    groups = (group(1, 60, 30), group(2, 90, 20))
    whole = Membership(year=2025, groups=groups, renewed=40)
    shown = shown_membership(whole)
    assert (shown.now.male_heads, shown.now.female_heads) == (150, 50)
    assert (shown.before.households, shown.now.people, shown.renewed) == (200, 820, 40)
    assert [g.growth for g in shown.groups] == [g.growth for g in groups]


def test_a_province_of_two_households_is_not_printed_nor_had_by_subtraction() -> None:
    provinces = [
        ProvinceFact(
            key=key,
            name=name,
            covered=(),
            uncovered=(),
            federations=(),
            households=households,
            people=4 * households,
            facilities=0,
        )
        for key, (name, households) in enumerate((("Gitega", 40), ("Ngozi", 12), ("Bururi", 2)))
    ]
    shown = shown_provinces(provinces, has_small_parts=False)
    assert [one.households for one in shown] == [40, None, None]
    assert [one.people for one in shown] == [160, None, None]
    assert whole_sum(one.households for one in shown) is None
    none = shown_provinces(provinces, has_small_parts=True)
    assert {(one.households, one.people) for one in none} == {(None, None)}


def test_no_table_less_another_gives_a_small_group() -> None:
    """By brute force: the heads and the dependants of four groups, with all that is told of them.

    Where heads by sex are hidden and a group has no dependant of one sex, its people of that sex
    would stand for those heads: so people by sex are hidden too.
    """
    chance = Random(3)  # noqa: S311 -- no secret
    partly_hidden = 0
    for _ in range(150):
        truth = {
            (key, sex, who): chance.choice((0, 2, 3, 6, 20, 40))
            for key, sex, who in product(range(4), "MF", (NEW, DEPENDANT))
        }
        whole = insured(truth, range(4))
        if any(map(is_small, (*heads_by_sex(whole), *dependants_by_sex(whole)))):
            continue
        told = insured_told(truth, whole)
        groups = {key: insured(truth, [key]) for key in range(4)}
        for key, one in shown_totals(groups).items():
            told += insured_told([atom for atom in truth if atom[0] == key], one)
            partly_hidden += one.households is not None and one.males is None
        assert small_groups(told, truth) == []
    assert partly_hidden > 100


def insured(truth: Mapping[People, int], keys: Collection[int]) -> InsuredTotals:
    count: Counter[str] = Counter()
    for (key, sex, who), number in truth.items():
        if key in keys:
            count[sex] += number
            count[sex + who] += number
    return InsuredTotals(
        male_heads=count["M" + NEW], female_heads=count["F" + NEW],
        males=count["M"], females=count["F"],
    )  # fmt: skip
