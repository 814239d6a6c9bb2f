"""Sections of more than a thousand households: renewed and received as a whole, page by page."""

import gzip
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.measure import table_queries
from conamus.pages.picking import write_keys
from federations.models import Job
from membership.models import Beneficiary, Enrolment, Household, Transfer
from membership.services.enrolments import undo_enrolment
from membership.services.transfers import propose_transfer
from membership.services.units_move import RECEIVE_JOB
from tests.membership.families import TODAY
from tests.picking import enter_presses, picked_form

RENEW, RECEIVE = "/menages/renouveler/", "/transferts/accueillir/"
#: Above what Django takes of fields in one form.
MANY = 1_100
_LIGHT = 15_000
_TYPED = {"enrolled_on": "12/03/2025", "backdating_reason": "Carnet de la colline"}


@pytest.fixture
def large(world, as_actor):
    """Section 1 of UMUCO with 1,100 households more, of one person each, enrolled for 2024."""
    amina = world.actor("amina")
    with as_actor(amina):
        like = Household.objects.get(pk=world.households["UMU-1001"])
        before = Enrolment.objects.get(household=like, year_id=2024)
        rows = Household.objects.bulk_create(_copies(like, Household, range(MANY)))
        Beneficiary.objects.bulk_create(_head(row) for row in rows)
        enrolled = [
            _copy(before, Enrolment, household_id=row.pk, males=1, females=0) for row in rows
        ]
        Enrolment.objects.bulk_create(enrolled)
    return world


def _copies(like, model, numbers):
    return [_copy(like, model, number=f"UMU-8{n:04}") for n in numbers]


def _copy(like, model, **changed):
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    given = {name: getattr(like, name) for name in names}
    return model(**{**given, **changed})


def _head(household: Household) -> Beneficiary:
    return Beneficiary(
        tenant_id=household.tenant_id, household=household, number=f"{household.number}-01",
        family_name="Nkurunziza", given_name=f"Membre {household.number[-4:]}",
        relationship="head", sex="M", birth_date=date(1980, 1, 1), joined_on=date(2024, 1, 1),
    )  # fmt: skip


def _key(behind_the_wall, number: str) -> int:
    with behind_the_wall():
        return Household.objects.get(number=number).pk


def _enrolled(behind_the_wall) -> int:
    with behind_the_wall():
        found = Enrolment.objects.filter(household__number__startswith="UMU-8", year_id=2025)
        return found.filter(cancelled_on__isnull=True).count()


def test_a_section_of_more_than_a_thousand_is_renewed_but_those_unticked(
    large, sign_in, behind_the_wall
) -> None:
    client, address = sign_in("amina"), f"{RENEW}?unit={large.units['UMU-S1']}"
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address)
    assert len(table_queries(one["sql"] for one in asked)) <= 12
    text = page.content.decode()
    assert "1\u202f100 cochés sur 1\u202f100, toutes pages comprises&nbsp;; page 1 sur 22" in text
    assert len(gzip.compress(page.content)) <= _LIGHT
    # Unticked on the first page, and on the one that a search leads to.
    first = _key(behind_the_wall, "UMU-80003")
    form = picked_form(text, untick=(first,), turn="find", search="80777", **_TYPED)
    text = client.post(address, form).content.decode()
    assert all(value in text for value in _TYPED.values())
    assert "1\u202f099 cochés sur 1\u202f100" in text
    assert text.count('name="picked"') == 1
    text = client.post(address, picked_form(text, search="80777", turn="none")).content.decode()
    assert "1\u202f098 cochés sur 1\u202f100" in text
    last = client.post(address, picked_form(text, search="", turn="22"))
    assert len(gzip.compress(last.content)) <= _LIGHT
    text = last.content.decode()
    assert "UMU-81099" in text
    assert _enrolled(behind_the_wall) == 0
    form = picked_form(text, enrolled_on="30/06/2025")
    done = client.post(address, form, follow=True)
    assert "1\u202f098 ménages renouvelés pour 2025" in done.content.decode()
    assert "2 ménages de 2024 pas encore inscrits pour 2025" in done.content.decode()
    assert _enrolled(behind_the_wall) == MANY - 2


