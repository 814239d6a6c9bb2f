"""Columns of the list of scales."""

import django_tables2 as tables
from django_tables2.utils import A

from conamus.pages.columns import DayColumn, FrancsColumn
from membership.models import ContributionScale


class ScaleTable(tables.Table):
    """Scales of every year and version."""

    year = tables.Column("Année", accessor="year_id", linkify=("scale_detail", {"pk": A("pk")}))
    whose = tables.Column("De", accessor="tenant__short_name", orderable=False)
    state = tables.Column("État")
    joining_fee_francs = FrancsColumn("Droit d’adhésion")
    derogation_on = DayColumn("Dérogation du", default="")
    in_force_from = DayColumn("En vigueur dès le", default="")
    adopted_by = tables.Column("Adopté par", default="", orderable=False)

    class Meta:
        model = ContributionScale
        fields = (
            "year", "whose", "state", "joining_fee_francs", "derogation_on", "in_force_from",
            "adopted_by",
        )  # fmt: skip
        order_by = ("-year",)

    def render_year(self, value: int) -> str:
        """A year is not a quantity."""
        return str(value)
