"""Columns of the list of receipts, and of payments that no statement shows."""

import django_tables2 as tables
from django_tables2.utils import A

from conamus.pages.columns import CodeColumn, DayColumn, FrancsColumn
from membership.models import Payment
from membership.selectors.payments import receipt_of


class ReceiptColumn(CodeColumn):
    """A receipt's number, which leads to it."""

    def __init__(self) -> None:
        super().__init__(
            "Reçu",
            accessor="receipt_number",
            linkify=("payment_detail", {"payment_id": A("pk")}),
            order_by=("receipt_year", "unit__code", "receipt_number"),
        )

    def render(self, record: Payment) -> str:
        """Show its name."""
        return receipt_of(record)

    def value(self, record: Payment) -> str:
        """Export its name."""
        return receipt_of(record)


class PaymentTable(tables.Table):
    """Receipts and counter-receipts."""

    receipt = ReceiptColumn()
    received_on = DayColumn("Reçu le", order_by=("received_on", "pk"))
    household = CodeColumn("Ménage", accessor="enrolment__household__number", orderable=False)
    head = tables.Column("Adhérent", accessor="head_name", default="n.d.", orderable=False)
    year = CodeColumn("Pour", accessor="enrolment__year_id", orderable=False)
    amount_francs = FrancsColumn("Montant")
    method = tables.Column("Moyen")
    state = tables.Column("État", empty_values=(), orderable=False)
    unit = tables.Column("Unité", accessor="unit__name", order_by=("unit__sort_key",))
    reference = tables.Column("Référence", default="")
    paper_receipt = tables.Column("Reçu papier", default="")
    recorded_by = tables.Column("Encaissé par")

    class Meta:
        model = Payment
        fields = (
            "receipt", "received_on", "household", "head", "year", "amount_francs", "method",
            "state", "unit", "reference", "paper_receipt", "recorded_by",
        )  # fmt: skip

    def render_year(self, value: int) -> str:
        """A year is no quantity."""
        return str(value)

    def render_state(self, record: Payment) -> str:
        """Say what has become of it."""
        if record.reverses is not None:
            return f"contre-reçu de {receipt_of(record.reverses)}"
        if hasattr(record, "reversed_by"):
            return f"annulé par {receipt_of(record.reversed_by)}"
        return "valable"

    value_state = render_state


class UnlistedTable(tables.Table):
    """Mobile payments that no statement has shown."""

    receipt = ReceiptColumn()
    received_on = DayColumn("Reçu le", order_by=("received_on", "pk"))
    household = CodeColumn("Ménage", accessor="enrolment__household__number", orderable=False)
    unit = tables.Column("Unité", accessor="unit__name", order_by=("unit__sort_key",))
    method = tables.Column("Opérateur")
    reference = tables.Column("Référence", default="aucune")
    payer_phone = tables.Column("Téléphone", default="")
    amount_francs = FrancsColumn("Montant")
    recorded_by = tables.Column("Encaissé par")

    class Meta:
        model = Payment
        fields = (
            "receipt", "received_on", "household", "unit", "method", "reference", "payer_phone",
            "amount_francs", "recorded_by",
        )  # fmt: skip
