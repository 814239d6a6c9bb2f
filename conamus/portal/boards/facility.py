"""The pages around care: an advising nurse's area, a facility's own card."""

from datetime import date
from typing import Any

from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_date, format_integer
from conamus.portal.boards.parts import KeyFigure, downloadable
from conamus.portal.desk import Desk
from conamus.portal.figures import membership_by_unit
from conamus.portal.linked import facilities_of
from conamus.portal.links import address
from conamus.portal.pictures import capital
from conamus.portal.selectors.network import tenant_counts, unit_lines
from conamus.portal.selectors.places import Division
from conamus.portal.selectors.registers import (
    AreaFacilities,
    facilities_by_commune,
    facility_card,
    facility_cells,
    units_serving,
)
from federations.models import Federation, HealthFacility, Place
from federations.selectors.facilities import situation_of
from federations.selectors.places import carried
from membership.filters.households import ENROLLED


def nurse(desk: Desk, federation: Federation) -> dict[str, Any]:
    """The advising nurse's area: the facilities in the federation's communes."""
    units = unit_lines(federation.pk, desk.on_date)
    area = frozenset().union(*(unit.commune_ids for unit in units))
    communes = facilities_by_commune(desk.on_date, area)
    cells = facility_cells(desk.on_date, commune_ids=area)
    [covered] = carried([area], Division.UNTIL_2025)
    # Counted by former commune: a facility lies in one of those that its zone covers.
    within = len(covered | {one.commune_id for one in communes})
    membership = membership_by_unit(desk.year, units, tenant_counts(desk, federation.pk))
    picture = facilities_of(desk, cells, federation.pk) if cells else None
    return {
        "title": f"Formations sanitaires de {federation.short_name}",
        "state": _area_state(communes, within),
        "figures": _area_figures(communes, within, membership.now.people, desk),
        "provinces": _by_province(communes),
        "federation_id": federation.pk,
        "on_date": desk.on_date.isoformat(),
        "picture": picture
        and downloadable(picture, "formations-sanitaires", desk, federation=federation.code),
        "year": str(desk.year),
    }


def _area_state(communes: list[AreaFacilities], area: int) -> str:
    count = sum(one.count for one in communes)
    without = area - len(communes)
    said = f"{count} formations sanitaires conventionnées dans {area} communes"
    return f"{said}, {without} communes sans aucune." if without else f"{said}."


def _area_figures(
    communes: list[AreaFacilities], area: int, people: int | None, desk: Desk
) -> list[KeyFigure]:
    suspended = sum(one.suspended for one in communes)
    return [
        KeyFigure(
            label="Formations sanitaires",
            value=format_integer(sum(one.count for one in communes)),
            note="conventionnées, dans les zones d’action",
            url=address("facilities", federation=desk.actor.tenant_id, on=desk.on_date),
        ),
        KeyFigure(
            label="Dont suspendues",
            value=format_integer(suspended),
            url=address(
                "facilities",
                federation=desk.actor.tenant_id,
                on=desk.on_date,
                status=HealthFacility.Status.SUSPENDED.value,
            ),
        ),
        KeyFigure(label="Communes", value=format_integer(area), url=address("units")),
        KeyFigure(
            label=f"Bénéficiaires en {desk.year}",
            value=format_integer(people),
            url=address("households", enrolment=ENROLLED),
        ),
    ]


def _by_province(communes: list[AreaFacilities]) -> list[tuple[str, list[AreaFacilities], int]]:
    groups: dict[str, list[AreaFacilities]] = {}
    for one in communes:
        groups.setdefault(one.province, []).append(one)
    return [(name, inside, sum(one.count for one in inside)) for name, inside in groups.items()]


def facility_user(desk: Desk) -> dict[str, Any]:
    """A facility's own card, and whom to call: the units that serve its commune."""
    facility = facility_card(desk.actor.facility_id) if desk.actor.facility_id else None
    if facility is None:
        raise NotFound("Votre compte ne nomme aucune formation sanitaire.")
    kind = capital(facility.get_facility_type_display())
    return {
        "title": facility.name,
        "state": f"{kind}, {situation_of(facility, desk.today)}.",
        "card": _card(facility, desk.today),
        "units": units_serving(facility, desk.today),
        "facility": facility,
    }


def _card(facility: HealthFacility, today: date) -> list[tuple[str, str]]:
    since, former = facility.commune, facility.former_commune
    begun = "depuis" if facility.contracted_on <= today else "dès"
    return [
        ("Code", facility.code),
        ("Statut juridique", facility.get_ownership_display()),
        ("Commune (depuis mi-2025)", _with_province(since)),
        ("Commune (avant)", _with_province(former)),
        ("District sanitaire", facility.health_district.name),
        ("Téléphone", facility.phone),
        ("Conventionnée", f"{begun} le {format_date(facility.contracted_on)}"),
    ]


def _with_province(commune: Place) -> str:
    return f"{commune.name}, province de {commune.parent.name}" if commune.parent else commune.name
