"""Counts of the insured: by unit and commune, both ways, and what the regulator sees."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import ProgrammingError, transaction

from federations.models import Federation, Place
from federations.selectors.statements import rows_of
from federations.tenancy.actor import system_actor
from membership.models import Enrolment, Household
from membership.selectors import (
    CommuneCount,
    insured_by_commune,
    insured_by_unit,
    network_insured,
    past_years,
    total_insured,
)
from prudential.selectors.releases import released_insured
from prudential.services.releases import release_all_figures
from tests.world import World

UNTIL, SINCE = Place.Division.UNTIL_2025, Place.Division.SINCE_2025
SHOWN = "SELECT households, people FROM released_insured_by_commune(%s, %s)"


def test_a_unit_counts_households_by_the_heads_sex_and_people_by_their_own(
    world: World, as_actor: Callable
) -> None:
    with as_actor(world.actor("amina")):
        counts = insured_by_unit(world.tenants["UMUCO"], [2024, 2025])
    [now] = [c for c in counts if c.unit_id == world.units["UMU-S1"] and c.year == 2025]
    assert (now.male_heads, now.female_heads, now.households) == (2, 1, 3)
    assert (now.males, now.females, now.people) == (2, 5, 7)
    assert (now.renewals, now.same_unit_renewals) == (2, 2)
    assert len(counts) == 4


def test_both_ways_count_the_same(world: World, as_actor: Callable) -> None:
    with as_actor(world.actor("clara")):
        network = network_insured(2024, 2025)
        by_commune = [
            CommuneCount(**row)
            for row in rows_of("SELECT * FROM network_insured_by_commune(%s, %s)", 2025, UNTIL)
        ]
    with as_actor(world.actor("amina")):
        tenant = world.tenants["UMUCO"]
        own = insured_by_unit(tenant, [2024, 2025])
        own_communes = insured_by_commune(tenant, 2025, UNTIL)
    assert sorted(map(repr, own)) == sorted(repr(c) for c in network if c.tenant_id == tenant)
    assert {c.tenant_id for c in network} == {world.tenants["UMUCO"], world.tenants["INEZA"]}
    assert sorted(map(repr, own_communes)) == sorted(
        repr(c) for c in by_commune if c.tenant_id == tenant
    )


def test_a_commune_of_the_chosen_division(world: World, as_actor: Callable) -> None:
    tenant = world.tenants["UMUCO"]
    with as_actor(world.actor("amina")):
        former = insured_by_commune(tenant, 2025, UNTIL)
        current = insured_by_commune(tenant, 2025, SINCE)
        some = insured_by_commune(tenant, 2025, SINCE, [world.units["UMU-S2"]])
    assert {c.commune_id: c.households for c in former} == {
        world.places["A-GI-01"]: 2, world.places["A-GI-02"]: 4,
    }  # fmt: skip
    assert [(c.commune_id, c.households) for c in current] == [(world.places["N-GI-01"], 6)]
    assert [c.households for c in some] == [3]


def test_the_regulator_sees_no_group_under_five(world: World, as_actor: Callable) -> None:
    with as_actor(world.actor("regine")):
        counts = released_insured(2024, 2025)
        communes, others = rows_of(SHOWN, 2025, UNTIL), rows_of(SHOWN, 2025, SINCE)
    assert counts
    for count in counts:
        shown = (count.male_heads, count.female_heads, count.males, count.females, count.households)
        assert all(figure is None or figure >= 5 or figure == 0 for figure in shown)
    assert total_insured(counts).households is None
    # Three and six households by old commune; the new one, nine, would give the three.
    assert communes == [{"households": None, "people": None}] * 2
    assert others == [{"households": None, "people": None}]


def test_a_federation_and_the_regulator_may_not_ask_for_the_network(
    world: World, as_actor: Callable
) -> None:
    for username in ("amina", "regine"):
        actor = world.actor(username)
        with as_actor(actor), pytest.raises(ProgrammingError), transaction.atomic():
            network_insured(2024, 2025)


def test_another_tenants_enrolments_are_not_counted(world: World, as_actor: Callable) -> None:
    with as_actor(world.actor("amina")):
        assert insured_by_unit(world.tenants["INEZA"], [2025]) == []
        assert insured_by_commune(world.tenants["INEZA"], 2025, UNTIL) == []


def test_past_years_of_the_demonstration(demo_network: None, as_actor: Callable) -> None:
    conamus = Federation.objects.get(code="CONAMUS")
    munasa = Federation.objects.get(code="MUNASA")
    with as_actor(system_actor(conamus.pk, "essai")):
        everyone = past_years()
        own = past_years([munasa.pk])
    assert sum(past.households for past in everyone if past.label == "2019") == 17_345
    assert [past.households for past in own if past.label == "2019"] == [9_025]
    assert [past.starts_year for past in everyone] == sorted(p.starts_year for p in everyone)


def test_nothing_hidden_from_the_regulator_comes_back_by_subtraction(
    world: World, as_actor: Callable
) -> None:
    """Two households beside seven: total less what is shown must not leave the two."""
    amina = world.actor("amina")
    sections = [("UMU-S1", "N-GI-01-1-1", 2), ("UMU-S2", "N-GI-01-1-2", 7)]
    with as_actor(amina):
        for rank, (unit, colline, households) in enumerate(sections):
            for n in range(households):
                place = world.places[colline]
                household = Household.objects.create(
                    tenant_id=amina.tenant_id,
                    unit_id=world.units[unit],
                    colline_id=place,
                    number=f"UMU-9{rank}{n:02d}",
                    registered_on=date(2025, 11, 1),
                )
                Enrolment.objects.create(
                    tenant_id=amina.tenant_id, household=household, unit_id=household.unit_id,
                    year_id=2026, colline_id=place, enrolled_on=date(2025, 11, 1),
                    is_renewal=False, head_sex="M", males=3, females=3,
                )  # fmt: skip
    release_all_figures(on=date(2025, 11, 2))
    with as_actor(world.actor("regine")):
        counts, communes = released_insured(2026, 2026), rows_of(SHOWN, 2026, UNTIL)
    assert [count.households for count in counts] == [None, None]
    assert [count.male_heads for count in counts] == [None, None]
    assert communes == [{"households": None, "people": None}] * 2
