"""Invoices: recorded, filled, settled to the franc, paid once, undone by new rows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from claims.models import Agreement, Claim, ClaimStep, FacilityDebt, FacilityInvoice
from claims.rules.states import Side, State
from claims.selectors.invoices import held_claims, invoice_by_id
from claims.services.claim_moves import move_claim
from claims.services.invoice_claims import tie_month, tie_stubs, untie_stubs
from claims.services.invoices import (
    cancel_invoice,
    record_invoice,
    reopen_invoice,
    settle_invoice,
    take_on_invoice,
)
from claims.services.orders import pay_invoices
from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound, PeriodClosed
from federations.models import PeriodLock
from federations.services.take_on import ImportContext, do_rows, importer_of, parse_file
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, DRUG, give_claim, give_terms
from tests.claims.money import TODAY, by_bank, decide_final, facts, received, settled
from tests.world import World


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def test_a_month_is_tied_settled_and_fixed_to_the_franc(care: World) -> None:
    claims = [
        give_claim(care, lines=[(CONSULTATION, 1, 1_000)], on=date(2025, 3, 3)),
        give_claim(care, lines=[(DRUG, 3, 500)], on=date(2025, 3, 20)),
    ]
    decide_final(care, *claims)
    with open_scope(care.actor("albert"), source="essai"):
        invoice = record_invoice(
            actor=care.actor("albert"), facts=facts(care, told_count=3, told_francs=2_400)
        )
        assert tie_month(actor=care.actor("albert"), invoice_id=invoice.pk).count == 2
        held = held_claims(invoice)
        assert (held.asked_francs, held.decided_total_francs) == (2_500, 2_000)
        assert (held.count.difference, held.francs.difference) == (-1, -400)
        done = settle_invoice(actor=care.actor("albert"), invoice_id=invoice.pk)
        assert (done.state, done.payable_francs, done.due_francs) == ("settled", 2_000, 2_000)
        assert (done.settled_on, done.due_on) == (date(2025, 6, 30), date(2025, 5, 5))
        assert set(Claim.objects.values_list("state", flat=True)) == {State.INVOICED.value}
        steps = ClaimStep.objects.filter(claim_id=claims[0], to_state="invoiced")
        assert list(steps.values_list("from_state", "by_name")) == [("final", "Albert Niyonzima")]


def test_the_term_is_the_agreements_of_the_day(care: World) -> None:
    with open_scope(care.system("UMUCO"), source="essai"):
        Agreement.objects.create(
            tenant_id=care.tenants["UMUCO"],
            facility_id=care.facilities["FS-T001"],
            starts_on=date(2024, 1, 1),
            payment_term_days=45,
        )
    assert settled(care, 1_000).due_on == date(2025, 5, 20)


def test_no_bill_before_the_decision(care: World) -> None:
    claim = give_claim(care)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        invoice = record_invoice(actor=amina, facts=facts(care))
        with pytest.raises(DomainError, match="ne tient aucune attestation"):
            settle_invoice(actor=amina, invoice_id=invoice.pk)
        tie_month(actor=amina, invoice_id=invoice.pk)
        with pytest.raises(DomainError, match="1 attestation n’est pas définitive"):
            settle_invoice(actor=amina, invoice_id=invoice.pk)
    decide_final(care, claim)
    with open_scope(amina, source="essai"):
        assert settle_invoice(actor=amina, invoice_id=invoice.pk).payable_francs == 800


def test_a_claim_is_on_one_invoice_and_a_list_says_what_is_wrong(care: World) -> None:
    claim = give_claim(care, stub="KIN-000001")
    give_claim(care, stub="KIN-000002", state=State.ENTERED)
    decide_final(care, claim)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        first = record_invoice(actor=amina, facts=facts(care))
        second = record_invoice(actor=amina, facts=facts(care, number="F-2"))
        assert tie_stubs(actor=amina, invoice_id=first.pk, stubs=["kin 1", ""]).count == 1
        with pytest.raises(DomainError) as refused:
            tie_stubs(actor=amina, invoice_id=second.pk, stubs=["KIN-1", "KIN-2", "KIN-3"])
        assert refused.value.field == "stubs"
        assert refused.value.message == (
            "KIN-000001 : déjà sur la facture F-1 ; KIN-000002 : saisie, elle ne se facture pas ; "
            "KIN-000003 : inconnue pour cette formation sanitaire."
        )
        with pytest.raises(DomainError, match="Aucune attestation de ce mois"):
            tie_month(actor=amina, invoice_id=second.pk)
        untie_stubs(actor=amina, invoice_id=first.pk, stubs=["KIN-1"])
        assert tie_month(actor=amina, invoice_id=second.pk).count == 1


def test_a_number_is_recorded_once_and_a_double_click_makes_one(care: World) -> None:
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        first = record_invoice(actor=amina, facts=facts(care), key="k")
        assert record_invoice(actor=amina, facts=facts(care), key="k").pk == first.pk
        with pytest.raises(DomainError, match="a déjà une facture F-1"):
            record_invoice(actor=amina, facts=facts(care))
        cancel_invoice(actor=amina, invoice_id=first.pk)
        record_invoice(actor=amina, facts=facts(care))


def test_faults_are_told_together_at_their_fields(care: World) -> None:
    amina = care.actor("amina")
    with pytest.raises(DomainError) as refused, open_scope(amina, source="essai"):
        record_invoice(
            actor=amina,
            facts=facts(care, number=" ", received_on=date(2025, 7, 1), told_count=-1),
        )
    assert {error.field for error in refused.value.each()} == {
        "number", "received_on", "told_count",
    }  # fmt: skip


def test_a_cancelled_invoice_frees_its_claims(care: World) -> None:
    invoice = received(care, 1)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        cancel_invoice(actor=amina, invoice_id=invoice.pk)
        assert not Claim.objects.filter(invoice_id__isnull=False).exists()


def test_a_settled_invoice_is_reopened_before_any_payment(care: World) -> None:
    invoice = settled(care, 1_000)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        with pytest.raises(DomainError, match="ne changent plus"):
            tie_month(actor=amina, invoice_id=invoice.pk)
        reopened = reopen_invoice(actor=amina, invoice_id=invoice.pk, reason="une souche manque")
        assert (reopened.state, reopened.payable_francs) == ("received", None)
        assert Claim.objects.get().state == State.FINAL
        again = settle_invoice(actor=amina, invoice_id=invoice.pk)
        assert again.payable_francs == 800


def test_who_read_another_version_is_told(care: World) -> None:
    invoice = received(care, 1)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        before = invoice_by_id(amina, invoice.pk).version
        untie_stubs(actor=amina, invoice_id=invoice.pk, stubs=[Claim.objects.get().stub_number])
        with pytest.raises(Conflict, match="entre-temps"):
            settle_invoice(actor=amina, invoice_id=invoice.pk, version=before)


def test_closed_months_are_refused(care: World) -> None:
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        PeriodLock.objects.create(
            tenant_id=care.tenants["UMUCO"],
            unit_id=care.units["UMU-C1"],
            month=date(2025, 4, 1),
            locked_by="essai",
        )
        with pytest.raises(PeriodClosed):
            record_invoice(actor=amina, facts=facts(care, centre_id=care.units["UMU-C1"]))
        record_invoice(actor=amina, facts=facts(care))


@pytest.mark.parametrize(
    ("username", "sees"),
    [
        ("amina", True), ("albert", True), ("arthur", True), ("fabrice", True),
        ("bernard", False), ("clara", False),
    ],
)  # fmt: skip
def test_each_sees_its_own_invoices(
    username: str, sees: bool, care: World, as_actor: Callable
) -> None:
    invoice = settled(care, 1_000, by="albert")
    actor = care.actor(username)
    with as_actor(actor):
        if sees:
            assert invoice_by_id(actor, invoice.pk).due_francs == 800
        else:
            with pytest.raises(NotFound):
                invoice_by_id(actor, invoice.pk)
            assert not FacilityInvoice.objects.exists()


def test_an_agent_records_no_invoice(care: World) -> None:
    agnes = care.actor("agnes")
    with pytest.raises(NotAllowed), open_scope(agnes, source="essai"):
        record_invoice(actor=agnes, facts=facts(care))


_FILE = (
    "Formation sanitaire;Facture;Mois;Reçue le;Montant demandé (FBu);Reste à payer (FBu);Échéance;"
    "Centre de gestion\n"
    "FS-T001;12/2024;01/12/2024;05/01/2025;412 000;398 500;04/02/2025;UMU-C1\n"
    "FS-T001;11/2024;01/11/2024;05/12/2024;412 000;0;;\n"
    "FS-T009;11/2024;01/11/2024;05/12/2024;10;10;;UMU-S1\n"
)


def test_open_invoices_are_taken_on_once_and_paid_like_others(care: World) -> None:
    amina = care.actor("amina")
    importer = importer_of("factures-ouvertes")
    rows = parse_file(importer, _FILE.encode(), most_rows=10).rows
    with open_scope(amina, source="essai"):
        first = do_rows(importer, rows, context=ImportContext(amina))
        again = do_rows(importer, rows, context=ImportContext(amina))
        assert [result.outcome.value for result in first.results] == [
            "created", "refused", "refused",
        ]  # fmt: skip
        assert again.results[0].outcome.value == "unchanged"
        assert "supérieur à zéro" in first.results[1].cause
        assert "FS-T009" in first.results[2].cause
        assert "n’est pas un centre" in first.results[2].cause
        invoice = FacilityInvoice.objects.get()
        assert (invoice.state, invoice.payable_francs, invoice.is_take_on) == (
            "settled", 398_500, True,
        )  # fmt: skip
        assert invoice.due_on == date(2025, 2, 4)
        share = {invoice.pk: 398_500}
        with pytest.raises(DomainError, match="quelqu’un d’autre la paie"):
            pay_invoices(
                actor=amina, facility_id=invoice.facility_id, shares=share, request=by_bank()
            )
    other = replace(amina, user_id=(amina.user_id or 0) + 1_000, name="Aline Kaneza")
    with open_scope(other, source="essai"):
        pay_invoices(actor=other, facility_id=invoice.facility_id, shares=share, request=by_bank())
        invoice.refresh_from_db()
        assert invoice.state == "paid"
        with pytest.raises(DomainError, match="tant que rien n’y est payé"):
            cancel_invoice(actor=other, invoice_id=invoice.pk, reason="Déjà payée")


def _take_on(world: World, payable: int = 300, due_on: date | None = None, **other: Any) -> Any:
    actor = world.actor("amina")
    told = {
        "month": date(2024, 11, 1), "received_on": date(2024, 12, 5), "told_francs": 400, **other
    }  # fmt: skip
    with open_scope(actor, source="essai"):
        return take_on_invoice(
            actor=actor, facts=facts(world, **told), payable_francs=payable, due_on=due_on
        )


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("payable_francs", {"payable": 401}),
        ("payable_francs", {"payable": 0}),
        ("told_francs", {"told_francs": None}),
        ("due_on", {"due_on": date(2024, 12, 4)}),
        ("received_on", {"received_on": date(2025, 7, 1)}),
        ("month", {"month": date(1949, 12, 1), "received_on": date(1950, 1, 5)}),
        ("told_count", {"told_count": 99_999_999_999_999}),
    ],
)
def test_what_is_taken_on_is_held_to_its_paper(
    field: str, changed: dict[str, Any], care: World
) -> None:
    with pytest.raises(DomainError) as refused:
        _take_on(care, **changed)
    assert [error.field for error in refused.value.each()] == [field]


def test_taking_on_belongs_to_the_first_days(care: World) -> None:
    """Once an attestation is decided here, its month and those after it are not taken on."""
    claim = give_claim(care, lines=[(CONSULTATION, 1, 1_000)], on=date(2025, 3, 3))
    march = {"month": date(2025, 3, 1), "received_on": date(2025, 4, 5)}
    assert _take_on(care, number="F-9", **march).payable_francs == 300
    decide_final(care, claim)
    with open_scope(care.actor("amina"), source="essai"):
        first = Claim.objects.get().received_on.replace(day=1)
    for month in (first, date(2025, 6, 1)):
        with pytest.raises(DomainError, match="n’est plus de la reprise"):
            _take_on(care, month=month, received_on=TODAY)
    before = first - timedelta(days=1)
    assert _take_on(care, month=before, received_on=TODAY).month == before.replace(day=1)


def test_what_was_taken_on_is_cancelled_with_a_reason_and_brought_again(care: World) -> None:
    amina, invoice = care.actor("amina"), _take_on(care)
    with open_scope(amina, source="essai"):
        with pytest.raises(DomainError) as refused:
            cancel_invoice(actor=amina, invoice_id=invoice.pk)
        assert refused.value.field == "reason"
        done = cancel_invoice(actor=amina, invoice_id=invoice.pk, reason="Montant mal lu")
        assert (done.state, done.cancelled_because) == ("cancelled", "Montant mal lu")
    again = _take_on(care, payable=200)
    assert (again.state, again.payable_francs) == ("settled", 200)


def test_a_paid_claim_that_is_replaced_is_owed_back_once(care: World) -> None:
    """Nothing is paid twice: the former's part is a debt, the next invoice pays the new one's."""
    invoice = settled(care, 1_000)
    amina, system = care.actor("amina"), care.system("UMUCO")
    with open_scope(amina, source="essai"):
        pay_invoices(
            actor=amina,
            facility_id=invoice.facility_id,
            shares={invoice.pk: 800},
            request=by_bank(),
        )
    with open_scope(system, source="essai"):
        claim = Claim.objects.get()
        move_claim(claim=claim, actor=system, to=State.SUPERSEDED, side=Side.SYSTEM)
        debt = FacilityDebt.objects.get()
        assert (debt.francs, debt.reason) == (
            800, "attestation F1-000001 remplacée après paiement",
        )  # fmt: skip
    second = settled(care, 1_000, number="F-2")
    assert (second.payable_francs, second.due_francs, second.state) == (800, 0, "paid")
