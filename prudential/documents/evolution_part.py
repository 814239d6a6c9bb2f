"""The series since 2013: the picture of the key figures, and annex A of the yearly report."""

from collections.abc import Iterator, Mapping

from conamus.charts.formats import MASKED_NOTE
from conamus.charts.lines import Break, LineChart
from conamus.charts.palette import federation_color
from conamus.charts.picture import Series
from conamus.kernel.figures import NOT_KNOWN, format_integer
from prudential.documents.blocks import (
    Block,
    Figure,
    HeadCell,
    Numbering,
    Paragraph,
    Row,
    Table,
)
from prudential.documents.words import ENROLMENTS_SOURCE, enumeration, shown
from prudential.rules.annual_facts import ReportFacts
from prudential.rules.evolution import EvolutionRow

_HOUSEHOLDS = "Ménages"


def evolution_figure(facts: ReportFacts, numbering: Numbering) -> Figure:
    """Return the households of each year, all promoters or federations together."""
    return numbering.figure(
        LineChart(
            title=f"Ménages assurés, de {facts.series[0].label} à {facts.series[-1].label}",
            unit="ménages",
            categories=tuple(row.label for row in facts.series),
            series=(Series(_HOUSEHOLDS, tuple(row.total for row in facts.series)),),
            masked=frozenset((_HOUSEHOLDS, row.label) for row in facts.series if row.hidden),
            breaks=() if facts.organisation.is_confederation else series_breaks(facts),
            note=_gap_note(facts.series),
            source="annexe A",
        )
    )


def series_breaks(facts: ReportFacts) -> tuple[Break, ...]:
    """Return the marks of the series' breaks, each after the year before it."""
    labels = [row.label for row in facts.series]
    return tuple(
        Break(after=labels[labels.index(found.label) - 1], caption=found.caption)
        for found in facts.series_breaks
        if found.label in labels[1:]
    )


def _gap_note(series: tuple[EvolutionRow, ...]) -> str:
    gaps = [row.label for row in series if row.is_gap]
    if not gaps:
        return ""
    return f"Aucun chiffre publié pour {enumeration(gaps)}."


# --- annex A ---------------------------------------------------------------------------


def evolution(facts: ReportFacts, numbering: Numbering) -> Iterator[Block]:
    """Yield the households since 2013, with the years that nobody published."""
    yield Paragraph(_evolution_sentence(facts), "lead")
    yield _evolution_table(facts, numbering)
    if len(facts.series_groups) > 1:
        yield _evolution_by_group(facts, numbering)
        if facts.series_sections:
            yield _sections_table(facts, numbering)


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
    notes = [f"* {found.note} ({found.source})" for found in facts.series_breaks]
    several = len(facts.series_groups) > 1
    beside = "Total" if several else "Mutuelles et sections publiées"
    return numbering.table(
        f"Ménages assurés par année mutualiste, {facts.series[0].label} à {facts.series[-1].label}",
        [_head(facts, beside)],
        list(_evolution_rows(facts, several=several)),
        widths=_widths(facts),
        notes=(
            *notes,
            f"{NOT_KNOWN} : donnée non disponible.",
            MASKED_NOTE if any(row.hidden for row in facts.series) else "",
        ),
        source=" ; ".join((*facts.series_sources, ENROLMENTS_SOURCE)),
    )


def _evolution_rows(facts: ReportFacts, *, several: bool) -> Iterator[Row]:
    """Each year's households, with their total or the published sections of the one group."""
    marked = {found.label for found in facts.series_breaks}
    sections = {row.label: row.values[0] for row in facts.series_sections}
    for row in facts.series:
        cells = (
            shown(value) if is_hidden else format_integer(value) for value, is_hidden in row.cells
        )
        beside = _series_total(row) if several else _sections(row, sections)
        label = f"{row.label} *" if row.label in marked else row.label
        yield Row((label, *cells, beside), "gap" if row.is_gap else "")


def _sections(row: EvolutionRow, published: Mapping[str, int | None]) -> str:
    """What was published of a year; nobody published a counted one."""
    if row.label in published or row.is_gap:
        return format_integer(published.get(row.label))
    return "—"


def _sections_table(facts: ReportFacts, numbering: Numbering) -> Table:
    """Return the mutuelles and sections of the published years, as they were published."""
    rows = facts.series_sections
    return numbering.table(
        f"Mutuelles et sections publiées, {rows[0].label} à {rows[-1].label}",
        [_head(facts, "Total")],
        [Row((row.label, *map(format_integer, (*row.values, row.total)))) for row in rows],
        widths=_widths(facts),
        source=" ; ".join(facts.series_sources),
    )


def _head(facts: ReportFacts, beside: str) -> tuple[HeadCell, ...]:
    """A year, each group, and what stands beside them."""
    return (
        HeadCell("Année mutualiste", numeric=False),
        *(HeadCell(name) for name in facts.series_groups),
        HeadCell(beside),
    )


def _widths(facts: ReportFacts) -> tuple[int, ...]:
    groups = facts.series_groups
    return (15, *(74 // len(groups) for _ in groups), 11) if len(groups) > 1 else (40, 30, 30)


def _series_total(row: EvolutionRow) -> str:
    return shown(row.total) if row.hidden else format_integer(row.total)


def _evolution_by_group(facts: ReportFacts, numbering: Numbering) -> Figure:
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
