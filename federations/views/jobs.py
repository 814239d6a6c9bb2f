"""Pages of long tasks: what runs, how far it is, why it failed, what it made."""

from functools import cached_property
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django_tables2.utils import A

from conamus.pages.columns import MomentColumn
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorView, WatchedPage
from federations.models import Job
from federations.rules.roles import Permission, Role
from federations.selectors.deliveries import has_asked, is_for_asker, is_removed
from federations.selectors.jobs import jobs, own_job
from federations.services.jobs import retry_job


class JobFilter(django_filters.FilterSet):
    """By state."""

    state = django_filters.ChoiceFilter(label="État", choices=Job.State.choices, empty_label="tous")

    class Meta:
        model = Job
        fields = ("state",)


class JobTable(tables.Table):
    """Tasks, with how far they are."""

    title = tables.Column("Tâche", linkify=("job_detail", {"job_id": A("pk")}))
    actor = tables.Column("Demandée par", accessor="actor__name", orderable=False)
    created_at = MomentColumn("Le")
    state = tables.Column("État")
    percent = tables.Column("Avancement", orderable=False)
    finished_at = MomentColumn("Finie le", default="")

    class Meta:
        model = Job
        fields = ("title", "actor", "created_at", "state", "percent", "finished_at")
        order_by = ("-created_at",)

    def render_percent(self, record: Job) -> str:
        """Show how far it is."""
        return "100 %" if record.state == Job.State.DONE else f"{record.percent} %"


class JobList(ListPage):
    """The tenant's tasks."""

    permission = Permission.PRODUCE_REPORTS
    title = "Tâches"
    table_class = JobTable
    filter_class = JobFilter
    empty_text = "Aucune tâche : un rapport demandé ou un import lancé se suit ici."

    def rows(self) -> QuerySet[Job]:
        """Return the tenant's tasks."""
        return jobs(self.actor)

    def state(self, count: int) -> str:
        """Say what is going on."""
        running = self.rows().filter(state__in=Job.UNFINISHED).count()
        return f"{running} en cours ou en attente." if running else "Rien n’est en cours."


class JobDetail(WatchedPage):
    """One task; while it runs, its bar is asked for again every two seconds."""

    permission = None

    def get_template_names(self) -> list[str]:
        """Return the bar alone to the page that already shows the rest."""
        if self.request.headers.get("HX-Target") == "tache":
            return ["federations/_job_progress.html"]
        return ["federations/job_detail.html"]

    @cached_property
    def job(self) -> Job:
        """The task of the address."""
        return own_job(self.actor, self.kwargs["job_id"])

    def is_under_way(self) -> bool:
        """Tell whether it waits or runs."""
        return self.job.is_unfinished

    def page(self) -> dict[str, Any]:
        """Return the task."""
        for_asker = is_for_asker(self.job)
        return {
            "job": self.job,
            "title": self.job.title,
            "facts": _facts(self.job),
            "is_for_asker": for_asker,
            "is_anothers": for_asker and not has_asked(self.actor, self.job),
            "is_removed": for_asker and is_removed(self.job),
        }


class JobRetry(ActorView):
    """Put a failed task back in the queue."""

    permission = None
    http_method_names = ("post",)

    def post(self, request: HttpRequest, job_id: Any) -> HttpResponseRedirect:
        """Call the service and show the task."""
        retry_job(actor=self.actor, job_id=job_id)
        return HttpResponseRedirect(reverse("job_detail", args=[job_id]))


def _facts(job: Job) -> list[tuple[str, Any]]:
    role = Role(job.actor["role"]).label
    facts = [("Demandée par", f"{job.actor['name']} ({role})"), ("Numéro", job.pk)]
    if job.attempts > 1:
        facts.append(("Essais", f"{job.attempts} : le travail a été interrompu et repris"))
    return facts
