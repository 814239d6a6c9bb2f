"""Growth and retention in the yearly report: what is said, the table by group, the picture."""

from conamus.charts.bars import BarChart
from conamus.charts.picture import Series
from conamus.kernel.figures import NOT_KNOWN, format_rate
from prudential.documents.blocks import Figure, HeadCell, Numbering, Row, Table
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
from prudential.rules.published import last_simple_mean

_ROUNDED = (
    "Arrondi : le taux exact au pour cent le plus proche, et non le taux écrit ici avec une"
    " décimale, qui est déjà arrondi."
)


def growth_words(line: Group | Membership, digits: int = 1) -> str:
    """Write the growth of a line, or that it is not known or not printed."""
    return shown_rate(line.growth, digits, line.before.households, line.now.households)


def retention_words(line: Group | Membership, digits: int = 1) -> str:
    """Write the retention of a line likewise."""
    return shown_rate(line.retention, digits, line.before.households, line.renewed)


def growth_sentence(membership: Membership) -> str:
    """Say how the households of both years compare, and how many came back."""
    before, now = membership.before.households, membership.now.households
    if not membership.is_before_known:
        return (
            f"Les ménages de {membership.year - 1} ne sont pas connus du registre : la croissance "
            f"et la fidélisation de {membership.year} ne peuvent pas être calculées."
        )
    return (
        f"De {counted(before, 'ménage')} en {membership.year - 1} à {counted(now, 'ménage')} en "
        f"{membership.year}, l’effectif évolue de {growth_words(membership)}. "
        f"{counted(membership.renewed, 'ménage')} de {membership.year - 1} ont renouvelé leur "
        f"adhésion."
    )


def growth_table(facts: ReportFacts, numbering: Numbering) -> Table:
    """Return growth and retention by group, ours and the published mean beside it."""
    membership = facts.membership
    head = (
        (
            HeadCell(group_word(facts), rows=2, numeric=False),
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
            growth_words(line),
            growth_words(line, 0),
            shown(line.renewed),
            retention_words(line),
            retention_words(line, 0),
        ),
        style,
    )


def _flow(line: Group | Membership) -> tuple[int | None, ...]:
    return line.before.households, line.now.households, line.renewed


def _mean_row(membership: Membership) -> Row:
    mean = membership.mean_retention
    label = f"Moyenne simple des taux (méthode du rapport {last_simple_mean()})"
    return Row(
        (label, format_rate(mean), format_rate(mean, 0)),
        "note",
        first_columns=6,
    )


def retention_sentence(facts: ReportFacts) -> str:
    """Say what the retention of the whole is, beside the published report's method."""
    membership = facts.membership
    if not membership.is_before_known:
        return "Ce qui n’est pas connu est noté n.d. et n’est jamais écrit zéro."
    ours = retention_words(membership)
    text = (
        f"La fidélisation de l’ensemble, {ours}, est le rapport entre les ménages renouvelés et "
        f"les ménages assurés l’année précédente, toutes unités confondues."
    )
    if not facts.organisation.is_confederation:
        return text
    mean = membership.mean_retention
    if facts.year != last_simple_mean():
        return f"{text} La moyenne simple des taux des fédérations est de {format_rate(mean)}."
    return (
        f"{text} Le rapport publié de {facts.year} donne, lui, la moyenne simple des taux des "
        f"fédérations, sans tenir compte de leur taille : {format_rate(mean, 0)}"
        f" ({format_rate(mean)} avant arrondi)."
    )


def growth_figure(membership: Membership, numbering: Numbering) -> Figure:
    """Return the households of both years by federation."""
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
