"""Columns of the list of yearly reports."""

from typing import Any

import django_tables2 as tables
from django.http import HttpRequest
from django_tables2.utils import A

from conamus.pages.columns import MomentColumn, NumberColumn
from federations.rules.roles import Role
from prudential.models import AnnualReport


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

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        # The regulator meets no person's name anywhere.
        if request.actor.role is Role.REGULATOR:  # type: ignore[attr-defined]
            kwargs["exclude"] = ("produced_by",)
        super().__init__(*args, request=request, **kwargs)

    class Meta:
        model = AnnualReport
        fields = ("year", "unit", "produced_at", "produced_by", "pages", "file")
        order_by = ("-produced_at",)
