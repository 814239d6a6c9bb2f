"""Columns of the queue of possible duplicates."""

import django_tables2 as tables
from django_tables2.utils import A

from conamus.pages.columns import CodeColumn, DayColumn, FrancsColumn, NumberColumn
from membership.models import DuplicatePair, Enrolment


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


class EnrolledDuplicateTable(tables.Table):
    """Households closed as duplicates that are still enrolled."""

    household = CodeColumn(
        "Ménage fermé",
        accessor="household__number",
        linkify=("duplicate_enrolment", {"household_id": A("household_id")}),
        order_by=("household__number", "-year_id"),
    )
    kept_number = CodeColumn("Ménage gardé", default="n.d.")
    unit = tables.Column("Unité", accessor="household__unit__name", orderable=False)
    closed_on = DayColumn("Fermé le", accessor="household__closed_on")
    year = CodeColumn("Encore inscrit pour", accessor="year_id")
    owed_francs = FrancsColumn("Dû")
    paid_francs = FrancsColumn("Payé")

    class Meta:
        model = Enrolment
        fields = (
            "household", "kept_number", "unit", "closed_on", "year", "owed_francs", "paid_francs",
        )  # fmt: skip

    def render_year(self, value: int) -> str:
        """A year is no quantity."""
        return str(value)
