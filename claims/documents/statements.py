"""A facility's account on paper: each movement and what is owed after it."""

from datetime import date

from claims.selectors.facility_accounts import Statement
from conamus.printing.pdf import SANS, PrintedDocument, print_html, render_html
from federations.models import Federation
from federations.tenancy.actor import Actor

_TEMPLATE = "pdf/claims/statement.html"


def statement_pdf(actor: Actor, statement: Statement, *, printed_on: date) -> PrintedDocument:
    """Return the account as a PDF."""
    context = {
        "statement": statement,
        "federation": Federation.objects.get(pk=actor.tenant_id).name,
        "printed_on": printed_on,
        "sans": SANS,
    }
    return print_html(render_html(_TEMPLATE, context))
