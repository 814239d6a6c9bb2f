"""Bringing in units: mutuelles, sections, centres, antennas, with their zones d'action."""

import re
from typing import Any

from federations.models import Place, Unit, UnitZone
from federations.rules.roles import Permission
from federations.rules.take_on import CellKind, Column, Outcome
from federations.services.take_on import ImportContext, Importer
from federations.services.units import UnitDetails, create_unit
from federations.take_on.lookups import (
    commune,
    division_on,
    open_unit,
    refuse_difference,
    root_unit,
)

_KINDS = {
    label: value
    for value, label in Unit.Kind.choices
    if value not in (Unit.Kind.CONFEDERATION, Unit.Kind.FEDERATION)
}

COLUMNS = (
    Column(
        name="kind", heading="Nature", example="section", kind=CellKind.CHOICE, choices=_KINDS,
        is_required=True,
    ),
    Column(
        name="code", heading="Code", example="EX-S01", is_required=True,
        help="Le vôtre ; chaque unité ouverte a un code différent.",
    ),
    Column(name="name", heading="Nom", example="Section Bugendana", is_required=True),
    Column(
        name="parent", heading="Rattachée à", example="EX-M01",
        help="Le code de l’unité au-dessus, déjà inscrite ou plus haut dans le fichier. Vide : "
        "directement la fédération.",
    ),
    Column(
        name="centre", heading="Centre de gestion", example="EX-C01",
        help="Le code du centre qui traite ses attestations ; pour les mutuelles et sections.",
    ),
    Column(
        name="province", heading="Province", example="Gitega",
        help="Nécessaire seulement quand plusieurs communes ont le même nom.",
    ),
    Column(name="place", heading="Commune", example="Bugendana", help="Où est son siège."),
    Column(
        name="zone", heading="Zone d’action", example="Bugendana ; Giheta",
        help="Ses communes, séparées par des points-virgules.",
    ),
    Column(name="address", heading="Adresse", example="Près du marché"),
    Column(name="phone", heading="Téléphone", example="79 000 000"),
    Column(
        name="valid_from", heading="Ouverte le", example="01/01/2018", kind=CellKind.DAY,
        is_required=True,
        help="Avant le 01/07/2025 les communes sont celles des 18 provinces, ensuite des 5.",
    ),
)  # fmt: skip


def bring_unit(context: ImportContext, values: dict[str, Any]) -> Outcome:
    """Open the unit, unless it is there already."""
    details = _details(context, values)
    zone = _zone(context, values)
    there = Unit.objects.filter(
        tenant_id=context.actor.tenant_id, code=details.code.upper(), valid_to__isnull=True
    ).first()
    if there is not None:
        _require_same(there, values, details, zone)
        return Outcome.UNCHANGED
    create_unit(
        actor=context.actor,
        kind=values["kind"],
        details=details,
        valid_from=values["valid_from"],
        commune_ids=[place.pk for place in zone],
    )
    return Outcome.CREATED


def _details(context: ImportContext, values: dict[str, Any]) -> UnitDetails:
    parent = (
        open_unit(context, values["parent"], field="parent")
        if values["parent"]
        else root_unit(context)
    )
    centre = values["centre"] and open_unit(context, values["centre"], field="centre")
    place = values["place"] and _commune(context, values, values["place"], field="place")
    return UnitDetails(
        name=values["name"],
        code=values["code"],
        parent_id=parent.pk,
        management_centre_id=centre.pk if centre else None,
        place_id=place.pk if place else None,
        address=values["address"],
        phone=values["phone"],
    )


def _zone(context: ImportContext, values: dict[str, Any]) -> list[Place]:
    names = [name.strip() for name in re.split(r"[;\n]", values["zone"]) if name.strip()]
    return [_commune(context, values, name, field="zone") for name in names]


def _commune(context: ImportContext, values: dict[str, Any], name: str, *, field: str) -> Place:
    return commune(
        context,
        name,
        field=field,
        division=division_on(values["valid_from"]),
        province=values["province"],
    )


def _require_same(
    there: Unit, values: dict[str, Any], details: UnitDetails, zone: list[Place]
) -> None:
    zones = UnitZone.objects.filter(tenant_id=there.tenant_id, unit=there, valid_to__isnull=True)
    refuse_difference(
        f"L’unité {there.code}",
        {
            "nature": (there.kind, values["kind"]),
            "nom": (there.name, details.name),
            "rattachement": (there.parent_id, details.parent_id),
            "centre de gestion": (there.management_centre_id, details.management_centre_id),
            "ouverture": (there.valid_from, values["valid_from"]),
            "zone d’action": (
                set(zones.values_list("commune_id", flat=True)),
                {place.pk for place in zone},
            ),
        },
    )


UNITS = Importer(
    kind="unites",
    title="Unités",
    explanation="Mutuelles, sections, centres de gestion, antennes, avec leur zone d’action.",
    permission=Permission.MANAGE_UNITS,
    columns=COLUMNS,
    apply=bring_unit,
)
