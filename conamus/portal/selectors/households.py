"""The households of the units that an agent works for: enrolled, renewed, still missing."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from membership.models import Beneficiary, Enrolment


def latest_enrolments(
    tenant_id: int, year: int, unit_ids: Collection[int], most: int = 8
) -> QuerySet[Enrolment]:
    """Return the latest enrolments of a year in some units, with the subscriber's name."""
    heads = Beneficiary.objects.filter(
        tenant_id=tenant_id,
        household_id=OuterRef("household_id"),
        relationship=Beneficiary.Relationship.HEAD,
        left_on__isnull=True,
    ).annotate(full_name=Concat("family_name", Value(" "), "given_name"))
    found = Enrolment.objects.filter(
        tenant_id=tenant_id, year_id=year, unit_id__in=unit_ids, cancelled_on__isnull=True
    )
    named = found.select_related("household", "colline", "unit").annotate(
        head=Subquery(heads.values("full_name")[:1])
    )
    return named.order_by("-enrolled_on", "-pk")[:most]


@dataclass(frozen=True, slots=True)
class CollineProgress:
    """One colline: last year's households, and those of them that are enrolled again, wherever."""

    colline: str
    before: int
    renewed: int

    @property
    def missing(self) -> int:
        """Last year's households that have not enrolled again."""
        return self.before - self.renewed


_PROGRESS = """
SELECT p.name, count(*) AS before, count(coalesce(now.household_id, k.household_id)) AS renewed
FROM membership_enrolment e
LEFT JOIN membership_enrolment now
       ON now.tenant_id = e.tenant_id AND now.household_id = e.household_id AND now.year_id = %s
      AND now.cancelled_on IS NULL
LEFT JOIN households_kept_elsewhere(%s, %s) k ON k.household_id = e.household_id
JOIN federations_place p ON p.id = e.colline_id
WHERE e.tenant_id = %s AND e.year_id = %s AND e.unit_id = ANY(%s) AND e.cancelled_on IS NULL
GROUP BY p.id, p.name, p.sort_key
ORDER BY count(*) - count(coalesce(now.household_id, k.household_id)) DESC, p.sort_key
"""


def progress_by_colline(
    tenant_id: int, year: int, unit_ids: Collection[int]
) -> list[CollineProgress]:
    """Return last year's households of some units by colline, most missing first."""
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS, [year, year, year, tenant_id, year - 1, list(unit_ids)])
        return [CollineProgress(*row) for row in cursor.fetchall()]
