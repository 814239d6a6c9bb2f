"""Pages of files prepared for somebody: one's own, and the taking away."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from conamus.pages.views import ActorPage, ActorView
from federations.models import Job
from federations.selectors.deliveries import KEPT_DAYS, is_removed, own_deliveries
from federations.services.deliveries import pieces_of, take_delivery

#: Files shown; older ones are removed anyway.
MOST_SHOWN = 50


class DeliveryList(ActorPage):
    """The files that the actor asked for, in their role of today."""

    permission = None
    template_name = "federations/deliveries.html"

    def page(self) -> dict[str, Any]:
        """Return the jobs, each with whether its file can be taken."""
        found = list(own_deliveries(self.actor)[:MOST_SHOWN])
        return {
            "title": "Mes fichiers",
            "state": "Les exports et les listes préparés pour vous, et pour vous seul ; chacun se "
            f"garde {KEPT_DAYS} jours.",
            "files": [(job, _state(job), _is_ready(job)) for job in found],
        }


class DeliveryFile(ActorView):
    """A file, to whoever asked for it."""

    permission = None

    def get(self, request: HttpRequest, job_id: UUID) -> HttpResponse | StreamingHttpResponse:
        """Answer it piece by piece."""
        file = take_delivery(actor=self.actor, job_id=job_id)
        response = StreamingHttpResponse(
            pieces_of(self.actor, file), content_type=file.content_type
        )
        how = "inline" if file.content_type == "application/pdf" else "attachment"
        response["Content-Disposition"] = f'{how}; filename="{file.name}"'
        response["Content-Length"] = str(file.size_bytes)
        return response


def _is_ready(job: Job) -> bool:
    return job.state == Job.State.DONE and not is_removed(job)


def _state(job: Job) -> str:
    if job.state == Job.State.DONE and is_removed(job):
        return "retiré"
    if job.state == Job.State.RUNNING and job.total:
        return f"en cours, {job.percent} %"
    return str(job.get_state_display())
