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


@dataclass(frozen=True, slots=True)
class Stratum:
    """The errors sampled of a stratum, and what nobody read of it."""

    errors_francs: tuple[int, ...]
    rest: int
    rest_francs: int


def extrapolate_strata(strata: Sequence[Stratum]) -> Extrapolation:
    """Extrapolate a stratified sample: each stratum stands for its own (Cochran, §§ 5.3, 5.6).

    Estimates and variances add up. Where a stratum has one attestation, the spread of the whole
    sample stands for its own; where there is no error at all, the upper bounds add up. One stratum
    says what ``extrapolate`` says.

    >>> one = Stratum((0,) * 95 + (1_000,) * 5, 1_900, 8_000_000)
    >>> extrapolate_strata([one]) == extrapolate(one.errors_francs, 1_900, 8_000_000)
    True
    """
    told = [one for one in strata if one.errors_francs or one.rest]
    errors = [error for one in told for error in one.errors_francs]
    rest, rest_francs = sum(one.rest for one in told), sum(one.rest_francs for one in told)
    if len(told) <= 1 or not errors or not rest:
        return extrapolate(errors, rest, rest_francs)
    read = [one for one in told if one.errors_francs]
    parts = [extrapolate(one.errors_francs, one.rest, one.rest_francs) for one in read]
    estimate = sum(part.estimate_francs for part in parts)
    low, high = _strata_bounds(read, errors, rest_francs, estimate)
    return Extrapolation(len(errors), rest, sum(errors), estimate, low, high)


def _strata_bounds(
    strata: Sequence[Stratum], errors: Sequence[int], rest_francs: int, estimate: int
) -> tuple[int | None, int | None]:
    if len(errors) < FEWEST:
        return None, None
    if not any(errors):
        bounds = (Fraction(_RULE_OF_THREE, len(one.errors_francs)) for one in strata)
        high = sum(
            min(round_franc(bound * one.rest_francs), one.rest_francs)
            for bound, one in zip(bounds, strata, strict=True)
        )
        return 0, min(high, rest_francs)
    whole = _spread(errors)
    variance = Fraction(0)
    for one in strata:
        count = len(one.errors_francs)
        spread = _spread(one.errors_francs) if count > 1 else whole
        variance += Fraction((count + one.rest) * one.rest, count) * spread
    margin = _root(variance * _Z_HUNDREDTHS**2 / 100**2)
    return max(0, estimate - margin), min(estimate + margin, rest_francs)


def _spread(errors: Sequence[int]) -> Fraction:
    """Return s², the variance of the sampled errors."""
    squares = sum(error * error for error in errors) - Fraction(sum(errors) ** 2, len(errors))
    return squares / (len(errors) - 1)


def _bounds(
    errors: Sequence[int], rest: int, rest_francs: int, estimate: int
) -> tuple[int | None, int | None]:
    count = len(errors)
    if count < FEWEST:
        return None, None
    if not any(errors):
        return 0, min(round_franc(Fraction(_RULE_OF_THREE * rest_francs, count)), rest_francs)
    variance = Fraction((count + rest) * rest, count) * _spread(errors)
    margin = _root(variance * _Z_HUNDREDTHS**2 / 100**2)
    return max(0, estimate - margin), min(estimate + margin, rest_francs)


def _root(value: Fraction) -> int:
    """Return the square root in whole francs, half up."""
    return (isqrt(int(4 * value)) + 1) // 2
