"""Filters of the lists of signals."""

import django_filters
from django.db.models import QuerySet

from claims.filters.facilities import at_facility
from claims.models import ClaimSignal, FacilitySignal
from claims.rules.signals import RULES
from claims.rules.signals.facilities import RULES as FACILITY_RULES
from claims.selectors.signals import confirmed_to_redo
from conamus.pages.widgets import SearchInput

BEFORE, AFTER, TO_REDO = "before", "after", "to_redo"


class SignalFilter(django_filters.FilterSet):
    """By rule, what was made of it, facility."""

    rule = django_filters.ChoiceFilter(
        label="Règle", choices=[(one.code, one.label) for one in RULES], empty_label="toutes"
    )
    state = django_filters.ChoiceFilter(
        label="État", choices=ClaimSignal.State.choices, empty_label="tous"
    )
    when = django_filters.ChoiceFilter(
        label="Levé",
        choices=[
            (BEFORE, "avant la décision"),
            (AFTER, "après la décision"),
            (TO_REDO, "après, confirmé, décision à refaire"),
        ],
        empty_label="tous",
        method="keep_when",
    )
    facility = django_filters.CharFilter(
        label="Formation sanitaire", widget=SearchInput, method="keep_facility"
    )

    class Meta:
        model = ClaimSignal
        fields = ("rule", "state", "when", "facility")

    def keep_when(self, rows: QuerySet, name: str, when: str) -> QuerySet:
        """Keep what was raised before or after the decision, or waits for a new one."""
        if when == TO_REDO:
            return rows.filter(pk__in=confirmed_to_redo(self.request.actor).values("pk"))
        return rows.filter(after_decision_id__isnull=when == BEFORE)

    def keep_facility(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep the facilities whose name has every word, or whose code it is."""
        return at_facility(rows, text)


class FacilitySignalFilter(django_filters.FilterSet):
    """By rule, what was made of it, facility."""

    rule = django_filters.ChoiceFilter(
        label="Règle",
        choices=[(one.code, one.label) for one in FACILITY_RULES],
        empty_label="toutes",
    )
    state = django_filters.ChoiceFilter(
        label="État", choices=ClaimSignal.State.choices, empty_label="tous"
    )
    facility = django_filters.CharFilter(
        label="Formation sanitaire", widget=SearchInput, method="keep_facility"
    )

    class Meta:
        model = FacilitySignal
        fields = ("rule", "state", "facility")

    def keep_facility(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep the facilities whose name has every word, or whose code it is."""
        return at_facility(rows, text)
