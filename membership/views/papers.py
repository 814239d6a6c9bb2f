"""Pages of printed papers: those of one household, and those of a unit."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from conamus import clock
from conamus.kernel.errors import NotFound
from conamus.pages.forms import FormPage
from conamus.pages.views import ActorView
from conamus.pages.years import chosen_year, offered_years
from conamus.printing.pdf import PrintedDocument
from federations.models import Job
from federations.rules.roles import Permission
from membership.forms.papers import PaperForm
from membership.selectors.enrolling import open_years
from membership.selectors.papers import LISTS, Paper, paper_file, paper_jobs
from membership.services import papers as services
from membership.services.blank_forms import (
    MOST_BLANK_AT_ONCE,
    blank_forms,
    request_blank_forms,
)
from membership.views.payments import pdf_response

#: Papers shown under the form.
MOST_SHOWN = 10
_MOST_DIGITS = 9


class FamilyFile(ActorView):
    """A household's family file."""

    permission = Permission.SEE_HOUSEHOLDS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer the PDF."""
        printed = services.family_file(actor=self.actor, household_id=pk)
        return pdf_response(printed.content, f"fiche-familiale-{clock.today()}.pdf")


class Certificate(ActorView):
    """A household's certificate of membership for a year."""

    permission = Permission.ENROL_HOUSEHOLDS

    def get(self, request: HttpRequest, pk: int, year: int) -> HttpResponse:
        """Answer the PDF."""
        printed = services.certificate(actor=self.actor, household_id=pk, year=year)
        return pdf_response(printed.content, f"attestation-{year}.pdf")


class PapersPage(FormPage):
    """Choose a paper of a unit: printed at once, or by a worker; those made before."""

    permission = Permission.ENROL_HOUSEHOLDS
    template_name = "membership/papers.html"
    form_class = PaperForm
    title = "Imprimer"
    submit_label: ClassVar[str] = "Imprimer"

    def get_initial(self) -> dict[str, Any]:
        """Begin with what the address names, one's own unit, the year of the campaign."""
        asked = self.request.GET
        unit = _number(asked.get("unit", ""))
        today = clock.today()
        years = open_years(self.actor.tenant_id, today)
        return {
            "paper": asked.get("papier") if asked.get("papier") in set(Paper) else Paper.MEMBERS,
            "unit": unit or self.actor.unit_id,
            "year": years[0] if years else chosen_year(self.request),
            "count": 1,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead to the paper itself where it is printed at once; else ask for it."""
        form = self.get_form()
        if form.is_valid() and self._is_printed_at_once(form.cleaned_data):
            return HttpResponseRedirect(_address(form.cleaned_data))
        return super().post(request, *args, **kwargs)

    def _is_printed_at_once(self, data: dict[str, Any]) -> bool:
        if data["paper"] == Paper.BLANK_FORMS and (data["count"] or 1) > MOST_BLANK_AT_ONCE:
            return False
        return services.is_printed_at_once(actor=self.actor, **_asked(data))

    def save(self, data: dict[str, Any]) -> Job:
        """Call the service."""
        if data["paper"] == Paper.BLANK_FORMS:
            return request_blank_forms(
                actor=self.actor,
                unit_id=data["unit"].pk,
                year=data["year"],
                count=data["count"] or 1,
                first=data["first"],
                key=data["submission_key"],
            )
        return services.request_paper(actor=self.actor, key=data["submission_key"], **_asked(data))

    def success_message_for(self, made: Job) -> str:
        """Say what was asked."""
        return f"{made.title} : demandé."

    def done_url(self, made: Job) -> str:
        """Go and watch it."""
        return reverse("job_detail", args=[made.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show the papers made before."""
        return super().get_context_data(
            **{
                "state": "Listes courtes et quelques bulletins vierges tout de suite ; le reste en "
                "quelques minutes, sans attendre devant la page.",
                "jobs": paper_jobs(self.actor)[:MOST_SHOWN],
                **kwargs,
            }
        )


class PaperNow(ActorView):
    """A paper that is printed at once: a list, or blank forms."""

    permission = Permission.ENROL_HOUSEHOLDS

    def get(self, request: HttpRequest, paper: str) -> HttpResponse:
        """Answer the PDF."""
        unit, year = _number(request.GET.get("unit", "")), _number(request.GET.get("annee", ""))
        is_offered = paper in LISTS or paper == Paper.BLANK_FORMS
        if unit is None or year not in offered_years(clock.today()) or not is_offered:
            raise NotFound("Ce document n’existe pas : choisissez-le sous « Imprimer ».")
        printed = self._printed(Paper(paper), unit, year)
        return pdf_response(printed.content, f"{paper}-{year}.pdf")

    def _printed(self, paper: Paper, unit_id: int, year: int) -> PrintedDocument:
        asked: dict[str, Any] = {"actor": self.actor, "unit_id": unit_id, "year": year}
        if paper in LISTS:
            return services.paper_at_once(paper=paper, **asked)
        numbers = {name: _number(self.request.GET.get(name, "")) for name in ("nombre", "premier")}
        return blank_forms(**asked, count=numbers["nombre"] or 1, first=numbers["premier"])


class PaperFile(ActorView):
    """The paper that a job made."""

    permission = Permission.ENROL_HOUSEHOLDS

    def get(self, request: HttpRequest, job_id: UUID) -> HttpResponse:
        """Answer the file."""
        file = paper_file(self.actor, job_id)
        kind = file.name.rsplit("-", 1)[0]
        return pdf_response(bytes(file.content), f"{kind}-{file.created_at:%Y-%m-%d}.pdf")


def _number(typed: str) -> int | None:
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= _MOST_DIGITS
    return int(typed) if is_number else None


def _asked(data: dict[str, Any]) -> dict[str, Any]:
    return {"paper": Paper(data["paper"]), "unit_id": data["unit"].pk, "year": data["year"]}


def _address(data: dict[str, Any]) -> str:
    asked = {"unit": data["unit"].pk, "annee": data["year"]}
    if data["paper"] == Paper.BLANK_FORMS:
        asked |= {"nombre": data["count"] or 1}
        asked |= {"premier": data["first"]} if data["first"] else {}
    return f"{reverse('paper_now', args=[data['paper']])}?{urlencode(asked)}"
