"""Reads of what facilities pay back: the paying side's, or the facility's own."""

from datetime import date
from typing import Any

from django.db.models import Max, QuerySet

from claims.models import FacilityRepayment, PaymentOrder, RepaymentShare
from claims.rules.invoices import repayment_name
from claims.selectors.invoices import debt_label
from claims.selectors.orders import name_of
from conamus.kernel.errors import NotFound
from federations.tenancy.actor import Actor


def visible_repayments(actor: Actor) -> QuerySet[FacilityRepayment]:
    """Return the repayments in the actor's sight; a centre is not told the federation's."""
    if actor.facility_id is not None:
        return FacilityRepayment.objects.filter(facility_id=actor.facility_id)
    found = FacilityRepayment.objects.filter(tenant_id=actor.tenant_id)
    return found if actor.unit_id is None else found.none()


def repayment_by_id(actor: Actor, repayment_id: int) -> FacilityRepayment:
    """Return a repayment in the actor's sight; NotFound for any other."""
    shown = visible_repayments(actor).select_related(
        "facility", "tenant", "reverses", "reversed_by"
    )
    found = shown.filter(pk=repayment_id).first()
    if found is None:
        raise NotFound("Ce remboursement n’existe pas, ou n’est pas de votre ressort.")
    return found


def name_of_repayment(repayment: FacilityRepayment) -> str:
    """Return the number that the receipt of a repayment bears."""
    return repayment_name(repayment.year, repayment.number)


def shares_of(repayment: FacilityRepayment) -> list[RepaymentShare]:
    """Return which debts and advances a repayment lessens, in order."""
    rows = RepaymentShare.objects.filter(tenant_id=repayment.tenant_id, repayment=repayment)
    return list(rows.select_related("debt", "advance").order_by("pk"))


def lessened(repayment: FacilityRepayment) -> list[tuple[str, date, int]]:
    """Return what a repayment lessens, since when it was owed, and by how many francs."""
    return [(*_told(share), share.francs) for share in shares_of(repayment)]


def _told(share: RepaymentShare) -> tuple[str, date]:
    if share.debt is not None:
        return debt_label(share.debt), share.debt.arisen_on
    advance: Any = share.advance
    return f"Avance {name_of(advance)}", advance.paid_on


def repaid_of(advance: PaymentOrder) -> list[RepaymentShare]:
    """Return the shares by which an advance is paid back, what was undone left out."""
    rows = RepaymentShare.objects.filter(
        tenant_id=advance.tenant_id,
        advance=advance,
        repayment__reverses__isnull=True,
        repayment__reversed_by__isnull=True,
    )
    return list(rows.select_related("repayment").order_by("pk"))


def same_reference(tenant_id: int, method: str, reference: str) -> QuerySet[FacilityRepayment]:
    """Return the repayments, reversals apart, that bear a reference already."""
    found = FacilityRepayment.objects.filter(
        tenant_id=tenant_id, method=method, reference=reference, reverses__isnull=True
    )
    return found.select_related("reversed_by").order_by("attempt")


def last_number(tenant_id: int, year: int) -> int:
    """Return the last number of a federation's year; 0: none yet."""
    rows = FacilityRepayment.objects.filter(tenant_id=tenant_id, year=year)
    return rows.aggregate(last=Max("number"))["last"] or 0
