"""Addresses of questionnaires and surveys."""

from django.urls import URLPattern, path

from claims.views import interviews
from claims.views import published_scores as scores
from claims.views import questionnaires as asked
from claims.views import surveys as views

_QUESTIONNAIRE = "questionnaires/<int:questionnaire_id>/"
_SURVEY = "enquetes/<int:campaign_id>/"
_INTERVIEWS = _SURVEY + "entretiens/"

urlpatterns: list[URLPattern] = [
    path("questionnaires/", asked.QuestionnaireList.as_view(), name="questionnaires"),
    path("questionnaires/publier/", asked.QuestionnaireAdd.as_view(), name="questionnaire_add"),
    path(_QUESTIONNAIRE, asked.QuestionnaireDetail.as_view(), name="questionnaire_detail"),
    path(
        _QUESTIONNAIRE + "questions.csv",
        asked.QuestionnaireFile.as_view(),
        name="questionnaire_file",
    ),
    path("enquetes/", views.SurveyList.as_view(), name="surveys"),
    path("enquetes/lancer/", views.SurveyAdd.as_view(), name="survey_add"),
    path("enquetes/scores/", scores.ScoreList.as_view(), name="survey_scores"),
    path("enquetes/scores/inscrire/", scores.ScoreAdd.as_view(), name="survey_score_add"),
    path(
        "enquetes/scores/<int:pk>/corriger/",
        scores.ScoreCorrect.as_view(),
        name="survey_score_correct",
    ),
    path(_SURVEY, views.SurveyDetail.as_view(), name="survey_detail"),
    path(_INTERVIEWS, interviews.InterviewList.as_view(), name="survey_interviews"),
    path(_INTERVIEWS + "saisir/", interviews.InterviewAdd.as_view(), name="survey_interview"),
    path(_INTERVIEWS + "fichier/", interviews.InterviewsFile.as_view(), name="survey_file"),
    path(_INTERVIEWS + "modele.csv", interviews.InterviewsModel.as_view(), name="survey_model"),
    path(
        _INTERVIEWS + "<int:interview_id>/",
        interviews.InterviewAnswers.as_view(),
        name="survey_answers",
    ),
    path(
        _INTERVIEWS + "<int:interview_id>/corriger/",
        interviews.InterviewCorrect.as_view(),
        name="survey_correct",
    ),
]
