"""The home pages of those who look at the whole network: CONAMUS, its adviser, the regulator."""

from dataclasses import dataclass
from typing import Any

from conamus.charts.picture import Picture
from conamus.kernel.figures import format_integer, format_rate
from conamus.portal.boards.parts import (
    KeyFigure,
    Writer,
    downloadable,
    federation_rows,
    is_before_register,
    masked,
    membership_figures,
    registers_part,
    regulator_note,
    without_a_number,
    writer_for,
)
from conamus.portal.desk import Desk
from conamus.portal.figures import (
    Evolution,
    Standing,
    evolution,
    membership_by_federation,
    standing_of,
)
from conamus.portal.linked import (
    all_facilities,
    link_rows,
    link_years,
)
from conamus.portal.links import address
from conamus.portal.maps import CommuneFigure, Measure, commune_figures, known_or_not
from conamus.portal.pictures import (
    NETWORK,
    commune_picture,
    evolution_picture,
    households_picture,
)
from conamus.portal.selectors.network import (
    FederationLine,
    federations,
    network_counts,
    past_counts,
)
from conamus.portal.selectors.places import Division, network_communes
from conamus.portal.selectors.registers import (
    FacilityCell,
    facility_cells,
    latest_activities,
)
from conamus.portal.selectors.waiting import tally
from conamus.portal.tasks import decline_tasks, manager_tasks, most_pressing_first
from prudential.rules.annual_figures import Membership, ratio


@dataclass(frozen=True, slots=True)
class Network:
    """The whole network, read once for a page."""

    federations: list[FederationLine]
    membership: Membership
    evolution: Evolution
    facilities: list[FacilityCell]
    writer: Writer
    standing: Standing

    @property
    def codes(self) -> dict[int, str]:
        """Each federation's code, by its key."""
        return {line.key: line.code for line in self.federations}

    @property
    def zones(self) -> list[frozenset[int]]:
        """Each federation's communes."""
        return [line.communes for line in self.federations]

    @property
    def covered(self) -> int:
        """How many communes are in a zone d'action."""
        return len(frozenset().union(*self.zones))


def read_network(desk: Desk) -> Network:
    """Read the network's figures: five queries. Its communes are those of before mid-2025."""
    lines = federations(desk.on_date, Division.UNTIL_2025)
    counts = network_counts(desk)
    names = {line.key: line.short_name for line in lines}
    return Network(
        federations=lines,
        membership=membership_by_federation(desk.year, lines, counts),
        evolution=evolution(past_counts(desk, list(names)), counts, names, desk.latest_year),
        facilities=facility_cells(desk.on_date),
        writer=writer_for(desk, counts),
        standing=standing_of(desk.year, counts),
    )


def confederation(desk: Desk) -> dict[str, Any]:
    """The director's page: the network on one page, what waits, who is in trouble."""
    network = read_network(desk)
    return {
        **_network_part(desk, network),
        "tasks": _tasks(desk, network),
        **registers_part(desk),
    }


def adviser(desk: Desk) -> dict[str, Any]:
    """The medical adviser's page: the network's figures and facilities, no money."""
    network = read_network(desk)
    return {
        **_network_part(desk, network),
        "activities": latest_activities(desk.actor.tenant_id, desk.year),
    }


def regulator(desk: Desk) -> dict[str, Any]:
    """The regulator's page: aggregates only, small groups hidden, nobody's name."""
    return {**_network_part(desk, read_network(desk)), "masking_note": regulator_note(desk)}


