"""Figures of care of a year: volumes and francs by group, delays between steps, reasons of cuts.

Of what the actor's federation processes; a medical adviser's are the whole network's. What is
cancelled or superseded does not count; a decision counts while it is in force.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection

from claims.rules.care_figures import CareSums
from claims.rules.cuts import CutCode
from claims.rules.states import State
from claims.selectors.facility_months import network_tenant
from federations.models import Federation, HealthFacility, Unit
from federations.tenancy.actor import Actor


class By(StrEnum):
    """What the figures are grouped by."""

    MONTH = "month"
    KIND = "kind"
    FACILITY = "facility"
    UNIT = "unit"
    FEDERATION = "federation"


#: Of each group: its key, and the columns that it is made of.
_GROUPS = {
    By.MONTH: "extract(month FROM c.starts_on)::integer",
    By.KIND: "c.care_kind",
    By.FACILITY: "c.facility_id",
    By.UNIT: "c.unit_id",
    By.FEDERATION: "c.tenant_id",
}
_OWN = """
    c.care_year = %(year)s AND c.state NOT IN ('cancelled', 'superseded')
    AND (%(tenant)s::smallint IS NULL OR c.processing_id = %(tenant)s)
    AND (%(month)s = 0 OR extract(month FROM c.starts_on) = %(month)s)
"""
_SUMS = """
SELECT {group} AS key, count(*), count(*) FILTER (WHERE c.care_kind = 'stay'),
       sum(c.asked_francs), count(m.decision_id), coalesce(sum(m.asked), 0),
       coalesce(sum(m.mutuelle), 0), coalesce(sum(m.asked - m.agreed), 0),
       count(*) FILTER (WHERE m.mutuelle + m.other_payer = 0)
FROM claims_claim c
LEFT JOIN (
    SELECT l.decision_id, sum(l.asked_francs) AS asked, sum(l.agreed_francs) AS agreed,
           sum(l.mutuelle_francs) AS mutuelle, sum(l.other_payer_francs) AS other_payer
    FROM claims_decisionline l
    WHERE l.care_year = %(year)s AND (%(tenant)s::smallint IS NULL OR l.processing_id = %(tenant)s)
    GROUP BY l.decision_id
) m ON m.decision_id = c.decision_id
WHERE {own}
GROUP BY 1 ORDER BY 2 DESC, 1
"""
_REASONS = """
SELECT k.code, count(DISTINCT c.id), sum(k.francs)
FROM claims_claim c
JOIN claims_decisioncut k ON k.care_year = %(year)s AND k.decision_id = c.decision_id
WHERE {own}
GROUP BY 1 ORDER BY 3 DESC, 1
"""
_DELAYS = """
SELECT s.from_state, s.to_state, count(*),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY s.days),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY s.days)
FROM (
    SELECT p.from_state, p.to_state,
           extract(epoch FROM p.at - lag(p.at) OVER (PARTITION BY p.claim_id ORDER BY p.id))
           / 86400 AS days
    FROM claims_claim c
    JOIN claims_claimstep p ON p.care_year = %(year)s AND p.claim_id = c.id
    WHERE {own}
) s
WHERE s.days IS NOT NULL
GROUP BY 1, 2
"""
_RECEIVED = """
SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY c.received_on - c.ends_on),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY c.received_on - c.ends_on)
FROM claims_claim c WHERE {own}
"""
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


def care_sums(actor: Actor, year: int, by: By, *, month: int = 0) -> list[CareSums]:
    """Return the sums of a year's care by group, the largest first; ``month`` 0: all of it."""
    return [
        CareSums(
            key=str(key),
            cases=cases,
            stays=stays,
            asked_francs=int(asked),
            decided=decided,
            decided_francs=int(decided_francs),
            mutuelle_francs=int(mutuelle),
            cut_francs=int(cut),
            rejected=rejected,
        )
        for key, cases, stays, asked, decided, decided_francs, mutuelle, cut, rejected in _rows(
            _SUMS, actor, year, month, group=_GROUPS[by]
        )
    ]


def cut_reasons(actor: Actor, year: int, *, month: int = 0) -> list[Reason]:
    """Return why francs were cut, the most costly reason first."""
    rows = _rows(_REASONS, actor, year, month)
    return [Reason(CutCode(code), cases, int(francs)) for code, cases, francs in rows]


def step_delays(actor: Actor, year: int, *, month: int = 0) -> list[Delay]:
    """Return the delay from care to receipt, then from each state to the next, in their order."""
    received = [
        Delay("", "", cases, float(median), float(slow))
        for cases, median, slow in _rows(_RECEIVED, actor, year, month)
        if cases
    ]
    moves = [
        Delay(before, after, cases, float(median), float(slow))
        for before, after, cases, median, slow in _rows(_DELAYS, actor, year, month)
    ]
    return received + sorted(moves, key=lambda one: (_ORDER[one.from_state], _ORDER[one.to_state]))


def _rows(query: str, actor: Actor, year: int, month: int, **names: str) -> list[tuple[Any, ...]]:
    values = {"year": year, "month": month, "tenant": network_tenant(actor)}
    with connection.cursor() as cursor:
        cursor.execute(query.format(own=_OWN, **names), values)
        return cursor.fetchall()


def facility_names(keys: Iterable[str]) -> dict[str, str]:
    """Return the names of facilities, by their keys as text."""
    found = HealthFacility.objects.filter(pk__in=map(int, keys))
    return {str(pk): name for pk, name in found.values_list("pk", "name")}


def unit_names(keys: Iterable[str]) -> dict[str, str]:
    """Return the names of the patients' units, of whichever federation."""
    found = Unit.objects.filter(pk__in=map(int, keys))
    return {str(pk): name for pk, name in found.values_list("pk", "name")}


def federation_names(keys: Iterable[str]) -> dict[str, str]:
    """Return the short names of the patients' federations."""
    found = Federation.objects.filter(pk__in=map(int, keys))
    return {str(pk): name for pk, name in found.values_list("pk", "short_name")}
