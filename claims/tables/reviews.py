"""Columns of the readers' queue, and of what a facility is to answer."""

from typing import Any

import django_tables2 as tables
from django.db.models import DateField, F, Func, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from claims.models import Claim
from claims.rules.states import State
from conamus.pages.columns import CodeColumn, DayColumn, FrancsColumn


class QueueTable(tables.Table):
    """Claims that wait for a reader, the most worthwhile first."""

    stub_number = CodeColumn("Souche", orderable=False)
    processing = tables.Column("Fédération", accessor="processing__short_name", orderable=False)
    facility = tables.Column("Formation sanitaire", accessor="facility__name", orderable=False)
    starts_on = DayColumn("Soins du")
    asked_francs = FrancsColumn("Demandé")
    review_rank = FrancsColumn("Enjeu")
    why = tables.Column("Parce que", orderable=False, default="")

    class Meta:
        model = Claim
        fields = (
            "stub_number",
            "processing",
            "facility",
            "starts_on",
            "asked_francs",
            "review_rank",
            "why",
        )

    #: The address's filters, which the cases keep.
    query = ""

    def order_starts_on(self, rows: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        """By the day as a value: by its index all claims would be met for the few that wait."""
        day = Func(F("starts_on"), template="(%(expressions)s + 0)", output_field=DateField())
        return rows.order_by(day.desc() if is_descending else day.asc(), "pk"), True

    def render_stub_number(self, record: Claim, value: str) -> SafeString:
        """Lead to the case, with the filters that the reader goes by."""
        url = reverse("review_case", args=[record.care_year, record.pk])
        return format_html('<a href="{}{}">{}</a>', url, self.query, value)

    def value_stub_number(self, value: str) -> str:
        """Export the number alone."""
        return value

    def render_why(self, record: Any, value: str) -> str:
        """Say what is asked of the reader beside why it came."""
        told = [value] if value else []
        if record.waits_for == Claim.WaitsFor.SECOND_READER:
            told.append("second lecteur")
        if record.waits_until is not None:
            told.append("revenue de son attente")
        if record.state == State.CONTESTED and "contest" not in value:
            told.append("décision contestée")
        return ", ".join(told)
