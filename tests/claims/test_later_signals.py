"""What a register learns after a decision: signalled once, settled, and its decision taken anew."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection

from claims.models import Claim, ClaimSignal, Decision, FacilityDebt, RegisterLook
from claims.rules.signals import signal_sentence
from claims.rules.states import State
from claims.selectors.batches import Choice
from claims.selectors.register_changes import register_changes
from claims.services import later_signals
from claims.services.batches import redo_batch
from claims.services.decisions import decide_submitted
from claims.services.invoice_claims import tie_month
from claims.services.invoices import record_invoice, settle_invoice
from claims.services.later_signals import look_again_everywhere
from claims.services.signals import confirm_signal
from federations.tenancy.scope import open_scope
from membership.models import Backdating, Beneficiary, Enrolment
from membership.services.enrolments import undo_enrolment
from membership.services.life_events import record_death, record_departure
from membership.services.merges import merge_people
from membership.services.payments import reverse_payment
from membership.services.standing import reinstate, strike_off
from membership.services.taken_back import take_back_leaving
from tests.claims.care import give_claim, give_terms
from tests.claims.money import TODAY, facts
from tests.membership.money import owing, paid
from tests.world import World

CARE_ON = date(2025, 3, 10)


@pytest.fixture
def care(world: World) -> World:
    """Terms of care, and a register whose present state was read."""
    give_terms(world)
    look_again_everywhere(on=TODAY)
    return world


def _decided(world: World, **told: object) -> int:
    """A claim of 800 francs of the mutuelle's, accepted by itself."""
    processing = str(told.get("processing", "UMUCO"))
    claim = give_claim(world, on=CARE_ON, **told)  # type: ignore[arg-type]
    system = world.system(processing)
    with open_scope(system, source="essai"):
        decide_submitted(actor=system, claim_ids=[claim], year=2025)
        assert Claim.objects.get(pk=claim).state == State.DECIDED
    return claim


def _invoice(world: World, claim: int) -> None:
    """Its term passes, and it is settled for payment."""
    amina = world.actor("amina")
    with open_scope(world.system("UMUCO"), source="essai"):
        Claim.objects.filter(pk=claim).update(state=State.FINAL)
    with open_scope(amina, source="essai"):
        invoice = record_invoice(actor=amina, facts=facts(world))
        tie_month(actor=amina, invoice_id=invoice.pk)
        settle_invoice(actor=amina, invoice_id=invoice.pk)


def _signals(world: World, claim: int, tenant: str = "UMUCO") -> dict[str, str]:
    """What was raised of a claim after its decision, as it is said."""
    with open_scope(world.system(tenant), source="essai"):
        found = ClaimSignal.objects.filter(claim_id=claim, after_decision_id__isnull=False)
        return {one.rule: signal_sentence(one.rule, one.facts) for one in found}


def _dies(world: World, number: str, died_on: date = date(2025, 3, 5)) -> None:
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        record_death(
            actor=amina,
            person_id=Beneficiary.objects.get(number=number).pk,
            died_on=died_on,
            backdating_reason="acte reçu en juin",
        )


def test_a_death_told_after_the_decision(care: World) -> None:
    claim = _decided(care, member="UMU-1001-1")
    assert look_again_everywhere(on=TODAY) == 0
    _dies(care, "UMU-1001-1")
    assert look_again_everywhere(on=TODAY) == 1
    assert _signals(care, claim) == {
        "after_death": "Soins jusqu’au 10 mars 2025, décès inscrit au 5 mars 2025."
    }


def test_the_claim_was_for_who_processes_it_elsewhere_too(care: World) -> None:
    """The home federation learns of the death; the one that decided sees the signal."""
    claim = _decided(care, member="UMU-1001-1", processing="INEZA", stub="INE-000009")
    _dies(care, "UMU-1001-1")
    assert look_again_everywhere(on=TODAY) == 1
    assert list(_signals(care, claim, tenant="INEZA")) == ["after_death"]


