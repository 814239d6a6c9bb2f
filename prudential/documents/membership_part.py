"""Part I.2 of the yearly report: its key figures, the insured by group and by sex."""

from collections.abc import Iterator
from fractions import Fraction

from conamus.charts.picture import Series
from conamus.charts.pyramid import Pyramid
from conamus.kernel.figures import format_integer, format_number
from prudential.documents.blocks import (
    Block,
    Figure,
    HeadCell,
    KeyFigure,
    KeyFigures,
    Numbering,
    Paragraph,
    Row,
    Table,
)
from prudential.documents.evolution_part import evolution_figure
from prudential.documents.growth_part import (
    growth_figure,
    growth_sentence,
    growth_table,
    growth_words,
    retention_sentence,
    retention_words,
)
from prudential.documents.words import (
    ENROLMENTS_SOURCE,
    SHOWN,
    counted,
    group_word,
    masked_note,
    shown,
    shown_rate,
)
from prudential.rules.annual_facts import ReportFacts
from prudential.rules.annual_figures import Group, Membership


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
    yield Paragraph(growth_sentence(membership))
    yield growth_table(facts, numbering)
    yield Paragraph(retention_sentence(facts))
    if facts.organisation.is_confederation and membership.is_before_known:
        yield growth_figure(membership, numbering)
    yield evolution_figure(facts, numbering)


def _large_figures(facts: ReportFacts) -> KeyFigures:
    membership = facts.membership
    year = membership.year
    items = [
        KeyFigure(shown(membership.now.households), "ménages assurés", f"année {year}"),
        KeyFigure(shown(membership.now.people), "bénéficiaires", f"année {year}"),
        KeyFigure(format_integer(membership.units), "mutuelles et sections"),
        KeyFigure(growth_words(membership), "croissance des ménages", f"{year - 1} à {year}"),
        KeyFigure(retention_words(membership), "fidélisation", f"{year - 1} à {year}"),
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
            HeadCell(group_word(facts), rows=2, numeric=False),
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