def _network_part(desk: Desk, network: Network) -> dict[str, Any]:
    membership, writer = network.membership, network.writer
    figures = communes_of_network(desk, network)
    made: dict[str, tuple[str, Picture]] = {
        "evolution": ("evolution", network_evolution(desk, network)),
        "households": ("menages", network_households(network)),
        "communes": ("communes", commune_picture(figures, Measure.HOUSEHOLDS, desk.year)),
        "facilities": ("formations-sanitaires", all_facilities(desk, network.facilities)),
    }
    pictures = {key: downloadable(one, name, desk) for key, (name, one) in made.items()}
    return {
        "title": "Le réseau en " + str(desk.year),
        "state": network_state(network),
        "figures": [
            *membership_figures(membership, writer, _urls(desk)),
            *directory_figures(desk, network, len(figures)),
        ],
        "rows": federation_rows(membership, writer, network.codes),
        "before": str(desk.before),
        "pictures": pictures,
        "standing": network.standing.value,
        "year": str(desk.year),
    }


def network_evolution(desk: Desk, network: Network) -> Picture:
    """Return the curves by federation, the year in use linked to each one's units."""
    units = {
        line.short_name: address("federation_figures", line.code) for line in network.federations
    }
    units[NETWORK] = f"{address('network_figures')}#federations"
    past = f"{address('network_figures')}#passe"
    return link_years(evolution_picture(network.evolution), str(desk.year), units, past)


def network_households(network: Network) -> Picture:
    """Return the households by federation, each linked to its units."""
    picture = masked(households_picture(network.membership), network.writer)
    return link_rows(picture, federation_urls(network))


def federation_urls(network: Network) -> list[str]:
    """Return where each federation's figures by unit are, in the order of the pictures."""
    return [
        f"{address('federation_figures', network.codes[group.key])}#unites"
        for group in network.membership.groups
    ]


def communes_of_network(desk: Desk, network: Network) -> list[CommuneFigure]:
    """Return the network by commune of the division until mid-2025."""
    communes = network_communes(desk, Division.UNTIL_2025)
    return known_or_not(commune_figures(communes, network.zones))


def _urls(desk: Desk) -> dict[str, str]:
    figures = address("network_figures")
    return {
        "households": f"{figures}#menages",
        "people": f"{figures}#beneficiaires",
        "rates": f"{figures}#taux",
    }


def directory_figures(desk: Desk, network: Network, communes_in_all: int) -> list[KeyFigure]:
    """Return the key figures of the directory: units, communes, facilities.

    Of a year before the register they are not known: its opening dates are generated.
    """
    if is_before_register(desk, network.standing):
        labels = ("Mutuelles et sections", "Communes couvertes", "Formations sanitaires")
        return [KeyFigure(label=label, value=format_integer(None)) for label in labels]
    share = ratio(network.covered, communes_in_all)
    return [
        KeyFigure(
            label="Mutuelles et sections",
            value=format_integer(network.membership.units),
            note=f"dans {len(network.federations)} fédérations",
            url=address("units"),
        ),
        KeyFigure(
            label="Communes couvertes",
            value=f"{network.covered} sur {communes_in_all}",
            note=f"{format_rate(share, 0)} des communes du découpage d’avant mi-2025",
            url=address("network_map", mesure=Measure.COVERAGE),
        ),
        KeyFigure(
            label="Formations sanitaires",
            value=format_integer(sum(cell.count for cell in network.facilities)),
            note="conventionnées",
            url=address("facilities", on=desk.on_date),
        ),
    ]


def network_state(network: Network) -> str:
    """Say in one sentence where the network stands."""
    membership = network.membership
    if network.standing is not Standing.NUMBER:
        return without_a_number(network.standing, membership.year)
    rates = [group.growth for group in membership.groups if group.growth is not None]
    growing = sum(rate > 0 for rate in rates)
    households = format_integer(membership.now.households)
    people = network.writer.count(membership.now.people)
    trend = f" ; {growing} fédérations sur {len(rates)} progressent" if rates else ""
    return f"{households} ménages assurés, {people} bénéficiaires{trend}."


def _tasks(desk: Desk, network: Network) -> list[Any]:
    urls = {key: address("federation_figures", code) for key, code in network.codes.items()}
    found = manager_tasks(tally(desk), activity_year=desk.last_activity_year)
    return most_pressing_first([*found, *decline_tasks(network.membership, urls)])