def test_a_receipt_cancelled_and_not_made_up_for(care: World) -> None:
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        enrolments = [owing("UMU-1001"), owing("UMU-1002")]
        receipts = [
            paid(
                amina,
                one,
                amount_francs=30_000,
                received_on=date(2025, 1, 15),
                backdating_reason="reprise",
            )
            for one in enrolments
        ]
    claim, made_up = _decided(care), _decided(care, member="UMU-1002-0")
    look_again_everywhere(on=TODAY)
    before = _signals(care, claim)
    with open_scope(amina, source="essai"):
        for receipt in receipts:
            reverse_payment(actor=amina, payment_id=receipt.pk, reason="Reçu d’un autre ménage")
        paid(amina, enrolments[1], amount_francs=30_000)
    assert look_again_everywhere(on=TODAY) == 1
    assert "receipt_cancelled" not in before
    assert (
        "Le reçu du 15 janvier 2025 est annulé le 30 juin 2025"
        in (_signals(care, claim)["receipt_cancelled"])
    )
    assert "receipt_cancelled" not in _signals(care, made_up)


def test_an_enrolment_cancelled_or_dated_back(care: World) -> None:
    cancelled, dated_back = _decided(care), _decided(care, member="UMU-1002-0")
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        of = {one.household.number: one for one in Enrolment.objects.filter(year_id=2025)}
        undo_enrolment(actor=amina, enrolment_id=of["UMU-1001"].pk, because="signée deux fois")
        # As the register keeps an operation that a manager dated back.
        Enrolment.objects.filter(pk=of["UMU-1001"].pk).update(cancelled_on=date(2025, 2, 1))
        Backdating(
            tenant_id=amina.tenant_id,
            enrolment=of["UMU-1002"],
            dated_on=date(2025, 3, 1),
            written_on=date(2025, 3, 12),
            reason="essai",
            recorded_by="Amina",
        ).save()
    assert look_again_everywhere(on=TODAY) == 2
    assert list(_signals(care, cancelled)) == ["no_rights"]
    assert list(_signals(care, dated_back)) == ["backdated"]


def test_rights_reopened_afterwards_for_days_of_care(care: World) -> None:
    """A departure taken back, a household reinstated: what was decided in between is looked at."""
    amina = care.actor("amina")
    left_on = date(2025, 3, 1)
    with open_scope(amina, source="essai"):
        spouse = Beneficiary.objects.get(number="UMU-1001-1")
        home = Beneficiary.objects.get(number="UMU-1002-0").household_id
    of_the_spouse, of_the_home = (
        _decided(care, member="UMU-1001-1"),
        _decided(care, member="UMU-1002-0"),
    )
    with open_scope(amina, source="essai"):
        record_departure(
            actor=amina, person_id=spouse.pk, left_on=left_on, because="departure",
            backdating_reason="papiers",
        )  # fmt: skip
        take_back_leaving(actor=amina, person_id=spouse.pk, because="revenue")
        strike_off(actor=amina, household_id=home, version=None, on=left_on, because="impayé")
        reinstate(actor=amina, household_id=home, on=CARE_ON, because="payé")
    assert look_again_everywhere(on=TODAY) == 2
    assert _signals(care, of_the_spouse) == {
        "backdated": "Le retour dans le ménage daté du 1er mars 2025 est inscrit le 30 juin 2025, "
        "après les soins du 10 mars 2025."
    }
    assert list(_signals(care, of_the_home)) == ["backdated"]


def test_two_records_of_one_person_in_care_on_one_day(care: World) -> None:
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        kept = Beneficiary.objects.get(number="UMU-1001-1")
        dropped = Beneficiary.objects.get(number="UMU-1003-0")
    _decided(care, member="UMU-1001-1", stub="KIN-000071", facility="FS-T002")
    second = _decided(care, member="UMU-1003-0", stub="KIN-000072")
    with open_scope(amina, source="essai"):
        merge_people(actor=amina, kept_id=kept.pk, dropped_id=dropped.pk, because="une personne")
    assert look_again_everywhere(on=TODAY) == 1
    assert _signals(care, second)["two_records"].endswith(
        "à Hôpital Gitega sous l’autre (souche KIN-000071)."
    )


def test_care_under_an_entry_that_a_merge_moved_back(care: World) -> None:
    """Of one household, the second record is kept: its care came before it was in it."""
    amina = care.actor("amina")
    entered_on = date(2025, 3, 20)
    with open_scope(amina, source="essai"):
        rows = Beneficiary.objects.filter(number__in=("UMU-1001-1", "UMU-1001-2"))
        rows.update(birth_date=date(1988, 5, 1), sex="F", given_name="Odette")
        kept, dropped = Beneficiary.objects.get(number="UMU-1001-2"), rows.get(number="UMU-1001-1")
    claim = _decided(care, member=kept.number)
    with open_scope(amina, source="essai"):
        Beneficiary.objects.filter(pk=kept.pk).update(joined_on=entered_on)
        merge_people(actor=amina, kept_id=kept.pk, dropped_id=dropped.pk, because="une personne")
    assert look_again_everywhere(on=TODAY) == 1
    assert _signals(care, claim)["backdated"].startswith("L’entrée prise d’une fiche en double")


