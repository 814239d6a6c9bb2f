"""Whole francs (FBu): the only place where amounts are rounded or shared out.

The Burundian franc has no minor unit. A share is exact until the moment it becomes
money; what is shared out sums exactly to what there was.
"""

from collections.abc import Sequence
from fractions import Fraction


def round_franc(amount: Fraction | int) -> int:
    """Round to whole francs, half away from zero.

    >>> round_franc(Fraction(5, 2)), round_franc(Fraction(-5, 2)), round_franc(Fraction(7, 3))
    (3, -3, 2)
    """
    top, bottom = amount.numerator, amount.denominator
    nearest = (2 * abs(top) + bottom) // (2 * bottom)
    return -nearest if top < 0 else nearest


def allocate(total_francs: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Share ``total_francs`` by ``weights``, largest remainder first, ties to the earlier.

    Raises ValueError when no weight is positive or one is negative.

    >>> allocate(100, [1, 1, 1])
    [34, 33, 33]
    """
    if any(weight < 0 for weight in weights) or not sum(weights):
        raise ValueError("weights are not negative and at least one is positive")
    whole = Fraction(sum(Fraction(weight) for weight in weights))
    exact = [total_francs * Fraction(weight) / whole for weight in weights]
    parts = [share.__floor__() for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_remainder[: total_francs - sum(parts)]:
        parts[index] += 1
    return parts
