"""The figures behind each picture, for downloads: one name, one table.

A picture's address names it, the year, and what it is of; the same permissions hold as
for the page that shows it, asked here again.
"""

from collections.abc import Callable, Mapping

from conamus.charts.picture import Table
from conamus.kernel.errors import DomainError, NotAllowed, NotFound
from conamus.kernel.text import read_number
from conamus.portal.boards.detail import (
    find_unit,
    map_choice,
    map_figures,
    network_pictures,
    unit_year_picture,
    units_table,
)
from conamus.portal.boards.federation import OneFederation, federation_pictures, read_federation
from conamus.portal.boards.network import read_network
from conamus.portal.boards.unit import read_own_units
from conamus.portal.desk import Desk
from conamus.portal.pictures import (
    commune_picture,
    expenses_picture,
    facilities_picture,
    province_picture,
    renewal_picture,
)
from conamus.portal.selectors.network import tenant_counts
from conamus.portal.selectors.registers import facility_cells, latest_expenses
from federations.models import Federation
from federations.rules.roles import Permission

Options = Mapping[str, str]
Source = Callable[[Desk, Options], Table]


def table_of(name: str, desk: Desk, options: Options) -> Table:
    """Return the table of that name; raise where there is none, or it may not be seen."""
    if name not in SOURCES:
        raise NotFound("Ces données n’existent pas.")
    return SOURCES[name](desk, options)


def _require(desk: Desk, permission: Permission) -> None:
    if not desk.may(permission):
        raise NotAllowed(f"Votre rôle, {desk.role.label}, ne permet pas de {permission.label}.")


def _federation(desk: Desk, code: str) -> OneFederation:
    found = Federation.objects.filter(code__iexact=code, kind=Federation.Kind.FEDERATION).first()
    if found is None:
        raise NotFound("Cette fédération n’existe pas.")
    desk.require_figures_of(found.pk)
    return read_federation(desk, found)


def _number(options: Options, name: str) -> int:
    number = read_number(options.get(name, ""))
    if number is None:
        raise DomainError(f"L’adresse doit donner « {name} ».", field=name)
    return number


def _network(name: str) -> Source:
    """A picture of the network, by the name it has on its page."""

    def read(desk: Desk, options: Options) -> Table:
        _require(desk, Permission.SEE_NETWORK_FIGURES)
        return network_pictures(desk, read_network(desk))[name].table()

    return read


def _evolution(desk: Desk, options: Options) -> Table:
    if "federation" not in options:
        return _network("evolution")(desk, options)
    read = _federation(desk, options["federation"])
    return federation_pictures(desk, read)["evolution"].table()


def _renewal(desk: Desk, options: Options) -> Table:
    if "federation" in options:
        membership = _federation(desk, options["federation"]).membership
    else:
        _require(desk, Permission.SEE_HOUSEHOLDS)
        membership = read_own_units(desk).membership
    return renewal_picture(membership).table()


def _communes(desk: Desk, options: Options) -> Table:
    choice = map_choice(options.get("decoupage", ""), options.get("mesure", ""))
    figures = map_figures(desk, choice.division)
    return commune_picture(figures, choice.measure, desk.year).table()


def _provinces(desk: Desk, options: Options) -> Table:
    choice = map_choice(options.get("decoupage", ""), options.get("mesure", ""))
    figures = map_figures(desk, choice.division)
    return province_picture(figures, choice.measure, choice.division, desk.year).table()


def _facilities(desk: Desk, options: Options) -> Table:
    area = None
    if "federation" in options:
        read = _federation(desk, options["federation"])
        area = read.area
    cells = facility_cells(desk.on_date, commune_ids=area)
    return facilities_picture(cells).table()


def _expenses(desk: Desk, options: Options) -> Table:
    _require(desk, Permission.SEE_EXPENSES)
    spent = latest_expenses(desk.actor.tenant_id, desk.year)
    # The page shows the year before where this one has none, and its file is of that year.
    if spent is None or spent.year != desk.year:
        raise NotFound(f"Aucune dépense n’est inscrite pour {desk.year}.")
    return expenses_picture(spent).table()


def _units(desk: Desk, options: Options) -> Table:
    return units_table(_federation(desk, options.get("federation", "")))


def _unit(desk: Desk, options: Options) -> Table:
    unit, _ = find_unit(desk, _number(options, "unite"))
    counts = tenant_counts(desk, unit.tenant_id, [unit.pk])
    return unit_year_picture(desk, unit, counts).table()


SOURCES: dict[str, Source] = {
    "evolution": _evolution,
    "menages": _network("menages"),
    "beneficiaires": _network("beneficiaires"),
    "taux": _network("taux"),
    "communes": _communes,
    "provinces": _provinces,
    "formations-sanitaires": _facilities,
    "depenses": _expenses,
    "renouvellement": _renewal,
    "unites": _units,
    "unite": _unit,
}
