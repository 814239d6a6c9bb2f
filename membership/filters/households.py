"""Filters of the list of households."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from conamus.pages.widgets import SearchInput
from conamus.pages.years import chosen_year
from federations.models import Place, Unit
from membership.models import Household
from membership.selectors.households import (
    communes_with_households,
    enrolled,
    found_by,
    not_enrolled,
    units_with_households,
)

ENROLLED, NOT_ENROLLED = "inscrits", "non-inscrits"


def _own_units(request: Any) -> QuerySet[Unit]:
    return units_with_households(request.actor)


def _communes(request: Any) -> QuerySet[Place]:
    return communes_with_households(request.actor)


class HouseholdFilter(django_filters.FilterSet):
    """By name or number, unit, commune, and enrolment for the year in use."""

    q = django_filters.CharFilter(
        label="Nom ou numéro (début)", widget=SearchInput, method="keep_found"
    )
    unit = django_filters.ModelChoiceFilter(
        label="Unité", queryset=_own_units, empty_label="toutes"
    )
    commune = django_filters.ModelChoiceFilter(
        label="Commune (depuis 2025)",
        field_name="colline__parent__parent",
        queryset=_communes,
        empty_label="toutes",
    )
    enrolment = django_filters.ChoiceFilter(
        label="Adhésion de l’année",
        choices=[(ENROLLED, "inscrits"), (NOT_ENROLLED, "non inscrits")],
        empty_label="tous les ménages",
        method="keep_enrolled",
    )

    class Meta:
        model = Household
        fields = ("q", "unit", "commune", "enrolment")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = f"Adhésion {chosen_year(self.request)}"
        self.form.fields["enrolment"].label = label

    def keep_found(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep what the name or number leads to."""
        return found_by(rows, actor=self.request.actor, text=text)

    def keep_enrolled(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the households enrolled, or not, for the year in use."""
        keep = enrolled if value == ENROLLED else not_enrolled
        return keep(rows, actor=self.request.actor, year=chosen_year(self.request))
