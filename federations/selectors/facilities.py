"""Reads of the register of health facilities. Every function needs an open scope."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from conamus.kernel.figures import format_date
from federations.models import FacilityStanding, HealthFacility, Place


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


def closed_by(day: date) -> Q:
    """Return the predicate of facilities that have closed by a day; a closing may be to come."""
    return Q(closed_on__isnull=False, closed_on__lte=day)


def is_closed_by(facility: HealthFacility, day: date) -> bool:
    """Tell the same of a facility at hand."""
    return facility.closed_on is not None and facility.closed_on <= day


def in_situation(status: str, today: date) -> Q:
    """Return the predicate of facilities that stand so today."""
    if status == HealthFacility.Status.CLOSED:
        return closed_by(today)
    # One whose closing was decided before its day is suspended, or else contracted.
    suspended = Q(status=HealthFacility.Status.SUSPENDED)
    contracted = ~suspended & Q(contracted_on__lte=today)
    is_so = suspended if status == HealthFacility.Status.SUSPENDED else contracted
    return ~closed_by(today) & is_so


def situation_of(facility: HealthFacility, today: date) -> str:
    """Say how a facility stands today, and the days on which its contract begins or ends."""
    if is_closed_by(facility, today):
        return HealthFacility.Status.CLOSED.label
    is_suspended = facility.status == HealthFacility.Status.SUSPENDED
    now = HealthFacility.Status.SUSPENDED if is_suspended else HealthFacility.Status.CONTRACTED
    said = str(now.label)
    if facility.contracted_on > today and not is_suspended:
        said += f" dès le {format_date(facility.contracted_on)}"
    if facility.closed_on is not None:
        said += f", ferme le {format_date(facility.closed_on)}"
    return said


def contracted_on(
    on_date: date, *, commune_ids: Collection[int] | None = None
) -> QuerySet[HealthFacility]:
    """Return the facilities contracted on a day, perhaps in some communes only (`in_communes`).

    The register dates the contract's beginning and the closing; a suspension has no date,
    so a facility suspended since still counts on a past day.
    """
    found = HealthFacility.objects.filter(~closed_by(on_date), contracted_on__lte=on_date)
    return found if commune_ids is None else found.filter(in_communes(commune_ids))


def in_communes(commune_ids: Any) -> Q:
    """Return the predicate of facilities in communes of either division: each has one of both.

    So a zone d'action needs no translation, whichever division it names.
    """
    return Q(commune_id__in=commune_ids) | Q(former_commune_id__in=commune_ids)


def contracted_counts(
    on_date: date,
    *,
    division: Place.Division = Place.Division.UNTIL_2025,
    commune_ids: Collection[int] | None = None,
) -> list[FacilityCount]:
    """Count the facilities contracted on a day by type, ownership and province; one query."""
    province = (
        "former_commune__parent_id"
        if division == Place.Division.UNTIL_2025
        else "commune__parent_id"
    )
    counted = (
        contracted_on(on_date, commune_ids=commune_ids)
        .order_by()
        .values_list(was_on("facility_type", on_date), was_on("ownership", on_date), F(province))
        .annotate(count=Count("id"))
    )
    return [
        FacilityCount(facility_type=level, ownership=ownership, province_id=pk, count=count)
        for level, ownership, pk, count in counted
    ]


def was_on(name: str, on_date: date) -> Coalesce:
    """Return what a facility's type or ownership was on a day (`federations.rules.standings`)."""
    words = FacilityStanding.objects.filter(facility=OuterRef("pk"), starts_on__lte=on_date)
    return Coalesce(Subquery(words.order_by("-pk").values(name)[:1]), F(name))


def as_on(rows: QuerySet[HealthFacility], on_date: date | None) -> QuerySet[HealthFacility]:
    """Add what facilities were on a day, as ``type_then`` and ``ownership_then``; None: today's."""

    def then(name: str) -> F | Coalesce:
        return F(name) if on_date is None else was_on(name, on_date)

    return rows.annotate(type_then=then("facility_type"), ownership_then=then("ownership"))
