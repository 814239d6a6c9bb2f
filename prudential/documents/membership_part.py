"""Part I of the yearly report: the organisation and its key figures."""

from collections.abc import Iterator
from fractions import Fraction

from conamus.charts.bars import BarChart
from conamus.charts.formats import MASKED, Format
from conamus.charts.lines import Break, LineChart
from conamus.charts.picture import Series
from conamus.charts.pyramid import Pyramid
from conamus.kernel.figures import NOT_KNOWN, format_integer, format_number, format_rate
from federations.models import Unit
from prudential.documents.blocks import (
    Block,
    Bullets,
    Figure,
    HeadCell,
    KeyFigure,
    KeyFigures,
    Numbering,
    Paragraph,
    Row,
    Table,
)
from prudential.documents.words import (
    ENROLMENTS_SOURCE,
    counted,
    enumeration,
    masked_note,
    shown,
    shown_rate,
)
from prudential.rules.annual_facts import ReportFacts
from prudential.rules.annual_figures import Group, Membership
from prudential.rules.evolution import EvolutionRow

#: Counts of the register are known: one that is absent is not printed.
SHOWN = Format(missing=MASKED)
_HOUSEHOLDS = "Ménages"
#: The year whose published report is set beside ours.
_PUBLISHED_YEAR = 2024
_ROUNDED = (
    "Arrondi : le taux exact au pour cent le plus proche, et non le taux écrit ici avec une"
    " décimale, qui est déjà arrondi."
)
_BODY_NAMES = {
    Unit.Kind.MANAGEMENT_CENTRE: ("centre de gestion", "centres de gestion"),
    Unit.Kind.PROVINCIAL_ANTENNA: ("antenne provinciale", "antennes provinciales"),
    Unit.Kind.COMMUNAL_ANTENNA: ("antenne communale", "antennes communales"),
    Unit.Kind.DISTRICT_UNION: (
        "union de district sanitaire (UDS)",
        "unions de district sanitaire (UDS)",
    ),
}


# --- I.1 presentation -----------------------------------------------------------------


def presentation(facts: ReportFacts, numbering: Numbering) -> Iterator[Block]:
    """Yield the members of the confederation and the bodies of the network."""
    if facts.members:
        yield _members_table(facts, numbering)
    elif facts.organisation.working_since:
        yield Paragraph(
            f"Les mutuelles de la fédération sont fonctionnelles depuis "
            f"{facts.organisation.working_since}."
        )
    bodies = [counted(b.count, *_BODY_NAMES[Unit.Kind(b.kind)]) for b in facts.bodies]
    if bodies:
        yield Paragraph("Au service des mutuelles et sections :")
        yield Bullets(tuple(bodies))


def _members_table(facts: ReportFacts, numbering: Numbering) -> Table:
    head = (
        HeadCell("Fédération", numeric=False),
        HeadCell("Fonctionnelle depuis"),
        HeadCell("Mutuelles et sections"),
        HeadCell("Centres de gestion"),
        HeadCell("Provinces", numeric=False),
    )
    rows = [
        Row(
            (
                member.name,
                str(member.working_since or "n.d."),
                format_integer(member.units),
                format_integer(member.centres),
                ", ".join(member.provinces),
            )
        )
        for member in facts.members
    ]
    return numbering.table(
        "Fédérations membres",
        [head],
        rows,
        text_columns=(0, 4),
        widths=(30, 13, 12, 11, 34),
        source="annuaire du réseau, zones d’action déclarées",
    )


# --- I.2 key figures ------------------------------------------------------------------


def key_figures(facts: ReportFacts, numbering: Numbering) -> Iterator[Block]:
    """Yield the large figures, the insured by group and sex, growth and retention."""
    membership = facts.membership
    yield _large_figures(facts)
    yield Paragraph(_membership_sentence(facts))
    insured = insured_table(facts, numbering)
    yield insured
    yield Paragraph(_sex_sentence(membership))
    if facts.organisation.is_confederation:
        yield _sexes_figure(membership, numbering)
    yield Paragraph(_growth_sentence(membership))
    yield growth_table(facts, numbering)
    yield Paragraph(_retention_sentence(facts))
    if facts.organisation.is_confederation and membership.is_before_known:
        yield _growth_figure(membership, numbering)
    yield _evolution_figure(facts, numbering)


