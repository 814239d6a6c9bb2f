"""Figures of care as the dashboards show them: sums of a group, rates, the names of cuts.

The regulator reads aggregates: counts without small groups (None: not shown) and francs to the
nearest hundred thousand, whose mean is told from `ENOUGH_CASES` cases on, when that rounding
moves it by less than a hundred francs.
"""

from dataclasses import dataclass
from fractions import Fraction

from claims.rules.cuts import CutCode
from conamus.kernel.figures import round_half_up

CUT_LABELS = {
    CutCode.REFUSED: "refusée au contrôle",
    CutCode.LATE: "reçue trop tard",
    CutCode.NO_RIGHTS: "sans droits le jour des soins",
    CutCode.AFTER_RIGHTS: "après la fin des droits",
    CutCode.REVIEW: "coupée à l’examen médical",
    CutCode.PRICE: "prix au-dessus du tarif",
    CutCode.UNPRICED: "acte sans prix convenu",
    CutCode.EXCLUDED: "exclu du paquet",
    CutCode.CONDITION: "réservé à d’autres âges ou sexe",
    CutCode.WAITING: "délai d’attente",
    CutCode.NO_AUTHORISATION: "sans accord préalable",
    CutCode.NO_REFERRAL: "sans bon de référence",
    CutCode.QUANTITY: "quantité au-delà de la limite",
    CutCode.INTERVAL: "intervalle trop court",
    CutCode.OVER_AUTHORISATION: "au-delà de l’accord préalable",
    CutCode.OTHER_PAYER: "due par un autre payeur",
    CutCode.DEDUCTIBLE: "franchise",
    CutCode.COPAYMENT: "ticket modérateur",
    CutCode.CEILING: "plafond atteint",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CareSums:
    """A group's attestations: how many, how much; of those decided, what the mutuelle owes."""

    key: str
    cases: int
    stays: int
    asked_francs: int
    decided: int
    decided_francs: int
    mutuelle_francs: int
    cut_francs: int
    rejected: int

    @property
    def cost_francs(self) -> Fraction | None:
        """Francs asked a case; None: there is none."""
        return Fraction(self.asked_francs, self.cases) if self.cases else None

    @property
    def mutuelle_cost_francs(self) -> Fraction | None:
        """The mutuelle's part a case decided."""
        return Fraction(self.mutuelle_francs, self.decided) if self.decided else None

    @property
    def stay_rate(self) -> Fraction | None:
        """The share of stays."""
        return Fraction(self.stays, self.cases) if self.cases else None

    @property
    def rejection_rate(self) -> Fraction | None:
        """The share of those decided that nobody owes anything for but the patient or facility."""
        return Fraction(self.rejected, self.decided) if self.decided else None

    @property
    def cut_rate(self) -> Fraction | None:
        """The share of the francs decided that the facility was not owed."""
        return Fraction(self.cut_francs, self.decided_francs) if self.decided_francs else None


#: From how many cases on the regulator reads a mean of rounded francs.
ENOUGH_CASES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CareAggregate:
    """A group of attestations as the regulator reads it; None: not shown."""

    key: str
    cases: int | None
    stays: int | None
    decided: int | None
    rejected: int | None
    asked_francs: int | None
    mutuelle_francs: int | None

    @property
    def cost_francs(self) -> Fraction | None:
        """Francs asked a case, to the nearest hundred; None: not shown, or too few cases.

        >>> CareAggregate(
        ...     key="3",
        ...     cases=1_000,
        ...     stays=100,
        ...     decided=900,
        ...     rejected=9,
        ...     asked_francs=6_400_000,
        ...     mutuelle_francs=3_600_000,
        ... ).cost_francs
        Fraction(6400, 1)
        """
        return _mean(self.asked_francs, self.cases)

    @property
    def mutuelle_cost_francs(self) -> Fraction | None:
        """The mutuelle's part of a case decided, to the nearest hundred."""
        return _mean(self.mutuelle_francs, self.decided)

    @property
    def stay_rate(self) -> Fraction | None:
        """The share of stays."""
        return _share(self.stays, self.cases)

    @property
    def rejection_rate(self) -> Fraction | None:
        """The share rejected of those decided."""
        return _share(self.rejected, self.decided)


def _mean(francs: int | None, cases: int | None) -> Fraction | None:
    if francs is None or cases is None or cases < ENOUGH_CASES:
        return None
    return 100 * round_half_up(Fraction(francs, 100 * cases))


def _share(part: int | None, whole: int | None) -> Fraction | None:
    return Fraction(part, whole) if part is not None and whole else None


def whole_of(groups: list[CareAggregate], key: str = "") -> CareAggregate:
    """Return the sum of groups that do not overlap; unknown as soon as a part is.

    >>> some = {"stays": 5, "decided": 9, "rejected": 0, "asked_francs": 0, "mutuelle_francs": 0}
    >>> whole_of(
    ...     [CareAggregate(key="1", cases=9, **some), CareAggregate(key="2", cases=None, **some)]
    ... )
    ... # doctest: +ELLIPSIS
    CareAggregate(key='', cases=None, stays=10, ...)
    """
    return CareAggregate(key=key, **{name: _sum(groups, name) for name in _AGGREGATED})


_AGGREGATED = ("cases", "stays", "decided", "rejected", "asked_francs", "mutuelle_francs")


def _sum(groups: list[CareAggregate], name: str) -> int | None:
    parts = [getattr(one, name) for one in groups]
    return None if None in parts else sum(parts)


def total_of(sums: list[CareSums], key: str = "") -> CareSums:
    """Return the sum of groups that do not overlap."""
    names = (
        "cases", "stays", "asked_francs", "decided", "decided_francs", "mutuelle_francs",
        "cut_francs", "rejected",
    )  # fmt: skip
    return CareSums(key=key, **{name: sum(getattr(one, name) for one in sums) for name in names})
