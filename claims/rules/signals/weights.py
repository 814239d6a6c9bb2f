"""What a signal weighs: the share of its rule's signals that people confirmed so far.

Until ``ENOUGH`` of a rule are settled, its base stands: three dismissed in a row prove nothing.
"""

ENOUGH = 20
#: A signal that weighed nothing, or all, would leave nothing to the person who reads it.
LEAST, MOST = 1, 95


def weight_percent(base_percent: int, *, confirmed: int, settled: int) -> int:
    """Return the weight in percent, half up, between ``LEAST`` and ``MOST``.

    >>> weight_percent(40, confirmed=0, settled=19), weight_percent(40, confirmed=5, settled=20)
    (40, 25)
    >>> weight_percent(40, confirmed=0, settled=30), weight_percent(40, confirmed=30, settled=30)
    (1, 95)
    """
    if settled < ENOUGH:
        return base_percent
    return min(MOST, max(LEAST, (200 * confirmed + settled) // (2 * settled)))
