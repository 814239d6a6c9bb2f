"""What a visit recovers: a decision that supersedes, or the reason why it is given up.

Only after the facility's answer, or once its term has passed; only by a doctor or a nurse, who
decide claims; only for the attestations that were verified, never for what they let suppose of the
others. The decision is taken on the one road: an unpaid attestation is paid less, and what was
settled already becomes a debt of the facility at the federation that paid it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from claims.models import Claim, Decision, Review, Visit, VisitClaim, VisitReply
from claims.rules.adjudication import adjudicate
from claims.rules.facts import ReviewCut
from claims.rules.review import needs_second_reader
from claims.rules.states import State
from claims.rules.visits import taken_off
from claims.selectors.care_facts import Case
from claims.selectors.claims import paid_for
from claims.selectors.control import control_terms
from claims.selectors.reviews import reviewed_here, writers_of
from claims.selectors.visits import finding_sentence, visit_claim_by_id, visit_claims
from claims.services.claim_moves import parties_of
from claims.services.decisions import decide_by_person, lock_accounts
from claims.services.reviews import write_findings
from claims.services.visit_findings import case_with_findings
from claims.services.visits import hold_visit, require_recoverable, require_said, touch_visit
from conamus import clock
from conamus.kernel.errors import DomainError, NotAllowed
from conamus.kernel.reasons import told_reason
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor

#: States in which a claim is decided again; one that is contested has its own answer first.
_DECIDED_AGAIN = frozenset({State.DECIDED, State.FINAL, State.INVOICED, State.PAID})


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a recovery came to; ``left``: stubs that could not be decided again, and why."""

    visit: Visit
    attestations: int
    francs: int
    left: tuple[str, ...]


@transaction.atomic
def recover_findings(*, actor: Actor, visit_id: int, version: int) -> Recovered:
    """Decide again each attestation of which something is to be recovered."""
    require(actor, Permission.VISIT_FACILITIES)
    require(actor, Permission.REVIEW_CLAIMS)
    visit = hold_visit(actor, visit_id, version)
    require_recoverable(visit)
    rows = [row for row in visit_claims(visit) if not row.is_settled]
    if not rows:
        raise DomainError("Rien n’est à récupérer.")
    left: list[str] = []
    francs = 0
    # The accounts first, in their order, as every decision does; then claim by claim.
    lock_accounts([row.claim_id for row in rows], *{row.care_year for row in rows})
    for row in rows:
        try:
            with transaction.atomic():
                francs += _recover(actor, visit, row)
        except NotAllowed:
            raise
        except DomainError as error:
            left.append(f"{row.stub_number} : {error.message}")
    return Recovered(touch_visit(visit), len(rows) - len(left), francs, tuple(left))


def _recover(actor: Actor, visit: Visit, row: VisitClaim) -> int:
    claim = _hold_decided(actor, row)
    before = paid_for(claim)
    case = case_with_findings(actor, row).case
    _require_second_reader(actor, claim, row, case)
    decided = decide_by_person(
        actor=actor,
        year=row.care_year,
        case=case,
        path=(),
        kind=Decision.Kind.VISIT,
        reason="",
    )
    claim.refresh_from_db(from_queryset=Claim.objects.filter(care_year=row.care_year))
    taken = taken_off(before, decided.mutuelle_francs)
    _write_review(actor, visit, claim, row, taken, case.care.review_cuts)
    row.recovered_francs, row.settled_by, row.settled_on = taken, actor.name, clock.today()
    row.save(update_fields=["recovered_francs", "settled_by", "settled_on"])
    return taken


def _hold_decided(actor: Actor, row: VisitClaim) -> Claim:
    held = reviewed_here(actor).filter(care_year=row.care_year, pk=row.claim_id)
    claim = held.select_for_update(of=("self",)).first()
    if claim is None:
        raise DomainError("elle n’est pas de celles que vous décidez.")
    if claim.state == State.SUPERSEDED:
        raise DomainError("elle est remplacée : voyez avec qui lit celle qui la remplace.")
    if State(claim.state) not in _DECIDED_AGAIN:
        raise DomainError(f"elle est {State(claim.state).label} : décidez-la d’abord.")
    if str(actor.user_id) in writers_of(claim):
        raise DomainError("vous l’avez saisie : quelqu’un d’autre en décide.")
    return claim


def _require_second_reader(actor: Actor, claim: Claim, row: VisitClaim, case: Case) -> None:
    """Above the amount two people decide of a recovery too: who found, and somebody else.

    The amount is the mutuelle's part before any cut, as reviews take it.
    """
    if row.found_by_user_id is None or row.found_by_user_id != actor.user_id:
        return
    plain = adjudicate(replace(case.care, review_cuts=()), case.package)
    terms = control_terms(claim.processing_id).of(claim.received_on)
    if needs_second_reader(plain.mutuelle_francs, terms):
        raise DomainError(
            "elle demande un second lecteur : vous avez écrit le constat, un autre récupère."
        )


def _write_review(
    actor: Actor,
    visit: Visit,
    claim: Claim,
    row: VisitClaim,
    taken: int,
    cuts: Sequence[ReviewCut],
) -> None:
    """Leave the findings with the claim, in place of earlier ones: a redone decision keeps them."""
    review = Review.objects.create(
        **parties_of(claim),
        stage=Review.Stage.VISIT,
        outcome=Review.Outcome.CUT,
        note=f"Visite n° {visit.pk} : {finding_sentence(row)}"[:500],
        decision_id=claim.decision_id,
        taken_off_francs=taken,
        reviewed_by=actor.name,
        reviewed_by_user_id=actor.user_id,
    )
    write_findings(claim, review, cuts)


@transaction.atomic
def waive_finding(
    *, actor: Actor, visit_id: int, row_id: int, version: int, because: str
) -> VisitClaim:
    """Give up what was to be recovered of an attestation, after the facility's answer.

    By a nurse or a doctor, as what is recovered; not by who wrote the answer down from paper.
    """
    require(actor, Permission.VISIT_FACILITIES)
    require(actor, Permission.REVIEW_CLAIMS)
    visit = hold_visit(actor, visit_id, version)
    require_said(visit)
    reply = VisitReply.objects.filter(visit=visit).first()
    if (
        reply
        and reply.recorded_by_user_id is not None
        and (reply.recorded_by_user_id == actor.user_id)
    ):
        raise NotAllowed("Vous avez inscrit la réponse : quelqu’un d’autre abandonne le montant.")
    row = visit_claim_by_id(visit, row_id)
    if row.is_settled:
        raise DomainError("Rien n’est plus à récupérer de cette attestation.")
    row.waived_because = told_reason(because)
    row.settled_by, row.settled_on = actor.name, clock.today()
    row.save(update_fields=["waived_because", "settled_by", "settled_on"])
    touch_visit(visit)
    return row
