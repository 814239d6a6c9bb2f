"""Annexes of the yearly report: the series since 2013, communes, units, method, sources."""

from collections.abc import Iterator
from itertools import groupby

from conamus.charts.bands import Band
from conamus.charts.formats import MASKED_NOTE
from conamus.charts.lines import LineChart
from conamus.charts.palette import federation_color
from conamus.charts.picture import Series
from conamus.charts.tiles import Tile, TileGroup, TileMap
from conamus.kernel.figures import NOT_KNOWN, format_date, format_integer
from prudential.documents.blocks import (
    Block,
    Bullets,
    Definitions,
    Figure,
    HeadCell,
    Heading,
    Numbering,
    Paragraph,
    Row,
    Table,
)
from prudential.documents.evolution_part import series_breaks
from prudential.documents.method import AS_RELEASED, definitions
from prudential.documents.words import ENROLMENTS_SOURCE, counted, masked_note, shown
from prudential.rules.annual_facts import ReportFacts, UnitFact
from prudential.rules.evolution import EvolutionRow

#: The column says what it is: its cells need not repeat it.
_CENTRE = "Centre de gestion "
_DEMONSTRATION = (
    "Les personnes, les ménages et leurs lieux de résidence sont fictifs.",
    (
        "Les effectifs de 2025 par fédération et par sexe, les taux, les formations sanitaires par "
        "type et statut, les dépenses de la confédération et les participants à ses activités "
        "reproduisent les chiffres publiés dans le rapport d’activités 2024 de la CONAMUS ; les "
        "années 2013 à 2019, ceux du rapport 2019 de la PAMUSAB."
    ),
    (
        "Ce que ces rapports ne publient pas est généré : la répartition par section, par province "
        "et par commune, des dates, les effectifs de 2024 de plusieurs fédérations."
    ),
)
_COVERED = (Band("non couverte", high=1, sign="·"), Band("couverte", low=1, sign="×"))


# --- A evolution ----------------------------------------------------------------------


def evolution(facts: ReportFacts, numbering: Numbering) -> Iterator[Block]:
    """Yield the households since 2013, with the years that nobody published."""
    yield Paragraph(_evolution_sentence(facts))
    yield _evolution_table(facts, numbering)
    if len(facts.series_groups) > 1:
        yield _evolution_figure(facts, numbering)


def _evolution_sentence(facts: ReportFacts) -> str:
    counted_since = f"À partir de {facts.first_counted_year}, ce sont les adhésions inscrites."
    if not facts.series_sources:
        return f"{counted_since} Aucun chiffre publié des années d’avant n’a été repris."
    carried = (
        " ; la fédération qui a pris leur suite figure en tête de colonne"
        if len(facts.series_groups) > 1
        else ""
    )
    gap = any(row.is_gap for row in facts.series)
    between = " Entre les deux, aucun chiffre n’a été publié." if gap else ""
    return (
        "Les nombres les plus anciens sont ceux que les promoteurs ont publiés"
        f"{carried}. {counted_since}{between}"
    )


