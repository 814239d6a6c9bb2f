"""Filters of the list of imports."""

import django_filters

from membership.models import MemberImport


class ImportFilter(django_filters.FilterSet):
    """By state and by what the file holds."""

    state = django_filters.ChoiceFilter(
        label="État", choices=MemberImport.State.choices, empty_label="tous"
    )
    kind = django_filters.ChoiceFilter(
        label="Contenu", choices=MemberImport.Kind.choices, empty_label="tous"
    )

    class Meta:
        model = MemberImport
        fields = ("state", "kind")
