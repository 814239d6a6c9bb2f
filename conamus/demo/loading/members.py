"""Writes a federation's households, people and enrolments: half a million rows in all."""

from conamus.demo.loading.keys import Keys
from conamus.demo.members import Membership
from conamus.demo.plan import NetworkPlan
from federations.services.bulk import insert_rows, reserve_ids


def insert_membership(plan: NetworkPlan, keys: Keys, tenant: str, members: Membership) -> int:
    """Write one federation's rows; return how many."""
    tenant_id = keys.tenants[tenant]
    units = [keys.units[unit.key] for unit in plan.insuring_units(tenant)]
    households = reserve_ids("membership_household", len(members.households))
    place = keys.current_place
    written = insert_rows(
        "membership_household",
        ("id", "tenant_id", "unit_id", "number", "colline_id", "registered_on"),
        (
            (households[position], tenant_id, units[unit], number, place(colline), registered)
            for position, unit, number, colline, registered in members.households
        ),
    )
    written += insert_rows(
        "membership_beneficiary",
        ("tenant_id", "household_id", "number", "family_name", "given_name", "sort_key",
         "search_key", "sex", "birth_date", "is_birth_estimated", "relationship", "joined_on",
         "given_key"),
        ((tenant_id, households[row[0]], *row[1:]) for row in members.people),
    )  # fmt: skip
    written += insert_rows(
        "membership_enrolment",
        ("tenant_id", "household_id", "unit_id", "year_id", "colline_id", "enrolled_on",
         "is_renewal", "is_same_unit", "head_sex", "males", "females"),
        (
            (tenant_id, households[position], units[unit], year, place(colline), *declared)
            for position, unit, year, colline, *declared in members.enrolments
        ),
    )  # fmt: skip
    return written
