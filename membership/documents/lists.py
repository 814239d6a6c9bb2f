"""Lists of households by colline, to go from house to house with: enrolled, or to renew.

Those in arrears have a list of their own (arrears.py).
"""

from collections.abc import Sequence
from typing import Any

from conamus.printing.pdf import SANS, PrintedDocument, print_html, render_html
from membership.models import Enrolment
from membership.selectors.papers import Sheet, by_colline

_MEMBERS, _RENEW = "pdf/membership/members_list.html", "pdf/membership/renew_list.html"


def members_pdf(sheet: Sheet, rows: Sequence[Enrolment]) -> PrintedDocument:
    """Return a unit's enrolled households (with ``head_name``, ``left_francs``) as a PDF."""
    context = {
        "sheet": sheet,
        "collines": by_colline(rows, lambda row: row.household.colline),
        "households": len(rows),
        "people": sum(row.people for row in rows),
        "sans": SANS,
    }
    return print_html(render_html(_MEMBERS, context))


def renew_pdf(sheet: Sheet, rows: Sequence[Any]) -> PrintedDocument:
    """Return last year's households that are not enrolled (``Renewable``) as a PDF."""
    context = {
        "sheet": sheet,
        "before": str(sheet.year.year - 1),
        "collines": by_colline(rows, lambda row: row.household.colline),
        "households": len(rows),
        "due_francs": sum(row.asked.due.total_francs for row in rows if row.asked),
        "sans": SANS,
    }
    return print_html(render_html(_RENEW, context))
