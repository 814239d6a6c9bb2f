"""What later decisions change of invoices that are settled: debts of facilities, and supplements.

Called on the one road by which decisions are written; the amounts are the database's own, from the
two decisions (claims/sql/30_facility_debts.sql).
"""

from collections.abc import Sequence

from django.db import connection

from conamus import clock
from federations.tenancy.actor import Actor


def note_changed_payables(actor: Actor, claim_ids: Sequence[int], year: int) -> int:
    """Write the debt or supplement of each settled claim whose part has changed; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT note_changed_payables(%s, %s, %s, %s)",
            [list(claim_ids), year, clock.today(), actor.name],
        )
        count: int = cursor.fetchone()[0]
    return count
