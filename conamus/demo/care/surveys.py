"""Surveys in the demonstration: questionnaires, two years of campaigns, generated interviews.

The three questionnaires are in ``data/``, in the form in which a federation brings its own; the one
published score is there too, with its source. Facilities are drawn by a seed of their own; every
interview is generated, and taken by one federation that has an agreement with the facility.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from django.utils import timezone

from claims.models import PublishedScore, Question, SurveyCampaign
from claims.rules.questionnaires import QuestionFacts, QuestionnaireKind, QuestionType, read_answer
from claims.rules.surveys import AgeBand
from claims.services.survey_files import read_questionnaire
from claims.services.surveys import NewCampaign, launch_campaign, publish_questionnaire
from conamus.demo.care.agreements import plan_agreements
from conamus.demo.loading.keys import Keys
from conamus.demo.network import CONFEDERATION, FederationFacts
from conamus.demo.plan import NetworkPlan
from conamus.demo.provenance import DEMONSTRATION, stream
from federations.services.bulk import insert_rows, reserve_ids
from federations.tenancy.actor import Actor

_DATA = Path(__file__).parent / "data"
FIRST_DAY = date(2024, 1, 1)
#: As many facilities as the published survey of 2019.
FACILITIES = 71
INTERVIEWS = 8
SEED = "enquêtes de démonstration"
#: Year and kind of each survey, and how the answers lie on their scales: the marks' weights.
_SURVEYS = (
    (2024, QuestionnaireKind.SATISFACTION, (1, 2, 4, 7, 5)),
    (2025, QuestionnaireKind.SATISFACTION, (1, 2, 3, 7, 7)),
    (2025, QuestionnaireKind.QUALITY, (1, 2, 4, 7, 4)),
)
_BANDS = tuple(AgeBand)
#: An interview's answers: question, value, points.
_Answers = tuple[tuple[int, str, int | None], ...]
_REMARKS = ("", "", "", "Moins d’attente le matin.", "Plus de médicaments.", "Un banc à l’ombre.")


def insert_survey_terms(actor: Actor) -> None:
    """Write CONAMUS's questionnaires, published scores and campaigns, in its open scope."""
    for kind in QuestionnaireKind:
        publish_questionnaire(
            actor=actor,
            kind=kind.value,
            title=kind.label.capitalize(),
            in_force_from=FIRST_DAY,
            questions=read_questionnaire((_DATA / f"questionnaire_{kind}.csv").read_bytes()),
        )
    _insert_published(actor)
    for year, kind, _ in _SURVEYS:
        launch_campaign(
            actor=actor,
            campaign=NewCampaign(
                title=f"{kind.label.capitalize()} {year}",
                kind=kind.value,
                year=year,
                starts_on=date(year, 2, 1),
                ends_on=date(year, 12, 15),
                wanted=INTERVIEWS if kind is QuestionnaireKind.SATISFACTION else 1,
                drawn=FACILITIES,
            ),
            # The same facilities every year, so that they compare.
            seed=SEED,
        )


def _insert_published(actor: Actor) -> None:
    with (_DATA / "scores_published.csv").open(encoding="utf-8", newline="") as file:
        PublishedScore.objects.bulk_create(
            PublishedScore(
                tenant_id=actor.tenant_id,
                kind=row["kind"],
                year=int(row["year"]),
                percent=Decimal(row["percent"]),
                facilities=int(row["facilities"]),
                source=row["source"],
                recorded_by=actor.name,
            )
            for row in csv.DictReader(file, delimiter=";")
        )


@dataclass(frozen=True, slots=True)
class _Survey:
    """A campaign with its questions and its scales."""

    campaign: SurveyCampaign
    questions: list[Question]
    marks: tuple[int, ...]


