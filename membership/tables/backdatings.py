"""Columns of the list of operations that were dated back."""

import django_tables2 as tables
from django.urls import reverse

from conamus.pages.columns import CodeColumn, DayColumn, FrancsColumn, NumberColumn
from membership.models import Backdating, Household
from membership.selectors.payments import receipt_of


def _household(record: Backdating) -> Household:
    """Return whose operation it is."""
    of = record.event or record.enrolment
    if of is None:
        raise ValueError(f"backdating {record.pk} is of nothing")
    return of.household


class BackdatingTable(tables.Table):
    """What was dated back, by how much, by whom and why."""

    written_on = DayColumn("Inscrit le", order_by=("written_on", "pk"))
    dated_on = DayColumn("Daté du", order_by=("dated_on", "pk"))
    days = NumberColumn("Jours en arrière", empty_values=(), orderable=False)
    what = tables.Column("Opération", empty_values=(), orderable=False)
    household = CodeColumn(
        "Ménage",
        accessor="pk",
        linkify=lambda record: reverse("household_detail", args=[_household(record).pk]),
        orderable=False,
    )
    year = CodeColumn("Pour", accessor="enrolment__year_id", default="", orderable=False)
    amount_francs = FrancsColumn(
        "Montant", accessor="payment__amount_francs", default="", orderable=False
    )
    unit = tables.Column("Unité", accessor="pk", orderable=False)
    reason = tables.Column("Motif", orderable=False)
    recorded_by = tables.Column("Par")

    class Meta:
        model = Backdating
        fields = (
            "written_on", "dated_on", "days", "what", "household", "year", "amount_francs", "unit",
            "reason", "recorded_by",
        )  # fmt: skip

    def render_days(self, record: Backdating) -> str:
        """Count them."""
        column: NumberColumn = self.columns["days"].column
        return str(column.render((record.written_on - record.dated_on).days))

    def value_days(self, record: Backdating) -> int:
        """Export them as a number."""
        return (record.written_on - record.dated_on).days

    def render_household(self, record: Backdating) -> str:
        """Return its number."""
        return _household(record).number

    value_household = render_household

    def render_unit(self, record: Backdating) -> str:
        """Return the household's unit."""
        return str(_household(record).unit.name)

    value_unit = render_unit

    def render_year(self, value: int) -> str:
        """A year is no quantity."""
        return str(value)

    def render_what(self, record: Backdating) -> str:
        """Say whether it is the signature, which receipt, or what happened."""
        if record.event is not None:
            return str(record.event.get_kind_display())
        if record.payment is None:
            return "adhésion"
        return f"reçu {receipt_of(record.payment)}"

    value_what = render_what
