"""A search in words that no column keeps folded: without accents, case or apostrophes.

Activities, expenses and people are some thousands of rows at most, so their words are folded
here as they are read: the fold of names stays the one of `conamus.kernel.text`, which no SQL
expression of an embedded PostgreSQL (no ICU, no `unaccent`) would equal, and no further column
has to be kept true at every door. The queryset stays one: sorted, paged, exported as before.
"""

from typing import TypeVar

from django.db.models import Model, QuerySet

from conamus.kernel.text import search_key

Row = TypeVar("Row", bound=Model)


def holding_words(rows: QuerySet[Row], text: str, *columns: str) -> QuerySet[Row]:
    """Keep the rows in whose columns every word of ``text`` occurs, in whatever order."""
    words = search_key(text).split()
    if not words:
        return rows
    # Rows bring their relations along for the page; only keys and words are needed here.
    read = rows.order_by().prefetch_related(None).values_list("pk", *columns)
    return rows.filter(pk__in=[key for key, *texts in read if _holds(texts, words)])


def _holds(texts: list[str], words: list[str]) -> bool:
    fold = search_key(" ".join(texts))
    return all(word in fold for word in words)
