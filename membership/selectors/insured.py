"""Reads of membership: the insured by unit and by commune, and published past years.

Two ways to the same shapes. The network's functions (``network_…``) reach every
federation through narrow database functions that give counts only, to CONAMUS alone. The
others read the tenant's own enrolments. Every function is one query and needs an open scope.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Sum

from federations.models import Place
from federations.selectors.statements import rows_of
from membership.models import Enrolment
from membership.rules.insured import InsuredCount, InsuredTotals, total_insured
from membership.selectors.past_years import past_years_in_use

__all__ = [
    "CommuneCount",
    "InsuredCount",
    "InsuredTotals",
    "PastCount",
    "insured_by_commune",
    "insured_by_unit",
    "network_insured",
    "past_years",
    "total_insured",
]

_COUNTED = (
    "SELECT tenant_id, unit_id, year, male_heads, female_heads, males, females, renewals,"
    " same_unit_renewals, elsewhere FROM {}(%s, %s)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuneCount:
    """The insured of one tenant who live in one commune."""

    tenant_id: int
    commune_id: int
    households: int
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCount:
    """A published past year of one promoter."""

    tenant_id: int
    promoter: str
    label: str
    starts_year: int
    sections: int
    #: None: not shown to the reader.
    households: int | None
    source: str


def network_insured(first_year: int, last_year: int) -> list[InsuredCount]:
    """Count the insured of every federation by unit and mutualist year, both years included.

    For the confederation; the database refuses anyone else.
    """
    counted = rows_of(_COUNTED.format("network_insured"), first_year, last_year)
    return [InsuredCount(**row) for row in counted]


def insured_by_unit(
    tenant_id: int, years: Collection[int], unit_ids: Collection[int] | None = None
) -> list[InsuredCount]:
    """Count a tenant's insured by unit and mutualist year, perhaps in some units only."""
    if not years:
        return []
    query = _COUNTED.format("membership_insured") + " WHERE tenant_id = %s"
    asked: list[Any] = [min(years), max(years), tenant_id]
    if unit_ids is not None:
        query, asked = query + " AND unit_id = ANY(%s)", [*asked, list(unit_ids)]
    counted = (InsuredCount(**row) for row in rows_of(query, *asked))
    return [count for count in counted if count.year in years]


def insured_by_commune(
    tenant_id: int,
    year: int,
    division: Place.Division,
    unit_ids: Collection[int] | None = None,
) -> list[CommuneCount]:
    """Count a tenant's insured by commune of the chosen division: where they live."""
    commune = (
        "colline__former_commune_id"
        if division == Place.Division.UNTIL_2025
        else "colline__parent__parent_id"
    )
    enrolments = Enrolment.objects.filter(
        tenant_id=tenant_id, year_id=year, cancelled_on__isnull=True
    )
    if unit_ids is not None:
        enrolments = enrolments.filter(unit_id__in=unit_ids)
    counted = (
        enrolments.order_by()
        .values("tenant_id", commune_id=F(commune))
        .annotate(households=Count("id"), covered=Sum(F("males") + F("females")))
    )
    return [
        CommuneCount(
            tenant_id=row["tenant_id"],
            commune_id=row["commune_id"],
            households=row["households"],
            people=row["covered"],
        )
        for row in counted
    ]


def past_years(tenant_ids: Collection[int] | None = None) -> list[PastCount]:
    """Return the published past years, oldest first: all of them, or some tenants'."""
    found = past_years_in_use().select_related("promoter")
    found = found.order_by("starts_year", "promoter__name")
    if tenant_ids is not None:
        found = found.filter(tenant_id__in=tenant_ids)
    return [
        PastCount(
            tenant_id=past.tenant_id,
            promoter=past.promoter.acronym or past.promoter.name,
            label=past.label,
            starts_year=past.starts_year,
            sections=past.sections,
            households=past.households,
            source=past.source,
        )
        for past in found
    ]
