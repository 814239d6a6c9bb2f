"""Reads of membership: the insured by unit and by commune, and published past years.

Two ways to the same shapes. The network's functions (``network_…``) reach every
federation through narrow database functions that give counts only; the regulator's
database role has its own pair, which suppresses groups of one to four. The others read
the tenant's own enrolments. Every function is one query and needs an open scope.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, Sum

from federations.models import Place
from federations.rules.roles import Role
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Enrolment
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
    "network_insured_by_commune",
    "network_small_places",
    "past_years",
    "total_insured",
]

_COMMUNES = (
    "SELECT tenant_id, commune_id, households, people FROM network_insured_by_commune(%s, %s)"
)
_SUPPRESSED_COMMUNES = (
    "SELECT tenant_id, commune_id, households, people"
    " FROM network_insured_by_commune_suppressed(%s, %s)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuneCount:
    """The insured of one tenant who live in one commune; None where suppressed.

    The regulator is given all federations together, without a tenant.
    """

    tenant_id: int | None
    commune_id: int
    households: int | None
    people: int | None


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


def network_insured(actor: Actor, first_year: int, last_year: int) -> list[InsuredCount]:
    """Count the insured of every federation by unit and mutualist year, both years included.

    For the confederation and the regulator (whose small groups are None); the database
    refuses anyone else.
    """
    if actor.role is Role.REGULATOR:
        return _suppressed(first_year, last_year)
    query = (
        "SELECT tenant_id, unit_id, year, male_heads, female_heads, males, females, renewals,"
        " same_unit_renewals FROM network_insured(%s, %s)"
    )
    return [InsuredCount(**row) for row in _rows(query, first_year, last_year)]


def _suppressed(first_year: int, last_year: int) -> list[InsuredCount]:
    query = (
        "SELECT tenant_id, unit_id, year, male_heads, female_heads, males, females, renewals,"
        " same_unit_renewals, households AS shown_households, people AS shown_people"
        " FROM network_insured_suppressed(%s, %s)"
    )
    return [InsuredCount(**row) for row in _rows(query, first_year, last_year)]


def network_insured_by_commune(
    actor: Actor, year: int, division: Place.Division
) -> list[CommuneCount]:
    """Count the insured of every federation by commune of the chosen division."""
    query = _SUPPRESSED_COMMUNES if actor.role is Role.REGULATOR else _COMMUNES
    return [CommuneCount(**row) for row in _rows(query, year, str(division))]


def network_small_places(year: int, division: Place.Division) -> int:
    """Count the parts of one to four households that a unit and a commune have in common."""
    (row,) = _rows("SELECT network_small_places(%s, %s) AS found", year, str(division))
    return int(row["found"])


def _rows(query: str, *parameters: int | str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def insured_by_unit(
    tenant_id: int, years: Collection[int], unit_ids: Collection[int] | None = None
) -> list[InsuredCount]:
    """Count a tenant's insured by unit and mutualist year, perhaps in some units only."""
    enrolments = Enrolment.objects.filter(
        tenant_id=tenant_id, year_id__in=years, cancelled_on__isnull=True
    )
    if unit_ids is not None:
        enrolments = enrolments.filter(unit_id__in=unit_ids)
    counted = (
        enrolments.order_by()
        .values("tenant_id", "unit_id", year_of=F("year_id"))
        .annotate(
            male_heads=Count("id", filter=Q(head_sex=Beneficiary.Sex.MALE)),
            female_heads=Count("id", filter=Q(head_sex=Beneficiary.Sex.FEMALE)),
            male_people=Sum("males"),
            female_people=Sum("females"),
            renewals=Count("id", filter=Q(is_renewal=True)),
            same_unit_renewals=Count("id", filter=Q(is_renewal=True, is_same_unit=True)),
        )
    )
    return [_count_of(row) for row in counted]


def _count_of(row: Mapping[str, Any]) -> InsuredCount:
    # The sums cannot carry the names of the columns that they are sums of.
    return InsuredCount(
        tenant_id=row["tenant_id"],
        unit_id=row["unit_id"],
        year=row["year_of"],
        male_heads=row["male_heads"],
        female_heads=row["female_heads"],
        males=row["male_people"],
        females=row["female_people"],
        renewals=row["renewals"],
        same_unit_renewals=row["same_unit_renewals"],
    )


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
