"""Facilities' attestations added up, month by month or over any days, for their peers' funnel.

A federation compares those that it processes; whoever sees the whole network, all. The order of
stubs tells runs of equal amounts. What is cancelled or superseded does not count.
"""

from collections.abc import Iterable
from datetime import date

from django.db import connection

from claims.rules.signals.facilities import LAST_DAYS, ROUND_FRANCS, FacilityMonth
from federations.models import HealthFacility
from federations.rules.roles import Role
from federations.tenancy.actor import Actor

_ROWS = """
WITH care AS (
    SELECT c.id, c.care_year, c.facility_id, c.starts_on, c.care_kind, c.asked_francs,
           c.stub_number
    FROM claims_claim c
    WHERE c.care_year BETWEEN %(first_year)s AND %(last_year)s
      AND c.starts_on >= %(since)s AND c.starts_on < %(until)s
      AND c.state NOT IN ('cancelled', 'superseded')
      AND (%(tenant)s::smallint IS NULL OR c.processing_id = %(tenant)s)
), run AS (
    SELECT r.facility_id, r.asked_francs, count(*) AS length
    FROM (
        SELECT c.facility_id, c.asked_francs,
               row_number() OVER (PARTITION BY c.facility_id ORDER BY c.stub_number, c.id)
               - row_number() OVER (PARTITION BY c.facility_id, c.asked_francs
                                    ORDER BY c.stub_number, c.id) AS island
        FROM care c
        WHERE %(is_whole)s
    ) r
    GROUP BY r.facility_id, r.asked_francs, r.island
), longest AS (
    SELECT DISTINCT ON (facility_id) facility_id, asked_francs, length
    FROM run ORDER BY facility_id, length DESC, asked_francs
), alike AS (
    SELECT p.facility_id, sum(p.n * (p.n - 1) / 2) AS pairs
    FROM (SELECT facility_id, count(*) AS n FROM care WHERE %(is_whole)s
          GROUP BY facility_id, asked_francs) p
    GROUP BY p.facility_id
), medicine AS (
    SELECT m.facility_id, sum(m.n) AS total, sum(m.n * m.n) AS squares
    FROM (
        SELECT c.facility_id, c.id, count(*) AS n
        FROM care c
        JOIN claims_claimline l ON l.care_year = c.care_year AND l.claim_id = c.id
        JOIN claims_act a ON a.id = l.act_id AND a.family = 'medicine'
        WHERE %(is_whole)s AND l.care_year BETWEEN %(first_year)s AND %(last_year)s
        GROUP BY c.facility_id, c.id
    ) m
    GROUP BY m.facility_id
)
SELECT f.id, f.name, f.facility_type, f.ownership, s.cases, s.asked, s.squares,
       coalesce(m.total, 0), coalesce(m.squares, 0), s.stays, s.rounds, s.last_days,
       coalesce(k.pairs, 0), coalesce(g.length, 0), coalesce(g.asked_francs, 0)
FROM (
    SELECT c.facility_id, count(*) AS cases, sum(c.asked_francs) AS asked,
           sum(c.asked_francs::double precision * c.asked_francs) AS squares,
           count(*) FILTER (WHERE c.care_kind = 'stay') AS stays,
           count(*) FILTER (WHERE c.asked_francs %% %(round)s = 0) AS rounds,
           count(*) FILTER (WHERE extract(month FROM c.starts_on + %(last_days)s::integer)
                                  <> extract(month FROM c.starts_on)) AS last_days
    FROM care c
    GROUP BY c.facility_id
) s
JOIN federations_healthfacility f ON f.id = s.facility_id
LEFT JOIN medicine m ON m.facility_id = s.facility_id
LEFT JOIN alike k ON k.facility_id = s.facility_id
LEFT JOIN longest g ON g.facility_id = s.facility_id
ORDER BY f.sort_key, f.id
"""


def facility_months(
    tenant_id: int | None, *, since: date, until: date, is_whole: bool = True
) -> list[FacilityMonth]:
    """Return each facility's care from ``since`` until before ``until``, added up.

    ``tenant_id`` is the processing federation; None: every one in the caller's sight.
    ``is_whole`` False leaves out what only the monthly rules ask: medicines, runs, like amounts.
    """
    last = date.fromordinal(until.toordinal() - 1)
    values = {
        "tenant": tenant_id,
        "since": since,
        "until": until,
        "first_year": since.year,
        "last_year": last.year,
        "round": ROUND_FRANCS,
        "last_days": LAST_DAYS,
        "is_whole": is_whole,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, values)
        return [_month(*row) for row in cursor.fetchall()]


def _month(pk: int, name: str, level: str, ownership: str, *sums: float) -> FacilityMonth:
    cases, asked, squares, medicines, medicine_squares, *counts = sums
    stays, rounds, last_days, pairs, run, run_francs = (int(count) for count in counts)
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
        stays=stays,
        rounds=rounds,
        last_days=last_days,
        same_pairs=pairs,
        longest_run=run,
        run_francs=run_francs,
    )


def network_tenant(actor: Actor) -> int | None:
    """Return whose processing the actor compares: its federation's; None: the network's."""
    return None if actor.role is Role.MEDICAL_ADVISER else actor.tenant_id


def facility_codes(facilities: Iterable[str]) -> dict[str, str]:
    """Return the codes of facilities, by their keys as text: what a list's filter takes."""
    found = HealthFacility.objects.filter(pk__in=[int(one) for one in facilities])
    return {str(pk): code for pk, code in found.values_list("pk", "code")}
