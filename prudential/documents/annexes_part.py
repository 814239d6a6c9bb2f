"""Annexes B to E of the yearly report: communes, units, method, sources."""

from collections.abc import Iterator
from itertools import groupby

from conamus.charts.bands import Band
from conamus.charts.tiles import Tile, TileGroup, TileMap
from conamus.kernel.figures import NOT_KNOWN, format_date
from prudential.documents.blocks import (
    LONG,
    Block,
    Bullets,
    Definitions,
    HeadCell,
    Heading,
    Numbering,
    Paragraph,
    Row,
)
from prudential.documents.method import AS_RELEASED, NETWORK_CARE, definitions
from prudential.documents.words import ENROLMENTS_SOURCE, counted, masked_note, shown
from prudential.rules.annual_facts import ReportFacts, UnitFact

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


# --- B coverage -----------------------------------------------------------------------


def coverage(facts: ReportFacts, numbering: Numbering) -> Iterator[Block]:
    """Yield every commune by province, covered or not."""
    yield Paragraph(
        f"Une commune est couverte lorsqu’elle est dans la zone d’action d’une mutuelle ou section "
        f"ouverte au 1er janvier {facts.membership.year}. {facts.division_note}",
        "lead",
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
        is_long=len(rows) > LONG,
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
        is_long=len(facts.units) > LONG,
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
    words = definitions(facts.year) | (NETWORK_CARE if facts.care.is_released else {})
    yield Definitions(tuple(words.items()))


# --- E provenance ---------------------------------------------------------------------


def _care_source(facts: ReportFacts) -> str:
    if facts.care.is_incomplete:
        return f"{NOT_KNOWN} : chargement de la démonstration inachevé"
    if facts.care.is_released:
        return "Chiffres arrêtés pour le réseau, ceux que lit aussi le régulateur"
    return f"Attestations des membres de {facts.organisation.short_name}, traitées partout"


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
            Row((f"Soins {facts.year}", _care_source(facts))),
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
