"""Filters of the list of units."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from conamus import clock
from conamus.pages.widgets import DayInput, NameFilter
from federations.models import Federation, Place, Unit
from federations.selectors.places import provinces
from federations.selectors.units import in_province, open_on

OPEN, CLOSED, ALL = "ouvertes", "fermees", "toutes"


def _old_provinces(request: Any) -> QuerySet[Place]:
    return provinces(Place.Division.UNTIL_2025)


class UnitFilter(django_filters.FilterSet):
    """By name or code, kind, federation, province; open on a day, which is today unless told."""

    q = NameFilter(code_field="code")
    kind = django_filters.ChoiceFilter(
        label="Nature", choices=Unit.Kind.choices, empty_label="toutes"
    )
    federation = django_filters.ModelChoiceFilter(
        label="Fédération",
        field_name="tenant",
        queryset=Federation.objects.order_by("sort_key"),
        empty_label="toutes",
    )
    province = django_filters.ModelChoiceFilter(
        label="Province (avant 2025)",
        queryset=_old_provinces,
        method="keep_province",
        empty_label="toutes",
    )
    state = django_filters.ChoiceFilter(
        label="Situation",
        choices=[(CLOSED, "fermées"), (ALL, "ouvertes et fermées")],
        empty_label="ouvertes",
        method="keep_nothing_yet",
    )
    on = django_filters.DateFilter(label="À la date du", widget=DayInput, method="keep_nothing_yet")

    class Meta:
        model = Unit
        fields = ("q", "kind", "federation", "province", "state", "on")

    def keep_province(self, rows: QuerySet, name: str, province: Place) -> QuerySet:
        """Keep the units placed in a province or working in it."""
        return rows.filter(in_province(province.pk))

    def keep_nothing_yet(self, rows: QuerySet, name: str, value: object) -> QuerySet:
        """State and day only mean something together: see ``filter_queryset``."""
        return rows

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Keep the units that are open, or closed, on the day."""
        rows = super().filter_queryset(queryset)
        state = self.form.cleaned_data.get("state") or OPEN
        day = self.form.cleaned_data.get("on") or clock.today()
        if state == OPEN:
            return rows.filter(open_on(day))
        return rows.filter(valid_to__lte=day) if state == CLOSED else rows
