"""One attestation explained: each line asked, what was decided of it and why, each decision.

The French of a cut is written from the facts that the rule left on it; the co-payment, which has
no row of its own, from the rate that its line carries.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import partial

from django.db import connection
from django.db.models import QuerySet, Subquery

from claims.models import (
    Claim,
    ClaimLine,
    ClaimStep,
    Decision,
    DecisionCut,
    DecisionLine,
)
from claims.rules.cuts import Cut, CutCode
from claims.rules.findings import REASONS
from claims.rules.sentences import cut_sentence
from claims.rules.states import State
from claims.rules.words import Bearer
from claims.selectors.claims import visible_claims, with_paid
from federations.rules.roles import Permission, Role, is_permitted
from federations.tenancy.actor import Actor

#: What who may not read the column may learn of why steps were taken.
_TO_FACILITY = "SELECT * FROM facility_step_reasons(%s, %s)"
_STANDARD = "SELECT * FROM standard_step_reasons(%s, %s)"
#: Told in place of a reader's own words.
KEPT_BY_READERS = "motif gardé par le contrôle médical"
_WORDS: Mapping[str, str] = {str(code): label for code, label in REASONS.items()}


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """A line as asked, and what the decision in force made of it; None: nothing decided."""

    line: ClaimLine
    decided: DecisionLine | None
    sentences: tuple[str, ...]

    @property
    def facility_francs(self) -> int | None:
        """What was never owed."""
        if self.decided is None:
            return None
        return self.decided.asked_francs - self.decided.agreed_francs


@dataclass(frozen=True, slots=True)
class ExplainedDecision:
    """A decision of an attestation, and what it changed to the one before it."""

    decision: Decision
    mutuelle_francs: int
    patient_francs: int
    difference_francs: int | None

    @property
    def is_in_force(self) -> bool:
        """Whether it is the one that counts."""
        return self.decision.superseded_at is None


def explained_lines(actor: Actor, claim: Claim) -> list[ExplainedLine]:
    """Return the lines of a claim with what the decision in force says of each: three queries.

    An illness, and a reader's own words, are told to who may read the reason for care.
    """
    tells = is_permitted(actor.role, Permission.SEE_DIAGNOSES)
    asked = ClaimLine.objects.filter(care_year=claim.care_year, claim_id=claim.pk)
    decided: dict[int, DecisionLine] = {}
    cuts: dict[int, list[Cut]] = defaultdict(list)
    if claim.decision_id is not None:
        of_decision = {"care_year": claim.care_year, "decision_id": claim.decision_id}
        for line in DecisionLine.objects.filter(**of_decision):
            decided[line.position] = line
        for position, cut in cuts_of_decision(**of_decision, tells_illness=tells):
            cuts[position].append(cut)
    return [
        ExplainedLine(line, one, _sentences(one, cuts[line.position], tells_illness=tells))
        for line in asked.select_related("act").order_by("position")
        for one in [decided.get(line.position)]
    ]


def cuts_of_decision(
    care_year: int, decision_id: int, *, tells_illness: bool
) -> list[tuple[int, Cut]]:
    """Return a decision's cuts, each with its line's position, in their order.

    What of their facts is private is read for who may read the reason for care alone: the
    database tells it to nobody else.
    """
    rows = DecisionCut.objects.filter(care_year=care_year, decision_id=decision_id)
    if not tells_illness:
        rows = rows.defer("private_facts")
    return [
        (
            row.position,
            Cut(
                CutCode(row.code),
                row.francs,
                Bearer(row.bearer),
                {**row.facts, **row.private_facts} if tells_illness else row.facts,
            ),
        )
        for row in rows.order_by("position", "rank")
    ]


def explained_decisions(claim: Claim) -> list[ExplainedDecision]:
    """Return the decisions of a claim in their order, with what each changed: two queries."""
    rows = list(
        Decision.objects.filter(care_year=claim.care_year, claim_id=claim.pk)
        .select_related("package")
        .order_by("number")
    )
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    lines = DecisionLine.objects.filter(
        care_year=claim.care_year, decision_id__in=[row.pk for row in rows]
    )
    for decision_id, mutuelle, patient in lines.values_list(
        "decision_id", "mutuelle_francs", "patient_francs"
    ):
        sums[decision_id][0] += mutuelle
        sums[decision_id][1] += patient
    found: list[ExplainedDecision] = []
    for row in rows:
        mutuelle, patient = sums[row.pk]
        before = found[-1].mutuelle_francs if found else None
        difference = None if before is None else mutuelle - before
        found.append(ExplainedDecision(row, mutuelle, patient, difference))
    return found


@dataclass(frozen=True, slots=True)
class ToldStep:
    """A step of a claim's way: where it came to, when, by whom, why."""

    label: str
    at: datetime
    by_name: str
    reason: str


