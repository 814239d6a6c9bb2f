"""Part II of the yearly report: what was done, by chapter, with the register's figures."""

from collections.abc import Iterator

from conamus.kernel.figures import NO_BREAK_SPACE, format_integer
from federations.models import Activity
from prudential.documents.blocks import (
    LONG,
    Block,
    HeadCell,
    Heading,
    Numbering,
    Paragraph,
    Row,
    Table,
)
from prudential.documents.words import counted, days
from prudential.rules.annual_facts import (
    ActivityFact,
    ChapterSummary,
    Participants,
    ReportFacts,
    chapter_summaries,
    participants_by_kind,
    summarise,
)
from prudential.rules.outline import section

_NO_KIND = Activity.Kind.OTHER.label
REGISTER_SOURCE = "registre des activités"
_WOMEN_NOTE = "Femmes : n.d. lorsque la part des femmes n’a pas été relevée pour tous les groupes."
_PARTICIPANTS_NOTE = (
    "≥ : au moins, car les participants de certaines activités n’ont pas été comptés ; n.d. : ceux "
    "d’aucune ne l’ont été."
)


def achievements(facts: ReportFacts, numbering: Numbering) -> Iterator[Block]:
    """Yield what the register holds for the year, by chapter."""
    whole = summarise("", facts.activities)
    yield Paragraph(
        f"Le registre de {facts.year} compte {counted(whole.activities, 'activité')}{_who(whole)}. "
        f"Les chapitres qui suivent réunissent, pour chaque domaine, le texte de l’année et les "
        f"chiffres du registre.",
        "lead",
    )
    rows = [_summary_row(section(s.chapter).title, s) for s in chapter_summaries(facts)]
    rows.append(_summary_row("Total", whole, style="total"))
    yield numbering.table(
        f"Activités de {facts.year} par chapitre",
        [
            (
                HeadCell("Chapitre", numeric=False),
                HeadCell("Activités"),
                HeadCell("Participants"),
                HeadCell("dont femmes"),
                HeadCell("Coût (FBu)"),
            )
        ],
        rows,
        widths=(46, 12, 14, 13, 15),
        notes=(
            _PARTICIPANTS_NOTE if whole.counted < whole.activities else "",
            _WOMEN_NOTE,
            "Coût : n.d. lorsqu’il manque à une activité du chapitre.",
        ),
        source=REGISTER_SOURCE,
    )


def _who(whole: ChapterSummary) -> str:
    """Say how many took part, and in how many activities they were counted."""
    if not whole.counted:
        return ""
    people = counted(whole.people, "participant")
    if whole.counted == whole.activities:
        return f" et {people}"
    return f", dont {format_integer(whole.counted)} où les participants ont été comptés : {people}"


def _summary_row(title: str, summary: ChapterSummary, *, style: str = "") -> Row:
    none = summary.activities == 0
    return Row(
        (
            title,
            format_integer(summary.activities),
            "—" if none else _counted_people(summary, summary.people),
            "—" if none else _counted_people(summary, summary.women),
            "—" if none else format_integer(summary.cost_francs),
        ),
        style,
    )


def _counted_people(summary: ChapterSummary, people: int | None) -> str:
    """Write a sum of participants: nobody counted is not nobody there, nor a part the whole."""
    if not summary.counted or people is None:
        return format_integer(None)
    least = f"≥{NO_BREAK_SPACE}" if summary.counted < summary.activities else ""
    return f"{least}{format_integer(people)}"


def chapter_figures(facts: ReportFacts, key: str, numbering: Numbering) -> Iterator[Block]:
    """Yield a chapter's participants by kind and its activities, from the register."""
    lines = facts.activities_of(key)
    yield Heading(f"Les chiffres de {facts.year}")
    if not lines:
        yield Paragraph("Aucune activité n’est inscrite au registre pour ce chapitre.", "empty")
        return
    title = section(key).title
    groups = participants_by_kind(lines)
    if groups:
        yield _participants_table(f"Participants — {title}", groups, numbering)
    yield _activities_table(f"Activités — {title}", lines, numbering)


def _participants_table(
    title: str, groups: tuple[Participants, ...], numbering: Numbering
) -> Table:
    unknown = any(group.women is None for group in groups)
    return numbering.table(
        title,
        [(HeadCell("Participants", numeric=False), HeadCell("Nombre"), HeadCell("dont femmes"))],
        [
            Row((group.label, format_integer(group.total), format_integer(group.women)))
            for group in groups
        ],
        widths=(70, 15, 15),
        notes=(_WOMEN_NOTE,) if unknown else (),
        source=REGISTER_SOURCE,
    )


def _activities_table(title: str, lines: tuple[ActivityFact, ...], numbering: Numbering) -> Table:
    funded = any(line.funder for line in lines)
    head = [
        HeadCell("Dates", numeric=False),
        HeadCell("Activité", numeric=False),
        HeadCell("Lieu", numeric=False),
        *([HeadCell("Bailleur", numeric=False)] if funded else []),
        HeadCell("Participants"),
    ]
    return numbering.table(
        title,
        [head],
        [_activity_row(line, funded=funded) for line in lines],
        text_columns=range(len(head) - 1),
        widths=(14, 39, 17, 14, 16) if funded else (16, 46, 21, 17),
        is_typed=True,
        source=REGISTER_SOURCE,
        is_long=len(lines) > LONG,
    )


def _activity_row(line: ActivityFact, *, funded: bool) -> Row:
    return Row(
        (
            days(line.starts_on, line.ends_on),
            _what(line),
            line.place or "—",
            *((line.funder or "—",) if funded else ()),
            format_integer(line.people) if line.participants else "—",
        )
    )


def _what(line: ActivityFact) -> str:
    what = line.theme
    if line.kind and line.kind != _NO_KIND:
        what = f"{line.kind[:1].upper()}{line.kind[1:]} : {line.theme}"
    return f"{what.rstrip('.')}. {line.result}" if line.result else what
