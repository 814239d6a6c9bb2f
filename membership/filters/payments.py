"""Filters of the list of receipts."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from conamus.pages.widgets import DayInput, SearchInput
from federations.filters.registers import year_choices
from federations.models import Unit
from membership.models import Method, Payment
from membership.selectors.households import units_with_households
from membership.selectors.payments import cancelled_keys, found_receipts, received_by

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
        label="Cotisation de",
        field_name="enrolment__year",
        choices=year_choices,
        empty_label="toute année",
    )
    method = django_filters.ChoiceFilter(label="Moyen", choices=Method.choices, empty_label="tous")
    by = django_filters.ChoiceFilter(
        label="Encaissé par", field_name="recorded_by", empty_label="tous"
    )
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

    class Meta:
        model = Payment
        fields = ("q", "unit", "since", "until", "year", "method", "by", "state")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: What is received in all, by who wrote the receipts: whom the list can be kept to.
        self.received = received_by(self.queryset)
        self.filters["by"].extra["choices"] = [(name, name) for name in self.received]

    def keep_found(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep what a number leads to."""
        return found_receipts(rows, text)

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
