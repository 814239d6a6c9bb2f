"""Renewing a whole section: last year's list, enrolled together, refusals with their cause."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conamus.kernel.errors import DomainError, NotFound
from membership.models import Beneficiary, Enrolment
from membership.selectors.enrolling import enrolment_terms
from membership.selectors.renewals import not_renewed, renewables
from membership.services.renewals import renew_households
from membership.services.standing import strike_off
from tests.membership.families import TODAY


@pytest.fixture
def lapsed(world, as_actor):
    """Nobody of section 1 is enrolled for 2025 any more."""
    amina = world.actor("amina")
    with as_actor(amina):
        Enrolment.objects.filter(unit_id=world.units["UMU-S1"], year_id=2025).update(
            cancelled_on=TODAY
        )
    return world


def _renew(world, actor, *numbers, unit="UMU-S1"):
    return renew_households(
        actor=actor, unit_id=world.units[unit], year=2025, enrolled_on=TODAY,
        household_ids=[world.households[number] for number in numbers],
    )  # fmt: skip


def test_the_list_is_last_years_without_those_enrolled(lapsed, as_actor) -> None:
    agnes = lapsed.actor("agnes")
    with as_actor(agnes):
        assert [row.number for row in not_renewed(agnes, 2025)] == ["UMU-1001", "UMU-1003"]
        terms = enrolment_terms(agnes.tenant_id, 2025)
        rows = renewables(agnes, lapsed.units["UMU-S1"], terms)
    assert [(row.household.number, row.asked.people, row.asked.due.total_francs) for row in rows
            ] == [("UMU-1001", 3, 20_000), ("UMU-1003", 1, 20_000)]  # fmt: skip


def test_all_at_once_and_twice_is_once(lapsed, as_actor) -> None:
    agnes = lapsed.actor("agnes")
    with as_actor(agnes):
        made = _renew(lapsed, agnes, "UMU-1001", "UMU-1003")
        assert (made.enrolled, made.already, made.due_francs) == (2, 0, 40_000)
        again = _renew(lapsed, agnes, "UMU-1001", "UMU-1003")
        assert (again.enrolled, again.already) == (0, 2)
        rows = Enrolment.objects.filter(
            unit_id=lapsed.units["UMU-S1"], year_id=2025, cancelled_on__isnull=True
        )
        assert {(row.is_renewal, row.is_same_unit, row.joining_fee_francs) for row in rows} == {
            (True, True, 0)
        }


def test_who_cannot_be_renewed_hinders_nobody(lapsed, as_actor) -> None:
    amina = lapsed.actor("amina")
    with as_actor(amina):
        Beneficiary.objects.filter(number="UMU-1003-0").update(left_on=TODAY)
        strike_off(
            actor=amina, household_id=lapsed.households["UMU-1002"], version=None, on=TODAY,
            because="x",
        )  # fmt: skip
        made = _renew(lapsed, amina, "UMU-1001", "UMU-1002", "UMU-1003")
    assert made.enrolled == 1
    assert {one.number: one.cause for one in made.refused} == {
        "UMU-1002": "ménage fermé",
        "UMU-1003": "Le ménage UMU-1003 n’a pas d’adhérent : désignez-le d’abord.",
    }


def test_other_units_and_federations_are_left_alone(lapsed, as_actor) -> None:
    agnes = lapsed.actor("agnes")
    with as_actor(agnes):
        made = _renew(lapsed, agnes, "UMU-1001", "UMU-2001", "INE-1001")
        assert (made.enrolled, made.refused) == (1, ())
        with pytest.raises(NotFound):
            _renew(lapsed, agnes, "INE-1001", unit="INE-S1")
        with pytest.raises(DomainError, match="Cochez"):
            _renew(lapsed, agnes)


def test_the_queries_do_not_grow_with_the_section(lapsed, as_actor) -> None:
    amina = lapsed.actor("amina")
    with as_actor(amina):
        with CaptureQueriesContext(connection) as one:
            assert _renew(lapsed, amina, "UMU-1001").enrolled == 1
        with CaptureQueriesContext(connection) as two:
            assert _renew(lapsed, amina, "UMU-1002", "UMU-1003").enrolled == 2
    assert len(two) == len(one)
