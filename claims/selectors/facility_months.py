"""Facilities' attestations added up, for their peers: over some days, or a year for the funnel.

A federation compares those that it processes; whoever sees the whole network, all. The order of
stubs tells runs of equal amounts. What is cancelled or superseded does not count. A year is read
from the sums that the database keeps (models/sums.py).
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection

from claims.rules.signals.facilities import LAST_DAYS, FacilityMonth
from federations.models import HealthFacility
from federations.rules.roles import Role
from federations.tenancy.actor import Actor

_ROWS = """
SELECT f.id, f.name, f.facility_type, f.ownership, a.amounts, s.cases, s.asked_francs, s.squares,
       s.medicines, s.medicine_squares, s.stays, s.in_last_days
FROM facility_month_sums(%(since)s, %(until)s, %(last_days)s, %(tenant)s) s
JOIN (
    SELECT c.facility_id, array_agg(c.asked_francs ORDER BY c.stub_number, c.id) AS amounts
    FROM claims_claim c
    WHERE c.care_year BETWEEN extract(year FROM %(since)s::date)::integer
                          AND extract(year FROM %(until)s::date - 1)::integer
      AND c.starts_on >= %(since)s AND c.starts_on < %(until)s
      AND c.state NOT IN ('cancelled', 'superseded')
      AND c.processing_id = %(tenant)s
    GROUP BY c.facility_id
) a ON a.facility_id = s.facility_id
JOIN federations_healthfacility f ON f.id = s.facility_id
ORDER BY f.sort_key, f.id
"""
_NETWORK_ROWS = """
SELECT f.id, f.name, f.facility_type, f.ownership, '{}'::bigint[], s.cases, s.asked_francs,
       s.squares, s.medicines, s.medicine_squares, s.stays, s.in_last_days
FROM network_facility_months(%(since)s, %(until)s, %(last_days)s) s
JOIN federations_healthfacility f ON f.id = s.facility_id
ORDER BY f.sort_key, f.id
"""

_OF_YEAR = """
SELECT f.id, f.name, f.facility_type, f.ownership, s.cases, s.asked_francs, s.squares
FROM {function}(%s, %s::jsonb) s
JOIN federations_healthfacility f ON f.id = s.facility_id
ORDER BY f.sort_key, f.id
"""


def facility_months(tenant_id: int, *, since: date, until: date) -> list[FacilityMonth]:
    """Return each facility's care from ``since`` until before ``until``, added up.

    ``tenant_id`` is the processing federation.
    """
    return _months(_ROWS, {"tenant": tenant_id, "since": since, "until": until})


def network_months(*, since: date, until: date) -> list[FacilityMonth]:
    """Return each facility's care of those days over all its federations, as sums.

    What each attestation asks is left out: who looks for round amounts and runs is each federation.
    """
    return _months(_NETWORK_ROWS, {"since": since, "until": until})


def _months(query: str, values: dict[str, Any]) -> list[FacilityMonth]:
    with connection.cursor() as cursor:
        cursor.execute(query, {**values, "last_days": LAST_DAYS})
        return [_month(*row) for row in cursor.fetchall()]


def _month(
    pk: int, name: str, level: str, ownership: str, amounts: Sequence[int], *sums: float
) -> FacilityMonth:
    cases, asked, squares, medicines, medicine_squares, stays, last_days = sums
    return FacilityMonth(
        facility=str(pk),
        name=name,
        level=level,
        ownership=ownership,
        cases=int(cases),
        asked_francs=int(asked),
        asked_squares=float(squares),
        medicines=int(medicines),
        medicine_squares=float(medicine_squares),
        stays=int(stays),
        last_days=int(last_days),
        amounts=tuple(amounts),
    )


def facilities_of_year(actor: Actor, year: int, *, month: int = 0) -> list[FacilityMonth]:
    """Return each facility's care of a year, or of one month of it, as the funnel compares it.

    Medicines, stays and each amount are left out: only the rules of a month ask for them.
    """
    asked = {"processing": network_tenant(actor), "month": month or None}
    function = f"{'network_' if reads_sums_only(actor) else ''}facility_sums"
    with connection.cursor() as cursor:
        cursor.execute(_OF_YEAR.format(function=function), [year, json.dumps(asked)])
        return [
            FacilityMonth(str(pk), name, level, ownership, int(cases), int(asked), float(squares))
            for pk, name, level, ownership, cases, asked, squares in cursor.fetchall()
        ]


def reads_sums_only(actor: Actor) -> bool:
    """Tell whether the actor reads the network's sums and no attestation: CONAMUS's manager."""
    return actor.role is Role.CONFEDERATION_MANAGER


def network_tenant(actor: Actor) -> int | None:
    """Return whose processing the actor compares: its federation's; None: the network's."""
    sees_all = actor.role in (Role.MEDICAL_ADVISER, Role.CONFEDERATION_MANAGER)
    return None if sees_all else actor.tenant_id


def facility_codes(facilities: Iterable[str]) -> dict[str, str]:
    """Return the codes of facilities, by their keys as text: what a list's filter takes."""
    found = HealthFacility.objects.filter(pk__in=[int(one) for one in facilities])
    return {str(pk): code for pk, code in found.values_list("pk", "code")}