def test_only_households_that_changed_are_looked_at(care: World) -> None:
    """Another household's claim that a rule would signal today is left alone."""
    touched, other = _decided(care), _decided(care, member="UMU-1002-0")
    with open_scope(care.system("UMUCO"), source="essai"):
        Beneficiary.objects.filter(number="UMU-1002-0").update(phone="79000001")
    _dies(care, "UMU-1001-1", date(2025, 6, 20))
    with open_scope(care.system("UMUCO"), source="essai"):
        changes = register_changes(care.tenants["UMUCO"])
        touched_home = Claim.objects.get(pk=touched).household_id
        other_home = Claim.objects.get(pk=other).household_id
    assert touched_home in changes.households
    assert other_home not in changes.households


def test_what_nobody_owes_anything_for_is_not_looked_at(care: World) -> None:
    claim = _decided(care, member="UMU-1001-1", lines=[("CONS", 1, 0)])
    _dies(care, "UMU-1001-1")
    assert look_again_everywhere(on=TODAY) == 0
    assert not _signals(care, claim)


def test_read_again_it_writes_nothing_twice(care: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before it kept how far it read: the next run reads the same, and adds nothing."""
    claim = _decided(care, member="UMU-1001-1")
    with open_scope(care.system("UMUCO"), source="essai"):
        before = RegisterLook.objects.get(tenant_id=care.tenants["UMUCO"]).looked_at
    _dies(care, "UMU-1001-1")

    def killed(**told: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(later_signals, "keep_look", killed)
        look_again_everywhere(on=TODAY)
    with open_scope(care.system("UMUCO"), source="essai"):
        assert RegisterLook.objects.get(tenant_id=care.tenants["UMUCO"]).looked_at == before
    assert look_again_everywhere(on=TODAY) == 0
    assert list(_signals(care, claim)) == ["after_death"]


def test_the_next_reading_begins_where_nothing_new_can_appear(care: World) -> None:
    _decided(care, member="UMU-1001-1")
    _dies(care, "UMU-1001-1")
    look_again_everywhere(on=TODAY)
    tenant = care.tenants["UMUCO"]
    with open_scope(care.system("UMUCO"), source="essai"), connection.cursor() as cursor:
        # What was written within a day is read again: its like may still be under way.
        assert register_changes(tenant).households
        cursor.execute("SELECT max(id), now() + interval '2 days' FROM federations_historyevent")
        until_event, looked_at = cursor.fetchone()
        look = RegisterLook.objects.filter(tenant_id=tenant)
        look.update(until_event=until_event, looked_at=looked_at)
        assert register_changes(tenant).households == ()


def test_confirmed_it_waits_for_a_new_decision_and_what_is_paid_is_owed_back(
    care: World, sign_in: Callable
) -> None:
    claim = _decided(care, member="UMU-1001-1")
    _invoice(care, claim)
    _dies(care, "UMU-1001-1")
    look_again_everywhere(on=TODAY)
    medard = care.actor("medard")
    with open_scope(medard, source="essai"):
        signal = ClaimSignal.objects.get(claim_id=claim)
        confirm_signal(actor=medard, signal_id=signal.pk, because="Acte de décès vu")
    client = sign_in("amina")
    assert "1 décision à refaire" in client.get("/soins/").content.decode()
    listed = client.get("/soins/signaux/attestations/?when=to_redo").content.decode()
    assert "Après la décision. Soins jusqu’au 10 mars 2025" in listed
    page = client.get(f"/soins/signaux/attestations/{signal.pk}/").content.decode()
    address = "/soins/decisions/refaire/?du=2025-03-10&amp;formation=FS-T001"
    assert address in page
    form = client.get(address.replace("&amp;", "&")).content.decode()
    assert 'value="2025-03-10"' in form
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        preview = redo_batch(actor=amina, choice=Choice(2025, CARE_ON, CARE_ON))
        assert (preview.before_francs, preview.after_francs) == (800, 0)
        assert FacilityDebt.objects.get(claim_id=claim).francs == 800
        assert Decision.objects.filter(claim_id=claim).count() == 2
    assert "décision à refaire" not in client.get("/soins/").content.decode()
    again = client.get(f"/soins/signaux/attestations/{signal.pk}/").content.decode()
    assert "une autre décision a été prise depuis" in again
