"""Columns of the list of yearly reports, and of the regulator's care."""

from typing import Any

import django_tables2 as tables
from django_tables2.utils import A

from claims.tables.care_figures import RateColumn
from conamus.charts.formats import MASKED
from conamus.kernel.figures import NOT_KNOWN, format_rate
from conamus.pages.columns import FrancsColumn, MomentColumn, NumberColumn
from federations.rules.roles import CONFEDERATION_ROLES, Role
from prudential.models import AnnualReport
from prudential.rules.care_aggregates import CareAggregate


class AnnualReportTable(tables.Table):
    """Reports as they were produced, latest first."""

    # Text, not a quantity: a year has no thousands.
    year = tables.Column("Année", accessor="year_text", order_by=("year",))
    unit = tables.Column("Unité", accessor="unit__name")
    produced_at = MomentColumn("Produit le")
    produced_by = tables.Column("Par")
    pages = NumberColumn("Pages")
    file = tables.Column(
        "Fichier",
        accessor="file_label",
        orderable=False,
        linkify=("annual_report_file", {"pk": A("pk")}),
    )

    regulator = tables.Column("Régulateur", accessor="regulator_word", orderable=False)

    class Meta:
        model = AnnualReport
        fields = ("year", "unit", "produced_at", "produced_by", "pages", "regulator", "file")
        order_by = ("-produced_at",)


def hidden_from(role: Role) -> tuple[str, ...]:
    """Return the columns that a role does not meet, on the page nor in the export."""
    if role is Role.REGULATOR:
        # The regulator meets no person's name anywhere.
        return ("produced_by", "regulator")
    # The regulator reads CONAMUS's reports only.
    return () if role in CONFEDERATION_ROLES else ("regulator",)


class CareAggregateTable(tables.Table):
    """Groups of attestations as the regulator reads them; the last line is the whole."""

    label = tables.Column("Groupe")
    cases = NumberColumn("Cas", accessor="sums__cases", default=MASKED)
    asked = FrancsColumn("Demandé (arrondi)", accessor="sums__asked_francs", default=MASKED)
    cost = FrancsColumn("Coût par cas", accessor="sums__cost_francs", default=NOT_KNOWN)
    decided = NumberColumn("Décidées", accessor="sums__decided", default=MASKED)
    mutuelle = FrancsColumn(
        "Part mutuelle (arrondie)", accessor="sums__mutuelle_francs", default=MASKED
    )
    mutuelle_cost = FrancsColumn(
        "Part mutuelle par cas", accessor="sums__mutuelle_cost_francs", default=NOT_KNOWN
    )
    stays = RateColumn("Séjours", accessor="sums__stay_rate", default=MASKED)
    rejected = RateColumn("Rejetées", accessor="sums__rejection_rate", empty_values=())

    def render_rejected(self, record: Any) -> str:
        """As the sentence above the table says it."""
        return rejection_word(record.sums)


def rejection_word(sums: CareAggregate) -> str:
    """Return the share rejected: masked, or unknown where nothing is decided."""
    return MASKED if sums.rejected is None else format_rate(sums.rejection_rate)
