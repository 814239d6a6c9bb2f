"""The portal's pictures: which figures each one shows, in which form, with which notes.

Pure: figures in, a picture of `conamus.charts` out. The drawing, the table under it and
the download are the picture's own; the address of its download is put on by the page.
"""

from collections.abc import Sequence
from fractions import Fraction

from conamus.charts.bands import Band, nice_bands
from conamus.charts.bars import BarChart
from conamus.charts.formats import COUNT, MASKED, PERCENT, Format
from conamus.charts.lines import Break, LineChart
from conamus.charts.outline import Level, OutlineMap, province_names
from conamus.charts.palette import federation_color
from conamus.charts.picture import Cell, Picture, Series
from conamus.charts.shares import ShareChart, share_of
from conamus.charts.tiles import Tile, TileGroup, TileMap
from conamus.kernel.figures import format_integer
from conamus.portal.figures import Evolution
from conamus.portal.maps import CommuneFigure, Measure, provinces_of
from conamus.portal.selectors.registers import FacilityCell, YearExpenses
from federations.models import HealthFacility, Place
from federations.rules.activities import OWN_RESOURCES
from prudential.rules.annual_figures import Group, Membership

#: Breaks of published series that are known, by the promoter who published.
KNOWN_BREAKS = {
    "MEMISA": Break(after="2018", caption="en 2019, MEMISA compte aussi Muyinga"),
}
NETWORK = "Réseau"
SECTIONS = "Sections publiées"
HOUSEHOLDS = "Ménages"
PAST_SOURCE = "2013–2019 : PAMUSAB, rapport 2019, par promoteur ; ensuite, adhésions inscrites"
LEVELS: dict[Place.Division, Level] = {
    Place.Division.UNTIL_2025: "provinces_18",
    Place.Division.SINCE_2025: "provinces_5",
}


def evolution_picture(shown: Evolution) -> LineChart:
    """Households by year: a curve per federation and, for several, their sum."""
    several = len(shown.series) > 1
    series = [
        Series(name, values, brief(name), color=federation_color(name) if several else "")
        for name, values in shown.series.items()
    ]
    masked = set(shown.hidden)
    if several:
        series.insert(0, Series(NETWORK, shown.total, color="#1f2421"))
        masked |= {(NETWORK, year) for year in shown.hidden_years}
    breaks = tuple(
        one
        for promoter, one in KNOWN_BREAKS.items()
        if promoter in shown.promoters and one.after in shown.years
    )
    return LineChart(
        title="Ménages assurés par année mutualiste",
        unit="ménages",
        categories=shown.years,
        series=tuple(series),
        breaks=breaks,
        source=PAST_SOURCE if shown.promoters else "",
        masked=frozenset(masked),
        beside=((SECTIONS, _published_sections(shown)),) if shown.promoters else (),
    )


def _published_sections(shown: Evolution) -> tuple[Cell, ...]:
    """The published sections by year; a counted year has its own, which nobody published."""
    return tuple(
        sections if sections is not None or shown.is_gap(place) else "—"
        for place, sections in enumerate(shown.sections)
    )


def households_picture(membership: Membership) -> BarChart:
    """Households by federation and sex of the head."""
    groups = membership.groups
    return BarChart(
        title=f"Ménages assurés en {membership.year}, par sexe du chef de ménage",
        unit="ménages",
        axis="Fédération",
        categories=_names(groups),
        series=(
            Series("Chef homme", tuple(g.now.male_heads for g in groups), "hommes"),
            Series("Cheffe femme", tuple(g.now.female_heads for g in groups), "femmes"),
        ),
    )


def people_picture(membership: Membership) -> BarChart:
    """Beneficiaries by federation and sex."""
    groups = membership.groups
    return BarChart(
        title=f"Bénéficiaires en {membership.year}, par sexe",
        unit="personnes",
        axis="Fédération",
        categories=_names(groups),
        series=(
            Series("Hommes", tuple(g.now.males for g in groups), "hommes"),
            Series("Femmes", tuple(g.now.females for g in groups), "femmes"),
        ),
    )


def rates_picture(membership: Membership) -> BarChart:
    """Growth and retention by group."""
    groups = membership.groups
    return BarChart(
        title=f"Croissance et fidélisation des ménages, {membership.year - 1} à {membership.year}",
        axis="Fédération",
        format=PERCENT,
        categories=_names(groups),
        series=(
            Series("Croissance", tuple(g.growth for g in groups)),
            Series("Fidélisation", tuple(g.retention for g in groups)),
        ),
        note=(
            "Croissance : ménages en plus, rapportés à ceux de l’année d’avant. Fidélisation :"
            " ménages de l’année d’avant qui sont de nouveau assurés."
        ),
    )


def _names(groups: Sequence[Group]) -> tuple[str, ...]:
    return tuple(brief(group.short_name) for group in groups)


def facilities_picture(cells: Sequence[FacilityCell]) -> ShareChart:
    """Contracted facilities by type, cut by ownership."""
    counts = {(cell.facility_type, cell.ownership): cell.count for cell in cells}
    types = facility_types(cells)
    return ShareChart(
        title="Formations sanitaires conventionnées",
        unit="formations sanitaires",
        axis="Type",
        categories=tuple(capital(t.label) for t in types),
        series=tuple(
            Series(capital(o.label), tuple(counts.get((t.value, o.value), 0) for t in types))
            for o in HealthFacility.Ownership
        ),
        absolute=True,
    )


