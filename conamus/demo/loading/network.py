"""Writes tenants, units with their zones, facilities and mutualist years."""

from datetime import date

from conamus.demo.loading.keys import Keys
from conamus.demo.network import CONFEDERATION, FederationFacts
from conamus.demo.plan import MUTUALIST_YEARS, TENANTS, NetworkPlan
from conamus.kernel.text import search_key, sort_key
from federations.services.bulk import insert_rows

NAMED = ("name", "sort_key", "search_key")


def named(name: str) -> tuple[str, str, str]:
    """Return a name and the folds kept beside it."""
    return name, sort_key(name), search_key(name)


def insert_tenants(keys: Keys) -> None:
    """Write CONAMUS and the federations."""
    columns = ("id", *NAMED, "code", "short_name", "kind", "founded_year", "working_since",
               "address", "email", "website")  # fmt: skip
    insert_rows("federations_federation", columns, (_tenant(facts, keys) for facts in TENANTS))


def _tenant(facts: FederationFacts, keys: Keys) -> tuple[object, ...]:
    kind = "confederation" if facts is CONFEDERATION else "federation"
    return (keys.tenants[facts.code], *named(facts.name), facts.code, facts.short_name, kind,
            facts.founded_year, facts.working_since, facts.address, facts.email,
            facts.website)  # fmt: skip


def insert_mutualist_years() -> None:
    """Write the years for which households can be enrolled."""
    rows = ((year, date(year, 1, 1), date(year + 1, 1, 1)) for year in MUTUALIST_YEARS)
    insert_rows("membership_mutualistyear", ("year", "starts_on", "ends_on"), rows)


def insert_units(plan: NetworkPlan, keys: Keys, tenant: str) -> None:
    """Write a tenant's units and the zones d'action of those that insure."""
    units = plan.units_of(tenant)
    tenant_id = keys.tenants[tenant]
    first = min(keys.units.values())
    columns = ("id", "tenant_id", *NAMED, "kind", "code", "parent_id", "management_centre_id",
               "place_id", "health_district_id", "address", "phone", "valid_from")  # fmt: skip
    rows = (
        (
            keys.units[unit.key], tenant_id, *named(unit.name), unit.kind, unit.code,
            keys.units[unit.parent] if unit.parent else None,
            keys.units[tenant, unit.centre] if unit.centre else None,
            keys.former_place(unit.place),
            keys.districts[unit.district] if unit.district else None,
            unit.address, _phone(keys.units[unit.key] - first), unit.valid_from,
        )
        for unit in units
    )  # fmt: skip
    insert_rows("federations_unit", columns, rows)
    zones = (
        (tenant_id, keys.units[unit.key], keys.former_place(commune), unit.valid_from)
        for unit in units
        for commune in unit.zone
    )
    insert_rows("federations_unitzone", ("tenant_id", "unit_id", "commune_id", "valid_from"), zones)


def _phone(rank: int) -> str:
    """An invented landline, of a form that the country uses, for the unit of that rank."""
    return f"2299{rank:04d}"


def insert_facilities(plan: NetworkPlan, keys: Keys) -> None:
    """Write the register of health facilities."""
    columns = ("id", *NAMED, "code", "facility_type", "ownership", "status", "commune_id",
               "former_commune_id", "health_district_id", "phone", "contracted_on")  # fmt: skip
    rows = (
        (
            keys.facilities[f.code], *named(f.name), f.code, f.facility_type, f.ownership,
            "contracted", keys.current_place(f.commune), keys.former_place(f.former_commune),
            keys.districts[f.district], "", f.contracted_on,
        )
        for f in plan.facilities
    )  # fmt: skip
    insert_rows("federations_healthfacility", columns, rows)
