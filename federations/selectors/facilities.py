"""Reads of the register of health facilities. Every function needs an open scope."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from federations.models import HealthFacility, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityCount:
    """How many facilities of one type and ownership stand in one province."""

    facility_type: str
    ownership: str
    province_id: int
    count: int


def facilities() -> QuerySet[HealthFacility]:
    """Return the whole register, in alphabetical order."""
    return HealthFacility.objects.select_related(
        "commune", "commune__parent", "former_commune", "former_commune__parent", "health_district"
    )


def contracted_on(
    on_date: date, *, former_commune_ids: Collection[int] | None = None
) -> QuerySet[HealthFacility]:
    """Return the facilities contracted on a day, perhaps in some former communes only.

    The register dates the contract's beginning and the closing; a suspension has no date,
    so a facility suspended since still counts on a past day.
    """
    open_then = Q(closed_on__isnull=True) | Q(closed_on__gt=on_date)
    found = HealthFacility.objects.filter(open_then, contracted_on__lte=on_date)
    if former_commune_ids is not None:
        found = found.filter(former_commune_id__in=former_commune_ids)
    return found


def contracted_counts(
    on_date: date,
    *,
    division: Place.Division = Place.Division.UNTIL_2025,
    former_commune_ids: Collection[int] | None = None,
) -> list[FacilityCount]:
    """Count the facilities contracted on a day by type, ownership and province; one query."""
    province = (
        "former_commune__parent_id"
        if division == Place.Division.UNTIL_2025
        else "commune__parent_id"
    )
    counted = (
        contracted_on(on_date, former_commune_ids=former_commune_ids)
        .order_by()
        .values("facility_type", "ownership", province_id=F(province))
        .annotate(count=Count("id"))
    )
    return [FacilityCount(**row) for row in counted]
