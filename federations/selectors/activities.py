"""Reads of the activities register. Every function needs an open scope."""

from django.db.models import QuerySet

from federations.models import Activity


def activities(tenant_id: int) -> QuerySet[Activity]:
    """Return the tenant's register, latest first, with what a list or a report shows."""
    return (
        Activity.objects.filter(tenant_id=tenant_id)
        .select_related("unit", "place", "place__parent", "funder")
        .prefetch_related("participants")
    )


def activities_of_year(tenant_id: int, year: int) -> QuerySet[Activity]:
    """Return the activities that began in a year, in the order in which they took place."""
    return activities(tenant_id).filter(starts_on__year=year).order_by("starts_on", "id")