def _large_figures(facts: ReportFacts) -> KeyFigures:
    membership = facts.membership
    year = membership.year
    items = [
        KeyFigure(shown(membership.now.households), "ménages assurés", f"année {year}"),
        KeyFigure(shown(membership.now.people), "bénéficiaires", f"année {year}"),
        KeyFigure(format_integer(membership.units), "mutuelles et sections"),
        KeyFigure(_growth(membership), "croissance des ménages", f"{year - 1} à {year}"),
        KeyFigure(_retention(membership), "fidélisation", f"{year - 1} à {year}"),
        KeyFigure(
            f"{facts.covered_communes} / {facts.communes}",
            "communes couvertes"
            if facts.organisation.is_confederation
            else "communes couvertes de ses provinces",
        ),
        KeyFigure(
            format_integer(facts.facilities.total),
            "formations sanitaires",
            "" if facts.organisation.is_confederation else "dans la zone d’action",
        ),
        KeyFigure(format_integer(len(facts.activities)), "activités inscrites", str(facts.year)),
        KeyFigure(_millions(facts.expenses.total), "millions de FBu dépensés", str(facts.year)),
    ]
    return KeyFigures(tuple(items))


def _growth(line: Group | Membership, digits: int = 1) -> str:
    return shown_rate(line.growth, digits, line.before.households, line.now.households)


def _retention(line: Group | Membership, digits: int = 1) -> str:
    return shown_rate(line.retention, digits, line.before.households, line.renewed)


def _millions(amount_francs: int) -> str:
    return format_number(Fraction(amount_francs, 1_000_000), 1) if amount_francs else "n.d."


def _membership_sentence(facts: ReportFacts) -> str:
    membership = facts.membership
    who = (
        f"les {len(membership.groups)} fédérations membres de la {facts.organisation.short_name}"
        if facts.organisation.is_confederation
        else f"les mutuelles et sections de la fédération {facts.organisation.short_name}"
    )
    size = format_number(membership.household_size, 2)
    units = counted(membership.units, "mutuelle ou section", "mutuelles et sections")
    return (
        f"Pour l’année mutualiste {membership.year}, {who} assurent "
        f"{counted(membership.now.households, 'ménage')}, soit "
        f"{counted(membership.now.people, 'bénéficiaire')} (adhérents et personnes à charge), dans "
        f"{units}. Ces adhésions sont le fruit de la campagne menée en {facts.year}. Un ménage "
        f"compte en moyenne {size} personnes."
    )


def insured_table(facts: ReportFacts, numbering: Numbering) -> Table:
    """Return the insured households and people by group and sex."""
    membership = facts.membership
    whole = facts.organisation.is_confederation
    head = (
        (
            HeadCell(_group_word(facts), rows=2, numeric=False),
            *([HeadCell("Mutuelles et sections", rows=2)] if whole else []),
            HeadCell("Ménages assurés", columns=3),
            HeadCell("Bénéficiaires assurés", columns=3),
        ),
        tuple(HeadCell(text) for text in ("Homme", "Femme", "Total") * 2),
    )
    rows = [_insured_row(group.short_name, group, whole=whole) for group in membership.groups]
    rows.append(_insured_row("Total", membership, whole=whole, style="total"))
    widths = (27, 13, 10, 10, 10, 10, 10, 10) if whole else (40, 10, 10, 10, 10, 10, 10)
    return numbering.table(
        f"Ménages et bénéficiaires assurés pour l’année mutualiste {membership.year}",
        head,
        rows,
        widths=widths,
        notes=(
            "Ménages : sexe de l’adhérent, chef de ménage. Bénéficiaires : sexe de la personne.",
            masked_note(figure for group in membership.groups for figure in _by_sex(group)),
        ),
        source=ENROLMENTS_SOURCE,
        is_long=len(rows) > 20,
        is_dense=len(rows) > 20,
    )


def _insured_row(name: str, counts: Group | Membership, *, whole: bool, style: str = "") -> Row:
    units = (format_integer(counts.units),) if whole else ()
    return Row((name, *units, *(shown(figure) for figure in _by_sex(counts))), style)


def _by_sex(counts: Group | Membership) -> tuple[int | None, ...]:
    now = counts.now
    return now.male_heads, now.female_heads, now.households, now.males, now.females, now.people


def _group_word(facts: ReportFacts) -> str:
    return "Fédération" if facts.organisation.is_confederation else "Mutuelle ou section"


def _share(part: int | None, whole: int | None) -> str:
    rate = Fraction(part, whole) if part is not None and whole else None
    return shown_rate(rate, 1, part, whole)


def _sex_sentence(membership: Membership) -> str:
    now = membership.now
    return (
        f"Les femmes sont à la tête de {_share(now.female_heads, now.households)} des ménages "
        f"assurés et représentent {_share(now.females, now.people)} des bénéficiaires."
    )


def _sexes_figure(membership: Membership, numbering: Numbering) -> Figure:
    groups = membership.groups
    return numbering.figure(
        Pyramid(
            title=f"Bénéficiaires par fédération et par sexe, {membership.year}",
            unit="personnes",
            categories=tuple(group.short_name for group in groups),
            format=SHOWN,
            left=Series("Hommes", tuple(group.now.males for group in groups)),
            right=Series("Femmes", tuple(group.now.females for group in groups)),
            axis="Fédération",
            source=ENROLMENTS_SOURCE,
        )
    )


