"""Columns of the list of units."""

import django_tables2 as tables
from django_tables2.utils import A

from conamus.pages.columns import CodeColumn, DayColumn
from federations.models import Unit


class UnitTable(tables.Table):
    """Units of the network."""

    name = tables.Column("Nom", linkify=("unit_detail", {"pk": A("pk")}), order_by=("sort_key",))
    code = CodeColumn("Code")
    kind = tables.Column("Nature")
    federation = tables.Column(
        "Fédération", accessor="tenant__short_name", order_by=("tenant__sort_key", "sort_key")
    )
    parent = tables.Column("Rattachée à", accessor="parent__name", order_by=("parent__sort_key",))
    place = tables.Column("Lieu", accessor="place__name", order_by=("place__sort_key",))
    valid_from = DayColumn("Ouverte le")
    valid_to = DayColumn("Fermée le", default="")

    class Meta:
        model = Unit
        fields = ("name", "code", "kind", "federation", "parent", "place", "valid_from", "valid_to")
        order_by = ("name",)
