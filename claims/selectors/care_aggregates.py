"""Aggregates of care for the regulator: no small group, no single amount, no diagnosis.

The database hides what may not be shown (claims/sql/50_care_figures.sql) and refuses anyone else.
"""

from django.db import connection

from claims.rules.care_figures import CareAggregate
from claims.selectors.care_figures import By

_ROWS = """
SELECT key, cases, stays, decided, rejected, asked_francs, mutuelle_francs
FROM network_care_suppressed(%s, %s)
"""


def care_aggregates(year: int, by: By) -> list[CareAggregate]:
    """Return the aggregates of a year's care by federation, month or kind of care."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [year, by.value])
        columns = [column.name for column in cursor.description or ()]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return [CareAggregate(**row) for row in rows]
