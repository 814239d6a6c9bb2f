"""Filters of the list of operations that were dated back."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from conamus.pages.widgets import DayInput, SearchInput
from federations.models import Unit
from membership.models import Backdating
from membership.selectors.households import found_by, households, units_with_households

SIGNATURE, PAYMENT, LIFE = "adhesions", "paiements", "vie"


def _units(request: Any) -> QuerySet[Unit]:
    return units_with_households(request.actor)


class BackdatingFilter(django_filters.FilterSet):
    """By household, unit, kind and the days on which it was written."""

    q = django_filters.CharFilter(
        label="Nom ou numéro (début)", widget=SearchInput, method="keep_found"
    )
    unit = django_filters.ModelChoiceFilter(
        label="Unité", queryset=_units, empty_label="toutes", method="keep_unit",
    )  # fmt: skip
    what = django_filters.ChoiceFilter(
        label="Opération",
        choices=[(SIGNATURE, "adhésions"), (PAYMENT, "paiements"), (LIFE, "vie du ménage")],
        empty_label="toutes",
        method="keep_kind",
    )
    since = django_filters.DateFilter(
        label="Inscrites du", field_name="written_on", lookup_expr="gte", widget=DayInput
    )
    until = django_filters.DateFilter(
        label="Au", field_name="written_on", lookup_expr="lte", widget=DayInput
    )

    class Meta:
        model = Backdating
        fields = ("q", "unit", "what", "since", "until")

    def keep_found(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep those of the households that a name or a number leads to."""
        actor = self.request.actor
        found = found_by(households(actor), actor=actor, text=text)
        return rows.filter(Q(enrolment__household__in=found) | Q(event__household__in=found))

    def keep_unit(self, rows: QuerySet, name: str, unit: Unit | None) -> QuerySet:
        """Keep those of a unit's households."""
        if unit is None:
            return rows
        return rows.filter(Q(enrolment__household__unit=unit) | Q(event__household__unit=unit))

    def keep_kind(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the signatures, the payments, or what happened in households."""
        if value == LIFE:
            return rows.filter(event__isnull=False)
        return rows.filter(event__isnull=True, payment__isnull=value == SIGNATURE)
