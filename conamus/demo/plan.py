"""The whole demonstration as plain data: what the loader writes and the tests count.

Small things are held here; a federation's people, of which there are many, are generated when
they are asked for and not kept.
"""

from dataclasses import dataclass
from functools import cached_property

from conamus.demo.cast import CastMember, plan_cast
from conamus.demo.members import Membership, Targets, find_targets, generate_membership
from conamus.demo.members.households import InsuringUnit
from conamus.demo.network import (
    CONFEDERATION,
    FEDERATIONS,
    FacilityPlan,
    FederationFacts,
    Gazetteer,
    UnitPlan,
    plan_facilities,
    plan_units,
    read_gazetteer,
)
from conamus.demo.published import (
    KNOWN_2024,
    PROMOTERS,
    PublishedYear,
    read_expenses,
    read_facility_counts,
    read_insured,
    read_past_years,
    read_rates,
)
from conamus.demo.register import (
    PARTNERS,
    ActivityPlan,
    ExpensePlan,
    PartnerPlan,
    SectionPlan,
    plan_activities,
    plan_expenses,
    read_sections,
)

TENANTS = (CONFEDERATION, *FEDERATIONS)
FEDERATION_CODES = tuple(federation.code for federation in FEDERATIONS)
#: Since 2018 the mutualist year is the calendar year; earlier ones are published past years.
MUTUALIST_YEARS = tuple(range(2018, 2027))


@dataclass(frozen=True)
class NetworkPlan:
    """Everything but the people."""

    gazetteer: Gazetteer
    units: list[UnitPlan]
    facilities: list[FacilityPlan]
    past_years: list[PublishedYear]
    activities: list[ActivityPlan]
    expenses: list[ExpensePlan]
    sections: list[SectionPlan]
    partners: tuple[PartnerPlan, ...]
    targets: dict[str, Targets]

    @cached_property
    def cast(self) -> list[CastMember]:
        """The demonstration's users."""
        return plan_cast(self.units, self.facilities)

    def units_of(self, tenant: str) -> list[UnitPlan]:
        """Return a tenant's units, parents first."""
        return [unit for unit in self.units if unit.tenant == tenant]

    def insuring_units(self, tenant: str) -> list[UnitPlan]:
        """Return a federation's mutuelles or sections, in the order of their codes."""
        return [unit for unit in self.units_of(tenant) if unit.zone]

    def past_years_of(self, tenant: str) -> list[PublishedYear]:
        """Return the published past years of a federation's mutuelles."""
        return [year for year in self.past_years if PROMOTERS[year.promoter] == tenant]

    def membership_of(self, federation: FederationFacts) -> Membership:
        """Generate a federation's households, people and enrolments."""
        collines = self.gazetteer.collines
        units = [
            InsuringUnit(
                unit.valid_from.year,
                tuple(code for commune in unit.zone for code in collines[commune]),
            )
            for unit in self.insuring_units(federation.code)
        ]
        return generate_membership(
            federation.code, federation.prefix, units, self.targets[federation.code]
        )


def plan_network() -> NetworkPlan:
    """Read the published figures and build the plan around them."""
    gazetteer, past_years = read_gazetteer(), read_past_years()
    insured, rates = read_insured(), read_rates()
    return NetworkPlan(
        gazetteer=gazetteer,
        units=plan_units(gazetteer, past_years),
        facilities=plan_facilities(gazetteer, read_facility_counts()),
        past_years=past_years,
        activities=plan_activities(FEDERATION_CODES),
        expenses=plan_expenses(read_expenses(), FEDERATION_CODES),
        sections=read_sections(),
        partners=PARTNERS,
        targets={
            code: find_targets(insured[code], rates[code], KNOWN_2024.get(code))
            for code in FEDERATION_CODES
        },
    )
