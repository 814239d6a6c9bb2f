"""The pages « Chiffres »: the network, one federation, one unit, the map."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from conamus.charts.formats import COUNT, MASKED, Format
from conamus.charts.picture import Picture, Table
from conamus.kernel.errors import NotAllowed, NotFound
from conamus.kernel.figures import NOT_KNOWN, format_integer, format_rate
from conamus.portal.boards.federation import (
    OneFederation,
    figures_part,
    read_federation,
)
from conamus.portal.boards.network import (
    Network,
    federation_urls,
    network_evolution,
    network_households,
    network_state,
    read_network,
)
from conamus.portal.boards.parts import (
    KeyFigure,
    Writer,
    downloadable,
    federation_rows,
    masked,
    regulator_note,
    writer_for,
)
from conamus.portal.desk import Desk
from conamus.portal.figures import membership_by_unit
from conamus.portal.linked import link_communes, link_rows, link_years
from conamus.portal.links import address
from conamus.portal.maps import (
    CommuneFigure,
    Measure,
    commune_figures,
    known_or_not,
    provinces_of,
    sum_known,
)
from conamus.portal.pictures import (
    HOUSEHOLDS,
    commune_picture,
    people_picture,
    province_picture,
    rates_picture,
    unit_picture,
)
from conamus.portal.selectors.network import (
    UnitLine,
    closed_unit_lines,
    federations,
    own_unit_lines,
    past_counts,
    tenant_counts,
    unit_lines,
)
from conamus.portal.selectors.places import (
    Division,
    network_communes,
    own_communes,
)
from conamus.portal.sorting import sort_key_of
from federations.models import Federation, Unit
from federations.rules.roles import Permission
from federations.selectors.places import carried
from federations.selectors.units import visible_unit_ids
from membership.filters.households import ENROLLED
from membership.rules.insured import InsuredCount, total_insured
from prudential.rules.annual_figures import Group


def network_detail(desk: Desk) -> dict[str, Any]:
    """Every figure of the network, each picture with its table and its data."""
    network = read_network(desk)
    return {
        "title": f"Chiffres du réseau, {desk.year}",
        "state": network_state(network),
        "rows": federation_rows(network.membership, network.writer, network.codes),
        "pictures": network_pictures(desk, network),
        "mean_retention": format_rate(network.membership.mean_retention),
        "retention": format_rate(network.membership.retention),
        "past": past_table(desk),
        "masking_note": regulator_note(desk),
        "year": str(desk.year),
        "before": str(desk.before),
    }


def network_pictures(desk: Desk, network: Network) -> dict[str, Picture]:
    """Return the network's pictures by the name of their data."""
    membership, writer, urls = network.membership, network.writer, federation_urls(network)
    made: dict[str, Picture] = {
        "evolution": network_evolution(desk, network),
        "menages": network_households(network),
        "beneficiaires": link_rows(masked(people_picture(membership), writer), urls),
        "taux": link_rows(masked(rates_picture(membership), writer, of_two_years=True), urls),
    }
    return {name: downloadable(picture, name, desk) for name, picture in made.items()}


def past_table(desk: Desk) -> Table:
    """Return the published past years: promoter, year, sections, households."""
    rows = tuple(
        (
            one.promoter,
            one.label,
            one.sections,
            MASKED if one.households is None else one.households,
            one.source,
        )
        for one in past_counts(desk)
    )
    return Table(("Promoteur", "Année mutualiste", "Sections", "Ménages", "Source"), rows)


@dataclass(frozen=True, slots=True)
class MapChoice:
    """What a map shows: which division, which measure."""

    division: Division
    measure: Measure


def map_choice(division: str, measure: str) -> MapChoice:
    """Read a map's choice from an address; anything unknown means the first of each."""
    chosen = Division(division) if division in Division.values else Division.UNTIL_2025
    known = [one.value for one in Measure]
    return MapChoice(chosen, Measure(measure) if measure in known else Measure.HOUSEHOLDS)


def network_map(desk: Desk, choice: MapChoice) -> dict[str, Any]:
    """The map by province and by commune, of the network or of one's own communes."""
    figures = map_figures(desk, choice.division)
    options = {"decoupage": choice.division.value, "mesure": choice.measure.value}
    year, measure = desk.year, choice.measure
    provinces = province_picture(figures, measure, choice.division, year)
    if not desk.sees_network:
        provinces = replace(provinces, note=OUTSIDE_NOTE)
    tiles: Picture = commune_picture(figures, measure, year)
    if _lists_households(desk, choice):
        tiles = link_communes(tiles, figures)
    return {
        "title": "Carte du réseau" if desk.sees_network else "Carte de vos communes",
        "state": _map_state(figures, year),
        "provinces": downloadable(provinces, "provinces", desk, **options),
        "communes": downloadable(tiles, "communes", desk, **options),
        "divisions": _switch("decoupage", _DIVISIONS, options),
        "measures": _switch("mesure", _MEASURES, options),
        "is_since": choice.division == Division.SINCE_2025,
        "masking_note": regulator_note(desk),
        "year": str(year),
    }


