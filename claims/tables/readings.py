"""The table of readings of what is private."""

import django_tables2 as tables
from django_tables2 import A

from claims.models import PrivateReading
from conamus.pages.columns import CodeColumn, MomentColumn
from federations.rules.roles import Role


class ReadingTable(tables.Table):
    """Who read the reason for care or the papers of which attestation, when."""

    read_at = MomentColumn("Le")
    read_by = tables.Column("Par", orderable=False)
    read_as = tables.Column("En tant que", orderable=False)
    stub = CodeColumn(
        "Attestation", linkify=("claim_detail", [A("care_year"), A("claim_id")]), orderable=False
    )
    facility = tables.Column("Formation sanitaire", accessor="facility__name", orderable=False)
    what = tables.Column("Quoi", orderable=False)

    class Meta:
        model = PrivateReading
        fields = ("read_at", "read_by", "read_as", "stub", "facility", "what")
        order_by = ("-read_at",)

    def render_what(self, value: str) -> str:
        """Say what was read."""
        return PrivateReading.What(value).label

    def render_read_as(self, value: str) -> str:
        """Say the role."""
        return Role(value).label
