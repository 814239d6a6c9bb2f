"""Columns of the queue of possible duplicates."""

import django_tables2 as tables
from django_tables2.utils import A

from conamus.pages.columns import NumberColumn
from membership.models import DuplicatePair


class DuplicateTable(tables.Table):
    """Pairs of records, the likeliest first."""

    first = tables.Column("Première fiche", linkify=("duplicate_pair", {"pair_id": A("pk")}))
    second = tables.Column("Deuxième fiche", orderable=False)
    score = NumberColumn("Ressemblance (sur 100)")
    reasons = tables.Column("Parce que", orderable=False)
    state = tables.Column("État")

    class Meta:
        model = DuplicatePair
        fields = ("first", "second", "score", "reasons", "state")
        order_by = ("-score",)

    def render_first(self, record: DuplicatePair) -> str:
        """Show the name and the number."""
        return f"{record.first}, {record.first.number}"

    def render_second(self, record: DuplicatePair) -> str:
        """Show the name and the number."""
        return f"{record.second}, {record.second.number}"