def _lists_households(desk: Desk, choice: MapChoice) -> bool:
    """The list of households is filtered by commune of the new division, for one's own."""
    return (
        choice.division == Division.SINCE_2025
        and choice.measure is Measure.HOUSEHOLDS
        and not desk.sees_network
    )


KEPT_NOTE = (
    "Réinscrits, fidélisation : ménages de l’unité l’année d’avant, réinscrits dans cette unité ou"
    " dans celle qui l’a remplacée."
)
OUTSIDE_NOTE = "Ici, n.d. : province où vous ne travaillez pas."
_DIVISIONS = (
    (Division.UNTIL_2025.value, "18 provinces, 119 communes (jusqu’à mi-2025)"),
    (Division.SINCE_2025.value, "5 provinces, 42 communes (depuis)"),
)
_MEASURES = tuple((one.value, one.label) for one in Measure)


@dataclass(frozen=True, slots=True)
class Choice:
    """One side of a switch."""

    label: str
    url: str
    is_current: bool


def _switch(name: str, choices: Sequence[tuple[str, str]], options: dict[str, str]) -> list[Choice]:
    return [
        Choice(label, address("network_map", **{**options, name: value}), options[name] == value)
        for value, label in choices
    ]


def map_figures(desk: Desk, division: Division) -> list[CommuneFigure]:
    """Return the communes that the reader may see, with their figures."""
    if not (desk.sees_network or desk.may(Permission.SEE_HOUSEHOLDS)):
        raise NotAllowed(f"Votre rôle, {desk.role.label}, ne donne pas de carte chiffrée.")
    if desk.sees_network:
        zones = [line.communes for line in federations(desk.on_date, division)]
        return known_or_not(commune_figures(network_communes(desk, division), zones))
    return _own_map(desk, division)


def _own_map(desk: Desk, division: Division) -> list[CommuneFigure]:
    """Return the communes of the provinces in which one's own units work."""
    units = own_unit_lines(desk)
    unit_ids = None if desk.actor.unit_id is None else [unit.key for unit in units]
    zone = frozenset().union(*(unit.commune_ids for unit in units))
    communes = own_communes(desk, division, unit_ids)
    found = known_or_not(commune_figures(communes, carried([zone], division)))
    own = {one.province for one in found if one.federations or one.households}
    return [one for one in found if one.province in own]


def _map_state(figures: Sequence[CommuneFigure], year: int) -> str:
    provinces = provinces_of(figures)
    covered = sum(one.covered for one in provinces)
    said = f"{covered} communes couvertes sur {len(figures)}"
    households = sum_known(one.households for one in figures)
    if households is None:
        return f"{said} ; les ménages de {year} ne sont pas tous connus."
    return (
        f"{said} ; {format_integer(households)} ménages assurés en {year},"
        " comptés là où ils habitent."
    )


def federation_detail(desk: Desk, code: str, sort: str) -> dict[str, Any]:
    """One federation's figures by unit: one's own, or what CONAMUS may see of it."""
    federation = Federation.objects.filter(
        code__iexact=code, kind=Federation.Kind.FEDERATION
    ).first()
    if federation is None:
        raise NotFound("Cette fédération n’existe pas.")
    desk.require_figures_of(federation.pk)
    read = read_federation(desk, federation)
    return {
        **figures_part(desk, read, sort_key_of(sort)),
        "federation": federation,
        "masking_note": regulator_note(desk),
        "units_url": address("chart_data", "unites", "csv", annee=desk.year, federation=code),
        "units_xlsx_url": address("chart_data", "unites", "xlsx", annee=desk.year, federation=code),
    }


def units_table(read: OneFederation) -> Table:
    """Return a federation's units with their counts and rates."""
    membership = read.membership
    codes = {unit.key: unit for unit in read.units}
    rows = tuple(
        (
            codes[group.key].code,
            group.name,
            ", ".join(codes[group.key].communes),
            _of_before(group, group.before.households),
            group.now.households,
            _of_before(group, group.renewed),
            group.now.male_heads,
            group.now.female_heads,
            group.now.males,
            group.now.females,
        )
        for group in membership.groups
    )
    year, writer = membership.year, read.writer
    before = Format(missing=writer.missing(writer.was_counted))
    now = Format(missing=writer.missing(writer.is_counted))
    both = Format(missing=writer.missing(writer.is_counted and writer.was_counted))
    return Table(
        (
            "Code", "Unité", "Communes", f"Ménages {year - 1}", f"Ménages {year}", "Réinscrits",
            "Chefs hommes", "Cheffes femmes", "Bénéficiaires hommes", "Bénéficiaires femmes",
        ),
        rows,
        (COUNT, COUNT, COUNT, before, now, both, *[now] * 4),
    )  # fmt: skip


