"""Filters of the lists of who is late, and of who paid too much."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Exists, QuerySet

from conamus import clock
from conamus.pages.widgets import SearchInput
from federations.models import Place, Unit
from membership.models import Enrolment
from membership.selectors.arrears import accepted_promises, collines_of_unit
from membership.selectors.households import found_by, households, units_with_households

_LATE = [("30", "30 jours"), ("60", "60 jours"), ("90", "90 jours"), ("180", "180 jours")]


def _units(request: Any) -> QuerySet[Unit]:
    return units_with_households(request.actor)


def _collines(request: Any) -> QuerySet[Place]:
    return collines_of_unit(request.actor, unit=request.GET.get("unit", ""))


class OverpaidFilter(django_filters.FilterSet):
    """By household and unit."""

    q = django_filters.CharFilter(
        label="Nom ou numéro (début)", widget=SearchInput, method="keep_found"
    )
    unit = django_filters.ModelChoiceFilter(
        label="Unité", field_name="household__unit", queryset=_units, empty_label="toutes"
    )

    class Meta:
        model = Enrolment
        fields: tuple[str, ...] = ("q", "unit")

    def keep_found(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep the households that a name or a number leads to."""
        actor = self.request.actor
        return rows.filter(household__in=found_by(households(actor), actor=actor, text=text))


class ArrearsFilter(OverpaidFilter):
    """By household, unit, colline of the unit, how long, and broken promises."""

    colline = django_filters.ModelChoiceFilter(
        label="Colline", queryset=_collines, empty_label="toutes"
    )
    late = django_filters.ChoiceFilter(
        label="En retard de plus de", choices=_LATE, empty_label="1 jour", method="keep_late"
    )
    promise = django_filters.ChoiceFilter(
        label="Promesse",
        choices=[("oui", "non tenue"), ("non", "sans promesse")],
        empty_label="avec ou sans",
        method="keep_promised",
    )

    class Meta:
        model = Enrolment
        fields = ("q", "unit", "colline", "late", "promise")

    def keep_late(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep those late for more than so many days."""
        return rows.filter(late_since__lt=clock.today() - timedelta(days=int(value)))

    def keep_promised(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep those with a promise that is not kept, or without any."""
        promised = Exists(accepted_promises(clock.today()))
        return rows.filter(promised if value == "oui" else ~promised)
