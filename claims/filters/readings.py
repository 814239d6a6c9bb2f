"""Filters of the list of readings."""

import django_filters

from claims.models import PrivateReading
from conamus.pages.widgets import DayInput


class ReadingFilter(django_filters.FilterSet):
    """By who read, what, and from which day on."""

    read_by = django_filters.CharFilter(label="Par (nom)", lookup_expr="icontains")
    what = django_filters.ChoiceFilter(
        label="Quoi", choices=PrivateReading.What.choices, empty_label="tout"
    )
    since = django_filters.DateFilter(
        label="Depuis le", field_name="read_at", lookup_expr="date__gte", widget=DayInput
    )

    class Meta:
        model = PrivateReading
        fields = ("read_by", "what", "since")
