"""Columns of the lists of invoices and payment orders."""

from typing import Any

import django_tables2 as tables
from django_tables2.utils import A

from claims.models import FacilityInvoice, PaymentOrder
from claims.rules.invoices import Age
from claims.selectors.complaints import days_on, standing_on
from claims.selectors.invoices import age_told
from claims.selectors.orders import name_of
from conamus import clock
from conamus.kernel.figures import format_integer
from conamus.pages.columns import (
    CodeColumn,
    DayColumn,
    FrancsColumn,
    NumberColumn,
    YesColumn,
)


class InvoiceTable(tables.Table):
    """Invoices, what they come to and how old what remains is."""

    number = CodeColumn("Facture", linkify=("invoice_detail", {"invoice_id": A("pk")}))
    month = tables.Column("Mois", order_by=("month", "pk"))
    facility = tables.Column(
        "Formation sanitaire", accessor="facility__name", order_by=("facility__sort_key",)
    )
    tenant = tables.Column("Fédération", accessor="tenant__short_name", orderable=False)
    received_on = DayColumn("Reçue le")
    state = tables.Column("État")
    is_take_on = YesColumn("À la reprise")
    payable_francs = FrancsColumn("À payer", default="—")
    due_francs = FrancsColumn("Reste", default="—")
    due_on = DayColumn("Échéance", default="—")
    age = tables.Column("Retard", empty_values=(), orderable=False)

    class Meta:
        model = FacilityInvoice
        fields = (
            "number", "month", "facility", "tenant", "received_on", "state", "is_take_on",
            "payable_francs", "due_francs", "due_on", "age",
        )  # fmt: skip

    def render_month(self, value: Any) -> str:
        """A month, 03/2025."""
        return f"{value:%m/%Y}"

    def render_age(self, record: Any) -> str:
        """How long what remains has been due."""
        age = age_told(record, clock.today())
        return "" if age in (None, Age.TO_COME) else age.label

    value_age = render_age


class OrderTable(tables.Table):
    """Payment orders and counter-orders."""

    order = CodeColumn(
        "Ordre",
        accessor="order_number",
        linkify=("order_detail", {"order_id": A("pk")}),
        order_by=("order_year", "order_number"),
    )
    paid_on = DayColumn("Payé le", order_by=("paid_on", "pk"))
    facility = tables.Column(
        "Formation sanitaire", accessor="facility__name", order_by=("facility__sort_key",)
    )
    tenant = tables.Column("Fédération", accessor="tenant__short_name", orderable=False)
    kind = tables.Column("Nature")
    amount_francs = FrancsColumn("Montant")
    method = tables.Column("Moyen")
    reference = tables.Column("Référence", default="")
    state = tables.Column("État", empty_values=(), orderable=False)
    recorded_by = tables.Column("Inscrit par")

    class Meta:
        model = PaymentOrder
        fields = (
            "order", "paid_on", "facility", "tenant", "kind", "amount_francs", "method",
            "reference", "state", "recorded_by",
        )  # fmt: skip

    def render_order(self, record: PaymentOrder) -> str:
        """Show its name."""
        return name_of(record)

    value_order = render_order

    def render_state(self, record: PaymentOrder) -> str:
        """Say what has become of it."""
        if record.reverses is not None:
            return f"annule {name_of(record.reverses)}"
        return f"annulé par {name_of(record.reversed_by)}" if is_undone(record) else "valable"

    value_state = render_state


def is_undone(order: PaymentOrder) -> bool:
    """Tell whether a counter-order has undone an order."""
    return hasattr(order, "reversed_by")


class ComplaintTable(tables.Table):
    """Complaints and their delays."""

    number = CodeColumn(
        "N°", accessor="pk", linkify=("complaint_detail", {"complaint_id": A("pk")})
    )
    received_on = DayColumn("Reçue le", order_by=("received_on", "pk"))
    subject = tables.Column("Objet")
    complainant = tables.Column("Plaignant")
    facility = tables.Column(
        "Formation sanitaire", accessor="facility__name", default="", orderable=False
    )
    unit = tables.Column("Reçue par", accessor="unit__name", order_by=("unit__sort_key",))
    due_on = DayColumn("Réponse due le")
    standing = tables.Column("État", empty_values=(), orderable=False)
    days = NumberColumn("Jours", empty_values=(), orderable=False)
    outcome = tables.Column("Conclusion", empty_values=(), orderable=False)

    def render_number(self, value: int) -> str:
        """A number is no quantity."""
        return str(value)

    def render_standing(self, record: Any) -> str:
        """Where it stands today."""
        return standing_on(record, clock.today()).label

    def render_days(self, record: Any) -> str:
        """How long the answer took, or has taken so far."""
        days = self.value_days(record)
        return "" if days is None else format_integer(days)

    def value_days(self, record: Any) -> int | None:
        """The same in the export."""
        return days_on(record, clock.today())

    def render_outcome(self, record: Any) -> str:
        """What was concluded."""
        answer = getattr(record, "answer", None)
        return str(answer.get_outcome_display()) if answer else ""
