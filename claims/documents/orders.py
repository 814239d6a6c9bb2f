"""The payment advice of an order: what it pays, line by line, and room for the receipt."""

from claims.models import PaymentOrder
from claims.selectors.orders import name_of, spread_of
from conamus.printing.pdf import SANS, PrintedDocument, print_html, render_html

_TEMPLATE = "pdf/claims/order.html"


def order_pdf(order: PaymentOrder) -> PrintedDocument:
    """Return the advice of an order (loaded by ``order_by_id``) as a PDF."""
    context = {
        "order": order,
        "name": name_of(order),
        "undoes": name_of(order.reverses) if order.reverses is not None else "",
        "federation": order.tenant.name,
        "spread": spread_of(order),
        "sans": SANS,
    }
    return print_html(render_html(_TEMPLATE, context))
