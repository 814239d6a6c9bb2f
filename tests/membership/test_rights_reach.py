"""The rights check where it is hard: old cards, transfers, several absences, fishing."""

from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction

from conamus.kernel.errors import DomainError
from membership.models import Beneficiary, Card, Household, SigningKey
from membership.rules.rights import read_query
from membership.selectors.rights import coverage_of_household
from membership.services.cards import _SERIAL_LENGTH, _SERIAL_LETTERS
from membership.services.merges import merge_people
from membership.services.rights import Outcome
from membership.services.standing import close_household, reinstate, strike_off
from membership.services.transfers import accept_transfer, propose_transfer
from tests.membership.asking import ask as _ask
from tests.membership.asking import numbers as _numbers
from tests.membership.families import TODAY

_RAW = "SELECT number FROM rights_facts(%s, %s, '', NULL, %s, 'essai')"


def test_a_serial_without_a_digit_is_no_name(world, as_actor) -> None:
    serial = "BCDEFGHJKM"
    with as_actor(world.system("UMUCO")):
        tenant = world.tenants["UMUCO"]
        key = SigningKey.objects.create(
            tenant_id=tenant, key_id="essai-1", public_key="-", sealed_private_key="-",
            valid_from=TODAY,
        )  # fmt: skip
        Card.objects.create(
            tenant_id=tenant, household_id=world.households["UMU-1003"], serial=serial, key=key,
            payload="-", issued_on=TODAY, expires_on=TODAY, issued_by="essai",
        )  # fmt: skip
    for typed in (serial, f" {serial.lower()} "):
        assert _numbers(_ask(world, as_actor, "fabrice", typed)) == ["UMU-1003-0"]
    assert _ask(world, as_actor, "fabrice", "ZZZZZZZZZZ").outcome is Outcome.NOBODY


def test_every_serial_that_can_be_drawn_is_read_as_one() -> None:
    letters = "".join(letter for letter in _SERIAL_LETTERS if not letter.isdigit())
    for start in range(len(letters)):
        serial = (letters[start:] + letters)[:_SERIAL_LENGTH]
        assert read_query(serial, birth_year=None, today=TODAY).codes == (serial,)


def _pass_on(world, as_actor, household: int, leaves: str, comes: str, unit: str) -> Household:
    """Transfer a household from the federation of one manager to that of another."""
    there, here = world.actor(leaves), world.actor(comes)
    with as_actor(there):
        row = propose_transfer(
            actor=there, household_id=household, version=None, leaves_on=TODAY,
            destination_id=here.tenant_id, because="déménagement",
        )  # fmt: skip
    with as_actor(here):
        return accept_transfer(
            actor=here,
            transfer_id=row.pk,
            unit_id=world.units[unit],
            colline_id=world.places["N-GI-01-1-1"],
        )


def test_a_card_leads_to_who_came_back_after_two_transfers(world, as_actor) -> None:
    with as_actor(world.system("UMUCO")):
        Household.objects.filter(number="UMU-1001").update(phone="79123456")
    away = _pass_on(world, as_actor, world.households["UMU-1001"], "amina", "bernard", "INE-S1")
    assert _numbers(_ask(world, as_actor, "fabrice", "UMU-1001-0")) == [f"{away.number}-01"]
    home = _pass_on(world, as_actor, away.pk, "bernard", "amina", "UMU-S2")
    all_three = [f"{home.number}-{rank:02}" for rank in (1, 2, 3)]
    for text in ("UMU-1001", away.number, home.number, "79123456"):
        answer = _ask(world, as_actor, "fabrice", text)
        assert _numbers(answer) == all_three, text
        assert answer.open_count == 3, text
    for text in ("UMU-1001-0", f"{away.number}-01"):
        assert _numbers(_ask(world, as_actor, "fabrice", text)) == all_three[:1], text
    again = _pass_on(world, as_actor, home.pk, "amina", "bernard", "INE-S1")
    assert _numbers(_ask(world, as_actor, "fabrice", "UMU-1001-0")) == [f"{again.number}-01"]


def test_whoever_asks_by_a_former_number_is_told_where_it_leads_today(
    world, as_actor, sign_in
) -> None:
    away = _pass_on(world, as_actor, world.households["UMU-1001"], "amina", "bernard", "INE-S1")
    for text in ("UMU-1001", "UMU-1001-0"):
        told = {one.former_number for one in _ask(world, as_actor, "fabrice", text).people}
        assert told == {text}
    for text in (away.number, f"{away.number}-01", "INE-1001"):
        told = {one.former_number for one in _ask(world, as_actor, "fabrice", text).people}
        assert told == {""}
    page = sign_in("fabrice").post("/droits/", {"text": "UMU-1001-0"}).content.decode()
    assert "« UMU-1001-0 » est un ancien numéro" in page
    assert f"aujourd’hui {away.number}-01" in page
    assert "Ineza" in page
    whole = sign_in("fabrice").post("/droits/", {"text": "UMU-1001"}).content.decode()
    assert whole.count("est un ancien numéro") == 1
    assert f"« UMU-1001 » est un ancien numéro : aujourd’hui {away.number}." in whole


