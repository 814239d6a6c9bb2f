"""Tables and picture of the care of the year (part IV.1 of the yearly report)."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from claims.rules.words import CareKind
from conamus.charts.bars import BarChart
from conamus.charts.formats import COUNT
from conamus.charts.picture import Series
from conamus.kernel.figures import (
    MONTHS,
    Number,
    format_date,
    format_integer,
    format_rate,
    whole_shares,
)
from prudential.documents.blocks import HeadCell, Numbering, Row, Table
from prudential.documents.resources_part import OWNERSHIPS, TYPES
from prudential.documents.words import SHOWN, masked_note, shown, shown_rate
from prudential.rules.annual_care import (
    CareFacts,
    Exchange,
    Groups,
    Payers,
    Sums,
    all_exchanged,
)
from prudential.rules.annual_facts import ReportFacts
from prudential.rules.care_aggregates import ENOUGH_CASES

#: A cell that has nothing to say: it is neither nothing nor unknown.
_BLANK = "—"
_KINDS: dict[str, str] = {kind: kind.label.capitalize() for kind in CareKind}
_REJECTED_NOTE = (
    "Rejetées : ni la mutuelle ni un autre payeur n’en doit rien ; part des attestations décidées."
)
_ROUNDED_NOTE = (
    "Montants arrêtés au millier de francs ; moyennes à la centaine, "
    f"« {_BLANK} » sur moins de {ENOUGH_CASES} cas."
)


# --- the whole ------------------------------------------------------------------------


def summary_table(facts: ReportFacts, numbering: Numbering) -> Table:
    """Return what the year's attestations add up to, and who pays."""
    found = facts.care
    rows = [
        *_counts(found),
        Row(("Montants (FBu)",), "group", first_columns=3),
        *_amounts(found),
    ]
    return numbering.table(
        f"Soins de {facts.year} : attestations et montants",
        [(HeadCell("Quantité", numeric=False), HeadCell(str(facts.year)), HeadCell("Part"))],
        rows,
        widths=(64, 20, 16),
        notes=_notes(found, [found.whole]),
        source=_source(found),
    )


def _counts(found: CareFacts) -> Iterator[Row]:
    whole = found.whole
    yield Row(("Attestations de soins", shown(whole.cases), _BLANK))
    yield _part("dont séjours à l’hôpital", whole.stays, whole.cases)
    yield _part("dont décidées", whole.decided, whole.cases)
    yield _part("dont rejetées, parmi les décidées", whole.rejected, whole.decided)
    if found.people is not None:
        yield Row(("Membres soignés, une fois ou plus", format_integer(found.people), _BLANK))


def _part(name: str, part: int | None, whole: int | None) -> Row:
    rate = Fraction(part, whole) if part is not None and whole else None
    return Row((name, shown(part), shown_rate(rate, 1, part, whole)))


def _amounts(found: CareFacts) -> Iterator[Row]:
    whole = found.whole
    yield Row(("Demandé par les formations sanitaires", shown(whole.asked_francs), _BLANK))
    if found.payers is None:
        yield Row(("Dû par la mutuelle, des décidées", shown(whole.mutuelle_francs), _BLANK))
    else:
        yield from _paid_by(found.payers)
    cost = whole.mutuelle_cost_francs
    each = _mean(cost, whole.mutuelle_francs) if found.is_released else format_integer(cost)
    yield Row(("Dû par la mutuelle par cas décidé", each, _BLANK))


def _paid_by(payers: Payers) -> Iterator[Row]:
    """What the decided attestations ask is owed by somebody, or by nobody: together, all of it."""
    parts = {
        "dû par la mutuelle": payers.mutuelle_francs,
        "dû par le patient": payers.patient_francs,
        "dû par un autre payeur": payers.other_payer_francs,
        "dû par personne : coupé à la formation sanitaire": payers.cut_francs,
    }
    (all_of_it,) = whole_shares([payers.asked_francs], 1)
    asked = format_integer(payers.asked_francs)
    yield Row(("Demandé par les attestations décidées", asked, format_rate(all_of_it)))
    shares = whole_shares(list(parts.values()), 1)
    for (name, francs), share in zip(parts.items(), shares, strict=True):
        yield Row((f"dont {name}", format_integer(francs), format_rate(share)))


