"""A visit from plan to end: planned, sampled once, held, told, answered, closed, or cancelled.

Each move locks the visit at the version that was read and leaves a step. What is found meanwhile
is written by ``visit_findings``; what is recovered, by ``visit_recovery``.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from claims.models import Visit, VisitClaim, VisitReply, VisitStep
from claims.rules.questionnaires import QuestionnaireKind
from claims.rules.visit_sampling import Candidate, SamplePlan, draw
from claims.rules.visits import (
    OPEN,
    VisitState,
    answer_due,
    check_visit_move,
    has_said,
)
from claims.selectors.control import control_terms
from claims.selectors.questionnaires import questionnaire_in_force
from claims.selectors.visits import (
    lacking_marks,
    marks_of,
    may_recover_now,
    sampled_from,
    tally_of,
    visible_visits,
    visit_by_id,
    visit_claims,
)
from claims.services.reviews import DEFAULT_DAYS
from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, Gathering, NotAllowed, NotFound
from conamus.kernel.figures import format_date
from conamus.kernel.reasons import told_reason
from federations.rules.days import require_near_day
from federations.rules.roles import Permission, Role
from federations.services.access import require
from federations.services.repetition import once
from federations.tenancy.actor import Actor

LONGEST_DAYS = 31
LONGEST_PERIOD_DAYS = 731


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVisit:
    """A visit as it is planned; last days are included."""

    facility_id: int
    purpose: str
    starts_on: date
    ends_on: date
    period_from: date
    period_to: date
    team: str
    purpose_note: str = ""


@transaction.atomic
def plan_visit(*, actor: Actor, visit: NewVisit, key: str = "") -> Visit:
    """Plan a visit to a facility; its checklist is the version in force on its first day."""
    require(actor, Permission.VISIT_FACILITIES)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["plan_visit", asdict(visit)],
        create=lambda: _plan(actor, visit),
        find=lambda result: visit_by_id(actor, int(result)),
    )


def _plan(actor: Actor, told: NewVisit) -> Visit:
    _check_plan(told)
    kind = QuestionnaireKind.VISIT.value
    visit = Visit(
        tenant_id=actor.tenant_id,
        questionnaire=questionnaire_in_force(actor.tenant_id, kind, told.starts_on),
        planned_by=actor.name,
        planned_by_user_id=actor.user_id,
        **{**asdict(told), "team": _clean_team(told.team)},
    )
    visit.save(force_insert=True)
    _step(actor, visit, VisitState.PLANNED)
    return visit


def _check_plan(told: NewVisit) -> None:
    gathering = Gathering()
    if told.purpose not in Visit.Purpose.values:
        gathering.found.append(DomainError("Choisissez l’objet.", field="purpose"))
    for day, field in ((told.starts_on, "starts_on"), (told.period_from, "period_from")):
        with gathering.part():
            require_near_day(day, today=clock.today(), act="Une visite", field=field)
    if not 0 <= (told.ends_on - told.starts_on).days < LONGEST_DAYS:
        gathering.found.append(
            DomainError(f"La visite dure de 1 à {LONGEST_DAYS} jours.", field="ends_on")
        )
    if not 0 <= (told.period_to - told.period_from).days < LONGEST_PERIOD_DAYS:
        gathering.found.append(
            DomainError("La période finit avant son début, ou passe deux ans.", field="period_to")
        )
    elif told.period_to > told.ends_on:
        gathering.found.append(
            DomainError("On regarde des soins d’avant la visite.", field="period_to")
        )
    if not _clean_team(told.team):
        gathering.found.append(DomainError("Dites qui fait la visite.", field="team"))
    gathering.refuse()


def _clean_team(text: str) -> str:
    """Keep a member a line, without the empty ones."""
    return "\n".join(line for line in (" ".join(row.split()) for row in text.splitlines()) if line)


@transaction.atomic
def draw_sample(
    *, actor: Actor, visit_id: int, version: int, plan: SamplePlan, seed: str = ""
) -> Visit:
    """Draw the attestations to verify: once, so that nobody draws until the sample suits.

    ``seed`` empty: drawn by the machine; it is kept, printed, and draws the same again.
    """
    require(actor, Permission.VISIT_FACILITIES)
    visit = hold_visit(actor, visit_id, version)
    if VisitState(visit.state) not in OPEN:
        raise DomainError("Le rapport est envoyé : l’échantillon ne change plus.")
    if visit.sample_method:
        raise DomainError("L’échantillon est déjà tiré : on ne tire qu’une fois.")
    found = {str(row.pk): row for row in sampled_from(actor, visit)}
    if not found:
        raise DomainError("Aucune attestation décidée de cette période : rien à tirer.")
    seed = seed or secrets.token_hex(8)
    sample = draw(
        (Candidate(key, row.mutuelle_francs or 0) for key, row in found.items()), plan, seed
    )
    VisitClaim.objects.bulk_create(
        VisitClaim(
            visit=visit,
            tenant_id=row.tenant_id,
            processing_id=row.processing_id,
            facility_id=row.facility_id,
            care_year=row.care_year,
            claim_id=row.pk,
            stub_number=row.stub_number,
            care_on=row.starts_on,
            rank=one.rank,
            stratum=one.stratum,
            mutuelle_francs=row.mutuelle_francs or 0,
        )
        for one in sample.drawn
        for row in [found[one.key]]
    )
    visit.sample_method, visit.sample_seed = plan.method.value, seed
    visit.sample_plan = asdict(plan)
    visit.strata = [asdict(stratum) for stratum in sample.strata]
    visit.save(update_fields=["sample_method", "sample_seed", "sample_plan", "strata"])
    return touch_visit(visit)


@transaction.atomic
def end_visit(
    *,
    actor: Actor,
    visit_id: int,
    version: int,
    met: str,
    conclusion: str,
    advice: str = "",
) -> Visit:
    """Say that the visit was held, who received it, and what it came to; findings may follow."""
    require(actor, Permission.VISIT_FACILITIES)
    visit = hold_visit(actor, visit_id, version)
    if visit.starts_on > clock.today():
        raise DomainError("Cette visite est à venir.", field="state")
    if not conclusion.strip():
        raise DomainError("Écrivez la conclusion : c’est ce qu’on lit d’abord.", field="conclusion")
    visit.met, visit.conclusion, visit.advice = met.strip(), conclusion.strip(), advice.strip()
    if visit.state != VisitState.DONE:
        _move(actor, visit, VisitState.DONE)
    visit.save(update_fields=["met", "conclusion", "advice", "state"])
    return touch_visit(visit)


@transaction.atomic
def send_report(*, actor: Actor, visit_id: int, version: int) -> Visit:
    """Send the report: from now on the facility reads it, and nothing of it changes any more."""
    require(actor, Permission.VISIT_FACILITIES)
    visit = hold_visit(actor, visit_id, version)
    check_visit_move(VisitState(visit.state), VisitState.SENT)
    _check_complete(visit)
    today = clock.today()
    terms = control_terms(visit.tenant_id).row_of(today)
    visit.sent_on = today
    visit.answer_due_on = answer_due(today, DEFAULT_DAYS if terms is None else terms.reply_days)
    _move(actor, visit, VisitState.SENT)
    visit.save(update_fields=["sent_on", "answer_due_on", "state"])
    return touch_visit(visit)


def _check_complete(visit: Visit) -> None:
    gathering = Gathering()
    without = visit_claims(visit).filter(verdict="").count()
    if without:
        gathering.found.append(DomainError(f"Attestations encore sans constat : {without}."))
    lacking = lacking_marks(marks_of(visit))
    if lacking:
        told = ", ".join(map(str, lacking))
        gathering.found.append(DomainError(f"Questions obligatoires sans réponse : {told}."))
    gathering.refuse()


@transaction.atomic
def answer_report(
    *,
    actor: Actor,
    visit_id: int,
    version: int,
    is_agreed: bool,
    text: str = "",
    answered_by: str = "",
    paper: str = "",
) -> VisitReply:
    """Write what the facility answers: by itself, within the term; or from its paper.

    A paper answer is written down by somebody who neither led nor held the visit, with its
    reference.
    """
    if actor.role is Role.FACILITY_USER:
        require(actor, Permission.CONTEST_DECISIONS)
    else:
        require(actor, Permission.VISIT_FACILITIES)
    # Read first: a facility can lock what it may still answer, and nothing else.
    check_visit_move(VisitState(visit_by_id(actor, visit_id).state), VisitState.ANSWERED)
    visit = hold_visit(actor, visit_id, version)
    is_own = actor.role is Role.FACILITY_USER
    by = actor.name if is_own else " ".join(answered_by.split())
    if not by:
        raise DomainError("Dites qui a répondu.", field="answered_by")
    written = {} if is_own else _written_down(actor, visit, paper)
    if visit.answer_due_on is not None and clock.today() > visit.answer_due_on:
        raise DomainError("Le délai de réponse est passé.", field="text")
    if not is_agreed and not text.strip():
        raise DomainError("Dites ce que vous contestez.", field="text")
    reply = VisitReply(
        tenant_id=visit.tenant_id,
        facility_id=visit.facility_id,
        visit=visit,
        is_agreed=is_agreed,
        text=text.strip(),
        answered_by=by,
        answered_on=clock.today(),
        **written,
    )
    try:
        with transaction.atomic():
            reply.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("La réponse est déjà inscrite : on répond une fois.") from error
    _move(actor, visit, VisitState.ANSWERED)
    # The one statement of the facility's own: its role may change no other column.
    Visit.objects.filter(pk=visit.pk).update(state=visit.state, version=F("version") + 1)
    return reply


def _written_down(actor: Actor, visit: Visit, paper: str) -> dict[str, Any]:
    """Return who writes a paper answer, and from which paper; not who it answers to."""
    if actor.user_id == visit.planned_by_user_id or actor.name in _names_of(visit):
        raise NotAllowed(
            "Vous avez préparé ou tenu cette visite : la formation sanitaire répond elle-même, ou "
            "quelqu’un d’autre inscrit sa réponse."
        )
    reference = told_reason(
        paper, field="paper", most=200, missing="Dites d’après quelle pièce : lettre, numéro, date."
    )
    return {"recorded_by": actor.name, "recorded_by_user_id": actor.user_id, "paper": reference}


def _names_of(visit: Visit) -> set[str]:
    """Return who planned, held, found or sent; the team by the name before its function."""
    team = {line.split(",")[0].strip() for line in visit.team.splitlines()}
    moved = VisitStep.objects.filter(visit=visit).values_list("by_name", flat=True)
    found = visit_claims(visit).values_list("found_by", flat=True)
    return {*team, *moved, *found}


@transaction.atomic
def close_visit(*, actor: Actor, visit_id: int, version: int, because: str) -> Visit:
    """Close a visit once the facility has had its say and each amount is settled."""
    require(actor, Permission.VISIT_FACILITIES)
    visit = hold_visit(actor, visit_id, version)
    check_visit_move(VisitState(visit.state), VisitState.CLOSED)
    require_said(visit)
    unsettled = tally_of(list(visit_claims(visit))).unsettled
    if unsettled:
        raise DomainError(f"Montants ni récupérés ni abandonnés : {unsettled}. Réglez-les d’abord.")
    return _end(actor, visit, VisitState.CLOSED, because)


@transaction.atomic
def cancel_visit(*, actor: Actor, visit_id: int, version: int, because: str) -> Visit:
    """Cancel a visit that will not be held, saying why."""
    require(actor, Permission.VISIT_FACILITIES)
    visit = hold_visit(actor, visit_id, version)
    check_visit_move(VisitState(visit.state), VisitState.CANCELLED)
    return _end(actor, visit, VisitState.CANCELLED, because)


def _end(actor: Actor, visit: Visit, state: VisitState, because: str) -> Visit:
    visit.ended_because = told_reason(because)
    _move(actor, visit, state, visit.ended_because)
    visit.save(update_fields=["ended_because", "state"])
    return touch_visit(visit)


def require_said(visit: Visit) -> None:
    """Refuse what comes before the facility's answer, or the end of its term."""
    if not has_said(VisitState(visit.state), visit.answer_due_on, clock.today()):
        raise DomainError(
            "La formation sanitaire n’a pas encore répondu, et son délai n’est pas passé."
        )


