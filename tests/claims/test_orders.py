"""Payment orders: without gap, spread to the franc, paid once, undone by counter-orders."""

from dataclasses import replace
from datetime import date
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection

from claims.models import (
    Claim,
    ClaimStep,
    FacilityDebt,
    InvoiceEntry,
    PackageClause,
    PaymentOrder,
    Tariff,
)
from claims.rules.orders import OrderRequest
from claims.rules.states import State
from claims.selectors.invoices import invoice_by_id, open_advances, open_debts
from claims.services.decisions import redo_decisions
from claims.services.invoice_claims import tie_month
from claims.services.invoices import record_invoice, reopen_invoice, settle_invoice
from claims.services.orders import give_advance, pay_invoices, reverse_order
from claims.services.retentions import release, retain
from claims.services.setting_against import set_against_invoice
from conamus.kernel.errors import Conflict, DomainError, NotAllowed, PeriodClosed
from federations.models import PeriodLock
from federations.tenancy.scope import open_scope
from tests.claims.care import give_claim, give_terms
from tests.claims.money import (
    TODAY,
    agree_advances,
    by_bank,
    decide_final,
    facts,
    received,
    settled,
)
from tests.claims.reviewing import reply
from tests.conftest import reading_all_tenants
from tests.world import World


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    agree_advances(world)
    return world


def _pay(world: World, shares: dict[int, int], by: str = "amina", **order: Any) -> PaymentOrder:
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        return pay_invoices(
            actor=actor,
            facility_id=world.facilities["FS-T001"],
            shares=shares,
            request=by_bank(**order),
        )


def _stands(world: World, invoice: Any) -> tuple[str, int, int]:
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        found = invoice_by_id(amina, invoice.pk)
        return found.state, found.due_francs, found.retained_francs


def _advance(world: World, francs: int, reference: str = "AV-1") -> PaymentOrder:
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        return give_advance(
            actor=amina,
            facility_id=world.facilities["FS-T001"],
            francs=francs,
            request=by_bank(reference),
        )


def _rate(world: World, percent: int) -> None:
    """Change the package's rate in public facilities, as a corrected package would."""
    with open_scope(world.system("CONAMUS"), source="essai"):
        PackageClause.objects.filter(kind="rate", ownership="public").update(percent=percent)


def _lower(world: World, claim_id: int, *, by: str = "amina") -> None:
    """Decide a claim again after its price in the tariff was corrected to 500."""
    with reading_all_tenants():
        Tariff.objects.filter(level="").update(price_francs=500)
    _redo(world, claim_id, by=by)


def _redo(world: World, claim_id: int, *, by: str = "amina") -> None:
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        redo_decisions(actor=actor, claim_ids=[claim_id], year=2025)


def test_one_order_pays_several_invoices_and_one_in_parts(care: World) -> None:
    first, second = settled(care, 1_000), settled(care, 1_000, number="F-2")
    order = _pay(care, {first.pk: 800, second.pk: 300})
    assert (order.amount_francs, order.order_year, order.order_number) == (1_100, 2025, 1)
    assert _stands(care, first) == ("paid", 0, 0)
    assert _stands(care, second) == ("settled", 500, 0)
    with open_scope(care.actor("amina"), source="essai"):
        states = dict(Claim.objects.values_list("invoice_id", "state"))
        assert states == {first.pk: "paid", second.pk: "invoiced"}
    assert _pay(care, {second.pk: 500}, reference="BRB-2").order_number == 2
    assert _stands(care, second) == ("paid", 0, 0)
    with open_scope(care.system("UMUCO"), source="essai"):
        told = (
            ClaimStep.objects.filter(to_state="paid")
            .order_by("pk")
            .values_list("reason", flat=True)
        )
        assert list(told) == ["payée par l’ordre OP-2025-00001", "payée par l’ordre OP-2025-00002"]


def test_faults_are_told_at_each_invoice(care: World) -> None:
    first, second = settled(care, 1_000), received(care, 1_000, number="F-2")
    with pytest.raises(DomainError) as refused:
        _pay(care, {first.pk: 801, second.pk: 1}, reference="", paid_on=date(2025, 7, 1))
    assert {error.field for error in refused.value.each()} == {
        f"francs-{first.pk}", f"francs-{second.pk}", "reference", "paid_on",
    }  # fmt: skip
    with pytest.raises(DomainError, match="au moins une facture"):
        _pay(care, {})
    with pytest.raises(DomainError, match="n’est arrêtée que le 30/06/2025"):
        _pay(care, {first.pk: 800}, paid_on=date(2025, 6, 29))


