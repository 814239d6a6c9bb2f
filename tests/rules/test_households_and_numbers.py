"""Households refused all at once, births on the edge, ranges that never hand out twice."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conamus.kernel.errors import DomainError
from conamus.kernel.periods import age_on
from membership.rules.households import (
    Member,
    check_birth,
    estimated_birth,
    problems_of,
    warnings_of,
)
from membership.rules.numbers import Range, check_ranges, issue

TODAY = date(2025, 6, 30)


def _member(position: int, relationship: str, birth: date, **other: date) -> Member:
    return Member(
        position=position,
        relationship=relationship,
        sex="F",
        birth_date=birth,
        joined_on=other.pop("joined_on", birth),
        **other,
    )


def test_all_that_is_wrong_is_said_at_once() -> None:
    members = [
        _member(1, "head", date(1980, 1, 1)),
        _member(2, "head", date(1981, 1, 1)),
        _member(3, "child", date(2026, 1, 1)),
    ]
    problems = problems_of(members, on=TODAY, most_people=1)
    assert [problem.field for problem in problems] == ["members", "members", "members-2-birth_date"]


def test_a_household_that_stands_gives_its_warnings() -> None:
    members = [
        _member(1, "head", date(1980, 1, 1)),
        _member(2, "spouse", date(2012, 1, 1)),
        _member(3, "spouse", date(1985, 1, 1)),
    ]
    assert problems_of(members, on=TODAY, most_people=None) == []
    assert warnings_of(members, on=TODAY) == (
        "Le ménage a 2 conjoints : vérifiez qu’ils forment un seul ménage.",
        "Le conjoint n° 2 a 13 ans : vérifiez sa naissance.",
    )


@pytest.mark.parametrize("birth", [date(1900, 1, 1), TODAY])
def test_births_on_the_edge_are_accepted(birth: date) -> None:
    check_birth(birth, TODAY)


@pytest.mark.parametrize("birth", [date(1899, 12, 31), date(2025, 7, 1)])
def test_births_beyond_are_refused_at_their_field(birth: date) -> None:
    with pytest.raises(DomainError) as refused:
        check_birth(birth, TODAY, field="people-2-birth_date")
    assert refused.value.field == "people-2-birth_date"


def test_an_estimated_birth_is_never_in_the_future() -> None:
    assert estimated_birth(2025, TODAY) == date(2025, 1, 1)
    assert estimated_birth(2025, date(2025, 7, 1)) == date(2025, 7, 1)
    assert estimated_birth(1950, TODAY) == date(1950, 7, 1)
    with pytest.raises(DomainError):
        estimated_birth(0)


@given(st.dates(date(1900, 1, 1)), st.dates(date(1900, 1, 1)))
def test_ages_grow_by_one_on_the_birthday(birth: date, on: date) -> None:
    years = age_on(birth, on)
    assert (birth.year + years, birth.month, birth.day) <= (on.year, on.month, on.day)
    assert (birth.year + years + 1, birth.month, birth.day) > (on.year, on.month, on.day)


@given(st.lists(st.integers(1, 30), max_size=20))
def test_a_range_never_hands_a_number_out_twice(counts: list[int]) -> None:
    numbers = Range(prefix="MUN", first=5, last=204, next=5)
    handed: list[str] = []
    for count in counts:
        if count > numbers.left:
            with pytest.raises(DomainError, match="épuisée"):
                issue(numbers, count)
            continue
        issued = issue(numbers, count)
        handed += issued.numbers
        numbers = Range(prefix="MUN", first=5, last=204, next=issued.next)
    assert len(set(handed)) == len(handed) == numbers.next - 5
    assert handed == sorted(handed)


def test_two_ranges_do_not_share_a_number() -> None:
    first = Range(prefix="MUN", first=1, last=100, next=1)
    check_ranges([first, Range(prefix="MUN", first=101, last=200, next=101)])
    check_ranges([first, Range(prefix="FEM", first=1, last=100, next=1)])
    with pytest.raises(DomainError, match="MUN-0000100"):
        check_ranges([Range(prefix="MUN", first=100, last=200, next=100), first])
