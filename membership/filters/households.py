"""Filters of the list of households."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.forms import HiddenInput

from conamus import clock
from conamus.pages.widgets import SearchInput
from conamus.pages.years import asked_year
from federations.forms.fields import offer_choices
from federations.models import Place, Unit
from membership.models import Household
from membership.selectors.cards import to_make_anew
from membership.selectors.enrolling import category_choices
from membership.selectors.households import (
    communes_with_households,
    enrolled,
    found_by,
    in_arrears,
    not_enrolled,
    paid_up,
    units_with_households,
)
from membership.selectors.renewals import of_not_renewed

ENROLLED, NOT_ENROLLED = "inscrits", "non-inscrits"
NOT_RENEWED, PAID_UP, IN_ARREARS = "non-renouveles", "a-jour", "en-retard"
_KEEP = {
    ENROLLED: enrolled,
    NOT_ENROLLED: not_enrolled,
    PAID_UP: paid_up,
    IN_ARREARS: in_arrears,
    NOT_RENEWED: of_not_renewed,
}
TO_MAKE_ANEW = "a-refaire"
#: « aucune » is a choice too, which an empty value would not be.
_NO_COVER = "aucune"
_COVERS = [(value or _NO_COVER, label) for value, label in Household.OtherCover.choices]


def _own_units(request: Any) -> QuerySet[Unit]:
    return units_with_households(request.actor)


def _communes(request: Any) -> QuerySet[Place]:
    return communes_with_households(request.actor)


class HouseholdFilter(django_filters.FilterSet):
    """By name or number, unit, commune, and enrolment for the year in use, or the address's."""

    q = django_filters.CharFilter(
        label="Nom, numéro ou téléphone", widget=SearchInput, method="keep_found"
    )
    unit = django_filters.ModelChoiceFilter(
        label="Unité", queryset=_own_units, empty_label="toutes"
    )
    commune = django_filters.ModelChoiceFilter(
        label="Commune (depuis 2025)",
        field_name="colline__parent__parent",
        queryset=_communes,
        empty_label="toutes",
    )
    enrolment = django_filters.ChoiceFilter(
        label="Adhésion de l’année",
        choices=[
            (ENROLLED, "inscrits"),
            (PAID_UP, "inscrits et à jour"),
            (IN_ARREARS, "inscrits, en retard"),
            (NOT_ENROLLED, "non inscrits"),
            (NOT_RENEWED, "non renouvelés"),
        ],
        empty_label="tous les ménages",
        method="keep_enrolled",
    )
    category = django_filters.ChoiceFilter(label="Catégorie", empty_label="toutes")
    cover = django_filters.ChoiceFilter(
        label="Autre couverture", choices=_COVERS, empty_label="peu importe", method="keep_cover"
    )
    closed = django_filters.ChoiceFilter(
        label="Fiche",
        choices=[("ouverte", "ouverte"), *Household.Closing.choices],
        empty_label="toutes",
        method="keep_closed",
    )

    card = django_filters.ChoiceFilter(
        label="Carte",
        choices=[(TO_MAKE_ANEW, "à refaire")],
        empty_label="peu importe",
        method="keep_card",
    )

    annee = django_filters.CharFilter(widget=HiddenInput, method="keep_all")

    class Meta:
        model = Household
        fields = (
            "q", "unit", "commune", "enrolment", "category", "cover", "closed", "card", "annee",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = f"Adhésion {asked_year(self.request)}"
        self.form.fields["enrolment"].label = label
        names = category_choices(self.request.actor.tenant_id, clock.today())
        offer_choices(self.form, "category", names)

    def keep_found(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep what the name or number leads to."""
        return found_by(rows, actor=self.request.actor, text=text)

    def keep_all(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """The year says of when, not whom."""
        return rows

    def keep_enrolled(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the households in that state for the year."""
        actor, year = self.request.actor, asked_year(self.request)
        return _KEEP[value](rows, actor=actor, year=year)

    def keep_cover(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the households with that other cover, or with none."""
        return rows.filter(other_cover="" if value == _NO_COVER else value)

    def keep_card(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the open households whose card is no good any more."""
        return rows.filter(to_make_anew(self.request.actor, clock.today()))

    def keep_closed(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the open households, or those closed for one reason."""
        if value == "ouverte":
            return rows.filter(closed_on__isnull=True)
        return rows.filter(closed_because=value)


class NotRenewedFilter(django_filters.FilterSet):
    """By unit and commune."""

    unit = django_filters.ModelChoiceFilter(
        label="Unité", queryset=_own_units, empty_label="toutes"
    )
    commune = django_filters.ModelChoiceFilter(
        label="Commune (depuis 2025)",
        field_name="colline__parent__parent",
        queryset=_communes,
        empty_label="toutes",
    )

    class Meta:
        model = Household
        fields = ("unit", "commune")
