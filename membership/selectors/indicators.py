"""Reads of the membership indicators: the insured of a day, and a year's comings and goings.

Each is one query: a database function that a federation runs on its own rows, and that the
confederation reaches for every federation through a twin that gives counts only.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import BooleanField, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import F, RawSQL
from django.db.models.functions import Concat

from federations.rules.roles import Permission, is_permitted
from federations.selectors.statements import rows_of
from federations.selectors.units import in_sight, visible_unit_ids
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Enrolment
from membership.rules.indicators import Flows, Part
from membership.rules.targets import TargetPart

_INSURED = (
    "SELECT tenant_id, unit_id, group_key, male_heads, female_heads, males, females FROM {}(%s, %s)"
)
_NETWORKS = "SELECT * FROM network_{}(%s, %s)"
_OWN = "SELECT * FROM membership_{}(%s, %s, %s)"
# « IS TRUE » keeps it a look into one hash: a join with what a function gives has no estimate, and
# was once made row by row.
_COUNTED = (
    "(membership_enrolment.id IN"
    " (SELECT enrolment_id FROM flow_enrolments(%s, %s, %s, %s))) IS TRUE"
)


class Breakdown(StrEnum):
    """By what members are counted (membership/sql/enrolment_groups.sql)."""

    UNIT = "unit"
    COMMUNE = "commune"
    PROVINCE = "province"
    FORMER_COMMUNE = "former_commune"
    FORMER_PROVINCE = "former_province"
    SEX = "sex"
    AGE = "age"
    CATEGORY = "category"

    @property
    def is_place(self) -> bool:
        """Whether it counts by where people live."""
        return self.has_targets and self is not Breakdown.UNIT

    @property
    def has_targets(self) -> bool:
        """Whether a target population is told by it: of units, and of places through them."""
        return self not in (Breakdown.SEX, Breakdown.AGE, Breakdown.CATEGORY)


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuredGroup:
    """The insured of one unit in one group, on a day."""

    tenant_id: int
    unit_id: int
    group_key: str
    male_heads: int
    female_heads: int
    males: int
    females: int


@dataclass(frozen=True, slots=True)
class GroupFlows:
    """A group's year in one tenant."""

    tenant_id: int
    group_key: str
    flows: Flows


def sees_network(actor: Actor) -> bool:
    """Tell whether the actor is told the counts of every federation."""
    return is_permitted(actor.role, Permission.SEE_NETWORK_FIGURES)


def insured_on(actor: Actor, day: date, by: Breakdown) -> list[InsuredGroup]:
    """Count the insured of a day by group and unit, in the units that the actor may see."""
    function = "network_insured_on" if sees_network(actor) else "membership_insured_on"
    groups = (InsuredGroup(**row) for row in rows_of(_INSURED.format(function), day, by.value))
    unit_ids = None if sees_network(actor) else visible_unit_ids(actor)
    return [group for group in groups if unit_ids is None or group.unit_id in unit_ids]


def year_flows(actor: Actor, year: int, by: Breakdown = Breakdown.UNIT) -> list[GroupFlows]:
    """Return each group's counts of the year against the year before, without its target."""
    rows = _of_units(actor, "flows", year, by)
    return [GroupFlows(row.pop("tenant_id"), row.pop("group_key"), Flows(**row)) for row in rows]


def year_targets(actor: Actor, year: int, by: Breakdown = Breakdown.UNIT) -> list[TargetPart]:
    """Return the target of each unit in sight, in each group where it acts."""
    wanted = by if by.has_targets else Breakdown.UNIT
    return [TargetPart(**row) for row in _of_units(actor, "targets", year, wanted)]


def _of_units(actor: Actor, name: str, year: int, by: Breakdown) -> list[dict[str, Any]]:
    if sees_network(actor):
        return rows_of(_NETWORKS.format(name), year, by.value)
    unit_ids = visible_unit_ids(actor)
    units = None if unit_ids is None else list(unit_ids)
    return rows_of(_OWN.format(name), year, by.value, units)


def counted_enrolments(
    actor: Actor, *, year: int, by: Breakdown, group: str | None, part: Part
) -> QuerySet[Enrolment]:
    """Return the enrolments that a count is made of, in the actor's sight; group None: of all."""
    asked = [year, by.value, group, part.value]
    counted = RawSQL(_COUNTED, asked, BooleanField())  # noqa: S611 -- a constant
    found = Enrolment.objects.filter(counted, in_sight(actor, "unit"), tenant_id=actor.tenant_id)
    return _with_francs(found)


def _with_francs(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Add what is due and paid as the counts have it: where the household came from too."""
    before = F("paid_before_francs") + F("payer_paid_before_francs")
    return rows.annotate(
        whole_due_francs=F("balance__owed_francs") + before,
        whole_paid_francs=F("balance__paid_francs") + before,
    )


def with_heads(actor: Actor, rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Add what a list shows: the head's name, the people of both years, what is due and paid."""
    heads = Beneficiary.objects.filter(
        tenant_id=actor.tenant_id,
        household=OuterRef("household_id"),
        relationship=Beneficiary.Relationship.HEAD,
    ).order_by(F("left_on").desc(nulls_first=True))
    before = Enrolment.objects.filter(
        tenant_id=actor.tenant_id,
        household=OuterRef("household_id"),
        year_id=OuterRef("year_id") - 1,
        cancelled_on__isnull=True,
    )
    return _with_francs(rows.select_related("household", "unit", "colline")).annotate(
        head_name=Subquery(heads.values_list(Concat("family_name", Value(" "), "given_name"))[:1]),
        people_before=Subquery(before.values_list(F("males") + F("females"))[:1]),
    )
