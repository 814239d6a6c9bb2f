"""What the random sample found, month by month, and what it says of what nobody read.

A month's population is what no flag, signal or amount touched: the claims accepted by
themselves, and those that only the sample sent to a reader. The reader's own figure
(``Review.taken_off_francs``) is the error of a sampled claim.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from claims.rules.extrapolation import Extrapolation, extrapolate
from claims.selectors.control import control_terms
from claims.selectors.reviews import ONLY_SAMPLED
from federations.models import Federation
from federations.rules.roles import Role
from federations.tenancy.actor import Actor

#: Months shown, the latest first.
MONTHS = 12
_REST = """
SELECT date_trunc('month', c.received_on)::date AS month, count(*),
       coalesce(sum(p.francs), 0)::bigint
FROM claims_claim c
JOIN claims_decision d
  ON d.care_year = c.care_year AND d.claim_id = c.id AND d.number = 1 AND d.kind = 'automatic'
LEFT JOIN LATERAL (
    SELECT sum(l.mutuelle_francs) AS francs FROM claims_decisionline l
    WHERE l.care_year = c.care_year AND l.decision_id = c.decision_id
) p ON true
WHERE c.processing_id = %(tenant)s AND c.received_on >= %(since)s
  AND c.care_year BETWEEN %(from_year)s AND %(to_year)s
  AND c.state IN ('decided', 'contested', 'final', 'invoiced', 'paid')
GROUP BY 1
"""
_DRAWN = """
SELECT date_trunc('month', c.received_on)::date AS month, r.taken_off_francs
FROM claims_claim c
JOIN claims_claimstep s
  ON s.care_year = c.care_year AND s.claim_id = c.id AND s.to_state = 'to_review'
 AND s.reason = %(reason)s
LEFT JOIN LATERAL (
    SELECT v.taken_off_francs FROM claims_review v
    WHERE v.claim_id = c.id AND v.is_sampled AND v.decision_id IS NOT NULL
    ORDER BY v.id DESC LIMIT 1
) r ON true
WHERE c.processing_id = %(tenant)s AND c.received_on >= %(since)s
  AND c.care_year BETWEEN %(from_year)s AND %(to_year)s
"""


@dataclass(frozen=True, slots=True)
class SampledMonth:
    """A month's sample: how it was drawn, what was read of it, what it says of the rest."""

    month: date
    rate_percent: Decimal | None
    drawn: int
    read: int
    wrong: int
    found: Extrapolation

    @property
    def is_read(self) -> bool:
        """Whether every drawn claim was read: only then is the estimate the month's."""
        return self.read == self.drawn


def sampled_federations(actor: Actor) -> list[Federation]:
    """Return the federations whose sample the actor sees."""
    federations = Federation.objects.filter(kind=Federation.Kind.FEDERATION).order_by("name")
    if actor.role is not Role.MEDICAL_ADVISER:
        federations = federations.filter(pk=actor.tenant_id)
    return list(federations)


def sampled_months(tenant_id: int, on: date) -> list[SampledMonth]:
    """Return the months of a year back, the latest first: two queries and the terms."""
    since = date(on.year - 1, on.month, 1)
    values = {
        "tenant": tenant_id,
        "since": since,
        "from_year": since.year - 1,
        "to_year": on.year,
        "reason": ONLY_SAMPLED,
    }
    drawn: dict[date, list[int | None]] = defaultdict(list)
    for month, francs in _rows(_DRAWN, values):
        drawn[month].append(francs)
    rest = {month: (count, francs) for month, count, francs in _rows(_REST, values)}
    terms = control_terms(tenant_id)
    months = sorted(drawn.keys() | rest.keys(), reverse=True)[:MONTHS]
    rows = []
    for month in months:
        row = terms.row_of(month)
        rate = None if row is None else row.sample_percent
        rows.append(_month(month, rate, drawn[month], *rest.get(month, (0, 0))))
    return rows


def _month(
    month: date, rate: Decimal | None, drawn: list[int | None], rest: int, rest_francs: int
) -> SampledMonth:
    errors = [francs for francs in drawn if francs is not None]
    return SampledMonth(
        month=month,
        rate_percent=rate,
        drawn=len(drawn),
        read=len(errors),
        wrong=sum(1 for error in errors if error),
        found=extrapolate(errors, rest, rest_francs),
    )


def _rows(query: str, values: dict[str, Any]) -> Iterable[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()
