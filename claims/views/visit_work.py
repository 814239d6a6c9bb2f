"""Pages of a visit's work: drawing the sample, findings one by one, the checklist, giving up."""

from functools import cached_property
from typing import Any

from django.urls import reverse

from claims.forms.visits import BecauseForm, FindingForm, QuestionsForm, SampleForm
from claims.models import Visit, VisitClaim
from claims.selectors import visits as selectors
from claims.selectors.claim_page import explained_lines
from claims.selectors.claims import claim_by_id
from claims.services.visit_findings import record_finding, record_marks
from claims.services.visit_recovery import waive_finding
from claims.services.visits import draw_sample
from claims.views.visits import VisitMovePage
from conamus.kernel.figures import format_date, format_francs
from federations.rules.roles import Permission
from membership.rules.sentences import counted


class VisitSample(VisitMovePage):
    """Draw the attestations to verify."""

    form_class = SampleForm
    title = "Tirer l’échantillon"
    submit_label = "Tirer"
    intro = (
        "Le tirage se fait une fois. La graine est gardée et imprimée : avec elle, chacun retrouve "
        "le même échantillon."
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say from how many."""
        count = selectors.sampled_from(self.actor, self.visit).count()
        told = f"{self.intro} {counted(count, 'attestation décidée', 'attestations décidées')} "
        return super().get_context_data(intro=f"{told}dans la période.", **kwargs)

    def save(self, data: dict[str, Any]) -> Visit:
        """Call the service."""
        return draw_sample(**self.held(data), plan=self.form.plan())

    def success_message_for(self, made: Visit) -> str:
        """Say how many were drawn."""
        drawn = sum(stratum["drawn"] for stratum in made.strata)
        return f"{counted(drawn, 'attestation tirée', 'attestations tirées')}."


class VisitFinding(VisitMovePage):
    """Write what was found of an attestation; the next one follows."""

    form_class = FindingForm
    template_name = "claims/visit_finding.html"
    title = "Constat"
    submit_label = "Enregistrer et passer à la suivante"
    success_message = "Le constat est enregistré."

    @cached_property
    def row(self) -> VisitClaim:
        """The attestation of the address."""
        return selectors.visit_claim_by_id(self.visit, self.kwargs["row_id"])

    def get_initial(self) -> dict[str, Any]:
        """Begin with what was written before."""
        lines = ", ".join(
            str(one.position) if one.francs is None else f"{one.position}: {one.francs}"
            for one in self.row.named_lines
        )
        told = {"verdict": self.row.verdict, "lines": lines, "note": self.row.note}
        return {**super().get_initial(), **told}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show the attestation's lines, with what was cut before and what is still accepted."""
        row = self.row
        claim = claim_by_id(self.actor, row.care_year, row.claim_id)
        return super().get_context_data(
            row=row,
            lines=explained_lines(self.actor, claim),
            title=f"Constat n° {row.rank} : {row.stub_number}",
            care_on=format_date(row.care_on),
            **kwargs,
        )

    def save(self, data: dict[str, Any]) -> VisitClaim:
        """Call the service."""
        names = ("verdict", "lines", "note")
        told = {name: data[name] for name in names}
        return record_finding(**self.held(data), row_id=self.row.pk, **told)

    def success_message_for(self, made: VisitClaim) -> str:
        """Say what it takes off."""
        if not made.proposed_francs:
            return self.success_message
        return f"{self.success_message} {format_francs(made.proposed_francs)} à récupérer."

    def done_url(self, made: VisitClaim) -> str:
        """Go on with the next attestation that has no finding."""
        left = selectors.visit_claims(self.visit).filter(verdict="")
        row = left.filter(rank__gt=made.rank).first() or left.first()
        if row is None:
            return self.cancel_url()
        return reverse("visit_finding", args=[self.visit.pk, row.pk])


class VisitMarks(VisitMovePage):
    """Answer the checklist."""

    form_class = QuestionsForm
    template_name = "claims/questions_form.html"
    title = "Grille de visite"
    submit_label = "Enregistrer la grille"
    success_message = "La grille est enregistrée."

    @cached_property
    def marks(self) -> list[selectors.MarkedQuestion]:
        """The questions and what was answered so far."""
        return selectors.marks_of(self.visit)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form its questions."""
        facts = [mark.question.facts for mark in self.marks]
        return {**super().get_form_kwargs(), "questions": facts}

    def get_initial(self) -> dict[str, Any]:
        """Begin with what was answered before."""
        told = {f"q{mark.question.position}": mark.value for mark in self.marks}
        return {**super().get_initial(), **told}

    def save(self, data: dict[str, Any]) -> Visit:
        """Call the service."""
        return record_marks(**self.held(data), answers=self.form.answers())


class VisitWaive(VisitMovePage):
    """Give up what was to be recovered of an attestation."""

    permission = Permission.REVIEW_CLAIMS
    form_class = BecauseForm
    title = "Abandonner un montant"
    submit_label = "Abandonner"
    success_message = "Le montant est abandonné."

    def save(self, data: dict[str, Any]) -> VisitClaim:
        """Call the service."""
        return waive_finding(
            **self.held(data), row_id=self.kwargs["row_id"], because=data["because"]
        )
