"""Households that go elsewhere: both agree, closed there and opened here, counted once."""

import re
from dataclasses import replace
from datetime import date

import pytest

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.models import HistoryEvent, Place, UnitZone
from federations.services.jobs import run_job
from membership.models import (
    Beneficiary,
    Campaign,
    Enrolment,
    Household,
    LifeEvent,
    Payment,
    Promise,
    Transfer,
)
from membership.selectors.households import found_by, households
from membership.selectors.insured import network_insured
from membership.selectors.rights import coverage_of_household
from membership.selectors.transfers import incoming, outgoing
from membership.services.corrections import correct_person
from membership.services.life_events import add_dependant, record_birth
from membership.services.payments import reverse_payment
from membership.services.promises import answer_promise
from membership.services.transfers import (
    accept_transfer,
    move_household,
    propose_transfer,
    refuse_transfer,
    withdraw_transfer,
)
from membership.services.units_move import (
    request_section_move,
    request_section_proposal,
    request_section_reception,
)
from tests.membership.families import TODAY, person
from tests.membership.importing import child as child_row
from tests.membership.importing import csv_of, loaded, outcomes, told
from tests.membership.money import owing, paid
from tests.membership.test_promises import grower, signed

NUMBER = "UMU-1001"


def _propose(world, actor, number=NUMBER, **more):
    given = {"version": None, "leaves_on": TODAY, "because": "déménagement", **more}
    return propose_transfer(
        actor=actor, household_id=world.households[number],
        destination_id=world.tenants["INEZA"], **given,
    )  # fmt: skip


def _accept(world, actor, row, *, colline="N-GI-01-1-1", **more):
    """Receive into the only section of INEZA, on a colline of its zone unless told otherwise."""
    key = world.places[colline] if colline else None
    return accept_transfer(
        actor=actor, transfer_id=row.pk, unit_id=world.units["INE-S1"], colline_id=key, **more
    )


def _owe(world, francs) -> None:
    Enrolment.objects.filter(household_id=world.households[NUMBER], year_id=2025).update(
        contribution_francs=francs
    )


def _pay(world, amina, francs) -> None:
    row = Enrolment.objects.get(household_id=world.households[NUMBER], year_id=2025)
    Payment.objects.create(
        tenant_id=amina.tenant_id, enrolment=row, unit_id=row.unit_id, receipt_year=2024,
        receipt_number=1, amount_francs=francs, contribution_francs=francs, fee_francs=0,
        federation_francs=0, confederation_francs=0, method="cash",
        received_on=date(2024, 12, 5), recorded_by=amina.name,
    )  # fmt: skip


@pytest.fixture
def accepted(world, as_actor):
    """A household that owed 20 000, paid 12 000, and went to INEZA; its key there."""
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        _owe(world, 20_000)
        _pay(world, amina, 12_000)
        row = _propose(world, amina)
    with as_actor(bernard):
        made = _accept(world, bernard, row)
    return row.pk, made.pk


def test_the_other_sees_names_sexes_and_years_only(world, as_actor) -> None:
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        _propose(world, amina)
        assert outgoing(amina).count() == 1
    with as_actor(bernard):
        row = incoming(bernard).get()
        assert row.people[0] == {
            "name": "Umucoa Kéza", "sex": "M", "birth_year": 1980, "relationship": "head",
        }  # fmt: skip
        assert not Beneficiary.objects.filter(household_id=row.household_id).exists()


def test_who_receives_reads_what_is_left_to_pay_before_agreeing(world, as_actor, sign_in) -> None:
    """The sum, and that a promise runs; of several proposed at once too."""
    amina = world.actor("amina")
    with as_actor(amina):
        enrolment = grower(NUMBER)
        answer_promise(actor=amina, promise_id=signed(amina, enrolment).pk, accepts=True)
        paid(amina, enrolment, amount_francs=6_000, method="harvest")
        row = _propose(world, amina)
        request = request_section_proposal(
            actor=amina, from_unit_id=world.units["UMU-S1"],
            destination_id=world.tenants["INEZA"], leaves_on=TODAY, because="",
        )  # fmt: skip
    run_job(request.pk)
    client = sign_in("bernard")
    for address in (f"/transferts/{row.pk}/", f"/transferts/{row.pk}/accepter/"):
        page = client.get(address).content.decode()
        assert "24\u202f000\u00a0FBu ; une promesse court" in page
    listed = client.get("/transferts/accueillir/").content.decode()
    assert re.findall(r'data-label="Reste à payer">(.*?)</td>', listed) == [
        "24\u202f000\u00a0FBu, promis", "0\u00a0FBu", "0\u00a0FBu",
    ]  # fmt: skip


