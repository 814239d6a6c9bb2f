"""Pages of a survey's interviews: list, one by itself, entered on a phone, corrected, by file."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from claims.filters.visits import InterviewFilter
from claims.forms.surveys import InterviewForm, InterviewsFileForm
from claims.models import SurveyInterview
from claims.rules.questionnaires import QuestionnaireKind
from claims.rules.survey_file import interview_columns
from claims.selectors import surveys as selectors
from claims.selectors.questionnaires import questions_of
from claims.services.interviews import correct_interview, read_interview
from claims.services.survey_files import Brought, bring_interviews
from claims.services.surveys import NewInterview, record_interview
from claims.tables.visits import InterviewTable
from claims.views.questionnaires import sheet_response
from claims.views.surveys import OfSurvey
from conamus import clock
from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_date, format_integer
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorView
from federations.rules.roles import Permission
from membership.rules.sentences import counted

_MOST_FAULTS = 200


class InterviewList(OfSurvey, ListPage):
    """The interviews behind the scores, for who reads them one by one; else one's own of today."""

    permission = Permission.SEE_SURVEYS
    title = "Entretiens"
    table_class = InterviewTable
    filter_class = InterviewFilter
    empty_text = (
        "Aucun entretien à lire ici. Dans une enquête de satisfaction, chacun relit et corrige les "
        "siens le jour même ; pour le reste, voyez les sommes."
    )

    def rows(self) -> QuerySet[SurveyInterview]:
        """Return those that the actor may read one by one."""
        return selectors.readable_interviews(self.actor, self.campaign, clock.today())

    def state(self, count: int) -> str:
        """Count them, and say whose they are."""
        if selectors.reads_one_by_one(self.actor, self.campaign):
            kept = " ; chaque lecture est gardée" if self.campaign.is_anonymous else ""
            return f"{counted(count, 'entretien')} de votre fédération{kept}."
        return f"Vos entretiens d’aujourd’hui : {format_integer(count)} ; à corriger ce jour même."


class InterviewAnswers(OfSurvey):
    """One interview, answer by answer; of an anonymous survey, the reading is kept."""

    permission = Permission.SEE_SURVEYS
    template_name = "claims/survey_answers.html"

    def page(self) -> dict[str, Any]:
        """Return the interview and its answers."""
        interview = read_interview(
            actor=self.actor, campaign=self.campaign, interview_id=self.kwargs["interview_id"]
        )
        own = selectors.correctable_interviews(self.actor, self.campaign, clock.today())
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
            "correct_id": interview.pk if own.filter(pk=interview.pk).exists() else None,
        }


class InterviewAdd(OfSurvey, FormPage):
    """One interview, on a phone: sent, the next one begins."""

    permission = Permission.RECORD_SURVEYS
    form_class = InterviewForm
    template_name = "claims/questions_form.html"
    title = "Entretien"
    submit_label = "Enregistrer et passer au suivant"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form its questions and facilities."""
        facilities = selectors.facilities_of(self.campaign).values_list("pk", "name", "code")
        return {
            **super().get_form_kwargs(),
            "questions": [one.facts for one in questions_of(self.campaign.questionnaire_id)],
            "facilities": [(pk, f"{name} ({code})") for pk, name, code in facilities],
            "is_grid": self.campaign.kind == QuestionnaireKind.QUALITY,
        }

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

    def interview(self, data: dict[str, Any]) -> NewInterview:
        """Return what was typed, once valid."""
        return NewInterview(
            campaign_id=self.campaign.pk,
            facility_id=data["facility"],
            taken_on=data["taken_on"],
            reference=data["submission_key"],
            sex=data.get("sex", ""),
            age_band=data.get("age_band", ""),
            answers=self.form.answers(),
        )

    def save(self, data: dict[str, Any]) -> SurveyInterview:
        """Call the service."""
        return record_interview(actor=self.actor, interview=self.interview(data))

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


class InterviewCorrect(InterviewAdd):
    """One's own interview of today, put right."""

    permission = Permission.RECORD_SURVEYS
    title = "Corriger l’entretien"
    submit_label = "Corriger"

    @cached_property
    def corrected(self) -> SurveyInterview:
        """The interview of the address."""
        own = selectors.correctable_interviews(self.actor, self.campaign, clock.today())
        found = own.filter(pk=self.kwargs["interview_id"]).first()
        if found is None:
            raise NotFound("Un entretien se corrige le jour de sa saisie, par qui l’a saisi.")
        return found

    def get_initial(self) -> dict[str, Any]:
        """Begin from what was entered; a page sent twice is found again by the service."""
        if self.request.method == "POST":
            return super().get_initial()
        row = self.corrected
        told = {f"q{one.question.position}": one.value for one in selectors.answers_of(row)}
        names = ("taken_on", "sex", "age_band")
        known = {name: getattr(row, name) for name in names}
        return {"facility": row.facility_id, **known, **told}

    def save(self, data: dict[str, Any]) -> SurveyInterview:
        """Call the service."""
        return correct_interview(
            actor=self.actor,
            interview_id=self.kwargs["interview_id"],
            interview=self.interview(data),
        )

    def success_message_for(self, made: SurveyInterview) -> str:
        """Say that it counts as corrected."""
        return f"Entretien corrigé, {made.facility.name}."

    def done_url(self, made: SurveyInterview) -> str:
        """Go back to the list."""
        return reverse("survey_interviews", args=[self.campaign.pk])


class InterviewsFile(OfSurvey, FormPage):
    """Bring a file of interviews; the answer tells row by row what is wrong."""

    permission = Permission.RECORD_SURVEYS
    form_class = InterviewsFileForm
    template_name = "claims/survey_file.html"
    title = "Importer des entretiens"
    submit_label = "Importer"
    brought: Brought | None = None

    def done(self, made: Brought) -> HttpResponse:
        """Answer on the same page: which rows are refused is told there."""
        self.brought = made
        return self.show_emptied()

    def save(self, data: dict[str, Any]) -> Brought:
        """Call the service."""
        content = data["file"].read()
        return bring_interviews(actor=self.actor, campaign_id=self.campaign.pk, content=content)

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
