"""Filters of the registers of activities and expenses."""

from typing import Any, ClassVar

import django_filters
from django.db.models import Max, QuerySet
from django.http import HttpRequest, QueryDict

from conamus import clock
from conamus.pages.widgets import SearchInput
from conamus.pages.years import kept_year, offered_years
from federations.models import Activity, Expense, Partner, Place, Unit
from federations.selectors.folded import holding_words
from federations.selectors.reach import units_in_reach
from federations.selectors.registers import activity_places, funders


def _units(request: Any) -> QuerySet[Unit]:
    return units_in_reach(request.actor).order_by("sort_key")


def _funders(request: Any) -> QuerySet[Partner]:
    return funders(request.actor.tenant_id)


def _places(request: Any) -> QuerySet[Place]:
    return activity_places(request.actor)


def year_choices() -> list[tuple[str, str]]:
    """Return the years that a list can be narrowed to."""
    return [(str(year), str(year)) for year in offered_years(clock.today())]


class YearFilterSet(django_filters.FilterSet):
    """Filters that keep to one year, until the address asks for another or all (``?year=``).

    That year is the one chosen at the top of the page. Where the person chose none and the
    register has nothing of this year yet, it is the latest that has.
    """

    #: The column whose year counts.
    day_column: ClassVar[str]

    def __init__(
        self, data: QueryDict, queryset: QuerySet, *, request: HttpRequest, **kwargs: Any
    ) -> None:
        asked = data.copy()
        if "year" not in asked:
            asked["year"] = str(kept_year(request) or self._latest_year(queryset))
        super().__init__(asked, queryset, request=request, **kwargs)

    @property
    def year(self) -> int | None:
        """The year that is shown; None: all of them."""
        asked = self.data["year"]
        return int(asked) if asked in dict(year_choices()) else None

    def _latest_year(self, rows: QuerySet) -> int:
        this_year = clock.today().year
        latest = rows.order_by().aggregate(day=Max(self.day_column))["day"]
        return min(latest.year, this_year) if latest else this_year


class ActivityFilter(YearFilterSet):
    """By words of the theme, nature, chapter, year, unit, funder and place."""

    day_column = "starts_on"

    q = django_filters.CharFilter(label="Recherche", method="search", widget=SearchInput)
    year = django_filters.ChoiceFilter(
        label="Année", field_name="starts_on__year", choices=year_choices, empty_label="toutes"
    )
    chapter = django_filters.ChoiceFilter(
        label="Chapitre", choices=Activity.Chapter.choices, empty_label="tous"
    )
    kind = django_filters.ChoiceFilter(
        label="Nature", choices=Activity.Kind.choices, empty_label="toutes"
    )
    unit = django_filters.ModelChoiceFilter(label="Unité", queryset=_units, empty_label="toutes")
    funder = django_filters.ModelChoiceFilter(
        label="Bailleur", queryset=_funders, empty_label="tous"
    )
    place = django_filters.ModelChoiceFilter(label="Lieu", queryset=_places, empty_label="tous")

    class Meta:
        model = Activity
        fields = ("q", "year", "chapter", "kind", "unit", "funder", "place")

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the rows that hold every word."""
        return holding_words(rows, value, "theme", "place_note", "result")


class ExpenseFilter(YearFilterSet):
    """By words of the label, year, heading, unit and funder."""

    day_column = "spent_on"

    q = django_filters.CharFilter(label="Libellé", method="search", widget=SearchInput)
    year = django_filters.ChoiceFilter(
        label="Année", field_name="spent_on__year", choices=year_choices, empty_label="toutes"
    )
    heading = django_filters.ChoiceFilter(
        label="Rubrique", choices=Expense.Heading.choices, empty_label="toutes"
    )
    unit = django_filters.ModelChoiceFilter(label="Unité", queryset=_units, empty_label="toutes")
    funder = django_filters.ModelChoiceFilter(
        label="Bailleur",
        queryset=_funders,
        empty_label="tous",
        null_label="ressources propres",
    )

    class Meta:
        model = Expense
        fields = ("q", "year", "heading", "unit", "funder")

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the rows that hold every word."""
        return holding_words(rows, value, "label")