def test_closed_there_and_opened_here_under_the_same_identifiers(accepted, world, as_actor) -> None:
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        there = Household.objects.get(pk=world.households[NUMBER])
        assert (there.closed_on, there.closed_because) == (TODAY, "transferred")
        ids = set(Beneficiary.objects.filter(household=there).values_list("person_id", flat=True))
        row = Transfer.objects.get(pk=accepted[0])
        assert (row.state, row.opened_household_id, row.answered_by) == (
            "accepted", accepted[1], bernard.name,
        )  # fmt: skip
        assert LifeEvent.objects.filter(household=there, kind="transfer_out").count() == 1
        told = HistoryEvent.objects.filter(table_name="membership_household", row_id=there.pk)
        assert bernard.name in told.latest("pk").actor_name
    with as_actor(bernard):
        here = Household.objects.get(pk=accepted[1])
        assert (here.number, here.registered_on) == ("INE-0010001", TODAY)
        people = Beneficiary.objects.filter(household=here)
        assert set(people.values_list("person_id", flat=True)) == ids
        for old in (NUMBER, f"{NUMBER}-1"):
            assert found_by(households(bernard), actor=bernard, text=old).get() == here


def test_the_enrolment_follows_owing_what_is_left(accepted, world, as_actor) -> None:
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(bernard):
        row = Enrolment.objects.get(household_id=accepted[1])
        assert (row.year_id, row.due_francs, row.people, row.is_renewal) == (2025, 8_000, 3, True)
    with as_actor(amina):
        left = Enrolment.objects.get(household_id=world.households[NUMBER], year_id=2025)
        assert left.cancelled_on == TODAY
        assert Payment.objects.filter(enrolment=left).count() == 1


def test_rights_go_on_where_all_was_paid(world, as_actor) -> None:
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        _owe(world, 20_000)
        _pay(world, amina, 20_000)
        row = _propose(world, amina)
    with as_actor(bernard):
        made = _accept(world, bernard, row)
        assert all(found.is_open for _, found in coverage_of_household(made.pk, TODAY))
        assert Enrolment.objects.get(household=made).enrolled_on == date(2024, 12, 5)
    with as_actor(amina):
        key = world.households[NUMBER]
        assert not any(found.is_open for _, found in coverage_of_household(key, TODAY))


def test_what_is_left_of_the_joining_fee_stays_apart(world, as_actor) -> None:
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        Enrolment.objects.filter(household_id=world.households[NUMBER], year_id=2025).update(
            contribution_francs=20_000, joining_fee_francs=1_000
        )
        row = _propose(world, amina)
    with as_actor(bernard):
        made = _accept(world, bernard, row)
        here = Enrolment.objects.get(household=made)
        assert (here.contribution_francs, here.joining_fee_francs) == (20_000, 1_000)
        note = LifeEvent.objects.get(household=made).note
        assert note.endswith("Adhésion 2025 : rien n’y était payé.")


def test_the_joining_fee_is_settled_first_before_the_transfer(world, as_actor) -> None:
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        enrolment = owing(NUMBER, contribution_francs=20_000, joining_fee_francs=1_000)
        paid(amina, enrolment, amount_francs=5_000)
        row = _propose(world, amina)
    with as_actor(bernard):
        made = _accept(world, bernard, row)
        here = Enrolment.objects.get(household=made)
        assert (here.contribution_francs, here.joining_fee_francs) == (16_000, 0)


