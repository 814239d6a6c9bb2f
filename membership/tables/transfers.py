"""Columns of the lists of transfers and of number ranges."""

from typing import Any

import django_tables2 as tables
from django_tables2.utils import A

from conamus.pages.columns import DayColumn, NumberColumn
from membership.models import NumberRange, Transfer
from membership.rules.numbers import household_number


class TransferTable(tables.Table):
    """Transfers of both directions."""

    number = tables.Column(
        "Ménage",
        linkify=("transfer_detail", {"pk": A("pk")}),
        attrs={"td": {"class": "text-nowrap"}},
    )
    head_name = tables.Column("Adhérent")
    people = NumberColumn("Personnes", orderable=False)
    origin = tables.Column("De", accessor="tenant__short_name")
    destination = tables.Column("Vers", accessor="destination__short_name")
    leaves_on = DayColumn("Quitte le")
    state = tables.Column("État")

    class Meta:
        model = Transfer
        fields = ("number", "head_name", "people", "origin", "destination", "leaves_on", "state")
        order_by = ("-id",)

    def render_people(self, value: list[Any]) -> str:
        """How many."""
        return str(len(value))

    def value_people(self, value: list[Any]) -> int:
        """How many, in an export."""
        return len(value)


class RangeTable(tables.Table):
    """Ranges of numbers, with what is left of each."""

    unit = tables.Column("Unité", accessor="unit__name", order_by=("unit__sort_key", "first"))
    first = tables.Column("Du numéro")
    last = tables.Column("Au numéro")
    left = NumberColumn("Restent", empty_values=(), orderable=False)
    opened_on = DayColumn("Ouverte le")

    class Meta:
        model = NumberRange
        fields = ("unit", "first", "last", "left", "opened_on")
        order_by = ("unit", "first")

    def render_first(self, value: int, record: NumberRange) -> str:
        """The number as households bear it."""
        return household_number(record.prefix, value)

    def render_last(self, value: int, record: NumberRange) -> str:
        """The number as households bear it."""
        return household_number(record.prefix, value)

    def render_left(self, record: NumberRange) -> str:
        """How many can still be handed out."""
        return str(record.last - record.following + 1)

    def value_left(self, record: NumberRange) -> int:
        """The same, in an export."""
        return record.last - record.following + 1
