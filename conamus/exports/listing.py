"""A list asked for outside of its page: found by its address, opened in somebody's name."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, cast

import django_tables2 as tables
from django.db import connection
from django.db.models import QuerySet, prefetch_related_objects
from django.db.models.query import ModelIterable
from django.http import Http404, HttpRequest, QueryDict
from django.urls import resolve
from django_filters import FilterSet
from django_tables2 import RequestConfig

from conamus.kernel.errors import NotAllowed, NotFound
from conamus.pages.exports import TABLE_KINDS
from conamus.pages.lists import ListPage, refuse_void
from conamus.pages.rows import ShownRows
from conamus.pages.years import SESSION_KEY
from federations.rules.roles import is_permitted
from federations.tenancy.actor import Actor

#: Rows read from the database at a time.
CHUNK = 2_000
KINDS = (*TABLE_KINDS, "pdf")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedList:
    """A list as a page showed it: its address, filters and sort, the year in use; what of it."""

    path: str
    query: str
    year: int
    kind: str

    def parameters(self) -> dict[str, Any]:
        """Return what a job's row keeps."""
        return asdict(self)


class _AskedRequest(HttpRequest):
    """What a list's page reads of a request, without a browser behind it."""

    actor: Actor

    def __init__(self, asked: AskedList, actor: Actor) -> None:
        super().__init__()
        self.method, self.path, self.path_info = "GET", asked.path, asked.path
        self.GET = QueryDict(asked.query)
        self.actor = actor
        # The one thing that a list reads of the session: the year in use.
        self.session = cast("Any", {SESSION_KEY: asked.year})


def open_list(asked: AskedList, actor: Actor) -> ListPage:
    """Return the page of the list, in the actor's name; refused as the page itself would be."""
    try:
        match = resolve(asked.path)
    except Http404:
        match = None
    view_class = getattr(match.func, "view_class", None) if match else None
    if match is None or not (isinstance(view_class, type) and issubclass(view_class, ListPage)):
        raise NotFound("Cette liste n’existe pas.")
    page = view_class(**getattr(match.func, "view_initkwargs", {}))
    page.setup(_AskedRequest(asked, actor), *match.args, **match.kwargs)
    page.actor = actor
    if page.permission is not None and not is_permitted(actor.role, page.permission):
        raise NotAllowed(f"Votre rôle, {actor.role.label}, {page.permission.refused}.")
    return page


def sorted_listing(page: ListPage) -> tuple[FilterSet, tables.Table]:
    """Return the list's filters and its table, sorted; DomainError where a filter is void."""
    filters, table = page.listing()
    refuse_void(filters)
    RequestConfig(page.request, paginate=False).configure(table)
    return filters, table


def rows_of(table: tables.Table) -> QuerySet[Any]:
    """Return the table's rows, filtered and sorted, not read yet."""
    data = table.data
    return cast("QuerySet[Any]", data.all_rows if isinstance(data, ShownRows) else data.data)


def read_in_chunks(rows: QuerySet[Any]) -> Iterator[Any]:
    """Yield the rows of one statement, some at a time, in the open transaction.

    By a cursor of the server: settings turn those off for poolers, which keep no cursor between
    transactions; here the transaction lasts as long as the reading. Rows that are no queryset
    (an import's) are read some at a time by themselves.
    """
    if not isinstance(rows, QuerySet):
        yield from rows
        return
    with connection.cursor() as cursor:
        # All rows are wanted, not the first ones soon.
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
    found: Iterator[Any] = iter(ModelIterable(rows, chunked_fetch=True, chunk_size=CHUNK))
    lookups = rows._prefetch_related_lookups  # type: ignore[attr-defined]
    while chunk := list(islice(found, CHUNK)):
        if lookups:
            prefetch_related_objects(chunk, *lookups)
        yield from chunk
