"""Filters of the readers' queue."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from claims.models import Claim
from claims.rules.states import State
from claims.rules.words import CareKind
from conamus.kernel.text import search_key
from conamus.pages.widgets import SearchInput
from federations.models import Federation
from federations.rules.roles import Role

_CONTESTED, _SECOND, _BACK = "contestee", "second", "revenue"
_STAGES = (
    (_CONTESTED, "décision contestée"),
    (_SECOND, "second lecteur"),
    (_BACK, "revenue (réponse ou délai)"),
)


def _federations(request: Any) -> QuerySet[Federation]:
    return Federation.objects.filter(kind=Federation.Kind.FEDERATION).order_by("name")


class QueueFilter(django_filters.FilterSet):
    """By stub, facility, federation, kind of care, and what is asked of the reader."""

    q = django_filters.CharFilter(
        label="Souche ou formation sanitaire", widget=SearchInput, method="keep_found"
    )
    federation = django_filters.ModelChoiceFilter(
        label="Fédération", field_name="processing", queryset=_federations, empty_label="toutes"
    )
    care_kind = django_filters.ChoiceFilter(
        label="Genre",
        choices=[(kind.value, kind.label) for kind in CareKind],
        empty_label="tous",
    )
    stage = django_filters.ChoiceFilter(
        label="À faire", choices=_STAGES, empty_label="tout", method="keep_stage"
    )

    class Meta:
        model = Claim
        fields = ("q", "federation", "care_kind", "stage")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request.actor.role is not Role.MEDICAL_ADVISER:
            del self.filters["federation"]

    def keep_found(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """Keep a stub's number, or the facilities of that name."""
        if any(sign.isdigit() for sign in value):
            return claims.filter(stub_number__istartswith=value.strip())
        for word in search_key(value).split():
            claims = claims.filter(facility__search_key__contains=word)
        return claims

    def keep_stage(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """Keep what asks one thing of the reader."""
        if value == _CONTESTED:
            return claims.filter(state=State.CONTESTED.value)
        if value == _SECOND:
            return claims.filter(waits_for=Claim.WaitsFor.SECOND_READER)
        return claims.filter(waits_until__isnull=False)