def steps_of(actor: Actor, claim: Claim) -> list[ToldStep]:
    """Return the way of a claim, from its entry, with what the actor may learn of each why.

    Why a person reads it is not the facility's; a reader's own words may tell an illness.
    """
    steps = ClaimStep.objects.filter(care_year=claim.care_year, claim_id=claim.pk).order_by("pk")
    if actor.role is Role.FACILITY_USER:
        told = _told_reasons(_TO_FACILITY, claim)
    elif is_permitted(actor.role, Permission.SEE_DIAGNOSES):
        return [_told_step(one, one.reason) for one in steps]
    else:
        told = _told_reasons(_STANDARD, claim)
    return [_told_step(one, told.get(one.pk, "")) for one in steps.defer("reason")]


def _told_step(step: ClaimStep, reason: str) -> ToldStep:
    return ToldStep(State(step.to_state).label, step.at, step.by_name, reason)


def _told_reasons(query: str, claim: Claim) -> dict[int, str]:
    """Return by step what a narrow function tells of why it was taken: no reason is read itself."""
    with connection.cursor() as cursor:
        cursor.execute(query, [claim.pk, claim.care_year])
        rows = cursor.fetchall()
    return {step_id: KEPT_BY_READERS if told is None else told for step_id, told in rows}


@dataclass(frozen=True, slots=True)
class OtherClaim:
    """The attestation that this one replaced, or that replaced it."""

    claim: Claim
    mutuelle_francs: int


def replacing(actor: Actor, claim: Claim) -> OtherClaim | None:
    """Return the claim that stands in this one's place, whatever its stub; None: none in sight."""
    return _other(visible_claims(actor).filter(supersedes_id=claim.pk))


def replaced_by(actor: Actor, claim: Claim) -> OtherClaim | None:
    """Return the claim that this one replaced; its steps tell its year of care."""
    if claim.supersedes_id is None:
        return None
    years = ClaimStep.objects.filter(claim_id=claim.supersedes_id).values("care_year")[:1]
    found = visible_claims(actor).filter(care_year=Subquery(years), pk=claim.supersedes_id)
    return _other(found)


def _other(claims: QuerySet[Claim]) -> OtherClaim | None:
    row = with_paid(claims).order_by("pk").first()
    return OtherClaim(row, getattr(row, "mutuelle_francs", None) or 0) if row else None


def _sentences(
    line: DecisionLine | None, cuts: list[Cut], *, tells_illness: bool
) -> tuple[str, ...]:
    """Say each cut in its order; the co-payment before the ceilings, as it is taken."""
    if line is None:
        return ()
    say = partial(cut_sentence, reasons=_WORDS, tells_illness=tells_illness)
    told = [say(cut) for cut in cuts if cut.code is not CutCode.CEILING]
    if line.copayment_francs:
        share = str(1 - Fraction(line.percent) / 100)
        cut = Cut(CutCode.COPAYMENT, line.copayment_francs, Bearer.PATIENT, {"share": share})
        told.append(say(cut))
    told += [say(cut) for cut in cuts if cut.code is CutCode.CEILING]
    return tuple(told)
