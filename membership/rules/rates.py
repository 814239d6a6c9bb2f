"""Rates of a register from one year to the next, exact until they are written.

Formulas (source: the list of complementary indicators, and norm 12 for retention):

- growth = (households of N+1 − households of N) ÷ households of N;
- retention = households of N insured again in N+1 ÷ households of N.

A zero or unknown denominator gives None, written "n.d.", never 0.
"""

from fractions import Fraction


def ratio(numerator: int | None, denominator: int | None) -> Fraction | None:
    """Divide exactly; None when a side is unknown or the denominator is zero.

    >>> ratio(1, 3), ratio(1, 0), ratio(None, 3)
    (Fraction(1, 3), None, None)
    """
    if numerator is None or not denominator:
        return None
    return Fraction(numerator, denominator)


def growth_rate(before: int | None, now: int | None) -> Fraction | None:
    """Return the growth of a count from one year to the next, as a part of one.

    >>> growth_rate(21_683, 36_888)
    Fraction(15205, 21683)
    >>> growth_rate(0, 12) is None
    True
    """
    if before is None or now is None:
        return None
    return ratio(now - before, before)


def retention_rate(before: int | None, renewed: int | None) -> Fraction | None:
    """Return the part of last year's households that are insured again.

    >>> retention_rate(200, 165)
    Fraction(33, 40)
    """
    return ratio(renewed, before)
