"""Filters of the lists of transfers and of number ranges."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from conamus.pages.widgets import SearchInput
from federations.models import Unit
from membership.models import NumberRange, Transfer
from membership.selectors.households import units_with_households

INCOMING, OUTGOING = "arrivees", "departs"


class TransferFilter(django_filters.FilterSet):
    """By direction, state, and number or head."""

    q = django_filters.CharFilter(
        label="Numéro ou adhérent", widget=SearchInput, method="keep_found"
    )
    side = django_filters.ChoiceFilter(
        label="Sens",
        choices=[(INCOMING, "arrivées"), (OUTGOING, "départs")],
        empty_label="les deux",
        method="keep_side",
    )
    state = django_filters.ChoiceFilter(
        label="État", choices=Transfer.State.choices, empty_label="tous"
    )

    class Meta:
        model = Transfer
        fields = ("q", "side", "state")

    def keep_found(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep what the number or the name begins."""
        by_number = rows.filter(number__istartswith=text.strip())
        return by_number | rows.filter(head_name__icontains=text.strip())

    def keep_side(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep what leaves, or what comes."""
        own = self.request.actor.tenant_id
        if value == OUTGOING:
            return rows.filter(tenant_id=own)
        return rows.filter(destination_id=own)


def _own_units(request: Any) -> QuerySet[Unit]:
    return units_with_households(request.actor)


class RangeFilter(django_filters.FilterSet):
    """By unit."""

    unit = django_filters.ModelChoiceFilter(
        label="Unité", queryset=_own_units, empty_label="toutes"
    )

    class Meta:
        model = NumberRange
        fields = ("unit",)
