"""Pages of arrears: who is late with the year's contribution, on screen and by colline."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from conamus import clock
from conamus.kernel.figures import format_francs, format_integer
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorView
from conamus.pages.years import chosen_year
from federations.rules.roles import Permission
from federations.views.registers import counted
from membership.documents.arrears import arrears_pdf
from membership.filters.arrears import ArrearsFilter
from membership.selectors import arrears as selectors
from membership.tables.arrears import ArrearsTable
from membership.views.payments import pdf_response


class ArrearsList(ListPage):
    """The households that are late for the year in use, the oldest debts first."""

    permission = Permission.SEE_CONTRIBUTIONS
    template_name = "membership/arrears.html"
    title = "Cotisations en retard"
    table_class = ArrearsTable
    filter_class = ArrearsFilter

    def rows(self) -> QuerySet[Any]:
        """Return the late enrolments in the actor's sight."""
        year = chosen_year(self.request)
        late = selectors.arrears(self.actor, year=year, on=clock.today())
        return selectors.listed(late, on=clock.today())

    def state(self, count: int) -> str:
        """Say how the year stands: in order, late, awaited from others."""
        year = chosen_year(self.request)
        found = selectors.standing(self.actor, year=year, on=clock.today())
        if not found.enrolled:
            return f"Aucun ménage n’est inscrit pour {year}."
        told = (
            f"{year} : {counted(found.in_order, 'ménage')} à jour, "
            f"{format_integer(found.late)} en retard de {format_francs(found.late_francs)}."
        )
        if found.payers_left_francs > 0:
            told += f" Autres payeurs attendus : {format_francs(found.payers_left_francs)}."
        return told

    def empty_sentence(self) -> str:
        """Being on time is good news."""
        return f"Aucun ménage n’est en retard pour {chosen_year(self.request)}."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Print what the filters let through."""
        return super().get_context_data(print_query=self.request.GET.urlencode(), **kwargs)


class ArrearsPdf(ActorView):
    """The same list on paper, colline by colline."""

    permission = Permission.SEE_CONTRIBUTIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer the PDF of what the filters let through."""
        year, today = chosen_year(request), clock.today()
        late = selectors.listed(selectors.arrears(self.actor, year=year, on=today), on=today)
        filters = ArrearsFilter(request.GET, queryset=late, request=request)
        document = arrears_pdf(self.actor, filters.qs, year=year, on=today)
        return pdf_response(document.content, f"retards-{year}-{today}.pdf")
