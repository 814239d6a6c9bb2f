"""Pages of the other sides' word: a facility's answers, the home federation's contest."""

from functools import cached_property
from typing import Any

from django.urls import reverse

from claims.forms.reviews import ContestForm, ReplyForm
from claims.models import Decision, FacilityReply, Review
from claims.rules.findings import REASONS
from claims.rules.sentences import cut_sentence
from claims.selectors.claim_page import cuts_of_decision
from claims.selectors.replies import (
    Answerable,
    answer_to,
    asked_questions,
    awaited_answers,
    decision_of,
)
from claims.services.replies import contest_decision, facility_reply
from claims.views.one_claim import ClaimFormPage
from conamus import clock
from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_date, format_francs
from conamus.pages.views import ActorPage
from federations.rules.roles import Permission, Role, is_permitted
from membership.rules.sentences import counted


class AwaitedAnswers(ActorPage):
    """What a facility may still answer; to who reviews, what they asked and wait for."""

    title = "Réponses attendues"
    permission = Permission.CONTEST_DECISIONS
    template_name = "claims/replies.html"

    def page(self) -> dict[str, Any]:
        """Return the facility's own, or the questions that its readers asked."""
        on = clock.today()
        if self.actor.role is Role.FACILITY_USER:
            rows = awaited_answers(on)
            state = f"{counted(len(rows), 'attestation')} à lire."
            return {"title": self.title, "state": state, "rows": rows}
        asked = asked_questions(self.actor, on)
        state = f"{counted(len(asked), 'question')} sans réponse encore."
        return {"title": self.title, "state": state, "asked": asked}


class ToDecisionPage(ClaimFormPage):
    """A form that speaks of an attestation's decision."""

    abstract = True
    template_name = "claims/claim_form.html"

    def cuts(self) -> list[str]:
        """Say what the decision in force took off, and why."""
        decision = decision_of(self.claim)
        tells = is_permitted(self.actor.role, Permission.SEE_DIAGNOSES)
        return [] if decision is None else decision_sentences(decision, tells_illness=tells)


def decision_sentences(decision: Decision, *, tells_illness: bool) -> list[str]:
    """Return a decision's cuts in sentences, line by line."""
    cuts = cuts_of_decision(decision.care_year, decision.pk, tells_illness=tells_illness)
    return [
        f"Ligne {position} : {cut_sentence(cut, REASONS, tells_illness=tells_illness)}"
        for position, cut in cuts
    ]


def _told_stake(asked: Answerable) -> str:
    if asked.taken_back_francs:
        taken = format_francs(asked.taken_back_francs)
        return f"{taken} repris sur une facture arrêtée, par une décision refaite."
    return f"{format_francs(asked.reduced_francs)} retirés à votre facture."


class ClaimReply(ToDecisionPage):
    """A facility answers, once."""

    permission = Permission.CONTEST_DECISIONS
    form_class = ReplyForm
    title = "Répondre à la décision"
    submit_label = "Envoyer la réponse"
    success_message = "Votre réponse est envoyée."

    @cached_property
    def asked(self) -> Answerable:
        """What the answer is to."""
        if self.actor.role is not Role.FACILITY_USER:
            raise NotFound("La réponse vient de la formation sanitaire.")
        asked = answer_to(self.claim, clock.today())
        if asked is None:
            raise NotFound("Rien n’attend de réponse, ou le délai est passé.")
        return asked

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what is asked, or what was decided, and until when."""
        asked = self.asked
        until = f"Réponse au plus tard le {format_date(asked.last_day)}."
        state = f"{_told_stake(asked)} {until}" if asked.decision_number else until
        told = {
            "title": f"Répondre, attestation {self.claim.stub_number}",
            "state": state,
            "question": asked.question,
            "cuts": self.cuts() if asked.decision_number else [],
        }
        return super().get_context_data(**{**told, **kwargs})

    def save(self, data: dict[str, Any]) -> FacilityReply:
        """Call the service."""
        return facility_reply(
            actor=self.actor,
            claim_id=self.claim.pk,
            year=self.claim.care_year,
            version=data["version"],
            is_agreed=data["is_agreed"],
            text=data["text"],
        )

    def done_url(self, made: FacilityReply) -> str:
        """Go on to what else is awaited."""
        return reverse("claim_replies")


class ClaimContest(ToDecisionPage):
    """The home federation contests what another one decided."""

    permission = Permission.CONTEST_DECISIONS
    form_class = ContestForm
    title = "Contester la décision"
    submit_label = "Contester"
    success_message = "La décision est contestée ; une autre personne la relira."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whose decision it is."""
        claim = self.claim
        told = {
            "title": f"Contester, attestation {claim.stub_number}",
            "state": f"Décidée par {claim.processing.name}, pour un membre de {claim.tenant.name}.",
            "cuts": self.cuts(),
        }
        return super().get_context_data(**{**told, **kwargs})

    def save(self, data: dict[str, Any]) -> Review:
        """Call the service."""
        return contest_decision(
            actor=self.actor,
            claim_id=self.claim.pk,
            year=self.claim.care_year,
            version=data["version"],
            because=data["because"],
        )
