"""The sample of attestations that a visit verifies: how many, which, always the same.

Size, by a share of the attestations, or by the confidence wished: Cochran, Sampling Techniques,
3rd edition (Wiley, 1977), §§ 4.4 and 4.5: n0 = z² p (1 − p) / e², then n0 / (1 + (n0 − 1) / N),
rounded up. Never more than asked for at most, nor than there are.

Which: the first n by SHA-256(seed, key): nobody chooses them, and who has the seed draws them again
(``claims.rules.review`` draws so too). Stratified by amount: three strata of about equal francs,
each with its share of the sample; a stratum too small gives what is left to the others. So the few
large attestations are verified nearly all, and what is found of each stratum stands for its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from math import ceil

from conamus.kernel.errors import DomainError

STRATA = 3
#: A team verifies no more in the days of a visit.
MOST = 200
#: z² of the normal distribution, two-sided, by confidence in percent.
_Z_SQUARED = {
    80: Fraction(16424, 10_000),
    90: Fraction(27055, 10_000),
    95: Fraction(38415, 10_000),
    99: Fraction(66349, 10_000),
}
CONFIDENCES = tuple(_Z_SQUARED)


class SampleMethod(StrEnum):
    """How the sample is drawn."""

    SIMPLE = "simple"
    STRATIFIED = "stratified"

    @property
    def label(self) -> str:
        """The method in French."""
        return _METHODS[self]


_METHODS = {
    SampleMethod.SIMPLE: "aléatoire simple",
    SampleMethod.STRATIFIED: "stratifié par montant",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePlan:
    """How to draw: by ``rate_percent`` of the attestations, else by the confidence wished."""

    method: SampleMethod
    rate_percent: int | None = None
    confidence: int = 90
    expected_percent: int = 10
    margin_percent: int = 10
    at_most: int = 50


@dataclass(frozen=True, slots=True)
class Candidate:
    """An attestation that may be drawn: its key, and what the mutuelle owes for it."""

    key: str
    francs: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """An attestation that was drawn: the stratum that it stands for, its rank in the draw."""

    key: str
    stratum: int
    rank: int


@dataclass(frozen=True, slots=True)
class StratumSize:
    """A stratum: how many attestations, of how many francs, and how many were drawn."""

    number: int
    count: int
    francs: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Sample:
    """What was drawn, and from what."""

    drawn: tuple[Drawn, ...]
    strata: tuple[StratumSize, ...]


def check_plan(plan: SamplePlan) -> None:
    """Refuse what no sample can be drawn by."""
    if plan.rate_percent is not None and not 1 <= plan.rate_percent <= 100:
        raise DomainError("De 1 à 100 %.", field="rate_percent")
    if plan.confidence not in _Z_SQUARED:
        raise DomainError("Choisissez la confiance dans la liste.", field="confidence")
    if not 1 <= plan.expected_percent <= 99:
        raise DomainError("De 1 à 99 %.", field="expected_percent")
    if not 1 <= plan.margin_percent <= 50:
        raise DomainError("De 1 à 50 points.", field="margin_percent")
    if not 1 <= plan.at_most <= MOST:
        raise DomainError(f"De 1 à {MOST} attestations.", field="at_most")


def sample_size(count: int, plan: SamplePlan) -> int:
    """Return how many of ``count`` attestations are drawn.

    >>> plan = SamplePlan(method=SampleMethod.SIMPLE, at_most=200)
    >>> sample_size(10_000, plan), sample_size(30, plan), sample_size(0, plan)
    (25, 14, 0)
    """
    check_plan(plan)
    if plan.rate_percent is not None:
        wanted = ceil(Fraction(count * plan.rate_percent, 100))
    else:
        p, e = Fraction(plan.expected_percent, 100), Fraction(plan.margin_percent, 100)
        unlimited = _Z_SQUARED[plan.confidence] * p * (1 - p) / e**2
        wanted = ceil(unlimited / (1 + (unlimited - 1) / count)) if count else 0
    return min(wanted, plan.at_most, count)


def draw(candidates: Iterable[Candidate], plan: SamplePlan, seed: str) -> Sample:
    """Draw the sample: the same for the same attestations, plan and seed."""
    everyone = sorted(candidates, key=lambda one: (one.francs, one.key))
    strata = [everyone]
    if plan.method is SampleMethod.STRATIFIED:
        strata = _strata(everyone)
    sizes = shares(sample_size(len(everyone), plan), [len(stratum) for stratum in strata])
    drawn: list[Drawn] = []
    told = []
    for number, (stratum, size) in enumerate(zip(strata, sizes, strict=True), start=1):
        for one in sorted(stratum, key=lambda one: _place(seed, one.key))[:size]:
            drawn.append(Drawn(one.key, number, len(drawn) + 1))
        francs = sum(one.francs for one in stratum)
        told.append(StratumSize(number, len(stratum), francs, size))
    return Sample(tuple(drawn), tuple(told))


def shares(size: int, counts: Sequence[int]) -> list[int]:
    """Share a sample equally between strata; what one has not goes to the others.

    >>> shares(10, [100, 100, 2]), shares(4, [3, 0, 1])
    ([4, 4, 2], [3, 0, 1])
    """
    given = [0] * len(counts)
    left = min(size, sum(counts))
    while left:
        open_strata = [at for at, count in enumerate(counts) if given[at] < count]
        # The dearest stratum first: a remainder serves where most is at stake.
        for at in sorted(open_strata, reverse=True)[:left]:
            each = max(1, left // len(open_strata))
            given[at] += min(each, counts[at] - given[at])
        left = min(size, sum(counts)) - sum(given)
    return given


def _strata(ordered: Sequence[Candidate]) -> list[list[Candidate]]:
    """Cut attestations ordered by amount into strata of about equal francs."""
    total = sum(one.francs for one in ordered)
    strata: list[list[Candidate]] = [[] for _ in range(STRATA)]
    before = 0
    for one in ordered:
        # By the middle of its own francs: the one that crosses a bound goes where most of it is.
        middle = 2 * before + one.francs
        strata[min(STRATA - 1, STRATA * middle // (2 * total)) if total else 0].append(one)
        before += one.francs
    return strata


def _place(seed: str, key: str) -> bytes:
    return sha256(f"{seed}\n{key}".encode()).digest()
