"""Lists: search, filters that stay in the address, sorting, paging, export.

One class for every list of the application. A list gives its rows (a queryset from a
selector), its table (columns) and its filters; the rest is the same everywhere.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar
from uuid import uuid4

import django_tables2 as tables
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django_filters import FilterSet
from django_tables2 import RequestConfig

from conamus.kernel.errors import DomainError, NotFound
from conamus.pages.exports import MAX_ROWS, MAX_XLSX_ROWS, TABLE_KINDS, export_response
from conamus.pages.rows import ShownRows
from conamus.pages.views import ActorPage
from conamus.pages.years import chosen_year
from conamus.printing.pdf import PrintedDocument
from federations.rules.roles import Permission, is_permitted
from federations.selectors.jobs import follows_jobs

PAGE_SIZE = 50


class CountedPaginator(Paginator):
    """Pages of rows that were counted already."""

    def __init__(self, known: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = known  # in place of the cached property


def refuse_void(filters: FilterSet) -> None:
    """Raise where a filter is void: left out, it would give more than was asked for.

    A page says so beside the filter; what leaves it (a file, a paper) would not.
    """
    if not filters.form.is_valid():
        raise DomainError(
            "Un des filtres ne vaut plus : ouvrez la liste, choisissez-les de nouveau, puis "
            "exportez."
        )


class ListPage(ActorPage):
    """A filtered, sorted, paged list with its CSV and XLSX export (``?export=csv``)."""

    abstract = True
    template_name = "pages/list.html"
    title: ClassVar[str]
    table_class: ClassVar[type[tables.Table]]
    filter_class: ClassVar[type[FilterSet]]
    #: Shown when there is nothing at all: what this list is for, and the next step.
    empty_text: ClassVar[str] = "Rien à montrer pour l’instant."
    #: The main action: the page that adds a row, for those who may.
    add_url_name: ClassVar[str] = ""
    add_label: ClassVar[str] = "Ajouter"
    add_permission: ClassVar[Permission | None] = None
    wider_label: ClassVar[str] = "Tout voir"
    #: Whether the cursor begins in the search: of lists that are come to with a name or a number.
    focuses_search: ClassVar[bool] = False

    def rows(self) -> QuerySet:
        """Return the rows the actor may see, from a selector."""
        raise NotImplementedError

    def shown(self, rows: QuerySet) -> QuerySet:
        """Add what the table shows and nothing filters nor sorts by: read for a page's rows."""
        return rows

    def table_data(self, rows: QuerySet) -> QuerySet | ShownRows:
        """Return the rows of the table; where something is added to them, their keys come first."""
        adds = type(self).shown is not ListPage.shown
        return ShownRows(rows, self.shown) if adds else rows

    def state(self, count: int) -> str:
        """Return the sentence under the title."""
        return ""

    def known_count(self) -> int | None:
        """Return how many rows there are without a filter, where the page knows it anyway."""
        return None

    def count_of(self, filters: FilterSet) -> int | None:
        """Return how many rows the filters let through, where the page knows it anyway."""
        return None if self._is_filtered(filters) else self.known_count()

    def empty_sentence(self) -> str:
        """Return what to say where there is nothing at all."""
        return self.empty_text

    def wider_url(self) -> str:
        """Return where more is found than what the page keeps to by itself; empty: nowhere."""
        return ""

    def may_add(self) -> bool:
        """Tell whether the actor is offered the main action."""
        if not self.add_url_name:
            return False
        return self.add_permission is None or is_permitted(self.actor.role, self.add_permission)

    def get_template_names(self) -> list[str]:
        """Send only the rows when the list refreshes itself in place."""
        headers = self.request.headers
        restores = headers.get("HX-History-Restore-Request") == "true"
        if headers.get("HX-Target") == "liste" and not restores:
            return ["pages/_rows.html"]
        return super().get_template_names()

    def listing(self) -> tuple[FilterSet, tables.Table]:
        """Return the filters of the address and the table of what they let through."""
        request = self.request
        filters = self.filter_class(request.GET, queryset=self.rows(), request=request)
        # Given the request, a table would count its rows at once.
        return filters, self.table_class(self.table_data(filters.qs))

    #: What prints the list, beside « Exporter »: it follows the filters with the rows.
    print_template: ClassVar[str] = ""

    def printing(self, rows: QuerySet) -> Callable[[], PrintedDocument]:
        """Read what the list prints; what is returned prints it, and reads nothing more."""
        raise NotFound("Cette liste ne s’imprime pas.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the page, or the export of the same rows."""
        filters, table = self.listing()
        paging: dict[str, Any] = {"per_page": PAGE_SIZE, "silent": True}
        if (known := self.count_of(filters)) is not None:
            paging["paginator_class"] = partial(CountedPaginator, known)
        # No address makes a page longer than another.
        table.per_page_field = ""
        RequestConfig(request, paginate=paging).configure(table)
        if request.GET.get("export") in TABLE_KINDS:
            refuse_void(filters)
            return export_response(table, name=self.title, kind=request.GET["export"])
        if self.focuses_search and not request.GET:
            filters.form.fields["q"].widget.attrs["autofocus"] = True
        context = self.get_context_data(filters=filters, table=table)
        return self.render_to_response(context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the list template shows."""
        table = kwargs["table"]
        count = table.paginator.count
        return super().get_context_data(
            title=self.title,
            state=self.state(count),
            count=count,
            empty_text=self.empty_sentence(),
            is_filtered=self._is_filtered(kwargs["filters"]),
            **self._export(count),
            add_url=reverse(self.add_url_name) if self.may_add() else "",
            add_label=self.add_label,
            wider_url=self.wider_url(),
            wider_label=self.wider_label,
            print_template=self.print_template,
            **kwargs,
        )

    def _export(self, count: int) -> dict[str, Any]:
        """Whether the list is long, and then what a job is asked for."""
        if count <= MAX_ROWS:
            return {"is_long": False}
        return {
            "is_long": True,
            "may_ask_export": follows_jobs(self.actor.role),
            "export_limit": MAX_ROWS,
            "fits_a_sheet": count <= MAX_XLSX_ROWS,
            "sheet_limit": MAX_XLSX_ROWS,
            **self.asked_list(),
        }

    def asked_list(self) -> dict[str, Any]:
        """Return what a form sends to have this very list exported or printed by a job."""
        return {
            "export_query": self.request.GET.urlencode(),
            "export_year": chosen_year(self.request),
            "export_key": uuid4().hex,
        }

    def _is_filtered(self, filters: FilterSet) -> bool:
        return any(self.request.GET.get(name) for name in filters.form.fields)
