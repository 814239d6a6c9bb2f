"""Pages of the yearly reports: those produced, asking for one, watching it, its file."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django_filters import FilterSet
from django_tables2 import Table

from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_integer
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorView, WatchedPage
from federations.models import Job
from federations.rules.roles import Permission, is_permitted
from prudential.filters import AnnualReportFilter
from prudential.forms import AnnualReportForm
from prudential.models import AnnualReport
from prudential.selectors import reports as selectors
from prudential.services.annual_report import request_annual_report
from prudential.tables import AnnualReportTable, hidden_from

#: What a report in the making says when it is asked how far it is.
_STATES = {
    Job.State.QUEUED: "Le rapport attend son tour. Vous pouvez quitter cette page et y revenir.",
    Job.State.RUNNING: "Le rapport se fait. Vous pouvez quitter cette page et y revenir.",
    Job.State.DONE: "Le rapport est prêt.",
    Job.State.FAILED: "Le rapport n’a pas pu être produit.",
}


class AnnualReportList(ListPage):
    """The tenant's produced reports."""

    permission = Permission.SEE_REPORTS
    template_name = "prudential/annual_reports.html"
    title = "Rapports annuels"
    table_class = AnnualReportTable
    filter_class = AnnualReportFilter
    empty_text = "Aucun rapport n’a encore été produit."
    add_url_name = "annual_report_add"
    add_label = "Produire un rapport"
    add_permission = Permission.PRODUCE_REPORTS

    def rows(self) -> QuerySet[AnnualReport]:
        """Return the tenant's reports; to the regulator, the editions opened."""
        return selectors.readable_reports(self.actor)

    def listing(self) -> tuple[FilterSet, Table]:
        """Return the filters and the table without the columns that the role does not meet."""
        filters = self.filter_class(self.request.GET, queryset=self.rows(), request=self.request)
        return filters, AnnualReportTable(filters.qs, exclude=hidden_from(self.actor.role))

    def state(self, count: int) -> str:
        """Say how many there are; a new production leaves the old ones."""
        if not count:
            return "Aucun rapport n’est encore produit."
        plural = "s" if count > 1 else ""
        return f"{format_integer(count)} rapport{plural} produit{plural}, le plus récent d’abord."

    def page(self) -> dict[str, Any]:
        """Add the reports in the making, for those who ask for reports."""
        if not is_permitted(self.actor.role, Permission.PRODUCE_REPORTS):
            return {"running": []}
        return {"running": selectors.unfinished_report_jobs(self.actor.tenant_id)}


class AnnualReportAdd(FormPage):
    """Ask for a report."""

    permission = Permission.PRODUCE_REPORTS
    form_class = AnnualReportForm
    title = "Produire un rapport annuel"
    submit_label = "Produire le rapport"
    success_message = "Le rapport est demandé."
    intro = (
        "Le rapport d’une année d’activité réunit les textes, les activités et les dépenses de "
        "cette année, et les adhésions qu’elle a gagnées pour l’année suivante."
    )

    def save(self, data: dict[str, Any]) -> Job:
        """Ask for it."""
        return request_annual_report(
            actor=self.actor,
            unit_id=data["unit"],
            year=data["year"],
            submission_key=data["submission_key"],
        )

    def done_url(self, made: Job) -> str:
        """Go and watch it."""
        return reverse("annual_report_job", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("annual_reports")


class AnnualReportJob(WatchedPage):
    """A report in the making: its bar, then its file or the reason of its failure."""

    permission = Permission.PRODUCE_REPORTS
    template_name = "prudential/annual_report_job.html"

    @cached_property
    def job(self) -> Job:
        """The task of the address."""
        job = selectors.report_job(self.actor.tenant_id, self.kwargs["job_id"])
        if job is None:
            raise NotFound("Cette tâche n’existe pas.")
        return job

    def is_under_way(self) -> bool:
        """Tell whether it waits or runs."""
        return self.job.is_unfinished

    def page(self) -> dict[str, Any]:
        """Return the job as it stands."""
        return {
            "title": self.job.title,
            "state": _STATES[Job.State(self.job.state)],
            "job": self.job,
            "is_unfinished": self.job.is_unfinished,
            "has_failed": self.job.state == Job.State.FAILED,
            "report": selectors.report_of_job(self.actor.tenant_id, self.job.pk),
        }


class AnnualReportFile(ActorView):
    """A produced report's PDF."""

    permission = Permission.SEE_REPORTS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer the file under a name that says what it is."""
        report = selectors.report_with_file(self.actor, pk)
        if report is None:
            raise NotFound("Ce rapport n’existe pas.")
        response = HttpResponse(bytes(report.file.content), content_type=report.file.content_type)
        response["Content-Disposition"] = f'attachment; filename="{report.file.name}"'
        response["Cache-Control"] = "private, no-store"
        return response
