"""The households insured since 2013, as a picture of the yearly report."""

from conamus.charts.lines import Break, LineChart
from conamus.charts.picture import Series
from prudential.documents.blocks import Figure, Numbering
from prudential.documents.words import enumeration
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
