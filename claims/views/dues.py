"""Pages of what is due to facilities: by age, and the statement of one of them."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from claims.documents.statements import statement_pdf
from claims.forms.money import AsOfForm, SpanForm
from claims.rules.invoices import Age, owed_back
from claims.selectors.facility_accounts import (
    Statement,
    ageing,
    ageing_total,
    facility_statement,
)
from claims.selectors.invoices import open_advances, open_debts
from conamus import clock
from conamus.kernel.figures import format_date, format_francs
from conamus.pages.views import ActorPage, ActorView
from federations.rules.roles import Permission, is_permitted
from membership.views.payments import pdf_response


class DueList(ActorPage):
    """What is due to each facility on a day, by how long it has been due."""

    permission = Permission.SEE_INVOICES
    template_name = "claims/dues.html"

    def page(self) -> dict[str, Any]:
        """Return the facilities, the longest due first."""
        form = AsOfForm(self.request.GET or None, initial={"on": clock.today()})
        on: date = form.cleaned_data["on"] if form.is_valid() else clock.today()
        lines = ageing(self.actor, on=on)
        totals = ageing_total(lines)
        late = sum(line.late_francs for line in lines)
        return {
            "title": "Échéances des formations sanitaires",
            "state": (
                f"Au {format_date(on)}, {format_francs(totals[-1])} à payer, dont "
                f"{format_francs(late)} en retard."
            ),
            "form": form,
            "ages": [age.label for age in Age],
            "lines": lines,
            "totals": totals,
            "may_pay": is_permitted(self.actor.role, Permission.PAY_INVOICES),
        }


class DueStatement(ActorPage):
    """A facility's account: each invoice, payment and debt, and what is owed after it."""

    permission = Permission.SEE_INVOICES
    template_name = "claims/due_statement.html"

    def page(self) -> dict[str, Any]:
        """Return the account over the days asked for."""
        statement, form = _asked(self.actor, self.request, self.kwargs["facility_id"])
        may_pay = is_permitted(self.actor.role, Permission.PAY_INVOICES)
        account = (self.actor.tenant_id, statement.facility.pk)
        owed = owed_back(open_debts(*account), open_advances(*account)) if may_pay else 0
        return {
            "title": f"Compte de {statement.facility.name}",
            "state": (
                f"Au {format_date(statement.until)}, la mutuelle doit "
                f"{format_francs(statement.closing_francs)}."
                if statement.closing_francs >= 0
                else f"Au {format_date(statement.until)}, la formation sanitaire doit "
                f"{format_francs(-statement.closing_francs)}."
            ),
            "statement": statement,
            "form": form,
            "may_pay": may_pay,
            "owed_francs": owed,
        }


class DueStatementPdf(ActorView):
    """The same on paper."""

    permission = Permission.SEE_INVOICES

    def get(self, request: HttpRequest, facility_id: int) -> HttpResponse:
        """Answer the PDF."""
        statement, _ = _asked(self.actor, request, facility_id)
        document = statement_pdf(self.actor, statement, printed_on=clock.today())
        return pdf_response(document.content, f"compte-{statement.facility.code}.pdf")


def _asked(actor: Any, request: HttpRequest, facility_id: int) -> tuple[Statement, SpanForm]:
    """Return the account of the days of the address: else the year so far."""
    today = clock.today()
    usual = {"since": today.replace(month=1, day=1), "until": today}
    form = SpanForm(request.GET if "since" in request.GET else None, initial=usual)
    days = form.cleaned_data if form.is_valid() else usual
    return facility_statement(actor, facility_id, **days), form
