"""A facility that bills no more: what is open with it, either way, can be closed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError

from claims.models import (
    Claim,
    FacilityRepayment,
    InvoiceEntry,
    PackageClause,
    PaymentOrder,
    RepaymentShare,
)
from claims.rules.orders import OrderRequest
from claims.selectors.facility_accounts import ageing, facility_statement
from claims.selectors.invoices import invoice_by_id, open_advances, open_debts
from claims.services.decisions import redo_decisions
from claims.services.orders import give_advance, pay_invoices, reverse_order
from claims.services.repayments import receive_repayment, reverse_repayment
from claims.services.setting_against import set_against_invoice
from conamus.kernel.errors import DomainError
from federations.tenancy.scope import open_scope
from tests.claims.care import give_terms
from tests.claims.money import TODAY, agree_advances, settled
from tests.claims.reviewing import reply
from tests.world import World

BEGIN = date(2025, 1, 1)


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    agree_advances(world)
    return world


def _cash(day: date = TODAY) -> OrderRequest:
    return OrderRequest(method="cash", paid_on=day)


def _do(world: World, service: Callable, **told: Any) -> Any:
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        return service(actor=amina, **told)


def _rate(world: World, percent: int) -> None:
    with open_scope(world.system("CONAMUS"), source="essai"):
        PackageClause.objects.filter(kind="rate", ownership="public").update(percent=percent)


def _pay(world: World, invoice: Any, francs: int) -> PaymentOrder:
    shares = {invoice.pk: francs}
    return _do(world, pay_invoices, facility_id=invoice.facility_id, shares=shares, request=_cash())


def _decide_at(world: World, percent: int, invoice: Any) -> int:
    """Decide the first claim of an invoice anew at another rate; returns the claim."""
    _rate(world, percent)
    with open_scope(world.actor("amina"), source="essai"):
        claim = Claim.objects.filter(invoice_id=invoice.pk).earliest("pk").pk
    _do(world, redo_decisions, claim_ids=[claim], year=2025)
    return claim


def _advance(world: World, francs: int, paid_on: date = TODAY) -> PaymentOrder:
    facility = world.facilities["FS-T001"]
    return _do(world, give_advance, facility_id=facility, francs=francs, request=_cash(paid_on))


def _repay(world: World, francs: int, day: date = TODAY) -> FacilityRepayment:
    facility = world.facilities["FS-T001"]
    return _do(world, receive_repayment, facility_id=facility, francs=francs, request=_cash(day))


def _stands(world: World, invoice: Any) -> tuple[str, int]:
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        row = invoice_by_id(amina, invoice.pk)
    return row.state, row.due_francs


def _open(world: World) -> tuple[list[int], list[int]]:
    """What is open with FS-T001: debts, advances."""
    amina, facility = world.actor("amina"), world.facilities["FS-T001"]
    with open_scope(amina, source="essai"):
        debts = open_debts(amina.tenant_id, facility)
        advances = open_advances(amina.tenant_id, facility)
    return [one.francs for one in debts], [one.francs for one in advances]


def _balance(world: World, on: date = TODAY) -> int:
    """What is owed to FS-T001 on a day; both pages say the same."""
    amina, facility = world.actor("amina"), world.facilities["FS-T001"]
    with open_scope(amina, source="essai"):
        net = sum(line.net_francs for line in ageing(amina, on=on))
        account = facility_statement(amina, facility, since=BEGIN, until=on)
    assert account.closing_francs == net
    return net


def test_a_supplement_is_paid_on_an_invoice_that_was_paid(care: World) -> None:
    """600 paid, then the rate is 80 %: an order pays the 200, and the account is closed."""
    _rate(care, 60)
    invoice = settled(care, 1_000)
    _pay(care, invoice, 600)
    _decide_at(care, 80, invoice)
    assert (_balance(care), _stands(care, invoice)) == (200, ("paid", 0))
    _do(care, set_against_invoice, invoice_id=invoice.pk)
    assert (_balance(care), _stands(care, invoice)) == (200, ("settled", 200))
    order = _pay(care, invoice, 200)
    assert (_balance(care), _stands(care, invoice), _open(care)) == (0, ("paid", 0), ([], []))
    with open_scope(care.actor("amina"), source="essai"):
        assert {claim.state for claim in Claim.objects.all()} == {"paid"}
    _do(care, reverse_order, order_id=order.pk, reason="virement revenu")
    assert (_balance(care), _stands(care, invoice)) == (200, ("settled", 200))


def test_what_the_facility_has_in_advance_is_taken_from_its_supplement(care: World) -> None:
    _rate(care, 60)
    invoice = settled(care, 1_000)
    _pay(care, invoice, 600)
    _advance(care, 150)
    _decide_at(care, 80, invoice)
    _do(care, set_against_invoice, invoice_id=invoice.pk)
    assert (_balance(care), _stands(care, invoice), _open(care)) == (
        50, ("settled", 50), ([], []),
    )  # fmt: skip


def test_supplement_and_advance_of_the_same_amount_close_each_other(care: World) -> None:
    _rate(care, 60)
    invoice = settled(care, 1_000)
    _pay(care, invoice, 600)
    _advance(care, 200)
    _decide_at(care, 80, invoice)
    _do(care, set_against_invoice, invoice_id=invoice.pk)
    assert (_balance(care), _stands(care, invoice), _open(care)) == (0, ("paid", 0), ([], []))


def test_a_paid_invoice_takes_nothing_but_a_supplement(care: World) -> None:
    invoice = settled(care, 1_000)
    _pay(care, invoice, 800)
    _advance(care, 500)
    with pytest.raises(DomainError, match="Rien ne reste à payer sur cette facture"):
        _do(care, set_against_invoice, invoice_id=invoice.pk)
    assert _open(care) == ([], [500])


def test_the_pages_lead_from_the_supplement_to_its_payment(care: World, sign_in: Callable) -> None:
    _rate(care, 60)
    invoice = settled(care, 1_000)
    _pay(care, invoice, 600)
    client, page = sign_in("amina"), f"/soins/factures/{invoice.pk}/"
    assert f"{page}imputer/" not in client.get(page).content.decode()
    _decide_at(care, 80, invoice)
    pay = client.get(f"/soins/paiements/formation/{invoice.facility_id}/").content.decode()
    assert "200\u00a0FBu de compléments lui sont dus" in pay.replace("\u202f", "\u00a0")
    assert f"{page}imputer/" in client.get(page).content.decode()
    assert client.post(f"{page}imputer/").status_code == 302
    assert _stands(care, invoice) == ("settled", 200)


def test_what_no_invoice_used_of_an_advance_is_paid_back(care: World) -> None:
    """5,000 in advance, 800 used: the 4,200 come back, and the account is closed."""
    advance = _advance(care, 5_000)
    invoice = settled(care, 1_000)
    assert (_balance(care), _stands(care, invoice)) == (-4_200, ("paid", 0))
    with pytest.raises(DomainError, match=r"4.200"):
        _repay(care, 4_201)
    first = _repay(care, 1_200)
    assert (_balance(care), _open(care)) == (-3_000, ([], [3_000]))
    _repay(care, 3_000)
    assert (_balance(care), _open(care)) == (0, ([], []))
    with pytest.raises(DomainError, match="ne doit rien"):
        _repay(care, 1)
    with pytest.raises(DomainError, match="reçu RB-2025-00001, RB-2025-00002"):
        _do(care, reverse_order, order_id=advance.pk, reason="erreur")
    _do(care, reverse_repayment, repayment_id=first.pk, reason="chèque sans provision")
    assert (_balance(care), _open(care)) == (-1_200, ([], [1_200]))
    assert settled(care, 500, number="F-2").state == "paid"
    assert _open(care) == ([], [800])


def test_an_advance_whose_repayment_was_undone_is_undone_as_well(care: World) -> None:
    advance = _advance(care, 5_000)
    made = _repay(care, 5_000)
    _do(care, reverse_repayment, repayment_id=made.pk, reason="erreur de caisse")
    _do(care, reverse_order, order_id=advance.pk, reason="erreur de caisse")
    assert (_balance(care), _open(care)) == (0, ([], []))


def test_debts_come_first_and_supplements_are_deducted(care: World) -> None:
    first, second = settled(care, 1_000), settled(care, 500, number="F-2")
    _pay(care, first, 800)
    _pay(care, second, 400)
    _advance(care, 1_000)
    _decide_at(care, 50, first)
    _decide_at(care, 90, second)
    assert _open(care) == ([300, -50], [1_000])
    _repay(care, 350)
    assert _open(care) == ([], [900])
    assert _balance(care) == -900


def test_nothing_is_paid_back_before_it_was_owed(care: World) -> None:
    """Both pages would say otherwise of the days between."""
    _advance(care, 500, date(2025, 6, 24))
    with pytest.raises(DomainError, match="ne doit rien au 23/06/2025") as refused:
        _repay(care, 500, date(2025, 6, 23))
    assert refused.value.field == "amount_francs"
    _advance(care, 300, date(2025, 6, 26))
    with pytest.raises(DomainError, match=r"500.FBu, ce qu’elle doit au 24/06/2025"):
        _repay(care, 501, date(2025, 6, 24))
    _repay(care, 500, date(2025, 6, 24))
    assert [_balance(care, date(2025, 6, day)) for day in (23, 24, 26)] == [0, 0, -300]


def test_the_database_itself_holds_what_is_used_and_paid_back(care: World) -> None:
    advance = _advance(care, 1_000)
    invoice = settled(care, 500)
    amina = care.actor("amina")
    signed = {"recorded_by": amina.name, "recorded_by_user_id": amina.user_id}
    place = {"tenant_id": amina.tenant_id, "facility_id": invoice.facility_id}

    def bring(francs: int, number: int) -> None:
        made = FacilityRepayment.objects.create(
            **place, year=2025, number=number, amount_francs=francs, method="cash",
            received_on=TODAY, **signed,
        )  # fmt: skip
        RepaymentShare.objects.create(
            **place, repayment=made, advance=advance, francs=francs, entered_on=TODAY
        )

    with (
        pytest.raises(IntegrityError, match="used and repaid beyond"),
        open_scope(amina, source="essai"),
    ):
        bring(601, 1)
    with open_scope(amina, source="essai"):
        bring(600, 1)
    other = settled(care, 500, number="F-2")
    with (
        pytest.raises(IntegrityError, match="used and repaid beyond"),
        open_scope(amina, source="essai"),
    ):
        InvoiceEntry.objects.create(
            **place, invoice_id=other.pk, kind="advance", francs=1, order=advance,
            entered_on=TODAY, recorded_by=amina.name,
        )  # fmt: skip
    with (
        pytest.raises(IntegrityError, match="used and repaid beyond"),
        open_scope(amina, source="essai"),
    ):
        PaymentOrder.objects.create(
            **place, kind="advance", amount_francs=-1_000, method="cash", reverses=advance,
            order_year=2025, order_number=99, paid_on=TODAY, **signed,
        )  # fmt: skip


def test_the_receipt_and_the_advance_name_each_other(care: World, sign_in: Callable) -> None:
    advance, facility = _advance(care, 1_000), care.facilities["FS-T001"]
    amina, address = sign_in("amina"), f"/soins/remboursements/formation/{facility}/"
    assert address in amina.get("/soins/echeances/").content.decode()
    assert address in amina.get(f"/soins/comptes/{facility}/").content.decode()
    assert amina.get(address).context["form"].initial["amount_francs"] == 1_000
    told = {"amount_francs": "400", "method": "cash", "paid_on": "2025-06-30"}
    receipt = amina.post(address, told)["Location"]
    assert "Avance OP-2025-00001" in amina.get(receipt).content.decode()
    assert amina.get(f"{receipt}recu.pdf").status_code == 200
    order = amina.get(f"/soins/paiements/{advance.pk}/").content.decode()
    assert "Rendu le" in order
    assert "RB-2025-00001" in order


def test_a_debt_that_waits_for_the_facilitys_answer_is_told_as_such(
    care: World, sign_in: Callable
) -> None:
    """Paid in full, then decided lower: 300 wait, and are set against the next once agreed."""
    first, second = settled(care, 1_000), settled(care, 1_000, number="F-2")
    _pay(care, first, 800)
    claim = _decide_at(care, 50, first)
    with pytest.raises(DomainError, match=r"300.FBu de dettes attendent la réponse"):
        _do(care, set_against_invoice, invoice_id=second.pk)
    amina = sign_in("amina")
    said = "300\u00a0FBu de dettes attendent encore sa réponse"
    for page in (
        f"/soins/factures/{second.pk}/imputer/",
        f"/soins/paiements/formation/{second.facility_id}/",
    ):
        text = amina.get(page).content.decode().replace("\u202f", "\u00a0")
        assert said in text
        assert "doit encore" not in text
    reply(care, claim, is_agreed=True, text="")
    _do(care, set_against_invoice, invoice_id=second.pk)
    assert _stands(care, second) == ("settled", 500)
    with pytest.raises(DomainError, match="n’a ni dette"):
        _do(care, set_against_invoice, invoice_id=second.pk)