def test_a_receipt_of_what_went_elsewhere_is_not_cancelled_there(world, as_actor) -> None:
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        _owe(world, 20_000)
        _pay(world, amina, 20_000)
        receipt = Payment.objects.get(enrolment__household_id=world.households[NUMBER])
        row = _propose(world, amina)
    with as_actor(bernard):
        made = _accept(world, bernard, row)
    with as_actor(amina):
        with pytest.raises(DomainError, match=r"est passée à .* le 30/06/2025") as refused:
            reverse_payment(actor=amina, payment_id=receipt.pk, reason="erreur")
        assert "CONAMUS" in refused.value.message
        assert not Payment.objects.filter(reverses=receipt).exists()
    with as_actor(bernard):
        note = LifeEvent.objects.get(household=made).note
        assert "20 000" in note.replace("\u202f", " ").replace("\xa0", " ")
        assert "payés là-bas, en règle depuis le 05/12/2024" in note
        told = coverage_of_household(made.pk, TODAY)[0][1].sentence
        assert "en règle depuis le 05/12/2024" in told


def test_no_loss_for_the_network_and_not_counted_twice(world, as_actor) -> None:
    amina, bernard, clara = (world.actor(name) for name in ("amina", "bernard", "clara"))

    def counted() -> tuple[int, int]:
        with as_actor(clara):
            rows = network_insured(2025, 2025)
        return sum(row.households for row in rows), sum(row.renewals for row in rows)

    before = counted()
    with as_actor(amina):
        row = _propose(world, amina)
    with as_actor(bernard):
        _accept(world, bernard, row)
    assert counted() == before


def test_answers_that_cannot_be(world, as_actor) -> None:
    amina, bernard, beatrice = (world.actor(name) for name in ("amina", "bernard", "beatrice"))
    with as_actor(amina):
        row = _propose(world, amina, leaves_on=date(2025, 7, 15))
        with pytest.raises(Conflict, match="déjà proposé"):
            _propose(world, amina)
        with pytest.raises(NotFound):
            accept_transfer(actor=amina, transfer_id=row.pk, unit_id=world.units["UMU-S2"])
    with as_actor(beatrice), pytest.raises(NotAllowed):
        _accept(world, beatrice, row)
    with as_actor(bernard):
        with pytest.raises(DomainError, match="à partir de ce jour"):
            _accept(world, bernard, row)
        with pytest.raises(NotFound):
            accept_transfer(actor=bernard, transfer_id=row.pk, unit_id=world.units["UMU-S1"])
        with pytest.raises(DomainError, match="pourquoi"):
            refuse_transfer(actor=bernard, transfer_id=row.pk, answer=" ")
        refuse_transfer(actor=bernard, transfer_id=row.pk, answer="hors zone")
    with as_actor(amina):
        assert Transfer.objects.get(pk=row.pk).answer == "hors zone"
        with pytest.raises(Conflict, match="refusé"):
            withdraw_transfer(actor=amina, transfer_id=row.pk)
        again = _propose(world, amina)
        withdraw_transfer(actor=amina, transfer_id=again.pk)
    with as_actor(bernard), pytest.raises(Conflict, match="retiré"):
        _accept(world, bernard, again)


def test_an_agent_sees_the_transfers_of_the_own_unit(world, as_actor) -> None:
    amina, agnes, bernard, beatrice = (
        world.actor(name) for name in ("amina", "agnes", "bernard", "beatrice")
    )
    with as_actor(amina):
        row = _propose(world, amina)
        _propose(world, amina, "UMU-2001")
    with as_actor(agnes):
        assert [one.number for one in outgoing(agnes)] == [NUMBER]
    with as_actor(beatrice):
        assert not incoming(beatrice).exists()
    with as_actor(bernard):
        _accept(world, bernard, row)
    with as_actor(beatrice):
        assert [one.number for one in incoming(beatrice)] == [NUMBER]


