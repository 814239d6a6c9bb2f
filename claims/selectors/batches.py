"""Decided claims chosen to be decided again, and what that would change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet, Sum

from claims.models import Claim, Decision, DecisionLine
from claims.rules.states import ACCEPTED, State

#: What is redone in one request; more is done in several, by shorter periods.
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Choice:
    """Which decided claims: a facility's or all, of some days of care of one year; or a batch."""

    year: int
    from_on: date
    to_on: date
    facility_id: int | None = None
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a new decision changes of a claim's part of the mutuelle."""

    claim: Claim
    before_francs: int
    after_francs: int

    @property
    def francs(self) -> int:
        """Positive: to be paid still; negative: to be recovered."""
        return self.after_francs - self.before_francs


@dataclass(frozen=True, slots=True)
class Preview:
    """What redoing some claims would change: how many, by how much, and which."""

    claims: int
    before_francs: int
    after_francs: int
    differences: tuple[Difference, ...]

    @property
    def francs(self) -> int:
        """The difference of the whole."""
        return self.after_francs - self.before_francs


def chosen_claims(tenant_id: int, choice: Choice) -> QuerySet[Claim]:
    """Return the federation's decided claims that are chosen, in the order of their care."""
    claims = Claim.objects.filter(
        processing_id=tenant_id,
        care_year=choice.year,
        starts_on__range=(choice.from_on, choice.to_on),
        state__in=[state.value for state in ACCEPTED],
    )
    if choice.facility_id is not None:
        claims = claims.filter(facility_id=choice.facility_id)
    if choice.batch:
        decided = Decision.objects.filter(
            care_year=choice.year, batch=choice.batch, superseded_at__isnull=True
        )
        claims = claims.filter(pk__in=decided.values("claim_id"))
    return claims.order_by("starts_on", "pk")


def reversible_claims(tenant_id: int, choice: Choice) -> QuerySet[Claim]:
    """Return those of the chosen that can go back to review: decided, and nothing more."""
    return chosen_claims(tenant_id, choice).filter(state=State.DECIDED.value)


def mutuelle_parts(claim_ids: Sequence[int], year: int) -> dict[int, int]:
    """Return the mutuelle's part of each claim by the decision in force."""
    rows = (
        DecisionLine.objects.filter(
            care_year=year,
            decision__care_year=year,
            decision__claim_id__in=list(claim_ids),
            decision__superseded_at__isnull=True,
        )
        .values(claim_id=F("decision__claim_id"))
        .annotate(francs=Sum("mutuelle_francs"))
        .order_by()
    )
    return {row["claim_id"]: row["francs"] for row in rows}
