"""The network by commune and province: who lives where, and where a federation works.

Pure. Two measures: the households insured, counted where they live, and the coverage: a
commune is covered when it is in the zone d'action of an open mutuelle or section (source:
the yearly report of 2024, 101 of 119 communes).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from prudential.rules.annual_figures import ratio


class Measure(StrEnum):
    """What a map shows; the value stands in the address."""

    HOUSEHOLDS = "menages"
    COVERAGE = "couverture"

    @property
    def label(self) -> str:
        """The measure's name."""
        return {"menages": "Ménages assurés", "couverture": "Couverture"}[self.value]

    @property
    def unit(self) -> str:
        """The measure's unit, for a commune."""
        return {"menages": "ménages", "couverture": "fédérations présentes"}[self.value]


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of one division, its province, its insured households (None: hidden)."""

    key: int
    name: str
    province: str
    households: int | None


@dataclass(frozen=True, slots=True)
class CommuneFigure:
    """A commune with its insured households and how many federations are present.

    ``is_hidden``: the households are known, and not shown to the reader.
    """

    name: str
    province: str
    households: int | None
    federations: int
    key: int = 0
    is_hidden: bool = False

    def value(self, measure: Measure) -> int | None:
        """The value of a measure."""
        return self.households if measure is Measure.HOUSEHOLDS else self.federations


@dataclass(frozen=True, slots=True)
class ProvinceFigure:
    """A province: its communes, how many are covered, its insured households."""

    name: str
    communes: int
    covered: int
    households: int | None

    def value(self, measure: Measure) -> int | Fraction | None:
        """The value of a measure: households, or the part of the communes covered."""
        if measure is Measure.HOUSEHOLDS:
            return self.households
        return ratio(self.covered, self.communes)


def commune_figures(
    communes: Sequence[Commune], zones: Iterable[frozenset[int]]
) -> list[CommuneFigure]:
    """Put zones d'action on the communes; ``zones`` holds one set for each federation."""
    present = Counter(commune_id for zone in zones for commune_id in zone)
    return [
        CommuneFigure(
            name=one.name,
            province=one.province,
            households=one.households,
            federations=present[one.key],
            key=one.key,
            is_hidden=one.households is None,
        )
        for one in communes
    ]


def known_or_not(figures: list[CommuneFigure]) -> list[CommuneFigure]:
    """Return the figures, their households unknown when nobody is counted anywhere.

    A whole network without a household is a year that was not counted.
    """
    if any(one.households != 0 for one in figures):
        return figures
    return [replace(one, households=None) for one in figures]


def provinces_of(figures: Sequence[CommuneFigure]) -> list[ProvinceFigure]:
    """Sum communes by province, in the order of the communes."""
    groups: dict[str, list[CommuneFigure]] = {}
    for one in figures:
        groups.setdefault(one.province, []).append(one)
    return [
        ProvinceFigure(
            name=name,
            communes=len(inside),
            covered=sum(one.federations > 0 for one in inside),
            households=sum_known(one.households for one in inside),
        )
        for name, inside in groups.items()
    ]


def sum_known(values: Iterable[int | None]) -> int | None:
    """Sum values; one that is hidden hides the sum.

    >>> sum_known([2, 3]), sum_known([2, None])
    (5, None)
    """
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total
