"""Pages of who is late with the year's contribution, by colline too, and of who paid too much."""

from collections.abc import Callable
from datetime import date
from functools import cached_property, partial
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django_filters import FilterSet

from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_francs, format_integer
from conamus.pages.lists import ListPage, refuse_void
from conamus.pages.rows import ShownRows
from conamus.pages.views import ActorView
from conamus.pages.years import chosen_year
from conamus.printing.pdf import PrintedDocument
from federations.rules.roles import Permission
from federations.selectors.statements import plan_for_memory
from federations.views.registers import counted
from membership.documents.arrears import print_arrears, read_arrears
from membership.filters.arrears import ArrearsFilter, OverpaidFilter
from membership.selectors import arrears as selectors
from membership.tables.arrears import ArrearsTable, OverpaidTable
from membership.views.payments import pdf_response

#: Lines of a paper that somebody waits for: under two seconds. A longer one is made by a job.
MOST_AT_ONCE = 150


class LateRows(ShownRows):
    """Rows of which all keys come at once with how late they are.

    Composing and planning that statement is most of the page's time: it is asked once, where the
    count, the sum and the page would each ask it again. An index leads to who owes, which are few.
    """

    @cached_property
    def lateness(self) -> dict[int, tuple[int, date]]:
        """What is late of each, and since when, in the order of the list."""
        rows = self.data.values_list("pk", "late_francs", "late_since")
        return {key: (francs, since) for key, francs, since in rows}

    @property
    def sum(self) -> selectors.Late:
        """What they come to."""
        return selectors.Late(
            count=len(self.lateness), francs=sum(francs for francs, _ in self.lateness.values())
        )

    def __len__(self) -> int:
        return len(self.lateness)

    def __getitem__(self, key: Any) -> Any:
        rows = super().__getitem__(key)
        if isinstance(key, slice):
            for row in rows:
                row.late_francs, row.late_since = self.lateness[row.pk]
        return rows

    def keys(self, page: slice) -> list[Any]:
        """Return the keys of a page's rows, in their order."""
        return list(self.lateness)[page]


class ArrearsList(ListPage):
    """The households that are late for the year in use, the oldest debts first."""

    permission = Permission.SEE_CONTRIBUTIONS
    title = "Cotisations en retard"
    table_class = ArrearsTable
    filter_class = ArrearsFilter
    focuses_search = True
    print_template = "membership/_print_arrears.html"

    def rows(self) -> QuerySet[Any]:
        """Return the late enrolments in the actor's sight."""
        return self.late

    def shown(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Add household, head, telephone and promise."""
        return selectors.listed(rows, on=clock.today())

    def listing(self) -> tuple[FilterSet, tables.Table]:
        """Have the late rows found once, for the page and for what they come to."""
        filters = self.filter_class(self.request.GET, queryset=self.rows(), request=self.request)
        self.found = LateRows(filters.qs, self.shown)
        self.is_whole = not self._is_filtered(filters)
        return filters, self.table_class(self.found)

    @cached_property
    def late(self) -> QuerySet[Any]:
        """The late enrolments: composing the statement takes longer than running it."""
        plan_for_memory()
        return selectors.arrears(self.actor, year=chosen_year(self.request), on=clock.today())

    @cached_property
    def standing(self) -> selectors.Standing:
        """How the year stands."""
        late = self.found.sum if self.is_whole else selectors.add_up(self.late)
        return selectors.standing(self.actor, late, year=chosen_year(self.request))

    def state(self, count: int) -> str:
        """Say how the year stands: in order, late, awaited from others."""
        year = chosen_year(self.request)
        found = self.standing
        if not found.enrolled:
            return f"Aucun ménage n’est inscrit pour {year}."
        told = (
            f"{year} : {counted(found.in_order, 'ménage')} sans retard (payés, ou pas encore au "
            "terme), "
            f"{format_integer(found.late)} en retard de {format_francs(found.late_francs)}."
        )
        if found.payers_left_francs > 0:
            told += f" Autres payeurs attendus : {format_francs(found.payers_left_francs)}."
        return told

    def empty_sentence(self) -> str:
        """Being on time is good news."""
        return f"Aucun ménage n’est en retard pour {chosen_year(self.request)}."

    def printing(self, rows: QuerySet[Any]) -> Callable[[], PrintedDocument]:
        """Read the list colline by colline; what is returned prints it."""
        year, today = chosen_year(self.request), clock.today()
        return partial(print_arrears, read_arrears(self.actor, rows, year=year, on=today))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Print what the filters let through: at once, or by a job."""
        count = kwargs["table"].paginator.count
        asked = self.asked_list() if count > MOST_AT_ONCE else {}
        context = {**super().get_context_data(**kwargs), **asked}
        return {**context, "is_printed_by_a_job": count > MOST_AT_ONCE}


class ArrearsPdf(ActorView):
    """The same list on paper, colline by colline, where it is short."""

    permission = Permission.SEE_CONTRIBUTIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer the PDF of what the filters let through."""
        year, today = chosen_year(request), clock.today()
        late = selectors.listed(selectors.arrears(self.actor, year=year, on=today), on=today)
        filters = ArrearsFilter(request.GET, queryset=late, request=request)
        refuse_void(filters)
        rows = filters.qs
        if rows.count() > MOST_AT_ONCE:
            raise DomainError(
                f"Plus de {MOST_AT_ONCE} ménages : la liste se prépare sans vous faire attendre. "
                "Demandez-la par « Imprimer par colline », sur la page des retards."
            )
        document = print_arrears(read_arrears(self.actor, rows, year=year, on=today))
        return pdf_response(document.content, f"retards-{year}-{today}.pdf")


class OverpaidList(ListPage):
    """The households of which more was received for the year in use than is asked."""

    permission = Permission.SEE_CONTRIBUTIONS
    title = "Trop-perçus"
    table_class = OverpaidTable
    filter_class = OverpaidFilter
    focuses_search = True

    def rows(self) -> QuerySet[Any]:
        """Return the enrolments in the actor's sight."""
        return selectors.overpaid(self.actor, year=chosen_year(self.request))

    def shown(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Add household, head and telephone, and how much."""
        return selectors.with_excess(selectors.listed(rows, on=clock.today()))

    def state(self, count: int) -> str:
        """Say how it comes about, and what settles it."""
        if not count:
            return ""
        return (
            f"{chosen_year(self.request)} : {counted(count, 'ménage')}. Un supplément repris, par "
            "exemple, laisse un trop-perçu : annulez le reçu de trop par un contre-reçu, et rendez "
            "l’argent."
        )

    def empty_sentence(self) -> str:
        """Nothing to give back."""
        return f"Aucun ménage n’a trop payé pour {chosen_year(self.request)}."
