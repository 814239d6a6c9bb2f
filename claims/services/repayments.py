"""Debts and advances that a facility pays back: it bills no more, or will not wait for a bill.

Whole or in part, debts first, then advances, the oldest first, by a numbered receipt; what was
wrong is undone by a counter-entry of today, and they are open again.
"""

from dataclasses import asdict
from datetime import date

from django.db import IntegrityError, transaction

from claims.models import FacilityRepayment, RepaymentShare
from claims.rules.invoices import owed_back, set_against
from claims.rules.orders import OrderRequest, order_problems, plain_order
from claims.selectors.invoices import open_advances, open_debts
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
    """Receive what a facility pays back; no more than it owes and has in advance.

    Its supplements are deducted.
    """
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
    account, day, gathering = (actor.tenant_id, facility_id), asked.paid_on, Gathering()
    # What arose later was not paid back on that day: the account of the day would show it twice.
    debts, advances = open_debts(*account, by=day), open_advances(*account, by=day)
    with gathering.part():
        _refuse_amount(francs, owed_back(debts, advances), day)
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
    of_debts, of_advances = set_against(francs, debts, advances)
    _share(
        made,
        [
            *(RepaymentShare(debt_id=use.key, francs=use.francs) for use in of_debts),
            *(RepaymentShare(advance_id=use.key, francs=use.francs) for use in of_advances),
        ],
    )
    return made


def _refuse_amount(francs: int, owed: int, on: date) -> None:
    then = f" au {on:%d/%m/%Y}" if on < clock.today() else ""
    if not owed:
        raise DomainError(f"Cette formation sanitaire ne doit rien{then}.", field="amount_francs")
    if not 0 < francs <= owed:
        raise DomainError(
            f"De 1 FBu à {format_francs(owed)}, ce qu’elle doit{then}.", field="amount_francs"
        )


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
    _share(
        counter,
        [
            RepaymentShare(debt_id=share.debt_id, advance_id=share.advance_id, francs=-share.francs)
            for share in shares_of(former)
        ],
    )
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


def _share(repayment: FacilityRepayment, shares: list[RepaymentShare]) -> None:
    """Write in one statement what a repayment lessens: the database adds it up once."""
    for share in shares:
        share.tenant_id, share.facility_id = repayment.tenant_id, repayment.facility_id
        share.repayment, share.entered_on = repayment, repayment.received_on
    RepaymentShare.objects.bulk_create(shares)
