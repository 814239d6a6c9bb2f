"""Columns of the lists of who is late, and of who paid too much."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.http import HttpRequest
from django_tables2.utils import A

from conamus import clock
from conamus.pages.columns import CodeColumn, FrancsColumn, NumberColumn
from federations.rules.roles import Permission, is_permitted
from membership.models import Enrolment


class ArrearsTable(tables.Table):
    """Households that are late, with what to collect."""

    household = CodeColumn(
        "Ménage",
        accessor="household__number",
        linkify=("household_detail", {"pk": A("household_id")}),
    )
    head = tables.Column("Adhérent", accessor="head_name", default="n.d.", orderable=False)
    phone = CodeColumn("Téléphone", accessor="household__phone", orderable=False, default="")
    unit = tables.Column(
        "Unité", accessor="household__unit__name", order_by=("household__unit__sort_key",)
    )
    colline = tables.Column("Colline", accessor="colline__name", order_by=("colline__sort_key",))
    late_francs = FrancsColumn("En retard")
    days = NumberColumn("Jours", accessor="late_since")
    promise = tables.Column("Promesse", accessor="has_promise", orderable=False)

    pay = tables.Column(
        "Action",
        linkify=("payment_add", {"enrolment_id": A("pk")}),
        empty_values=(),
        orderable=False,
        exclude_from_export=True,
    )

    class Meta:
        model = Enrolment
        fields = (
            "household", "head", "phone", "unit", "colline", "late_francs", "days", "promise",
            "pay",
        )  # fmt: skip
        order_by = ("-days",)

    def before_render(self, request: HttpRequest) -> None:
        """Offer the till to those who may take money."""
        if not is_permitted(request.actor.role, Permission.COLLECT_CONTRIBUTIONS):  # type: ignore[attr-defined]
            self.columns.hide("pay")

    def render_pay(self) -> str:
        """Name the action."""
        return "Encaisser"

    def render_days(self, record: Any) -> str:
        """Show how many days have passed since."""
        return str(self.value_days(record))

    def value_days(self, record: Any) -> int:
        """Return how many days have passed since."""
        return (clock.today() - record.late_since).days

    def order_days(self, rows: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        """More days are an earlier day."""
        day = "late_since" if is_descending else "-late_since"
        return rows.order_by(day, "household__number"), True

    def render_promise(self, value: bool) -> str:
        """Say whether a promise was not kept."""
        return "non tenue" if value else ""

    value_promise = render_promise


class OverpaidTable(tables.Table):
    """Households of which more was received than is asked."""

    household = CodeColumn(
        "Ménage",
        accessor="household__number",
        linkify=("household_detail", {"pk": A("household_id")}),
    )
    head = tables.Column("Adhérent", accessor="head_name", default="n.d.", orderable=False)
    phone = CodeColumn("Téléphone", accessor="household__phone", orderable=False, default="")
    unit = tables.Column(
        "Unité", accessor="household__unit__name", order_by=("household__unit__sort_key",)
    )
    over_francs = FrancsColumn("Trop-perçu")

    class Meta:
        model = Enrolment
        fields = ("household", "head", "phone", "unit", "over_francs")
        order_by = ("-over_francs",)
