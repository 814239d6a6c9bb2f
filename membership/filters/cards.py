"""Filters of the list of cards."""

import django_filters
from django.db.models import QuerySet

from conamus import clock
from membership.models import Card
from membership.selectors.cards import good_on

VALID, REVOKED = "valables", "revoquees"


class CardFilter(django_filters.FilterSet):
    """By number and standing."""

    q = django_filters.CharFilter(label="Carte ou ménage", method="search")
    standing = django_filters.ChoiceFilter(
        label="État",
        choices=[(VALID, "valables"), (REVOKED, "révoquées ou échues")],
        empty_label="toutes",
        method="keep",
    )

    class Meta:
        model = Card
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet[Card], name: str, value: str) -> QuerySet[Card]:
        """Keep the card, or the household's cards, of that number."""
        asked = value.strip().upper()
        return rows.filter(serial=asked) | rows.filter(household__number=asked)

    def keep(self, rows: QuerySet[Card], name: str, value: str) -> QuerySet[Card]:
        """Keep the cards of one standing."""
        good = good_on(clock.today())
        return rows.filter(good if value == VALID else ~good)
