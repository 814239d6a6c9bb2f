"""Bringing in units: mutuelles, sections, centres, antennas, with their zones d'action."""

import re
from datetime import date
from typing import Any

from conamus import clock
from conamus.kernel.errors import Gathering
from federations.models import Place, Unit
from federations.rules.roles import Permission
from federations.rules.take_on import CellKind, Column, Outcome
from federations.selectors.units import open_communes, units_of_code
from federations.services.above import require_centre, require_parent
from federations.services.take_on import ImportContext, Importer, Question
from federations.services.units import (
    UnitDetails,
    create_unit,
    require_free_code,
    require_opening,
)
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
        help="Chaque unité ouverte du réseau a le sien.",
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
        fields=("management_centre",),
    ),
    Column(
        name="province", heading="Province", example="Gitega",
        help="Nécessaire seulement quand plusieurs communes ont le même nom.",
    ),
    Column(name="place", heading="Commune", example="Bugendana", help="Où est son siège."),
    Column(
        name="zone", heading="Zone d’action", example="Bugendana ; Giheta",
        help="Ses communes, séparées par des points-virgules.",
        fields=("communes",),
    ),
    Column(name="address", heading="Adresse", example="Près du marché"),
    Column(name="phone", heading="Téléphone", example="79 000 000", kind=CellKind.PHONE),
    Column(
        name="valid_from", heading="Ouverte le", example="01/01/2018", kind=CellKind.DAY,
        is_required=True,
        help="Avant le 01/07/2025 les communes sont celles des 18 provinces, ensuite des 5.",
    ),
)  # fmt: skip


def bring_unit(context: ImportContext, values: dict[str, Any]) -> Outcome:
    """Open the unit, unless it is there already."""
    details, zone = _details(values), values["zone"]
    there = _there(context, details.code, values["valid_from"])
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


def _there(context: ImportContext, code: str, opened_on: date) -> Unit | None:
    """Return the tenant's own unit that has the code, today or as the other one opens."""
    units = units_of_code(code, on=max(opened_on, clock.today()))
    return units.filter(tenant_id=context.actor.tenant_id).first()


def _details(values: dict[str, Any]) -> UnitDetails:
    centre, place = values["centre"], values["place"]
    return UnitDetails(
        name=values["name"],
        code=values["code"],
        parent_id=values["parent"].pk,
        management_centre_id=centre.pk if centre else None,
        place_id=place.pk if place else None,
        address=values["address"],
        phone=values["phone"],
    )


def _parent(context: ImportContext, values: dict[str, Any]) -> Unit:
    code = values["parent"]
    return open_unit(context, code, field="parent") if code else root_unit(context)


def _centre(context: ImportContext, values: dict[str, Any]) -> Unit | None:
    return open_unit(context, values["centre"], field="centre") if values["centre"] else None


def _place(context: ImportContext, values: dict[str, Any]) -> Place | None:
    return _commune(context, values, values["place"], field="place") if values["place"] else None


def _zone(context: ImportContext, values: dict[str, Any]) -> list[Place]:
    """Return the communes of the zone; every name that is none is told."""
    names = [name.strip() for name in re.split(r"[;\n]", values["zone"]) if name.strip()]
    gathering, found = Gathering(), []
    for name in names:
        with gathering.part():
            found.append(_commune(context, values, name, field="zone"))
    gathering.refuse()
    return found


def _commune(context: ImportContext, values: dict[str, Any], name: str, *, field: str) -> Place:
    return commune(
        context,
        name,
        field=field,
        division=division_on(values["valid_from"]),
        province=values["province"],
    )


def _parent_fits(context: ImportContext, values: dict[str, Any]) -> None:
    require_parent(context.actor, _unit(values, parent=values["parent"]))


def _centre_fits(context: ImportContext, values: dict[str, Any]) -> None:
    require_centre(context.actor, _unit(values, management_centre=values["centre"]))


def _opening_can_be(context: ImportContext, values: dict[str, Any]) -> None:
    require_opening(values["valid_from"])


def _code_is_free(context: ImportContext, values: dict[str, Any]) -> None:
    """One of the tenant's own is no obstacle: the row is compared with it."""
    code, opened_on = values["code"], values["valid_from"]
    if _there(context, code, opened_on) is None:
        require_free_code(Unit(code=code, valid_from=opened_on))


def _unit(values: dict[str, Any], **fields: Unit | None) -> Unit:
    return Unit(kind=values["kind"], valid_from=values["valid_from"], **fields)


def _require_same(
    there: Unit, values: dict[str, Any], details: UnitDetails, zone: list[Place]
) -> None:
    refuse_difference(
        f"L’unité {there.code}",
        {
            "nature": (there.kind, values["kind"]),
            "nom": (there.name, details.name),
            "rattachement": (there.parent_id, details.parent_id),
            "ouverture": (there.valid_from, values["valid_from"]),
        },
        if_given={
            "centre de gestion": (there.management_centre_id, details.management_centre_id),
            "zone d’action": (
                set(open_communes(there)),
                {place.pk for place in zone},
            ),
            "commune du siège": (there.place_id, details.place_id),
            "adresse": (there.address, details.address),
            "téléphone": (there.phone, details.phone),
        },
    )


UNITS = Importer(
    kind="unites",
    title="Unités",
    explanation="Mutuelles, sections, centres de gestion, antennes, avec leur zone d’action.",
    permission=Permission.MANAGE_UNITS,
    columns=COLUMNS,
    apply=bring_unit,
    model=Unit,
    questions=(
        Question(ask=_parent, needs=("parent",), answers="parent"),
        Question(ask=_centre, needs=("centre",), answers="centre"),
        Question(ask=_place, needs=("place", "province", "valid_from"), answers="place"),
        Question(ask=_zone, needs=("zone", "province", "valid_from"), answers="zone"),
        Question(ask=_parent_fits, needs=("kind", "parent", "valid_from"), is_of_refused=True),
        Question(ask=_centre_fits, needs=("kind", "centre", "valid_from"), is_of_refused=True),
        Question(ask=_opening_can_be, needs=("valid_from",), is_of_refused=True),
        Question(ask=_code_is_free, needs=("code", "valid_from"), is_of_refused=True),
    ),
)
