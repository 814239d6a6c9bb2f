"""The planner's statistics, after millions of rows."""

from django.db import connections

from conamus.database_patience import waiting_without_end


def refresh_statistics() -> None:
    """Tell the planner what is there now, where the tables' owner is at hand.

    Autovacuum would do it in a minute; the first pages are asked for before that.
    """
    if "owner" in connections:
        with waiting_without_end(), connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")
