"""A federation's pages: its manager's Monday morning, and its auditor's reading room."""

from dataclasses import dataclass
from typing import Any

from claims.selectors.orders import terms_near
from conamus.charts.picture import Picture
from conamus.kernel.figures import format_integer, format_rate
from conamus.portal.boards.parts import (
    KeyFigure,
    Row,
    Writer,
    downloadable,
    is_before_register,
    membership_figures,
    registers_part,
    without_a_number,
    writer_for,
)
from conamus.portal.desk import Desk
from conamus.portal.figures import (
    Evolution,
    Standing,
    evolution,
    membership_by_unit,
    standing_of,
)
from conamus.portal.linked import link_years
from conamus.portal.links import address, list_sentence
from conamus.portal.pictures import brief, evolution_picture, renewal_picture
from conamus.portal.selectors.network import (
    UnitLine,
    closed_unit_lines,
    past_counts,
    tenant_counts,
    unit_lines,
)
from conamus.portal.selectors.places import Division
from conamus.portal.selectors.registers import people_by_role
from conamus.portal.selectors.waiting import tally
from conamus.portal.sorting import SortKey, sort_groups, sort_key_of
from conamus.portal.tasks import decline_tasks, manager_tasks, most_pressing_first
from federations.models import Federation
from federations.rules.units import without_parents
from federations.selectors.places import carried
from membership.filters.households import ENROLLED
from prudential.rules.annual_figures import Membership

COLUMNS = (
    ("nom", "Unité", ""),
    ("avant", "Ménages {before}", "num"),
    ("menages", "Ménages {year}", "num"),
    ("croissance", "Croissance", "num"),
    ("retention", "Fidélisation", "num"),
    ("personnes", "Bénéficiaires", "num"),
)


#: A longer table is cut on the home page, and whole on the page of figures.
MOST_UNITS = 15
#: Invoices near their term on the home page; « Échéances » has them all.
MOST_INVOICES = 5


@dataclass(frozen=True, slots=True)
class OneFederation:
    """A federation, read once for a page."""

    federation: Federation
    units: list[UnitLine]
    membership: Membership
    evolution: Evolution
    writer: Writer
    standing: Standing

    @property
    def area(self) -> frozenset[int]:
        """The communes that its zones d'action name, of either division."""
        return frozenset().union(*(unit.commune_ids for unit in self.units))

    @property
    def insuring(self) -> int:
        """How many units insure: a mutuelle made of sections counts by these."""
        parents = [unit.parent for unit in self.units]
        return len(without_parents([unit.key for unit in self.units], parents))


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading: what it says, and the address that sorts by it."""

    label: str
    css: str
    url: str
    sorted: str


def read_federation(desk: Desk, federation: Federation) -> OneFederation:
    """Read a federation's figures: three queries."""
    units = unit_lines(federation.pk, desk.on_date)
    counts = tenant_counts(desk, federation.pk)
    shown = [count for count in counts if count.year in (desk.before, desk.year)]
    closed = closed_unit_lines(federation.pk, desk.on_date, shown, units)
    names = {federation.pk: brief(federation.short_name)}
    return OneFederation(
        federation=federation,
        units=units,
        membership=membership_by_unit(desk.year, [*units, *closed], counts),
        evolution=evolution(past_counts(desk, [federation.pk]), counts, names, desk.latest_year),
        writer=writer_for(desk, counts),
        standing=standing_of(desk.year, counts),
    )


def manager(desk: Desk, federation: Federation, sort: str) -> dict[str, Any]:
    """Monday morning: what waits first, then the federation's own figures."""
    read = read_federation(desk, federation)
    counted = tally(desk)
    found = manager_tasks(counted, activity_year=desk.last_activity_year)
    shrunk = decline_tasks(read.membership, unit_urls(read.membership))
    return {
        **home_part(desk, read, sort),
        "tasks": most_pressing_first([*found, *shrunk]),
        "invoices": terms_near(desk.actor, desk.today, MOST_INVOICES),
        "people": people_by_role(federation.pk, desk.today),
        **registers_part(desk),
    }


def auditor(desk: Desk, federation: Federation, sort: str) -> dict[str, Any]:
    """The auditor's page at a federation: its figures and the registers, to read."""
    read = read_federation(desk, federation)
    return {**home_part(desk, read, sort), **registers_part(desk)}


def home_part(desk: Desk, read: OneFederation, sort: str) -> dict[str, Any]:
    """Return the figures for the home page: of the units, those that grow least first."""
    shown = figures_part(desk, read, sort_key_of(sort, "croissance"))
    rows = shown["rows"]
    return {
        **shown,
        "rows": rows[:MOST_UNITS],
        "all_units": len(rows) if len(rows) > MOST_UNITS else 0,
        "figures_url": address("federation_figures", read.federation.code),
    }


