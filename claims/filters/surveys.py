"""Filters of the lists of questionnaires and surveys."""

import django_filters

from claims.models import PublishedScore, Questionnaire, SurveyCampaign
from claims.rules.questionnaires import QuestionnaireKind

_KINDS = [(one.value, one.label) for one in QuestionnaireKind]


class QuestionnaireFilter(django_filters.FilterSet):
    """By kind."""

    kind = django_filters.ChoiceFilter(label="Genre", choices=_KINDS, empty_label="tous")

    class Meta:
        model = Questionnaire
        fields = ("kind",)


class ScoreFilter(django_filters.FilterSet):
    """By kind."""

    kind = django_filters.ChoiceFilter(label="Genre", choices=_KINDS, empty_label="tous")

    class Meta:
        model = PublishedScore
        fields = ("kind",)


class SurveyFilter(django_filters.FilterSet):
    """By kind and year."""

    kind = django_filters.ChoiceFilter(label="Genre", choices=_KINDS, empty_label="tous")
    year = django_filters.NumberFilter(label="Année")

    class Meta:
        model = SurveyCampaign
        fields = ("kind", "year")
