"""Reads of transfers that pay for several households, and proposals of how one is shared.

A transfer is in sight of whoever sees one of its receipts; the receipts of other units are told
by their sum only.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from conamus.kernel.errors import NotFound
from federations.selectors.units import visible_unit_ids
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, GroupPayment, Payment, StatementLine
from membership.rules.group_payments import MOST_PARTS, Part
from membership.selectors.balances import with_paid
from membership.selectors.payments import enrolments_in_sight, payments, shown

_FRANCS = BigIntegerField()


def group_payments(actor: Actor) -> QuerySet[Any]:
    """Return the transfers in sight with ``standing_francs`` and ``rest_francs``, latest first."""
    found = GroupPayment.objects.filter(tenant_id=actor.tenant_id)
    if visible_unit_ids(actor) is not None:
        mine = payments(actor).order_by().filter(group=OuterRef("pk"))
        found = found.filter(Exists(mine))
    return found.annotate(standing_francs=_standing()).annotate(
        rest_francs=F("amount_francs") - F("returned_francs") - F("standing_francs")
    )


def group_by_id(actor: Actor, group_id: int) -> Any:
    """Return a transfer in sight with its sums; NotFound for any other."""
    found = group_payments(actor).filter(pk=group_id).first()
    if found is None:
        raise NotFound("Ce paiement groupé n’existe pas, ou n’est pas de vos unités.")
    return found


def rest_of(group: GroupPayment) -> int:
    """Return what of a transfer neither stands in a receipt nor was given back."""
    rows = Payment.objects.filter(tenant_id=group.tenant_id, group=group)
    standing = rows.aggregate(sum=Sum("amount_francs"))["sum"] or 0
    return group.amount_francs - group.returned_francs - int(standing)


@dataclass(frozen=True, slots=True)
class SharedOut:
    """The receipts of a transfer that are in sight, cancelled ones too, and the others' sum."""

    receipts: list[Payment]
    elsewhere_francs: int


def shared_out(actor: Actor, group: Any) -> SharedOut:
    """Return the parts of a transfer (with its sums)."""
    rows = shown(payments(actor).filter(group=group, reverses__isnull=True))
    receipts = list(rows.order_by("part"))
    standing = sum(one.amount_francs for one in receipts if not hasattr(one, "reversed_by"))
    return SharedOut(receipts, group.standing_francs - standing)


def proposed_parts(actor: Actor, line: StatementLine, *, year: int) -> list[Part]:
    """Propose how a line's transfer is shared: households that its telephone paid for, or has.

    Those of its latest transfer first, else those that know this telephone; each with what it has
    left, where that makes the amount of the line.
    """
    if not line.phone:
        return []
    households = _paid_by(actor, line.phone, before=line.paid_on) or _knowing(actor, line.phone)
    enrolments = enrolments_in_sight(actor).filter(
        year_id=year, cancelled_on__isnull=True, household__in=households
    )
    owing: Any = with_paid(enrolments.select_related("household"))
    found = list(owing.filter(left_francs__gt=0).order_by("household__number")[:MOST_PARTS])
    fits = sum(max(0, one.household_left_francs) for one in found) == line.amount_francs
    return [
        Part(
            row=row,
            number=one.household.number,
            year=year,
            amount_francs=one.household_left_francs if fits else None,
        )
        for row, one in enumerate(found, start=1)
    ]


def _paid_by(actor: Actor, phone: str, *, before: date) -> set[int]:
    """Return the households of the latest transfer from a telephone."""
    latest = GroupPayment.objects.filter(
        tenant_id=actor.tenant_id, payer_phone=phone, received_on__lte=before
    ).first()
    if latest is None:
        return set()
    rows = Payment.objects.filter(
        tenant_id=actor.tenant_id, group=latest, reverses__isnull=True, reversed_by__isnull=True
    )
    return set(rows.values_list("enrolment__household_id", flat=True))


def _knowing(actor: Actor, phone: str) -> set[int]:
    """Return the households that have a telephone, their own or a member's."""
    rows = Beneficiary.objects.filter(
        Q(phone=phone) | Q(household__phone=phone),
        tenant_id=actor.tenant_id,
        left_on__isnull=True,
        household__closed_on__isnull=True,
    )
    return set(rows.values_list("household_id", flat=True)[: MOST_PARTS * 20])


def _standing() -> Coalesce:
    """Return the sum of an outer transfer's receipts, counter-receipts taken off."""
    rows = Payment.objects.filter(tenant_id=OuterRef("tenant_id"), group=OuterRef("pk"))
    summed = rows.order_by().values("group").annotate(sum=Sum("amount_francs")).values("sum")
    return Coalesce(Subquery(summed, output_field=_FRANCS), 0, output_field=_FRANCS)
