"""Filters of the list of attestations."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import QuerySet

from claims.filters.facilities import at_facility
from claims.models import Claim
from claims.rules.states import State
from claims.rules.words import CareKind
from claims.selectors.claims import found_claims
from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import MONTHS
from conamus.kernel.periods import next_month
from conamus.kernel.text import search_key
from conamus.pages.widgets import SearchInput
from conamus.pages.years import asked_year
from federations.models import Federation, Unit
from federations.rules.roles import Role

#: What figures count: neither cancelled nor superseded.
COUNTED = "counted"

#: The side of the federation's own members, wherever they are treated.
MEMBERS = "membres"
#: Roles that have one side only.
ONE_SIDED = frozenset({Role.FACILITY_USER, Role.MEDICAL_ADVISER, Role.MUTUELLE_AGENT})


def _federations(request: Any) -> QuerySet[Federation]:
    return Federation.objects.filter(kind=Federation.Kind.FEDERATION).order_by("short_name")


class ClaimFilter(django_filters.FilterSet):
    """By stub or member's number, facility, patient's unit and federation, state, month, kind."""

    q = django_filters.CharFilter(
        label="Souche ou numéro de membre", widget=SearchInput, method="keep_found"
    )
    facility = django_filters.CharFilter(
        label="Formation sanitaire", widget=SearchInput, method="keep_facility"
    )
    state = django_filters.ChoiceFilter(
        label="État",
        choices=[
            (COUNTED, "sans les annulées et remplacées"),
            *((one.value, one.label) for one in State),
        ],
        empty_label="tous",
        method="keep_state",
    )
    month = django_filters.ChoiceFilter(
        label="Mois des soins",
        choices=[(str(number), name) for number, name in enumerate(MONTHS, start=1)],
        empty_label="tous",
        method="keep_month",
    )
    care_kind = django_filters.ChoiceFilter(
        label="Genre",
        choices=[(kind.value, kind.label) for kind in CareKind],
        empty_label="tous",
    )
    unit = django_filters.CharFilter(
        label="Section du patient", widget=SearchInput, method="keep_unit"
    )
    home = django_filters.ModelChoiceFilter(
        label="Fédération du patient",
        field_name="tenant",
        queryset=_federations,
        empty_label="toutes",
    )
    processing = django_filters.ModelChoiceFilter(
        label="Fédération qui traite", queryset=_federations, empty_label="toutes"
    )
    source = django_filters.ChoiceFilter(
        label="Origine", choices=Claim.Source.choices, empty_label="toutes"
    )

    #: Read by the page: each side is a list of its own.
    cote = django_filters.ChoiceFilter(
        label="Lesquelles",
        choices=[(MEMBERS, "de nos membres")],
        empty_label="traitées par nous",
        method="keep_all",
    )

    class Meta:
        model = Claim
        fields = (
            "cote", "q", "facility", "state", "month", "care_kind", "unit", "home", "processing",
            "source",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request.actor.role in ONE_SIDED:
            del self.filters["cote"]
        if self.request.actor.role is Role.MUTUELLE_AGENT:
            del self.filters["home"]
        if self.request.actor.role is Role.FACILITY_USER:
            del self.filters["facility"]
        if self.request.actor.role is not Role.MEDICAL_ADVISER:
            del self.filters["processing"]

    def keep_all(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """The rows are that side's already."""
        return rows

    def keep_state(self, rows: QuerySet, name: str, state: str) -> QuerySet:
        """Keep a state, or what figures count."""
        if state == COUNTED:
            return rows.exclude(state__in=[State.CANCELLED, State.SUPERSEDED])
        return rows.filter(state=state)

    def keep_month(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the care of a month of the list's year; by its days, which an index knows."""
        first = date(asked_year(self.request), int(value), 1)
        return rows.filter(starts_on__gte=first, starts_on__lt=next_month(first))

    def keep_found(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep what a number leads to."""
        try:
            return found_claims(self.request.actor, rows, text[:60], clock.today())
        except DomainError:
            return rows.none()

    def keep_unit(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep the patients' units whose name has every word, or whose code it is."""
        units = Unit.objects.filter(code__iexact=text.strip())
        if not units.exists():
            units = Unit.objects.all()
            for word in search_key(text[:60]).split():
                units = units.filter(search_key__contains=word)
        return rows.filter(unit_id__in=units.values("pk"))

    def keep_facility(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep the facilities whose name has every word, or whose code it is."""
        return at_facility(rows, text)
