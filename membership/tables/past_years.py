"""Columns of the list of published past years."""

import django_tables2 as tables
from django_tables2.utils import A

from conamus.pages.columns import NumberColumn
from membership.models import PastYear


class PastYearTable(tables.Table):
    """Past years in use, the latest first."""

    label = tables.Column(
        "Année mutualiste", linkify=("past_year_detail", {"pk": A("pk")}), order_by=("starts_year",)
    )
    tenant = tables.Column("Fédération", accessor="tenant__short_name")
    promoter = tables.Column("Promoteur", accessor="promoter__name")
    sections = NumberColumn("Mutuelles et sections")
    households = NumberColumn("Ménages")
    source = tables.Column("Source", orderable=False)
    version = tables.Column("Corrections", orderable=False)
    is_withdrawn = tables.Column("État", orderable=False)

    class Meta:
        model = PastYear
        fields = (
            "label", "tenant", "promoter", "sections", "households", "source", "version",
            "is_withdrawn",
        )  # fmt: skip
        order_by = ("-label",)

    def render_version(self, value: int) -> str:
        """How often it was corrected; nothing where it never was."""
        return str(value - 1) if value > 1 else ""

    def render_is_withdrawn(self, value: bool) -> str:
        """Say which years nothing counts any more."""
        return "retirée" if value else "en usage"
