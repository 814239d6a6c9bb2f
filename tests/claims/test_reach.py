"""Which earlier care is read, and which accounts are held: what some clause of a package counts."""

from collections.abc import Callable
from datetime import date

import pytest

from claims.models import CareAccount
from claims.selectors.care_facts import load_cases
from claims.services.decisions import decide_submitted
from federations.tenancy.scope import open_scope
from tests.claims.care import DRUG, give_claim, give_clauses
from tests.world import World

STAY = {"kind": "ceiling", "scope": "stay", "care_kind": "stay", "francs": 200_000}
PERSON = {"kind": "ceiling", "scope": "person_year", "francs": 50_000}
HOUSEHOLD = {"kind": "limit", "scope": "household_year", "quantity": 90}
EPISODE = {"kind": "deductible", "scope": "episode", "francs": 2_000}
INTERVAL = {"kind": "interval", "days": 7}
IN_DAYS = {"kind": "limit", "scope": "claim", "days": 400, "quantity": 6}
BON = {"kind": "requirement", "paper": "authorisation", "family": "surgery"}
MOTHER, CHILD = "UMU-1001-0", "UMU-1001-1"


def _decide(world: World, *claims: int) -> None:
    system = world.system("UMUCO")
    with open_scope(system, source="essai"):
        decide_submitted(actor=system, claim_ids=claims, year=2025)


@pytest.mark.parametrize(
    ("clause", "read"),
    [
        (STAY, set()),
        (PERSON, {True}),
        (HOUSEHOLD, {True, False}),
        (EPISODE, {True}),
        (INTERVAL, {True}),
    ],
    ids=["stay", "person", "household", "episode", "interval"],
)
def test_only_what_is_counted_is_read(
    world: World, clause: dict[str, object], read: set[bool]
) -> None:
    """The patient's own care, or the household's too; nothing where nothing is counted."""
    give_clauses(world, clause)
    before = [give_claim(world, member=member, on=date(2025, 2, 1)) for member in (MOTHER, CHILD)]
    _decide(world, *before)
    claim = give_claim(world, member=MOTHER)
    with open_scope(world.system("UMUCO"), source="essai"):
        [case] = load_cases([claim], 2025)
    assert {one.is_same_person for one in case.care.earlier} == read
    assert bool(case.package.reach.counted) == bool(read)


def test_what_nothing_counts_is_not_asked_for(
    world: World, django_assert_num_queries: Callable
) -> None:
    give_clauses(world, STAY)
    claims = [give_claim(world, lines=[(DRUG, 1, 500)], on=date(2025, 2, day)) for day in (1, 2)]
    system = world.system("UMUCO")
    with open_scope(system, source="essai"), django_assert_num_queries(8):
        decide_submitted(actor=system, claim_ids=claims, year=2025)


@pytest.mark.parametrize(
    ("clause", "years"),
    [
        (STAY, 0),
        (PERSON, 0),
        (HOUSEHOLD, 0),
        (EPISODE, 1),
        (INTERVAL, 1),
        (IN_DAYS, 2),
        (BON, 1),
    ],
    ids=["stay", "person", "household", "episode", "interval", "days", "bon"],
)
def test_the_accounts_of_the_years_that_are_looked_into_are_held(
    world: World, clause: dict[str, object], years: int, behind_the_wall: Callable
) -> None:
    """As far as the rules look; a bon is drawn by claims of the two years that it may touch."""
    give_clauses(world, clause)
    claim = give_claim(world)
    _decide(world, claim)
    with open_scope(world.system("UMUCO"), source="essai"):
        [case] = load_cases([claim], 2025)
    with behind_the_wall():
        held = CareAccount.objects.filter(household_id=case.household_id)
        held_years = sorted(held.values_list("care_year", flat=True))
    assert held_years == list(range(2025 - years, 2025 + years + 1))
    assert case.package.reach.years <= years
