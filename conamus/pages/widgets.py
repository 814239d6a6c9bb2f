"""Fields of forms and filters that the whole application uses the same way."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

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
    """Search for words anywhere in the fold of a name.

    For lists of some thousands of rows at most: nothing can use an index for it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Nom")
        kwargs.setdefault("field_name", "search_key")
        super().__init__(*args, widget=SearchInput, **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        """Keep the rows whose name has every word."""
        for word in search_key(value or "").split():
            qs = qs.filter(**{f"{self.field_name}__contains": word})
        return qs
