"""Columns of the list of promises."""

import django_tables2 as tables
from django_tables2.utils import A

from conamus.pages.columns import CodeColumn, DayColumn, FrancsColumn
from membership.models import Promise
from membership.selectors.promises import Course


class PromiseTable(tables.Table):
    """Promises and what has become of them."""

    household = CodeColumn(
        "Ménage",
        accessor="enrolment__household__number",
        linkify=("promise_detail", {"promise_id": A("pk")}),
        order_by=("enrolment__household__number",),
    )
    unit = tables.Column(
        "Unité",
        accessor="enrolment__household__unit__name",
        order_by=("enrolment__household__unit__sort_key",),
    )
    buyer = tables.Column("Retenue par")
    signed_on = DayColumn("Signée le")
    amount_francs = FrancsColumn("Promis")
    left_francs = FrancsColumn("Reste")
    next_due_on = DayColumn("Prochaine échéance", default="")
    course = tables.Column("État", orderable=False)

    class Meta:
        model = Promise
        fields = (
            "household", "unit", "buyer", "signed_on", "amount_francs", "left_francs",
            "next_due_on", "course",
        )  # fmt: skip

    def render_course(self, value: str) -> str:
        """Say it in words."""
        return Course(value).label

    value_course = render_course
