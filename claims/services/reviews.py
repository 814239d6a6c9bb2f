"""A person's control of a claim: accepted, cut, rejected, asked about, put off, handed on.

One road: the household's accounts are held, then the claim, still at the version that its reader
saw; the rules decide with what the reader found; the review says what it took off and how long it
took. Above an amount two people decide: the first one's findings stand as a proposal, nothing is
decided. Nobody reviews what they entered.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from claims.models import Claim, Decision, Review, ReviewFinding
from claims.rules.adjudication import adjudicate
from claims.rules.contests import after_facility, after_home
from claims.rules.facts import ReviewCut
from claims.rules.findings import check_findings
from claims.rules.review import needs_second_reader
from claims.rules.states import Side, State, check_move
from claims.selectors.control import ControlTermsInForce, control_terms
from claims.selectors.replies import (
    borne_francs,
    decision_of,
    heard_francs,
    home_may_contest,
    state_by_invoice,
)
from claims.selectors.reviews import (
    ONLY_SAMPLED,
    Reading,
    asks_home_answer,
    asks_second_reader,
    deferrals_of,
    findings_in_force,
    read_case,
    reviewed_here,
    reviews_of,
    why_here,
    why_not_reader,
)
from claims.services.batches import reversal_reason, take_back
from claims.services.claim_moves import change_claim, hold_claim, move_claim, parties_of
from claims.services.decisions import decide_by_person, lock_accounts
from conamus import clock
from conamus.kernel.errors import DomainError, NotAllowed
from conamus.kernel.figures import hundredths
from conamus.kernel.reasons import told_reason
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.repetition import once
from federations.tenancy.actor import Actor

Outcome = Review.Outcome
_WAITS = frozenset({Outcome.ASKED, Outcome.DEFERRED, Outcome.SECOND_READER})
#: The answer's term where a federation has no terms of control yet.
DEFAULT_DAYS = 30


def review_claim(
    *,
    actor: Actor,
    claim_id: int,
    year: int,
    outcome: str,
    version: int,
    cuts: Sequence[ReviewCut] = (),
    note: str = "",
    until: date | None = None,
    opened_at: datetime | None = None,
    key: str = "",
) -> Review:
    """Write what a reader makes of a claim; decide it, unless it waits for something.

    ``cuts`` are the findings of « coupée » and « rejetée » (of the latter: every line). Raises
    Conflict where somebody changed the claim since ``version`` was read.
    """
    require(actor, Permission.REVIEW_CLAIMS)

    def review() -> Review:
        lock_accounts([claim_id], year)
        claim = hold_claim(reviewed_here(actor), claim_id=claim_id, year=year, version=version)
        before = reviews_of(claim)
        told = _Control(actor, claim, Outcome(outcome), tuple(cuts), note, opened_at, before)
        return told.review(until)

    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=[claim_id, year, outcome, [repr(cut) for cut in cuts], note, until],
        create=review,
        find=lambda pk: Review.objects.get(reviewed_by_user_id=actor.user_id, pk=pk),
    )


@dataclass(frozen=True, slots=True)
class _Control:
    """One review under way: who, of what, with which outcome."""

    actor: Actor
    claim: Claim
    outcome: Review.Outcome
    cuts: tuple[ReviewCut, ...]
    note: str
    opened_at: datetime | None
    #: What was done with it before.
    reviews: Sequence[Review]

    def review(self, until: date | None) -> Review:
        """Do what the outcome says."""
        self.check_reader()
        if self.outcome in _WAITS:
            return self.wait(until)
        if self.outcome is Outcome.MAINTAINED:
            return self.maintain()
        return self.decide()

    def check_reader(self) -> None:
        """Refuse whoever may not read this claim now, and states that have nothing to decide."""
        state = State(self.claim.state)
        target = State.FINAL if state is State.CONTESTED else State.DECIDED
        check_move(state, target, side=Side.PROCESSING, role=self.actor.role)
        if state not in (State.TO_REVIEW, State.CONTESTED):
            raise DomainError("Cette attestation n’attend pas d’examen.", field="state")
        if self.actor.user_id is None:
            raise NotAllowed("Une attestation à examiner est décidée par une personne.")
        refusal = why_not_reader(self.actor, self.claim, self.reviews)
        if refusal:
            raise NotAllowed(refusal)

    @property
    def is_contested(self) -> bool:
        """Whether a decision is answered, and not a claim decided for the first time."""
        return self.claim.state == State.CONTESTED

    @property
    def is_contested_by_home(self) -> bool:
        """Whether the patient's federation contests it, and not the facility."""
        return self.is_contested and asks_home_answer(self.reviews)

    @property
    def is_second(self) -> bool:
        """Whether somebody read it first and proposed."""
        return asks_second_reader(self.reviews)

    def wait(self, until: date | None) -> Review:
        """Let it wait: for an answer, a day, or a second reader."""
        if self.outcome is Outcome.SECOND_READER:
            return self.hand_on()
        if self.is_contested:
            raise DomainError("À une contestation on répond : acceptez, coupez ou maintenez.")
        if self.outcome is Outcome.ASKED:
            waits_for, until = Claim.WaitsFor.FACILITY, self._answer_until()
        else:
            waits_for = Claim.WaitsFor.SECOND_READER if self.is_second else Claim.WaitsFor.DAY
            until = deferrals_of(self.claim, self.reviews).check(until, clock.today())
        review = self._write(until=until)
        change_claim(self.claim, waits_for=waits_for, waits_until=until)
        return review

    def _answer_until(self) -> date:
        """The first day after the facility's term; a question is asked once."""
        if not self.note:
            raise DomainError("Écrivez la question à la formation sanitaire.", field="note")
        if any(review.outcome == Outcome.ASKED for review in self.reviews):
            raise DomainError(
                "La formation sanitaire a déjà été interrogée sur cette attestation : décidez.",
                field="note",
            )
        return clock.today() + timedelta(days=reply_days(self._terms(), self.claim) + 1)

    def hand_on(self) -> Review:
        """Propose the findings to a second reader."""
        if self.is_second:
            raise DomainError("Vous êtes le second lecteur : c’est à vous de décider.")
        reading = read_case(self.claim.pk, self.claim.care_year)
        check_findings(self.cuts, reading.case.care.lines)
        proposal = replace(self, outcome=Outcome.SECOND_READER)
        review = proposal._write()
        write_findings(self.claim, review, self.cuts)
        second = Claim.WaitsFor.SECOND_READER
        change_claim(self.claim, waits_for=second, waits_until=None)
        return review

    def maintain(self) -> Review:
        """Answer a contest by keeping the decision."""
        if not self.is_contested:
            raise DomainError("Il n’y a pas de décision contestée à maintenir.", field="outcome")
        if not self.note:
            raise DomainError("Dites pourquoi la décision est maintenue.", field="note")
        decision = decision_of(self.claim)
        target = self._target(0 if decision is None else borne_francs(decision))
        review = self._write(decision_id=self.claim.decision_id)
        self._end(target)
        return review

    def decide(self) -> Review:
        """Decide by the rules with the findings; or propose, where two must decide."""
        reading = read_case(self.claim.pk, self.claim.care_year)
        self._check_outcome(reading)
        terms = self._terms().of(self.claim.received_on)
        # Who answers the home federation did not take the decision: two have read it by then.
        is_read_by_two = self.is_second or self.is_contested_by_home
        if not is_read_by_two and needs_second_reader(reading.plain.mutuelle_francs, terms):
            return self.hand_on()
        why = why_here(self.claim)
        case = replace(reading.case, care=replace(reading.case.care, review_cuts=self.cuts))
        target = self._target(adjudicate(case.care, case.package).facility_francs)
        kind = self._kind()
        change_claim(self.claim, waits_for="", waits_until=None)
        decided = decide_by_person(
            actor=self.actor,
            year=self.claim.care_year,
            case=case,
            path=(target,),
            kind=kind,
            reason=self._why(),
        )
        self.claim.refresh_from_db(
            from_queryset=Claim.objects.filter(care_year=self.claim.care_year)
        )
        review = self._write(
            decision_id=self.claim.decision_id,
            taken_off_francs=reading.plain.mutuelle_francs - decided.mutuelle_francs,
            is_sampled=why == ONLY_SAMPLED,
        )
        write_findings(self.claim, review, self.cuts)
        return review

    def _check_outcome(self, reading: Reading) -> None:
        lines = reading.case.care.lines
        if self.outcome is Outcome.ACCEPTED and self.cuts:
            raise DomainError("Une attestation acceptée n’a pas de coupe.", field="outcome")
        if self.outcome is Outcome.CUT and not self.cuts:
            raise DomainError("Dites ce que vous coupez, ligne par ligne.", field="cuts")
        whole = {cut.position for cut in self.cuts if cut.is_all}
        if self.outcome is Outcome.REJECTED and whole != {line.position for line in lines}:
            raise DomainError("Un rejet porte sur toutes les lignes.", field="cuts")
        check_findings(self.cuts, lines)

    def _kind(self) -> Decision.Kind:
        if not self.is_contested:
            return Decision.Kind.REVIEW
        by_home = self.is_contested_by_home
        return Decision.Kind.CONTEST if by_home else Decision.Kind.CONTRADICTORY

    def _target(self, borne: int) -> State:
        """Return where it stands after this, with what its facility bears of it then."""
        if not self.is_contested:
            return State.DECIDED
        invoiced = state_by_invoice(self.claim)
        if invoiced is not None:
            return invoiced
        if self.is_contested_by_home:
            return after_home(heard_francs=heard_francs(self.claim), borne_francs=borne)
        return after_facility(home_may_contest=home_may_contest(self.claim))

    def _terms(self) -> ControlTermsInForce:
        return control_terms(self.claim.processing_id)

    def _why(self) -> str:
        """What the claim's step tells: the reader's words, else the outcome; never cut short."""
        return told_reason(self.note, field="note") if self.note.strip() else self.outcome.label

    def _end(self, state: State) -> None:
        """Move without a new decision; the step says why."""
        move_claim(
            self.actor,
            self.claim,
            state,
            side=Side.PROCESSING,
            reason=self._why(),
            waits_for="",
            waits_until=None,
            review_rank=0,
        )

    def _write(self, **values: object) -> Review:
        stage = Review.Stage.SECOND if self.is_second else Review.Stage.MEDICAL
        return Review.objects.create(
            **parties_of(self.claim),
            stage=stage,
            outcome=self.outcome,
            note=self.note,
            opened_at=self.opened_at,
            reviewed_by=self.actor.name,
            reviewed_by_user_id=self.actor.user_id,
            **values,
        )


