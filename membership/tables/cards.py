"""Columns of the list of cards."""

import django_tables2 as tables
from django_tables2.utils import A

from conamus.pages.columns import CodeColumn, DayColumn
from membership.models import Card


class CardTable(tables.Table):
    """Cards, the latest first."""

    serial = CodeColumn("Carte", linkify=("card_detail", {"card_id": A("pk")}))
    household = tables.Column(
        "Ménage",
        accessor="household__number",
        linkify=("household_detail", {"pk": A("household_id")}),
    )
    unit = tables.Column("Unité", accessor="household__unit__name", orderable=False)
    issued_on = DayColumn("Émise le")
    expires_on = DayColumn("Valable jusqu’au")
    revoked_on = DayColumn("Révoquée le", default="")
    revoked_because = tables.Column("Parce que", default="", orderable=False)

    class Meta:
        model = Card
        fields = (
            "serial", "household", "unit", "issued_on", "expires_on", "revoked_on",
            "revoked_because",
        )  # fmt: skip
        order_by = ("-issued_on",)
