"""Visits for tests: attestations decided at a facility, a visit planned, drawn, found, sent."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from claims.models import Visit, VisitClaim
from claims.rules.questionnaires import QuestionFacts, QuestionnaireKind, QuestionType
from claims.rules.visit_sampling import SampleMethod, SamplePlan
from claims.services import visits as services
from claims.services.surveys import publish_questionnaire
from claims.services.visit_findings import record_finding, record_marks
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, DRUG, give_claim
from tests.claims.money import TODAY, decide_final
from tests.world import World

#: Every attestation, not a part of them.
ALL = SamplePlan(method=SampleMethod.SIMPLE, rate_percent=100, at_most=200)
LINES = ((CONSULTATION, 1, 1_000), (DRUG, 4, 500))


def give_checklist(world: World) -> None:
    """Publish CONAMUS's checklist: one obligatory question, one of five points."""
    publish(
        world,
        QuestionnaireKind.VISIT,
        QuestionFacts(
            position=1,
            section="Registre",
            text="Le registre des malades est-il tenu ?",
            type=QuestionType.YES_NO,
            is_required=True,
        ),
        QuestionFacts(
            position=2, section="Lieux", text="Propreté des lieux", type=QuestionType.SCALE
        ),
    )


def publish(world: World, kind: QuestionnaireKind, *questions: QuestionFacts) -> int:
    """Publish a version of CONAMUS's, in force from the year's beginning."""
    clara = world.actor("clara")
    with open_scope(clara, source="essai"):
        return publish_questionnaire(
            actor=clara,
            kind=kind.value,
            title=kind.label.capitalize(),
            in_force_from=date(2024, 1, 1),
            questions=questions,
        ).pk


def give_decided(world: World, count: int = 3, processing: str = "UMUCO") -> list[int]:
    """Write final attestations of two lines: 3 000 asked, 2 400 of the mutuelle's each."""
    member = "UMU-1001-0" if processing == "UMUCO" else "INE-1001-0"
    claims = [
        give_claim(
            world,
            lines=LINES,
            member=member,
            processing=processing,
            stub=f"{processing[:3]}V-{number:06d}",
            on=date(2025, 3, number),
        )
        for number in range(1, count + 1)
    ]
    decide_final(world, *claims, processing=processing)
    return claims


def plan(world: World, by: str = "annick", **told: Any) -> Visit:
    """Plan a visit of today to the world's health centre, over the year so far."""
    actor = world.actor(by)
    values = {
        "facility_id": world.facilities["FS-T001"],
        "purpose": "verification",
        "starts_on": TODAY,
        "ends_on": TODAY,
        "period_from": date(2025, 1, 1),
        "period_to": TODAY,
        "team": actor.name,
        **told,
    }
    with open_scope(actor, source="essai"):
        return services.plan_visit(actor=actor, visit=services.NewVisit(**values))


def act(world: World, by: str, service: Any, visit: Visit, **told: Any) -> Any:
    """Have somebody call a service on a visit, at its present version."""
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        version = Visit.objects.get(pk=visit.pk).version
        return service(actor=actor, visit_id=visit.pk, version=version, **told)


def drawn(world: World, by: str = "annick", plan_of: SamplePlan = ALL, **told: Any) -> Visit:
    """Plan a visit and draw its sample."""
    visit = plan(world, by, **told)
    return act(world, by, services.draw_sample, visit, plan=plan_of, seed="graine")


def rows_of(world: World, visit: Visit, by: str = "annick") -> list[VisitClaim]:
    """Read the attestations of a visit."""
    with open_scope(world.actor(by), source="essai"):
        return list(VisitClaim.objects.filter(visit_id=visit.pk).order_by("stub_number"))


def find(world: World, visit: Visit, found: Mapping[int, dict], by: str = "annick") -> None:
    """Write findings by the rank of the stub; what is not named agrees."""
    for number, row in enumerate(rows_of(world, visit, by), start=1):
        told = found.get(number, {"verdict": "agrees"})
        act(world, by, record_finding, visit, row_id=row.pk, **told)


def sent(world: World, found: Mapping[int, dict], by: str = "annick", **told: Any) -> Visit:
    """Bring a visit to its report, sent to the facility."""
    visit = drawn(world, by, **told)
    find(world, visit, found, by)
    with open_scope(world.actor(by), source="essai"):
        has_checklist = Visit.objects.get(pk=visit.pk).questionnaire_id is not None
    if has_checklist:
        act(world, by, record_marks, visit, answers={1: "oui", 2: "3"})
    act(world, by, services.end_visit, visit, met="Titulaire", conclusion="Registre tenu.")
    return act(world, by, services.send_report, visit)
