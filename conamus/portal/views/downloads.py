"""The figures of a picture as a file: the raw numbers, in CSV or XLSX."""

from fractions import Fraction

import django_tables2 as tables
from django.http import HttpRequest, HttpResponse

from conamus.charts.picture import Cell, Table
from conamus.kernel.errors import NotFound
from conamus.kernel.figures import percent_of
from conamus.pages.exports import TABLE_KINDS, export_response
from conamus.pages.views import ActorView
from conamus.pages.years import offered_year
from conamus.portal.data import table_of
from conamus.portal.views.home import desk_of


class ChartData(ActorView):
    """The table behind a picture; each source asks for the permission it needs."""

    permission = None

    def get(self, request: HttpRequest, name: str, kind: str) -> HttpResponse:
        """Answer the file."""
        if kind not in TABLE_KINDS:
            raise NotFound("Les données se téléchargent en CSV ou en XLSX.")
        desk = desk_of(self, self._year())
        table = table_of(name, desk, request.GET.dict())
        return export_response(listing_of(table), name=f"{name}-{desk.year}", kind=kind)

    def _year(self) -> int | None:
        text = self.request.GET.get("annee", "")
        if not text:
            return None
        year = offered_year(text)
        if year is None:
            raise NotFound("Cette année n’est pas de celles que l’on peut voir.")
        return year


def listing_of(table: Table) -> tables.Table:
    """Return a picture's table in the shape that exports take: rates in percent, as numbers."""
    rates = {i for i in range(len(table.headers)) if _holds_rates(table, i)}
    columns = [
        (f"c{i}", tables.Column(verbose_name=f"{header} (%)" if i in rates else header))
        for i, header in enumerate(table.headers)
    ]
    rows = [
        {f"c{i}": _plain(table, i, cell, is_rate=i in rates) for i, cell in enumerate(row)}
        for row in table.rows
    ]
    return tables.Table(rows, extra_columns=columns)


def _holds_rates(table: Table, column: int) -> bool:
    is_text = any(isinstance(row[column], str) for row in table.rows)
    return table.format_of(column).kind == "rate" and not is_text


def _plain(table: Table, column: int, cell: Cell, *, is_rate: bool) -> object:
    if cell is None or isinstance(cell, str):
        return table.text(column, cell)
    if is_rate:
        return percent_of(cell)
    return round(float(cell), 2) if isinstance(cell, Fraction) else cell
