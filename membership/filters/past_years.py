"""Filters of the list of published past years."""

import django_filters
from django.db.models import QuerySet

from conamus.kernel.text import search_key
from conamus.pages.widgets import SearchInput
from membership.models import PastYear


class PastYearFilter(django_filters.FilterSet):
    """By promoter or year, whose figures they are, and whether they still count."""

    q = django_filters.CharFilter(
        label="Promoteur ou année", widget=SearchInput, method="keep_found"
    )
    is_of_network = django_filters.ChoiceFilter(
        label="Tenue par",
        choices=[("True", "CONAMUS"), ("False", "la fédération")],
        empty_label="tous",
    )
    is_withdrawn = django_filters.ChoiceFilter(
        label="État",
        choices=[("False", "en usage"), ("True", "retirée")],
        empty_label="toutes",
    )

    class Meta:
        model = PastYear
        fields = ("q", "is_of_network", "is_withdrawn")

    def keep_found(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep what the name holds or the year begins."""
        by_name = rows.filter(promoter__search_key__contains=search_key(text))
        return by_name | rows.filter(label__startswith=text.strip())
