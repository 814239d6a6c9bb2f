"""Writes campaigns, scales, sharing keys, targets and ranges of numbers, tenant by tenant."""

from datetime import date

from conamus.demo.contributions import (
    CAMPAIGNS,
    KEY,
    SCALE_YEARS,
    TEMPLATE,
    template_of,
    unit_targets,
)
from conamus.demo.contributions.terms import TARGET_SOURCE
from conamus.demo.loading.keys import Keys
from conamus.demo.members import Membership
from conamus.demo.members.households import NUMBERS_PER_UNIT
from conamus.demo.network import CONFEDERATION, FederationFacts
from conamus.demo.plan import NetworkPlan
from federations.services.bulk import insert_rows, reserve_ids
from membership.models import ContributionScale

_BY = "données de démonstration"


def insert_terms(plan: NetworkPlan, keys: Keys, facts: FederationFacts) -> dict[int, int]:
    """Write a tenant's campaigns, scales, key and targets; return its scale of each year."""
    tenant_id = keys.tenants[facts.code]
    insert_rows(
        "membership_campaign",
        ("tenant_id", "year_id", "opens_on", "closes_on", "grace_until"),
        ((tenant_id, c.year, c.opens_on, c.closes_on, c.grace_until) for c in CAMPAIGNS),
    )
    insert_rows(
        "membership_sharingkey",
        ("tenant_id", "valid_from", "federation_percent", "confederation_percent",
         "fee_federation_percent", "fee_confederation_percent"),
        [(tenant_id, KEY.valid_from, KEY.federation_percent, KEY.confederation_percent,
          KEY.fee_federation_percent, KEY.fee_confederation_percent)],
    )  # fmt: skip
    if facts is not CONFEDERATION:
        _insert_targets(plan, keys, facts)
    return _insert_scales(keys, facts)


def _insert_scales(keys: Keys, facts: FederationFacts) -> dict[int, int]:
    ids = reserve_ids("membership_contributionscale", len(SCALE_YEARS))
    scales = dict(zip(SCALE_YEARS, ids, strict=True))
    if facts is CONFEDERATION:
        keys.template_scales = scales
    tenant_id = keys.tenants[facts.code]
    insert_rows(
        "membership_contributionscale",
        ("id", "tenant_id", "year_id", "state", "template_id", "joining_fee_francs",
         "derogation_reason", "in_force_from", "adopted_by"),
        (
            (scale, tenant_id, year, ContributionScale.State.DRAFT.value,
             None if facts is CONFEDERATION else keys.template_scales[year],
             TEMPLATE.joining_fee_francs, "", date(year - 1, 7, 1), _BY)
            for year, scale in scales.items()
        ),
    )  # fmt: skip
    for year, scale in scales.items():
        _insert_lines(tenant_id, year, scale)
    # Its lines are written while it is a draft.
    drafts = ContributionScale.objects.filter(tenant_id=tenant_id, pk__in=scales.values())
    drafts.update(state=ContributionScale.State.IN_FORCE)
    return scales


def _insert_lines(tenant_id: int, year: int, scale_id: int) -> None:
    scale = template_of(year)
    insert_rows(
        "membership_scalecategory",
        ("tenant_id", "scale_id", "code", "label", "payer", "payer_percent", "joining_fee_due",
         "may_promise"),
        (
            (tenant_id, scale_id, c.code, c.label, c.payer.value, c.payer_percent,
             c.joining_fee_due, c.may_promise)
            for c in scale.categories
        ),
    )  # fmt: skip
    insert_rows(
        "membership_scaleband",
        ("tenant_id", "scale_id", "category", "size_from", "size_to", "amount_francs",
         "supplement_from", "supplement_francs"),
        (
            (tenant_id, scale_id, b.category, b.size_from, b.size_to, b.amount_francs,
             b.supplement_from, b.supplement_francs)
            for b in scale.bands
        ),
    )  # fmt: skip


def _insert_targets(plan: NetworkPlan, keys: Keys, facts: FederationFacts) -> None:
    targets = unit_targets(plan.units)
    insert_rows(
        "membership_unittarget",
        ("tenant_id", "unit_id", "year_id", "households", "source"),
        (
            (keys.tenants[facts.code], keys.units[unit.key], year, targets[unit.key], TARGET_SOURCE)
            for unit in plan.insuring_units(facts.code)
            for year in SCALE_YEARS
        ),
    )


def insert_number_ranges(
    plan: NetworkPlan, keys: Keys, facts: FederationFacts, members: Membership
) -> None:
    """Open the range that each unit's numbers come from, after those already given."""
    given = [0] * len(plan.insuring_units(facts.code))
    for _, unit, *_ in members.households:
        given[unit] += 1
    insert_rows(
        "membership_numberrange",
        ("tenant_id", "unit_id", "prefix", "first", "last", "following", "opened_on"),
        (
            (
                keys.tenants[facts.code], keys.units[unit.key], facts.prefix, first,
                first + NUMBERS_PER_UNIT - 2, first + given[position], unit.valid_from,
            )
            for position, unit in enumerate(plan.insuring_units(facts.code))
            for first in [(position + 1) * NUMBERS_PER_UNIT + 1]
        ),
    )  # fmt: skip
