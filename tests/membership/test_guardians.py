"""Children whose only parent died or left: covered to the year's end, somebody answers for them."""

from datetime import date

import pytest
from django.urls import reverse

from conamus.kernel.errors import DomainError
from membership.models import Beneficiary, Household, LifeEvent
from membership.selectors.rights import coverage_of_household
from membership.services.corrections import HouseholdDetails, correct_household, correct_person
from membership.services.enrolments import enrol
from membership.services.guardians import Guardian
from membership.services.households import register_household
from membership.services.life_events import (
    add_dependant,
    name_new_head,
    record_death,
    record_departure,
)
from membership.services.people import PersonFacts
from membership.services.transfers import accept_transfer, propose_transfer
from tests.membership.families import TODAY, family, head, person
from tests.membership.money import owing, paid

AUNT = Guardian("Béatrice  Niyonkuru", "79 12 34 56")


@pytest.fixture
def alone(world, as_actor) -> Household:
    """A mother of 40 with children of 9 and 6, paid for 2025 and covered."""
    amina = world.actor("amina")
    mother = head(given_name="Odette", sex="F")
    children = (
        person("Ange", birth_date=date(2016, 1, 3)),
        person("Bella", birth_date=date(2019, 1, 3)),
    )
    with as_actor(amina):
        made = register_household(actor=amina, facts=family(world, mother, *children))
        enrol(actor=amina, household_id=made.pk, year=2025, enrolled_on=TODAY)
        paid(amina, owing(made.number, contribution_francs=21_000, joining_fee_francs=0))
    return made


def _people(household: Household) -> list[Beneficiary]:
    return list(Beneficiary.objects.filter(household=household).order_by("number"))


def _orphaned(agnes, household: Household, **more) -> Beneficiary:
    mother, eldest, _ = _people(household)
    return record_death(
        actor=agnes, person_id=mother.pk, died_on=TODAY, new_head_id=eldest.pk, **more
    )


def _answers(household: Household) -> tuple[str, str]:
    row = Household.objects.get(pk=household.pk)
    return row.guardian_name, row.guardian_phone