def _growth_sentence(membership: Membership) -> str:
    before, now = membership.before.households, membership.now.households
    if not membership.is_before_known:
        return (
            f"Les ménages de {membership.year - 1} ne sont pas connus du registre : la croissance "
            f"et la fidélisation de {membership.year} ne peuvent pas être calculées."
        )
    return (
        f"De {counted(before, 'ménage')} en {membership.year - 1} à {counted(now, 'ménage')} en "
        f"{membership.year}, l’effectif évolue de {_growth(membership)}. "
        f"{counted(membership.renewed, 'ménage')} de {membership.year - 1} ont renouvelé leur "
        f"adhésion."
    )


def growth_table(facts: ReportFacts, numbering: Numbering) -> Table:
    """Return growth and retention by group, ours and the published mean beside it."""
    membership = facts.membership
    head = (
        (
            HeadCell(_group_word(facts), rows=2, numeric=False),
            HeadCell("Ménages", columns=2),
            HeadCell("Croissance", columns=2),
            HeadCell("Ménages renouvelés", rows=2),
            HeadCell("Fidélisation", columns=2),
        ),
        (
            HeadCell(str(membership.year - 1)),
            HeadCell(str(membership.year)),
            *(HeadCell(text) for text in ("taux", "arrondi") * 2),
        ),
    )
    is_known = membership.is_before_known
    rows = [_growth_row(group.short_name, group, is_known) for group in membership.groups]
    rows.append(_growth_row("Ensemble", membership, is_known, style="total"))
    if facts.organisation.is_confederation and is_known:
        rows.append(_mean_row(membership))
    return numbering.table(
        f"Croissance et fidélisation de {membership.year - 1} à {membership.year}",
        head,
        rows,
        widths=(31, 10, 10, 10, 9, 12, 10, 8),
        notes=(
            "Ensemble : somme des numérateurs rapportée à la somme des dénominateurs (annexe D).",
            _ROUNDED,
            ""
            if facts.organisation.is_confederation
            else "Fidélisation d’une section : dans la même section ; ensemble : dans le réseau.",
            masked_note(figure for group in membership.groups for figure in _flow(group)),
        ),
        source=ENROLMENTS_SOURCE,
        is_long=len(rows) > 20,
        is_dense=len(rows) > 20,
    )


def _growth_row(
    name: str, line: Group | Membership, is_before_known: bool, *, style: str = ""
) -> Row:
    if not is_before_known:
        now = shown(line.now.households)
        return Row((name, NOT_KNOWN, now, *(NOT_KNOWN for _ in range(5))), style)
    return Row(
        (
            name,
            shown(line.before.households),
            shown(line.now.households),
            _growth(line),
            _growth(line, 0),
            shown(line.renewed),
            _retention(line),
            _retention(line, 0),
        ),
        style,
    )


def _flow(line: Group | Membership) -> tuple[int | None, ...]:
    return line.before.households, line.now.households, line.renewed


def _mean_row(membership: Membership) -> Row:
    mean = membership.mean_retention
    label = "Moyenne simple des taux (méthode du rapport 2024)"
    return Row(
        (label, format_rate(mean), format_rate(mean, 0)),
        "note",
        first_columns=6,
    )


def _retention_sentence(facts: ReportFacts) -> str:
    membership = facts.membership
    if not membership.is_before_known:
        return "Ce qui n’est pas connu est noté n.d. et n’est jamais écrit zéro."
    ours = _retention(membership)
    text = (
        f"La fidélisation de l’ensemble, {ours}, est le rapport entre les ménages renouvelés et "
        f"les ménages assurés l’année précédente, toutes unités confondues."
    )
    if not facts.organisation.is_confederation:
        return text
    mean = membership.mean_retention
    if facts.year != _PUBLISHED_YEAR:
        return f"{text} La moyenne simple des taux des fédérations est de {format_rate(mean)}."
    return (
        f"{text} Le rapport publié de 2024 donne, lui, la moyenne simple des taux des fédérations, "
        f"sans tenir compte de leur taille : {format_rate(mean, 0)}"
        f" ({format_rate(mean)} avant arrondi)."
    )


def _growth_figure(membership: Membership, numbering: Numbering) -> Figure:
    groups = membership.groups
    before, now = str(membership.year - 1), str(membership.year)
    return numbering.figure(
        BarChart(
            title=f"Ménages assurés par fédération, {before} et {now}",
            unit="ménages",
            categories=tuple(group.short_name for group in groups),
            series=(
                Series(before, tuple(group.before.households for group in groups)),
                Series(now, tuple(group.now.households for group in groups)),
            ),
            axis="Fédération",
            format=SHOWN,
            source=ENROLMENTS_SOURCE,
        )
    )


def _evolution_figure(facts: ReportFacts, numbering: Numbering) -> Figure:
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
