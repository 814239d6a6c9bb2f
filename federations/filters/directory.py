"""Filters of the lists of facilities, health districts and partners."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from conamus.pages.widgets import NameFilter
from federations.models import (
    Federation,
    HealthDistrict,
    HealthFacility,
    Partner,
    Place,
    Unit,
    UnitZone,
)
from federations.selectors.places import provinces


def _old_provinces(request: Any) -> QuerySet[Place]:
    return provinces(Place.Division.UNTIL_2025)


class FacilityFilter(django_filters.FilterSet):
    """By name, type, ownership, province, district, state; or the zone of a unit."""

    q = NameFilter()
    type = django_filters.ChoiceFilter(
        label="Type",
        field_name="facility_type",
        choices=HealthFacility.Type.choices,
        empty_label="tous",
    )
    ownership = django_filters.ChoiceFilter(
        label="Statut juridique", choices=HealthFacility.Ownership.choices, empty_label="tous"
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
        label="Situation", choices=HealthFacility.Status.choices, empty_label="toutes"
    )

    unit = django_filters.ModelChoiceFilter(
        label="Dans la zone d’action de",
        queryset=Unit.objects.filter(kind__in=Unit.INSURING, valid_to__isnull=True).order_by(
            "sort_key"
        ),
        method="keep_zone",
        empty_label="toutes les unités",
    )

    class Meta:
        model = HealthFacility
        fields = ("q", "type", "ownership", "province", "district", "status", "unit")

    def keep_zone(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        """Keep the facilities in the communes where a unit works."""
        communes = UnitZone.objects.filter(unit=unit, valid_to__isnull=True).values("commune_id")
        return rows.filter(Q(commune_id__in=communes) | Q(former_commune_id__in=communes))


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
