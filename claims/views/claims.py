"""Pages of attestations: the list, one explained to the franc, its papers, what is done with it."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from claims.filters.claims import MEMBERS, ClaimFilter
from claims.forms.claims import CancelForm, PaperForm
from claims.models import Claim
from claims.rules.states import Side, State, may_move
from claims.rules.words import CareKind
from claims.selectors.claim_page import (
    ExplainedLine,
    explained_decisions,
    explained_lines,
    replaced_by,
    replacing,
    steps_of,
)
from claims.selectors.claims import claim_by_id, claims_of_year, listed, patient_of
from claims.selectors.replies import agreed_on, answer_to, home_may_contest
from claims.services.attestations import cancel_claim, submit_claims
from claims.services.claim_moves import side_of
from claims.services.papers import attach_paper
from claims.services.private import list_papers, read_diagnosis, read_paper
from claims.services.reviews import reopen_claim
from claims.services.sent_claims import check_claim, give_claim_back
from claims.tables.claims import ClaimTable
from claims.views.entry import what_became_of
from claims.views.one_claim import ClaimFormPage, OfClaim
from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_date, format_francs
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorView
from conamus.pages.years import asked_year
from federations.rules.roles import Permission, Role, is_permitted
from federations.tenancy.actor import Actor
from federations.views.registers import counted


class ClaimList(ListPage):
    """Attestations of a year of care, one side at a time."""

    permission = Permission.SEE_CLAIMS
    title = "Attestations de soins"
    table_class = ClaimTable
    filter_class = ClaimFilter
    focuses_search = True
    empty_text = "Aucune attestation de cette année de soins. Choisissez une autre année en haut."
    add_url_name = "claim_entry"
    add_label = "Saisir"
    add_permission = Permission.ENTER_CLAIMS

    @cached_property
    def year(self) -> int:
        """The year of care: the one in use, or the address's."""
        return asked_year(self.request)

    @cached_property
    def is_members(self) -> bool:
        """Whether the list is that of the members, wherever they were treated."""
        return self.request.GET.get("cote") == MEMBERS

    def rows(self) -> QuerySet[Claim]:
        """Return the claims of the side."""
        return claims_of_year(self.actor, self.year, is_members=self.is_members)

    def shown(self, rows: QuerySet[Claim]) -> QuerySet[Claim]:
        """Add patient, amounts and names."""
        return listed(rows.filter(care_year=self.year))

    def state(self, count: int) -> str:
        """Say which they are."""
        told = f"{counted(count, 'attestation')} : soins de {self.year}"
        if self.actor.role is Role.FACILITY_USER:
            return f"{told}, toutes les fédérations."
        if self.actor.role is Role.MEDICAL_ADVISER:
            return f"{told}, tout le réseau."
        if self.actor.role is Role.MUTUELLE_AGENT or self.is_members:
            return f"{told} de nos membres, où qu’ils aient été soignés."
        return f"{told} traités par notre fédération."


class ClaimDetail(OfClaim):
    """An attestation explained: lines, cuts, decisions, steps."""

    permission = Permission.SEE_CLAIMS
    template_name = "claims/claim_detail.html"

    def page(self) -> dict[str, Any]:
        """Return all that explains it."""
        claim, lines = self.claim, explained_lines(self.actor, self.claim)
        decided = [one.decided for one in lines if one.decided]
        paid, former = sum(one.mutuelle_francs for one in decided), replaced_by(self.actor, claim)
        return {
            "title": f"Attestation {claim.stub_number}",
            "state": _state_sentence(claim),
            "claim": claim,
            "facts": _facts(claim),
            "lines": lines,
            "totals": _totals(lines) if decided else None,
            "decisions": explained_decisions(claim),
            "steps": steps_of(self.actor, claim),
            "in_place": replacing(self.actor, claim) if claim.state == State.SUPERSEDED else None,
            "former": former,
            "difference": paid - former.mutuelle_francs if former and decided else None,
            **_offers(self.actor, claim),
        }


def _state_sentence(claim: Claim) -> str:
    since, agreed = timezone.localtime(claim.state_since), agreed_on(claim)
    told = (
        f"{State(claim.state).label.capitalize()} depuis le {format_date(since.date())} ; "
        f"{format_francs(claim.asked_francs)} demandés."
    )
    if agreed is None:
        return told
    return (
        f"{told} Acceptée par la formation sanitaire le {format_date(agreed)} ; la fédération du "
        "membre peut encore contester."
    )