def require_recoverable(visit: Visit) -> None:
    """Refuse to recover before the term, unless the facility itself accepted the report."""
    require_said(visit)
    if not may_recover_now(visit):
        raise DomainError(
            "La formation sanitaire n’a pas accepté le rapport par son propre accès : on récupère "
            f"après son délai, le {format_date(visit.answer_due_on)}."
        )


def hold_visit(actor: Actor, visit_id: int, version: int) -> Visit:
    """Lock a visit in sight, still as it was read; Conflict where somebody was faster.

    A facility may answer; only who leads a visit does anything else with it.
    """
    # Alone: what is joined is not locked.
    found = visible_visits(actor).select_related(None).filter(pk=visit_id)
    visit = found.select_for_update().first()
    if visit is None:
        raise NotFound("Cette visite n’existe pas, ou n’est pas de votre ressort.")
    if actor.facility_id is None and visit.tenant_id != actor.tenant_id:
        raise NotAllowed("Cette visite est conduite par une autre fédération.")
    if visit.version != version:
        raise Conflict(
            "Quelqu’un a changé cette visite entre-temps : rien n’est enregistré.", field="version"
        )
    return visit


def touch_visit(visit: Visit) -> Visit:
    """Count a change of a held visit, so that who read it before is told."""
    Visit.objects.filter(pk=visit.pk).update(version=F("version") + 1)
    visit.refresh_from_db(fields=["version"])
    return visit


def _move(actor: Actor, visit: Visit, state: VisitState, reason: str = "") -> None:
    check_visit_move(VisitState(visit.state), state)
    visit.state = state.value
    _step(actor, visit, state, reason)


def _step(actor: Actor, visit: Visit, state: VisitState, reason: str = "") -> None:
    VisitStep.objects.bulk_create(
        [
            VisitStep(
                tenant_id=visit.tenant_id,
                facility_id=visit.facility_id,
                visit=visit,
                to_state=state.value,
                reason=reason,
                by_name=actor.name,
            )
        ]
    )
