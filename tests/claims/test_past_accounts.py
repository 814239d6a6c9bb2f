"""The account of a past day stays what it was, whatever was undone since; both pages say it."""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from claims.models import UndoneSettling
from claims.rules.invoices import Age
from claims.rules.orders import OrderRequest
from claims.selectors.facility_accounts import ageing, facility_statement
from claims.services.invoices import (
    cancel_invoice,
    reopen_invoice,
    settle_invoice,
    take_on_invoice,
)
from claims.services.orders import give_advance, pay_invoices, reverse_order
from claims.services.repayments import receive_repayment, reverse_repayment
from claims.services.retentions import release, retain
from federations.tenancy.scope import open_scope
from tests.claims.care import give_terms
from tests.claims.money import agree_advances, facts, received
from tests.world import World

BEGIN = date(2024, 1, 1)


def _june(day: int) -> date:
    return date(2025, 6, day)


@pytest.fixture
def care(world: World, settings: Any) -> World:
    settings.BUSINESS_DATE = _june(1)
    give_terms(world)
    agree_advances(world)
    return world


def _cash(day: int) -> OrderRequest:
    return OrderRequest(method="cash", paid_on=_june(day))


def _told(world: World, on: date, by: str = "amina") -> tuple[int, int]:
    """What is owed to FS-T001 on a day: by the ageing, by the statement."""
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        net = sum(line.net_francs for line in ageing(actor, on=on))
        account = facility_statement(actor, world.facilities["FS-T001"], since=BEGIN, until=on)
    return net, account.closing_francs


class _Days:
    """Clerks' work, a day each, with what both pages said that evening to each who reads them."""

    readers = ("amina", "fabrice", "albert")

    def __init__(self, world: World, settings: Any) -> None:
        self.world, self.settings = world, settings
        self.said: dict[date, list[tuple[int, int]]] = {}

    @contextmanager
    def on(self, day: int) -> Any:
        self.settings.BUSINESS_DATE = _june(day)
        actor = self.world.actor("amina")
        with open_scope(actor, source="essai"):
            yield actor
        self.said[_june(day)] = self.all_told(_june(day))

    def all_told(self, on: date) -> list[tuple[int, int]]:
        return [_told(self.world, on, by) for by in self.readers]


def test_settled_reopened_and_settled_again(care: World, settings: Any) -> None:
    """Advance of 700, a centre's invoice of 1,200 settled, reopened, settled, paid: day by day."""
    invoice, days = received(care, 1_000, 500, by="albert"), _Days(care, settings)
    place, pk = {"facility_id": invoice.facility_id}, invoice.pk
    with days.on(2) as amina:
        advance = give_advance(actor=amina, francs=700, request=_cash(2), **place)
    with days.on(4) as amina:
        settle_invoice(actor=amina, invoice_id=pk)
    with days.on(5) as amina:
        retain(actor=amina, invoice_id=pk, francs=100, reason="à vérifier")
    with days.on(6) as amina:
        release(actor=amina, invoice_id=pk, francs=100, reason="vérifié")
        order = pay_invoices(actor=amina, shares={pk: 200}, request=_cash(6), **place)
    with days.on(7) as amina:
        reverse_order(actor=amina, order_id=order.pk, reason="mauvais compte")
        reopen_invoice(actor=amina, invoice_id=pk, reason="une souche manque")
    with days.on(8) as amina:
        repaid = receive_repayment(actor=amina, francs=300, request=_cash(8), **place)
    with days.on(9) as amina:
        settle_invoice(actor=amina, invoice_id=pk)
        reopen_invoice(actor=amina, invoice_id=pk, reason="la même")
    with days.on(10) as amina:
        settle_invoice(actor=amina, invoice_id=pk)
    with days.on(12) as amina:
        reverse_repayment(actor=amina, repayment_id=repaid.pk, reason="jamais reçu")
    with days.on(14) as amina:
        reverse_order(actor=amina, order_id=advance.pk, reason="virement revenu")
    settings.BUSINESS_DATE = _june(30)
    assert days.said == {day: days.all_told(day) for day in days.said}
    for told in days.said.values():
        assert all(net == closing for net, closing in told)
    whole = [told[0][0] for told in days.said.values()]
    assert whole == [-700, 500, 500, 300, -700, -400, -400, 800, 500, 1_200]
    assert [told[2][0] for told in days.said.values()] == [
        0, 500, 500, 300, 0, 0, 0, 800, 800, 1_200,
    ]  # fmt: skip


def test_what_was_due_then_is_as_old_as_it_was_then(care: World, settings: Any) -> None:
    """Due since 5 May when it was settled: 30 days late on 4 June, whatever came after."""
    invoice, days = received(care, 1_000), _Days(care, settings)
    with days.on(4) as amina:
        settle_invoice(actor=amina, invoice_id=invoice.pk)
        [then] = ageing(amina, on=_june(4))
    with days.on(6) as amina:
        reopen_invoice(actor=amina, invoice_id=invoice.pk, reason="erreur de mois")
        assert ageing(amina, on=_june(6)) == []
        [line] = ageing(amina, on=_june(4))
    assert line.by_age == then.by_age
    assert line.by_age[Age.TO_30] == 800


def test_the_statement_says_what_was_undone_and_why(
    care: World, settings: Any, sign_in: Callable
) -> None:
    invoice, days = received(care, 1_000), _Days(care, settings)
    with days.on(4) as amina:
        settle_invoice(actor=amina, invoice_id=invoice.pk)
    with days.on(6) as amina:
        reopen_invoice(actor=amina, invoice_id=invoice.pk, reason="erreur de mois")
    with days.on(8) as amina:
        settle_invoice(actor=amina, invoice_id=invoice.pk)
    page = sign_in("amina").get(
        f"/soins/comptes/{invoice.facility_id}/?since=2025-01-01&until=2025-06-08"
    )
    lines = page.context["statement"].lines
    assert [(one.movement.day.day, one.movement.francs) for one in lines] == [
        (4, 800), (6, -800), (8, 800),
    ]  # fmt: skip
    assert "Facture F-1, 03/2025, rouverte : erreur de mois" in page.content.decode()


def test_one_taken_on_and_cancelled_was_due_until_then(care: World, settings: Any) -> None:
    days, december = _Days(care, settings), date(2024, 12, 5)
    told = facts(care, month=date(2024, 11, 1), received_on=december, told_francs=400)
    with days.on(4) as amina:
        invoice = take_on_invoice(actor=amina, facts=told, payable_francs=300)
    with days.on(6) as amina:
        cancel_invoice(actor=amina, invoice_id=invoice.pk, reason="montant mal lu")
    with days.on(8) as amina:
        take_on_invoice(actor=amina, facts=told, payable_francs=200)
    assert {day.day: said[0] for day, said in days.said.items()} == {
        4: (300, 300), 6: (0, 0), 8: (200, 200),
    }  # fmt: skip
    # What is taken on today was due before: the past learns of it, and forgets nothing.
    assert [_told(care, _june(day)) for day in (4, 6)] == [(500, 500), (200, 200)]
    assert _told(care, december)[0] == 500


def test_each_reads_what_was_undone_of_its_own_invoices(care: World, settings: Any) -> None:
    invoice, days = received(care, 1_000), _Days(care, settings)
    with days.on(4) as amina:
        settle_invoice(actor=amina, invoice_id=invoice.pk)
        reopen_invoice(actor=amina, invoice_id=invoice.pk, reason="erreur de mois")
    for username, count in (("amina", 1), ("fabrice", 1), ("bernard", 0)):
        with open_scope(care.actor(username), source="essai"):
            assert UndoneSettling.objects.count() == count