def _of_before(group: Group, value: int | None) -> int | str | None:
    """Nobody the year before is not known, as on the pages; nor is then who came back."""
    return NOT_KNOWN if group.before.households == 0 else value


def find_unit(desk: Desk, unit_id: int) -> tuple[Unit, UnitLine]:
    """Return an insuring unit whose figures the reader may see."""
    unit, line, _ = _found(desk, unit_id)
    return unit, line


def _found(desk: Desk, unit_id: int) -> tuple[Unit, UnitLine, Sequence[InsuredCount] | None]:
    """Return the unit, and its counts where they had to be asked for: it is closed."""
    unit = Unit.objects.filter(pk=unit_id, kind__in=Unit.INSURING).select_related("tenant").first()
    if unit is None:
        raise NotFound("Cette unité n’assure pas de ménages, ou n’existe pas.")
    desk.require_units_of(unit.tenant_id)
    lines = unit_lines(unit.tenant_id, desk.on_date, unit_ids=[unit_id])
    counts = None
    if not lines:
        counts = tenant_counts(desk, unit.tenant_id, [unit_id])
        lines = closed_unit_lines(unit.tenant_id, desk.on_date, counts, [])
    visible = visible_unit_ids(desk.actor) if desk.sees_own(unit.tenant_id) else None
    if not lines or (visible is not None and unit_id not in visible):
        raise NotFound("Cette unité n’est pas de votre ressort, ou n’était pas ouverte alors.")
    return unit, lines[0], counts


def unit_detail(desk: Desk, unit_id: int) -> dict[str, Any]:
    """One mutuelle's or section's figures, by year."""
    unit, line, counts = _found(desk, unit_id)
    if counts is None:
        counts = tenant_counts(desk, unit.tenant_id, [unit_id])
    (group,) = membership_by_unit(desk.year, [line], counts).groups
    writer = writer_for(desk, counts)
    years = sorted({count.year for count in counts})
    asked = {"unit": unit_id, "enrolment": ENROLLED}
    households = address("households", **asked) if desk.sees_own(unit.tenant_id) else ""
    return {
        "title": f"{unit.name} en {desk.year}",
        "unit": unit,
        "sees_whole": desk.sees_whole(unit.tenant_id),
        "communes": line.communes,
        "row": writer.row(group, unit.name),
        "figures": _unit_figures(group, writer, households),
        "years": [_year_row(year, counts, writer) for year in reversed(years)],
        "renewals_note": _renewals_note([year for year in years if year - 1 not in years]),
        "picture": unit_year_picture(desk, unit, counts) if len(years) > 1 else None,
        "households_url": households,
        "masking_note": regulator_note(desk),
    }


def unit_year_picture(desk: Desk, unit: Unit, counts: Sequence[InsuredCount]) -> Picture:
    """Return one unit's households by year."""
    years = sorted({count.year for count in counts})
    by_year = {
        year: total_insured(count for count in counts if count.year == year) for year in years
    }
    picture = unit_picture(unit.name, years, [by_year[year].households for year in years])
    if desk.sees_own(unit.tenant_id):
        households = address("households", unit=unit.pk, enrolment=ENROLLED)
        picture = link_years(picture, str(desk.year), {HOUSEHOLDS: households})
    return downloadable(picture, "unite", desk, unite=unit.pk)


def _unit_figures(group: Group, writer: Writer, households_url: str) -> list[KeyFigure]:
    row = writer.row(group, "")
    url = households_url
    return [
        KeyFigure(label="Ménages assurés", value=row.households, url=url,
                  trend=f"{row.growth} sur un an" if group.growth is not None else ""),
        KeyFigure(label="Bénéficiaires", value=row.people, url=url),
        KeyFigure(label="Cheffes de ménage", value=row.female_heads),
        KeyFigure(label="Fidélisation", value=row.retention),
    ]  # fmt: skip


def _renewals_note(years: Sequence[int]) -> str:
    """Say who counts as come back, and of which years, following none, it is not known."""
    unknown = (
        f"Réinscrits de {year} : {NOT_KNOWN}, le registre n’a aucun ménage de {year - 1} ici."
        for year in years
    )
    return " ".join([KEPT_NOTE, *unknown])


def _year_row(year: int, counts: Sequence[InsuredCount], writer: Writer) -> dict[str, str]:
    is_before_known = any(count.year == year - 1 for count in counts)
    total = total_insured(count for count in counts if count.year == year)
    return {
        "year": str(year),
        "households": writer.count(total.households),
        "male_heads": writer.count(total.male_heads),
        "female_heads": writer.count(total.female_heads),
        "people": writer.count(total.people),
        "males": writer.count(total.males),
        "females": writer.count(total.females),
        "renewals": writer.count(total.same_unit_renewals) if is_before_known else NOT_KNOWN,
    }
