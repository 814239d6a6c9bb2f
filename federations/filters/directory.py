"""Filters of the lists of facilities, health districts and partners."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import QuerySet

from conamus import clock
from conamus.pages.widgets import DayInput, NameFilter
from federations.models import (
    Federation,
    HealthDistrict,
    HealthFacility,
    Partner,
    Place,
    Unit,
    UnitZone,
)
from federations.selectors.facilities import as_on, contracted_on, in_communes, in_situation
from federations.selectors.places import communes, provinces
from federations.selectors.units import communes_on, open_on, unclosed_on


def _old_provinces(request: Any) -> QuerySet[Place]:
    return provinces(Place.Division.UNTIL_2025)


def _old_communes(request: Any) -> QuerySet[Place]:
    return communes(Place.Division.UNTIL_2025)


def _unclosed_units(request: Any) -> QuerySet[Unit]:
    found = Unit.objects.filter(unclosed_on(clock.today()), kind__in=Unit.INSURING)
    return found.order_by("sort_key")


class FacilityFilter(django_filters.FilterSet):
    """By name or code, type, ownership, province, district, state; or the zone of a unit."""

    q = NameFilter(code_field="code")
    type = django_filters.ChoiceFilter(
        label="Type",
        field_name="type_then",
        choices=HealthFacility.Type.choices,
        empty_label="tous",
    )
    ownership = django_filters.ChoiceFilter(
        label="Statut juridique",
        field_name="ownership_then",
        choices=HealthFacility.Ownership.choices,
        empty_label="tous",
    )
    province = django_filters.ModelChoiceFilter(
        label="Province (avant 2025)",
        field_name="former_commune__parent",
        queryset=_old_provinces,
        empty_label="toutes",
    )
    district = django_filters.ModelChoiceFilter(
        label="District sanitaire",
        field_name="health_district",
        queryset=HealthDistrict.objects.order_by("sort_key"),
        empty_label="tous",
    )
    status = django_filters.ChoiceFilter(
        label="Situation",
        choices=HealthFacility.Status.choices,
        method="keep_situation",
        empty_label="toutes",
    )

    unit = django_filters.ModelChoiceFilter(
        label="Dans la zone d’action de",
        queryset=_unclosed_units,
        method="keep_zone",
        empty_label="toutes les unités",
    )

    federation = django_filters.ModelChoiceFilter(
        label="Dans les zones d’action de la fédération",
        queryset=Federation.objects.filter(kind=Federation.Kind.FEDERATION).order_by("sort_key"),
        method="keep_federation",
        empty_label="toutes",
    )
    commune = django_filters.ModelChoiceFilter(
        label="Commune (avant 2025)",
        field_name="former_commune",
        queryset=_old_communes,
        empty_label="toutes",
    )
    on = django_filters.DateFilter(
        label="Conventionnées à la date du", widget=DayInput, method="keep_contracted"
    )

    class Meta:
        model = HealthFacility
        fields = (
            "q",
            "type",
            "ownership",
            "province",
            "district",
            "status",
            "unit",
            "federation",
            "commune",
            "on",
        )

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Filter by what facilities were on the day that is asked for, which the list shows."""
        return super().filter_queryset(as_on(queryset, self.form.cleaned_data.get("on")))

    def keep_situation(self, rows: QuerySet, name: str, status: str) -> QuerySet:
        """Keep the facilities that stand so today, as the list tells it."""
        return rows.filter(in_situation(status, clock.today()))

    def keep_zone(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        """Keep the facilities in the communes where a unit works on the day."""
        return rows.filter(in_communes(communes_on(unit, self._day())))

    def keep_federation(self, rows: QuerySet, name: str, federation: Federation) -> QuerySet:
        """Keep the facilities in the communes where a federation worked on the day."""
        day = self._day()
        units = Unit.objects.filter(open_on(day), tenant=federation, kind__in=Unit.INSURING)
        zones = UnitZone.objects.filter(open_on(day), unit__in=units)
        return rows.filter(in_communes(zones.values("commune_id")))

    def _day(self) -> date:
        """The day that is asked for, else today."""
        return self.form.cleaned_data.get("on") or clock.today()

    def keep_contracted(self, rows: QuerySet, name: str, day: date) -> QuerySet:
        """Keep the facilities contracted on a day, suspended ones included."""
        return rows.filter(pk__in=contracted_on(day).values("pk"))


class DistrictFilter(django_filters.FilterSet):
    """By name and province."""

    q = NameFilter()
    province = django_filters.ModelChoiceFilter(
        label="Province (avant 2025)",
        field_name="former_province",
        queryset=_old_provinces,
        empty_label="toutes",
    )

    class Meta:
        model = HealthDistrict
        fields = ("q", "province")


class PartnerFilter(django_filters.FilterSet):
    """By name, kind and the tenant that recorded it."""

    q = NameFilter()
    kind = django_filters.ChoiceFilter(
        label="Nature", choices=Partner.Kind.choices, empty_label="toutes"
    )
    federation = django_filters.ModelChoiceFilter(
        label="Inscrit par",
        field_name="tenant",
        queryset=Federation.objects.order_by("sort_key"),
        empty_label="tous",
    )

    class Meta:
        model = Partner
        fields = ("q", "kind", "federation")
