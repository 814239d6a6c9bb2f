"""Pages of questionnaires: the versions, one of them, a new one by file, the file of a version."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from claims.filters.surveys import QuestionnaireFilter
from claims.forms.surveys import QuestionnaireForm
from claims.models import Questionnaire
from claims.rules.survey_file import QUESTION_COLUMNS, question_row
from claims.selectors import questionnaires as selectors
from claims.services.survey_files import read_questionnaire
from claims.services.surveys import publish_questionnaire
from claims.tables.visits import QuestionnaireTable
from conamus.kernel.figures import format_date
from conamus.pages.exports import CONTENT_TYPES, write_rows
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage, ActorView
from federations.rules.roles import Permission


class QuestionnaireList(ListPage):
    """The versions of every kind, the latest first."""

    permission = Permission.SEE_SURVEYS
    title = "Questionnaires"
    table_class = QuestionnaireTable
    filter_class = QuestionnaireFilter
    empty_text = "Aucun questionnaire. Une version se publie depuis un fichier."
    add_url_name = "questionnaire_add"
    add_label = "Publier une version"
    add_permission = Permission.MANAGE_SURVEYS

    def rows(self) -> QuerySet[Questionnaire]:
        """Return the federation's versions and CONAMUS's."""
        return selectors.listed_questionnaires(self.actor)


class QuestionnaireDetail(ActorPage):
    """One version, question by question."""

    permission = Permission.SEE_SURVEYS
    template_name = "claims/questionnaire_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the version and its questions."""
        row = selectors.questionnaire_by_id(self.actor, self.kwargs["questionnaire_id"])
        questions = selectors.questions_of(row.pk)
        return {
            "title": str(row),
            "questionnaire": row,
            "facts": [
                ("Genre", row.get_kind_display()),
                ("De", row.tenant.name),
                ("En vigueur dès le", format_date(row.in_force_from)),
                ("Publié par", row.published_by),
            ],
            "questions": [(one, question_row(one.facts)["choices"]) for one in questions],
        }


class QuestionnaireAdd(FormPage):
    """Publish a version."""

    permission = Permission.MANAGE_SURVEYS
    form_class = QuestionnaireForm
    title = "Publier un questionnaire"
    submit_label = "Publier"
    success_message = "La version est publiée."
    intro = (
        "Une version publiée ne se change plus : les réponses restent avec les questions qui les "
        "ont demandées. Téléchargez la version en vigueur, modifiez-la, envoyez-la ici."
    )

    def save(self, data: dict[str, Any]) -> Questionnaire:
        """Call the service."""
        return publish_questionnaire(
            actor=self.actor,
            kind=data["kind"],
            title=data["title"],
            in_force_from=data["in_force_from"],
            questions=read_questionnaire(data["file"].read()),
            key=data["submission_key"],
        )

    def done_url(self, made: Questionnaire) -> str:
        """Show the version."""
        return reverse("questionnaire_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("questionnaires")


class QuestionnaireFile(ActorView):
    """A version as the file that would bring it."""

    permission = Permission.SEE_SURVEYS

    def get(self, request: HttpRequest, questionnaire_id: int) -> HttpResponse:
        """Answer it as a French spreadsheet opens it."""
        row = selectors.questionnaire_by_id(self.actor, questionnaire_id)
        rows = [question_row(one.facts) for one in selectors.questions_of(row.pk)]
        return sheet_response(
            [column.heading for column in QUESTION_COLUMNS],
            [[one[column.name] for column in QUESTION_COLUMNS] for one in rows],
            f"questionnaire-{row.kind}-{row.version}",
        )


def sheet_response(headings: list[object], rows: Iterable[list[object]], name: str) -> HttpResponse:
    """Answer rows as a French spreadsheet opens them."""
    buffer = BytesIO()
    write_rows([headings, *rows], buffer, kind="csv")
    response = HttpResponse(buffer.getvalue(), content_type=CONTENT_TYPES["csv"])
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
