"""Filters of the list of people."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet

from conamus import clock
from conamus.pages.widgets import SearchInput
from federations.models import Federation, User
from federations.models.people import ROLE_CHOICES
from federations.selectors.folded import holding_words
from federations.selectors.people import tenants_for_roles, visible_assignments
from federations.selectors.units import open_on

DEACTIVATED, ALL = "desactives", "tous"


def _tenants(request: Any) -> QuerySet[Federation]:
    return tenants_for_roles(request.actor)


class PeopleFilter(django_filters.FilterSet):
    """By name, role held today, federation, and whether the account is active."""

    q = django_filters.CharFilter(label="Nom ou identifiant", method="search", widget=SearchInput)
    role = django_filters.ChoiceFilter(
        label="Rôle", choices=ROLE_CHOICES, method="keep_role", empty_label="tous"
    )
    federation = django_filters.ModelChoiceFilter(
        label="Fédération", queryset=_tenants, method="keep_tenant", empty_label="toutes"
    )
    state = django_filters.ChoiceFilter(
        label="Compte",
        choices=[(DEACTIVATED, "désactivés"), (ALL, "tous")],
        method="keep_all",
        empty_label="actifs",
    )

    class Meta:
        model = User
        fields = ("q", "role", "federation", "state")

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the people whose name or sign-in name has every word."""
        return holding_words(rows, value, "full_name", "username")

    def keep_role(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the people who hold the role today, as far as the actor sees."""
        return rows.filter(Exists(self._open_roles().filter(role=value)))

    def keep_tenant(self, rows: QuerySet, name: str, value: Federation) -> QuerySet:
        """Keep the people who hold a role at the tenant today."""
        return rows.filter(Exists(self._open_roles().filter(tenant=value)))

    def keep_all(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """The state has a value when nothing is chosen: see ``filter_queryset``."""
        return rows

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Keep active accounts unless told."""
        rows = super().filter_queryset(queryset)
        state = self.form.cleaned_data.get("state")
        return rows if state == ALL else rows.filter(is_active=state != DEACTIVATED)

    def _open_roles(self) -> QuerySet:
        roles = visible_assignments(self.request.actor)
        return roles.filter(open_on(clock.today()), user=OuterRef("pk"))
