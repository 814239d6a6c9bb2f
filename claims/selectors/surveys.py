"""Reads of surveys: campaigns, interviews, and their scores by facility, federation, sex and age.

Interviews are their federation's; sums of every federation's come to CONAMUS by a narrow function
(claims/sql/40_survey_sums.sql), never an interview. Which groups are too small to be shown, and
what a score is, the rules say (``claims.rules.surveys``).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from claims.models import (
    InterviewReading,
    Question,
    SurveyAnswer,
    SurveyCampaign,
    SurveyFacility,
    SurveyInterview,
)
from claims.rules.questionnaires import QuestionnaireKind
from claims.rules.surveys import (
    QuestionSum,
    hidden_groups,
    is_shown,
    mean_score,
    score,
)
from conamus.kernel.errors import NotFound
from federations.models import HealthFacility
from federations.rules.roles import Permission, is_permitted
from federations.selectors.statements import rows_of
from federations.selectors.tenants import own_or_networks
from federations.tenancy.actor import Actor

_MOST_READINGS = 20
_SUMS = """
SELECT b.by_what, s.federation_id, f.short_name, s.facility_id, s.band, s.question_id, q.weight,
       s.interviews, s.answers, s.points
FROM unnest(%s::text[]) AS b(by_what)
CROSS JOIN LATERAL survey_sums(%s, b.by_what) s
LEFT JOIN claims_question q ON q.id = s.question_id
LEFT JOIN federations_federation f ON f.id = s.federation_id
"""


class GroupBy(StrEnum):
    """What the sums of a survey are grouped by."""

    FACILITY = "facility"
    FEDERATION = "federation"
    SEX = "sex"
    AGE = "age"


def visible_campaigns(actor: Actor) -> QuerySet[SurveyCampaign]:
    """Return the actor's campaigns and the network's."""
    rows = SurveyCampaign.objects.filter(own_or_networks(actor.tenant_id))
    return rows.select_related("tenant", "questionnaire")


def listed_campaigns(actor: Actor) -> QuerySet[SurveyCampaign]:
    """Add how many facilities are in each, and the actor's own interviews so far."""
    own = SurveyInterview.objects.filter(tenant_id=actor.tenant_id, replaced_by__isnull=True)
    return visible_campaigns(actor).annotate(
        asked=_number_of(SurveyFacility.objects.all()), taken=_number_of(own)
    )


def _number_of(rows: QuerySet[Any]) -> Coalesce:
    """How many of some rows an outer campaign has: joined, they would multiply one another."""
    of_campaign = rows.filter(campaign=OuterRef("pk")).order_by().values("campaign")
    return Coalesce(Subquery(of_campaign.annotate(n=Count("pk")).values("n")), 0)


def campaign_by_id(actor: Actor, campaign_id: int) -> SurveyCampaign:
    """Return a campaign in sight; NotFound for any other."""
    found = visible_campaigns(actor).filter(pk=campaign_id).first()
    if found is None:
        raise NotFound("Cette enquête n’existe pas, ou n’est pas de votre fédération.")
    return found


def facilities_of(campaign: SurveyCampaign) -> QuerySet[HealthFacility]:
    """Return the facilities of a campaign, by name."""
    chosen = SurveyFacility.objects.filter(campaign=campaign).values("facility_id")
    return HealthFacility.objects.filter(pk__in=chosen).order_by("sort_key", "pk")


def interviews_of(actor: Actor, campaign: SurveyCampaign) -> QuerySet[SurveyInterview]:
    """Return the interviews that the actor's federation took in a campaign, as corrected."""
    return SurveyInterview.objects.filter(
        tenant_id=actor.tenant_id, campaign=campaign, replaced_by__isnull=True
    ).select_related("facility")


def reads_one_by_one(actor: Actor, campaign: SurveyCampaign) -> bool:
    """Tell whether every interview is the actor's to read: of members, who leads surveys alone."""
    return not campaign.is_anonymous or is_permitted(actor.role, Permission.MANAGE_SURVEYS)


