"""The field « Formation sanitaire » of the lists of care: a code, or words of the name."""

from django.db.models import QuerySet

from conamus.kernel.text import search_key


def at_facility(rows: QuerySet, text: str) -> QuerySet:
    """Keep the rows of the facilities whose name has every word, or whose code it is."""
    if text.strip().upper().startswith("FS-"):
        return rows.filter(facility__code__iexact=text.strip())
    for word in search_key(text[:60]).split():
        rows = rows.filter(facility__search_key__contains=word)
    return rows
