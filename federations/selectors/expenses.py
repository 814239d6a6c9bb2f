"""Reads of the expenses. Every function needs an open scope."""

from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from federations.models import Expense


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpenseSum:
    """What was spent under one heading with one funder's money; no funder: own resources."""

    heading: str
    funder: str | None
    amount_francs: int


def expenses(tenant_id: int) -> QuerySet[Expense]:
    """Return the tenant's expenses, latest first."""
    return Expense.objects.filter(tenant_id=tenant_id).select_related("unit", "funder")


def expense_sums(tenant_id: int, year: int) -> list[ExpenseSum]:
    """Sum a year's expenses by heading and funder, largest first; one query."""
    summed = (
        Expense.objects.filter(tenant_id=tenant_id, spent_on__year=year)
        .values("heading", "funder__name")
        .annotate(amount=Sum("amount_francs"))
        .order_by("-amount", "heading")
    )
    return [
        ExpenseSum(
            heading=row["heading"],
            funder=row["funder__name"],
            amount_francs=row["amount"],
        )
        for row in summed
    ]
