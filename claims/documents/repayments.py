"""The receipt of a repayment: what it pays back, debt by debt, advance by advance."""

from claims.models import FacilityRepayment
from claims.selectors.repayments import lessened, name_of_repayment
from conamus.printing.pdf import SANS, PrintedDocument, print_html, render_html

_TEMPLATE = "pdf/claims/repayment.html"


def repayment_pdf(repayment: FacilityRepayment) -> PrintedDocument:
    """Return the receipt of a repayment (loaded by ``repayment_by_id``) as a PDF."""
    former = repayment.reverses
    context = {
        "repayment": repayment,
        "name": name_of_repayment(repayment),
        "undoes": name_of_repayment(former) if former is not None else "",
        "federation": repayment.tenant.name,
        "lessened": lessened(repayment),
        "sans": SANS,
    }
    return print_html(render_html(_TEMPLATE, context))