@pytest.mark.parametrize("leaving", ["death", "departure"])
def test_the_children_stay_covered_to_the_year_s_end(alone, leaving, world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        mother, eldest, youngest = _people(alone)
        given = {"actor": agnes, "person_id": mother.pk, "new_head_id": eldest.pk}

        def leave(**more):
            if leaving == "death":
                return record_death(died_on=TODAY, **given, **more)
            return record_departure(left_on=TODAY, because="departure", **given, **more)

        with pytest.raises(DomainError, match="nommez qui en répond") as refused:
            leave()
        assert refused.value.field == "guardian_name"
        with pytest.raises(DomainError):
            leave(guardian=Guardian("Béatrice", "12"))
        leave(guardian=AUNT)
        assert _answers(alone) == ("Béatrice Niyonkuru", "79123456")
        for day, is_open in ((date(2025, 12, 31), True), (date(2026, 1, 1), False)):
            rights = {one.pk: found for one, found in coverage_of_household(alone.pk, day)}
            assert [rights[one.pk].is_open for one in (eldest, youngest)] == [is_open] * 2
        note = LifeEvent.objects.get(household=alone, kind="new_head").note
        assert note.endswith("mineur ; répond : Béatrice Niyonkuru")


def test_somebody_of_age_goes_first(alone, world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        add_dependant(
            actor=agnes, household_id=alone.pk, joined_on=TODAY,
            facts=person("Grâce", "other", birth_date=date(2000, 1, 1)),
        )  # fmt: skip
        mother, eldest, _, sister = _people(alone)
        given = {"actor": agnes, "person_id": mother.pk, "died_on": TODAY, "guardian": AUNT}
        with pytest.raises(DomainError, match="moins de 15 ans : choisissez quelqu’un d’autre"):
            record_death(new_head_id=eldest.pk, **given)
        record_death(new_head_id=sister.pk, **given)
        assert _answers(alone) == ("", "")


def test_the_life_of_the_household_goes_on(alone, world, as_actor) -> None:
    """An aunt joins and takes the place: nobody has to answer for it any more."""
    agnes, amina = world.actor("agnes"), world.actor("amina")
    with as_actor(agnes):
        _orphaned(agnes, alone, guardian=AUNT)
        child = _people(alone)[1]
        corrected = correct_person(
            actor=agnes, person_id=child.pk, version=Household.objects.get(pk=alone.pk).version,
            joined_on=child.joined_on,
            facts=PersonFacts(
                family_name=child.family_name, given_name="Angèle", sex=child.sex,
                relationship="head", birth_date=date(2016, 3, 3),
            ),
        )  # fmt: skip
        assert corrected.birth_date == date(2016, 3, 3)
        aunt = add_dependant(
            actor=agnes, household_id=alone.pk, joined_on=TODAY,
            facts=person("Béatrice", "other", birth_date=date(1990, 1, 1)),
        )  # fmt: skip
        name_new_head(
            actor=agnes, household_id=alone.pk, new_head_id=aunt.pk, named_on=TODAY,
            former_becomes="child",
        )  # fmt: skip
        assert _answers(alone) == ("", "")
    with as_actor(amina), pytest.raises(DomainError, match="choisissez quelqu’un d’autre"):
        name_new_head(
            actor=amina, household_id=alone.pk, new_head_id=child.pk, named_on=TODAY,
            former_becomes="other",
        )  # fmt: skip


def test_somebody_always_answers_and_may_change(alone, world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        _orphaned(agnes, alone, guardian=AUNT)
        row = Household.objects.get(pk=alone.pk)

        def correct(guardian):
            return correct_household(
                actor=agnes, household_id=row.pk,
                version=Household.objects.get(pk=alone.pk).version,
                details=HouseholdDetails(
                    colline_id=row.colline_id, category=row.category, phone="", other_cover="",
                    other_cover_number="", guardian=guardian,
                ),
            )  # fmt: skip

        with pytest.raises(DomainError, match="nommez qui en répond"):
            correct(Guardian())
        correct(Guardian("Pie Ndayizeye", ""))
        assert _answers(alone) == ("Pie Ndayizeye", "")


def test_who_answers_goes_along_to_another_federation(alone, world, as_actor) -> None:
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        _orphaned(amina, alone, guardian=AUNT)
        row = propose_transfer(
            actor=amina, household_id=alone.pk, version=None,
            destination_id=bernard.tenant_id, leaves_on=TODAY, because="chez la tante",
        )  # fmt: skip
    with as_actor(bernard):
        made = accept_transfer(
            actor=bernard, transfer_id=row.pk, unit_id=world.units["INE-S1"], is_outside_zone=True
        )
        assert _answers(made) == ("Béatrice Niyonkuru", "79123456")


def test_the_pages_ask_and_show_who_answers(alone, world, as_actor, sign_in) -> None:
    client = sign_in("agnes")
    with as_actor(world.actor("agnes")):
        mother, eldest, _ = _people(alone)
    at = reverse("household_person_death", args=[mother.pk])
    assert "Qui répond des enfants" in client.get(at).content.decode()
    sent = {"died_on": "2025-06-30", "new_head": eldest.pk}
    refused = client.post(at, {**sent, "guardian_name": "", "guardian_phone": ""})
    assert refused.status_code == 422
    assert "nommez qui en répond" in str(refused.context["form"].errors["guardian_name"])
    told = {"guardian_name": "Béatrice Niyonkuru", "guardian_phone": "79123456"}
    assert client.post(at, {**sent, **told}).status_code == 302
    page = client.get(reverse("household_detail", args=[alone.pk])).content.decode()
    assert "Béatrice Niyonkuru, 79123456" in page
    edit = client.get(reverse("household_edit", args=[alone.pk])).content.decode()
    assert 'value="Béatrice Niyonkuru"' in edit
