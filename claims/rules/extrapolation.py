"""What the random sample says of the claims that nobody read, with a 95 % interval.

The sample is a simple random one of ``n`` among the ``N`` claims accepted by themselves; the
error of a claim is the francs that its reader took off. Source: W. G. Cochran, Sampling
Techniques, 3rd edition (Wiley, 1977), §§ 2.5–2.8: the total of the rest is estimated by
(N − n) × ē, and the estimate of the whole, hence of the rest (the sample's own total is known),
has the variance N² (1 − n/N) s²/n = N (N − n) s²/n, with s² = Σ (e − ē)²/(n − 1).
The interval is ± 1.96 standard errors, never below 0, and none is given for fewer than 30 claims.
Where the sample has no error at all s² says nothing: the upper bound is then that of the share of
wrong claims at 95 %, 1 − 0.05^(1/n) (« rule of three »: J. A. Hanley and A. Lippman-Hand, JAMA 249
(1983) 1743–1745), times the francs of the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from conamus.kernel.money import round_franc

FEWEST = 30
#: Two-sided 95 % of the normal distribution, in hundredths.
_Z_HUNDREDTHS = 196
#: Rule of three: −ln 0.05 = 2.9957…, of which 1 − 0.05^(1/n) is never above 3/n.
_RULE_OF_THREE = 3


@dataclass(frozen=True, slots=True)
class Extrapolation:
    """Francs of error in the claims not read; the bounds are None for too small a sample."""

    sampled: int
    rest: int
    found_francs: int
    estimate_francs: int
    low_francs: int | None
    high_francs: int | None


def extrapolate(errors_francs: Sequence[int], rest: int, rest_francs: int) -> Extrapolation:
    """Extrapolate the errors of the sampled claims (0 for a right one) to ``rest`` others.

    ``rest_francs`` is what the mutuelle owes for them: no error can be more.

    >>> found = extrapolate([0] * 95 + [1_000] * 5, rest=1_900, rest_francs=8_000_000)
    >>> found.estimate_francs, found.low_francs, found.high_francs
    (95000, 11309, 178691)
    """
    count, total = len(errors_francs), sum(errors_francs)
    if not count or not rest:
        return Extrapolation(count, rest, total, 0, *((None, None) if rest else (0, 0)))
    estimate = min(round_franc(Fraction(rest * total, count)), rest_francs)
    low, high = _bounds(errors_francs, rest, rest_francs, estimate)
    return Extrapolation(count, rest, total, estimate, low, high)


def _bounds(
    errors: Sequence[int], rest: int, rest_francs: int, estimate: int
) -> tuple[int | None, int | None]:
    count, total = len(errors), sum(errors)
    if count < FEWEST:
        return None, None
    if not any(errors):
        return 0, min(round_franc(Fraction(_RULE_OF_THREE * rest_francs, count)), rest_francs)
    squares = sum(error * error for error in errors) - Fraction(total * total, count)
    variance = Fraction((count + rest) * rest, count) * squares / (count - 1)
    margin = _root(variance * _Z_HUNDREDTHS**2 / 100**2)
    return max(0, estimate - margin), min(estimate + margin, rest_francs)


def _root(value: Fraction) -> int:
    """Return the square root in whole francs, half up."""
    return (isqrt(int(4 * value)) + 1) // 2
