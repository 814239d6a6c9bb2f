"""Holding what no row stands for yet: two people who write about one thing come one by one."""

from django.db import connection


def hold(*about: object) -> None:
    """Wait for whoever writes about the same thing, then keep it to the transaction's end.

    ``about`` names the thing: the tenant, a word for the kind, the keys.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [":".join(map(str, about))]
        )
