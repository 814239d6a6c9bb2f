"""Reads of what enrolments owe and have received.

Two payers may share an enrolment's amount: the household, and the category's other payer
(partner, State, sponsor). Rights and arrears of a household look at the household's own part
(``household_left_francs``); ``paid_francs + left_francs`` is the whole amount due, that is what
was signed and the supplements of people who joined since (``owed_francs``). Counter-receipts are
negative payments, and lines taken back negative lines, so sums are simply sums.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import (
    BigIntegerField,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from membership.models import Enrolment, EnrolmentSupplement, PayerKind, Payment, Promise
from membership.rules.payments import Owed

_FRANCS = BigIntegerField()


def with_paid(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Annotate ``owed_francs``, ``paid_francs``, ``left_francs``, ``household_paid/left_francs``.

    By subqueries on the payments' own index: a page computes them for its rows only.
    """
    signed = F("contribution_francs") + F("joining_fee_francs")
    return (
        enrolments.annotate(
            paid_francs=_sum(),
            household_paid_francs=_sum(payer=PayerKind.HOUSEHOLD),
            supplement_francs=supplement_sum("contribution_francs"),
            household_supplement_francs=supplement_sum("contribution_francs", less="payer_francs"),
        )
        .annotate(owed_francs=_whole(signed + F("supplement_francs")))
        .annotate(
            left_francs=_whole(F("owed_francs") - F("paid_francs")),
            household_left_francs=_whole(
                signed
                - F("payer_francs")
                + F("household_supplement_francs")
                - F("household_paid_francs")
            ),
        )
    )


def owed_by(enrolment: Enrolment) -> Owed:
    """Return what an enrolment asks and has received, in the rules' shape; two queries."""
    sums = dict.fromkeys(("paid", "household", "fee"), 0)
    rows = Payment.objects.filter(tenant_id=enrolment.tenant_id, enrolment=enrolment)
    for payer, amount, fee in rows.values_list("payer", "amount_francs", "fee_francs"):
        sums["paid"] += amount
        sums["fee"] += fee
        sums["household"] += amount if payer == PayerKind.HOUSEHOLD else 0
    more = supplements_of(enrolment)
    return Owed(
        enrolled_on=enrolment.enrolled_on,
        is_cancelled=enrolment.cancelled_on is not None,
        due_francs=enrolment.due_francs + more.contribution_francs,
        fee_francs=enrolment.joining_fee_francs,
        payer=enrolment.payer,
        payer_share_francs=enrolment.payer_francs + more.payer_francs,
        paid_francs=sums["paid"],
        household_paid_francs=sums["household"],
        fee_paid_francs=sums["fee"],
        paid_before_francs=enrolment.paid_before_francs,
        paid_before_at=enrolment.signed_at.short_name if enrolment.signed_at else "",
    )


def with_promise(owed: Owed, enrolment: Enrolment) -> Owed:
    """Add the accepted promise that runs, and whether one waits for an answer; one query."""
    rows = Promise.objects.filter(
        tenant_id=enrolment.tenant_id, enrolment=enrolment, withdrawn_on__isnull=True
    )
    states = dict(rows.exclude(state=Promise.State.REFUSED).values_list("state", "pk"))
    return replace(
        owed,
        promise_id=states.get(Promise.State.ACCEPTED),
        has_unanswered_promise=Promise.State.SIGNED in states,
    )


@dataclass(frozen=True, slots=True)
class Supplements:
    """What the people who joined added to an enrolment, and another payer's part of it."""

    contribution_francs: int = 0
    payer_francs: int = 0


def supplements_of(enrolment: Enrolment, *, until: datetime | None = None) -> Supplements:
    """Return what was added to an enrolment, up to a moment where one is given."""
    lines = EnrolmentSupplement.objects.filter(tenant_id=enrolment.tenant_id, enrolment=enrolment)
    if until is not None:
        lines = lines.filter(recorded_at__lte=until)
    sums = lines.aggregate(all=Sum("contribution_francs"), payer=Sum("payer_francs"))
    return Supplements(sums["all"] or 0, sums["payer"] or 0)


def supplement_sum(amount: str, *, less: str = "") -> Coalesce:
    """Return the sum of an outer enrolment's supplements, 0 where there is none."""
    lines = EnrolmentSupplement.objects.filter(
        tenant_id=OuterRef("tenant_id"), enrolment=OuterRef("pk")
    )
    each = F(amount) - F(less) if less else F(amount)
    summed = lines.order_by().values("enrolment").annotate(sum=Sum(each)).values("sum")
    return Coalesce(Subquery(summed, output_field=_FRANCS), 0, output_field=_FRANCS)


def _sum(**only: str) -> Coalesce:
    """The sum of an enrolment's payments, 0 where there is none."""
    rows = Payment.objects.filter(tenant_id=OuterRef("tenant_id"), enrolment=OuterRef("pk"), **only)
    summed = rows.order_by().values("enrolment").annotate(sum=Sum("amount_francs")).values("sum")
    return Coalesce(Subquery(summed, output_field=_FRANCS), 0, output_field=_FRANCS)


def _whole(amount: Combinable) -> ExpressionWrapper:
    return ExpressionWrapper(amount, output_field=_FRANCS)