def test_nobody_pays_twice(care: World) -> None:
    invoice = settled(care, 1_000)
    _pay(care, {invoice.pk: 800})
    with pytest.raises(DomainError, match="n’est pas à payer"):
        _pay(care, {invoice.pk: 800}, reference="BRB-2")
    other = settled(care, 1_000, number="F-2")
    with pytest.raises(DomainError, match="a déjà servi : ordre OP-2025-00001"):
        _pay(care, {other.pk: 800})


def test_a_double_click_pays_once(care: World) -> None:
    invoice = settled(care, 1_000)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        made = [
            pay_invoices(
                actor=amina,
                facility_id=invoice.facility_id,
                shares={invoice.pk: 400},
                request=by_bank(),
                key="double",
            )
            for _ in range(2)
        ]
    assert made[0].pk == made[1].pk
    assert _stands(care, invoice) == ("settled", 400, 0)


def test_an_order_that_fails_leaves_no_gap(care: World) -> None:
    invoice = settled(care, 1_000)
    _pay(care, {invoice.pk: 100})
    with pytest.raises(DomainError):
        _pay(care, {invoice.pk: 100})
    assert _pay(care, {invoice.pk: 100}, reference="BRB-2").order_number == 2


def test_a_counter_order_undoes_and_the_reference_serves_again(care: World) -> None:
    invoice = settled(care, 1_000)
    order = _pay(care, {invoice.pk: 800})
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        counter = reverse_order(actor=amina, order_id=order.pk, reason="mauvais compte")
        assert (counter.amount_francs, counter.order_number) == (-800, 2)
        with pytest.raises(Conflict, match="déjà annulé par le OP-2025-00002"):
            reverse_order(actor=amina, order_id=order.pk, reason="encore")
        with pytest.raises(DomainError, match="ne s’annule pas"):
            reverse_order(actor=amina, order_id=counter.pk, reason="encore")
        assert Claim.objects.get().state == State.INVOICED
    assert _stands(care, invoice) == ("settled", 800, 0)
    assert _pay(care, {invoice.pk: 800}).attempt == 2
    assert _stands(care, invoice) == ("paid", 0, 0)


def test_what_is_retained_stays_owed_until_it_is_released(care: World) -> None:
    invoice = settled(care, 1_000)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        retain(actor=amina, invoice_id=invoice.pk, francs=300, reason="souche à vérifier")
        with pytest.raises(DomainError, match="De 1 FBu à 500"):
            retain(actor=amina, invoice_id=invoice.pk, francs=501, reason="trop")
    _pay(care, {invoice.pk: 500})
    assert _stands(care, invoice) == ("settled", 0, 300)
    with open_scope(amina, source="essai"):
        release(actor=amina, invoice_id=invoice.pk, francs=300, reason="souche retrouvée")
    assert _stands(care, invoice) == ("settled", 300, 0)
    _pay(care, {invoice.pk: 300}, reference="BRB-2")
    assert _stands(care, invoice) == ("paid", 0, 0)


def test_an_advance_is_used_by_the_invoices_settled_next(care: World) -> None:
    advance = _advance(care, 1_000)
    first, second = settled(care, 1_000), settled(care, 1_000, number="F-2")
    assert _stands(care, first) == ("paid", 0, 0)
    assert _stands(care, second) == ("settled", 600, 0)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        assert open_advances(amina.tenant_id, first.facility_id) == []
        reverse_order(actor=amina, order_id=advance.pk, reason="virement revenu")
        assert open_advances(amina.tenant_id, first.facility_id) == []
    assert _stands(care, first) == ("settled", 800, 0)
    assert _stands(care, second) == ("settled", 800, 0)


@pytest.mark.parametrize("paid_on", [date(1999, 12, 31), date(2012, 12, 31)])
def test_nothing_is_paid_before_the_networks_first_month(paid_on: date, care: World) -> None:
    amina = care.actor("amina")
    request = replace(by_bank(paid_on=paid_on), backdating_reason="carnet retrouvé")
    with open_scope(amina, source="essai"), pytest.raises(DomainError) as refused:
        give_advance(
            actor=amina, facility_id=care.facilities["FS-T001"], francs=100, request=request
        )
    told = {one.field: one.message for one in refused.value.each()}
    assert "avant 2013" in told["paid_on"]
    assert "n’a pas de convention" in told["facility"]


