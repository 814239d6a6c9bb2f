"""Pages of surveys: list, launch, scores and how they compare."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from claims.filters.surveys import SurveyFilter
from claims.forms.surveys import SurveyForm
from claims.models import InterviewReading, SurveyCampaign, SurveyInterview
from claims.rules.questionnaires import QuestionnaireKind
from claims.rules.surveys import AgeBand
from claims.selectors import surveys as selectors
from claims.selectors.published_scores import published_scores
from claims.services.surveys import launch_campaign
from claims.tables.visits import SurveyTable
from conamus import clock
from conamus.charts.bars import BarChart
from conamus.charts.picture import Series
from conamus.kernel.figures import format_date, format_integer, format_rate
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage
from federations.rules.roles import Permission, Role, is_permitted
from membership.rules.sentences import counted

#: Facilities shown in the picture: more would be no picture.
_MOST_BARS = 20


class SurveyList(ListPage):
    """Surveys of the federation and of the network."""

    permission = Permission.SEE_SURVEYS
    title = "Enquêtes de satisfaction et de qualité"
    table_class = SurveyTable
    filter_class = SurveyFilter
    empty_text = "Aucune enquête. On en lance une par an, avec le questionnaire en vigueur."
    template_name = "claims/surveys.html"
    add_url_name = "survey_add"
    add_label = "Lancer une enquête"
    add_permission = Permission.MANAGE_SURVEYS

    def rows(self) -> QuerySet[SurveyCampaign]:
        """Return the surveys in the actor's sight."""
        return selectors.listed_campaigns(self.actor)


class SurveyAdd(FormPage):
    """Launch a survey."""

    permission = Permission.MANAGE_SURVEYS
    form_class = SurveyForm
    title = "Lancer une enquête"
    submit_label = "Lancer"
    success_message = "L’enquête est lancée."

    def get_initial(self) -> dict[str, Any]:
        """Begin today, to the end of the year."""
        today = clock.today()
        return {"year": today.year, "starts_on": today, "ends_on": today.replace(month=12, day=31)}

    def save(self, data: dict[str, Any]) -> SurveyCampaign:
        """Call the service."""
        return launch_campaign(
            actor=self.actor, campaign=self.form.campaign(), key=data["submission_key"]
        )

    def done_url(self, made: SurveyCampaign) -> str:
        """Show the survey."""
        return reverse("survey_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("surveys")


class OfSurvey(ActorPage):
    """A page of one survey."""

    abstract = True

    @cached_property
    def campaign(self) -> SurveyCampaign:
        """The survey of the address."""
        return selectors.campaign_by_id(self.actor, self.kwargs["campaign_id"])


class SurveyDetail(OfSurvey):
    """The scores of a survey, and how they compare."""

    permission = Permission.SEE_SURVEYS
    template_name = "claims/survey_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the scores by facility, type, federation, section, sex and age."""
        survey = self.campaign
        scores = selectors.survey_scores(survey)
        by = selectors.GroupBy
        sexes = dict(SurveyInterview.Sex.choices)
        ages = {band.value: band.label for band in AgeBand}
        is_of_people = survey.kind == QuestionnaireKind.SATISFACTION
        return {
            "title": survey.title,
            "survey": survey,
            "state": _told(scores),
            "facts": _facts(survey),
            "scores": scores,
            "picture": _picture(survey, scores),
            "groups": [
                ("Par type", "Formations", selectors.scores_by_type(scores)),
                ("Par fédération", "Formations", selectors.scores_by_federation(scores)),
                ("Par section", "Réponses", selectors.scores_by_section(survey, scores)),
                *(
                    (
                        ("Par sexe", "Entretiens", selectors.scores_by_band(scores, by.SEX, sexes)),
                        ("Par âge", "Entretiens", selectors.scores_by_band(scores, by.AGE, ages)),
                    )
                    if is_of_people
                    else ()
                ),
            ],
            "published": published_scores(self.actor).filter(kind=survey.kind),
            "may_record": is_permitted(self.actor.role, Permission.RECORD_SURVEYS),
            "reads_one_by_one": selectors.reads_one_by_one(self.actor, survey),
            "readings": self._readings(),
        }

    def _readings(self) -> list[tuple[InterviewReading, str]]:
        """Return who read an interview by itself, with their role, for who watches over them."""
        if not is_permitted(self.actor.role, Permission.SEE_HISTORY):
            return []
        rows = selectors.interview_readings(self.actor, self.campaign)
        return [(row, Role(row.read_as).label) for row in rows]


def _told(scores: selectors.SurveyScores) -> str:
    if scores.mean is None:
        return f"{counted(scores.interviews, 'entretien')} : encore aucun score."
    told = (
        f"Score moyen {format_rate(scores.mean)} sur "
        f"{counted(len(scores.shown), 'formation sanitaire', 'formations sanitaires')}, "
        f"{counted(scores.interviews, 'entretien')}"
    )
    before = scores.before
    return f"{told}." if before is None else f"{told} ; l’an passé {format_rate(before)}."


def _facts(survey: SurveyCampaign) -> list[tuple[str, Any]]:
    seed = [("Formations tirées au sort, graine", survey.seed)] if survey.seed else []
    return [
        ("Genre", survey.get_kind_display()),
        ("De", survey.tenant.name),
        ("Questionnaire", str(survey.questionnaire)),
        ("Jours", f"du {format_date(survey.starts_on)} au {format_date(survey.ends_on)}"),
        ("Entretiens par formation", format_integer(survey.wanted)),
        *seed,
    ]


def _picture(survey: SurveyCampaign, scores: selectors.SurveyScores) -> BarChart | None:
    """Draw the lowest scores: where there is most to do."""
    lowest = sorted(scores.shown, key=lambda one: one.score or 0)[:_MOST_BARS]
    if not lowest:
        return None
    return BarChart(
        title=f"Scores les plus bas, {survey.title}",
        unit="%",
        categories=tuple(one.facility.name for one in lowest),
        series=(Series("Score", tuple(100 * (one.score or 0) for one in lowest)),),
        axis="Formation sanitaire",
    )