def figures_part(desk: Desk, read: OneFederation, order: SortKey) -> dict[str, Any]:
    """Return the figures of a federation, its table of units and its pictures."""
    membership = read.membership
    code = read.federation.code
    return {
        "title": f"{read.federation.short_name} en {desk.year}",
        "state": state_of(membership, read.standing),
        "figures": [
            *membership_figures(membership, read.writer, _urls(desk, code)),
            *_directory_figures(desk, read),
        ],
        "headings": headings(order, desk),
        "rows": unit_rows(desk, read, order),
        "total": read.writer.row(membership, "Ensemble"),
        "pictures": federation_pictures(desk, read),
        "standing": read.standing.value,
        "year": str(desk.year),
        "before": str(desk.before),
    }


def _urls(desk: Desk, code: str) -> dict[str, str]:
    asked = {"enrolment": ENROLLED}
    own = address("households", **asked) if desk.sees_own(desk.actor.tenant_id) else ""
    page = address("federation_figures", code)
    return {"households": own or f"{page}#unites", "people": own, "rates": f"{page}#unites"}


def _directory_figures(desk: Desk, read: OneFederation) -> list[KeyFigure]:
    if is_before_register(desk, read.standing):
        labels = ("Mutuelles et sections", "Communes couvertes")
        return [KeyFigure(label=label, value=format_integer(None)) for label in labels]
    [communes] = carried([read.area], Division.UNTIL_2025)
    return [
        KeyFigure(
            label="Mutuelles et sections",
            value=format_integer(read.insuring),
            url=address("units", federation=read.federation.pk),
        ),
        KeyFigure(
            label="Communes couvertes",
            value=format_integer(len(communes)),
            note="dans les zones d’action, découpage d’avant mi-2025",
            url=address("network_map"),
        ),
    ]


def federation_pictures(desk: Desk, read: OneFederation) -> dict[str, Picture]:
    """Return the evolution and what became of last year's households."""
    code = read.federation.code
    pictures: dict[str, Picture] = {
        "evolution": downloadable(_evolution(desk, read), "evolution", desk, federation=code)
    }
    if read.membership.before.households:
        pictures["renewal"] = downloadable(
            renewal_picture(read.membership), "renouvellement", desk, federation=code
        )
    return pictures


def _evolution(desk: Desk, read: OneFederation) -> Picture:
    """Return the curve, the year in use linked to its households, or else to its units."""
    units = f"{address('federation_figures', read.federation.code)}#unites"
    if desk.sees_own(read.federation.pk):
        units = address("households", enrolment=ENROLLED)
    urls = dict.fromkeys(read.evolution.series, units)
    return link_years(evolution_picture(read.evolution), str(desk.year), urls)


def unit_urls(membership: Membership) -> dict[int, str]:
    """Return the address of each unit's figures, closed ones included."""
    return {group.key: address("unit_figures", group.key) for group in membership.groups}


def unit_rows(desk: Desk, read: OneFederation, order: SortKey) -> list[Row]:
    """Return the table of units, sorted."""
    writer, urls = read.writer, unit_urls(read.membership)
    groups = sort_groups(read.membership.groups, order)
    return [writer.row(group, group.name, urls[group.key]) for group in groups]


def headings(order: SortKey, desk: Desk) -> list[Heading]:
    """Return the headings of the table of units, each with the address that sorts by it.

    Numbers are first sorted from the greatest down, names from A.
    """
    made = []
    for column, label, css in COLUMNS:
        first = SortKey(column, column != "nom")
        chosen = order.column == column
        following = SortKey(column, not order.backwards) if chosen else first
        made.append(
            Heading(
                label=label.format(year=desk.year, before=desk.before),
                css=css,
                url=f"?tri={following.text}#unites",
                sorted=("descending" if order.backwards else "ascending") if chosen else "",
            )
        )
    return made


def state_of(membership: Membership, standing: Standing) -> str:
    """Say in one sentence where a group of units stands."""
    now = membership.now
    if standing is not Standing.NUMBER:
        return without_a_number(standing, membership.year)
    parts = [f"{format_integer(now.households)} ménages assurés"]
    if membership.retention is not None:
        rate = format_rate(membership.retention, 0)
        parts.append(f"{rate} des ménages de {membership.year - 1} réinscrits")
    empty = sum(group.now.households == 0 for group in membership.groups)
    if empty:
        parts.append(f"{empty} unités sans adhésion")
    return f"{list_sentence(parts)}."
