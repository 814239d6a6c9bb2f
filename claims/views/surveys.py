"""Pages of surveys: list, launch, scores, interviews, one interview on a phone, files."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from claims.filters.surveys import SurveyFilter
from claims.filters.visits import InterviewFilter
from claims.forms.surveys import InterviewForm, InterviewsFileForm, SurveyForm
from claims.models import SurveyCampaign, SurveyInterview
from claims.rules.questionnaires import QuestionnaireKind
from claims.rules.survey_file import interview_columns
from claims.rules.surveys import AgeBand
from claims.selectors import surveys as selectors
from claims.selectors.questionnaires import questions_of
from claims.services.survey_files import Brought, bring_interviews
from claims.services.surveys import NewInterview, launch_campaign, record_interview
from claims.tables.visits import InterviewTable, SurveyTable
from claims.views.questionnaires import sheet_response
from conamus import clock
from conamus.charts.bars import BarChart
from conamus.charts.picture import Series
from conamus.kernel.errors import DomainError, NotFound
from conamus.kernel.figures import format_date, format_integer, format_rate
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage, ActorView
from federations.rules.roles import Permission, is_permitted
from federations.services.sheets import MOST_BYTES
from membership.rules.sentences import counted

_MOST_FAULTS = 200
#: Facilities shown in the picture: more would be no picture.
_MOST_BARS = 20


class SurveyList(ListPage):
    """Surveys of the federation and of the network."""

    permission = Permission.SEE_SURVEYS
    title = "Enquêtes de satisfaction et de qualité"
    table_class = SurveyTable
    filter_class = SurveyFilter
    empty_text = "Aucune enquête. On en lance une par an, avec le questionnaire en vigueur."
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

    def get_form(self, form_class: Any = None) -> Any:
        """Keep the form: the survey is made once it is valid."""
        self.form = super().get_form(form_class)
        return self.form

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
                ("Par fédération", "Formations", selectors.scores_by_federation(survey)),
                ("Par section", "Réponses", selectors.scores_by_section(survey)),
                *(
                    (
                        ("Par sexe", "Entretiens", selectors.scores_by_band(survey, by.SEX, sexes)),
                        ("Par âge", "Entretiens", selectors.scores_by_band(survey, by.AGE, ages)),
                    )
                    if is_of_people
                    else ()
                ),
            ],
            "published": selectors.published_scores(survey.kind),
            "may_record": is_permitted(self.actor.role, Permission.RECORD_SURVEYS),
        }


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


class InterviewList(ListPage):
    """The interviews behind the scores: the federation's own."""

    permission = Permission.SEE_SURVEYS
    title = "Entretiens"
    table_class = InterviewTable
    filter_class = InterviewFilter
    empty_text = "Aucun entretien de votre fédération."

    def rows(self) -> QuerySet[SurveyInterview]:
        """Return the federation's own interviews."""
        campaign = selectors.campaign_by_id(self.actor, self.kwargs["campaign_id"])
        return selectors.interviews_of(self.actor, campaign)


class InterviewAnswers(OfSurvey):
    """One interview, answer by answer."""

    permission = Permission.SEE_SURVEYS
    template_name = "claims/survey_answers.html"

    def page(self) -> dict[str, Any]:
        """Return the interview and its answers."""
        interviews = selectors.interviews_of(self.actor, self.campaign)
        interview = interviews.filter(pk=self.kwargs["interview_id"]).first()
        if interview is None:
            raise NotFound("Cet entretien n’est pas de votre fédération.")
        who = [
            ("Sexe", interview.get_sex_display()),
            ("Âge", interview.get_age_band_display()),
        ]
        return {
            "title": f"Entretien du {format_date(interview.taken_on)}",
            "survey": self.campaign,
            "facts": [
                ("Enquête", self.campaign.title),
                ("Formation sanitaire", interview.facility.name),
                *(pair for pair in who if pair[1]),
                ("Saisi par", interview.entered_by),
            ],
            "answers": selectors.answers_of(interview),
        }


