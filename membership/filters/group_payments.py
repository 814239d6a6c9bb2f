"""Filters of the list of transfers that pay for several households."""

import django_filters
from django.db.models import Q, QuerySet

from conamus.pages.widgets import SearchInput
from membership.models import GroupPayment
from membership.rules.payments import plain_reference

WHOLE, WITH_REST, CANCELLED = "repartis", "reste", "annules"


class GroupPaymentFilter(django_filters.FilterSet):
    """By reference or telephone, and whether something is left to share out."""

    q = django_filters.CharFilter(
        label="Référence ou téléphone", widget=SearchInput, method="keep_found"
    )
    state = django_filters.ChoiceFilter(
        label="État",
        choices=[
            (WHOLE, "entièrement répartis"),
            (WITH_REST, "avec un reste"),
            (CANCELLED, "annulés"),
        ],
        empty_label="tous",
        method="keep_state",
    )

    class Meta:
        model = GroupPayment
        fields = ("q", "state")

    def keep_found(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep the transfers of a reference or of a telephone."""
        plain = plain_reference(text)
        return rows.filter(Q(reference__startswith=plain) | Q(payer_phone__startswith=plain))

    def keep_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep those shared out, those with a rest, or those of which no receipt stands."""
        if value == CANCELLED:
            return rows.filter(standing_francs=0)
        standing = rows.filter(standing_francs__gt=0)
        if value == WHOLE:
            return standing.filter(rest_francs=0)
        return standing.filter(rest_francs__gt=0)