def facility_types(cells: Sequence[FacilityCell]) -> list[HealthFacility.Type]:
    """Return the types that occur, in the register's order: the picture's rows."""
    found = {cell.facility_type for cell in cells}
    return [one for one in HealthFacility.Type if one in found]


def expenses_picture(spent: YearExpenses) -> Picture:
    """Expenses by heading, cut by funder."""
    headings, funders = spent.headings, spent.funders
    amounts = {(one.heading_code, one.funder_id): one.amount_francs for one in spent.sums}
    return ShareChart(
        title=f"Dépenses de {spent.year} par rubrique et bailleur",
        unit="FBu",
        axis="Rubrique",
        categories=tuple(headings.values()),
        series=tuple(
            Series(name or OWN_RESOURCES, tuple(amounts.get((h, key), 0) for h in headings))
            for key, name in funders.items()
        ),
        absolute=True,
    )


def renewal_picture(membership: Membership) -> ShareChart:
    """Last year's households: those that came back, and those that did not."""
    renewed, before = membership.renewed, membership.before.households
    lost = None if renewed is None or before is None else max(before - renewed, 0)
    return ShareChart(
        title=f"Ce que sont devenus les {format_integer(before)} ménages de {membership.year - 1}",
        unit="ménages",
        series=share_of({"Réinscrits": renewed, "Pas encore réinscrits": lost}),
        categories=(str(membership.year - 1),),
    )


def province_picture(
    figures: Sequence[CommuneFigure], measure: Measure, division: Place.Division, year: int
) -> OutlineMap:
    """The map by province, with values written on it."""
    level = LEVELS[division]
    known = set(province_names(level))
    provinces = [province for province in provinces_of(figures) if province.name in known]
    values = tuple((province.name, province.value(measure)) for province in provinces)
    return OutlineMap(
        title=_map_title(measure, "province", year),
        unit="communes couvertes" if measure is Measure.COVERAGE else measure.unit,
        format=PERCENT if measure is Measure.COVERAGE else households_format(figures),
        level=level,
        values=values,
        bands=_rate_bands() if measure is Measure.COVERAGE
        else _household_bands([one.households for one in provinces]),
    )  # fmt: skip


def commune_picture(figures: Sequence[CommuneFigure], measure: Measure, year: int) -> TileMap:
    """The map by commune: a tile each, in blocks by province."""
    groups: dict[str, list[Tile]] = {}
    for one in figures:
        groups.setdefault(one.province, []).append(Tile(one.name, one.value(measure)))
    values = [one.value(measure) for one in figures]
    return TileMap(
        title=_map_title(measure, "commune", year),
        unit=measure.unit,
        format=COUNT if measure is Measure.COVERAGE else households_format(figures),
        groups=tuple(TileGroup(name, tuple(tiles)) for name, tiles in groups.items()),
        bands=_presence_bands() if measure is Measure.COVERAGE else _household_bands(values),
    )


def households_format(figures: Sequence[CommuneFigure]) -> Format:
    """What is missing on a map is hidden from the reader, or not known of the whole year."""
    return Format(missing=MASKED) if any(one.is_hidden for one in figures) else COUNT


def _map_title(measure: Measure, level: str, year: int) -> str:
    return f"{measure.label} par {level}, {year}"


def _rate_bands() -> tuple[Band, ...]:
    return (
        Band("aucune commune", None, Fraction(1, 1000)),
        Band("moins de la moitié", Fraction(1, 1000), Fraction(1, 2)),
        Band("la moitié ou plus", Fraction(1, 2), Fraction(1)),
        Band("toutes", Fraction(1), None),
    )


def _presence_bands() -> tuple[Band, ...]:
    return (
        Band("aucune fédération", None, 1, "0"),
        Band("une fédération", 1, 2, "1"),
        Band("deux fédérations", 2, 3, "2"),
        Band("trois ou plus", 3, None, "3"),
    )


def _household_bands(values: Sequence[int | None]) -> tuple[Band, ...]:
    """No household apart: a commune without any is another thing than one with few."""
    some = [value for value in values if value]
    if not some:
        return (Band("aucun ménage", None, None, "0"),)
    first, *others = nice_bands(some, COUNT)
    if 0 not in values:
        return (first, *others)
    return (
        Band("aucun ménage", None, 1, "0"),
        Band(first.label, 1, first.high),
        *others,
    )


def unit_picture(name: str, years: Sequence[int], households: Sequence[int | None]) -> LineChart:
    """One unit's households by mutualist year."""
    return LineChart(
        title=f"Ménages assurés, {name}",
        unit="ménages",
        categories=tuple(str(year) for year in years),
        series=(Series(HOUSEHOLDS, tuple(households)),),
        # A year without any count is not among them.
        masked=frozenset(
            (HOUSEHOLDS, str(year))
            for year, count in zip(years, households, strict=True)
            if count is None
        ),
    )


def brief(name: str) -> str:
    """Return the first part of a federation's short name, for the edge of a picture.

    >>> brief("MUNASA-Twitwararikane"), brief("Twiteho Amagara Yacu")
    ('MUNASA', 'Twiteho')
    """
    return name.split("-")[0].split(" ")[0]


def capital(text: str) -> str:
    """Return the text with a capital first letter, the rest as it is.

    >>> capital("centre de santé (CDS)")
    'Centre de santé (CDS)'
    """
    return text[:1].upper() + text[1:]