def write_findings(claim: Claim, review: Review, cuts: Sequence[ReviewCut]) -> None:
    """Write what a review took off, in place of what an earlier one took."""
    findings_in_force(claim).update(withdrawn_at=timezone.now())
    ReviewFinding.objects.bulk_create(
        ReviewFinding(
            **parties_of(claim),
            review=review,
            position=cut.position,
            reason=cut.reason,
            is_all=cut.is_all,
            to_quantity=None if cut.to_quantity is None else hundredths(cut.to_quantity),
            francs=cut.francs,
            note=cut.note,
        )
        for cut in cuts
    )


def reopen_claim(*, actor: Actor, claim_id: int, year: int, version: int, because: str) -> Claim:
    """Take one decision back, saying why: the claim waits for a reader again.

    Until it is final; afterwards only a corrected attestation replaces it.
    """
    require(actor, Permission.REVIEW_CLAIMS)
    reason = reversal_reason(because)
    lock_accounts([claim_id], year)
    claim = hold_claim(reviewed_here(actor), claim_id=claim_id, year=year, version=version)
    check_move(State(claim.state), State.TO_REVIEW, side=Side.PROCESSING, role=actor.role)
    take_back(actor, [claim_id], year, reason)
    claim.refresh_from_db(from_queryset=Claim.objects.filter(care_year=year))
    return claim


def reply_days(terms: ControlTermsInForce, claim: Claim) -> int:
    """Return how many days the facility has to answer."""
    row = terms.row_of(claim.received_on)
    return DEFAULT_DAYS if row is None else row.reply_days
