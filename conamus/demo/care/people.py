"""Who may come for care: the people of a federation's enrolments, as the register holds them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

#: Who died is among them: the year's frauds need someone who did, and draw the same again.
#: The first day of likely rights: the year's, or a waiting period after the household was in order,
#: and for who joined it later after that; none where it owes still and has promised nothing.
_PEOPLE = """
SELECT b.id, b.household_id, b.person_id::text, u.code, u.id, u.management_centre_id,
       h.other_cover, b.birth_date, b.sex,
       min(e.opens_on) FILTER (WHERE e.year_id = 2024),
       min(e.opens_on) FILTER (WHERE e.year_id = 2025),
       bool_or(e.year_id = 2024), bool_or(e.year_id = 2025),
       CASE WHEN b.joined_on > h.registered_on AND b.joined_on > b.birth_date
            THEN b.joined_on + 30 ELSE b.joined_on END,
       b.relationship = 'head'
FROM membership_beneficiary b
JOIN membership_household h ON h.tenant_id = b.tenant_id AND h.id = b.household_id
JOIN federations_unit u ON u.id = h.unit_id
JOIN LATERAL (
    SELECT e.year_id,
           CASE WHEN o.in_order_on IS NOT NULL THEN greatest(
               make_date(e.year_id, 1, 1),
               o.in_order_on + CASE WHEN e.is_renewal AND o.in_order_on <= k.grace_until THEN 0
                                    WHEN e.is_renewal THEN k.waiting_days_late
                                    ELSE k.waiting_days_new END) END AS opens_on
    FROM membership_enrolment e
    JOIN membership_campaign k ON k.tenant_id = e.tenant_id AND k.year_id = e.year_id
    LEFT JOIN LATERAL (
        SELECT sum(p.amount_francs) AS francs, max(p.received_on) AS last_on
        FROM membership_payment p
        WHERE p.tenant_id = e.tenant_id AND p.enrolment_id = e.id AND p.payer = 'household'
    ) p ON true
    LEFT JOIN LATERAL (
        SELECT min(q.answered_on) AS answered_on
        FROM membership_promise q
        WHERE q.tenant_id = e.tenant_id AND q.enrolment_id = e.id AND q.state = 'accepted'
    ) q ON true
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN coalesce(p.francs, 0)
                     >= e.contribution_francs + e.joining_fee_francs - e.payer_francs
            THEN least(q.answered_on, greatest(e.enrolled_on, p.last_on))
            WHEN e.year_id = 2025 THEN q.answered_on
        END AS in_order_on
    ) o
    WHERE e.tenant_id = b.tenant_id AND e.household_id = b.household_id
      AND e.year_id IN (2024, 2025) AND e.cancelled_on IS NULL
) e ON true
WHERE b.tenant_id = %s AND (b.left_on IS NULL OR b.died_on IS NOT NULL)
GROUP BY b.id, h.id, u.id
ORDER BY b.household_id, b.id
"""
_HALVES = ((date(2024, 7, 1), date(2024, 12, 31)), (date(2025, 1, 1), date(2025, 6, 30)))


@dataclass(frozen=True, slots=True)
class Person:
    """Someone insured in one of the two years; ``opens`` are the likely first days of rights."""

    pk: int
    household: int
    person_id: str
    unit: str
    unit_id: int
    centre_id: int | None
    other_cover: str
    birth_date: date
    sex: str
    opens: tuple[date | None, date | None]
    enrolled: tuple[bool, bool]
    joined_on: date
    is_head: bool

    def days_in(self, half: int) -> tuple[date, date] | None:
        """Return the days of a half year (0: of 2024, 1: of 2025) on which care is likely owed."""
        first, last = _HALVES[half]
        opens = self.opens[half]
        if opens is None:
            return None
        start = max(first, opens, self.joined_on, self.birth_date + timedelta(days=1))
        return (start, last) if start <= last else None

    def age_on(self, day: date) -> int:
        """Return the age in completed years."""
        born = self.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def insured_people(tenant_id: int) -> list[Person]:
    """Return the people of a federation that were enrolled for 2024 or 2025, by household."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [tenant_id])
        return [_person(row) for row in cursor.fetchall()]


def _person(row: tuple[Any, ...]) -> Person:
    *plain, opens_2024, opens_2025, in_2024, in_2025, joined_on, is_head = row
    pk, household, person_id, unit, unit_id, centre_id, cover, born, sex = plain
    return Person(
        pk, household, person_id, unit, unit_id, centre_id, cover, born, sex,
        opens=(opens_2024, opens_2025), enrolled=(in_2024, in_2025), joined_on=joined_on,
        is_head=is_head,
    )  # fmt: skip
