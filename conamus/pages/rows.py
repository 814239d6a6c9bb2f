"""A list's rows, found narrow and shown wide: what a page shows is read for its own rows alone.

A database that sorts forty thousand rows carries along all that the list shows of each, names and
places of other tables too. So the page's keys come first, from the rows as they are filtered and
sorted, and then, for these fifty, the rest.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django_tables2.data import TableQuerysetData

Shown = Callable[[QuerySet], QuerySet]


class ShownRows(TableQuerysetData):
    """The rows of a table: ``shown`` adds what the table shows to rows found without it."""

    def __init__(self, rows: QuerySet, shown: Shown) -> None:
        super().__init__(rows)
        self._shown = shown

    @property
    def all_rows(self) -> QuerySet:
        """All rows in their order, with what is shown of each: for a file."""
        return self._shown(self.data)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.all_rows)

    def __getitem__(self, key: Any) -> Any:
        """Return the rows of a page, in its order; or one row."""
        if not isinstance(key, slice):
            return self[key : key + 1][0]
        keys = self.keys(key)
        # Found in sight, so they are: not looked for there once more.
        rows = self._shown(self.data.model._default_manager.filter(pk__in=keys))
        found = {row.pk: row for row in rows}
        return [found[one] for one in keys if one in found]

    def keys(self, page: slice) -> list[Any]:
        """Return the keys of a page's rows, in their order; once counted, the last from the end.

        What is alike goes by key: else a row might stand on two pages, and another on none.
        """
        order = self.data.query.order_by or self.data.model._meta.ordering
        ordered = self.data.order_by(*order, "pk").values_list("pk", flat=True)
        count = getattr(self, "_length", None) or 0
        start, stop = page.start or 0, page.stop or count
        if not count / 2 < start < count:
            return list(ordered[page])
        from_end = slice(max(count - stop, 0), count - start)
        return list(ordered.reverse()[from_end])[::-1]
