"""The cash sheet of a day on paper: every receipt, sums by method, room for two signatures.

What is counted in the box and the difference are written by hand here: they belong to the books.
"""

from datetime import date

from conamus.printing.pdf import SANS, PrintedDocument, print_html, render_html
from federations.models import Federation
from membership.models import Payment
from membership.selectors.payments import CashSheet, receipt_of

_TEMPLATE = "pdf/membership/cash_sheet.html"


def cash_sheet_pdf(sheet: CashSheet, *, printed_on: date) -> PrintedDocument:
    """Return a unit's day as a PDF."""
    context = {
        "sheet": sheet,
        "lines": sheet_lines(sheet),
        "federation": Federation.objects.get(pk=sheet.unit.tenant_id).name,
        "printed_on": printed_on,
        "sans": SANS,
    }
    return print_html(render_html(_TEMPLATE, context))


def sheet_lines(sheet: CashSheet) -> list[tuple[Payment, str, str, str]]:
    """Return each payment with its receipt's number, the one that it cancels, why dated back."""
    return [
        (
            line,
            receipt_of(line),
            receipt_of(line.reverses) if line.reverses else "",
            sheet.reasons.get(line.pk, ""),
        )
        for line in sheet.lines
    ]