def _facts(claim: Claim) -> list[tuple[str, Any]]:
    who = patient_of(claim)
    days = format_date(claim.starts_on)
    if claim.ends_on != claim.starts_on:
        days = f"du {days} au {format_date(claim.ends_on)}"
    told = [
        ("Total écrit", claim.told_total_francs),
        ("Part mutuelle écrite", claim.told_mutuelle_francs),
        ("Part patient écrite", claim.told_patient_francs),
    ]
    entered = timezone.localtime(claim.entered_at)
    return [
        ("Patient", f"{who.get('name', '')}, {who.get('number', 'n.d.')}"),
        ("Membre de", f"{who.get('unit', '')} ({claim.tenant.short_name})"),
        ("Formation sanitaire", claim.facility.name),
        ("Genre", CareKind(claim.care_kind).label),
        ("Soins", days),
        ("Reçue le", format_date(claim.received_on)),
        ("Traitée par", claim.processing.short_name),
        *((name, format_francs(value)) for name, value in told if value is not None),
        *([("Épisode", claim.episode)] if claim.episode else []),
        *([("Référé", "oui")] if claim.has_referral else []),
        (
            "Origine",
            f"{claim.get_source_display()}, par {claim.entered_by} le {entered:%d/%m/%Y à %H:%M}",
        ),
    ]


def _totals(lines: list[ExplainedLine]) -> dict[str, int]:
    decided = [one.decided for one in lines if one.decided]
    return {
        "asked": sum(one.asked_francs for one in decided),
        "mutuelle": sum(one.mutuelle_francs for one in decided),
        "patient": sum(one.patient_francs for one in decided),
        "other_payer": sum(one.other_payer_francs for one in decided),
        "facility": sum(one.asked_francs - one.agreed_francs for one in decided),
    }


def _offers(actor: Actor, claim: Claim) -> dict[str, bool]:
    """What the actor may do with it now."""
    state, side = State(claim.state), side_of(actor, claim)
    enters = is_permitted(actor.role, Permission.ENTER_CLAIMS)
    is_party = claim.facility_id == actor.facility_id or claim.processing_id == actor.tenant_id

    def may(target: State) -> bool:
        return may_move(state, target, side=side, role=actor.role)

    return {
        "may_submit": enters and may(State.SUBMITTED),
        "may_change": enters and is_party and state is State.ENTERED,
        "may_check": is_permitted(actor.role, Permission.CHECK_CLAIMS) and may(State.CHECKED),
        "may_give_back": may(State.ENTERED),
        "may_cancel": may(State.CANCELLED),
        "may_replace": enters and may(State.SUPERSEDED),
        "may_reopen": is_permitted(actor.role, Permission.REVIEW_CLAIMS) and may(State.TO_REVIEW),
        "may_attach": enters and is_party and state not in (State.CANCELLED, State.SUPERSEDED),
        "may_read": is_permitted(actor.role, Permission.SEE_DIAGNOSES),
        "may_review": is_permitted(actor.role, Permission.REVIEW_CLAIMS)
        and side is Side.PROCESSING
        and state in (State.TO_REVIEW, State.CONTESTED),
        "may_contest": side is not Side.FACILITY
        and may_move(state, State.CONTESTED, side=Side.HOME, role=actor.role)
        and home_may_contest(claim),
        "may_reply": actor.role is Role.FACILITY_USER
        and answer_to(claim, clock.today()) is not None,
    }


class ClaimSubmit(ActorView):
    """Send an attestation that was kept."""

    permission = Permission.ENTER_CLAIMS
    http_method_names = ("post",)

    def post(self, request: HttpRequest, year: int, claim_id: int) -> HttpResponse:
        """Call the service, and come back to the attestation."""
        claim_by_id(self.actor, year, claim_id)
        try:
            sent = submit_claims(actor=self.actor, claim_ids=[claim_id], year=year)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "Transmise." if sent else "Elle était déjà transmise.")
        return HttpResponseRedirect(reverse("claim_detail", args=[year, claim_id]))


class ClaimCheck(ActorView):
    """Have an attestation checked that was sent and waits still."""

    permission = Permission.CHECK_CLAIMS
    http_method_names = ("post",)

    def post(self, request: HttpRequest, year: int, claim_id: int) -> HttpResponse:
        """Call the service, and say on the attestation's page what became of it."""
        try:
            claim = check_claim(actor=self.actor, claim_id=claim_id, year=year)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, what_became_of(self.actor, claim))
        return HttpResponseRedirect(reverse("claim_detail", args=[year, claim_id]))


