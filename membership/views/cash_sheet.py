"""The cash sheet of a unit's day, on screen and on paper."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from conamus import clock
from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_date, format_francs
from conamus.pages.views import ActorPage, ActorView
from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor
from membership.documents.cash_sheet import cash_sheet_pdf, sheet_lines
from membership.forms.cash_sheet import CashSheetForm
from membership.selectors.households import units_with_households
from membership.selectors.payments import CashSheet, cash_sheet
from membership.views.payments import pdf_response


def asked_sheet(actor: Actor, request: HttpRequest) -> tuple[CashSheetForm, CashSheet | None]:
    """Return the form and the sheet of the address; by itself today, in the first unit."""
    first = units_with_households(actor).values_list("pk", flat=True).first()
    start = {"unit": first, "day": clock.today().isoformat()}
    form = CashSheetForm({**start, **request.GET.dict()}, actor=actor)
    if first is None or not form.is_valid():
        return form, None
    unit, day = form.cleaned_data["unit"], form.cleaned_data["day"]
    return form, cash_sheet(actor, unit=unit, day=day)


class CashSheetPage(ActorPage):
    """What a unit received on a day."""

    permission = Permission.SEE_CONTRIBUTIONS
    template_name = "membership/cash_sheet.html"

    def page(self) -> dict[str, Any]:
        """Return the sheet."""
        form, sheet = asked_sheet(self.actor, self.request)
        return {
            "title": "Feuille de caisse",
            "state": _state(sheet) if sheet else "",
            "form": form,
            "sheet": sheet,
            "lines": sheet_lines(sheet) if sheet else [],
            "may_collect": is_permitted(self.actor.role, Permission.COLLECT_CONTRIBUTIONS),
        }


class CashSheetPdf(ActorView):
    """The same on paper."""

    permission = Permission.SEE_CONTRIBUTIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer the PDF."""
        _, sheet = asked_sheet(self.actor, request)
        if sheet is None:
            raise NotFound("Choisissez une unité et un jour.")
        document = cash_sheet_pdf(sheet, printed_on=clock.today())
        return pdf_response(document.content, f"caisse-{sheet.unit.code}-{sheet.day}.pdf")


def _state(sheet: CashSheet) -> str:
    return (
        f"{sheet.unit.name}, {format_date(sheet.day)} : {format_francs(sheet.total_francs)} en "
        f"tout, dont {format_francs(sheet.cash_francs)} en espèces."
    )
