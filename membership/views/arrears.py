"""Pages of arrears: who is late with the year's contribution, on screen and by colline."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_francs, format_integer
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorView
from conamus.pages.years import chosen_year
from conamus.printing.pdf import PrintedDocument
from federations.rules.roles import Permission
from federations.selectors.statements import plan_for_memory
from federations.views.registers import counted
from membership.documents.arrears import print_arrears, read_arrears
from membership.filters.arrears import ArrearsFilter
from membership.selectors import arrears as selectors
from membership.tables.arrears import ArrearsTable
from membership.views.payments import pdf_response

#: Lines of a paper that somebody waits for: under two seconds. A longer one is made by a job.
MOST_AT_ONCE = 150


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
        return selectors.listed(self.late, on=clock.today())

    @cached_property
    def late(self) -> QuerySet[Any]:
        """The late enrolments: composing the statement takes longer than running it."""
        plan_for_memory()
        return selectors.arrears(self.actor, year=chosen_year(self.request), on=clock.today())

    @cached_property
    def standing(self) -> selectors.Standing:
        """How the year stands."""
        return selectors.standing(self.actor, self.late, year=chosen_year(self.request))

    def known_count(self) -> int:
        """Return how many are late."""
        return self.standing.late

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
        rows = ArrearsFilter(request.GET, queryset=late, request=request).qs
        if rows.count() > MOST_AT_ONCE:
            raise DomainError(
                f"Plus de {MOST_AT_ONCE} ménages : la liste se prépare sans vous faire attendre. "
                "Demandez-la par « Imprimer par colline », sur la page des retards."
            )
        document = print_arrears(read_arrears(self.actor, rows, year=year, on=today))
        return pdf_response(document.content, f"retards-{year}-{today}.pdf")
