"""Debts that a facility pays back: by one that bills no more, or that will not wait for a bill.

Whole or in part, oldest debt first, by a numbered receipt; what was wrong is undone by a
counter-entry of today, and the debts are open again.
"""

from collections.abc import Iterable
from dataclasses import asdict

from django.db import IntegrityError, transaction

from claims.models import FacilityRepayment, RepaymentShare
from claims.rules.invoices import owed_back, repay
from claims.rules.orders import OrderRequest, order_problems, plain_order
from claims.selectors.invoices import open_debts
from claims.selectors.repayments import (
    last_number,
    name_of_repayment,
    repayment_by_id,
    same_reference,
    shares_of,
    visible_repayments,
)
from claims.services.facility_money import attempt_of, hold_facility, money_reason, require_open
from claims.services.holding import hold
from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, Gathering
from conamus.kernel.figures import format_francs
from federations.rules.problems import refuse_problems
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.periods import FIRST_MONTH
from federations.services.repetition import once
from federations.tenancy.actor import Actor


@transaction.atomic
def receive_repayment(
    *, actor: Actor, facility_id: int, francs: int, request: OrderRequest, key: str = ""
) -> FacilityRepayment:
    """Receive money for a facility's debts; no more than it owes, its supplements deducted."""
    require(actor, Permission.PAY_INVOICES)
    asked = plain_order(request)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["receive_repayment", facility_id, francs, asdict(asked)],
        create=lambda: _receive(actor, facility_id, francs, asked),
        find=lambda result: visible_repayments(actor).get(pk=int(result)),
    )


@transaction.atomic
def reverse_repayment(
    *, actor: Actor, repayment_id: int, reason: str, key: str = ""
) -> FacilityRepayment:
    """Undo a repayment by a counter-entry of today: what it had paid back is owed again."""
    require(actor, Permission.PAY_INVOICES)
    because = money_reason(reason)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["reverse_repayment", repayment_id, because],
        create=lambda: _reverse(actor, repayment_id, because),
        find=lambda result: visible_repayments(actor).get(pk=int(result)),
    )


def _receive(actor: Actor, facility_id: int, francs: int, asked: OrderRequest) -> FacilityRepayment:
    hold_facility(actor, facility_id)
    debts, gathering = open_debts(actor.tenant_id, facility_id), Gathering()
    with gathering.part():
        _refuse_amount(francs, owed_back(debts))
    with gathering.part():
        refuse_problems(order_problems(asked, today=clock.today(), first=FIRST_MONTH))
    with gathering.part():
        require_open(actor, (), asked.paid_on, field="paid_on")
    reference = asked.reference
    before = same_reference(actor.tenant_id, asked.method, reference) if reference else ()
    attempt = attempt_of(before, lambda row: f"reçu {name_of_repayment(row)}", gathering)
    gathering.refuse()
    made = _numbered(
        FacilityRepayment(
            tenant_id=actor.tenant_id,
            facility_id=facility_id,
            amount_francs=francs,
            method=asked.method,
            reference=reference,
            attempt=attempt,
            received_on=asked.paid_on,
            recorded_by=actor.name,
            recorded_by_user_id=actor.user_id,
        )
    )
    _share(made, ((use.key, use.francs) for use in repay(francs, debts)))
    return made


def _refuse_amount(francs: int, owed: int) -> None:
    if not owed:
        raise DomainError("Cette formation sanitaire ne doit rien.", field="amount_francs")
    if not 0 < francs <= owed:
        raise DomainError(f"De 1 FBu à {format_francs(owed)}.", field="amount_francs")


def _reverse(actor: Actor, repayment_id: int, because: str) -> FacilityRepayment:
    hold_facility(actor, repayment_by_id(actor, repayment_id).facility_id)
    former = repayment_by_id(actor, repayment_id)
    if former.reverses is not None:
        raise DomainError("Une annulation ne s’annule pas : inscrivez le remboursement de nouveau.")
    if hasattr(former, "reversed_by"):
        undone_by = name_of_repayment(former.reversed_by)
        raise Conflict(f"Ce remboursement est déjà annulé par le {undone_by}.")
    today = clock.today()
    require_open(actor, (), today, field="reason")
    counter = _numbered(
        FacilityRepayment(
            tenant_id=former.tenant_id,
            facility_id=former.facility_id,
            amount_francs=-former.amount_francs,
            method=former.method,
            reference=former.reference,
            attempt=former.attempt,
            received_on=today,
            recorded_by=actor.name,
            recorded_by_user_id=actor.user_id,
            reverses=former,
            reversal_reason=because,
        )
    )
    _share(counter, ((share.debt_id, -share.francs) for share in shares_of(former)))
    return counter


def _numbered(repayment: FacilityRepayment) -> FacilityRepayment:
    """Give a repayment the next number of its year, without a gap, and save it."""
    repayment.year = repayment.received_on.year
    hold(repayment.tenant_id, "repayments", repayment.year)
    repayment.number = last_number(repayment.tenant_id, repayment.year) + 1
    try:
        with transaction.atomic():
            repayment.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("Quelqu’un vient d’utiliser cette référence.", field="reference") from error
    return repayment


def _share(repayment: FacilityRepayment, shares: Iterable[tuple[int, int]]) -> None:
    """Write in one statement which debts a repayment lessens: the database adds them up once."""
    RepaymentShare.objects.bulk_create(
        RepaymentShare(
            tenant_id=repayment.tenant_id,
            facility_id=repayment.facility_id,
            repayment=repayment,
            debt_id=debt_id,
            francs=francs,
            entered_on=repayment.received_on,
        )
        for debt_id, francs in shares
    )