class InterviewAdd(FormPage):
    """One interview, on a phone: sent, the next one begins."""

    permission = Permission.RECORD_SURVEYS
    form_class = InterviewForm
    template_name = "claims/questions_form.html"
    title = "Entretien"
    submit_label = "Enregistrer et passer au suivant"

    @cached_property
    def campaign(self) -> SurveyCampaign:
        """The survey of the address."""
        return selectors.campaign_by_id(self.actor, self.kwargs["campaign_id"])

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form its questions and facilities."""
        facilities = selectors.facilities_of(self.campaign).values_list("pk", "name", "code")
        return {
            **super().get_form_kwargs(),
            "questions": [one.facts for one in questions_of(self.campaign.questionnaire_id)],
            "facilities": [(pk, f"{name} ({code})") for pk, name, code in facilities],
            "is_grid": self.campaign.kind == QuestionnaireKind.QUALITY,
        }

    def get_form(self, form_class: Any = None) -> Any:
        """Keep the form: the answers are read once it is valid."""
        self.form = super().get_form(form_class)
        return self.form

    def get_initial(self) -> dict[str, Any]:
        """Stay at the facility of the interview before."""
        typed = self.request.GET.get("formation", "")
        facility = int(typed) if typed.isdecimal() and len(typed) < 10 else ""
        return {"facility": facility, "taken_on": clock.today()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say how far the facility is."""
        taken = selectors.interviews_taken(self.actor, self.campaign)
        here = taken.get(self.get_initial()["facility"] or 0, 0)
        told = f"{self.campaign.title} : {counted(sum(taken.values()), 'entretien')} en tout"
        state = f"{told}, {here} sur {self.campaign.wanted} ici." if here else f"{told}."
        return super().get_context_data(state=state, **kwargs)

    def save(self, data: dict[str, Any]) -> SurveyInterview:
        """Call the service."""
        return record_interview(
            actor=self.actor,
            interview=NewInterview(
                campaign_id=self.campaign.pk,
                facility_id=data["facility"],
                taken_on=data["taken_on"],
                reference=data["submission_key"],
                sex=data.get("sex", ""),
                age_band=data.get("age_band", ""),
                answers=self.form.answers(),
            ),
        )

    def success_message_for(self, made: SurveyInterview) -> str:
        """Say that it is kept, and of where."""
        return f"Entretien enregistré, {made.facility.name}."

    def done_url(self, made: SurveyInterview) -> str:
        """Begin the next one, at the same facility."""
        address = reverse("survey_interview", args=[self.campaign.pk])
        return f"{address}?formation={made.facility_id}"

    def cancel_url(self) -> str:
        """Go back to the survey."""
        return reverse("survey_detail", args=[self.campaign.pk])


class InterviewsFile(FormPage):
    """Bring a file of interviews; the answer tells row by row what is wrong."""

    permission = Permission.RECORD_SURVEYS
    form_class = InterviewsFileForm
    template_name = "claims/survey_file.html"
    title = "Importer des entretiens"
    submit_label = "Importer"
    brought: Brought | None = None

    @cached_property
    def campaign(self) -> SurveyCampaign:
        """The survey of the address."""
        return selectors.campaign_by_id(self.actor, self.kwargs["campaign_id"])

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form its file."""
        return {**super().get_form_kwargs(), "files": self.request.FILES or None}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer on the same page: what is refused is told there."""
        form = self.get_form()
        if not form.is_valid():
            return self.form_invalid(form)
        try:
            self.brought = self.save(form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        empty = self.form_class(actor=self.actor)
        return self.render_to_response(self.get_context_data(form=empty))

    def save(self, data: dict[str, Any]) -> Brought:
        """Call the service."""
        sent = data["file"]
        if sent.size > MOST_BYTES:
            raise DomainError("Ce fichier dépasse 5 Mo : partagez-le.", field="file")
        return bring_interviews(actor=self.actor, campaign_id=self.campaign.pk, content=sent.read())

    def page(self) -> dict[str, Any]:
        """Return what became of the file, and the columns."""
        questions = [one.facts for one in questions_of(self.campaign.questionnaire_id)]
        context: dict[str, Any] = {
            "survey": self.campaign,
            "columns": interview_columns(questions),
            "state": self.campaign.title,
        }
        if (brought := self.brought) is not None:
            context |= {
                "faults": brought.faults[:_MOST_FAULTS],
                "state": (
                    f"Enregistrés : {brought.entered} ; déjà là : {brought.known} ; "
                    f"refusés : {brought.refused}."
                ),
            }
        return context

    def cancel_url(self) -> str:
        """Go back to the survey."""
        return reverse("survey_detail", args=[self.campaign.pk])


class InterviewsModel(ActorView):
    """The model of a file of interviews, with one example."""

    permission = Permission.RECORD_SURVEYS

    def get(self, request: HttpRequest, campaign_id: int) -> HttpResponse:
        """Answer it as a French spreadsheet opens it."""
        campaign = selectors.campaign_by_id(self.actor, campaign_id)
        questions = [one.facts for one in questions_of(campaign.questionnaire_id)]
        columns = interview_columns(questions)
        return sheet_response(
            [column.heading for column in columns],
            [[column.example for column in columns]],
            f"entretiens-{campaign.pk}",
        )