def test_who_was_merged_after_a_transfer_is_followed_too(world, as_actor) -> None:
    away = _pass_on(world, as_actor, world.households["UMU-1001"], "amina", "bernard", "INE-S1")
    bernard = world.actor("bernard")
    with as_actor(bernard):
        kept = Beneficiary.objects.get(number="INE-1002-2")
        dropped = Beneficiary.objects.get(number=f"{away.number}-03")
        merge_people(
            actor=bernard, kept_id=kept.pk, dropped_id=dropped.pk, because="une seule personne"
        )
    assert _numbers(_ask(world, as_actor, "fabrice", "UMU-1001-2")) == ["INE-1002-2"]


def test_who_left_before_the_transfer_stays_gone(world, as_actor) -> None:
    with as_actor(world.system("UMUCO")):
        Beneficiary.objects.filter(number="UMU-1001-2").update(
            left_on=date(2025, 5, 1), left_because="departure"
        )
    _pass_on(world, as_actor, world.households["UMU-1001"], "amina", "bernard", "INE-S1")
    [person] = _ask(world, as_actor, "fabrice", "UMU-1001-2").people
    assert (person.number, person.code) == ("UMU-1001-2", "left")


def test_every_hole_stays_without_rights(world, as_actor) -> None:
    """Out from 1 May to 1 June, then again from 15 to 20 June: both stay known."""
    amina = world.actor("amina")
    key = world.households["UMU-1003"]
    given = {"actor": amina, "household_id": key}
    with as_actor(amina):
        close_household(**given, version=None, on=date(2025, 5, 1), because="parti")
        reinstate(**given, on=date(2025, 6, 1), because="revenu")
        for leave in (strike_off, close_household):
            with pytest.raises(DomainError, match="réintégré le 01/06/2025") as refused:
                leave(**given, version=None, on=date(2025, 5, 15), because="faux papiers")
            assert refused.value.field == "on"
        strike_off(**given, version=None, on=date(2025, 6, 15), because="faux papiers")
    out = {date(2025, 5, 15): "household_closed", date(2025, 6, 15): "struck_off"}
    for on, code in out.items():
        assert _ask(world, as_actor, "fabrice", "UMU-1003", on=on).people[0].code == code
    with as_actor(amina):
        reinstate(**given, on=date(2025, 6, 20), because="Assemblée")
    days = {
        date(2025, 4, 30): True, date(2025, 5, 1): False, date(2025, 5, 31): False,
        date(2025, 6, 1): True, date(2025, 6, 14): True, date(2025, 6, 15): False,
        date(2025, 6, 19): False, date(2025, 6, 20): True,
    }  # fmt: skip
    found = {
        on: _ask(world, as_actor, "fabrice", "UMU-1003", on=on).people[0].is_open for on in days
    }
    assert found == days
    with as_actor(amina):
        own = {on: coverage_of_household(key, on)[0][1].is_open for on in days}
    assert own == days


def test_the_function_answers_nobody_outside_a_scope(world) -> None:
    for settings in ({}, {"app.tenant_id": "2"}, {"app.actor_role": "facility_user"}):
        with (
            pytest.raises(ProgrammingError, match="denied outside a scope"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SET LOCAL ROLE conamus_facility")
            for name, value in settings.items():
                cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
            cursor.execute(_RAW, [["UMU-1001"], [], TODAY])


@pytest.mark.parametrize(
    ("query", "values"),
    [
        (_RAW, [[f"UMU-100{rank}" for rank in range(1, 7)], [], TODAY]),
        (_RAW, [[], ["79123456", "79123457", "79123458"], TODAY]),
    ],
)
def test_a_check_is_about_one_number_in_its_spellings(query, values, world, as_actor) -> None:
    with (
        pytest.raises(ProgrammingError, match="more than one check"),
        as_actor(world.actor("fabrice")),
        connection.cursor() as cursor,
    ):
        cursor.execute(query, values)


def test_one_check_after_another_is_answered_by_the_database(world, as_actor) -> None:
    with as_actor(world.actor("fabrice")), connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute(_RAW, [["UMU-1001", "UMU-1003"], [], TODAY])
            assert len(cursor.fetchall()) == 4