def test_nobody_is_renewed_who_was_not_listed(world, sign_in, as_actor, behind_the_wall) -> None:
    """Who joins the list after it was opened waits; who left it meanwhile is told."""
    amina, client = world.actor("amina"), sign_in("agnes")

    def undo(number: str) -> None:
        with as_actor(amina):
            row = Enrolment.objects.get(household__number=number, year_id=2025, cancelled_on=None)
            undo_enrolment(actor=amina, enrolment_id=row.pk, because="essai")

    undo("UMU-1001")
    opened = client.get(RENEW).content.decode()
    undo("UMU-1003")
    form = picked_form(opened, enrolled_on="30/06/2025")
    answer = client.post(RENEW, form, follow=True).content.decode()
    assert "1 ménage renouvelé pour 2025" in answer
    assert "1 ménage de plus depuis l’ouverture de la liste : à voir." in answer
    with behind_the_wall():
        assert not Enrolment.objects.filter(
            household__number="UMU-1003", year_id=2025, cancelled_on=None
        ).exists()
    again = client.post(RENEW, form, follow=True).content.decode()
    assert "0 ménage renouvelé" in again
    assert "1 ménage de la liste : inscrits ou partis entre-temps." in again
    other_year = client.post(RENEW, {**form, "year": "2026"})
    assert other_year.status_code == 422
    assert "La campagne 2025 est ouverte : relisez la liste." in other_year.content.decode()


def test_enter_shows_a_short_list_as_it_is_ticked_and_saves_nothing(
    world, sign_in, as_actor, behind_the_wall
) -> None:
    """In the day, on a box: « Tout cocher » is not what it presses."""
    amina, numbers = world.actor("amina"), ("UMU-1001", "UMU-1003")
    keys = [world.households[number] for number in numbers]
    with as_actor(amina):
        for row in Enrolment.objects.filter(household_id__in=keys, year_id=2025):
            undo_enrolment(actor=amina, enrolment_id=row.pk, because="essai")
        destination = world.tenants["INEZA"]
        proposed = propose_transfer(
            actor=amina, household_id=world.households["UMU-1002"], version=None,
            destination_id=destination, leaves_on=TODAY, because="déménagement",
        )  # fmt: skip
    for username, address, unticked in (
        ("agnes", RENEW, keys[0]),
        ("bernard", RECEIVE, proposed.pk),
    ):
        client = sign_in(username)
        opened = client.get(address).content.decode()
        listed = opened.count('name="picked"')
        sent = picked_form(opened, untick=(unticked,), **enter_presses(opened), **_TYPED)
        text = client.post(address, sent).content.decode()
        assert f"{listed - 1} coché" in text
        assert text.count('name="picked"') == listed
        assert text.count(" checked>") == listed - 1
    with behind_the_wall():
        running = Enrolment.objects.filter(year_id=2025, cancelled_on=None)
        assert not running.filter(household_id__in=keys).exists()
        assert Transfer.objects.get().state == Transfer.State.PROPOSED


def test_more_than_a_thousand_proposals_are_received_at_once(
    large, sign_in, as_actor, behind_the_wall
) -> None:
    amina = large.actor("amina")
    with as_actor(amina):
        rows = Household.objects.filter(number__startswith="UMU-8")
        Transfer.objects.bulk_create(
            Transfer(
                tenant_id=amina.tenant_id, destination_id=large.tenants["INEZA"],
                household=row, number=row.number, head_name=f"Nkurunziza {row.number}",
                people=[{}], leaves_on=TODAY, proposed_by=amina.name,
            )
            for row in rows
        )  # fmt: skip
    client = sign_in("bernard")
    page = client.get(RECEIVE)
    text = page.content.decode()
    assert "1\u202f100 ménages en attente de votre réponse." in text
    assert len(gzip.compress(page.content)) <= _LIGHT
    with behind_the_wall():
        kept_out = Transfer.objects.get(number="UMU-80000").pk
    typed = {"unit": large.units["INE-S1"], "is_outside_zone": "on"}
    turned = client.post(RECEIVE, picked_form(text, untick=(kept_out,), turn="22", **typed))
    text = turned.content.decode()
    assert f'value="{large.units["INE-S1"]}" selected' in text
    assert "1\u202f099 cochés sur 1\u202f100" in text
    done = client.post(RECEIVE, picked_form(text, **typed), follow=True)
    assert "Accueil lancé, 1\u202f099 ménages" in done.content.decode()
    with behind_the_wall():
        asked = Job.objects.get(kind=RECEIVE_JOB).parameters["transfers"]
    assert len(set(asked)) == MANY - 1
    assert kept_out not in asked


def test_a_list_that_no_page_wrote_is_refused(world, sign_in) -> None:
    client = sign_in("agnes")
    sent = {"listed": "zz", "enrolled_on": "30/06/2025", "year": "2025"}
    assert client.post(RENEW, sent).status_code == 400
    theirs = {**sent, "listed": write_keys([world.households["INE-1001"]]), "shown": ""}
    answer = client.post(RENEW, theirs, follow=True)
    assert "0 ménage renouvelé" in answer.content.decode()
