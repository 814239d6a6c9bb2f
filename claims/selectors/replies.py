"""What facilities may answer, and until when; who contests for the home federation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum

from claims.models import Claim, Decision, DecisionLine, FacilityReply, Review
from claims.rules.contests import Stakes
from claims.rules.states import State
from claims.selectors.reviews import reviewed_here
from federations.rules.roles import Role
from federations.tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class Answerable:
    """A question or a decision that the facility may answer, once, to ``last_day`` included.

    ``decision_number`` 0: the question asked before the decision.
    """

    claim_id: int
    decision_number: int
    decided_on: date | None
    last_day: date
    question: str
    asked_francs: int
    agreed_francs: int | None
    #: Whether the member's federation, another one, may contest it too.
    home_may_contest: bool = False
    #: What the mutuelle takes back of what it owes on a settled invoice.
    taken_back_francs: int = 0

    @property
    def reduced_francs(self) -> int:
        """What the facility bears by the decision."""
        return 0 if self.agreed_francs is None else self.asked_francs - self.agreed_francs

    @property
    def stake_francs(self) -> int:
        """What is at stake for it: what it bears, or what is taken back."""
        return max(self.reduced_francs, self.taken_back_francs)


def answerable(year: int, on: date) -> list[Answerable]:
    """Return what the acting facility may still answer on a day, the most urgent first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM facility_to_answer(%s)", [year])
        found = [Answerable(*row) for row in cursor.fetchall()]
    return sorted((one for one in found if on <= one.last_day), key=lambda one: one.last_day)


def answer_to(claim: Claim, on: date) -> Answerable | None:
    """Return what of a claim the acting facility may still answer on a day."""
    return next((one for one in answerable(claim.care_year, on) if one.claim_id == claim.pk), None)


def awaited_answers(on: date) -> list[tuple[Answerable, Claim]]:
    """Return the questions, and the decisions that took something off, with their claims."""
    told = {
        one.claim_id: one
        for year in (on.year - 1, on.year)
        for one in answerable(year, on)
        if one.question or one.stake_francs
    }
    claims = Claim.objects.filter(
        care_year__in=(on.year - 1, on.year), pk__in=list(told)
    ).select_related("processing")
    rows = [(told[claim.pk], claim) for claim in claims]
    return sorted(rows, key=lambda row: (row[0].last_day, row[1].pk))


#: Questions shown to those who wait for the answers.
_MOST_ASKED = 200


def asked_questions(actor: Actor, on: date) -> list[Claim]:
    """Return the claims whose facility was asked and has not answered, with ``question``."""
    asked = Review.objects.filter(claim_id=OuterRef("pk"), outcome=Review.Outcome.ASKED)
    claims = (
        reviewed_here(actor)
        .filter(
            care_year__range=(on.year - 1, on.year),
            state=State.TO_REVIEW.value,
            waits_for=Claim.WaitsFor.FACILITY,
        )
        .select_related("facility", "processing")
        .annotate(question=Subquery(asked.order_by("-pk").values("note")[:1]))
    )
    return list(claims.order_by("waits_until", "pk")[:_MOST_ASKED])


def home_claims(actor: Actor) -> QuerySet[Claim]:
    """Return the claims of the actor's members that another federation decided."""
    claims = Claim.objects.all()
    if actor.role is not Role.MEDICAL_ADVISER:
        claims = claims.filter(tenant_id=actor.tenant_id).exclude(processing_id=actor.tenant_id)
    return claims


def decision_of(claim: Claim) -> Decision | None:
    """Return the decision in force."""
    if claim.decision_id is None:
        return None
    return Decision.objects.filter(care_year=claim.care_year, pk=claim.decision_id).first()


def borne_francs(decision: Decision) -> int:
    """Return what the facility bears by a decision."""
    lines = decision.lines.filter(care_year=decision.care_year)
    sums = lines.aggregate(asked=Sum("asked_francs"), agreed=Sum("agreed_francs"))
    return (sums["asked"] or 0) - (sums["agreed"] or 0)


def heard_francs(claim: Claim) -> int:
    """Return what the facility bears by the decision in force, of which it has spoken; else 0.

    It has spoken of what it agreed to, and of what answers it; redone to the same francs or not.
    """
    decision = decision_of(claim)
    if decision is None:
        return 0
    first = _first_alike(decision)
    is_heard = first.kind == Decision.Kind.CONTRADICTORY or _replies_to(first, decision).exists()
    return borne_francs(decision) if is_heard else 0


def agreed_on(claim: Claim) -> date | None:
    """Return when the facility agreed to a decision that another side may still contest."""
    decision = decision_of(claim) if claim.state == State.DECIDED else None
    if decision is None:
        return None
    replies = _replies_to(_first_alike(decision), decision).filter(is_agreed=True)
    return replies.values_list("answered_on", flat=True).first()


def stakes_in_force(claim_ids: Sequence[int], year: int) -> dict[int, Stakes]:
    """Return what the decisions in force are to both sides, by claim."""
    decisions = Decision.objects.filter(
        care_year=year, claim_id__in=claim_ids, superseded_at__isnull=True
    )
    lines = DecisionLine.objects.filter(care_year=year, decision__in=decisions)
    sums = (
        lines.order_by()
        .values_list("decision__claim_id")
        .annotate(
            borne=Sum(F("asked_francs") - F("agreed_francs")), mutuelle=Sum("mutuelle_francs")
        )
    )
    return {claim_id: Stakes(borne, mutuelle) for claim_id, borne, mutuelle in sums}


def _first_alike(decision: Decision) -> Decision:
    """Return the decision since which nothing has changed: redoing it said nothing new."""
    if decision.kind != Decision.Kind.REDONE:
        return decision
    year, claim_id = decision.care_year, decision.claim_id
    with connection.cursor() as cursor:
        cursor.execute("SELECT first_alike(%s, %s, %s)", [year, claim_id, decision.number])
        number = cursor.fetchone()[0]
    return Decision.objects.get(care_year=year, claim_id=claim_id, number=number)


def _replies_to(first: Decision, last: Decision) -> QuerySet[FacilityReply]:
    """Return what the facility answered to decisions that say the same."""
    return FacilityReply.objects.filter(
        claim_id=last.claim_id, decision_number__range=(first.number, last.number)
    )


def state_by_invoice(claim: Claim) -> State | None:
    """Return where its invoice has a claim that is contested; None: its invoice is not settled."""
    if claim.invoice_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT state_by_invoice(%s, %s)", [claim.pk, claim.care_year])
        found = cursor.fetchone()[0]
    return State(found) if found else None


def home_until(claim: Claim) -> date | None:
    """Return the last day on which the member's federation may contest; None: not any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT home_until FROM terms_to_answer(%s, %s)", [claim.care_year, claim.pk]
        )
        found = cursor.fetchone()
    return found[0] if found else None


def has_contested(claim: Claim) -> bool:
    """Tell whether the member's federation has contested: it does so once."""
    contests = Review.objects.filter(claim_id=claim.pk, outcome=Review.Outcome.CONTESTED)
    return contests.exists()


def home_may_contest(claim: Claim) -> bool:
    """Tell whether the member's federation is another one and has said nothing yet.

    Its term aside: what is decided becomes final by itself once that has passed.
    """
    return claim.tenant_id != claim.processing_id and not has_contested(claim)
