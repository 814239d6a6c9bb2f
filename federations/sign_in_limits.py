"""The counts of wrong passwords, kept in the cache's table, and the wait that they ask for.

A guess is counted before it is tried, and taken back when it was right: many at once are not
one. Counts are held one at a time by a lock of the database, whose cache they are in.
"""

import hashlib
import time

from django.core.cache import cache
from django.db import connection, transaction

from federations.rules.sign_in import LIMITS, remembered, seconds_to_wait

Counts = dict[str, str]


def counts_of(username: str, address: str) -> Counts:
    """Return the key of each count that a guess at an account from an address goes into."""
    account = username.strip().lower()
    named = {"pair": f"{account}\n{address}", "account": account, "address": address}
    return {
        kind: f"sign_in.{kind}.{hashlib.sha256(text.encode()).hexdigest()}"
        for kind, text in named.items()
    }


@transaction.atomic
def count_guess(counts: Counts) -> int:
    """Count a guess as wrong; return the seconds to wait where it may not be made yet."""
    _hold(counts)
    now = time.time()
    failures = {kind: cache.get(key, []) for kind, key in counts.items()}
    wait = max(seconds_to_wait(LIMITS[kind], failures[kind], now) for kind in counts)
    if not wait:
        for kind, key in counts.items():
            _write(kind, key, [now, *failures[kind]], now)
    return wait


@transaction.atomic
def forgive(counts: Counts) -> None:
    """Forget what the account's holder got wrong, and the address's last count."""
    _hold(counts)
    cache.delete_many([counts["pair"], counts["account"]])
    _write("address", counts["address"], cache.get(counts["address"], [])[1:], time.time())


def _hold(counts: Counts) -> None:
    with connection.cursor() as cursor:
        for key in sorted(counts.values()):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _write(kind: str, key: str, failures: list[float], now: float) -> None:
    kept = remembered(LIMITS[kind], failures, now)[:200]
    cache.set(key, kept, LIMITS[kind].window)
