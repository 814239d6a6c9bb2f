"""Filters of the list of scales."""

import django_filters

from membership.models import ContributionScale


class ScaleFilter(django_filters.FilterSet):
    """By state."""

    state = django_filters.ChoiceFilter(
        label="État", choices=ContributionScale.State.choices, empty_label="tous"
    )

    class Meta:
        model = ContributionScale
        fields = ("state",)
