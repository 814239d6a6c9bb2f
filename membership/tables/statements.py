"""Columns of statements and of their lines."""

from collections.abc import Iterable
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html_join
from django_tables2.utils import A

from conamus.pages.columns import CodeColumn, DayColumn, FrancsColumn, MomentColumn, NumberColumn
from membership.models import OperatorStatement, Payment, StatementLine, StatementTie
from membership.selectors.payments import receipt_of


class StatementTable(tables.Table):
    """Statements with how far they are reconciled."""

    name = tables.Column("Fichier", linkify=("statement_detail", {"statement_id": A("pk")}))
    method = tables.Column("Opérateur")
    starts_on = DayColumn("Du")
    ends_on = DayColumn("Au")
    line_count = NumberColumn("Lignes")
    matched = NumberColumn("Rapprochées")
    ambiguous = NumberColumn("Ambiguës")
    unknown = NumberColumn("Inconnues")
    set_aside = NumberColumn("Écartées")
    recorded_by = tables.Column("Apporté par")
    recorded_at = MomentColumn("Le")

    class Meta:
        model = OperatorStatement
        fields = (
            "name", "method", "starts_on", "ends_on", "line_count", "matched", "ambiguous",
            "unknown", "set_aside", "recorded_by", "recorded_at",
        )  # fmt: skip


class LineTable(tables.Table):
    """Lines of a statement."""

    line_number = NumberColumn("Ligne", linkify=("statement_line", {"line_id": A("pk")}))
    paid_on = DayColumn("Date")
    reference = CodeColumn("Référence", default="")
    phone = CodeColumn("Téléphone", default="")
    amount_francs = FrancsColumn("Montant")
    state = tables.Column("État")
    explanation = tables.Column("Explication", orderable=False)
    receipts = tables.Column("Reçus", accessor="ties__all", default="", orderable=False)
    note = tables.Column("Libellé", default="")
    operator_fee_francs = FrancsColumn("Frais")
    settled_by = tables.Column("Traitée par", default="", orderable=False)

    class Meta:
        model = StatementLine
        fields = (
            "line_number", "paid_on", "reference", "phone", "amount_francs", "state",
            "explanation", "receipts", "note", "operator_fee_francs", "settled_by",
        )  # fmt: skip

    def render_receipts(self, value: Any) -> str:
        """Show each receipt's number, as a link."""
        links = (
            (reverse("payment_detail", args=[one.pk]), receipt_of(one)) for one in _paid(value)
        )
        return format_html_join(", ", '<a class="text-nowrap" href="{}">{}</a>', links)

    def value_receipts(self, value: Any) -> str:
        """Export the receipts' numbers."""
        return ", ".join(receipt_of(one) for one in _paid(value))


def _paid(ties: Iterable[StatementTie]) -> list[Payment]:
    return [tie.payment for tie in ties]
