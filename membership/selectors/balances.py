"""Reads of what enrolments owe and have received.

Two payers may share an enrolment's amount: the household, and the category's other payer
(partner, State, sponsor). Rights and arrears of a household look at the household's own part
(``household_left_francs``); ``paid_francs + left_francs`` is the whole amount due. Counter-
receipts are negative payments, so sums are simply sums.
"""

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

from membership.models import Enrolment, PayerKind, Payment
from membership.rules.payments import Owed

_FRANCS = BigIntegerField()


def with_paid(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Annotate ``paid_francs``, ``left_francs``, and ``household_paid/left_francs``.

    By subqueries on the payments' own index: a page computes them for its rows only.
    """
    return enrolments.annotate(
        paid_francs=_sum(),
        household_paid_francs=_sum(payer=PayerKind.HOUSEHOLD),
    ).annotate(
        left_francs=_minus(F("contribution_francs") + F("joining_fee_francs"), "paid_francs"),
        household_left_francs=_minus(
            F("contribution_francs") + F("joining_fee_francs") - F("payer_francs"),
            "household_paid_francs",
        ),
    )


def owed_by(enrolment: Enrolment) -> Owed:
    """Return what an enrolment asks and has received, in the rules' shape; one query."""
    sums = dict.fromkeys(("paid", "household", "fee"), 0)
    rows = Payment.objects.filter(tenant_id=enrolment.tenant_id, enrolment=enrolment)
    for payer, amount, fee in rows.values_list("payer", "amount_francs", "fee_francs"):
        sums["paid"] += amount
        sums["fee"] += fee
        sums["household"] += amount if payer == PayerKind.HOUSEHOLD else 0
    return Owed(
        enrolled_on=enrolment.enrolled_on,
        is_cancelled=enrolment.cancelled_on is not None,
        due_francs=enrolment.due_francs,
        fee_francs=enrolment.joining_fee_francs,
        payer=enrolment.payer,
        payer_share_francs=enrolment.payer_francs,
        paid_francs=sums["paid"],
        household_paid_francs=sums["household"],
        fee_paid_francs=sums["fee"],
    )


def _sum(**only: str) -> Coalesce:
    """The sum of an enrolment's payments, 0 where there is none."""
    rows = Payment.objects.filter(tenant_id=OuterRef("tenant_id"), enrolment=OuterRef("pk"), **only)
    summed = rows.order_by().values("enrolment").annotate(sum=Sum("amount_francs")).values("sum")
    return Coalesce(Subquery(summed, output_field=_FRANCS), 0, output_field=_FRANCS)


def _minus(amount: Combinable, paid: str) -> ExpressionWrapper:
    return ExpressionWrapper(amount - F(paid), output_field=_FRANCS)
