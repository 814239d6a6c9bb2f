"""Pages of batches: decisions redone or taken back after a preview, and what the sample says."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from claims.forms.reviews import BatchForm
from claims.selectors.batches import Choice, Preview
from claims.selectors.sampling import sampled_federations, sampled_months
from claims.services.batches import preview_redo, redo_batch, reverse_batch
from conamus import clock
from conamus.kernel.errors import DomainError, NotAllowed
from conamus.kernel.figures import format_francs
from conamus.pages.forms import FormPage
from conamus.pages.views import ActorPage
from federations.models import HealthFacility
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
        "« Refaire » ; ce qui est déjà payé donne une dette ou un supplément."
    )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the difference, or do what the pressed button says."""
        form = self.get_form()
        if not form.is_valid():
            return self.form_invalid(form)
        try:
            choice = _choice(form.cleaned_data)
            if request.POST.get("do") == "redo":
                return self._said(_redone(redo_batch(actor=self.actor, choice=choice)))
            if request.POST.get("do") == "reverse":
                because = form.cleaned_data["because"]
                count = reverse_batch(actor=self.actor, choice=choice, because=because)
                return self._said(f"{counted(count, 'attestation')} à examiner de nouveau.")
            preview = preview_redo(actor=self.actor, choice=choice)
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        return self.render_to_response(self.get_context_data(form=form, **_shown(preview)))

    def _said(self, message: str) -> HttpResponse:
        messages.success(self.request, message)
        return HttpResponseRedirect(reverse("claim_redo"))


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


def _redone(done: Preview) -> str:
    redone = counted(done.claims, "attestation décidée", "attestations décidées")
    changed = counted(len(done.differences), "part change", "parts changent")
    return (
        f"{redone} de nouveau ; {changed}, de {format_francs(done.before_francs)} à "
        f"{format_francs(done.after_francs)} pour la mutuelle."
    )


class ReviewSample(ActorPage):
    """The random sample, month by month, and what it says of what nobody read."""

    permission = Permission.REVIEW_CLAIMS
    template_name = "claims/review_sample.html"

    def page(self) -> dict[str, Any]:
        """Return the months of each federation in sight."""
        return {
            "title": "Échantillon",
            "state": "Ce que les attestations tirées au sort disent de celles que personne n’a "
            "lues.",
            "federations": [
                (one, sampled_months(one.pk, clock.today()))
                for one in sampled_federations(self.actor)
            ],
        }