def _mean(mean: Number | None, francs: int | None) -> str:
    """Write francs a case as released: of few cases none is told, their amounts are rounded."""
    if mean is None and francs is not None:
        return _BLANK
    return shown(None) if mean is None else format_integer(mean)


def _notes(found: CareFacts, shown_sums: Iterable[Sums]) -> tuple[str, ...]:
    counts = [n for one in shown_sums for n in (one.cases, one.stays, one.decided, one.rejected)]
    return (
        _REJECTED_NOTE,
        _ROUNDED_NOTE if found.is_released else "",
        masked_note(counts),
    )


def _source(found: CareFacts) -> str:
    whose = "chiffres arrêtés pour le réseau" if found.is_released else "attestations des membres"
    return f"{whose}, {format_date(found.settled_on)}" if found.settled_on else whose


# --- its groups -----------------------------------------------------------------------


def groups_table(facts: ReportFacts, numbering: Numbering) -> Table:
    """Return the attestations by each grouping that there is, with the whole."""
    found = facts.care
    rows = [
        *_rows("Fédération du patient", found.federations, {}),
        *_rows("Type de soins", found.kinds, _KINDS),
        *_rows("Type de formation sanitaire", found.facility_types, TYPES),
        *_rows("Statut de la formation sanitaire", found.ownerships, OWNERSHIPS),
        _row("Ensemble", found.whole, style="total"),
    ]
    groups = (*found.federations, *found.kinds, *found.facility_types, *found.ownerships)
    head = (
        HeadCell("Groupe", numeric=False),
        HeadCell("Attestations"),
        HeadCell("Demandé"),
        HeadCell("par cas"),
        HeadCell("Dû par la mutuelle"),
        HeadCell("Rejetées"),
    )
    return numbering.table(
        f"Soins de {facts.year} par groupe (FBu)",
        [head],
        rows,
        widths=(32, 14, 17, 11, 15, 11),
        notes=_notes(found, [found.whole, *(sums for _, sums in groups)]),
        source=_source(found),
    )


def _rows(title: str, groups: Groups, names: Mapping[str, str]) -> Iterator[Row]:
    if groups:
        yield Row((title,), "group", first_columns=6)
    for name, sums in groups:
        yield _row(names.get(name, name), sums)


def _row(name: str, sums: Sums, *, style: str = "") -> Row:
    return Row(
        (
            name,
            shown(sums.cases),
            shown(sums.asked_francs),
            _mean(sums.cost_francs, sums.asked_francs),
            shown(sums.mutuelle_francs),
            shown_rate(sums.rejection_rate, 1, sums.rejected, sums.decided),
        ),
        style,
    )


# --- by month -------------------------------------------------------------------------


def months_figure(facts: ReportFacts) -> BarChart:
    """Return the attestations of each month, from the first that is held to the last."""
    months = dict(facts.care.months)
    span = range(min(months), max(months) + 1)
    values = tuple(months[month].cases if month in months else 0 for month in span)
    return BarChart(
        title=f"Attestations de soins de {facts.year} par mois",
        unit="attestations",
        categories=tuple(MONTHS[month - 1] for month in span),
        series=(Series("Attestations", values),),
        format=SHOWN if None in values else COUNT,
        axis="Mois",
        orientation="vertical",
        source=_source(facts.care),
    )


# --- between federations --------------------------------------------------------------


def exchanges_table(facts: ReportFacts, numbering: Numbering) -> Table:
    """Return what the federation and each other one treat for one another."""
    exchanges = facts.care.exchanges
    rows = [_exchange_row(one) for one in exchanges]
    sent, received = all_exchanged(exchanges)
    rows.append(_exchange_row(Exchange("Ensemble", sent, received), style="total"))
    return numbering.table(
        f"Inter-mutualité de {facts.year} (FBu)",
        [
            (
                HeadCell("Autre fédération", rows=2, numeric=False),
                HeadCell("Nos membres, traités par elle", columns=2),
                HeadCell("Ses membres, traités par nous", columns=2),
            ),
            tuple(HeadCell(text) for text in ("Attestations", "Dû par la mutuelle") * 2),
        ],
        rows,
        widths=(36, 14, 18, 14, 18),
        source=_source(facts.care),
    )


def _exchange_row(one: Exchange, *, style: str = "") -> Row:
    return Row(
        (
            one.name,
            *(
                format_integer(figure)
                for sums in (one.sent, one.received)
                for figure in (sums.cases, sums.mutuelle_francs)
            ),
        ),
        style,
    )
