"""Fields of forms and filters that the whole application uses the same way."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from conamus.kernel.text import search_key


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class SearchInput(forms.TextInput):
    """A search field, which the browser lets one empty."""

    input_type = "search"


class NameFilter(django_filters.CharFilter):
    """Search for words anywhere in the fold of a name, or in the code of a thing that has one.

    For lists of some thousands of rows at most: nothing can use an index for it.
    """

    def __init__(self, *args: Any, code_field: str = "", **kwargs: Any) -> None:
        self.code_field = code_field
        kwargs.setdefault("label", "Nom ou code" if code_field else "Nom")
        kwargs.setdefault("field_name", "search_key")
        super().__init__(*args, widget=SearchInput, **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        """Keep the rows whose name or code has every word."""
        for word in search_key(value or "").split():
            held = Q(**{f"{self.field_name}__contains": word})
            if self.code_field:
                held |= Q(**{f"{self.code_field}__icontains": word})
            qs = qs.filter(held)
        return qs
