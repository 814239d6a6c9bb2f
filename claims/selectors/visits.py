"""Reads of visits: those in sight, one with all that hangs on it, what may be sampled.

A federation sees the visits that it leads, CONAMUS those of its medical advisers; a facility its
own, once the report is sent. Attestations and amounts of a visit are for whoever sees attestations.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Func, JSONField, Q, QuerySet, Sum

from claims.models import Claim, ClaimLine, Question, Visit, VisitClaim, VisitMark
from claims.rules.extrapolation import Extrapolation, Stratum, extrapolate_strata
from claims.rules.states import ACCEPTED
from claims.rules.surveys import QuestionSum, score
from claims.rules.visits import TOLD, Verdict, VisitState, may_recover
from claims.selectors.agreements import own_rows
from claims.selectors.claims import with_paid
from conamus import clock
from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_francs
from federations.rules.roles import Role
from federations.tenancy.actor import Actor

#: How long before a visit a cancelled one's draw is still told of.
DRAWN_BEFORE_DAYS = 365


def visible_visits(actor: Actor) -> QuerySet[Visit]:
    """Return the visits in the actor's sight."""
    found = Visit.objects.filter(own_rows(actor)).select_related("facility", "tenant")
    if actor.facility_id is not None:
        found = found.filter(state__in=[state.value for state in TOLD])
    return found


def listed_visits(actor: Actor) -> QuerySet[Visit]:
    """Add what the list tells of each: attestations verified, wrong, to recover, recovered."""
    wrong = ~Q(claims__verdict__in=["", Verdict.AGREES.value])
    return visible_visits(actor).annotate(
        verified=Count("claims", filter=~Q(claims__verdict="")),
        wrong=Count("claims", filter=wrong),
        # Nothing verified is nothing known, not 0.
        proposed_francs=Sum("claims__proposed_francs", filter=~Q(claims__verdict="")),
        recovered_francs=Sum("claims__recovered_francs"),
    )


def visit_by_id(actor: Actor, visit_id: int) -> Visit:
    """Return a visit in the actor's sight; NotFound for any other."""
    related = ("questionnaire", "reply")
    found = visible_visits(actor).select_related(*related).filter(pk=visit_id).first()
    if found is None:
        raise NotFound("Cette visite n’existe pas, ou n’est pas de votre ressort.")
    return found


def may_recover_now(visit: Visit) -> bool:
    """Tell whether amounts may be recovered today."""
    reply = getattr(visit, "reply", None)
    return may_recover(
        VisitState(visit.state),
        visit.answer_due_on,
        clock.today(),
        is_accepted=reply is not None and reply.is_accepted_by_facility,
    )


def drawn_before(visit: Visit) -> list[Visit]:
    """Return cancelled visits whose sample was drawn for some of the same care, not long before.

    So that « drawn once » is not got round by a new plan. A facility meets none of them.
    """
    since = visit.starts_on - timedelta(days=DRAWN_BEFORE_DAYS)
    found = Visit.objects.filter(
        tenant_id=visit.tenant_id,
        facility_id=visit.facility_id,
        state=VisitState.CANCELLED.value,
        pk__lt=visit.pk,
        starts_on__gte=since,
        period_from__lte=visit.period_to,
        period_to__gte=visit.period_from,
    )
    wrong = ~Q(claims__verdict__in=["", Verdict.AGREES.value])
    return list(
        found.exclude(sample_method="")
        .annotate(verified=Count("claims", filter=~Q(claims__verdict="")))
        .annotate(wrong=Count("claims", filter=wrong))
        .order_by("pk")
    )


def visit_claims(visit: Visit) -> QuerySet[VisitClaim]:
    """Return the attestations that a visit verifies, in the order of their draw."""
    return VisitClaim.objects.filter(visit=visit).order_by("rank")


def visit_claim_by_id(visit: Visit, row_id: int) -> VisitClaim:
    """Return one of them; NotFound for any other."""
    found = visit_claims(visit).filter(pk=row_id).first()
    if found is None:
        raise NotFound("Cette attestation n’est pas de cette visite.")
    return found


def with_patient_names(rows: QuerySet[VisitClaim]) -> QuerySet[VisitClaim]:
    """Add ``patient``: who to look for in the facility's register; nothing of the illness."""
    patient = Func(
        F("claim_id"), F("care_year"), function="claim_patient", output_field=JSONField()
    )
    return rows.annotate(patient=patient)


