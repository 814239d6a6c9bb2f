"""Surveys for tests: a questionnaire of five kinds of question, a campaign, interviews."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from claims.models import SurveyCampaign, SurveyInterview
from claims.rules.questionnaires import QuestionFacts, QuestionnaireKind, QuestionType
from claims.services.surveys import (
    NewCampaign,
    NewInterview,
    launch_campaign,
    record_interview,
)
from federations.tenancy.scope import open_scope
from tests.claims.visiting import publish
from tests.world import World

QUESTIONS = (
    QuestionFacts(
        position=1,
        section="Accueil",
        text="Avez-vous été reçu avec respect ?",
        type=QuestionType.SCALE,
        weight=2,
        is_required=True,
    ),
    QuestionFacts(
        position=2, section="Accueil", text="Avez-vous payé en plus ?", type=QuestionType.YES_NO
    ),
    QuestionFacts(
        position=3,
        section="Soins",
        text="Médicaments reçus",
        type=QuestionType.CHOICE,
        choices=(("tous", 100), ("une partie", 50), ("aucun", 0), ("ne sait pas", None)),
    ),
    QuestionFacts(position=4, section="Soins", text="Heures d’attente", type=QuestionType.NUMBER),
    QuestionFacts(position=5, section="Soins", text="À améliorer", type=QuestionType.TEXT),
)
#: (2 × 75 + 100 + 50) ÷ (2 × 100 + 100 + 100) = 75 %.
GOOD = {1: "4", 2: "oui", 3: "une partie", 4: "1,5", 5: "L’attente"}
#: (2 × 25) ÷ (2 × 100) = 25 %: what is missing is in neither sum.
POOR = {1: "2"}


def launch(world: World, by: str = "clara", **told: Any) -> SurveyCampaign:
    """Launch a survey of satisfaction in the world's two facilities."""
    kind = told.get("kind", QuestionnaireKind.SATISFACTION.value)
    publish(world, QuestionnaireKind(kind), *QUESTIONS)
    actor = world.actor(by)
    values = {
        "title": "Satisfaction 2025",
        "kind": kind,
        "year": 2025,
        "starts_on": date(2025, 5, 1),
        "ends_on": date(2025, 12, 31),
        "wanted": 10,
        "codes": ("FS-T001", "fs-t002"),
        **told,
    }
    with open_scope(actor, source="essai"):
        return launch_campaign(actor=actor, campaign=NewCampaign(**values))


def answer(
    world: World,
    campaign: SurveyCampaign,
    answers: Mapping[int, str] = GOOD,
    *,
    by: str = "agnes",
    reference: str = "",
    **told: Any,
) -> SurveyInterview:
    """Record an interview of today's, at the health centre unless told otherwise."""
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        values = {
            "campaign_id": campaign.pk,
            "facility_id": world.facilities["FS-T001"],
            "taken_on": date(2025, 6, 30),
            "sex": "F",
            "age_band": "from_25",
            "answers": answers,
            "reference": reference or f"{by}-{SurveyInterview.objects.count()}",
            **told,
        }
        return record_interview(actor=actor, interview=NewInterview(**values))


def answer_many(world: World, campaign: SurveyCampaign, count: int, **told: Any) -> None:
    """Record so many interviews alike."""
    for _ in range(count):
        answer(world, campaign, **told)
