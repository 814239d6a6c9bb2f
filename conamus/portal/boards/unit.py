"""The page of those who enrol households: a mutuelle's agent, a centre's operator."""

from dataclasses import dataclass, replace
from typing import Any

from conamus.kernel.figures import format_integer, format_rate
from conamus.portal.boards.parts import KeyFigure, Writer, downloadable
from conamus.portal.desk import Desk
from conamus.portal.figures import membership_by_unit
from conamus.portal.links import address
from conamus.portal.pictures import renewal_picture
from conamus.portal.selectors.households import (
    CollineProgress,
    latest_enrolments,
    progress_by_colline,
)
from conamus.portal.selectors.network import UnitLine, own_unit_lines, tenant_counts
from membership.filters.households import ENROLLED, NOT_ENROLLED
from membership.rules.sentences import counted
from prudential.rules.annual_figures import Membership

MOST_COLLINES = 12


@dataclass(frozen=True, slots=True)
class OwnUnits:
    """The units that an agent works for, read once for a page."""

    units: list[UnitLine]
    membership: Membership
    progress: list[CollineProgress]


def read_own_units(desk: Desk) -> OwnUnits:
    """Read the agent's units: last year's households that are enrolled again, wherever."""
    units = own_unit_lines(desk)
    unit_ids = [unit.key for unit in units]
    tenant = desk.actor.tenant_id
    membership = membership_by_unit(desk.year, units, tenant_counts(desk, tenant, unit_ids))
    progress = progress_by_colline(tenant, desk.year, unit_ids)
    renewed = sum(line.renewed for line in progress)
    return OwnUnits(units, replace(membership, renewed=renewed), progress)


def desk_of_units(desk: Desk) -> dict[str, Any]:
    """Find a household; who came back and who is missing, by colline; the latest enrolments."""
    read = read_own_units(desk)
    units, membership = read.units, read.membership
    missing = [line for line in read.progress if line.missing]
    return {
        "title": units[0].name if len(units) == 1 else f"Vos {len(units)} unités",
        "state": _state(membership),
        "search_url": address("households"),
        "figures": _figures(membership, Writer(desk.role)),
        "units": _unit_rows(membership, desk),
        "missing": missing[:MOST_COLLINES],
        "missing_collines": len(missing),
        "missing_url": address("households", enrolment=NOT_ENROLLED),
        "latest": latest_enrolments(desk.actor.tenant_id, desk.year, [unit.key for unit in units]),
        "renewal": _picture(desk, membership),
        "year": str(desk.year),
        "before": str(desk.before),
    }


def _unit_rows(membership: Membership, desk: Desk) -> list[Any]:
    if len(membership.groups) < 2:
        return []
    writer = Writer(desk.role)
    return [
        writer.row(group, group.name, address("unit_figures", group.key))
        for group in membership.groups
    ]


def _picture(desk: Desk, membership: Membership) -> Any:
    if not membership.before.households:
        return None
    return downloadable(renewal_picture(membership), "renouvellement", desk)


def _state(membership: Membership) -> str:
    before, renewed = membership.before.households, membership.renewed
    if not membership.now.households:
        return f"Aucune adhésion n’est inscrite pour {membership.year}."
    if not before:
        households = format_integer(membership.now.households)
        return f"{households} ménages assurés pour {membership.year}."
    return (
        f"{counted(renewed or 0, 'ménage')} sur {format_integer(before)}"
        f" réinscrit{'s' if (renewed or 0) > 1 else ''}"
        f" ({format_rate(membership.retention, 0)}),"
        f" {counted(membership.now.newcomers or 0, 'nouveau', 'nouveaux')}."
    )


def _figures(membership: Membership, writer: Writer) -> list[KeyFigure]:
    now, before, renewed = membership.now, membership.before, membership.renewed
    url = address("households", enrolment=ENROLLED)
    lost = (before.households or 0) - (renewed or 0)
    return [
        KeyFigure(
            label=f"Ménages assurés en {membership.year}",
            value=writer.count(now.households),
            note=f"{format_integer(before.households)} en {membership.year - 1}",
            url=url,
        ),
        KeyFigure(
            label="Réinscrits",
            value=format_integer(renewed),
            note=f"{format_rate(membership.retention)} de {membership.year - 1},"
            " ici ou dans une autre unité",
            url=url,
        ),
        KeyFigure(
            label="Pas encore réinscrits",
            value=format_integer(lost),
            note=f"assurés en {membership.year - 1}",
            url=address("households", enrolment=NOT_ENROLLED),
        ),
        KeyFigure(label="Bénéficiaires", value=writer.count(now.people), url=url),
    ]
