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

#: About eighty pages: more is not carried from house to house.
MOST_ROWS = 3_000
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


def read_arrears(actor: Actor, rows: Any, *, year: int, on: date) -> dict[str, Any]:
    """Return all that the paper says of the rows (enrolments with their lateness).

    DomainError for more of them than anybody carries.
    """
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
    return {
        "federation": Federation.objects.get(pk=actor.tenant_id).name,
        "year": str(year),
        "on": on,
        "groups": groups,
        "total_count": len(found),
        "total_francs": sum(group.francs for group in groups),
        "sans": SANS,
    }


def print_arrears(read: dict[str, Any]) -> PrintedDocument:
    """Print what was read; nothing more is."""
    return print_html(render_html(_TEMPLATE, read))
