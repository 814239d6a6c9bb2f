"""Debts that a facility pays back in cash or at the bank: receipts, parts, what undoes them."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connections
from pypdf import PdfReader

from claims.models import FacilityDebt, FacilityRepayment, RepaymentShare
from claims.rules.invoices import Open, Use, set_against
from claims.rules.orders import OrderRequest
from claims.selectors.facility_accounts import ageing, facility_statement
from claims.selectors.invoices import open_debts
from claims.services.repayments import receive_repayment, reverse_repayment
from conamus.kernel.errors import DomainError, NotAllowed, NotFound
from federations.models import PeriodLock
from federations.tenancy.scope import open_scope
from tests.claims.care import give_terms
from tests.claims.money import TODAY, by_bank, settled
from tests.conftest import reading_all_tenants
from tests.world import World

BEGIN = date(2025, 1, 1)


@pytest.fixture
def care(world: World) -> World:
    """FS-T001 owes 400 since May, 300 since June; UMUCO owes it a supplement of 100."""
    _owe(world)
    return world


def _owe(world: World) -> None:
    give_terms(world)
    told = ((400, date(2025, 5, 2)), (300, date(2025, 6, 2)), (-100, date(2025, 6, 3)))
    with reading_all_tenants():
        for francs, day in told:
            FacilityDebt.objects.create(
                tenant_id=world.tenants["UMUCO"],
                facility_id=world.facilities["FS-T001"],
                francs=francs,
                reason="constat de visite",
                arisen_on=day,
                recorded_by="essai",
            )


def _bring(world: World, francs: int, *, by: str = "amina", **told: Any) -> FacilityRepayment:
    actor = world.actor(by)
    cash = OrderRequest(method="cash", paid_on=TODAY)
    with open_scope(actor, source="essai"):
        return receive_repayment(
            actor=actor,
            facility_id=world.facilities["FS-T001"],
            francs=francs,
            request=told.pop("request", cash),
            **told,
        )


def _undo(world: World, made: FacilityRepayment, reason: str = "compté deux fois") -> Any:
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        return reverse_repayment(actor=amina, repayment_id=made.pk, reason=reason)


def _left(world: World) -> list[int]:
    with open_scope(world.actor("amina"), source="essai"):
        found = open_debts(world.tenants["UMUCO"], world.facilities["FS-T001"])
        return [one.francs for one in found]


def test_in_parts_the_oldest_first_supplements_deducted(care: World) -> None:
    first = _bring(care, 250)
    assert (first.number, first.amount_francs) == (1, 250)
    assert _left(care) == [50, 300]
    assert _bring(care, 350).number == 2
    assert _left(care) == []
    with pytest.raises(DomainError, match="ne doit rien"):
        _bring(care, 1)


def test_supplements_and_debts_always_make_the_amount() -> None:
    debts = [Open(1, 700), Open(2, -200), Open(3, 50)]
    for francs in range(1, 551):
        uses, of_advances = set_against(francs, debts, [Open(9, 5)])
        assert sum(use.francs for use in (*uses, *of_advances)) == francs
    assert set_against(553, debts, [Open(9, 5)]) == (
        (Use(2, -200), Use(1, 700), Use(3, 50)),
        (Use(9, 3),),
    )


@pytest.mark.parametrize("francs", [0, -5, 601])
def test_no_more_than_is_owed(francs: int, care: World) -> None:
    with pytest.raises(DomainError, match="600") as refusal:
        _bring(care, francs)
    assert refusal.value.field == "amount_francs"
    assert _left(care) == [400, 300, -100]


def test_undone_by_a_counter_entry_what_was_paid_back_is_owed_again(care: World) -> None:
    made = _bring(care, 250, request=by_bank("BRB-9"))
    counter = _undo(care, made)
    assert (counter.number, counter.amount_francs, counter.reverses_id) == (2, -250, made.pk)
    assert _left(care) == [400, 300, -100]
    with pytest.raises(DomainError, match="déjà annulé par le RB-2025-00002"):
        _undo(care, made)
    with pytest.raises(DomainError, match="ne s’annule pas"):
        _undo(care, counter)
    assert _bring(care, 250, request=by_bank("BRB-9")).attempt == 2


def test_a_reference_serves_once_and_a_transfer_has_one(care: World) -> None:
    _bring(care, 100, request=by_bank("BRB-9"))
    with pytest.raises(DomainError, match="reçu RB-2025-00001") as refusal:
        _bring(care, 100, request=by_bank(" brb-9 "))
    assert refusal.value.field == "reference"
    with pytest.raises(DomainError, match="référence"):
        _bring(care, 100, request=by_bank(""))
    with pytest.raises(DomainError, match="à venir"):
        _bring(care, 100, request=OrderRequest(method="cash", paid_on=date(2025, 7, 1)))


def test_the_same_form_twice_is_one_receipt(care: World) -> None:
    assert _bring(care, 100, key="k").pk == _bring(care, 100, key="k").pk
    assert _left(care) == [200, 300]


def test_a_closed_month_takes_none(care: World) -> None:
    with open_scope(care.system("UMUCO"), source="essai"):
        PeriodLock.objects.create(
            tenant_id=care.tenants["UMUCO"],
            unit_id=care.units["UMUCO"],
            month=date(2025, 5, 1),
            locked_by="essai",
        )
    with pytest.raises(DomainError) as refusal:
        _bring(care, 100, request=OrderRequest(method="cash", paid_on=date(2025, 5, 20)))
    assert refusal.value.field == "paid_on"


def test_the_account_and_the_ageing_show_it_on_its_day(care: World) -> None:
    """A facility that bills no more stands in the ageing by its debt alone."""
    _bring(care, 250, request=OrderRequest(method="cash", paid_on=date(2025, 6, 10)))
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        told = {
            day: [(line.debt_francs, line.net_francs) for line in ageing(amina, on=day)]
            for day in (date(2025, 6, 9), TODAY)
        }
        account = facility_statement(amina, care.facilities["FS-T001"], since=BEGIN, until=TODAY)
    assert told == {date(2025, 6, 9): [(600, -600)], TODAY: [(350, -350)]}
    assert account.closing_francs == -350
    assert account.lines[-1].movement.document == "RB-2025-00001"


def test_a_debt_paid_back_is_not_recovered_again_from_an_invoice(care: World) -> None:
    _bring(care, 600)
    invoice = settled(care, 1_000)
    assert (invoice.payable_francs, invoice.due_francs) == (800, 800)


def test_the_database_itself_refuses_more_than_is_owed(care: World) -> None:
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        debt = FacilityDebt.objects.filter(francs=300).get()
    place = {"tenant_id": amina.tenant_id, "facility_id": debt.facility_id}
    for amount, share, words in ((301, 301, "beyond its amount"), (200, 100, "otherwise than")):
        with pytest.raises(IntegrityError, match=words), open_scope(amina, source="essai"):
            made = FacilityRepayment.objects.create(
                **place, year=2025, number=9, amount_francs=amount, method="cash",
                received_on=TODAY, recorded_by=amina.name, recorded_by_user_id=amina.user_id,
            )  # fmt: skip
            RepaymentShare.objects.create(
                **place, repayment=made, debt=debt, francs=share, entered_on=TODAY
            )


def test_two_clerks_at_once_receive_it_once(own_database: World) -> None:
    _owe(own_database)
    start, refused = Barrier(2), []

    def bring() -> None:
        start.wait()
        try:
            _bring(own_database, 600)
        except DomainError as error:
            refused.append(error.message)
        finally:
            connections.close_all()

    clerks = [Thread(target=bring) for _ in range(2)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    assert refused == ["Cette formation sanitaire ne doit rien."]
    assert _left(own_database) == []


@pytest.mark.parametrize("username", ["albert", "agnes", "medard", "fabrice", "clara"])
def test_who_does_not_pay_receives_nothing(username: str, care: World) -> None:
    with pytest.raises(NotAllowed):
        _bring(care, 100, by=username)


def test_another_federation_sees_and_undoes_nothing(care: World) -> None:
    made, bernard = _bring(care, 100), care.actor("bernard")
    with open_scope(bernard, source="essai"):
        assert not FacilityRepayment.objects.exists()
        assert not RepaymentShare.objects.exists()
        with pytest.raises(NotFound):
            reverse_repayment(actor=bernard, repayment_id=made.pk, reason="x")


def test_from_what_is_due_to_the_receipt(care: World, sign_in: Callable) -> None:
    amina, facility = sign_in("amina"), care.facilities["FS-T001"]
    address = f"/soins/remboursements/formation/{facility}/"
    assert address in amina.get("/soins/echeances/").content.decode()
    assert address in amina.get(f"/soins/comptes/{facility}/").content.decode()
    form = amina.get(address)
    assert form.context["form"].initial["amount_francs"] == 600
    told = {"amount_francs": "700", "method": "cash", "paid_on": "2025-06-30"}
    refused = amina.post(address, told)
    assert refused.status_code == 422
    assert "amount_francs" in refused.context["form"].errors
    page = amina.post(address, {**told, "amount_francs": "600"})["Location"]
    assert "Remboursement RB-2025-00001" in amina.get(page).content.decode()
    paper = amina.get(f"{page}recu.pdf")
    text = "".join(one.extract_text() for one in PdfReader(BytesIO(paper.content)).pages)
    assert "RB-2025-00001" in text
    assert "constat de visite" in text
    fabrice = sign_in("fabrice")
    assert fabrice.get(page).status_code == 200
    assert fabrice.get(f"{page}annuler/").status_code == 403
    assert sign_in("bernard").get(page).status_code == 404
    counter = amina.post(f"{page}annuler/", {"reason": "erreur de caisse"})["Location"]
    assert "Annule le reçu" in amina.get(counter).content.decode()
    assert "Annulé par une" in amina.get(page).content.decode()
