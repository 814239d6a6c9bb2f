"""Figures of care of a year: volumes and francs by group, delays between steps, reasons of cuts.

Of what the actor's federation processes; a medical adviser's and CONAMUS's manager's are the
whole network's: the second reads sums alone, through narrow functions. What is cancelled or
superseded does not count; a decision counts while it is in force (claims/sql/50_care_figures.sql).
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Count, Min, Sum

from claims.models import CareSum, Claim
from claims.rules.care_figures import CareSums
from claims.rules.cuts import CutCode
from claims.rules.states import State
from claims.selectors.facility_months import network_tenant, reads_sums_only
from federations.models import Federation, HealthFacility, Unit
from federations.selectors.statements import rows_of
from federations.tenancy.actor import Actor


class By(StrEnum):
    """What the figures are grouped by."""

    MONTH = "month"
    KIND = "kind"
    FACILITY = "facility"
    UNIT = "unit"
    FEDERATION = "federation"
    PROCESSING = "processing"


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a year's care that is looked at; nothing named: all of it."""

    month: int | None = None
    kind: str | None = None
    facility: int | None = None
    unit: int | None = None
    home: int | None = None
    processing: int | None = None


_ALL = Part()
_ORDER = {state.value: rank for rank, state in enumerate(State)}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why francs were cut: of how many attestations, how much."""

    code: CutCode
    cases: int
    francs: int


@dataclass(frozen=True, slots=True)
class Delay:
    """The days from one state to the next: the median and the ninth decile; empty: from care."""

    from_state: str
    to_state: str
    cases: int
    median_days: float
    slow_days: float


@dataclass(frozen=True, slots=True)
class CareReasonCount:
    """How many attestations, of how many people, a reason for care was given for."""

    code: str
    name: str
    cases: int
    people: int


def care_sums(actor: Actor, year: int, by: By, part: Part = _ALL) -> list[CareSums]:
    """Return the sums of a year's care by group, the largest first."""
    rows = _rows(actor, "care_sums", year, part, by.value)
    return [CareSums(**row) for row in sorted(rows, key=lambda row: (-row["cases"], row["key"]))]


def cut_reasons(actor: Actor, year: int, part: Part = _ALL) -> list[Reason]:
    """Return why francs were cut, the most costly reason first."""
    found = [
        Reason(CutCode(row["code"]), row["cases"], row["francs"])
        for row in _rows(actor, "care_cuts", year, part)
    ]
    return sorted(found, key=lambda one: (-one.francs, one.code))


def step_delays(actor: Actor, year: int, part: Part = _ALL) -> list[Delay]:
    """Return the delay from care to receipt, then from each state to the next, in their order."""
    found = [Delay(**row) for row in _rows(actor, "care_delays", year, part)]
    return sorted(
        found, key=lambda one: (_ORDER.get(one.from_state, -1), _ORDER.get(one.to_state, -1))
    )


def reasons_of_care(year: int) -> list[CareReasonCount]:
    """Return the reasons for care of a year, the most frequent first, none of few people.

    Of what the actor's federation processes, or of the whole network; until this month began.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, name, cases, people FROM reasons_of_care(%s)", [year])
        return [CareReasonCount(*row) for row in cursor.fetchall()]


def care_of(year: int, by: By, part: Part) -> list[CareSums]:
    """Return the sums by group of a part that names whose care it is: `home` or `processing`.

    What a federation's members had wherever it was processed, or what it processed for anyone.
    """
    rows = rows_of("SELECT * FROM care_sums(%s, %s, %s::jsonb)", year, by.value, _asked(part))
    return [CareSums(**row) for row in sorted(rows, key=lambda row: (-row["cases"], row["key"]))]


def cut_francs(year: int, code: CutCode, part: Part) -> int:
    """Return the francs cut for one reason in such a part."""
    rows = rows_of("SELECT code, francs FROM care_cuts(%s, %s::jsonb)", year, _asked(part))
    return sum(row["francs"] for row in rows if row["code"] == code)


def people_treated(tenant_id: int, year: int) -> int:
    """Return how many of a federation's members have an attestation of a year that counts."""
    found = Claim.objects.filter(tenant_id=tenant_id, care_year=year)
    counted = found.exclude(state__in=[State.CANCELLED, State.SUPERSEDED])
    return counted.aggregate(people=Count("person_id", distinct=True))["people"]


def first_care_year(tenant_id: int) -> int | None:
    """Return the first year of which a federation's members have an attestation here."""
    years = CareSum.objects.filter(tenant_id=tenant_id).values("care_year")
    held = years.annotate(counted=Sum("cases")).filter(counted__gt=0)
    first: int | None = held.aggregate(first=Min("care_year"))["first"]
    return first


def _asked(part: Part) -> str:
    return json.dumps({key: value for key, value in asdict(part).items() if value is not None})


def _rows(actor: Actor, function: str, year: int, part: Part, *of: str) -> list[dict[str, Any]]:
    """Return what a function of claims/sql/50_care_figures.sql says of a part of the year."""
    name = f"network_{function}" if reads_sums_only(actor) else function
    if (processing := network_tenant(actor)) is not None:
        part = replace(part, processing=processing)
    marks = ", ".join(["%s"] * len((year, *of)))
    with connection.cursor() as cursor:
        values: list[int | str] = [year, *of, _asked(part)]
        cursor.execute(f"SELECT * FROM {name}({marks}, %s::jsonb)", values)  # noqa: S608 (our own names)
        columns = [column.name for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def facility_names(keys: Iterable[str]) -> dict[str, str]:
    """Return the names of facilities, by their keys as text."""
    found = HealthFacility.objects.filter(pk__in=map(int, keys))
    return {str(pk): name for pk, name in found.values_list("pk", "name")}


def unit_names(keys: Iterable[str]) -> dict[str, str]:
    """Return the names of the patients' units, of whichever federation."""
    found = Unit.objects.filter(pk__in=map(int, keys))
    return {str(pk): name for pk, name in found.values_list("pk", "name")}


def unit_codes(keys: Iterable[str]) -> dict[str, str]:
    """Return the codes of units, by their keys as text: what a list's filter takes."""
    found = Unit.objects.filter(pk__in=map(int, keys))
    return {str(pk): code for pk, code in found.values_list("pk", "code")}


def federation_names(keys: Iterable[str]) -> dict[str, str]:
    """Return the short names of the patients' federations."""
    found = Federation.objects.filter(pk__in=map(int, keys))
    return {str(pk): name for pk, name in found.values_list("pk", "short_name")}
