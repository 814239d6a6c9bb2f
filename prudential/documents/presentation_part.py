"""Part I.1 of the yearly report: the members of the confederation, the bodies of the network."""

from collections.abc import Iterator

from conamus.kernel.figures import format_integer
from federations.models import Unit
from prudential.documents.blocks import Block, Bullets, HeadCell, Numbering, Paragraph, Row, Table
from prudential.documents.words import counted
from prudential.rules.annual_facts import ReportFacts

_BODY_NAMES = {
    Unit.Kind.MANAGEMENT_CENTRE: ("centre de gestion", "centres de gestion"),
    Unit.Kind.PROVINCIAL_ANTENNA: ("antenne provinciale", "antennes provinciales"),
    Unit.Kind.COMMUNAL_ANTENNA: ("antenne communale", "antennes communales"),
    Unit.Kind.DISTRICT_UNION: (
        "union de district sanitaire (UDS)",
        "unions de district sanitaire (UDS)",
    ),
}


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
        yield Paragraph("Au service des mutuelles et sections :", "lead")
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
