"""Surveys: questionnaires published, campaigns launched, interviews entered one by one or by file.

An interview is written once: its reference is the page's or the file row's own key, so that a
double click, a page sent again and the same file twice are one interview.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from secrets import token_hex

from django.db import transaction
from django.db.models import Max

from claims.models import (
    Question,
    Questionnaire,
    SurveyAnswer,
    SurveyCampaign,
    SurveyFacility,
    SurveyInterview,
)
from claims.rules.questionnaires import (
    NOT_APPLICABLE,
    Answer,
    QuestionFacts,
    QuestionnaireKind,
    read_answer,
)
from claims.rules.surveys import AgeBand
from claims.selectors.questionnaires import questionnaire_in_force, questions_of
from claims.selectors.surveys import campaign_by_id, visible_campaigns
from conamus import clock
from conamus.kernel.errors import DomainError, Gathering, NotFound
from federations.models import HealthFacility
from federations.rules.days import require_near_day
from federations.rules.roles import Permission
from federations.selectors.facilities import contracted_on
from federations.services.access import require
from federations.services.repetition import once
from federations.tenancy.actor import Actor

MOST_FACILITIES = 300
MOST_WANTED = 500


@transaction.atomic
def publish_questionnaire(
    *,
    actor: Actor,
    kind: str,
    title: str,
    in_force_from: date,
    questions: Sequence[QuestionFacts],
    key: str = "",
) -> Questionnaire:
    """Publish a version of a questionnaire; the earlier ones stay with their answers."""
    require(actor, Permission.MANAGE_SURVEYS)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["publish", kind, title, in_force_from, [asdict(one) for one in questions]],
        create=lambda: _publish(actor, kind, title, in_force_from, questions),
        find=lambda result: Questionnaire.objects.get(tenant_id=actor.tenant_id, pk=int(result)),
    )


def _publish(
    actor: Actor, kind: str, title: str, on: date, questions: Sequence[QuestionFacts]
) -> Questionnaire:
    if kind not in set(QuestionnaireKind):
        raise DomainError("Choisissez le genre.", field="kind")
    if not title.strip():
        raise DomainError("Donnez un titre.", field="title")
    require_near_day(on, today=clock.today(), act="Un questionnaire", field="in_force_from")
    own = Questionnaire.objects.filter(tenant_id=actor.tenant_id, kind=kind)
    last = own.aggregate(version=Max("version"))["version"] or 0
    row = Questionnaire(
        tenant_id=actor.tenant_id,
        kind=kind,
        version=last + 1,
        title=title.strip(),
        in_force_from=on,
        published_by=actor.name,
    )
    row.save(force_insert=True)
    Question.objects.bulk_create(
        Question(
            tenant_id=actor.tenant_id,
            questionnaire=row,
            position=one.position,
            section=one.section,
            text=one.text,
            type=one.type.value,
            choices=[list(choice) for choice in one.choices],
            weight=one.weight,
            is_required=one.is_required,
        )
        for one in questions
    )
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCampaign:
    """A survey as it is launched: its facilities by code, or ``drawn`` of those contracted."""

    title: str
    kind: str
    year: int
    starts_on: date
    ends_on: date
    wanted: int
    codes: tuple[str, ...] = ()
    drawn: int = 0


@transaction.atomic
def launch_campaign(
    *, actor: Actor, campaign: NewCampaign, key: str = "", seed: str = ""
) -> SurveyCampaign:
    """Launch a survey with the questionnaire in force on its first day."""
    require(actor, Permission.MANAGE_SURVEYS)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["launch_campaign", asdict(campaign)],
        create=lambda: _launch(actor, campaign, seed or token_hex(8)),
        find=lambda result: campaign_by_id(actor, int(result)),
    )


def _launch(actor: Actor, told: NewCampaign, seed: str) -> SurveyCampaign:
    gathering = Gathering()
    facilities: list[int] = []
    questionnaire = None
    with gathering.part():
        questionnaire = _asked(actor, told)
    with gathering.part():
        facilities = _chosen(told, seed)
    for day, field in ((told.starts_on, "starts_on"), (told.ends_on, "ends_on")):
        with gathering.part():
            require_near_day(day, today=clock.today(), act="Une enquête", field=field)
    gathering.found.extend(_faults(actor, told))
    gathering.refuse()
    assert questionnaire is not None  # noqa: S101 -- refused above
    row = SurveyCampaign(
        tenant_id=actor.tenant_id,
        title=told.title.strip(),
        questionnaire=questionnaire,
        kind=told.kind,
        year=told.year,
        starts_on=told.starts_on,
        ends_on=told.ends_on,
        wanted=told.wanted,
        seed=seed if told.drawn else "",
        planned_by=actor.name,
    )
    row.save(force_insert=True)
    SurveyFacility.objects.bulk_create(
        SurveyFacility(tenant_id=actor.tenant_id, campaign=row, facility_id=pk) for pk in facilities
    )
    return row


def _asked(actor: Actor, told: NewCampaign) -> Questionnaire:
    if told.kind == QuestionnaireKind.VISIT or told.kind not in set(QuestionnaireKind):
        raise DomainError("Choisissez le genre.", field="kind")
    found = questionnaire_in_force(actor.tenant_id, told.kind, told.starts_on)
    if found is None:
        raise DomainError("Aucun questionnaire de ce genre n’est en vigueur.", field="kind")
    return found


def _faults(actor: Actor, told: NewCampaign) -> list[DomainError]:
    faults = []
    title = told.title.strip()
    if not title:
        faults.append(DomainError("Donnez un titre.", field="title"))
    same = visible_campaigns(actor).filter(tenant_id=actor.tenant_id, year=told.year, title=title)
    if same.exists():
        faults.append(DomainError("Une enquête de cette année porte déjà ce titre.", field="title"))
    if told.ends_on < told.starts_on:
        faults.append(DomainError("L’enquête finirait avant de commencer.", field="ends_on"))
    if not 1 <= told.wanted <= MOST_WANTED:
        faults.append(DomainError(f"De 1 à {MOST_WANTED} entretiens.", field="wanted"))
    return faults


def _chosen(told: NewCampaign, seed: str) -> list[int]:
    """Return the facilities: those named, else drawn by a hash, the same again for a seed."""
    if told.codes:
        known = {code.upper(): pk for pk, code in HealthFacility.objects.values_list("pk", "code")}
        unknown = [code for code in told.codes if code.upper() not in known]
        if unknown:
            raise DomainError(f"Codes inconnus : {', '.join(unknown)}.", field="codes")
        return sorted({known[code.upper()] for code in told.codes})
    if not 1 <= told.drawn <= MOST_FACILITIES:
        raise DomainError(
            f"Nommez des formations sanitaires, ou tirez-en de 1 à {MOST_FACILITIES}.",
            field="drawn",
        )
    open_ones = contracted_on(told.starts_on)
    codes = sorted(
        open_ones.values_list("code", "pk"),
        key=lambda row: sha256(f"{seed}\n{row[0]}".encode()).digest(),
    )
    return sorted(pk for _, pk in codes[: told.drawn])


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInterview:
    """An interview as it was taken; ``answers``: what was typed, by question number."""

    campaign_id: int
    facility_id: int
    taken_on: date
    reference: str
    answers: Mapping[int, str]
    sex: str = ""
    age_band: str = ""


@transaction.atomic
def record_interview(*, actor: Actor, interview: NewInterview) -> SurveyInterview:
    """Write an interview, or find the one that this reference wrote."""
    require(actor, Permission.RECORD_SURVEYS)
    campaign = campaign_by_id(actor, interview.campaign_id)
    known = known_interview(actor, interview)
    if known is not None:
        return known
    return write_interview(actor, campaign, interview, check_interview(campaign, interview))


def write_interview(
    actor: Actor,
    campaign: SurveyCampaign,
    interview: NewInterview,
    read: Sequence[tuple[Question, Answer]],
    replaces: SurveyInterview | None = None,
) -> SurveyInterview:
    """Write an interview with its answers, as they were read."""
    # Two at once with one reference: the second one finds the first.
    row, is_new = SurveyInterview.objects.get_or_create(
        tenant_id=actor.tenant_id,
        campaign=campaign,
        reference=interview.reference,
        defaults={
            "facility_id": interview.facility_id,
            "taken_on": interview.taken_on,
            "sex": interview.sex,
            "age_band": interview.age_band,
            "entered_by": actor.name,
            "entered_by_user_id": actor.user_id,
            "entered_on": clock.today(),
            "replaces": replaces,
        },
    )
    if is_new:
        SurveyAnswer.objects.bulk_create(
            SurveyAnswer(
                tenant_id=actor.tenant_id,
                interview=row,
                question=question,
                value=answer.value,
                points=answer.points,
            )
            for question, answer in read
        )
    return row


def known_interview(actor: Actor, told: NewInterview) -> SurveyInterview | None:
    """Return the interview that this reference wrote already."""
    if not told.reference:
        raise DomainError("Un entretien a sa référence.", field="reference")
    return SurveyInterview.objects.filter(
        tenant_id=actor.tenant_id, campaign_id=told.campaign_id, reference=told.reference
    ).first()


def check_interview(campaign: SurveyCampaign, told: NewInterview) -> list[tuple[Question, Answer]]:
    """Return the answers as they are kept; every refusal at once."""
    asked = SurveyFacility.objects.filter(campaign=campaign, facility_id=told.facility_id)
    if not asked.exists():
        raise NotFound("Cette formation sanitaire n’est pas de l’enquête.")
    gathering = Gathering()
    if not campaign.starts_on <= told.taken_on <= min(campaign.ends_on, clock.today()):
        gathering.found.append(
            DomainError("Ce jour n’est pas de l’enquête, ou est à venir.", field="taken_on")
        )
    if campaign.kind == QuestionnaireKind.SATISFACTION:
        gathering.found.extend(_unknown_person(told))
    read = _read_answers(campaign, told, gathering)
    if not gathering.found and all(answer.value == NOT_APPLICABLE for _, answer in read):
        gathering.found.append(DomainError("Aucune réponse : rien à enregistrer."))
    gathering.refuse()
    return read


def _unknown_person(told: NewInterview) -> list[DomainError]:
    faults = []
    if told.sex not in SurveyInterview.Sex.values:
        faults.append(DomainError("Dites le sexe.", field="sex"))
    if told.age_band not in set(AgeBand):
        faults.append(DomainError("Dites l’âge.", field="age_band"))
    return faults


def _read_answers(
    campaign: SurveyCampaign, told: NewInterview, gathering: Gathering
) -> list[tuple[Question, Answer]]:
    read = []
    for question in questions_of(campaign.questionnaire_id):
        with gathering.part():
            typed = told.answers.get(question.position, "")
            answer = read_answer(question.facts, typed, f"q{question.position}")
            if answer is not None:
                read.append((question, answer))
    return read
