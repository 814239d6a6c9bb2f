"""« Tâches » of the system administrator: every tenant's, and the failed ones tried again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from conamus.pages.views import ActorPage, ActorView
from conamus.portal.selectors.network_jobs import FAILED_DAYS, network_jobs
from conamus.portal.tasks import plural
from federations.rules.roles import Permission
from federations.services.jobs import retry_network_job


class NetworkJobList(ActorPage):
    """What failed lately and what is under way, in all the network."""

    permission = Permission.FOLLOW_NETWORK_JOBS
    template_name = "portal/network_jobs.html"

    def page(self) -> dict[str, Any]:
        """Return both lists."""
        found = network_jobs(self.actor)
        failed = plural(found.failed_count, "tâche échouée", "tâches échouées")
        return {
            "title": "Tâches",
            "state": f"Tout le réseau : {failed} depuis {FAILED_DAYS} jours, "
            f"{found.unfinished_count} en attente ou en cours.",
            "found": found,
            "days": FAILED_DAYS,
        }


class NetworkJobRetry(ActorView):
    """Put a failed task of any tenant back in the queue."""

    permission = Permission.FOLLOW_NETWORK_JOBS
    http_method_names = ("post",)

    def post(self, request: HttpRequest, job_id: UUID) -> HttpResponseRedirect:
        """Call the service and come back to the list."""
        retry_network_job(actor=self.actor, job_id=job_id)
        messages.success(request, "La tâche est relancée, au nom de qui l’a demandée.")
        return HttpResponseRedirect(reverse("network_jobs"))
