"""The keys of what the plan refers to by code, taken before the rows are written."""

from dataclasses import dataclass, field

from conamus.demo.plan import TENANTS, NetworkPlan
from federations.services.bulk import reserve_ids
from federations.services.place_files import SINCE_2025, UNTIL_2025


@dataclass
class Keys:
    """Database keys by the plan's own names."""

    tenants: dict[str, int]
    units: dict[tuple[str, str], int]
    facilities: dict[str, int]
    partners: dict[tuple[str, str], int]
    places: dict[tuple[str, str], int] = field(default_factory=dict)
    districts: dict[str, int] = field(default_factory=dict)
    #: CONAMUS's scale of each year, which the federations' come from.
    template_scales: dict[int, int] = field(default_factory=dict)
    #: Acts and reasons for care by code, packages by tenant and year.
    acts: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    packages: dict[tuple[str, int], int] = field(default_factory=dict)

    def former_place(self, code: str | None) -> int | None:
        """Return the key of a province or commune of the old division."""
        return self.places[UNTIL_2025, code] if code else None

    def current_place(self, code: str) -> int:
        """Return the key of a place of the new division."""
        return self.places[SINCE_2025, code]


def reserve_keys(plan: NetworkPlan) -> Keys:
    """Take the keys of tenants, units, facilities and partners."""
    tenants = [facts.code for facts in TENANTS]
    units = [unit.key for unit in plan.units]
    facilities = [facility.code for facility in plan.facilities]
    partners = [(partner.tenant, partner.name) for partner in plan.partners]
    return Keys(
        tenants=dict(zip(tenants, _reserve("federation", tenants), strict=True)),
        units=dict(zip(units, _reserve("unit", units), strict=True)),
        facilities=dict(zip(facilities, _reserve("healthfacility", facilities), strict=True)),
        partners=dict(zip(partners, _reserve("partner", partners), strict=True)),
    )


def _reserve(model: str, things: list) -> range:
    return reserve_ids(f"federations_{model}", len(things))
