"""Bringing in targets: how many households each unit's population counts in a year."""

from typing import Any

from federations.rules.roles import Permission
from federations.rules.take_on import CellKind, Column, Outcome
from federations.services.take_on import ImportContext, Importer
from federations.take_on.lookups import open_unit
from membership.selectors.targets import targets_of
from membership.services.targets import set_target

COLUMNS = (
    Column(
        name="unit", heading="Code de l’unité", example="CODE-1", is_required=True,
        help="Le code de la mutuelle ou de la section, tel qu’il est dans « Unités ».",
    ),
    Column(
        name="year", heading="Année", example="2026", kind=CellKind.INTEGER, is_required=True,
        help="L’année mutualiste.",
    ),
    Column(
        name="households", heading="Ménages cibles", example="1 200", kind=CellKind.INTEGER,
        is_required=True,
    ),
    Column(
        name="source", heading="Source", example="Recensement communal 2024",
        help="D’où vient ce nombre.",
    ),
)  # fmt: skip


def bring_target(context: ImportContext, values: dict[str, Any]) -> Outcome:
    """Set the unit's target; the same number of the same source, or of none, changes nothing."""
    unit = open_unit(context, values["unit"], field="unit")
    there = targets_of(context.actor.tenant_id, values["year"]).get(unit.pk)
    source = values.get("source") or ""
    if (
        there is not None
        and there.households == values["households"]
        and source in ("", there.source)
    ):
        return Outcome.UNCHANGED
    set_target(
        actor=context.actor,
        unit_id=unit.pk,
        year=values["year"],
        households=values["households"],
        source=source,
    )
    return Outcome.CREATED


TARGETS = Importer(
    kind="cibles",
    title="Cibles des unités",
    explanation="Combien de ménages compte la population de chaque mutuelle ou section.",
    permission=Permission.MANAGE_CAMPAIGNS,
    columns=COLUMNS,
    apply=bring_target,
)
