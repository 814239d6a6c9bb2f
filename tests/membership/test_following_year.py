"""The years are not always written in their order: who came back is told by what is there now."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from federations.tenancy.actor import Actor
from membership.models import Enrolment, Household
from membership.rules.indicators import Part, total_flows
from membership.selectors.indicators import Breakdown, counted_enrolments, year_flows
from membership.selectors.insured import insured_by_unit, total_insured
from membership.selectors.progress import network_progress, progress_by_unit, total_progress
from membership.services.enrolments import enrol, undo_enrolment
from membership.services.households import register_household
from membership.services.renewals import renew_households
from membership.services.transfers import accept_transfer, propose_transfer
from tests.membership.families import TODAY, family
from tests.membership.importing import csv_of, head, loaded, outcomes
from tests.membership.money import owing, paid
from tests.world import World

Scope = Callable[[Actor], Any]
#: A day on which households sign for this year still, and for the next one.
IN_NOVEMBER = date(2025, 11, 20)


def _kept(actor: Actor, year: int) -> tuple[int, int]:
    """Return the households of the year before and those that are enrolled again.

    By the indicators, the campaign, the counts of the portal: all must say the same.
    """
    flows = total_flows(one.flows for one in year_flows(actor, year))
    campaign = total_progress(one.progress for one in progress_by_unit(actor, year, on=TODAY))
    counts = insured_by_unit(actor.tenant_id, [year - 1, year])
    before, now = (
        total_insured(one for one in counts if one.year == of) for of in (year - 1, year)
    )
    told = {
        (flows.before_households, flows.kept_in_network),
        (campaign.before, campaign.renewed),
        (before.households, now.renewals),
    }
    assert len(told) == 1, told
    return told.pop()


def _listed(actor: Actor, year: int, part: Part) -> int:
    rows = counted_enrolments(actor, year=year, by=Breakdown.UNIT, group=None, part=part)
    return rows.count()


def _begins_anew(world: World, actor: Actor, number: str = "UMU-1001") -> Enrolment:
    """Let a household that never paid for 2024 sign 2025; return its enrolment of 2024."""
    before = owing(number, year=2024)
    Enrolment.objects.filter(household__number=number, year_id=2025).update(cancelled_on=TODAY)
    enrol(actor=actor, household_id=world.households[number], year=2025, enrolled_on=TODAY)
    return before


def test_an_unpaid_year_that_is_cancelled_takes_the_return_along(
    world: World, as_actor: Scope, sign_in: Callable[[str], Client]
) -> None:
    amina, clara = world.actor("amina"), world.actor("clara")
    with as_actor(amina):
        before = _begins_anew(world, amina)
        assert _kept(amina, 2025) == (4, 4)
        undo_enrolment(actor=amina, enrolment_id=before.pk, because="jamais payé")
        assert _kept(amina, 2025) == (3, 3)
    with as_actor(clara):
        umuco = {row.name: row.progress for row in network_progress(clara, 2025)}[
            "Fédération Umuco"
        ]
    assert (umuco.before, umuco.renewed, umuco.left, umuco.new) == (3, 3, 0, 3)
    page = sign_in("amina").get(f"/unites/{world.units['UMU-S1']}/chiffres/")
    assert page.context["row"].retention == "100\u202f%"
    # Enrolled for 2024 after all, it has come back after all.
    with as_actor(amina):
        enrol(
            actor=amina, household_id=world.households["UMU-1001"], year=2024,
            enrolled_on=date(2024, 1, 15), backdating_reason="feuille retrouvée",
        )  # fmt: skip
        assert _kept(amina, 2025) == (4, 4)


def test_last_year_s_register_brought_after_the_campaign(
    world: World, as_actor: Scope, tmp_path: Path
) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        one = Household.objects.get(number="UMU-1002")
        person = one.members.get(relationship="head")
        rows = [
            head(
                number="UMU-1002", former="", enrolled="15/11/2023", due="20000", paid="20000",
                person=person.number, family=person.family_name, given=person.given_name,
                birth=f"{person.birth_date:%d/%m/%Y}", key="",
            )
        ]  # fmt: skip
        run = loaded(amina, tmp_path, csv_of(rows), kind="past_register")
        assert outcomes(run) == {"changed": 1}
        assert _kept(amina, 2025) == (5, 5)
        found = Enrolment.objects.get(household=one, year_id=2025)
        # What was signed stays: the day, the dues, and that it was a first enrolment.
        assert (found.is_renewal, found.is_returning, found.is_same_unit) == (False, True, True)
        assert _listed(amina, 2025, Part.GONE) == 0
        assert _listed(amina, 2025, Part.KEPT_IN_UNIT) == 5


@pytest.mark.parametrize("whole_section", [False, True])
def test_this_year_signed_after_the_next(
    world: World, as_actor: Scope, settings: Any, whole_section: bool
) -> None:
    settings.BUSINESS_DATE = IN_NOVEMBER
    amina = world.actor("amina")
    with as_actor(amina):
        made = register_household(
            actor=amina,
            facts=family(world, registered_on=date(2025, 11, 18)),
            is_confirmed=True,
        )
        signed = {"actor": amina, "enrolled_on": IN_NOVEMBER}
        paid(amina, enrol(household_id=made.pk, year=2026, **signed), received_on=IN_NOVEMBER)
        before = _kept(amina, 2026)
        if whole_section:
            renew_households(unit_id=made.unit_id, year=2025, household_ids=[made.pk], **signed)
        else:
            enrol(household_id=made.pk, year=2025, **signed)
        assert _kept(amina, 2026) == (before[0] + 1, before[1] + 1)
        assert _listed(amina, 2026, Part.KEPT_IN_UNIT) == 1


def _transfer(world: World, as_actor: Scope, on: date) -> Household:
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        row = propose_transfer(
            actor=amina, household_id=world.households["UMU-1001"],
            destination_id=world.tenants["INEZA"], version=None, leaves_on=on,
            because="déménagement",
        )  # fmt: skip
    with as_actor(bernard):
        return accept_transfer(
            actor=bernard, transfer_id=row.pk, unit_id=world.units["INE-S1"],
            colline_id=world.places["N-GI-01-1-1"],
        )  # fmt: skip


def test_two_years_that_change_federation_together_are_of_one_unit(
    world: World, as_actor: Scope, settings: Any
) -> None:
    settings.BUSINESS_DATE = IN_NOVEMBER
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        signed = {"household_id": world.households["UMU-1001"], "enrolled_on": IN_NOVEMBER}
        enrol(actor=amina, year=2026, **signed)
    made = _transfer(world, as_actor, IN_NOVEMBER)
    with as_actor(bernard):
        rows = Enrolment.objects.filter(household=made).order_by("year_id")
        assert [(row.is_renewal, row.is_same_unit) for row in rows] == [(True, False), (True, True)]
        # Of 2025 there are three of Ineza's own and the one that came, which alone signed 2026.
        assert _kept(bernard, 2026) == (4, 1)
        assert _listed(bernard, 2026, Part.KEPT_IN_UNIT) == 1
        assert _listed(bernard, 2026, Part.GONE) == 3


def test_who_never_paid_and_enrols_in_another_federation_is_no_loss(
    world: World, as_actor: Scope
) -> None:
    amina, bernard, clara = (world.actor(name) for name in ("amina", "bernard", "clara"))
    with as_actor(amina):
        owing("UMU-1001", year=2024)
        Enrolment.objects.filter(household__number="UMU-1001", year_id=2025).update(
            cancelled_on=TODAY
        )
    made = _transfer(world, as_actor, TODAY)
    with as_actor(amina):
        assert _kept(amina, 2025) == (4, 3)
    with as_actor(bernard):
        row = enrol(actor=bernard, household_id=made.pk, year=2025, enrolled_on=TODAY)
        assert not row.is_renewal
        assert _kept(bernard, 2025) == (2, 2)
    with as_actor(amina):
        assert _kept(amina, 2025) == (4, 4)
    with as_actor(clara):
        lines = network_progress(clara, 2025)
        assert [(one.progress.before, one.progress.renewed) for one in lines] == [(2, 2), (4, 4)]
