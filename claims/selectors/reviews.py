"""What readers of claims meet: what waits for them, and what was done with a claim before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from claims.models import Claim, ClaimSignal, ClaimStep, Review, ReviewFinding
from claims.rules.adjudication import Adjudication, adjudicate
from claims.rules.facts import ReviewCut
from claims.rules.review import Why
from claims.rules.states import State
from claims.selectors.care_facts import Case, load_cases
from conamus.kernel.errors import NotFound
from federations.rules.roles import Role
from federations.tenancy.actor import Actor

#: Years of care that may still wait: a partition each.
YEARS_BACK = 3
_WAITING = (State.TO_REVIEW.value, State.CONTESTED.value)
#: Outcomes after which somebody else decides.
_SPOKE = (Review.Outcome.SECOND_READER, Review.Outcome.CONTESTED)
#: Why a claim came that only the sample drew.
ONLY_SAMPLED = Why.SAMPLE.label


def reviewed_here(actor: Actor) -> QuerySet[Claim]:
    """Return the claims whose control is the actor's: its federation's; every one, for CONAMUS."""
    if actor.role is Role.MEDICAL_ADVISER:
        return Claim.objects.all()
    return Claim.objects.filter(processing_id=actor.tenant_id)


def waiting(actor: Actor, on: date) -> QuerySet[Claim]:
    """Return what the actor may read today, the most worthwhile first.

    What was put off, or waits for a facility's answer, comes back on its day; what the actor
    entered, has read first, or contests, is for others.
    """
    has_spoken = Exists(
        Review.objects.filter(
            claim_id=OuterRef("pk"), reviewed_by_user_id=actor.user_id, outcome__in=_SPOKE
        )
    )
    asks_another = Q(waits_for=Claim.WaitsFor.SECOND_READER) | Q(state=State.CONTESTED.value)
    return (
        reviewed_here(actor)
        .filter(
            Q(waits_until__isnull=True) | Q(waits_until__lte=on),
            care_year__range=(on.year - YEARS_BACK, on.year + 1),
            state__in=_WAITING,
        )
        .exclude(entered_by_user_id=actor.user_id)
        .exclude(asks_another & has_spoken)
        .order_by("-review_rank", "pk")
    )


def after(claims: QuerySet[Claim], rank: int, pk: int) -> Claim | None:
    """Return the claim that follows a place in the queue, else the queue's first."""
    place = Q(review_rank__lt=rank) | Q(review_rank=rank, pk__gt=pk)
    # The bound alone is what the index can begin at.
    follows = claims.filter(place, review_rank__lte=rank).first()
    return follows or claims.exclude(pk=pk).first()


def reviewed_claim(actor: Actor, claim_id: int, year: int) -> Claim:
    """Return a claim of the actor's to review, with its parties' names; NotFound."""
    found = (
        reviewed_here(actor)
        .select_related("facility__former_commune", "processing", "tenant")
        .filter(care_year=year, pk=claim_id)
        .first()
    )
    if found is None:
        raise NotFound("Cette attestation n’est pas de celles que vous examinez.")
    return found


@dataclass(frozen=True, slots=True)
class Reading:
    """A claim as its reader meets it: its facts, what the rules say, with and without findings."""

    case: Case
    plain: Adjudication
    found: Adjudication

    @property
    def findings(self) -> tuple[ReviewCut, ...]:
        """What an earlier reader took off."""
        return self.case.care.review_cuts


def read_case(claim_id: int, year: int) -> Reading:
    """Return what the rules say of one claim today; nothing is decided."""
    [case] = load_cases([claim_id], year)
    plain = replace(case.care, review_cuts=())
    return Reading(case, adjudicate(plain, case.package), adjudicate(case.care, case.package))


def reviews_of(claim: Claim) -> list[Review]:
    """Return a claim's reviews, the first first."""
    return list(Review.objects.filter(claim_id=claim.pk).order_by("pk"))


def readers_of_this_round(reviews: Sequence[Review]) -> list[str]:
    """Return who has spoken since the last decision: they do not decide too.

    The first reader of what two must decide, and who contests.
    """
    decided = [review.pk for review in reviews if _has_decided(review)]
    since = max(decided, default=0)
    return [
        str(review.reviewed_by_user_id)
        for review in reviews
        if review.pk > since and review.outcome in _SPOKE
    ]


def _has_decided(review: Review) -> bool:
    return review.decision_id is not None and review.outcome != Review.Outcome.CONTESTED


def why_here(claim: Claim) -> str:
    """Return why the claim waits for a person, as the check or the contest said it."""
    steps = ClaimStep.objects.filter(care_year=claim.care_year, claim_id=claim.pk)
    step = steps.filter(to_state__in=_WAITING).order_by("-pk").first()
    return step.reason if step else ""


def signals_of(claim: Claim) -> list[ClaimSignal]:
    """Return a claim's signals, the heaviest first."""
    return list(ClaimSignal.objects.filter(claim_id=claim.pk).order_by("-weight", "rule"))


def findings_in_force(claim: Claim) -> QuerySet[ReviewFinding]:
    """Return what the last reader took off."""
    return ReviewFinding.objects.filter(claim_id=claim.pk, withdrawn_at__isnull=True)
