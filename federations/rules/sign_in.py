"""How long somebody who has guessed wrong waits before the next guess.

Three counts, each for what it can tell: of one account from one address (who forgot, or who
tries), of one account from everywhere (a guess spread over many addresses), of one address
whatever the account (a whole office behind one address is no attacker, a list of names is).
The wait grows with each failure, so that a mistake costs little and a thousand guesses years.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class Limit:
    """Failures that cost nothing, then a wait that doubles up to the longest; in seconds."""

    free: int
    first_wait: int
    longest_wait: int
    #: How long a failure is remembered.
    window: int


LIMITS = {
    "pair": Limit(free=5, first_wait=30, longest_wait=900, window=3600),
    "account": Limit(free=20, first_wait=15, longest_wait=300, window=24 * 3600),
    "address": Limit(free=100, first_wait=15, longest_wait=600, window=3600),
}


def remembered(limit: Limit, failures: Sequence[float], now: float) -> list[float]:
    """Return the failures that still count, the latest first."""
    return sorted((at for at in failures if at > now - limit.window), reverse=True)


def seconds_to_wait(limit: Limit, failures: Sequence[float], now: float) -> int:
    """Return how long the next guess must wait, in whole seconds; 0 where it need not.

    >>> pair = LIMITS["pair"]
    >>> seconds_to_wait(pair, [100.0] * 4, 100), seconds_to_wait(pair, [100.0] * 5, 100)
    (0, 30)
    >>> seconds_to_wait(pair, [100.0] * 6, 110), seconds_to_wait(pair, [100.0] * 30, 100)
    (50, 900)
    """
    counted = remembered(limit, failures, now)
    over = len(counted) - limit.free
    if over < 0:
        return 0
    # Beyond some doublings the wait is the longest anyway.
    wait = min(limit.longest_wait, limit.first_wait << min(over, 20))
    return max(0, ceil(counted[0] + wait - now))


def wait_told(seconds: int) -> str:
    """Return the wait in words.

    >>> wait_told(1), wait_told(45), wait_told(60), wait_told(61)
    ('1 seconde', '45 secondes', '1 minute', '2 minutes')
    """
    count, unit = (seconds, "seconde") if seconds < 60 else (ceil(seconds / 60), "minute")
    return f"{count} {unit}{'s' if count > 1 else ''}"
