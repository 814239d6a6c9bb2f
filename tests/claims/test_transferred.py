"""A household goes to another federation: each day of care is of one of the two."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from claims.models import Claim, Decision
from claims.rules.rights import care_rights
from claims.services.attestations import enter_claim
from claims.services.decisions import decide_submitted, redo_decisions
from federations.tenancy.scope import open_scope
from membership.models import Beneficiary, Enrolment, Household
from membership.selectors.rights import coverage_of_household, own_people
from membership.services.transfers import accept_transfer, propose_transfer
from tests.claims.care import DAY, give_claim
from tests.claims.entering import an_entry, give_books
from tests.membership.asking import ask
from tests.membership.families import TODAY
from tests.world import World

EVE, MORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
MEMBER = "UMU-1001-0"


def _goes(world: World, household: int, leaves: str = "amina", comes: str = "bernard") -> Household:
    """Let a household pass from one federation to the other, today."""
    there, here = world.actor(leaves), world.actor(comes)
    unit = {"bernard": "INE-S1", "amina": "UMU-S2"}[comes]
    with open_scope(there, source="essai"):
        row = propose_transfer(
            actor=there, household_id=household, version=None, leaves_on=TODAY,
            destination_id=here.tenant_id, because="déménagement",
        )  # fmt: skip
    with open_scope(here, source="essai"):
        return accept_transfer(
            actor=here, transfer_id=row.pk, unit_id=world.units[unit], is_outside_zone=True
        )


def _decided(world: World, claim: int) -> tuple[str, int]:
    """Decide a claim, or decide it anew; return its state and what the mutuelle pays."""
    system = world.system("UMUCO")
    with open_scope(system, source="essai"):
        if Decision.objects.filter(claim_id=claim).exists():
            redo_decisions(actor=system, claim_ids=[claim], year=2025)
        else:
            decide_submitted(actor=system, claim_ids=[claim], year=2025)
        now = Decision.objects.get(claim_id=claim, superseded_at__isnull=True)
        paid = sum(now.lines.values_list("mutuelle_francs", flat=True))
        return Claim.objects.get(pk=claim).state, paid


@pytest.fixture
def care(world: World) -> World:
    give_books(world, accepted_below_francs=100_000)
    return world


@pytest.fixture
def gone(care: World) -> Household:
    """The household of UMU-1001 as INEZA opened it today."""
    return _goes(care, care.households["UMU-1001"])


def test_the_morning_of_the_transfer_is_covered(care: World) -> None:
    """Received under the number that was good, sent, and checked after the household went."""
    morning, decided = (give_claim(care, member=MEMBER, on=TODAY) for _ in range(2))
    before = _decided(care, decided)
    _goes(care, care.households["UMU-1001"])
    assert before == ("decided", 800)
    assert _decided(care, morning) == _decided(care, decided) == before


def test_a_stay_over_the_transfer_is_covered_to_its_end(care: World, settings: Any) -> None:
    stay = {"member": MEMBER, "on": EVE, "days": 4, "lines": ((DAY, 4, 10_000),)}
    before = _decided(care, give_claim(care, **stay))
    late = give_claim(care, **{**stay, "member": "UMU-1001-1"})
    _goes(care, care.households["UMU-1001"])
    settings.BUSINESS_DATE = TODAY + timedelta(days=10)
    assert before[1] == 32_000
    assert _decided(care, late)[1] == before[1]


def test_a_waiting_by_family_counts_from_the_opening_there(care: World, as_actor: Callable) -> None:
    """New in the network since January, here since today: not new once more."""
    people = {}
    with as_actor(care.actor("amina")):
        household = Household.objects.get(number=MEMBER[:-2])
        Enrolment.objects.filter(household=household, year_id=2025).update(
            is_renewal=False, enrolled_on=date(2025, 1, 10)
        )
    gone = _goes(care, household.pk)
    for name, key in (("amina", household.pk), ("bernard", gone.pk)):
        with as_actor(actor := care.actor(name)):
            one = Beneficiary.objects.get(household_id=key, relationship="head")
            [people[name]] = own_people(actor.tenant_id, [one.pk], TODAY)
    there, here = people["amina"].facts, people["bernard"].facts
    assert care_rights(here, TODAY).since == TODAY
    for facts, other in ((there, here), (here, there)):
        assert care_rights(facts, TODAY, elsewhere=[other]).since == date(2025, 2, 9)


def _entered(world: World, member: str, on: date, rank: int) -> str:
    """Enter care of a day by a number, at the facility; return whose member it is of."""
    fabrice = world.actor("fabrice")
    with open_scope(fabrice, source="essai"):
        claim = enter_claim(
            actor=fabrice,
            entry=an_entry(
                world, member=member, starts_on=on, ends_on=on, stub=f"KIN-{rank:06}",
                is_distinct=True,
            ),
            submit=False,
        )  # fmt: skip
    return {world.tenants[code]: code for code in ("UMUCO", "INEZA")}[claim.tenant_id]


def test_care_is_of_the_federation_of_its_day(gone: Household, care: World, settings: Any) -> None:
    """By the old number and the new one, whenever it is entered."""
    settings.BUSINESS_DATE = MORROW
    whose = {EVE: "UMUCO", TODAY: "INEZA", MORROW: "INEZA"}
    for rank, (on, code) in enumerate(whose.items(), start=1):
        for row, member in enumerate((MEMBER, f"{gone.number}-01")):
            assert _entered(care, member, on, 10 * rank + row) == code, (on, member)


def test_each_day_has_rights_in_one_federation(
    gone: Household, care: World, as_actor: Callable
) -> None:
    there, here = (care.households["UMU-1001"], "amina"), (gone.pk, "bernard")
    for on, holder in ((EVE, there), (TODAY, here), (MORROW, here)):
        for key, manager in (there, here):
            with as_actor(care.actor(manager)):
                rights = [found.is_open for _, found in coverage_of_household(key, on)]
            assert rights == [(key, manager) == holder] * 3, (on, manager)


def test_the_check_answers_where_the_person_was_on_the_day(
    gone: Household, care: World, as_actor: Callable
) -> None:
    numbers = {EVE: MEMBER, TODAY: f"{gone.number}-01", MORROW: f"{gone.number}-01"}
    for on, number in numbers.items():
        for typed in numbers.values():
            [person] = ask(care, as_actor, "fabrice", typed, on=on).people
            assert (person.number, person.is_open) == (number, True), (on, typed)
            # Of a day that is over, the number of that day is no former one.
            assert person.former_number == (typed if on >= TODAY and typed != number else "")


def test_gone_and_come_back(gone: Household, care: World, as_actor: Callable) -> None:
    """Of a day before, whatever the number, the first household; from today on the last one."""
    home = _goes(care, gone.pk, "bernard", "amina")
    for typed in (MEMBER, f"{gone.number}-01", f"{home.number}-01"):
        for on, number in ((EVE, MEMBER), (TODAY, f"{home.number}-01")):
            [person] = ask(care, as_actor, "fabrice", typed, on=on).people
            assert (person.number, person.is_open) == (number, True), (on, typed)
    claim = give_claim(care, member=MEMBER, on=TODAY)
    assert _decided(care, claim) == ("decided", 800)


def test_an_undeclared_newborn_of_the_days_before(
    gone: Household, care: World, as_actor: Callable
) -> None:
    """Born before the transfer, received after it: its mother was covered on the day of birth."""
    asked = {"on": MORROW, "born_on": EVE}
    answers = [ask(care, as_actor, "fabrice", one, **asked) for one in (MEMBER, gone.number)]
    newborns = [one.newborn for answer in answers for one in answer.people if one.newborn]
    assert newborns
    assert all(one.is_open for one in newborns)