class ClaimPrivate(OfClaim):
    """The reason for care and the papers; that they were read is kept."""

    permission = Permission.SEE_DIAGNOSES
    template_name = "claims/claim_private.html"

    def page(self) -> dict[str, Any]:
        """Read, and leave the trace."""
        return {
            "title": f"Motif et pièces de {self.claim.stub_number}",
            "state": "Cette lecture est gardée avec votre nom et l’heure.",
            "claim": self.claim,
            "diagnosis": read_diagnosis(actor=self.actor, claim=self.claim),
            "papers": list_papers(actor=self.actor, claim=self.claim),
        }


class ClaimPaper(ActorView):
    """A paper's content; that it was read is kept."""

    permission = Permission.SEE_DIAGNOSES

    def get(self, request: HttpRequest, year: int, claim_id: int, paper_id: Any) -> HttpResponse:
        """Answer it as a download: nothing of it runs in the page."""
        claim = claim_by_id(self.actor, year, claim_id)
        paper = read_paper(actor=self.actor, claim=claim, paper_id=paper_id)
        response = HttpResponse(bytes(paper.content), content_type=paper.content_type)
        ending = paper.content_type.rpartition("/")[2]
        name = f"{claim.stub_number}-{str(paper.pk)[:8]}.{ending}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["X-Content-Type-Options"] = "nosniff"
        return response


class ClaimCancel(ClaimFormPage):
    """Cancel an attestation that is not decided."""

    permission = Permission.SEE_CLAIMS
    form_class = CancelForm
    title = "Annuler l’attestation"
    submit_label = "Annuler l’attestation"
    success_message = "L’attestation est annulée ; sa souche peut servir de nouveau."
    intro = (
        "L’attestation reste lisible avec son motif d’annulation ; elle ne sera ni décidée ni "
        "payée, et sa souche peut être saisie de nouveau."
    )

    def save(self, data: dict[str, Any]) -> Claim:
        """Call the service."""
        return cancel_claim(
            actor=self.actor,
            claim_id=self.claim.pk,
            year=self.claim.care_year,
            because=data["because"],
            version=data["version"],
        )


class ClaimGiveBack(ClaimFormPage):
    """Give a sent attestation back to be corrected."""

    permission = Permission.SEE_CLAIMS
    form_class = CancelForm
    title = "Rendre pour correction"
    submit_label = "Rendre"
    success_message = "L’attestation est rendue : corrigée, elle se transmet de nouveau."
    intro = (
        "Pour une attestation transmise que le contrôle n’a pas pu décider. Elle redevient "
        "« saisie », avec votre motif : celui qui l’a saisie la corrige et la transmet de nouveau, "
        "sous la même souche."
    )

    def save(self, data: dict[str, Any]) -> Claim:
        """Call the service."""
        return give_claim_back(
            actor=self.actor,
            claim_id=self.claim.pk,
            year=self.claim.care_year,
            because=data["because"],
            version=data["version"],
        )


class ClaimReopen(ClaimFormPage):
    """Take one decision back, until it is final."""

    permission = Permission.REVIEW_CLAIMS
    form_class = CancelForm
    title = "Reprendre la décision"
    submit_label = "Reprendre"
    success_message = "La décision est reprise : l’attestation attend un lecteur."
    intro = (
        "La décision reste lisible avec votre motif et ne compte plus ; l’attestation revient dans "
        "la file d’examen. Une fois définitive, une décision ne se reprend plus : le centre "
        "remplace l’attestation."
    )

    def save(self, data: dict[str, Any]) -> Claim:
        """Call the service."""
        return reopen_claim(
            actor=self.actor,
            claim_id=self.claim.pk,
            year=self.claim.care_year,
            because=data["because"],
            version=data["version"],
        )


class ClaimAttach(ClaimFormPage):
    """Attach a paper."""

    permission = Permission.ENTER_CLAIMS
    form_class = PaperForm
    title = "Joindre une pièce"
    submit_label = "Joindre"
    success_message = "La pièce est jointe."
    intro = (
        "Ordonnance, résultat, ou l’attestation elle-même. Seuls la formation sanitaire et ceux "
        "qui contrôlent les soins la lisent ; chaque lecture est gardée."
    )

    def save(self, data: dict[str, Any]) -> Any:
        """Call the service."""
        return attach_paper(
            actor=self.actor,
            claim_id=self.claim.pk,
            year=self.claim.care_year,
            title=data["title"],
            content=data["file"].read(),
        )
