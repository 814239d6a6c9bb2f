"""Filters of the list of places."""

import django_filters
from django.db.models import QuerySet

from conamus.pages.widgets import NameFilter
from federations.models import Place

#: The level shown when nothing is chosen or searched.
_FIRST = Place.Kind.PROVINCE


class PlaceFilter(django_filters.FilterSet):
    """By name, division and level: the provinces of the new division unless told."""

    q = NameFilter()
    division = django_filters.ChoiceFilter(
        label="Découpage",
        choices=[(Place.Division.UNTIL_2025, "avant mi-2025 (18 provinces)")],
        empty_label="depuis mi-2025 (5 provinces)",
        method="keep_all",
    )
    kind = django_filters.ChoiceFilter(
        label="Niveau",
        choices=[choice for choice in Place.Kind.choices if choice[0] != _FIRST],
        empty_label="province",
        help_text="Un nom se cherche à tous.",
        method="keep_all",
    )

    class Meta:
        model = Place
        fields = ("q", "division", "kind")

    def keep_all(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Each has a value when nothing is chosen: see ``filter_queryset``."""
        return rows

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Keep one division, and one level unless a name is searched."""
        rows = super().filter_queryset(queryset)
        chosen = self.form.cleaned_data
        rows = rows.filter(division=chosen.get("division") or Place.Division.SINCE_2025)
        kind = chosen.get("kind") or ("" if chosen.get("q") else _FIRST)
        return rows.filter(kind=kind) if kind else rows
