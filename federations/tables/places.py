"""Columns of the list of places."""

import django_tables2 as tables
from django_tables2.utils import A

from federations.models import Place
from federations.selectors.places import lineage


class PlaceTable(tables.Table):
    """Places of one division."""

    name = tables.Column("Nom", linkify=("place_detail", {"pk": A("pk")}), order_by=("sort_key",))
    kind = tables.Column("Niveau")
    within = tables.Column("Dans", empty_values=(), orderable=False)
    seat = tables.Column("Chef-lieu", default="")
    code = tables.Column("Code")

    class Meta:
        model = Place
        fields = ("name", "kind", "within", "seat", "code")
        order_by = ("name",)

    def render_within(self, record: Place) -> str:
        """Return what it lies in, nearest first."""
        return ", ".join(place.name for place in reversed(lineage(record)))

    value_within = render_within
