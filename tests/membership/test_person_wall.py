"""What raw SQL makes of people: nobody is given the identifier of who is somewhere else."""

from datetime import date

import pytest
from django.db import connection

from membership.models import Beneficiary
from membership.services.life_events import record_death, record_departure
from membership.services.standing import reinstate, strike_off
from membership.services.taken_back import take_back_leaving
from tests.conftest import reading_all_tenants
from tests.membership.families import TODAY
from tests.membership.test_one_household import CLOSED_ON, NUMBER, _enter, _record
from tests.walls import changed

MANAGER, AGENT, HOST = "amina", "agnes", "bernard"
_SAID = "sort_key, search_key, given_key, phonetic_key, sex, birth_date, is_birth_estimated"
_AS = f"""
INSERT INTO membership_beneficiary (tenant_id, household_id, number, person_id, family_name,
    given_name, {_SAID}, relationship, phone, identity_paper, joined_on, left_because)
SELECT tenant_id, household_id, 'UMU-1001-9', %s, family_name, given_name, {_SAID}, 'other', phone,
    identity_paper, '2025-06-30', '' FROM membership_beneficiary WHERE number = 'UMU-1001-2'
"""
_DIES = "UPDATE membership_beneficiary SET died_on = '2025-01-10' WHERE number = %s"
_BACK = (
    "UPDATE membership_beneficiary SET left_on = NULL, left_because = '', died_on = NULL"
    " WHERE number = %s"
)


@pytest.fixture
def ange(world, as_actor) -> Beneficiary:
    """A girl of UMU-1002, of another birthday than her homonyms of the other households."""
    with as_actor(world.actor(MANAGER)):
        Beneficiary.objects.filter(number=NUMBER).update(birth_date=date(2012, 5, 17))
        return _record()


def _told(number: str) -> str:
    """The identifier of a record of another federation, as a check of rights tells it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM rights_facts(ARRAY[%s], '{}', '', NULL, '2025-06-30', 'x')",
            [number],
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize("username", [MANAGER, AGENT])
def test_a_record_stays_the_persons(world, as_actor, username) -> None:
    with as_actor(world.actor(username)):
        stranger = _told("INE-1001-0")
        mine = "UPDATE membership_beneficiary SET {} WHERE number = 'UMU-1001-2'"
        assert not changed(mine.format("person_id = %s, died_on = '2025-01-10'"), stranger)
        assert not changed(mine.format("person_id = %s"), stranger)
        assert not changed(mine.format("person_id = gen_random_uuid()"))
        assert not changed(mine.format("household_id = %s"), world.households["UMU-1002"])
        assert changed(mine.format("given_name = 'Ange'")) == 1
        assert changed(mine.format("died_on = '2025-01-10'")) == 1


@pytest.mark.parametrize("username", [MANAGER, AGENT])
def test_nobody_is_entered_who_is_elsewhere(world, as_actor, username) -> None:
    with as_actor(world.actor(username)):
        assert not changed(_AS, _told("INE-1001-0"))
        assert changed(_AS, "5b2e6e0c-3c38-4c1c-8b0d-0c9d6f1a7e11") == 1


def test_another_federation_takes_its_household_back(world, as_actor) -> None:
    """Nothing that was written here keeps it from that."""
    bernard, household = world.actor(HOST), world.households["INE-1001"]
    with as_actor(world.actor(AGENT)):
        stranger = _told("INE-1001-0")
        assert not changed(
            "UPDATE membership_beneficiary SET person_id = %s, died_on = '2025-01-10'"
            " WHERE number = 'UMU-1001-2'",
            stranger,
        )
    with as_actor(bernard):
        strike_off(
            actor=bernard, household_id=household, version=None, on=CLOSED_ON, because="essai"
        )
        back = reinstate(actor=bernard, household_id=household, on=TODAY, because="essai")
        assert back.closed_on is None
    with reading_all_tenants():
        assert Beneficiary.objects.filter(person_id=stranger).count() == 1


def test_who_went_to_another_federation_dies_and_comes_back_there_alone(
    ange, world, as_actor
) -> None:
    """The old record bears the same identifier: what is written in it tells of the person too."""
    amina, bernard = world.actor(MANAGER), world.actor(HOST)
    with as_actor(amina):
        record_departure(actor=amina, person_id=ange.pk, left_on=CLOSED_ON, because="departure")
        assert changed(_BACK, NUMBER) == 1
        assert not changed(_AS, _told("INE-1001-0"))
        assert changed(_AS, ange.person_id) == 1, "who has left may enter another household"
    with as_actor(bernard):
        made = _enter(world, bernard, "INE-1001", ange)
    for username in (MANAGER, AGENT):
        with as_actor(world.actor(username)):
            assert not changed(_DIES, NUMBER)
            assert not changed(_BACK, NUMBER)
    with as_actor(bernard):
        record_death(actor=bernard, person_id=made.pk, died_on=TODAY)
    with as_actor(amina):
        assert not changed(_BACK, NUMBER)
        assert not changed(_AS, ange.person_id), "nobody is entered who has died"


def test_a_leaving_is_taken_back_by_who_decides(ange, world, as_actor) -> None:
    amina = world.actor(MANAGER)
    with as_actor(amina):
        record_death(actor=amina, person_id=ange.pk, died_on=date(2025, 6, 26))
    later = "UPDATE membership_beneficiary SET left_on = '2025-12-31' WHERE number = %s"
    for username, count in ((MANAGER, 1), (AGENT, 0)):
        with as_actor(world.actor(username)):
            assert changed(_BACK, NUMBER) == count
            assert not changed(later, NUMBER)
            assert not changed(_DIES, NUMBER), "a day of death is not moved"
    with as_actor(amina):
        take_back_leaving(actor=amina, person_id=ange.pk, because="erreur")
        assert _record().left_on is None
