"""The register of a unit's members for a year, numbered, colline by colline, with every person."""

from collections.abc import Sequence

from conamus.printing.pdf import SANS, PrintedDocument, print_html, render_html
from membership.selectors.papers import Entry, Sheet, by_colline

_TEMPLATE = "pdf/membership/register.html"


def register_pdf(sheet: Sheet, entries: Sequence[Entry]) -> PrintedDocument:
    """Return the register as a PDF."""
    context = {
        "sheet": sheet,
        "collines": by_colline(entries, lambda entry: entry.enrolment.household.colline),
        "households": len(entries),
        "people": sum(entry.enrolment.people for entry in entries),
        "due_francs": sum(entry.enrolment.owed_francs for entry in entries),
        "paid_francs": sum(entry.enrolment.paid_francs for entry in entries),
        "sans": SANS,
    }
    return print_html(render_html(_TEMPLATE, context))
