"""Filters of the log of reminders."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from conamus.pages.widgets import DayInput, SearchInput
from federations.models import Unit
from membership.models import Reminder
from membership.selectors.households import found_by, households, units_with_households


def _units(request: Any) -> QuerySet[Unit]:
    return units_with_households(request.actor)


class ReminderFilter(django_filters.FilterSet):
    """By household, unit, purpose, what became of it, and days."""

    q = django_filters.CharFilter(
        label="Nom, numéro ou téléphone", widget=SearchInput, method="keep_found"
    )
    unit = django_filters.ModelChoiceFilter(
        label="Unité", field_name="household__unit", queryset=_units, empty_label="toutes"
    )
    purpose = django_filters.ChoiceFilter(
        label="Objet", choices=Reminder.Purpose.choices, empty_label="tous"
    )
    state = django_filters.ChoiceFilter(
        label="État", choices=Reminder.State.choices, empty_label="tous"
    )
    since = django_filters.DateFilter(
        label="Du", field_name="asked_at", lookup_expr="date__gte", widget=DayInput
    )
    until = django_filters.DateFilter(
        label="Au", field_name="asked_at", lookup_expr="date__lte", widget=DayInput
    )

    class Meta:
        model = Reminder
        fields = ("q", "unit", "purpose", "state", "since", "until")

    def keep_found(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep the messages to the households that a name, number or telephone leads to."""
        actor = self.request.actor
        return rows.filter(household__in=found_by(households(actor), actor=actor, text=text))