def test_an_advance_is_dated_back_with_a_reason_only(care: World) -> None:
    amina, facility_id = care.actor("amina"), care.facilities["FS-T001"]
    give = partial(give_advance, actor=amina, facility_id=facility_id, francs=100)
    with open_scope(amina, source="essai"):
        assert give(request=by_bank("AV-1", paid_on=date(2025, 6, 23))).backdating_reason == ""
        early = by_bank("AV-2", paid_on=date(2025, 6, 22))
        with pytest.raises(DomainError, match="demande un motif") as refused:
            give(request=early)
        assert refused.value.field == "paid_on"
        told = give(request=replace(early, backdating_reason="  bordereau  retrouvé "))
        assert told.backdating_reason == "bordereau retrouvé"


def test_a_decision_lowered_after_payment_is_a_debt_once_recovered_next(care: World) -> None:
    invoice = settled(care, 1_000)
    _pay(care, {invoice.pk: 800})
    with open_scope(care.actor("amina"), source="essai"):
        claim = Claim.objects.get().pk
    _lower(care, claim)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        debt = FacilityDebt.objects.get()
        assert (debt.francs, debt.claim_id, debt.arisen_on) == (400, claim, TODAY)
        assert "F1-000001, décision n° 2" in debt.reason
    reply(care, claim, is_agreed=True, text="")
    _redo(care, claim)
    with open_scope(amina, source="essai"):
        assert FacilityDebt.objects.count() == 1
    second = settled(care, 500, number="F-2")
    assert second.payable_francs == 400
    assert _stands(care, second) == ("paid", 0, 0)
    with open_scope(amina, source="essai"):
        assert open_debts(amina.tenant_id, invoice.facility_id) == []


def test_a_decision_raised_after_payment_is_a_supplement_on_the_next_invoice(care: World) -> None:
    _rate(care, 50)
    invoice = settled(care, 1_000)
    assert invoice.payable_francs == 500
    _pay(care, {invoice.pk: 500})
    _rate(care, 80)
    with open_scope(care.actor("amina"), source="essai"):
        paid = Claim.objects.get(state="paid").pk
    _redo(care, paid)
    second = settled(care, 1_000, number="F-2")
    assert second.payable_francs == 800
    assert _stands(care, second) == ("settled", 1_100, 0)
    _pay(care, {second.pk: 1_100}, reference="BRB-2")
    assert _stands(care, second) == ("paid", 0, 0)


def test_an_invoice_whose_payment_was_undone_is_reopened(care: World) -> None:
    """The order and its counter-order stay whole; what was found by any sequence of clerks."""
    invoice, amina = settled(care, 1_000), care.actor("amina")
    order = _pay(care, {invoice.pk: 418})
    with open_scope(amina, source="essai"):
        reverse_order(actor=amina, order_id=order.pk, reason="mauvais compte")
        reopen_invoice(actor=amina, invoice_id=invoice.pk, reason="une attestation oubliée")
        settle_invoice(actor=amina, invoice_id=invoice.pk)
    assert _stands(care, invoice) == ("settled", 800, 0)


def test_a_debt_is_set_against_before_the_facility_is_paid(care: World) -> None:
    first, second = settled(care, 1_000), settled(care, 1_000, number="F-2")
    _pay(care, {first.pk: 800})
    with open_scope(care.actor("amina"), source="essai"):
        claim = Claim.objects.get(invoice_id=first.pk).pk
    _lower(care, claim)
    reply(care, claim, is_agreed=True, text="")
    with pytest.raises(DomainError, match="imputez d’abord"):
        _pay(care, {second.pk: 800}, reference="BRB-2")
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        set_against_invoice(actor=amina, invoice_id=second.pk)
        with pytest.raises(DomainError, match="Rien à imputer"):
            set_against_invoice(actor=amina, invoice_id=second.pk)
    assert _stands(care, second) == ("settled", 400, 0)


def test_the_database_itself_refuses_more_than_is_due(care: World) -> None:
    """Whoever writes: an entry beyond the payable amount, a release of what was not retained."""
    invoice = settled(care, 1_000)
    amina = care.actor("amina")
    for kind, francs in (("retained", 801), ("retained", -1)):
        with (
            pytest.raises(IntegrityError, match="beyond what it is payable"),
            open_scope(amina, source="essai"),
        ):
            InvoiceEntry.objects.create(
                tenant_id=amina.tenant_id,
                invoice_id=invoice.pk,
                facility_id=invoice.facility_id,
                kind=kind,
                francs=francs,
                entered_on=TODAY,
                recorded_by=amina.name,
            )