def test_a_household_passes_to_another_unit(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        moved = move_household(
            actor=amina, household_id=world.households[NUMBER], version=1,
            unit_id=world.units["UMU-S2"], moved_on=TODAY,
        )  # fmt: skip
        assert (moved.unit_id, moved.number) == (world.units["UMU-S2"], NUMBER)
        assert Enrolment.objects.get(household=moved, year_id=2025).unit_id == world.units["UMU-S1"]
        with pytest.raises(NotFound):
            move_household(
                actor=amina, household_id=moved.pk, version=None,
                unit_id=world.units["INE-S1"], moved_on=TODAY,
            )  # fmt: skip


def _open(actor, unit_id) -> int:
    return households(actor).filter(unit_id=unit_id, closed_on__isnull=True).count()


def test_a_whole_section_moves_as_a_job_that_may_run_twice(own_database, as_actor) -> None:
    world = own_database
    amina = world.actor("amina")
    units = world.units["UMU-S1"], world.units["UMU-S2"]
    with as_actor(amina):
        job = request_section_move(
            actor=amina, from_unit_id=units[0], to_unit_id=units[1], moved_on=TODAY
        )
    run_job(job.pk)
    run_job(job.pk)
    with as_actor(amina):
        job.refresh_from_db()
        assert (job.state, job.result["households"]) == ("done", 3)
        assert (_open(amina, units[0]), _open(amina, units[1])) == (0, 6)
        assert LifeEvent.objects.filter(kind="moved").count() == 3
        with pytest.raises(DomainError, match="aucun ménage"):
            request_section_move(
                actor=amina, from_unit_id=units[0], to_unit_id=units[1], moved_on=TODAY
            )


def test_a_section_asked_for_twice_moves_by_one_job(world, as_actor) -> None:
    amina = world.actor("amina")
    units = world.units["UMU-S1"], world.units["UMU-S2"]
    move = {"actor": amina, "from_unit_id": units[0], "to_unit_id": units[1], "moved_on": TODAY}
    propose = {
        "actor": amina, "from_unit_id": units[0], "destination_id": world.tenants["INEZA"],
        "leaves_on": TODAY, "because": "",
    }  # fmt: skip
    with as_actor(amina):
        asked = [request_section_move(**move).pk for _ in range(2)]
        asked += [request_section_proposal(**propose).pk for _ in range(2)]
        other_day = request_section_move(**move | {"moved_on": date(2025, 6, 29)})
    assert (asked[0], asked[2]) == (asked[1], asked[3])
    assert len({*asked, other_day.pk}) == 3


def test_a_form_of_a_section_sent_again_after_the_job_is_that_job(own_database, as_actor) -> None:
    world = own_database
    amina = world.actor("amina")
    given = {
        "actor": amina, "from_unit_id": world.units["UMU-S1"],
        "destination_id": world.tenants["INEZA"], "leaves_on": TODAY, "because": "", "key": "a",
    }  # fmt: skip
    with as_actor(amina):
        job = request_section_proposal(**given)
    run_job(job.pk)
    with as_actor(amina):
        assert request_section_proposal(**given).pk == job.pk


def test_a_whole_section_goes_to_another_federation(own_database, as_actor) -> None:
    world = own_database
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        job = request_section_proposal(
            actor=amina, from_unit_id=world.units["UMU-S1"],
            destination_id=world.tenants["INEZA"], leaves_on=TODAY, because="",
        )  # fmt: skip
    run_job(job.pk)
    with as_actor(bernard):
        keys = list(incoming(bernard).values_list("pk", flat=True))
        assert len(keys) == 3
        facts = {"actor": bernard, "transfer_ids": keys, "unit_id": world.units["INE-S1"]}
        received = request_section_reception(**facts)
    run_job(received.pk)
    with as_actor(bernard):
        received.refresh_from_db()
        # They stay where they live: two do, outside the zone of the section that receives.
        assert received.result["households"] == 1
        causes = received.result["refused"]
        assert len(causes) == 2
        assert all("n’est pas dans la zone d’action" in cause for cause in causes)
        again = request_section_reception(**facts, is_outside_zone=True)
    run_job(again.pk)
    with as_actor(bernard):
        again.refresh_from_db()
        assert again.result["households"] == 2
        assert _open(bernard, world.units["INE-S1"]) == 6
    with as_actor(amina):
        assert _open(amina, world.units["UMU-S1"]) == 0


def test_where_the_household_will_live_is_in_the_zone_or_said(world, as_actor) -> None:
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        row = _propose(world, amina)
        other = _propose(world, amina, "UMU-1002")
    with as_actor(bernard):
        with pytest.raises(DomainError, match="n’est pas dans la zone d’action") as refused:
            _accept(world, bernard, row, colline="N-GI-01-1-2")
        assert refused.value.field == "colline"
        with pytest.raises(NotFound) as unknown:
            _accept(world, bernard, row, colline="N-GI-01-1")
        assert unknown.value.field == "colline"
        inside = _accept(world, bernard, row)
        assert inside.colline_id == world.places["N-GI-01-1-1"]
        said = _accept(world, bernard, other, colline="N-GI-01-1-2", is_outside_zone=True)
        assert said.colline_id == world.places["N-GI-01-1-2"]
        note = LifeEvent.objects.get(household=said, kind="transfer_in").note
        assert "hors de la zone d’action de Section Ineza 1" in note
    with as_actor(amina):
        # Refused, nothing was closed at the origin either.
        assert Household.objects.get(pk=world.households[NUMBER]).closed_on == TODAY


def test_a_collines_name_is_that_of_the_zone_of_the_unit_that_receives(
    world, as_actor, sign_in, behind_the_wall
) -> None:
    """Two collines of one name: the one where the section works is meant, without its zone."""
    amina = world.actor("amina")
    with as_actor(amina):
        row = _propose(world, amina)
    with behind_the_wall():
        like = Place.objects.get(pk=world.places["N-GI-01-1-2"])
        Place.objects.create(
            kind="colline", division=like.division, code="N-GI-01-1-9", name="Kibasi",
            parent_id=like.parent_id, former_commune_id=like.former_commune_id,
        )  # fmt: skip
        # Another unit of the federation works there.
        UnitZone.objects.create(
            tenant_id=world.tenants["INEZA"], unit_id=world.units["INE-C1"],
            commune_id=like.former_commune_id, valid_from=date(2020, 1, 1),
        )  # fmt: skip
    typed = {"unit": world.units["INE-S1"], "colline": "Kibasi"}
    answer = sign_in("bernard").post(f"/transferts/{row.pk}/accepter/", typed)
    assert answer.status_code == 302, answer.content.decode()
    with as_actor(world.actor("bernard")):
        made = Household.objects.get(pk=incoming(world.actor("bernard")).get().opened_household_id)
        assert made.colline_id == world.places["N-GI-01-1-1"]


def test_a_promise_that_was_taken_back_does_not_revive_elsewhere(
    world, as_actor, behind_the_wall
) -> None:
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        _owe(world, 20_000)
        enrolment = Enrolment.objects.get(household_id=world.households[NUMBER], year_id=2025)
        with behind_the_wall():
            Promise.objects.create(
                tenant_id=amina.tenant_id, enrolment=enrolment, amount_francs=20_000,
                signed_on=date(2025, 1, 5), buyer="Station", state="accepted",
                answered_on=date(2025, 1, 6), withdrawn_on=date(2025, 3, 1),
                withdrawn_because="Récolte perdue",
            ).instalments.create(
                tenant_id=amina.tenant_id, due_on=date(2025, 12, 1), amount_francs=20_000
            )  # fmt: skip
        row = _propose(world, amina)
    with as_actor(bernard):
        made = _accept(world, bernard, row)
        assert not Promise.objects.filter(enrolment__household=made).exists()
        assert not any(found.is_open for _, found in coverage_of_household(made.pk, TODAY))


def test_a_promise_goes_along_for_the_households_own_part(world, as_actor, behind_the_wall) -> None:
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        enrolment = owing(NUMBER, payer="partner", payer_francs=10_000)
        with behind_the_wall():
            Promise.objects.create(
                tenant_id=amina.tenant_id, enrolment=enrolment, amount_francs=20_000,
                signed_on=date(2025, 1, 5), buyer="Station", state="accepted",
                answered_on=date(2025, 1, 6),
            ).instalments.create(
                tenant_id=amina.tenant_id, due_on=date(2025, 12, 1), amount_francs=20_000
            )  # fmt: skip
        row = _propose(world, amina)
    with as_actor(bernard):
        made = _accept(world, bernard, row)
        promise = Promise.objects.get(enrolment__household=made)
        assert promise.amount_francs == 20_000
        assert [part.amount_francs for part in promise.instalments.all()] == [20_000]
        assert made.enrolments.get().payer_francs == 10_000


def test_a_late_partner_does_not_make_the_household_late(world, as_actor) -> None:
    """In order since it paid its own part, whatever another payer still owes."""
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        enrolment = owing(
            NUMBER, payer="partner", payer_francs=10_000, enrolled_on=date(2025, 2, 1)
        )
        paid(amina, enrolment, received_on=date(2025, 3, 1), backdating_reason="Carnet")
        row = _propose(world, amina)
    with as_actor(bernard):
        made = _accept(world, bernard, row).enrolments.get()
        assert (made.enrolled_on, made.due_francs) == (date(2025, 3, 1), 10_000)


def _go(world, as_actor):
    """Transfer the household; return its key there."""
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        row = _propose(world, amina)
    with as_actor(bernard):
        return _accept(world, bernard, row).pk


def _people_open(world, as_actor, actor_name, key, on) -> list[bool]:
    with as_actor(world.actor(actor_name)):
        return [found.is_open for _, found in coverage_of_household(key, on)]


def test_rights_that_a_kept_promise_opened_go_on(world, as_actor, settings) -> None:
    """Of a renewal promised in the grace and paid by the harvest; of a child born meanwhile too."""
    amina = world.actor("amina")
    settings.BUSINESS_DATE = date(2025, 1, 10)
    with as_actor(amina):
        enrolment = grower(NUMBER, is_renewal=True)
        answer_promise(actor=amina, promise_id=signed(amina, enrolment).pk, accepts=True)
    settings.BUSINESS_DATE = date(2025, 6, 20)
    with as_actor(amina):
        record_birth(
            actor=amina, household_id=world.households[NUMBER],
            facts=person("Bébé", birth_date=date(2025, 6, 10)), declared_on=date(2025, 6, 20),
            is_confirmed=True,
        )  # fmt: skip
        paid(
            amina, Enrolment.objects.get(pk=enrolment.pk), amount_francs=30_000, method="harvest",
            received_on=date(2025, 6, 20),
        )  # fmt: skip
    settings.BUSINESS_DATE = TODAY
    before = _people_open(world, as_actor, "amina", world.households[NUMBER], TODAY)
    made = _go(world, as_actor)
    assert before == _people_open(world, as_actor, "bernard", made, TODAY) == [True] * 4
    with as_actor(world.actor("bernard")):
        here = Enrolment.objects.get(household_id=made)
        assert (here.enrolled_on, here.opens_on) == (date(2025, 1, 10), date(2025, 1, 10))


def _paid_again(world, as_actor, settings) -> None:
    """Paid in time, the receipt cancelled on 10 June and written anew the day after."""
    amina = world.actor("amina")
    settings.BUSINESS_DATE = date(2024, 11, 20)
    with as_actor(amina):
        enrolment = owing(NUMBER)
        receipt = paid(amina, enrolment, received_on=date(2024, 11, 20))
    settings.BUSINESS_DATE = date(2025, 6, 10)
    with as_actor(amina):
        reverse_payment(actor=amina, payment_id=receipt.pk, reason="mauvais montant")
    settings.BUSINESS_DATE = date(2025, 6, 11)
    with as_actor(amina):
        paid(amina, enrolment, received_on=date(2025, 6, 11))
    settings.BUSINESS_DATE = TODAY


def test_rights_that_a_new_receipt_reopened_stay_open(world, as_actor, settings) -> None:
    _paid_again(world, as_actor, settings)
    made = _go(world, as_actor)
    assert _people_open(world, as_actor, "bernard", made, TODAY) == [True] * 3
    with as_actor(world.actor("bernard")):
        told = coverage_of_household(made, TODAY)[0][1].sentence
    assert "en règle depuis le 11/06/2025" in told


def test_a_waiting_to_reopen_goes_on_elsewhere(world, as_actor, settings) -> None:
    """The origin's terms count it, whatever the other federation has in its own."""
    amina = world.actor("amina")
    with as_actor(amina):
        Campaign.objects.filter(year_id=2025, tenant_id=amina.tenant_id).update(
            waiting_days_reopened=25
        )
    _paid_again(world, as_actor, settings)
    made = _go(world, as_actor)
    opening = date(2025, 7, 6)
    assert not any(_people_open(world, as_actor, "bernard", made, date(2025, 7, 5)))
    assert all(_people_open(world, as_actor, "bernard", made, opening))


def test_who_left_owing_reopens_as_who_stayed(world, as_actor, settings) -> None:
    """The receipt is cancelled, the household goes, and pays where it comes to."""
    amina, bernard = world.actor("amina"), world.actor("bernard")
    settings.BUSINESS_DATE = date(2024, 11, 20)
    with as_actor(amina):
        receipt = paid(amina, owing(NUMBER), received_on=date(2024, 11, 20))
    settings.BUSINESS_DATE = TODAY
    with as_actor(amina):
        reverse_payment(actor=amina, payment_id=receipt.pk, reason="mauvais montant")
    made = _go(world, as_actor)
    assert not any(_people_open(world, as_actor, "bernard", made, TODAY))
    with as_actor(bernard):
        paid(bernard, Enrolment.objects.get(household_id=made), received_on=TODAY)
    assert all(_people_open(world, as_actor, "bernard", made, TODAY))


def _of_women(world, as_actor, settings):
    """A household that went to INEZA on 25 June with a woman as head; its key there."""
    settings.BUSINESS_DATE = date(2025, 6, 25)
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        Beneficiary.objects.filter(household_id=world.households[NUMBER]).update(sex="F")
        row = _propose(world, amina, leaves_on=date(2025, 6, 25))
    with as_actor(bernard):
        made = _accept(world, bernard, row).pk
    settings.BUSINESS_DATE = TODAY
    return made


@pytest.mark.parametrize("by_file", [False, True])
def test_a_child_born_before_the_transfer_is_declared_after_it(
    by_file, world, as_actor, settings, tmp_path
) -> None:
    """Born where the household was: in it since the birth, without a waiting."""
    made, born = _of_women(world, as_actor, settings), date(2025, 6, 20)
    bernard = world.actor("bernard")
    with as_actor(bernard):
        if by_file:
            number = Household.objects.get(pk=made).number
            row = child_row(
                "Bébé", birth=f"{born:%d/%m/%Y}", number=number, unit="INE-S1", key="",
                enrolled="",
            )  # fmt: skip
            run = loaded(bernard, tmp_path, csv_of([row]))
            assert outcomes(run) == {"created": 1}, told(run)
            baby = Beneficiary.objects.get(given_name="Bébé")
        else:
            baby = record_birth(
                actor=bernard, household_id=made, facts=person("Bébé", birth_date=born),
                declared_on=TODAY, is_confirmed=True,
            )  # fmt: skip
        assert (baby.joined_on, baby.declared_on) == (born, TODAY)
        [found] = [one for member, one in coverage_of_household(made, TODAY) if member == baby]
        assert (found.is_open, found.opens_on) == (True, date(2025, 6, 25))


def test_a_birth_declared_after_the_transfer_may_be_corrected(world, as_actor, settings) -> None:
    made, bernard = _of_women(world, as_actor, settings), world.actor("bernard")
    with as_actor(bernard):
        facts = person("Bébé", birth_date=date(2025, 6, 20))
        baby = record_birth(
            actor=bernard, household_id=made, facts=facts, declared_on=TODAY, is_confirmed=True
        )
        baby = correct_person(
            actor=bernard, person_id=baby.pk, version=Household.objects.get(pk=made).version,
            facts=replace(facts, birth_date=date(2025, 6, 18)), joined_on=date(2025, 6, 20),
            backdating_reason="acte de naissance", is_confirmed=True,
        )  # fmt: skip
        assert baby.joined_on == date(2025, 6, 18)


def test_nobody_is_born_before_the_household_was_in_the_network(world, as_actor, settings) -> None:
    made, bernard = _of_women(world, as_actor, settings), world.actor("bernard")
    with as_actor(bernard):
        Household.objects.filter(pk=made).update(first_registered_on=date(2025, 6, 21))
        facts = person("Bébé", birth_date=date(2025, 6, 20))
        with pytest.raises(DomainError, match="né avant l’inscription du ménage, le 21/06/2025"):
            record_birth(actor=bernard, household_id=made, facts=facts, declared_on=TODAY)


def test_a_marriage_of_before_the_transfer_has_its_day(world, as_actor, settings) -> None:
    made, bernard = _of_women(world, as_actor, settings), world.actor("bernard")
    with as_actor(bernard):
        spouse = person("Aimé", relationship="spouse", sex="M", birth_date=date(1985, 2, 1))
        joined = add_dependant(
            actor=bernard, household_id=made, facts=spouse, joined_on=date(2025, 6, 20),
            is_confirmed=True, backdating_reason="fiche rentrée tard",
        )  # fmt: skip
        assert joined.joined_on == date(2025, 6, 20)
