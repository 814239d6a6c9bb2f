"""Columns of the list of households."""

import django_tables2 as tables
from django.db.models import QuerySet
from django_tables2.utils import A

from conamus.pages.columns import DayColumn, NumberColumn
from membership.models import Household
from membership.selectors.households import by_head


class HouseholdTable(tables.Table):
    """Households of the tenant, or of the actor's units."""

    number = tables.Column(
        "Numéro",
        linkify=("household_detail", {"pk": A("pk")}),
        attrs={"td": {"class": "text-nowrap"}},
    )
    head = tables.Column("Adhérent", accessor="head_name", default="n.d.")
    unit = tables.Column("Unité", accessor="unit__name", order_by=("unit__sort_key", "number"))
    colline = tables.Column("Colline", accessor="colline__name", orderable=False)
    commune = tables.Column("Commune", accessor="colline__parent__parent__name", orderable=False)
    members = NumberColumn("Membres", accessor="members_count", orderable=False)
    is_enrolled = tables.Column("Adhésion de l’année", orderable=False)
    registered_on = DayColumn("Inscrit le")

    class Meta:
        model = Household
        fields = (
            "number", "head", "unit", "colline", "commune", "members", "is_enrolled",
            "registered_on",
        )  # fmt: skip
        order_by = ("number",)

    def order_head(self, rows: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        """Order by the head's name."""
        return by_head(rows, actor=self.request.actor, descending=is_descending), True

    def render_is_enrolled(self, value: bool) -> str:
        """Say it in a word."""
        return "oui" if value else "non"

    value_is_enrolled = render_is_enrolled


class NotRenewedTable(tables.Table):
    """Last year's households that are not enrolled yet: whom to visit, and how to call them."""

    head = tables.Column("Adhérent", accessor="head_name", default="n.d.", order_by="head_key")
    number = tables.Column(
        "Numéro",
        linkify=("household_detail", {"pk": A("pk")}),
        attrs={"td": {"class": "text-nowrap"}},
    )
    colline = tables.Column(
        "Colline", accessor="colline__name", order_by=("colline__sort_key", "head_key")
    )
    unit = tables.Column("Unité", accessor="unit__name", order_by=("unit__sort_key", "number"))
    phone = tables.Column("Téléphone", empty_values=(), orderable=False)

    class Meta:
        model = Household
        fields = ("head", "number", "colline", "unit", "phone")
        order_by = ("colline",)

    def render_phone(self, record: Household) -> str:
        """The household's telephone, else its head's."""
        return record.phone or getattr(record, "head_phone", "") or ""

    value_phone = render_phone
