"""What readers of claims meet: what waits for them, and what was done with a claim before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from claims.models import Claim, ClaimSignal, ClaimStep, Review, ReviewFinding
from claims.rules.adjudication import Adjudication, adjudicate
from claims.rules.facts import ReviewCut
from claims.rules.review import Deferrals, Why, may_review
from claims.rules.states import WRITTEN, State
from claims.selectors.care_facts import Case, load_cases
from claims.selectors.control import control_terms
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

    What was put off, or waits for a facility's answer, comes back on its day; what
    ``why_not_reader`` keeps from the actor is for others.
    """
    was_read = Q(waits_until__isnull=False) | Q(waits_for=Claim.WaitsFor.SECOND_READER)
    asks_another = was_read | Q(state=State.CONTESTED.value)
    years = (on.year - YEARS_BACK, on.year + 1)
    # Beforehand: of most readers there is none, and planning it for each year's part takes longer.
    own = _written().filter(by_user_id=actor.user_id, care_year__range=years)
    written = list(own.values_list("claim_id", flat=True))
    return (
        reviewed_here(actor)
        .filter(
            Q(waits_until__isnull=True) | Q(waits_until__lte=on),
            care_year__range=years,
            state__in=_WAITING,
        )
        .exclude(entered_by_user_id=actor.user_id)
        .exclude(pk__in=_standing_for(written))
        .exclude(asks_another & _has_spoken(actor))
        .order_by("-review_rank", "pk")
    )


def _standing_for(claim_ids: Sequence[int]) -> set[int]:
    """Return the claims and all that have taken their place since, one after the other."""
    found, latest = set(claim_ids), set(claim_ids)
    while latest:
        following = Claim.objects.filter(supersedes_id__in=latest).values_list("pk", flat=True)
        latest = set(following) - found
        found |= latest
    return found


def _has_spoken(actor: Actor) -> Q:
    """Tell of each claim of a query whether the actor is of its ``readers_of_this_round``."""
    reviews = Review.objects.filter(claim_id=OuterRef("pk"))
    own = reviews.filter(reviewed_by_user_id=actor.user_id)
    deciding = Review.objects.filter(claim_id=OuterRef("claim_id"), decision_id__isnull=False)
    last = deciding.exclude(outcome=Review.Outcome.CONTESTED).order_by("-pk").values("pk")[:1]
    this_round = Q(pk__gt=Coalesce(Subquery(last), 0))
    contested = reviews.filter(this_round, outcome=Review.Outcome.CONTESTED)
    return Q(Exists(own.filter(this_round, outcome__in=_SPOKE))) | (
        Q(Exists(contested)) & Q(Exists(own.filter(pk=Subquery(last))))
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

    The first reader of what two must decide, and who contests for the home federation; then who
    took the decision that it contests as well. ``reviews`` are a claim's, the first first.
    """
    spoke = [review for review in _this_round(reviews) if review.outcome in _SPOKE]
    last = _last_decided(reviews)
    if last and asks_home_answer(reviews):
        spoke.append(last)
    return [str(review.reviewed_by_user_id) for review in spoke]


def asks_home_answer(reviews: Sequence[Review]) -> bool:
    """Tell whether the patient's federation contests what was decided last, redone or not."""
    return Review.Outcome.CONTESTED in {review.outcome for review in _this_round(reviews)}


def asks_second_reader(reviews: Sequence[Review]) -> bool:
    """Tell whether somebody has proposed and another decides, whatever it waited for since."""
    return Review.Outcome.SECOND_READER in {review.outcome for review in _this_round(reviews)}


def _this_round(reviews: Sequence[Review]) -> list[Review]:
    last = _last_decided(reviews)
    return [review for review in reviews if last is None or review.pk > last.pk]


def _last_decided(reviews: Sequence[Review]) -> Review | None:
    return next((review for review in reversed(reviews) if _has_decided(review)), None)


def _has_decided(review: Review) -> bool:
    return review.decision_id is not None and review.outcome != Review.Outcome.CONTESTED


def deferrals_of(claim: Claim, reviews: Sequence[Review]) -> Deferrals:
    """Return how often the claim may be put off and was, since it was last decided."""
    used = sum(review.outcome == Review.Outcome.DEFERRED for review in _this_round(reviews))
    row = control_terms(claim.processing_id).row_of(claim.received_on)
    if row is None:
        return Deferrals(used=used)
    return Deferrals(row.most_deferrals, row.deferral_days, used)


def writers_of(claim: Claim) -> frozenset[str]:
    """Return who entered, corrected or sent a claim, or one in whose place it stands."""
    hands = _written().filter(claim_id__in=papers_of(claim)).values_list("by_user_id", flat=True)
    return frozenset(str(one) for one in (claim.entered_by_user_id, *hands) if one is not None)


def papers_of(claim: Claim) -> list[int]:
    """Return the claim and those in whose place it stands, back to the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT f.id FROM claims_stood_for(%s, %s) f", [claim.pk, claim.care_year])
        return [pk for (pk,) in cursor.fetchall()]


def was_given_back(claim: Claim) -> bool:
    """Tell whether the claim, or one in whose place it stands, was sent and came back."""
    returned = ClaimStep.objects.filter(claim_id__in=papers_of(claim))
    return returned.filter(from_state=State.SUBMITTED, to_state=State.ENTERED).exists()


def _written() -> QuerySet[ClaimStep]:
    """Return the steps by which somebody has written a claim; giving it back is none."""
    states = sorted(state.value for state in WRITTEN)
    steps = ClaimStep.objects.filter(to_state__in=states, by_user_id__isnull=False)
    return steps.exclude(from_state=State.SUBMITTED.value)


def why_not_reader(actor: Actor, claim: Claim, reviews: Sequence[Review]) -> str:
    """Say why somebody else decides a claim now; empty: the actor may."""
    me, writers = str(actor.user_id), writers_of(claim)
    readers = readers_of_this_round(reviews)
    if may_review(me, written_by=writers, earlier_readers=readers):
        return ""
    if me in writers:
        return (
            "Vous avez saisi, corrigé ou transmis cette attestation : quelqu’un d’autre l’examine."
        )
    if claim.state == State.CONTESTED and not asks_second_reader(reviews):
        return (
            "Vous avez décidé cette attestation, ou contesté sa décision : la réponse à la "
            "contestation est d’un autre."
        )
    return "Vous vous êtes déjà prononcé sur cette attestation : le second avis est d’un autre."


def was_read(claim: Claim) -> bool:
    """Tell whether a person has decided the claim, or verified it on a visit, whoever leads it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT claim_was_read(%s, %s)", [claim.pk, claim.care_year])
        return bool(cursor.fetchone()[0])


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
