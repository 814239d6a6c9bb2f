"""For any sequence of what clerks do, entries and remainder make the payable amount, and the
account of the facility is what its decisions in force say, less what was paid."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from claims.models import (
    Claim,
    DecisionLine,
    FacilityDebt,
    FacilityInvoice,
    FacilityRepayment,
    InvoiceEntry,
    PackageClause,
    PaymentOrder,
)
from claims.rules.invoices import owed_back
from claims.selectors.facility_accounts import ageing, facility_statement
from claims.selectors.invoices import (
    invoice_by_id,
    open_advances,
    open_debts,
    shown,
    visible_invoices,
    with_left,
)
from claims.selectors.orders import visible_orders
from claims.selectors.repayments import visible_repayments
from claims.selectors.replies import awaited_answers
from claims.services.decisions import redo_decisions
from claims.services.invoices import reopen_invoice, settle_invoice
from claims.services.orders import give_advance, pay_invoices, reverse_order
from claims.services.repayments import receive_repayment, reverse_repayment
from claims.services.replies import facility_reply
from claims.services.retentions import release, retain
from claims.services.setting_against import set_against_invoice
from conamus.kernel.errors import DomainError
from federations.tenancy.scope import open_scope
from tests.claims.care import BEGIN, give_terms
from tests.claims.money import TODAY, agree_advances, by_bank, received
from tests.world import World

_RATES = (50, 60, 80)
_SMALL = st.integers(0, 7)
_FRANCS = st.integers(1, 1_200)
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("bill", "settle", "pay", "pay", "advance", "retain", "release", "reverse", "redo",
             "against", "reopen", "repay", "repay", "unrepay")
        ),
        _SMALL,
        _FRANCS,
    ),
    min_size=4,
    max_size=14,
)  # fmt: skip


class _Clerks:
    """Two federation clerks' work, step by step; a refusal changes nothing."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.actor = world.actor("amina")
        self.facility_id = world.facilities["FS-T001"]
        self.references = 0

    def invoice(self, at: int) -> FacilityInvoice | None:
        rows = list(visible_invoices(self.actor).order_by("pk"))
        return rows[at % len(rows)] if rows else None

    def reference(self) -> Any:
        self.references += 1
        return by_bank(f"R-{self.references}")

    def do(self, step: str, at: int, francs: int) -> None:
        if step == "bill":
            received(self.world, 1_000, 500, number=f"F-{self.references}-{at}-{francs}"[:12])
            return
        if step == "redo":
            self._rate(_RATES[at % 3])
        with open_scope(self.actor, source="essai"):
            self._verb(step)(at, francs)
        if step == "redo" and at % 2:
            self._agree()

    def _agree(self) -> None:
        """Have the facility say yes to what was redone: what it owes by it may be set against."""
        fabrice = self.world.actor("fabrice")
        with open_scope(fabrice, source="essai"):
            for _, claim in awaited_answers(TODAY):
                facility_reply(
                    actor=fabrice,
                    claim_id=claim.pk,
                    year=2025,
                    version=claim.version,
                    is_agreed=True,
                )

    def _verb(self, step: str) -> Callable[[int, int], object]:
        verbs: dict[str, Callable[[int, int], object]] = {
            "settle": lambda at, francs: settle_invoice(actor=self.actor, invoice_id=self._pk(at)),
            "pay": lambda at, francs: pay_invoices(
                actor=self.actor,
                facility_id=self.facility_id,
                shares={self._pk(at): self._share(at, francs)},
                request=self.reference(),
            ),
            "advance": lambda at, francs: give_advance(
                actor=self.actor,
                facility_id=self.facility_id,
                francs=francs,
                request=self.reference(),
            ),
            "retain": lambda at, francs: retain(
                actor=self.actor, invoice_id=self._pk(at), francs=francs, reason="x"
            ),
            "release": lambda at, francs: release(
                actor=self.actor, invoice_id=self._pk(at), francs=francs, reason="x"
            ),
            "reverse": self._reverse,
            "repay": self._repay,
            "unrepay": self._unrepay,
            "redo": self._redo,
            "against": lambda at, francs: set_against_invoice(
                actor=self.actor, invoice_id=self._pk(at)
            ),
            "reopen": lambda at, francs: reopen_invoice(
                actor=self.actor, invoice_id=self._pk(at), reason="x"
            ),
        }
        return verbs[step]

    def _repay(self, at: int, francs: int) -> None:
        """All that is owed, every other time."""
        account = (self.actor.tenant_id, self.facility_id)
        owed = owed_back(open_debts(*account), open_advances(*account))
        receive_repayment(
            actor=self.actor,
            facility_id=self.facility_id,
            francs=owed if at % 2 else francs,
            request=self.reference(),
        )

    def _unrepay(self, at: int, francs: int) -> None:
        made = list(visible_repayments(self.actor).order_by("pk"))
        if made:
            pk = made[at % len(made)].pk
            reverse_repayment(actor=self.actor, repayment_id=pk, reason="x")

    def _pk(self, at: int) -> int:
        invoice = self.invoice(at)
        return invoice.pk if invoice else 0

    def _share(self, at: int, francs: int) -> int:
        """All that is due, every other time."""
        invoice = invoice_by_id(self.actor, self._pk(at))
        return invoice.due_francs if at % 2 and invoice.payable_francs else francs

    def _reverse(self, at: int, francs: int) -> None:
        orders = list(visible_orders(self.actor).order_by("pk"))
        if orders:
            reverse_order(actor=self.actor, order_id=orders[at % len(orders)].pk, reason="x")

    def _rate(self, percent: int) -> None:
        with open_scope(self.world.system("CONAMUS"), source="essai"):
            PackageClause.objects.filter(kind="rate", ownership="public").update(percent=percent)

    def _redo(self, at: int, francs: int) -> None:
        claims = list(Claim.objects.exclude(decision_id=None).order_by("pk"))
        if claims:
            claim = claims[at % len(claims)]
            redo_decisions(actor=self.actor, claim_ids=[claim.pk], year=2025)

    def check(self) -> None:
        with open_scope(self.actor, source="essai"):
            self._check_invoices()
            self._check_account()
            orders = PaymentOrder.objects.values_list("order_number", flat=True)
            repayments = FacilityRepayment.objects.values_list("number", flat=True)
            for numbers in (sorted(orders), sorted(repayments)):
                assert numbers == list(range(1, len(numbers) + 1))

    def _check_invoices(self) -> None:
        for row in shown(visible_invoices(self.actor).filter(payable_francs__isnull=False)):
            entered = InvoiceEntry.objects.filter(invoice_id=row.pk).aggregate(s=Sum("francs"))["s"]
            assert (entered or 0) + row.due_francs == row.payable_francs
            assert row.due_francs >= 0
            assert row.retained_francs >= 0
            is_paid = row.due_francs == 0 and row.retained_francs == 0
            assert row.state == ("paid" if is_paid else "settled")
            states = set(Claim.objects.filter(invoice_id=row.pk).values_list("state", flat=True))
            assert states == {"paid" if is_paid else "invoiced"}

    def _check_account(self) -> None:
        """What remains by invoice, the statement, and the decisions less the orders: one figure."""
        owed = sum(line.net_francs for line in ageing(self.actor, on=TODAY))
        told = facility_statement(self.actor, self.facility_id, since=BEGIN, until=TODAY)
        assert told.closing_francs == owed
        settled = Claim.objects.filter(state__in=("invoiced", "paid"))
        lines = DecisionLine.objects.filter(decision_id__in=settled.values("decision_id"))
        decided = lines.aggregate(s=Sum("mutuelle_francs"))["s"] or 0
        paid = PaymentOrder.objects.aggregate(s=Sum("amount_francs"))["s"] or 0
        repaid = FacilityRepayment.objects.aggregate(s=Sum("amount_francs"))["s"] or 0
        assert owed == decided - paid + repaid
        for debt in with_left(FacilityDebt.objects.all()):
            assert 0 <= debt.left_francs * (1 if debt.francs > 0 else -1) <= abs(debt.francs)


@pytest.mark.usefixtures("db")
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=_STEPS)
def test_entries_and_remainder_make_what_is_payable(
    world: World, steps: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        give_terms(world)
        agree_advances(world)
        clerks = _Clerks(world)
        for number, (step, at, francs) in enumerate([("bill", 0, 1), ("settle", 0, 1), *steps]):
            try:
                with transaction.atomic():
                    clerks.do(step, at, francs + number)
            except DomainError:
                pass
            clerks.check()
        transaction.set_rollback(True)
