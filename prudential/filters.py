"""Filters of the list of yearly reports."""

import django_filters

from prudential.models import AnnualReport


class AnnualReportFilter(django_filters.FilterSet):
    """By activity year."""

    year = django_filters.NumberFilter(label="Année d’activité")

    class Meta:
        model = AnnualReport
        fields = ("year",)
