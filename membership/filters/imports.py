"""Filters of the list of imports, and of an import's rows."""

from typing import Any

import django_filters

from conamus.pages.widgets import SearchInput
from membership.models import ImportPart, MemberImport
from membership.rules.imports import RowOutcome
from membership.selectors.import_rows import ImportRows

_OUTCOMES = [
    (RowOutcome.CREATED.value, "créées ou à créer"),
    (RowOutcome.CHANGED.value, "changées ou à changer"),
    (RowOutcome.UNCHANGED.value, "déjà là"),
    (RowOutcome.DOUBTFUL.value, "à confirmer (doublons possibles)"),
    (RowOutcome.REFUSED.value, "refusées"),
]


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


class ImportRowFilter(django_filters.FilterSet):
    """By what the row names, and by what becomes of it."""

    q = django_filters.CharFilter(label="Nom, numéro ou référence", widget=SearchInput)
    outcome = django_filters.ChoiceFilter(
        label="Ce qui arrive", choices=_OUTCOMES, empty_label="toutes les lignes"
    )

    class Meta:
        model = ImportPart
        fields = ("q", "outcome")

    def filter_queryset(self, queryset: Any) -> ImportRows:
        """Narrow the rows, which are no queryset."""
        asked = self.form.cleaned_data
        outcome = asked.get("outcome")
        rows: ImportRows = queryset.narrowed(
            outcome=RowOutcome(outcome) if outcome else None, words=asked.get("q") or ""
        )
        return rows
