"""Filters of the list of promises."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from conamus.pages.widgets import SearchInput
from federations.models import Unit
from membership.models import Promise
from membership.selectors.households import found_by, households, units_with_households
from membership.selectors.promises import Course


def _units(request: Any) -> QuerySet[Unit]:
    return units_with_households(request.actor)


class PromiseFilter(django_filters.FilterSet):
    """By household, unit and what has become of it."""

    q = django_filters.CharFilter(
        label="Nom ou numéro (début)", widget=SearchInput, method="keep_found"
    )
    unit = django_filters.ModelChoiceFilter(
        label="Unité", field_name="enrolment__household__unit", queryset=_units,
        empty_label="toutes",
    )  # fmt: skip
    course = django_filters.ChoiceFilter(
        label="État",
        choices=[(course.value, course.label) for course in Course],
        empty_label="toutes",
    )

    class Meta:
        model = Promise
        fields = ("q", "unit", "course")

    def keep_found(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep the promises of the households that a name or a number leads to."""
        actor = self.request.actor
        found = found_by(households(actor), actor=actor, text=text)
        return rows.filter(enrolment__household__in=found)
