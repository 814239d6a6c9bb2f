"""What the registers hold, in short: activities, expenses, facilities, people."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from conamus import clock
from federations.models import Activity, Expense, HealthFacility, RoleAssignment, Unit
from federations.rules.roles import Role
from federations.selectors.directory import zones_around
from federations.selectors.facilities import contracted_counts, contracted_on, in_situation
from federations.selectors.units import open_on


@dataclass(frozen=True, slots=True)
class HeadingSum:
    """What was spent under one heading with one funder's money; no funder: own resources."""

    heading_code: str
    heading: str
    funder_id: int | None
    funder: str | None
    amount_francs: int


@dataclass(frozen=True, slots=True)
class YearExpenses:
    """The expenses of the latest year that has any."""

    year: int
    sums: tuple[HeadingSum, ...]

    @property
    def headings(self) -> dict[str, str]:
        """The headings that occur, by their code."""
        return {one.heading_code: one.heading for one in self.sums}

    @property
    def funders(self) -> dict[int | None, str | None]:
        """Who paid, by their key; nobody for own resources."""
        return {one.funder_id: one.funder for one in self.sums}

    @property
    def total(self) -> int:
        """All that was spent."""
        return sum(one.amount_francs for one in self.sums)


def latest_expenses(tenant_id: int, last_year: int) -> YearExpenses | None:
    """Return the expenses of ``last_year`` or, when it has none yet, of the year before."""
    rows = list(
        Expense.objects.filter(tenant_id=tenant_id, spent_on__year__in=(last_year - 1, last_year))
        .order_by("-spent_on__year", "heading", "funder__sort_key")
        .values("spent_on__year", "heading", "funder_id", "funder__name", "funder__acronym")
        .annotate(amount=Sum("amount_francs"))
    )
    if not rows:
        return None
    year = rows[0]["spent_on__year"]
    of_year = (row for row in rows if row["spent_on__year"] == year)
    return YearExpenses(year, tuple(_expense_of(row) for row in of_year))


def _expense_of(row: Mapping[str, Any]) -> HeadingSum:
    return HeadingSum(
        heading_code=row["heading"],
        heading=Expense.Heading(row["heading"]).label,
        funder_id=row["funder_id"],
        funder=row["funder__acronym"] or row["funder__name"],
        amount_francs=row["amount"],
    )


def latest_activities(
    tenant_id: int, last_year: int, *, unit_ids: Collection[int] | None = None, most: int = 5
) -> QuerySet[Activity]:
    """Return the latest activities up to the end of a year, with their participants."""
    found = Activity.objects.filter(tenant_id=tenant_id, starts_on__lt=date(last_year + 1, 1, 1))
    if unit_ids is not None:
        found = found.filter(unit_id__in=unit_ids)
    counted = found.select_related("place").annotate(
        people=Sum("participants__total"), women=Sum("participants__women")
    )
    return counted.order_by("-starts_on", "id")[:most]


@dataclass(frozen=True, slots=True)
class FacilityCell:
    """How many facilities of one type and ownership are contracted."""

    facility_type: str
    ownership: str
    count: int


def facility_cells(
    on_date: date, *, commune_ids: Collection[int] | None = None
) -> list[FacilityCell]:
    """Count the facilities contracted on a day by type and ownership."""
    cells: Counter[tuple[str, str]] = Counter()
    for one in contracted_counts(on_date, commune_ids=commune_ids):
        cells[one.facility_type, one.ownership] += one.count
    return [FacilityCell(*kind, count) for kind, count in cells.items()]


@dataclass(frozen=True, slots=True)
class AreaFacilities:
    """The facilities of one commune."""

    province: str
    commune: str
    commune_id: int
    count: int
    suspended: int


def facilities_by_commune(on_date: date, commune_ids: Collection[int]) -> list[AreaFacilities]:
    """Count the facilities of an area by commune of the division before."""
    suspended = in_situation(HealthFacility.Status.SUSPENDED, clock.today())
    rows = (
        contracted_on(on_date, commune_ids=commune_ids)
        .order_by("former_commune__parent__sort_key", "former_commune__sort_key")
        .values(
            "former_commune_id",
            commune_name=F("former_commune__name"),
            province_name=F("former_commune__parent__name"),
        )
        .annotate(count=Count("id"), suspended=Count("id", filter=suspended))
    )
    return [
        AreaFacilities(
            province=row["province_name"],
            commune=row["commune_name"],
            commune_id=row["former_commune_id"],
            count=row["count"],
            suspended=row["suspended"],
        )
        for row in rows
    ]


def facility_card(facility_id: int) -> HealthFacility | None:
    """Return a facility with its places in both divisions and its district."""
    found = HealthFacility.objects.select_related(
        "commune__parent", "former_commune__parent", "health_district"
    )
    return found.filter(pk=facility_id).first()


def units_serving(facility: HealthFacility, on_date: date) -> QuerySet[Unit]:
    """Return the units open on a day, of every federation, whose zone d'action holds a facility."""
    found = Unit.objects.filter(
        open_on(on_date), pk__in=zones_around(facility, on_date).values("unit"),
        kind__in=Unit.INSURING,
    )  # fmt: skip
    return found.select_related("tenant", "management_centre").order_by(
        "tenant__sort_key", "sort_key"
    )


@dataclass(frozen=True, slots=True)
class RoleCount:
    """How many people hold a role."""

    role: Role
    people: int


def people_by_role(tenant_id: int | None, on_date: date) -> list[RoleCount]:
    """Count the active people by role: a tenant's, or the whole network's."""
    still_open = Q(valid_to__isnull=True) | Q(valid_to__gt=on_date)
    found = RoleAssignment.objects.filter(still_open, user__is_active=True, valid_from__lte=on_date)
    if tenant_id is not None:
        found = found.filter(tenant_id=tenant_id)
    rows = found.order_by().values("role").annotate(people=Count("user_id", distinct=True))
    counts = {row["role"]: row["people"] for row in rows}
    return [RoleCount(role, counts[role]) for role in Role if role in counts]
