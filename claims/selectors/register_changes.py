"""What a federation's register has changed since it was read last, and the decided care it touches.

A death, a departure, a record corrected or merged, an enrolment cancelled, a promise withdrawn are
changes of rows, which the history tells in their order; so are a leaving taken back, an entry moved
back, a household reinstated. Receipts cancelled and enrolments dated back are new rows. All is read
of the last day again: what was under way then had not been written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from claims.rules.states import ACCEPTED

#: Years of care that are looked at again, before this one.
YEARS_BACK = 2
#: What a change must touch to bear on rights, or on what the rules of signals ask.
_COLUMNS = [
    "birth_date", "sex", "joined_on", "declared_on", "left_on", "left_because", "died_on",
    "registered_on", "closed_on", "struck_off_on",
    "enrolled_on", "cancelled_on", "withdrawn_on",
]  # fmt: skip
_CHANGES = """
WITH look AS (
    SELECT coalesce(max(l.until_event), 0) AS until_event,
           coalesce(max(l.looked_at), '-infinity') - interval '1 day' AS since
    FROM claims_registerlook l WHERE l.tenant_id = %(tenant)s
), changed AS MATERIALIZED (
    SELECT e.table_name, e.row_id::bigint AS row_id
    FROM federations_historyevent e
    WHERE e.tenant_id = %(tenant)s AND e.id > (SELECT until_event FROM look)
      AND e.operation = 'U' AND e.after ?| %(columns)s
      AND e.table_name IN ('membership_beneficiary', 'membership_household',
                           'membership_enrolment', 'membership_promise')
), household AS (
    SELECT c.row_id AS id FROM changed c WHERE c.table_name = 'membership_household'
    UNION
    SELECT b.household_id
    FROM changed c
    JOIN membership_beneficiary b ON b.tenant_id = %(tenant)s AND b.id = c.row_id
    WHERE c.table_name = 'membership_beneficiary'
    UNION
    SELECT e.household_id
    FROM (
        SELECT c.row_id AS id FROM changed c WHERE c.table_name = 'membership_enrolment'
        UNION
        SELECT p.enrolment_id
        FROM changed c JOIN membership_promise p ON p.tenant_id = %(tenant)s AND p.id = c.row_id
        WHERE c.table_name = 'membership_promise'
        UNION
        SELECT p.enrolment_id
        FROM membership_payment p
        WHERE p.tenant_id = %(tenant)s AND p.reverses_id IS NOT NULL
          AND p.recorded_at > (SELECT since FROM look)
        UNION
        SELECT k.enrolment_id
        FROM membership_backdating k
        WHERE k.tenant_id = %(tenant)s AND k.recorded_at > (SELECT since FROM look)
    ) n
    JOIN membership_enrolment e ON e.tenant_id = %(tenant)s AND e.id = n.id
)
SELECT coalesce((SELECT max(e.id) FROM federations_historyevent e
                 WHERE e.tenant_id = %(tenant)s AND e.id > (SELECT until_event FROM look)
                   AND e.at < now() - interval '1 day'),
                (SELECT until_event FROM look)),
       now(), ARRAY(SELECT h.id FROM household h ORDER BY h.id)
"""
_DECIDED = """
SELECT c.care_year, c.id
FROM claims_claim c
WHERE c.tenant_id = %(tenant)s AND c.household_id = ANY (%(households)s)
  AND c.care_year BETWEEN %(from_year)s AND %(to_year)s AND c.state = ANY (%(accepted)s)
  AND EXISTS (
      SELECT FROM claims_decisionline l
      WHERE l.care_year = c.care_year AND l.decision_id = c.decision_id AND l.mutuelle_francs > 0)
ORDER BY c.care_year, c.id
"""


@dataclass(frozen=True, slots=True)
class RegisterChanges:
    """The households touched since the last reading, and where the next one begins."""

    households: tuple[int, ...]
    until_event: int
    looked_at: datetime


def register_changes(tenant_id: int) -> RegisterChanges:
    """Return what a federation's register has changed since it was read last."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, {"tenant": tenant_id, "columns": _COLUMNS})
        until_event, looked_at, households = cursor.fetchone()
    return RegisterChanges(tuple(households), until_event, looked_at)


def decided_care(tenant_id: int, households: Iterable[int], on: date) -> dict[int, list[int]]:
    """Return the households' claims that the mutuelle owes something for, by year of care."""
    values: dict[str, Any] = {
        "tenant": tenant_id,
        "households": list(households),
        "from_year": on.year - YEARS_BACK,
        "to_year": on.year,
        "accepted": [state.value for state in ACCEPTED],
    }
    found: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED, values)
        for year, claim_id in cursor.fetchall():
            found.setdefault(year, []).append(claim_id)
    return found
