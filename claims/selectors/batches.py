"""Decided claims chosen to be decided again, and what that would change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet, Sum

from claims.models import Claim, Decision, DecisionLine
from claims.rules.batches import Placed, independent_parts
from claims.rules.states import ACCEPTED, State
from claims.selectors.care_rows import merged_records
from conamus.kernel.figures import format_francs
from membership.rules.sentences import counted

#: What is redone in one request; more is done by a job, part by part.
MOST = 2_000
#: Differences that a preview or a result names, the largest first.
MOST_TOLD = 200
_DONE = """
WITH told AS (
    SELECT d.claim_id,
        (SELECT coalesce(sum(l.mutuelle_francs), 0) FROM claims_decisionline l
         WHERE l.care_year = %(year)s AND l.decision_id = former.id)::bigint AS before,
        (SELECT coalesce(sum(l.mutuelle_francs), 0) FROM claims_decisionline l
         WHERE l.care_year = %(year)s AND l.decision_id = d.id)::bigint AS after
    FROM claims_decision d
    JOIN claims_decision former ON former.care_year = %(year)s AND former.claim_id = d.claim_id
        AND former.number = d.number - 1
    WHERE d.care_year = %(year)s AND d.processing_id = %(tenant)s AND d.batch = %(batch)s
)
"""
_SUMS = """
SELECT count(*), coalesce(sum(before), 0)::bigint, coalesce(sum(after), 0)::bigint,
       count(*) FILTER (WHERE before <> after)
FROM told
"""
_LARGEST = """
SELECT claim_id, before, after FROM told WHERE before <> after
ORDER BY abs(after - before) DESC, claim_id LIMIT %(most)s
"""


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
    changed: int
    #: The claims that change, the largest difference first.
    differences: tuple[Difference, ...]

    @property
    def francs(self) -> int:
        """The difference of the whole."""
        return self.after_francs - self.before_francs


def told_difference(preview: Preview) -> str:
    """Say what redoing changes, or has changed."""
    claims = counted(preview.claims, "attestation décidée", "attestations décidées")
    changed = counted(preview.changed, "part change", "parts changent")
    return (
        f"{claims} de nouveau ; {changed}, de {format_francs(preview.before_francs)} à "
        f"{format_francs(preview.after_francs)} pour la mutuelle."
    )


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


def batch_decisions(tenant_id: int, year: int, batch: str) -> QuerySet[Decision]:
    """Return the decisions that a batch has taken."""
    return Decision.objects.filter(care_year=year, processing_id=tenant_id, batch=batch)


def left_to_redo(tenant_id: int, choice: Choice, batch: str) -> QuerySet[Claim]:
    """Return those of the chosen that a batch has not decided yet."""
    done = batch_decisions(tenant_id, choice.year, batch)
    return chosen_claims(tenant_id, choice).exclude(pk__in=done.values("claim_id"))


def redo_parts(tenant_id: int, choice: Choice, batch: str, most: int) -> list[list[int]]:
    """Return what is left to redo, in parts that no decision of another part bears on."""
    left = left_to_redo(tenant_id, choice, batch)
    rows = list(left.values_list("pk", "tenant_id", "household_id", "person_id"))
    merged = merged_records([pk for pk, *_ in rows], choice.year)
    placed = []
    for pk, tenant, *own in rows:
        home, person = merged.get(pk, own)
        placed.append(Placed(pk, (tenant, home), person))
    return independent_parts(placed, most)


def reversible_claims(
    tenant_id: int, choice: Choice, *, decided_before: datetime | None = None
) -> QuerySet[Claim]:
    """Return those of the chosen that can go back to review: decided, and nothing more."""
    found = chosen_claims(tenant_id, choice).filter(state=State.DECIDED.value)
    if decided_before is None:
        return found
    since = Decision.objects.filter(
        care_year=choice.year, pk=OuterRef("decision_id"), decided_at__gte=decided_before
    )
    return found.exclude(Exists(since))


def batch_outcome(tenant_id: int, year: int, batch: str) -> Preview:
    """Return what a batch has changed, by the decisions themselves; its largest differences."""
    values: dict[str, Any] = {"year": year, "tenant": tenant_id, "batch": batch, "most": MOST_TOLD}
    with connection.cursor() as cursor:
        cursor.execute(_DONE + _SUMS, values)
        claims, before, after, changed = cursor.fetchone()
        cursor.execute(_DONE + _LARGEST, values)
        rows = cursor.fetchall()
    found = Claim.objects.select_related("facility").filter(care_year=year)
    by_id = found.in_bulk([claim_id for claim_id, _, _ in rows])
    return Preview(
        claims=claims,
        before_francs=before,
        after_francs=after,
        changed=changed,
        differences=tuple(
            Difference(by_id[claim_id], was, is_now) for claim_id, was, is_now in rows
        ),
    )


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