def test_an_order_pays_exactly_its_amount(care: World) -> None:
    invoice = settled(care, 1_000)
    amina = care.actor("amina")
    with (
        pytest.raises(IntegrityError, match="otherwise than its amount"),
        open_scope(amina, source="essai"),
    ):
        order = PaymentOrder.objects.create(
            tenant_id=amina.tenant_id,
            facility_id=invoice.facility_id,
            order_year=2025,
            order_number=7,
            amount_francs=500,
            method="cash",
            paid_on=TODAY,
            recorded_by=amina.name,
            recorded_by_user_id=amina.user_id,
        )
        InvoiceEntry.objects.create(
            tenant_id=amina.tenant_id,
            invoice_id=invoice.pk,
            facility_id=invoice.facility_id,
            kind="paid",
            francs=400,
            order=order,
            entered_on=TODAY,
            recorded_by=amina.name,
        )


def test_a_closed_month_takes_no_payment(care: World) -> None:
    invoice = settled(care, 1_000)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        PeriodLock.objects.create(
            tenant_id=amina.tenant_id,
            unit_id=care.units["UMUCO"],
            month=date(2025, 6, 1),
            locked_by="essai",
        )
    with pytest.raises(PeriodClosed):
        _pay(care, {invoice.pk: 800})
    with pytest.raises(PeriodClosed):
        _advance(care, 100)


def test_only_the_manager_pays(care: World) -> None:
    invoice = settled(care, 1_000, by="albert")
    with pytest.raises(NotAllowed):
        _pay(care, {invoice.pk: 800}, by="albert")


def test_two_clerks_who_pay_at_once_pay_once(own_database: World) -> None:
    give_terms(own_database)
    invoice = settled(own_database, 1_000)
    start, refused = Barrier(2), []

    def pay(reference: str) -> None:
        start.wait()
        try:
            _pay(own_database, {invoice.pk: 800}, reference=reference)
        except DomainError as error:
            refused.append(error.message)
        finally:
            connection.close()

    threads = [Thread(target=pay, args=(reference,)) for reference in ("A-1", "A-2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [message[:31] for message in refused] == ["Cette facture n’est pas à payer"]
    assert _stands(own_database, invoice) == ("paid", 0, 0)
    with open_scope(own_database.actor("amina"), source="essai"):
        assert list(PaymentOrder.objects.values_list("order_number", flat=True)) == [1]


def test_two_invoices_settled_at_once_share_one_advance(own_database: World) -> None:
    from_centre = own_database.actor("amina")
    give_terms(own_database)
    agree_advances(own_database)
    _advance(own_database, 1_000)
    rows = [received(own_database, 1_000), received(own_database, 1_000, number="F-2")]
    start = Barrier(2)

    def settle(invoice_id: int) -> None:
        start.wait()
        try:
            with open_scope(from_centre, source="essai"):
                settle_invoice(actor=from_centre, invoice_id=invoice_id)
        finally:
            connection.close()

    threads = [Thread(target=settle, args=(row.pk,)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(_stands(own_database, row)[1] for row in rows) == [0, 600]


def test_cash_needs_no_reference_a_harvest_pays_no_facility(care: World) -> None:
    invoice = settled(care, 1_000)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        for method, ok in (("harvest", False), ("opening", False), ("cash", True)):
            request = OrderRequest(method=method, paid_on=TODAY)
            values = {"actor": amina, "facility_id": invoice.facility_id, "request": request}
            if ok:
                assert pay_invoices(shares={invoice.pk: 800}, **values).reference == ""
            else:
                with pytest.raises(DomainError, match="Choisissez le moyen"):
                    pay_invoices(shares={invoice.pk: 800}, **values)


def test_a_visitors_care_is_paid_by_who_treats_and_the_debt_is_theirs(care: World) -> None:
    """INEZA's centre treats a member of UMUCO; its manager redoes: INEZA is owed back."""
    claim = give_claim(care, processing="INEZA", facility="FS-T001")
    decide_final(care, claim, processing="INEZA")
    bernard, amina = care.actor("bernard"), care.actor("amina")
    with open_scope(bernard, source="essai"):
        invoice = record_invoice(actor=bernard, facts=facts(care))
        tie_month(actor=bernard, invoice_id=invoice.pk)
        settle_invoice(actor=bernard, invoice_id=invoice.pk)
        pay_invoices(
            actor=bernard,
            facility_id=invoice.facility_id,
            shares={invoice.pk: 800},
            request=by_bank(),
        )
    with open_scope(amina, source="essai"):
        assert Claim.objects.get().state == State.PAID
    _lower(care, claim, by="bernard")
    with open_scope(amina, source="essai"):
        assert not FacilityDebt.objects.exists()
    with open_scope(bernard, source="essai"):
        assert [one.francs for one in open_debts(bernard.tenant_id, invoice.facility_id)] == [400]
