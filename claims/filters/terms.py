"""Filters of the lists of the catalogue, tariffs, agreements, stub books and packages."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from claims.models import Act, Agreement, BenefitPackage, CareReason, ControlTerms, StubBook, Tariff
from claims.rules.words import LEVELS, OWNERSHIPS, Family
from claims.selectors.agreements import running_on, suspended_on
from conamus import clock
from conamus.kernel.text import search_key
from conamus.pages.widgets import DayInput, NameFilter, SearchInput
from federations.models import Federation

_FAMILIES = [(family.value, family.label) for family in Family]


def _tenants(request: Any) -> QuerySet[Federation]:
    return Federation.objects.order_by("sort_key")


class OfferedFilterSet(django_filters.FilterSet):
    """A list of what may be withdrawn: what is, is left out until it is asked for."""

    state = django_filters.ChoiceFilter(
        label="Situation",
        choices=[("open", "en usage"), ("closed", "retirés")],
        empty_label="toutes",
        method="keep_state",
    )

    def keep_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep what is in use today, or what is withdrawn."""
        is_closed = Q(closed_on__lte=clock.today())
        return rows.filter(is_closed if value == "closed" else ~is_closed)


class ActFilter(OfferedFilterSet):
    """By name or code, family, ATC, situation."""

    q = NameFilter(code_field="code")
    family = django_filters.ChoiceFilter(label="Famille", choices=_FAMILIES, empty_label="toutes")
    atc = django_filters.CharFilter(label="Code ATC", lookup_expr="istartswith", widget=SearchInput)

    class Meta:
        model = Act
        fields = ("q", "family", "atc", "state")


class ReasonFilter(OfferedFilterSet):
    """By name or code, ICD-10, chronic or not."""

    q = NameFilter(code_field="code")
    icd10 = django_filters.CharFilter(
        label="Code CIM-10", lookup_expr="istartswith", widget=SearchInput
    )
    is_chronic = django_filters.ChoiceFilter(
        label="Chronique", choices=[("True", "oui"), ("False", "non")], empty_label="peu importe"
    )

    class Meta:
        model = CareReason
        fields = ("q", "icd10", "is_chronic", "state")


class FacilityWords(django_filters.CharFilter):
    """Words of a facility's name, or its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label="Formation sanitaire", widget=SearchInput, **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        """Keep the rows whose facility has every word."""
        for word in search_key(value or "").split():
            named = Q(facility__search_key__contains=word)
            qs = qs.filter(named | Q(facility__code__icontains=word))
        return qs


class TariffFilter(django_filters.FilterSet):
    """By act, facility, type, ownership, the day on which it holds, whose it is."""

    q = NameFilter(label="Acte (nom ou code)", field_name="act__search_key", code_field="act__code")
    facility = FacilityWords()
    family = django_filters.ChoiceFilter(
        label="Famille", field_name="act__family", choices=_FAMILIES, empty_label="toutes"
    )
    level = django_filters.ChoiceFilter(label="Type", choices=[*LEVELS.items()], empty_label="tous")
    ownership = django_filters.ChoiceFilter(
        label="Statut juridique", choices=[*OWNERSHIPS.items()], empty_label="tous"
    )
    on = django_filters.DateFilter(label="Qui valent le", widget=DayInput, method="keep_day")
    tenant = django_filters.ModelChoiceFilter(label="De", queryset=_tenants, empty_label="tous")

    class Meta:
        model = Tariff
        fields = ("q", "facility", "family", "level", "ownership", "on", "tenant")

    def keep_day(self, rows: QuerySet, name: str, day: date) -> QuerySet:
        """Keep the prices that hold on a day."""
        return rows.filter(running_on(day))


class AgreementFilter(django_filters.FilterSet):
    """By facility, federation, type, ownership, and where the agreement stands today."""

    facility = FacilityWords()
    tenant = django_filters.ModelChoiceFilter(label="Avec", queryset=_tenants, empty_label="toutes")
    level = django_filters.ChoiceFilter(
        label="Type", field_name="facility__facility_type", choices=[*LEVELS.items()],
        empty_label="tous",
    )  # fmt: skip
    ownership = django_filters.ChoiceFilter(
        label="Statut juridique", field_name="facility__ownership", choices=[*OWNERSHIPS.items()],
        empty_label="tous",
    )  # fmt: skip
    state = django_filters.ChoiceFilter(
        label="Situation",
        choices=[
            ("held", "en vigueur"),
            ("suspended", "suspendues"),
            ("ended", "finies"),
            ("coming", "à venir"),
        ],
        empty_label="toutes",
        method="keep_state",
    )

    class Meta:
        model = Agreement
        fields = ("facility", "tenant", "level", "ownership", "state")

    def keep_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep those that stand so today."""
        today = clock.today()
        wanted = {
            "held": running_on(today) & ~Q(suspended_on(today)),
            "suspended": running_on(today) & Q(suspended_on(today)),
            "ended": Q(ends_on__lte=today),
            "coming": Q(starts_on__gt=today),
        }
        return rows.filter(wanted[value])


class BookFilter(django_filters.FilterSet):
    """By facility, prefix, a number that the book holds, situation."""

    facility = FacilityWords()
    prefix = django_filters.CharFilter(
        label="Préfixe", lookup_expr="istartswith", widget=SearchInput
    )
    number = django_filters.NumberFilter(
        label="Contient le numéro",
        method="keep_number",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    is_withdrawn = django_filters.ChoiceFilter(
        label="Situation",
        choices=[("no", "en usage"), ("yes", "retirés")],
        empty_label="tous",
        method="keep_withdrawn",
    )

    is_take_on = django_filters.ChoiceFilter(
        label="Origine",
        choices=[("True", "en circulation à la reprise"), ("False", "remis depuis")],
        empty_label="toutes",
    )

    class Meta:
        model = StubBook
        fields = ("facility", "prefix", "number", "is_withdrawn", "is_take_on")

    def keep_number(self, rows: QuerySet, name: str, value: int) -> QuerySet:
        """Keep the books that hold a number."""
        return rows.filter(first_number__lte=value, last_number__gte=value)

    def keep_withdrawn(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep those in use, or those withdrawn."""
        return rows.filter(withdrawn_on__isnull=value == "no")


class PackageFilter(django_filters.FilterSet):
    """By state."""

    state = django_filters.ChoiceFilter(
        label="État", choices=BenefitPackage.State.choices, empty_label="tous"
    )

    class Meta:
        model = BenefitPackage
        fields = ("state",)


class ControlFilter(django_filters.FilterSet):
    """Few enough to need none."""

    class Meta:
        model = ControlTerms
        fields: tuple[str, ...] = ()
