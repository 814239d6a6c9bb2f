"""Duplicates: what two words have in common, what brings two records together, what is found."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.rules.identity import (
    Person,
    Verdict,
    blocking_keys,
    compare,
    find_pairs,
    fold_name,
)
from membership.rules.identity.fold import is_one_edit, is_two_edits

WORDS = st.text(alphabet="abn", max_size=7)
FAMILIES = ("Ndayishimiye", "Niyonzima", "Hakizimana", "Bukuru", "Nkurunziza", "Irakoze")
GIVEN = ("Aline", "Odette", "Joseph", "Claude", "Espérance", "Révérien")
ALINE = Person(
    key="1",
    family_name="Ndayishimiye",
    given_name="Aline",
    sex="F",
    birth_date=date(1990, 3, 4),
    place="C-1",
    area="M-1",
)


def _edits(one: str, other: str) -> int:
    """The number of edits by the textbook's table (optimal string alignment)."""
    rows = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            differs = one[i - 1] != other[j - 1]
            choices = [rows[i - 1, j] + 1, rows[i, j - 1] + 1, rows[i - 1, j - 1] + differs]
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
                choices.append(rows[i - 2, j - 2] + 1)
            rows[i, j] = min(choices)
    return rows[len(one), len(other)]


@given(WORDS, WORDS)
def test_one_and_two_edits_are_those_of_the_textbook(one: str, other: str) -> None:
    assert is_one_edit(one, other) is (_edits(one, other) <= 1)
    assert is_two_edits(one, other) is (_edits(one, other) <= 2)


def test_the_order_of_names_is_free() -> None:
    assert fold_name("Ndikumana", "Jean-Claude") == fold_name("Claude", "Ndikumana Jean")
    assert fold_name("", "") == ()


@pytest.mark.parametrize("other", [{"given_name": "Joseph"}, {"given_name": "", "place": ""}])
def test_a_family_name_alone_brings_nobody_together(other: dict[str, str]) -> None:
    stranger = replace(replace(ALINE, birth_date=date(1971, 8, 20), place="C-2"), **other)
    assert not blocking_keys(ALINE) & blocking_keys(stranger)
    assert compare(ALINE, stranger).verdict is Verdict.NONE


def test_brothers_and_sisters_of_one_day_are_not_brought_together_by_their_household() -> None:
    twin = replace(ALINE, family_name="Butoyi", given_name="Odette", household="H", key="2")
    assert compare(replace(ALINE, household="H"), twin).score == 0


people = st.builds(
    Person,
    key=st.just("x"),
    family_name=st.sampled_from(FAMILIES),
    given_name=st.sampled_from(GIVEN),
    sex=st.sampled_from("MF"),
    birth_date=st.dates(date(1988, 1, 1), date(1992, 12, 31)),
    is_birth_estimated=st.booleans(),
    place=st.sampled_from(["", "C-1", "C-2"]),
    phone=st.sampled_from(["", "79123456", "68123456"]),
    paper=st.sampled_from(["", "531/04", "531/05"]),
    household=st.sampled_from(["", "H1", "H2"]),
)


@given(people, people)
def test_a_comparison_is_the_same_from_both_sides(one: Person, other: Person) -> None:
    match = compare(one, other)
    assert match == compare(other, one)
    assert 0 <= match.score <= 100
    assert match.reasons


@given(people)
def test_a_record_and_its_copy_share_their_keys(person: Person) -> None:
    assert blocking_keys(person)
    assert blocking_keys(person) == blocking_keys(replace(person, key="other"))


VARIANTS = [
    {"given_name": "Arine", "family_name": "NDAYISHIMIE"},
    {"given_name": "Ndayishimiye", "family_name": "Aline"},
    {"family_name": "Ndayishmiye"},
    {"given_name": "Alinne", "birth_date": date(1990, 4, 3)},
    {"birth_date": date(1990, 1, 1), "is_birth_estimated": True},
    {"birth_date": date(1991, 3, 4)},
    {"birth_date": date(1990, 3, 5)},
    {"place": "C-9", "area": "M-1"},
    {"given_name": "Aline Marie"},
]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_second_record_is_found_among_homonyms(variant: dict[str, object]) -> None:
    homonyms = [
        Person(
            key=f"{rank}",
            family_name=family,
            given_name=given_name,
            sex="F",
            birth_date=date(1950, 2, 2) + timedelta(days=400 * rank),
            place=f"C-{rank}",
            area=f"M-{rank}",
        )
        for rank, (family, given_name) in enumerate(
            [*combinations(FAMILIES, 2), *[(f, g) for f in FAMILIES for g in GIVEN]], start=10
        )
    ]
    again = replace(ALINE, key="again", **variant)
    pairs = find_pairs([*homonyms, ALINE, again])
    assert [{pair.one.key, pair.other.key} for pair in pairs] == [{"1", "again"}]
    among = find_pairs([again], among=[*homonyms, ALINE])
    assert [(pair.one.key, pair.other.key) for pair in among] == [("again", "1")]


def test_records_compared_with_others_are_not_compared_with_one_another() -> None:
    again = replace(ALINE, key="again")
    assert find_pairs([ALINE, again], among=[]) == []


def test_a_placeholder_that_everybody_shares_brings_nobody_together() -> None:
    crowd = [
        replace(ALINE, key=f"{rank}", paper="néant", family_name=f"N{rank}", place=f"C-{rank}",
                birth_date=date(1950, 2, 2) + timedelta(days=rank))
        for rank in range(80)
    ]  # fmt: skip
    assert find_pairs(crowd) == []
