"""Filters of the list of rights checks."""

import django_filters

from conamus.pages.widgets import DayInput
from membership.models import RightsCheck


class RightsCheckFilter(django_filters.FilterSet):
    """By who asked, and by day."""

    asked_by = django_filters.CharFilter(label="Par (nom)", lookup_expr="icontains")
    since = django_filters.DateFilter(
        label="Depuis le", field_name="asked_at", lookup_expr="date__gte", widget=DayInput
    )

    class Meta:
        model = RightsCheck
        fields = ("asked_by", "since")
