"""Filters of statements and of their lines."""

import django_filters
from django.db.models import Q, QuerySet

from conamus.pages.widgets import SearchInput
from membership.models import (
    MOBILE_METHODS,
    Method,
    OperatorStatement,
    Payment,
    StatementLine,
)
from membership.rules.payments import plain_reference

_OPERATORS = [(value, label) for value, label in Method.choices if value in MOBILE_METHODS]


class StatementFilter(django_filters.FilterSet):
    """By operator."""

    method = django_filters.ChoiceFilter(label="Opérateur", choices=_OPERATORS, empty_label="tous")

    class Meta:
        model = OperatorStatement
        fields = ("method",)


class LineFilter(django_filters.FilterSet):
    """By reference or telephone, and state."""

    q = django_filters.CharFilter(
        label="Référence ou téléphone", widget=SearchInput, method="keep_found"
    )
    state = django_filters.ChoiceFilter(
        label="État", choices=StatementLine.State.choices, empty_label="toutes"
    )

    class Meta:
        model = StatementLine
        fields = ("q", "state")

    def keep_found(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep the lines of a reference or of a telephone."""
        plain = plain_reference(text)
        return rows.filter(Q(reference__startswith=plain) | Q(phone__startswith=plain))


class UnlistedFilter(django_filters.FilterSet):
    """By operator."""

    method = django_filters.ChoiceFilter(label="Opérateur", choices=_OPERATORS, empty_label="tous")

    class Meta:
        model = Payment
        fields = ("method",)
