"""Who waits for whom: whoever depends on something holds it in common, whoever changes it, alone.

Held until the transaction ends. Words rather than rows are held: a row is held only by who may
change it (decision 0036), and who records an activity may change no unit.

Always in this order, so that nobody waits in a circle: the tenant's days, a unit's, its months;
their words sort so.
"""

from collections.abc import Iterable

from django.db import connection

_IN_COMMON = (
    "SELECT pg_advisory_xact_lock_shared(hashtextextended(key, 0)) FROM unnest(%s::text[]) key"
)
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s::text[]) key"


def hold_in_common(*words: str) -> None:
    """Let nobody change what depends on these words; others may depend on it too."""
    _hold(_IN_COMMON, words)


def hold_alone(*words: str) -> None:
    """Wait for whoever depends on these words, and have them wait from now on."""
    _hold(_ALONE, words)


def hold_units(tenant_id: int, unit_ids: Iterable[int]) -> None:
    """Have whoever writes of these units wait, and whoever closes or reopens a month."""
    hold_in_common(days_of_units(tenant_id))
    hold_alone(*(days_of_unit(tenant_id, key) for key in unit_ids))


def days_of_units(tenant_id: int) -> str:
    """From when to when a tenant's units are open: which months are closed follows from it."""
    return f"days:{tenant_id}"


def days_of_unit(tenant_id: int, unit_id: int) -> str:
    """From when to when one unit is open: what is written of it follows from it."""
    return f"days:{tenant_id}:{unit_id}"


def links_of_person(user_id: int) -> str:
    """Which links open somebody's account: who ends, sends or uses one holds them alone."""
    return f"links:{user_id}"


def _hold(query: str, words: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, [sorted(words)])
