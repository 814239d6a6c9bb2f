"""Filters of the list of receipts."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from conamus.pages.widgets import DayInput, SearchInput
from federations.filters.registers import year_choices
from federations.models import Unit
from membership.models import Method, Payment
from membership.selectors.households import units_with_households
from membership.selectors.payments import (
    Received,
    cancelled_keys,
    found_receipts,
    of_year,
    received_by,
)

VALID, CANCELLED, COUNTER = "valables", "annules", "contre-recus"


def _units(request: Any) -> QuerySet[Unit]:
    return units_with_households(request.actor)


class PaymentFilter(django_filters.FilterSet):
    """By number, unit, days, method, person and whether cancelled."""

    q = django_filters.CharFilter(
        label="Reçu, référence ou ménage", widget=SearchInput, method="keep_found"
    )
    unit = django_filters.ModelChoiceFilter(label="Unité", queryset=_units, empty_label="toutes")
    since = django_filters.DateFilter(
        label="Du", field_name="received_on", lookup_expr="gte", widget=DayInput
    )
    until = django_filters.DateFilter(
        label="Au", field_name="received_on", lookup_expr="lte", widget=DayInput
    )
    year = django_filters.ChoiceFilter(
        label="Cotisation de", choices=year_choices, empty_label="toute année", method="keep_year"
    )
    method = django_filters.ChoiceFilter(label="Moyen", choices=Method.choices, empty_label="tous")
    state = django_filters.ChoiceFilter(
        label="État",
        choices=[
            (VALID, "valables"),
            (CANCELLED, "annulés"),
            (COUNTER, "contre-reçus"),
        ],
        empty_label="tous",
        method="keep_state",
    )
    #: The last: it offers who wrote what the others let through.
    by = django_filters.ChoiceFilter(label="Encaissé par", empty_label="tous", method="keep_by")

    class Meta:
        model = Payment
        fields = ("q", "unit", "since", "until", "year", "method", "state", "by")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._of_anybody: QuerySet | None = None
        self._by = (self.data or {}).get("by", "")
        self.filters["by"].extra["choices"] = [(self._by, self._by)]

    def add_up(self) -> Received:
        """Return what the list comes to, in one statement; it says whom « Encaissé par » offers."""
        rows = self.qs if self._of_anybody is None else self._of_anybody
        received = received_by(rows)
        names = sorted({*received, self._by} - {""})
        self.form.fields["by"].choices = [("", "tous"), *((name, name) for name in names)]
        kept = received.values() if self._of_anybody is None else [received.get(self._by)]
        return sum(filter(None, kept), Received())

    def keep_found(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep what a number leads to."""
        return found_receipts(self.request.actor, rows, text)

    def keep_year(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep what was paid for a year's enrolments."""
        return rows.filter(of_year(self.request.actor, int(value)))

    def keep_by(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep those that one person wrote."""
        self._of_anybody = rows
        return rows.filter(recorded_by=value)

    def keep_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the valid ones, the cancelled ones, or the counter-receipts."""
        if value == COUNTER:
            return rows.filter(reverses__isnull=False)
        first = rows.filter(reverses__isnull=True)
        cancelled = cancelled_keys(self.request.actor)
        return (
            first.filter(pk__in=cancelled)
            if value == CANCELLED
            else first.exclude(pk__in=cancelled)
        )
