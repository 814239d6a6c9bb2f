"""How many households and people each federation had in 2024 and 2025, and how many renewed.

2025 is published whole. Of 2024, growth and retention are published, and for two federations
the counts; the rest follows: households of 2024 = households of 2025 ÷ (1 + growth), renewals =
retention × households of 2024, both to the nearest unit. People of 2024, where not published,
are as many per household as in 2025, less the people who have joined since.
"""

from dataclasses import dataclass
from fractions import Fraction

from conamus.demo.published import Insured, Known2024, Rates
from conamus.kernel.figures import round_half_up

#: People who join a renewing household from one year to the next, per household: most newborn.
NEWCOMERS_PER_RENEWAL = Fraction(15, 100)


@dataclass(frozen=True, slots=True)
class Targets:
    """What a federation's synthetic households must add up to."""

    insured: Insured
    households_2024: int
    renewals: int
    people_2024: int
    females_2024: int
    newcomers: int

    @property
    def new_households(self) -> int:
        """Households of 2025 that were not enrolled in 2024."""
        return self.insured.households - self.renewals

    @property
    def lapsed_households(self) -> int:
        """Households of 2024 that did not renew."""
        return self.households_2024 - self.renewals

    @property
    def renewing_people(self) -> int:
        """People of 2024 in households that renew: as many each as the federation's mean."""
        return nearest(Fraction(self.renewals * self.people_2024, self.households_2024))


def find_targets(insured: Insured, rates: Rates, known: Known2024 | None) -> Targets:
    """Return the counts that reproduce the published ones.

    >>> rates = Rates(Fraction(94, 100), Fraction(79, 100))
    >>> targets = find_targets(Insured(7, 3217, 992, 8325, 10258), rates, None)
    >>> targets.households_2024, targets.renewals
    (2170, 1714)
    """
    households = known.households if known else nearest(insured.households / (1 + rates.growth))
    renewals = nearest(rates.retention * households)
    newcomers = nearest(NEWCOMERS_PER_RENEWAL * renewals)
    people = known.people if known else _people_2024(insured, households, renewals, newcomers)
    share = Fraction(insured.females, insured.people)
    females = known.females if known and known.females else nearest(share * people)
    return Targets(insured, households, renewals, people, females, newcomers)


def _people_2024(insured: Insured, households: int, renewals: int, newcomers: int) -> int:
    per_household = Fraction(insured.people, insured.households)
    return nearest(households * (per_household - Fraction(newcomers, renewals)))


def nearest(value: Fraction) -> int:
    """Return the nearest whole number, halves up."""
    return int(round_half_up(value))
