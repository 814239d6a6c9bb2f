"""Axes: where a value lies on the paper, and which round numbers to write beside it.

Ticks are exact fractions, 1, 2, 2.5 or 5 times a power of ten apart, so that labels never show the
dust of binary arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

NICE_STEPS = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5), Fraction(10))


def nice_step(span: Fraction, intervals: int, *, whole: bool = False) -> Fraction:
    """The smallest nice step that covers `span` in at most `intervals` steps.

    >>> nice_step(Fraction(97), 5)
    Fraction(20, 1)
    >>> nice_step(Fraction(2), 5, whole=True)
    Fraction(1, 1)
    """
    rough = span / intervals
    power = Fraction(1)
    while power > rough:
        power /= 10
    while power * 10 <= rough:
        power *= 10
    step = next(power * nice for nice in NICE_STEPS if power * nice >= rough)
    if whole and step.denominator != 1:
        return Fraction(max(1, ceil(step)))
    return step


@dataclass(frozen=True)
class Scale:
    """A linear axis from the first tick to the last, laid from `start` to `end` on the paper."""

    ticks: tuple[Fraction, ...]
    start: float
    end: float

    @property
    def low(self) -> Fraction:
        return self.ticks[0]

    @property
    def high(self) -> Fraction:
        return self.ticks[-1]

    def __call__(self, value: Fraction) -> float:
        part = float((value - self.low) / (self.high - self.low))
        return self.start + part * (self.end - self.start)


def nice_ticks(
    values: Iterable[Fraction], *, intervals: int = 5, whole: bool = False
) -> tuple[Fraction, ...]:
    """Round numbers from zero or below to the largest value or above.

    Zero is always there: a bar or a curve cut off below lies about proportions.

    >>> [int(t) for t in nice_ticks([Fraction(599), Fraction(36888)])]
    [0, 10000, 20000, 30000, 40000]
    """
    found = [Fraction(0), *values]
    low, high = min(found), max(found)
    if low == high:
        high = Fraction(1)
    # Rounding both ends outward can add a step: ask for one fewer when the axis crosses zero.
    step = nice_step(high - low, max(1, intervals - (low < 0 < high)), whole=whole)
    first, last = floor(low / step), ceil(high / step)
    return tuple(step * i for i in range(first, last + 1))
