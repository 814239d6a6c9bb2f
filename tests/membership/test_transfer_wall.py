"""What raw SQL makes of transfers: one federation never answers in the place of the other."""

import pytest
from django.db import connection

from membership.models import Enrolment, Transfer
from membership.services.transfers import (
    accept_transfer,
    propose_transfer,
    refuse_transfer,
    withdraw_transfer,
)
from tests.membership.families import TODAY
from tests.walls import changed

MANAGER, AGENT, HOST = "amina", "agnes", "bernard"
_PROPOSED = {"state": "proposed", "proposed_by": "Amina Nduwimana"}
_INSERT = """
INSERT INTO membership_transfer (tenant_id, household_id, destination_id, number, head_name, people,
    leaves_on, because, proposed_at, answer, state, proposed_by, answered_by, answered_at,
    opened_household_id, destination_unit_id)
VALUES (%s, %s, %s, 'UMU-1001', 'Kéza', '[]', '2025-06-30', '', now(), '', %s, %s, %s, %s, %s, %s)
"""


def _values(world, **said) -> list:
    row = {
        **_PROPOSED, "answered_by": "", "answered_at": None, "opened_household_id": None,
        "destination_unit_id": None, **said,
    }  # fmt: skip
    parties = (world.tenants["UMUCO"], world.households["UMU-1001"], world.tenants["INEZA"])
    return [*parties, *row.values()]


def _answer_of(world) -> dict:
    return {
        "state": "accepted", "answered_by": "Bernard Ntahomvukiye", "answered_at": TODAY,
        "opened_household_id": world.households["INE-1001"],
        "destination_unit_id": world.units["INE-S1"],
    }  # fmt: skip


def _propose(world, amina) -> Transfer:
    return propose_transfer(
        actor=amina, household_id=world.households["UMU-1001"], version=None,
        destination_id=world.tenants["INEZA"], leaves_on=TODAY,
    )  # fmt: skip


@pytest.mark.parametrize(("username", "count"), [(MANAGER, 1), (AGENT, 0)])
def test_it_begins_proposed_by_who_decides(world, as_actor, username, count) -> None:
    actor = world.actor(username)
    with as_actor(actor):
        assert changed(_INSERT, *_values(world, proposed_by=actor.name)) == count


def test_it_is_proposed_in_the_own_name(world, amina) -> None:
    assert not changed(_INSERT, *_values(world, proposed_by="Agnès Irakoze"))


def test_nothing_of_an_answer_is_there_from_the_beginning(world, amina) -> None:
    answer = _answer_of(world)
    assert not changed(_INSERT, *_values(world, **answer))
    for column, value in answer.items():
        assert not changed(_INSERT, *_values(world, **{column: value})), column


def test_the_origin_does_not_count_a_lost_household_as_kept(world, amina) -> None:
    """Neither by an acceptance of its own making, nor by changing what it had proposed."""
    household = world.households["UMU-1001"]
    Enrolment.objects.filter(household_id=household, year_id=2025).update(
        cancelled_on=TODAY, cancelled_because="essai"
    )
    _propose(world, amina)
    answer = _answer_of(world)
    told = ", ".join(f"{column} = %s" for column in answer)
    assert not changed(f"UPDATE membership_transfer SET {told}", *answer.values())
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM households_kept_elsewhere(2024, 2026)")
        assert cursor.fetchall() == []


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ("state = 'withdrawn', answered_by = 'Amina Nduwimana', answered_at = now()", 1),
        ("state = 'withdrawn', answered_by = 'Bernard Ntahomvukiye', answered_at = now()", 0),
        ("state = 'refused', answered_by = 'Amina Nduwimana', answer = 'essai'", 0),
        ("state = 'accepted', answered_by = 'Amina Nduwimana'", 0),
        ("state = 'withdrawn', answered_by = 'Amina Nduwimana', opened_household_id = id", 0),
        ("leaves_on = '2025-01-01'", 0),
        ("people = '[]'", 0),
    ],
)
def test_the_origin_takes_back_and_changes_nothing_else(world, amina, change, count) -> None:
    _propose(world, amina)
    assert changed(f"UPDATE membership_transfer SET {change}") == count


def test_what_was_answered_stays(world, as_actor) -> None:
    amina, bernard = world.actor(MANAGER), world.actor(HOST)
    again = "UPDATE membership_transfer SET state = %s, answered_by = %s"
    with as_actor(amina):
        refused = _propose(world, amina)
    with as_actor(bernard):
        assert not changed(again, "accepted", bernard.name), "its own hand writes no row of another"
        refuse_transfer(actor=bernard, transfer_id=refused.pk, answer="essai")
    with as_actor(amina):
        withdrawn = _propose(world, amina)
        withdraw_transfer(actor=amina, transfer_id=withdrawn.pk)
        accepted = _propose(world, amina)
    with as_actor(bernard):
        accept_transfer(
            actor=bernard, transfer_id=accepted.pk, unit_id=world.units["INE-S1"],
            is_outside_zone=True,
        )  # fmt: skip
    with as_actor(amina):
        states = set(Transfer.objects.values_list("state", flat=True))
        assert states == {"refused", "withdrawn", "accepted"}
        for row in (refused, withdrawn, accepted):
            where = f"{again} WHERE id = {row.pk}"
            assert not changed(where, "withdrawn", amina.name)
            assert not changed(where, "proposed", "")