def insert_interviews(plan: NetworkPlan, keys: Keys, facts: FederationFacts) -> int:
    """Write the interviews that a federation took, in its open scope; how many rows."""
    tenant_id = keys.tenants[facts.code]
    rng = stream(f"surveys {facts.code}")
    own = _facilities_of(plan, keys, facts)
    interviews: list[tuple[object, ...]] = []
    answers: list[_Answers] = []
    for survey in _surveys():
        asked = survey.campaign.facilities.values_list("facility_id", flat=True)
        for facility in sorted(set(asked) & own):
            lean = rng.randint(-1, 1)
            for _ in range(survey.campaign.wanted):
                number = len(interviews) + 1
                interviews.append(_interview(rng, tenant_id, survey.campaign, facility, number))
                answers.append(_answered(rng, survey, lean))
    return _insert(tenant_id, interviews, answers)


def _surveys() -> Iterator[_Survey]:
    for year, kind, marks in _SURVEYS:
        campaign = SurveyCampaign.objects.get(tenant__code=CONFEDERATION.code, year=year, kind=kind)
        questions = Question.objects.filter(questionnaire_id=campaign.questionnaire_id)
        yield _Survey(campaign, list(questions.order_by("position")), marks)


def _facilities_of(plan: NetworkPlan, keys: Keys, facts: FederationFacts) -> set[int]:
    """Return the facilities that a federation surveys: those whose first agreement is with it."""
    first: dict[str, str] = {}
    for agreement in plan_agreements(plan):
        first.setdefault(agreement.facility, agreement.tenant)
    return {keys.facilities[code] for code, tenant in first.items() if tenant == facts.code}


def _interview(
    rng: Random, tenant_id: int, campaign: SurveyCampaign, facility: int, number: int
) -> tuple[object, ...]:
    is_of_people = campaign.kind == QuestionnaireKind.SATISFACTION
    return (
        tenant_id,
        campaign.pk,
        facility,
        campaign.starts_on + timedelta(days=rng.randint(0, 140)),
        rng.choice("FFM") if is_of_people else "",
        rng.choices(_BANDS, (3, 6, 4, 1))[0].value if is_of_people else "",
        f"démonstration-{number}",
        DEMONSTRATION,
        timezone.now(),
    )


def _answered(rng: Random, survey: _Survey, lean: int) -> _Answers:
    """Draw the answers of an interview; some questions are left out, as people do."""
    found = []
    for question in survey.questions:
        facts = question.facts
        if not facts.is_required and rng.random() < 0.15:
            continue
        answer = read_answer(facts, _drawn(rng, facts, survey.marks, lean), "")
        if answer is not None:
            found.append((question.pk, answer.value, answer.points))
    return tuple(found)


def _drawn(rng: Random, question: QuestionFacts, marks: tuple[int, ...], lean: int) -> str:
    mark = rng.choices(range(1, 6), marks)[0]
    mark = min(5, max(1, mark + (lean if rng.random() < 0.4 else 0)))
    if question.type is QuestionType.SCALE:
        return str(mark)
    if question.type is QuestionType.YES_NO:
        return "oui" if mark > 2 else "non"
    if question.type is QuestionType.CHOICE:
        scored = sorted((points, word) for word, points in question.choices if points is not None)
        return scored[min(len(scored) - 1, (mark - 1) * len(scored) // 5)][1]
    if question.type is QuestionType.NUMBER:
        return str(rng.randint(0, 5))
    return rng.choice(_REMARKS)


def _insert(tenant_id: int, interviews: list[tuple[object, ...]], answers: list[_Answers]) -> int:
    ids = reserve_ids("claims_surveyinterview", len(interviews))
    rows = insert_rows(
        "claims_surveyinterview",
        ("id", "tenant_id", "campaign_id", "facility_id", "taken_on", "sex", "age_band",
         "reference", "entered_by", "entered_at"),
        ((key, *row) for key, row in zip(ids, interviews, strict=True)),
    )  # fmt: skip
    return rows + insert_rows(
        "claims_surveyanswer",
        ("tenant_id", "interview_id", "question_id", "value", "points"),
        ((tenant_id, key, *one) for key, given in zip(ids, answers, strict=True) for one in given),
    )
