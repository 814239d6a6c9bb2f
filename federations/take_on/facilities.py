"""Bringing in health facilities that the shared register misses."""

from typing import Any

from federations.models import HealthFacility, Place
from federations.rules.roles import Permission
from federations.rules.take_on import CellKind, Column, Outcome
from federations.services.facilities import FacilityDetails, add_facility
from federations.services.take_on import ImportContext, Importer
from federations.take_on.lookups import commune, health_district, refuse_difference


def _words(choices: list[tuple[str, str]], **more: str) -> dict[str, str]:
    """Return the words that people write for each value: label, code, and some others."""
    words = {label: value for value, label in choices}
    return {**words, **{value: value for value, _ in choices}, **more}


COLUMNS = (
    Column(name="code", heading="Code", example="FS-EX01", is_required=True),
    Column(name="name", heading="Nom", example="CDS Bugendana", is_required=True),
    Column(
        name="facility_type", heading="Type", example="centre de santé (CDS)",
        kind=CellKind.CHOICE, is_required=True, choices=_words(HealthFacility.Type.choices),
    ),
    Column(
        name="ownership", heading="Statut juridique", example="public", kind=CellKind.CHOICE,
        is_required=True, choices=_words(HealthFacility.Ownership.choices),
    ),
    Column(
        name="former_commune", heading="Commune avant 2025", example="Bugendana", is_required=True
    ),
    Column(name="former_province", heading="Province avant 2025", example="Gitega",
           help="Nécessaire seulement quand plusieurs communes ont le même nom."),
    Column(name="commune", heading="Commune depuis 2025", example="Bugendana", is_required=True),
    Column(
        name="district", heading="District sanitaire", example="Gitega", is_required=True,
        help="Son nom ou son code.",
    ),
    Column(name="phone", heading="Téléphone", example="79 000 000"),
    Column(
        name="contracted_on", heading="Conventionnée le", example="01/01/2018", kind=CellKind.DAY,
        is_required=True,
    ),
)  # fmt: skip


def bring_facility(context: ImportContext, values: dict[str, Any]) -> Outcome:
    """Add the facility, unless it is there already."""
    details = _details(context, values)
    there = HealthFacility.objects.filter(code=details.code.strip().upper()).first()
    if there is None:
        add_facility(actor=context.actor, details=details)
        return Outcome.CREATED
    given = details.as_fields()
    refuse_difference(
        f"La formation sanitaire {there.code}",
        {
            name: (getattr(there, column), given[column])
            for name, column in (
                ("nom", "name"),
                ("type", "facility_type"),
                ("statut juridique", "ownership"),
                ("commune", "commune_id"),
                ("ancienne commune", "former_commune_id"),
                ("district", "health_district_id"),
            )
        },
    )
    return Outcome.UNCHANGED


def _details(context: ImportContext, values: dict[str, Any]) -> FacilityDetails:
    former = commune(
        context,
        values["former_commune"],
        field="former_commune",
        division=Place.Division.UNTIL_2025,
        province=values["former_province"],
    )
    current = commune(
        context, values["commune"], field="commune", division=Place.Division.SINCE_2025
    )
    district = health_district(context, values["district"], field="district")
    return FacilityDetails(
        name=values["name"],
        code=values["code"],
        facility_type=values["facility_type"],
        ownership=values["ownership"],
        commune_id=current.pk,
        former_commune_id=former.pk,
        health_district_id=district.pk,
        contracted_on=values["contracted_on"],
        phone=values["phone"],
    )


FACILITIES = Importer(
    kind="formations-sanitaires",
    title="Formations sanitaires",
    explanation="Celles que le registre commun n’a pas encore.",
    permission=Permission.MANAGE_FACILITIES,
    columns=COLUMNS,
    apply=bring_facility,
)
