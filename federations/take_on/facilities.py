"""Bringing in health facilities that the shared register misses."""

from typing import Any

from federations.models import HealthDistrict, HealthFacility, Place
from federations.rules.roles import Permission
from federations.rules.take_on import CellKind, Column, Outcome
from federations.services.facilities import FacilityDetails, add_facility, require_contracting
from federations.services.take_on import ImportContext, Importer, Question
from federations.take_on.lookups import commune, health_district, refuse_difference


def _words(choices: list[tuple[str, str]]) -> dict[str, str]:
    """Return the words that people write for each value."""
    return {label: value for value, label in choices}


def _codes(choices: list[tuple[str, str]]) -> dict[str, str]:
    """Return the values themselves, which are understood too."""
    return {value: value for value, _ in choices}


COLUMNS = (
    Column(name="code", heading="Code", example="FS-EX01", is_required=True),
    Column(name="name", heading="Nom", example="CDS Bugendana", is_required=True),
    Column(
        name="facility_type", heading="Type", example="centre de santé (CDS)",
        kind=CellKind.CHOICE, is_required=True, choices=_words(HealthFacility.Type.choices),
        also=_codes(HealthFacility.Type.choices),
    ),
    Column(
        name="ownership", heading="Statut juridique", example="public", kind=CellKind.CHOICE,
        is_required=True, choices=_words(HealthFacility.Ownership.choices),
        also=_codes(HealthFacility.Ownership.choices),
    ),
    Column(
        name="former_commune", heading="Commune avant 2025", example="Bugendana", is_required=True
    ),
    Column(name="former_province", heading="Province avant 2025", example="Gitega",
           help="Nécessaire seulement quand plusieurs communes ont le même nom."),
    Column(name="commune", heading="Commune depuis 2025", example="Bugendana", is_required=True),
    Column(
        name="district", heading="District sanitaire", example="Gitega", is_required=True,
        help="Son nom ou son code.", fields=("health_district",),
    ),
    Column(name="phone", heading="Téléphone", example="79 000 000", kind=CellKind.PHONE),
    Column(
        name="contracted_on", heading="Conventionnée le", example="01/01/2018", kind=CellKind.DAY,
        is_required=True,
    ),
)  # fmt: skip


def bring_facility(context: ImportContext, values: dict[str, Any]) -> Outcome:
    """Add the facility, unless it is there already."""
    details = _details(values)
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
                ("conventionnée le", "contracted_on"),
            )
        },
        if_given={"téléphone": (there.phone, given["phone"])},
    )
    return Outcome.UNCHANGED


def _details(values: dict[str, Any]) -> FacilityDetails:
    return FacilityDetails(
        name=values["name"],
        code=values["code"],
        facility_type=values["facility_type"],
        ownership=values["ownership"],
        commune_id=values["commune"].pk,
        former_commune_id=values["former_commune"].pk,
        health_district_id=values["district"].pk,
        contracted_on=values["contracted_on"],
        phone=values["phone"],
    )


def _former_commune(context: ImportContext, values: dict[str, Any]) -> Place:
    return commune(
        context,
        values["former_commune"],
        field="former_commune",
        division=Place.Division.UNTIL_2025,
        province=values["former_province"],
    )


def _commune(context: ImportContext, values: dict[str, Any]) -> Place:
    division = Place.Division.SINCE_2025
    return commune(context, values["commune"], field="commune", division=division)


def _district(context: ImportContext, values: dict[str, Any]) -> HealthDistrict:
    return health_district(context, values["district"], field="district")


def _contracting_can_be(context: ImportContext, values: dict[str, Any]) -> None:
    require_contracting(values["contracted_on"])


FACILITIES = Importer(
    kind="formations-sanitaires",
    title="Formations sanitaires",
    explanation="Celles que le registre commun n’a pas encore.",
    permission=Permission.MANAGE_FACILITIES,
    columns=COLUMNS,
    apply=bring_facility,
    model=HealthFacility,
    questions=(
        Question(
            ask=_former_commune,
            needs=("former_commune", "former_province"),
            answers="former_commune",
        ),
        Question(ask=_commune, needs=("commune",), answers="commune"),
        Question(ask=_district, needs=("district",), answers="district"),
        Question(ask=_contracting_can_be, needs=("contracted_on",), is_of_refused=True),
    ),
)
