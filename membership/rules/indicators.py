"""The indicators of membership, from counts of two years: formulas and nothing else.

Sources: norm 12 (retention, within the unit and within the network) and the complementary
indicators of the norms' list. Rates are exact fractions of one; None is "n.d.": a denominator
that is zero or not known is never a rate of zero. Groups of units are the sum of their counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction

from membership.rules.rates import growth_rate, ratio, retention_rate


class Part(StrEnum):
    """Which households of a group a count is made of: of the year, or of the year before."""

    ENROLLED = "enrolled"
    STAYED = "stayed"
    ARRIVED = "arrived"
    JOINED_GROUP = "joined_group"
    BEFORE = "before"
    KEPT_IN_UNIT = "kept_in_unit"
    KEPT_IN_NETWORK = "kept_in_network"
    GONE = "gone"
    LEFT_GROUP = "left_group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """A unit's year (or a group's): how many, of whom how many came, stayed and went.

    ``people_gained_inside``: people more (or fewer) in the households that renewed in the same
    unit; ``people_arrived``: in households that were not in the unit the year before;
    ``people_gone``: those of the year before in households that are no longer in the unit;
    ``people_changed_group``: those of the year before in households that stayed in their unit and
    came from another group (another age, category or place), less those that left for another:
    nothing by unit, nothing over all groups. ``due_francs``, ``collected_francs``: with what
    households that changed federation had paid before. ``target_households``: 0 where it is not
    known.
    ``households_with_…``: also hold the State's card (CAM), a named problem of S19, the civil
    servants' cover (MFP), which excludes ours, or another one.
    """

    households: int = 0
    people: int = 0
    before_households: int = 0
    before_people: int = 0
    kept_in_unit: int = 0
    kept_in_network: int = 0
    people_gained_inside: int = 0
    people_changed_group: int = 0
    people_arrived: int = 0
    people_gone: int = 0
    due_francs: int = 0
    collected_francs: int = 0
    target_households: int = 0
    households_with_cam: int = 0
    households_with_mfp: int = 0
    households_with_other: int = 0

    @property
    def growth(self) -> Fraction | None:
        """Households: (N − N−1) ÷ N−1.

        >>> Flows(households=36_888, before_households=21_683).growth
        Fraction(15205, 21683)
        """
        return growth_rate(self.before_households, self.households)

    @property
    def people_growth(self) -> Fraction | None:
        """Beneficiaries: (N − N−1) ÷ N−1; the sum of internal and external growth."""
        return growth_rate(self.before_people, self.people)

    @property
    def internal_growth(self) -> Fraction | None:
        """By the households that stayed: people gained inside them ÷ people of N−1."""
        return ratio(self.people_gained_inside, self.before_people)

    @property
    def external_growth(self) -> Fraction | None:
        """By households that came, less those that went: ÷ people of N−1."""
        came = self.people_arrived + self.people_changed_group
        return ratio(came - self.people_gone, self.before_people)

    @property
    def unit_retention(self) -> Fraction | None:
        """Households of N−1 insured again in N in the same unit ÷ households of N−1."""
        return retention_rate(self.before_households, self.kept_in_unit)

    @property
    def network_retention(self) -> Fraction | None:
        """The same anywhere in the network: a household that moved is not lost."""
        return retention_rate(self.before_households, self.kept_in_network)

    @property
    def penetration(self) -> Fraction | None:
        """Insured households ÷ target households; n.d. until a target is entered."""
        return ratio(self.households, self.target_households)

    @property
    def collection(self) -> Fraction | None:
        """Francs collected ÷ francs due for the year."""
        return ratio(self.collected_francs, self.due_francs)


def total_flows(parts: Iterable[Flows], target_households: int = 0) -> Flows:
    """Sum the counts of several groups; the whole's target is its own (rules/targets).

    >>> total_flows([Flows(households=2), Flows(households=1)], 30).penetration
    Fraction(1, 10)
    """
    rows = list(parts)
    sums = {f.name: sum(getattr(row, f.name) for row in rows) for f in fields(Flows)}
    return Flows(**{**sums, "target_households": target_households})
