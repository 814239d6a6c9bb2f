"""Reads of the membership indicators: the insured of a day, and a year's comings and goings.

Each is one query: a database function that a federation runs on its own rows, and that the
confederation reaches for every federation through a twin that gives counts only.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db import connection

from federations.rules.roles import Permission, is_permitted
from federations.selectors.units import visible_unit_ids
from federations.tenancy.actor import Actor
from membership.rules.indicators import Flows

_INSURED = (
    "SELECT tenant_id, unit_id, group_key, male_heads, female_heads, males, females FROM {}(%s, %s)"
)
_FLOWS = (
    "SELECT tenant_id, unit_id, households, people, before_households, before_people,"
    " kept_in_unit, kept_in_network, people_gained_inside, people_arrived, people_gone,"
    " due_francs, collected_francs, target_households, households_with_cam,"
    " households_with_mfp, households_with_other FROM {}(%s)"
)


class Breakdown(StrEnum):
    """By what the insured of a day are counted."""

    UNIT = "unit"
    COMMUNE = "commune"
    FORMER_COMMUNE = "former_commune"
    SEX = "sex"
    AGE = "age"
    CATEGORY = "category"


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
class UnitFlows:
    """A unit's year."""

    tenant_id: int
    unit_id: int
    flows: Flows


def insured_on(actor: Actor, day: date, by: Breakdown) -> list[InsuredGroup]:
    """Count the insured of a day by group and unit, in the units that the actor may see."""
    function = "network_insured_on" if _sees_network(actor) else "membership_insured_on"
    rows = _rows(_INSURED.format(function), day, by.value)
    return [InsuredGroup(**row) for row in _in_sight(actor, rows)]


def year_flows(actor: Actor, year: int) -> list[UnitFlows]:
    """Return each unit's counts of the year against the year before."""
    function = "network_flows" if _sees_network(actor) else "membership_flows"
    return [
        UnitFlows(row.pop("tenant_id"), row.pop("unit_id"), Flows(**row))
        for row in _in_sight(actor, _rows(_FLOWS.format(function), year))
    ]


def _sees_network(actor: Actor) -> bool:
    return is_permitted(actor.role, Permission.SEE_NETWORK_FIGURES)


def _in_sight(actor: Actor, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    unit_ids = None if _sees_network(actor) else visible_unit_ids(actor)
    return [row for row in rows if unit_ids is None or row["unit_id"] in unit_ids]


def _rows(query: str, *parameters: date | int | str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
