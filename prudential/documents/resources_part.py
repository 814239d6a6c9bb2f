"""Parts III and V of the yearly report: health facilities, resources and expenses."""

from collections.abc import Iterator

from conamus.charts.bars import BarChart
from conamus.charts.picture import Series
from conamus.charts.shares import ShareChart
from conamus.kernel.figures import (
    format_francs,
    format_integer,
    format_rate,
    whole_shares,
)
from federations.models import Expense, HealthFacility
from prudential.documents.blocks import Block, HeadCell, Numbering, Paragraph, Row, Table
from prudential.documents.words import counted, enumeration
from prudential.rules.annual_facts import ReportFacts
from prudential.rules.annual_figures import CrossTable

FACILITIES_SOURCE = "registre des formations sanitaires"
EXPENSES_SOURCE = "dépenses inscrites"
TYPES: dict[str, str] = {
    HealthFacility.Type.CDS: "Centres de santé (CDS)",
    HealthFacility.Type.HOSPITAL: "Hôpitaux",
    HealthFacility.Type.CLINIC: "Cliniques et polycliniques",
    HealthFacility.Type.MEDICAL_CENTRE: "Centres médicaux",
    HealthFacility.Type.PHARMACY: "Pharmacies",
}
OWNERSHIPS: dict[str, str] = {
    HealthFacility.Ownership.PUBLIC: "Public",
    HealthFacility.Ownership.PRIVATE: "Privé",
    HealthFacility.Ownership.FAITH_BASED: "Confessionnel",
}


# --- III facilities -------------------------------------------------------------------


def facilities(facts: ReportFacts, numbering: Numbering) -> Iterator[Block]:
    """Yield the contracted facilities by type and ownership, with their picture."""
    table = facts.facilities
    where = (
        "conventionnées avec les mutuelles du réseau"
        if facts.organisation.is_confederation
        else "conventionnées avec le réseau se trouvent dans la zone d’action de la fédération"
    )
    if not table.total:
        yield Paragraph("Aucune formation sanitaire n’est inscrite au registre.", "empty")
        return
    verb = "sont " if facts.organisation.is_confederation else ""
    found = counted(table.total, "formation sanitaire", "formations sanitaires")
    yield Paragraph(
        f"Au 31 décembre {facts.year}, {found} {verb}{where}. L’inter-mutualité permet à chaque "
        f"bénéficiaire de s’y faire soigner, quelle que soit sa fédération.",
        "lead",
    )
    yield _facilities_table(facts, numbering)
    yield numbering.figure(_facilities_picture(table))


def _facilities_table(facts: ReportFacts, numbering: Numbering) -> Table:
    table = facts.facilities
    head = (
        HeadCell("Type", numeric=False),
        *(HeadCell(OWNERSHIPS[column]) for column in table.columns),
        HeadCell("Total"),
    )
    rows = [
        Row(
            (
                TYPES[row],
                *(format_integer(table.value(row, column)) for column in table.columns),
                format_integer(table.row_total(row)),
            )
        )
        for row in table.rows
    ]
    totals = (*(format_integer(table.column_total(c)) for c in table.columns),)
    rows.append(Row(("Total", *totals, format_integer(table.total)), "total"))
    return numbering.table(
        f"Formations sanitaires conventionnées au 31 décembre {facts.year}, par type et statut",
        [head],
        rows,
        widths=(40, 15, 15, 15, 15),
        source=FACILITIES_SOURCE,
    )


def _facilities_picture(table: CrossTable) -> ShareChart:
    return ShareChart(
        title="Statut juridique des formations sanitaires, par type",
        categories=tuple(TYPES[row] for row in table.rows),
        series=tuple(
            Series(OWNERSHIPS[column], tuple(table.value(row, column) for row in table.rows))
            for column in table.columns
        ),
        axis="Type",
        source=FACILITIES_SOURCE,
    )


# --- V resources and expenses ---------------------------------------------------------


def resources(facts: ReportFacts, numbering: Numbering) -> Iterator[Block]:
    """Yield the year's expenses by heading and funder, with their chart."""
    table = facts.expenses
    if not table.total:
        yield Paragraph(f"Aucune dépense n’est inscrite pour {facts.year}.", "empty")
        return
    funders = table.columns
    yield Paragraph(
        f"Les dépenses de {facts.year} s’élèvent à {format_francs(table.total)}. "
        f"Sources de financement : {enumeration(funders)}.",
        "lead",
    )
    yield _headings_table(facts, numbering)
    yield numbering.figure(_headings_picture(facts))
    if len(funders) > 1:
        yield _funders_table(facts, numbering)
        yield numbering.figure(_funders_picture(facts))


def _headings_table(facts: ReportFacts, numbering: Numbering) -> Table:
    table = facts.expenses
    head = (
        HeadCell("Rubrique", numeric=False),
        *(HeadCell(column) for column in table.columns),
        HeadCell("Total"),
        HeadCell("Part"),
    )
    parts = whole_shares([table.row_total(row) for row in table.rows], 1)
    rows = [
        Row(
            (
                _heading(row),
                *(_amount(table.value(row, column)) for column in table.columns),
                format_integer(table.row_total(row)),
                format_rate(part),
            )
        )
        for row, part in zip(table.rows, parts, strict=True)
    ]
    totals = (format_integer(table.column_total(column)) for column in table.columns)
    rows.append(
        Row(
            ("Total", *totals, format_integer(table.total), format_rate(1)),
            "total",
        )
    )
    return numbering.table(
        f"Dépenses de {facts.year} par rubrique et source de financement (FBu)",
        [head],
        rows,
        source=EXPENSES_SOURCE,
    )


def _amount(amount_francs: int) -> str:
    return format_integer(amount_francs) if amount_francs else "—"


def _heading(row: str) -> str:
    return Expense.Heading(row).label


def _funders_table(facts: ReportFacts, numbering: Numbering) -> Table:
    table = facts.expenses
    by_size = sorted(table.columns, key=lambda column: -table.column_total(column))
    parts = whole_shares([table.column_total(column) for column in by_size], 1)
    rows = [
        Row((column, format_integer(table.column_total(column)), format_rate(part)))
        for column, part in zip(by_size, parts, strict=True)
    ]
    rows.append(Row(("Total", format_integer(table.total), format_rate(1)), "total"))
    return numbering.table(
        f"Dépenses de {facts.year} par source de financement (FBu)",
        [(HeadCell("Source de financement", numeric=False), HeadCell("Montant"), HeadCell("Part"))],
        rows,
        widths=(60, 25, 15),
        source=EXPENSES_SOURCE,
    )


def _headings_picture(facts: ReportFacts) -> ShareChart:
    table = facts.expenses
    return ShareChart(
        title=f"Répartition des dépenses de {facts.year} par rubrique",
        unit="FBu",
        categories=(f"Dépenses de {facts.year}",),
        series=tuple(Series(_heading(row), (table.row_total(row),)) for row in table.rows),
        source=EXPENSES_SOURCE,
    )


def _funders_picture(facts: ReportFacts) -> BarChart:
    table = facts.expenses
    return BarChart(
        title=f"Dépenses de {facts.year} par source de financement",
        unit="FBu",
        categories=table.columns,
        series=(Series("Montant", tuple(table.column_total(c) for c in table.columns)),),
        axis="Source de financement",
        source=EXPENSES_SOURCE,
    )