def lines_of(rows: Sequence[VisitClaim]) -> dict[int, list[ClaimLine]]:
    """Return the lines of some attestations, by claim: a query a year of care."""
    found: dict[int, list[ClaimLine]] = defaultdict(list)
    by_year: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        by_year[row.care_year].append(row.claim_id)
    for year, ids in by_year.items():
        lines = ClaimLine.objects.filter(care_year=year, claim_id__in=ids).select_related("act")
        for line in lines.order_by("claim_id", "position"):
            found[line.claim_id].append(line)
    return found


def sampled_from(actor: Actor, visit: Visit) -> QuerySet[Any]:
    """Return the decided attestations that a visit may verify, with what the mutuelle owes.

    Those that the visit's federation treats; every federation's, for a medical adviser.
    """
    years = range(visit.period_from.year, visit.period_to.year + 1)
    found = Claim.objects.filter(
        care_year__in=years,
        facility_id=visit.facility_id,
        starts_on__range=(visit.period_from, visit.period_to),
        state__in=[state.value for state in ACCEPTED],
    )
    if actor.role is not Role.MEDICAL_ADVISER:
        found = found.filter(processing_id=actor.tenant_id)
    return with_paid(found)


@dataclass(frozen=True, slots=True)
class MarkedQuestion:
    """A question of the checklist and what was answered."""

    question: Question
    value: str
    points: int | None


def marks_of(visit: Visit) -> list[MarkedQuestion]:
    """Return the checklist of a visit with its answers, in its order."""
    if visit.questionnaire_id is None:
        return []
    marks = {mark.question_id: mark for mark in VisitMark.objects.filter(visit=visit)}
    questions = Question.objects.filter(questionnaire_id=visit.questionnaire_id)
    return [
        MarkedQuestion(
            question,
            marks[question.pk].value if question.pk in marks else "",
            marks[question.pk].points if question.pk in marks else None,
        )
        for question in questions.order_by("position")
    ]


def checklist_score(marks: Sequence[MarkedQuestion]) -> Any:
    """Return the score of a checklist, 0 to 1; None: nothing of it was scored."""
    return score(
        QuestionSum(mark.question.weight, 1, mark.points)
        for mark in marks
        if mark.points is not None
    )


def lacking_marks(marks: Sequence[MarkedQuestion]) -> list[int]:
    """Return the numbers of the obligatory questions that are not answered."""
    return [
        mark.question.position for mark in marks if mark.question.is_required and not mark.value
    ]


def extrapolated(visit: Visit, rows: Sequence[VisitClaim]) -> Extrapolation:
    """Return what the findings say of the attestations that nobody verified.

    It is shown, and recovered from nobody.
    """
    strata = []
    for told in visit.strata:
        own = [row for row in rows if row.stratum == told["number"]]
        errors = tuple(row.proposed_francs for row in own)
        read = sum(row.mutuelle_francs for row in own)
        strata.append(Stratum(errors, told["count"] - len(own), told["francs"] - read))
    return extrapolate_strata(strata)


def finding_sentence(row: VisitClaim) -> str:
    """Say what was found of an attestation, without a name or an illness."""
    if not row.verdict:
        return ""
    told = Verdict(row.verdict).label
    if row.named_lines:
        named = ", ".join(
            f"ligne {line.position}"
            + ("" if line.francs is None else f" ({format_francs(line.francs)} en trop)")
            for line in row.named_lines
        )
        told = f"{told} : {named}"
    return f"{told}. {row.note}" if row.note else told


@dataclass(frozen=True, slots=True)
class Tally:
    """What a visit's attestations came to."""

    drawn: int
    verified: int
    wrong: int
    proposed_francs: int
    recovered_francs: int
    unsettled: int
    unsettled_francs: int


def tally_of(rows: Sequence[VisitClaim]) -> Tally:
    """Sum up the attestations of a visit."""
    return Tally(
        drawn=len(rows),
        verified=sum(1 for row in rows if row.verdict),
        wrong=sum(1 for row in rows if row.verdict not in ("", Verdict.AGREES)),
        proposed_francs=sum(row.proposed_francs for row in rows),
        recovered_francs=sum(row.recovered_francs or 0 for row in rows),
        unsettled=sum(1 for row in rows if not row.is_settled),
        unsettled_francs=sum(row.proposed_francs for row in rows if not row.is_settled),
    )