def correctable_interviews(
    actor: Actor, campaign: SurveyCampaign, on: date
) -> QuerySet[SurveyInterview]:
    """Return the interviews that the actor entered on a day: theirs to correct until its end."""
    return interviews_of(actor, campaign).filter(entered_by_user_id=actor.user_id, entered_on=on)


def readable_interviews(
    actor: Actor, campaign: SurveyCampaign, on: date
) -> QuerySet[SurveyInterview]:
    """Return the interviews that the actor may read one by one."""
    if reads_one_by_one(actor, campaign):
        return interviews_of(actor, campaign)
    return correctable_interviews(actor, campaign, on)


def interview_readings(actor: Actor, campaign: SurveyCampaign) -> list[InterviewReading]:
    """Return who read an interview of a campaign by itself last, the latest first."""
    rows = InterviewReading.objects.filter(
        tenant_id=actor.tenant_id, interview__campaign=campaign
    ).select_related("interview__facility")
    return list(rows[:_MOST_READINGS])


def interviews_taken(actor: Actor, campaign: SurveyCampaign) -> dict[int, int]:
    """Return how many interviews the federation took at each facility."""
    rows = interviews_of(actor, campaign).order_by().values_list("facility_id")
    return dict(rows.annotate(n=Count("pk")))


def answers_of(interview: SurveyInterview) -> QuerySet[SurveyAnswer]:
    """Return the answers of an interview, in the order of the questions."""
    rows = SurveyAnswer.objects.filter(tenant_id=interview.tenant_id, interview=interview)
    return rows.select_related("question").order_by("question__position")


@dataclass(frozen=True, slots=True)
class Group:
    """The sums of a group: its interviews, and those of each scored question."""

    key: tuple[int | None, int | None, str]
    interviews: int
    sums: Mapping[int, QuestionSum]
    #: Of the federation, where it is one's.
    name: str = ""

    @property
    def facility_id(self) -> int | None:
        """The facility, where it is one's."""
        return self.key[1]

    @property
    def score(self) -> Fraction | None:
        """The score of its answers; None: nothing scored, or too few to be summed."""
        return score(self.sums.values())


def survey_groups(
    campaign_ids: Sequence[int], groupings: Collection[GroupBy]
) -> dict[GroupBy, list[Group]]:
    """Return the groups of some campaigns taken together, by each grouping, in the caller's sight.

    One query, whatever the number of groupings; none without a campaign.
    """
    rows = (
        rows_of(_SUMS, [by.value for by in groupings], list(campaign_ids)) if campaign_ids else []
    )
    return {by: _groups([row for row in rows if row["by_what"] == by]) for by in groupings}


def _groups(rows: Iterable[dict[str, Any]]) -> list[Group]:
    interviews: dict[tuple[int | None, int | None, str], int] = defaultdict(int)
    sums: dict[tuple[int | None, int | None, str], dict[int, QuestionSum]] = defaultdict(dict)
    names: dict[int | None, str] = {}
    for row in rows:
        key = (row["federation_id"], row["facility_id"], row["band"] or "")
        names[row["federation_id"]] = row["short_name"] or ""
        question = row["question_id"]
        if question is None:
            interviews[key] += row["interviews"]
            continue
        before = sums[key].get(question, QuestionSum(row["weight"], 0, 0))
        sums[key][question] = QuestionSum(
            row["weight"], before.answers + row["answers"], before.points + int(row["points"])
        )
    return [
        Group(key, interviews[key], sums[key], names[key[0]]) for key in sorted(interviews, key=str)
    ]


@dataclass(frozen=True, slots=True)
class FacilityScore:
    """A facility's score in a survey; None: too few interviews, or nothing scored."""

    facility: HealthFacility
    interviews: int
    score: Fraction | None
    before: Fraction | None = None

    @property
    def change(self) -> Fraction | None:
        """What it gained since the year before."""
        if self.score is None or self.before is None:
            return None
        return self.score - self.before


