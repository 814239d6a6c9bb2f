"""Pages of figures: of a year, and with a table that is also had as a file."""

from functools import cached_property
from typing import Any

import django_tables2 as tables
from django.http import HttpRequest, HttpResponse

from conamus.pages.exports import TABLE_KINDS, export_response
from conamus.pages.views import ActorPage
from conamus.pages.years import asked_year


class YearPage(ActorPage):
    """A page of the year that its address names."""

    abstract = True

    @cached_property
    def year(self) -> int:
        """The year of the address, else the one in use."""
        return asked_year(self.request)


class TablePage(ActorPage):
    """A page that shows one table, and gives it as a file (``?export=csv``)."""

    abstract = True
    title = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the page, or its table as CSV or XLSX."""
        kind = request.GET.get("export", "")
        if kind in TABLE_KINDS:
            return export_response(self.table(), name=self.title, kind=kind)
        return super().get(request, *args, **kwargs)

    def table(self) -> tables.Table:
        """Return the table of the file: the page's own."""
        table: tables.Table = self.page()["table"]
        return table
