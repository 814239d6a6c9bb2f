"""The list of arrears on paper, colline by colline, to go from house to house with."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_integer
from conamus.printing.pdf import SANS, PrintedDocument, print_html, render_html
from federations.models import Federation
from federations.tenancy.actor import Actor

#: About forty pages: more is not carried from house to house, and takes long to lay out.
MOST_ROWS = 1_500
_TEMPLATE = "pdf/membership/arrears.html"


@dataclass(frozen=True, slots=True)
class CollineGroup:
    """A unit's households of one colline that are late."""

    unit: str
    colline: str
    rows: list[Any]

    @property
    def francs(self) -> int:
        """What they owe together."""
        return sum(row.late_francs for row in self.rows)


def arrears_pdf(actor: Actor, rows: Any, *, year: int, on: date) -> PrintedDocument:
    """Return the rows (enrolments with their lateness) as a PDF; DomainError for too many."""
    ordered = rows.order_by(
        "household__unit__sort_key", "colline__sort_key", "colline_id", "household__number"
    )
    found = list(ordered[: MOST_ROWS + 1])
    if len(found) > MOST_ROWS:
        raise DomainError(
            f"Plus de {format_integer(MOST_ROWS)} ménages : choisissez une unité, puis imprimez."
        )
    for row in found:
        row.days = (on - row.late_since).days
    groups = [
        CollineGroup(unit, colline, list(rows_of))
        for (unit, colline, _), rows_of in groupby(
            found, key=lambda row: (row.household.unit.name, row.colline.name, row.colline_id)
        )
    ]
    context = {
        "federation": Federation.objects.get(pk=actor.tenant_id).name,
        "year": str(year),
        "on": on,
        "groups": groups,
        "total_count": len(found),
        "total_francs": sum(group.francs for group in groups),
        "sans": SANS,
    }
    return print_html(render_html(_TEMPLATE, context))