def _evolution_table(facts: ReportFacts, numbering: Numbering) -> Table:
    several = len(facts.series_groups) > 1
    head = (
        HeadCell("Année mutualiste", numeric=False),
        *(HeadCell(name) for name in facts.series_groups),
        *([HeadCell("Total")] if several else []),
    )
    marked = {found.label for found in facts.series_breaks}
    rows = [
        Row(
            (
                f"{row.label} *" if row.label in marked else row.label,
                *(
                    shown(value) if is_hidden else format_integer(value)
                    for value, is_hidden in row.cells
                ),
                *([_series_total(row)] if several else []),
            ),
            "gap" if row.is_gap else "",
        )
        for row in facts.series
    ]
    notes = [f"* {found.note} ({found.source})" for found in facts.series_breaks]
    return numbering.table(
        f"Ménages assurés par année mutualiste, {facts.series[0].label} à {facts.series[-1].label}",
        [head],
        rows,
        widths=(15, *(74 // len(facts.series_groups) for _ in facts.series_groups), 11)
        if several
        else (),
        notes=(
            *notes,
            f"{NOT_KNOWN} : donnée non disponible.",
            MASKED_NOTE if any(row.hidden for row in facts.series) else "",
        ),
        source=" ; ".join((*facts.series_sources, ENROLMENTS_SOURCE)),
    )


def _series_total(row: EvolutionRow) -> str:
    return shown(row.total) if row.hidden else format_integer(row.total)


def _evolution_figure(facts: ReportFacts, numbering: Numbering) -> Figure:
    series = tuple(
        Series(name, tuple(row.values[i] for row in facts.series), color=federation_color(name))
        for i, name in enumerate(facts.series_groups)
    )
    return numbering.figure(
        LineChart(
            title="Ménages assurés par fédération depuis 2013",
            unit="ménages",
            categories=tuple(row.label for row in facts.series),
            series=series,
            breaks=series_breaks(facts),
            masked=frozenset(
                (name, row.label)
                for row in facts.series
                for place, name in enumerate(facts.series_groups)
                if place in row.hidden
            ),
            source="tableau ci-dessus",
        )
    )


# --- B coverage -----------------------------------------------------------------------


def coverage(facts: ReportFacts, numbering: Numbering) -> Iterator[Block]:
    """Yield every commune by province, covered or not."""
    yield Paragraph(
        f"Une commune est couverte lorsqu’elle est dans la zone d’action d’une mutuelle ou section "
        f"ouverte au 1er janvier {facts.membership.year}. {facts.division_note}"
    )
    if facts.provinces:
        yield numbering.figure(_coverage_picture(facts))
    rows = [
        Row(
            (
                province.name,
                f"{len(province.covered)} / {province.communes}",
                ", ".join(province.covered) or "—",
                ", ".join(province.uncovered) or "—",
            )
        )
        for province in facts.provinces
    ]
    yield numbering.table(
        "Communes couvertes et non couvertes, par province",
        [
            (
                HeadCell("Province", numeric=False),
                HeadCell("Couvertes"),
                HeadCell("Communes couvertes", numeric=False),
                HeadCell("Communes non couvertes", numeric=False),
            )
        ],
        rows,
        text_columns=(0, 2, 3),
        widths=(16, 12, 44, 28),
        source="zones d’action déclarées",
        is_long=len(rows) > 8,
    )


def _coverage_picture(facts: ReportFacts) -> TileMap:
    groups = tuple(
        TileGroup(
            province.name,
            tuple(
                Tile(name, 1 if name in province.covered else 0)
                for name in sorted((*province.covered, *province.uncovered))
            ),
        )
        for province in facts.provinces
    )
    return TileMap(
        title="Les communes du réseau : un carreau par commune",
        groups=groups,
        bands=_COVERED,
        description=(
            f"{facts.covered_communes} communes couvertes sur {facts.communes} ; "
            "le tableau qui suit les nomme."
        ),
        source="zones d’action déclarées",
    )


# --- C units --------------------------------------------------------------------------


def units(facts: ReportFacts, numbering: Numbering) -> Iterator[Block]:
    """Yield the mutuelles and sections with their zone, centre and insured."""
    head = (
        HeadCell("Mutuelle ou section", numeric=False),
        HeadCell("Zone d’action", numeric=False),
        HeadCell("Centre de gestion", numeric=False),
        HeadCell("Ménages"),
        HeadCell("Bénéficiaires"),
    )
    yield numbering.table(
        f"Mutuelles et sections, ménages et bénéficiaires en {facts.membership.year}",
        [head],
        list(_unit_rows(facts)),
        text_columns=(0, 1, 2),
        widths=(33, 24, 22, 9, 12),
        notes=(masked_note(n for unit in facts.units for n in (unit.households, unit.people)),),
        source=f"annuaire du réseau ; {ENROLMENTS_SOURCE}",
        is_long=True,
        is_dense=True,
    )


def _unit_rows(facts: ReportFacts) -> Iterator[Row]:
    for name, group in groupby(facts.units, key=lambda unit: unit.group):
        members = list(group)
        title = f"{name} — {counted(len(members), 'mutuelle ou section', 'mutuelles et sections')}"
        yield Row((title,), "group", first_columns=5)
        for unit in members:
            yield _unit_row(unit)


def _unit_row(unit: UnitFact) -> Row:
    return Row(
        (
            unit.name,
            ", ".join(unit.communes) or "—",
            unit.centre.removeprefix(_CENTRE) or "—",
            shown(unit.households),
            shown(unit.people),
        )
    )


# --- D method -------------------------------------------------------------------------


def method(facts: ReportFacts, numbering: Numbering) -> Iterator[Block]:
    """Yield what the words mean and how the rates are computed."""
    del numbering
    yield Definitions(tuple(definitions(facts.year).items()))


# --- E provenance ---------------------------------------------------------------------


def provenance(facts: ReportFacts, numbering: Numbering) -> Iterator[Block]:
    """Yield where each figure comes from, and what is made up in a demonstration."""
    organisation = facts.organisation
    past = "; ".join(facts.series_sources).replace(";", " ;") or NOT_KNOWN
    yield numbering.table(
        "Provenance des données de ce rapport",
        [(HeadCell("Donnée", numeric=False), HeadCell("Provenance", numeric=False))],
        [
            Row((f"Adhésions {facts.year} et {facts.year + 1}", ENROLMENTS_SOURCE.capitalize())),
            Row(("Années passées", past)),
            Row(("Formations sanitaires", "Registre du réseau")),
            Row(("Communes, provinces", facts.division_note)),
            Row((f"Activités {facts.year}", f"Registre de {organisation.short_name}")),
            Row((f"Dépenses {facts.year}", f"Dépenses de {organisation.short_name}")),
            Row((f"Textes et photos {facts.year}", f"Rédaction de {organisation.short_name}")),
        ],
        text_columns=(0, 1),
        widths=(32, 68),
    )
    yield Paragraph(
        f"Rapport produit le {format_date(facts.produced_on)}, données arrêtées au"
        f" {format_date(facts.settled_on)}."
    )
    if facts.is_as_released:
        yield Paragraph(AS_RELEASED)
    if facts.is_demo:
        yield Heading("Réseau de démonstration", level=2)
        yield Bullets(_DEMONSTRATION)
