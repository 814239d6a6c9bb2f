"""Columns of the registers of activities and expenses."""

import django_tables2 as tables
from django_tables2.utils import A

from conamus.kernel.figures import format_integer
from conamus.pages.columns import DayColumn, FrancsColumn, NumberColumn
from federations.models import Activity, Expense


class ActivityTable(tables.Table):
    """Activities that took place."""

    starts_on = DayColumn("Date")
    theme = tables.Column("Thème", linkify=("activity_detail", {"activity_id": A("pk")}))
    kind = tables.Column("Nature")
    unit = tables.Column("Unité", accessor="unit__name", order_by=("unit__sort_key",))
    place = tables.Column("Lieu", accessor="place__name", order_by=("place__sort_key",), default="")
    participants = NumberColumn("Participants", empty_values=(), orderable=False)
    women = NumberColumn("Dont femmes", empty_values=(), orderable=False)
    funder = tables.Column(
        "Bailleur", accessor="funder__name", order_by=("funder__sort_key",), default=""
    )
    cost_francs = FrancsColumn("Coût", default="n.d.")

    class Meta:
        model = Activity
        fields = (
            "starts_on", "theme", "kind", "unit", "place", "participants", "women", "funder",
            "cost_francs",
        )  # fmt: skip
        order_by = ("-starts_on",)

    def render_participants(self, record: Activity) -> str:
        """Show how many came."""
        return format_integer(self.value_participants(record))

    def value_participants(self, record: Activity) -> int | None:
        """Return how many came; None where nobody wrote it down."""
        return sum(group.total for group in record.participants.all()) or None

    def render_women(self, record: Activity) -> str:
        """Show how many of them were women, or that it is not known."""
        return format_integer(self.value_women(record))

    def value_women(self, record: Activity) -> int | None:
        """Return how many were women; None where a group does not say."""
        groups = list(record.participants.all())
        known = [group.women for group in groups if group.women is not None]
        return sum(known) if known and len(known) == len(groups) else None


class ExpenseTable(tables.Table):
    """Expenses that were made."""

    spent_on = DayColumn("Date")
    label = tables.Column("Libellé", linkify=("expense_detail", {"expense_id": A("pk")}))
    heading = tables.Column("Rubrique")
    unit = tables.Column("Unité", accessor="unit__name", order_by=("unit__sort_key",))
    funder = tables.Column(
        "Bailleur",
        accessor="funder__name",
        order_by=("funder__sort_key",),
        default="ressources propres",
    )
    voucher = tables.Column("Pièce", default="")
    amount_francs = FrancsColumn("Montant")

    class Meta:
        model = Expense
        fields = ("spent_on", "label", "heading", "unit", "funder", "voucher", "amount_francs")
        order_by = ("-spent_on",)
