"""What a visit finds: a verdict on each attestation, an answer to each question of the checklist.

Written on the spot or afterwards from paper, and rewritten until the report is sent. What a finding
takes off is computed as its decision would: by the same rules, on the same facts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from claims.models import Visit, VisitClaim, VisitMark
from claims.rules.adjudication import adjudicate
from claims.rules.facts import ReviewCut
from claims.rules.findings import check_findings
from claims.rules.questionnaires import read_answer
from claims.rules.visits import (
    OPEN,
    Verdict,
    VisitState,
    check_room,
    check_verdict,
    cuts_of,
    merge_cuts,
    read_lines,
    taken_off,
)
from claims.selectors.care_facts import Case
from claims.selectors.claims import claim_by_id, paid_for
from claims.selectors.questionnaires import questions_of
from claims.selectors.visits import visit_claim_by_id
from claims.services.system_acts import cases_to_decide
from claims.services.visits import hold_visit, touch_visit
from conamus.kernel.errors import DomainError, Gathering
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor


@transaction.atomic
def record_finding(
    *,
    actor: Actor,
    visit_id: int,
    row_id: int,
    version: int,
    verdict: str,
    lines: str = "",
    note: str = "",
) -> VisitClaim:
    """Write what was found of an attestation, in place of what was written before."""
    require(actor, Permission.VISIT_FACILITIES)
    visit = _hold_open(actor, visit_id, version)
    row = visit_claim_by_id(visit, row_id)
    if verdict not in set(Verdict):
        raise DomainError("Choisissez le constat.", field="verdict")
    found, said = read_lines(lines), " ".join(note.split())
    check_verdict(Verdict(verdict), found, said)
    row.verdict, row.note = verdict, said
    row.found_by, row.found_by_user_id = actor.name, actor.user_id
    row.found_lines = [[line.position, line.francs] for line in found]
    row.proposed_francs = _proposed(actor, row)
    row.save(
        update_fields=[
            "verdict",
            "note",
            "found_by",
            "found_by_user_id",
            "found_lines",
            "proposed_francs",
        ],
    )
    touch_visit(visit)
    return row


@dataclass(frozen=True, slots=True)
class FoundCase:
    """An attestation's case with what the visit found, on top of what readers took off."""

    case: Case
    #: What the visit takes off by itself; empty: nothing.
    cuts: tuple[ReviewCut, ...]


def case_with_findings(actor: Actor, row: VisitClaim) -> FoundCase:
    """Return an attestation's case with the finding, judged against what is still accepted."""
    [case] = cases_to_decide(actor, [row.claim_id], row.care_year)
    lines = case.care.lines
    positions = [line.position for line in lines]
    cuts = cuts_of(Verdict(row.verdict), row.named_lines, positions, row.note)
    try:
        check_findings(cuts, lines)
        if row.named_lines:
            check_room(cuts, _accepted(case))
    except DomainError as error:
        message = " ".join(one.message for one in error.each())
        raise DomainError(message, field="lines") from error
    merged = merge_cuts(case.care.review_cuts, cuts)
    return FoundCase(replace(case, care=replace(case.care, review_cuts=merged)), cuts)


def _accepted(case: Case) -> dict[int, int]:
    """Return, by line, what earlier cuts and the agreed prices leave of it."""
    return {line.position: line.agreed_francs for line in adjudicate(case.care, case.package).lines}


def _proposed(actor: Actor, row: VisitClaim) -> int:
    """Return what the mutuelle owes now, less what it would owe with the findings."""
    found = case_with_findings(actor, row)
    if not found.cuts:
        return 0
    paid = paid_for(claim_by_id(actor, row.care_year, row.claim_id))
    return taken_off(paid, adjudicate(found.case.care, found.case.package).mutuelle_francs)


@transaction.atomic
def record_marks(*, actor: Actor, visit_id: int, version: int, answers: Mapping[int, str]) -> Visit:
    """Write the answers to the checklist by question number, in place of the earlier ones."""
    require(actor, Permission.VISIT_FACILITIES)
    visit = _hold_open(actor, visit_id, version)
    if visit.questionnaire_id is None:
        raise DomainError("Cette visite n’a pas de grille.")
    gathering = Gathering()
    marks: list[VisitMark] = []
    for question in questions_of(visit.questionnaire_id):
        facts = replace(question.facts, is_required=False)
        with gathering.part():
            answer = read_answer(facts, answers.get(question.position, ""), f"q{question.position}")
            if answer is not None:
                marks.append(
                    VisitMark(
                        tenant_id=visit.tenant_id,
                        facility_id=visit.facility_id,
                        visit=visit,
                        question=question,
                        value=answer.value,
                        points=answer.points,
                    )
                )
    gathering.refuse()
    _replace_marks(visit, marks)
    return touch_visit(visit)


def _replace_marks(visit: Visit, marks: Sequence[VisitMark]) -> None:
    VisitMark.objects.filter(visit=visit).delete()
    VisitMark.objects.bulk_create(marks)


def _hold_open(actor: Actor, visit_id: int, version: int) -> Visit:
    visit = hold_visit(actor, visit_id, version)
    if VisitState(visit.state) not in OPEN:
        raise DomainError("Le rapport est envoyé, ou la visite annulée : rien ne change plus.")
    return visit
