"""What frauds leave in the register of members: a death, an enrolment that was written late.

Most late writing is honest: papers travel. It is written here too, so that the rules have to tell
one from the other. Written once, however often a loading begins again; the days are drawn, so they
are the same each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

_RECORDED_BY = "données de démonstration"
#: Someone who died leaves the household the day after, as `record_death` writes it.
_DEATHS = """
WITH gone AS (
    UPDATE membership_beneficiary b
    SET died_on = t.died_on, left_on = t.died_on + 1, left_because = 'death'
    FROM unnest(%(people)s::bigint[], %(days)s::date[]) AS t(id, died_on)
    WHERE b.tenant_id = %(tenant)s AND b.id = t.id AND b.died_on IS NULL
    RETURNING b.id, b.household_id, t.died_on
)
INSERT INTO membership_lifeevent (
    tenant_id, household_id, beneficiary_id, kind, happened_on, note, recorded_by, recorded_at)
SELECT %(tenant)s, g.household_id, g.id, 'death', g.died_on, '', %(by)s,
       g.died_on + interval '9 days 10 hours'
FROM gone g
"""
#: The enrolment bears the day of its signature; it was written when the list says.
_LATE = """
INSERT INTO membership_backdating (
    tenant_id, enrolment_id, dated_on, written_on, reason, recorded_by, recorded_at)
SELECT e.tenant_id, e.id, e.enrolled_on, t.written_on, 'Bulletins de la colline apportés en retard',
       %(by)s, t.written_on + interval '10 hours'
FROM (
    SELECT household, min(written_on) AS written_on
    FROM unnest(%(households)s::bigint[], %(days)s::date[]) AS t(household, written_on)
    GROUP BY household
) t
JOIN membership_enrolment e
  ON e.tenant_id = %(tenant)s AND e.household_id = t.household AND e.year_id = 2025
 AND e.cancelled_on IS NULL AND e.enrolled_on < t.written_on
WHERE NOT EXISTS (
    SELECT FROM membership_backdating k
    WHERE k.tenant_id = %(tenant)s AND k.enrolment_id = e.id)
"""


@dataclass(frozen=True, slots=True)
class Death:
    """That somebody died on a day."""

    person: int
    on: date


@dataclass(frozen=True, slots=True)
class LateWriting:
    """That a household's enrolment for 2025 was written on a day, later than it is dated."""

    household: int
    on: date


def write_in_register(tenant_id: int, deaths: Sequence[Death], late: Sequence[LateWriting]) -> None:
    """Write what is not there yet; the caller has opened the federation's scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            _DEATHS,
            {
                "tenant": tenant_id,
                "by": _RECORDED_BY,
                "people": [one.person for one in deaths],
                "days": [one.on for one in deaths],
            },
        )
        cursor.execute(
            _LATE,
            {
                "tenant": tenant_id,
                "by": _RECORDED_BY,
                "households": [one.household for one in late],
                "days": [one.on for one in late],
            },
        )
