"""Pages of batches: decisions redone or taken back after a preview, and what the sample says."""

from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from claims.forms.reviews import BatchForm, BatchReasonForm
from claims.selectors.batches import Choice, Preview, told_difference
from claims.selectors.sampling import sampled_federations, sampled_months, told_seeds
from claims.services.batches import preview_redo, redo_batch, reverse_batch
from claims.services.large_batches import (
    BatchJob,
    batch_job,
    choice_of,
    is_large,
    request_preview,
    request_redo,
    request_reversal,
)
from conamus import clock
from conamus.kernel.errors import DomainError, NotAllowed
from conamus.kernel.figures import format_date
from conamus.pages.forms import FormPage
from conamus.pages.views import ActorPage
from federations.models import HealthFacility, Job
from federations.rules.roles import Permission
from membership.rules.sentences import counted

#: Differences shown under the preview.
MOST_SHOWN = 200


class RedoDecisions(FormPage):
    """Choose decided claims, see the difference, then redo them or take them back."""

    permission = Permission.REDO_DECISIONS
    form_class = BatchForm
    template_name = "claims/redo.html"
    title = "Refaire des décisions"
    submit_label = "Voir la différence"
    intro = (
        "Après un tarif, un paquet ou un droit corrigé : les attestations déjà décidées sont "
        "décidées de nouveau. Les anciennes décisions restent, remplacées. Rien ne change avant "
        "« Refaire » ; ce qui est déjà payé donne une dette ou un supplément. Au-delà de 2 000, "
        "une tâche calcule la différence, puis refait, par parts."
    )

    def get_initial(self) -> dict[str, Any]:
        """Begin with the day and facility of the signal that led here."""
        asked = self.request.GET
        day = asked.get("du", "")
        return {"from_on": day, "to_on": day, "facility": asked.get("formation", "")}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the difference, or do what the pressed button says."""
        form = self.get_form()
        if not form.is_valid():
            return self.form_invalid(form)
        try:
            choice = _choice(form.cleaned_data)
            if request.POST.get("do") == "redo":
                return self._said(told_difference(redo_batch(actor=self.actor, choice=choice)))
            if request.POST.get("do") == "reverse":
                because = form.cleaned_data["because"]
                count = reverse_batch(actor=self.actor, choice=choice, because=because)
                return self._said(f"{counted(count, 'attestation')} à examiner de nouveau.")
            if is_large(actor=self.actor, choice=choice):
                key = form.cleaned_data["submission_key"]
                job = request_preview(actor=self.actor, choice=choice, key=key)
                return HttpResponseRedirect(reverse("claim_batch", args=[job.pk]))
            preview = preview_redo(actor=self.actor, choice=choice)
        except NotAllowed:
            raise
        except DomainError as error:
            form.refuse(error)
            return self.form_invalid(form)
        return self.render_to_response(self.get_context_data(form=form, **_shown(preview)))

    def _said(self, message: str) -> HttpResponse:
        messages.success(self.request, message)
        return HttpResponseRedirect(reverse("claim_redo"))


class BatchDetail(FormPage):
    """A batch that a task treats: how far it is, what it changes, then the run itself."""

    permission = Permission.REDO_DECISIONS
    form_class = BatchReasonForm
    template_name = "claims/batch.html"
    title = "Lot de décisions"

    @cached_property
    def job(self) -> Job:
        """The task of the address."""
        return batch_job(self.actor, self.kwargs["job_id"])

    def save(self, data: dict[str, Any]) -> Job:
        """Ask for what the pressed button says."""
        if self.request.POST.get("do") == "reverse":
            because = data["because"]
            return request_reversal(actor=self.actor, preview_id=self.job.pk, because=because)
        return request_redo(actor=self.actor, preview_id=self.job.pk)

    def success_message_for(self, made: Job) -> str:
        """Say that it is asked for."""
        return f"{made.title} : la tâche est demandée."

    def done_url(self, made: Job) -> str:
        """Watch it."""
        return reverse("claim_batch", args=[made.pk])

    def page(self) -> dict[str, Any]:
        """Return the task, and what it found."""
        choice, is_done = choice_of(self.job), self.job.state == Job.State.DONE
        days = f"du {format_date(choice.from_on)} au {format_date(choice.to_on)}"
        result: dict[str, Any] = (self.job.result or {}) if is_done else {}
        return {
            "title": self.job.title,
            "state": f"Soins {days}, {_whose(choice)}.",
            "job": self.job,
            "is_done": is_done,
            "is_preview": self.job.kind == BatchJob.PREVIEW,
            "result": result,
            "differences": [_told_row(row) for row in result.get("differences", ())],
            "hidden": max(0, result.get("changed", 0) - len(result.get("differences", ()))),
        }


def _whose(choice: Choice) -> str:
    found = HealthFacility.objects.filter(pk=choice.facility_id or 0).first()
    return found.name if found else "toutes les formations sanitaires"


def _told_row(row: dict[str, Any]) -> dict[str, Any]:
    """Return a difference of a task's result as the table shows it."""
    return {
        **row,
        "starts_on": date.fromisoformat(row["starts_on"]),
        "francs": row["after_francs"] - row["before_francs"],
    }


def _choice(data: dict[str, Any]) -> Choice:
    facility_id = None
    if data["facility"]:
        found = HealthFacility.objects.filter(code__iexact=data["facility"]).first()
        if found is None:
            raise DomainError("Aucune formation sanitaire n’a ce code.", field="facility")
        facility_id = found.pk
    start = data["from_on"]
    return Choice(start.year, start, data["to_on"], facility_id=facility_id)


def _shown(preview: Preview) -> dict[str, Any]:
    return {
        "preview": preview,
        "differences": preview.differences[:MOST_SHOWN],
        "hidden": max(0, len(preview.differences) - MOST_SHOWN),
    }


class ReviewSample(ActorPage):
    """The random sample, month by month, and what it says of what nobody read."""

    permission = Permission.REVIEW_CLAIMS
    template_name = "claims/review_sample.html"

    def page(self) -> dict[str, Any]:
        """Return the months of each federation in sight."""
        federations = sampled_federations(self.actor)
        months = sampled_months([one.pk for one in federations], clock.today())
        return {
            "title": "Échantillon",
            "state": "Ce que les attestations tirées au sort disent de celles que personne n’a "
            "lues.",
            "federations": [(one, months[one.pk]) for one in federations],
            "seeds": told_seeds(self.actor, clock.today()),
        }
