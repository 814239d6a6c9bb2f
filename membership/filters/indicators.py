"""Filters of the households that a count of a rate is made of."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.forms import HiddenInput

from conamus.pages.years import asked_year
from federations.forms.fields import offer_choices
from federations.models import Unit
from membership.models import Enrolment
from membership.rules.indicators import Part
from membership.rules.rate_parts import part_words
from membership.selectors.households import units_with_households


def _own_units(request: Any) -> QuerySet[Unit]:
    return units_with_households(request.actor)


class CountedFilter(django_filters.FilterSet):
    """Which count and unit; year, breakdown and group stay those of the address."""

    annee = django_filters.CharFilter(widget=HiddenInput, method="keep_all")
    par = django_filters.CharFilter(widget=HiddenInput, method="keep_all")
    groupe = django_filters.CharFilter(widget=HiddenInput, method="keep_all")
    partie = django_filters.ChoiceFilter(label="Ménages", empty_label=None, method="keep_all")
    unit = django_filters.ModelChoiceFilter(
        label="Unité", queryset=_own_units, empty_label="toutes"
    )

    class Meta:
        model = Enrolment
        fields = ("annee", "par", "groupe", "partie", "unit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = asked_year(self.request)
        offer_choices(self.form, "partie", [(part.value, part_words(part, year)) for part in Part])

    def keep_all(self, rows: QuerySet[Enrolment], name: str, value: str) -> QuerySet[Enrolment]:
        """Leave the rows: the page has read these from the address."""
        return rows
