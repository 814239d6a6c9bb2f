"""The other sides' word: a facility's answer, once and in time; the home federation's contest."""

from datetime import date

from django.db.models import QuerySet

from claims.models import Claim, FacilityReply, Review
from claims.rules.contests import after_facility
from claims.rules.review import CONTESTED_BY_HOME, MOST_CONTEST
from claims.rules.states import Side, State
from claims.selectors.replies import (
    Answerable,
    answer_to,
    decision_of,
    home_claims,
    home_until,
)
from claims.services.claim_moves import change_claim, hold_claim, move_claim, parties_of
from conamus import clock
from conamus.kernel.errors import DomainError, NotAllowed
from conamus.kernel.reasons import told_reason
from federations.rules.roles import Permission, Role
from federations.services.access import require
from federations.tenancy.actor import Actor


def facility_reply(
    *,
    actor: Actor,
    claim_id: int,
    year: int,
    version: int,
    is_agreed: bool,
    text: str = "",
) -> FacilityReply:
    """Write what a facility answers: to a question, or to the decision on its claim.

    A decision agreed to is final, once the member's federation has no word either; one that is not
    is contested, and read again by a person.
    """
    require(actor, Permission.CONTEST_DECISIONS)
    if actor.role is not Role.FACILITY_USER:
        raise NotAllowed("Seule la formation sanitaire répond pour elle-même.")
    own = Claim.objects.filter(facility_id=actor.facility_id)
    repeated = _sent_again(own, claim_id, year, version, (is_agreed, text))
    if repeated is not None:
        return repeated
    claim = hold_claim(own, claim_id=claim_id, year=year, version=version)
    return _reply(actor, claim, is_agreed, text)


def _sent_again(
    own: QuerySet[Claim], claim_id: int, year: int, version: int, told: tuple[bool, str]
) -> FacilityReply | None:
    """Return the answer that the very same form has just given: a double click is no other."""
    if not own.filter(care_year=year, pk=claim_id, version=version + 1).exists():
        return None
    last = FacilityReply.objects.filter(claim_id=claim_id).order_by("-pk").first()
    return last if last and (last.is_agreed, last.text) == told else None


def _reply(actor: Actor, claim: Claim, is_agreed: bool, text: str) -> FacilityReply:
    asked = _awaited(claim, clock.today())
    if not is_agreed and not text:
        raise DomainError("Dites votre réponse.", field="text")
    reply = FacilityReply.objects.create(
        **parties_of(claim),
        decision_number=asked.decision_number,
        is_agreed=is_agreed,
        text=text,
        answered_by=actor.name,
        answered_on=clock.today(),
    )
    if not asked.decision_number:
        change_claim(claim, waits_for="", waits_until=clock.today())
    elif is_agreed:
        _end(actor, claim, home_may_contest=asked.home_may_contest)
    else:
        reason = "réponse de la formation sanitaire"
        stake = asked.stake_francs
        move_claim(
            actor, claim, State.CONTESTED, side=Side.FACILITY, reason=reason, review_rank=stake
        )
    return reply


def _end(actor: Actor, claim: Claim, *, home_may_contest: bool) -> None:
    """Make final what the facility agreed to; else only its version tells that it has answered."""
    target = after_facility(home_may_contest=home_may_contest)
    if claim.state == State.DECIDED and target is State.FINAL:
        move_claim(actor, claim, target, side=Side.FACILITY, reason="décision acceptée")
    else:
        change_claim(claim)


def _awaited(claim: Claim, on: date) -> Answerable:
    """Return what the answer is to; DomainError where it was given, or its term has passed."""
    asked = answer_to(claim, on)
    if asked is not None:
        return asked
    if FacilityReply.objects.filter(claim_id=claim.pk).exists():
        raise DomainError("Vous avez déjà répondu : on répond une fois.", field="text")
    raise DomainError("Le délai de réponse est passé, ou rien n’attend de réponse.", field="text")


def contest_decision(
    *, actor: Actor, claim_id: int, year: int, version: int, because: str
) -> Review:
    """Contest, for the member's federation, what another one decided; a person reads it again."""
    require(actor, Permission.CONTEST_DECISIONS)
    if actor.role is Role.FACILITY_USER:
        raise NotAllowed("La formation sanitaire répond à la décision ; elle ne conteste pas ici.")
    claim = hold_claim(home_claims(actor), claim_id=claim_id, year=year, version=version)
    if claim.tenant_id == claim.processing_id:
        raise DomainError("La fédération du patient a décidé elle-même : rien à contester.")
    told = told_reason(because, most=MOST_CONTEST)
    decision = decision_of(claim)
    if decision is None or claim.state != State.DECIDED:
        raise DomainError("Cette attestation n’est pas décidée, ou ne se conteste plus.")
    _check_term(claim, clock.today())
    review = Review.objects.create(
        **parties_of(claim),
        stage=Review.Stage.HOME,
        outcome=Review.Outcome.CONTESTED,
        note=told,
        decision_id=decision.pk,
        reviewed_by=actor.name,
        reviewed_by_user_id=actor.user_id,
    )
    stake = sum(decision.lines.filter(care_year=year).values_list("mutuelle_francs", flat=True))
    reason = f"{CONTESTED_BY_HOME} : {told}"
    move_claim(actor, claim, State.CONTESTED, side=Side.HOME, reason=reason, review_rank=stake)
    return review


def _check_term(claim: Claim, on: date) -> None:
    until = home_until(claim)
    if until is None or on > until:
        raise DomainError("Le délai pour contester est passé, ou c’est déjà fait.")
