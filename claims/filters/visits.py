"""Filters of the lists of visits and of surveys' interviews."""

import django_filters
from django.db.models import QuerySet

from claims.filters.money import of_facility
from claims.models import SurveyInterview, Visit
from claims.rules.visits import VisitState
from conamus.pages.widgets import DayInput, SearchInput


class VisitFilter(django_filters.FilterSet):
    """By facility, state, purpose, days."""

    q = django_filters.CharFilter(
        label="Formation sanitaire", widget=SearchInput, method="keep_facility"
    )
    state = django_filters.ChoiceFilter(
        label="État",
        choices=[(one.value, one.label) for one in VisitState],
        empty_label="tous",
    )
    purpose = django_filters.ChoiceFilter(
        label="Objet", choices=Visit.Purpose.choices, empty_label="tous"
    )
    since = django_filters.DateFilter(
        label="Du", field_name="starts_on", lookup_expr="gte", widget=DayInput
    )
    until = django_filters.DateFilter(
        label="Au", field_name="starts_on", lookup_expr="lte", widget=DayInput
    )

    class Meta:
        model = Visit
        fields = ("q", "state", "purpose", "since", "until")

    def keep_facility(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep the facilities whose name has every word, or whose code it is."""
        return rows.filter(of_facility(text[:60]))


class InterviewFilter(django_filters.FilterSet):
    """By facility."""

    q = django_filters.CharFilter(
        label="Formation sanitaire", widget=SearchInput, method="keep_facility"
    )

    class Meta:
        model = SurveyInterview
        fields = ("q",)

    def keep_facility(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep the facilities whose name has every word, or whose code it is."""
        return rows.filter(of_facility(text[:60]))