@dataclass(frozen=True, slots=True)
class SurveyScores:
    """The scores of a campaign: by facility, and the mean of those shown; its sums by group."""

    facilities: tuple[FacilityScore, ...]
    interviews: int
    groups: Mapping[GroupBy, Sequence[Group]]

    @property
    def shown(self) -> tuple[FacilityScore, ...]:
        """The facilities that have a score."""
        return tuple(one for one in self.facilities if one.score is not None)

    @property
    def mean(self) -> Fraction | None:
        """The simple mean of the facilities' scores."""
        return mean_score([one.score for one in self.facilities])

    @property
    def before(self) -> Fraction | None:
        """The same mean, a year before."""
        return mean_score([one.before for one in self.facilities])


def survey_scores(campaign: SurveyCampaign) -> SurveyScores:
    """Return the scores of a campaign, each with the year before's of the same owner and kind."""
    groups = survey_groups([campaign.pk], list(GroupBy))
    by_facility = groups[GroupBy.FACILITY]
    earlier = SurveyCampaign.objects.filter(
        tenant_id=campaign.tenant_id, kind=campaign.kind, year=campaign.year - 1
    ).values_list("pk", flat=True)
    found_before = survey_groups(list(earlier), [GroupBy.FACILITY])[GroupBy.FACILITY]
    before = {one.facility_id: one.score for one in found_before}
    of = {one.facility_id: one for one in by_facility}
    kind = QuestionnaireKind(campaign.kind)
    rows = []
    for facility in facilities_of(campaign):
        group = of.get(facility.pk)
        count = group.interviews if group else 0
        found = group.score if group and is_shown(kind, count) else None
        rows.append(FacilityScore(facility, count, found, before.get(facility.pk)))
    return SurveyScores(tuple(rows), sum(group.interviews for group in by_facility), groups)


def scores_by_type(scores: SurveyScores) -> list[tuple[str, int, Fraction | None]]:
    """Return of each type of facility its name, how many have a score, and their mean."""
    by_type: dict[str, list[FacilityScore]] = defaultdict(list)
    for one in scores.shown:
        by_type[one.facility.get_facility_type_display()].append(one)
    return [
        (name, len(rows), mean_score([one.score for one in rows]))
        for name, rows in sorted(by_type.items())
    ]


def scores_by_federation(scores: SurveyScores) -> list[tuple[str, int, Fraction | None]]:
    """Return of each federation in sight its name, how many facilities, and their mean."""
    by_federation: dict[str, list[Fraction]] = defaultdict(list)
    for group in scores.groups[GroupBy.FEDERATION]:
        if group.score is not None:
            by_federation[group.name].append(group.score)
    return sorted((name, len(found), mean_score(found)) for name, found in by_federation.items())


def scores_by_section(
    campaign: SurveyCampaign, scores: SurveyScores
) -> list[tuple[str, int, Fraction | None]]:
    """Return of each section of the questionnaire its name, scored answers, and score."""
    questions = Question.objects.filter(questionnaire_id=campaign.questionnaire_id)
    section_of = {row.pk: row.section or "Questionnaire" for row in questions.order_by("position")}
    sums: dict[str, list[QuestionSum]] = {name: [] for name in section_of.values()}
    for group in scores.groups[GroupBy.FACILITY]:
        for question, one in group.sums.items():
            sums[section_of[question]].append(one)
    return [(name, sum(one.answers for one in found), score(found)) for name, found in sums.items()]


def scores_by_band(
    scores: SurveyScores, by: GroupBy, labels: Mapping[str, str]
) -> list[tuple[str, int | None, Fraction | None]]:
    """Return of each sex or age its name, interviews and score; None: too few to be shown."""
    groups = [one for one in scores.groups[by] if one.key[2]]
    hidden = hidden_groups({one.key[2]: one.interviews for one in groups})
    found = {one.key[2]: one for one in groups}
    return [
        (label, None, None)
        if band in hidden
        else (label, found[band].interviews, found[band].score)
        for band, label in labels.items()
        if band in found
    ]
