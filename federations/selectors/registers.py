"""Reads of the two registers' pages: rows in the actor's reach, totals, choices of filters."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from federations.models import Activity, Expense, Partner, Place
from federations.rules.activities import OWN_RESOURCES
from federations.selectors.activities import activities
from federations.selectors.expenses import expenses
from federations.selectors.units import in_sight
from federations.tenancy.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterTotals:
    """What some activities add up to.

    ``participants`` is None where no count was taken; ``told_by_sex`` are the participants of
    the groups whose women were counted, ``women`` those women.
    """

    activities: int
    participants: int | None
    told_by_sex: int
    women: int


def activities_in_reach(actor: Actor) -> QuerySet[Activity]:
    """Return the register as far as the actor reads it."""
    return activities(actor.tenant_id).filter(in_sight(actor, "unit"))


def expenses_in_reach(actor: Actor) -> QuerySet[Expense]:
    """Return the expenses as far as the actor reads them."""
    return expenses(actor.tenant_id).filter(in_sight(actor, "unit"))


def register_totals(rows: QuerySet[Activity]) -> RegisterTotals:
    """Count activities and who took part in them; one query."""
    sums = rows.order_by().aggregate(
        count=Count("pk", distinct=True),
        people=Sum("participants__total"),
        told=Sum("participants__total", filter=Q(participants__women__isnull=False)),
        women=Sum("participants__women"),
    )
    return RegisterTotals(
        activities=sums["count"],
        participants=sums["people"],
        told_by_sex=sums["told"] or 0,
        women=sums["women"] or 0,
    )


def funders(tenant_id: int) -> QuerySet[Partner]:
    """Return the tenant's partners, any of whom may have paid for something."""
    return Partner.objects.filter(tenant_id=tenant_id).order_by("sort_key")


def offered_funders(tenant_id: int, *, chosen: int | None) -> QuerySet[Partner]:
    """Return the active partners, and the one that was chosen before."""
    return funders(tenant_id).filter(Q(is_active=True) | Q(pk=chosen))


def activity_places(actor: Actor) -> QuerySet[Place]:
    """Return the places that the register names."""
    named = Activity.objects.filter(tenant_id=actor.tenant_id, place__isnull=False)
    return Place.objects.filter(pk__in=named.order_by().values("place_id")).order_by("sort_key")


def sums_by(rows: QuerySet[Expense]) -> dict[str, list[tuple[str, int]]]:
    """Sum filtered expenses by heading and by funder, largest first; two queries."""
    by_heading = rows.order_by().values("heading").annotate(sum=Sum("amount_francs"))
    by_funder = rows.order_by().values("funder__name").annotate(sum=Sum("amount_francs"))
    headings = dict(Expense.Heading.choices)
    return {
        "heading": _largest((headings[row["heading"]], row["sum"]) for row in by_heading),
        "funder": _largest((row["funder__name"] or OWN_RESOURCES, row["sum"]) for row in by_funder),
    }


def _largest(pairs: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
