"""Columns of the lists of visits, surveys, interviews and questionnaires."""

from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_tables2.utils import A

from claims.models import PublishedScore, Questionnaire, SurveyCampaign, SurveyInterview, Visit
from conamus.pages.columns import CodeColumn, DayColumn, FrancsColumn, NumberColumn
from membership.rules.sentences import percent


class VisitTable(tables.Table):
    """Visits, what they verified and what came of it."""

    starts_on = DayColumn("Le", linkify=("visit_detail", {"visit_id": A("pk")}))
    facility = tables.Column(
        "Formation sanitaire", accessor="facility__name", order_by=("facility__sort_key",)
    )
    tenant = tables.Column("Conduite par", accessor="tenant__short_name", orderable=False)
    purpose = tables.Column("Objet")
    state = tables.Column("État")
    verified = NumberColumn("Vérifiées")
    wrong = NumberColumn("Non conformes")
    proposed_francs = FrancsColumn("À récupérer", default="n.d.")
    recovered_francs = FrancsColumn("Retiré", default="—")
    answer_due_on = DayColumn("Réponse due", default="—")

    class Meta:
        model = Visit
        fields = (
            "starts_on", "facility", "tenant", "purpose", "state", "verified", "wrong",
            "proposed_francs", "recovered_francs", "answer_due_on",
        )  # fmt: skip


class QuestionnaireTable(tables.Table):
    """Versions of questionnaires."""

    title = tables.Column("Titre", linkify=("questionnaire_detail", {"questionnaire_id": A("pk")}))
    kind = tables.Column("Genre")
    version = NumberColumn("Version")
    asked = NumberColumn("Questions")
    in_force_from = DayColumn("En vigueur dès le")
    tenant = tables.Column("De", accessor="tenant__short_name", orderable=False)

    class Meta:
        model = Questionnaire
        fields = ("title", "kind", "version", "asked", "in_force_from", "tenant")


class SurveyTable(tables.Table):
    """Surveys, and the federation's own interviews so far."""

    title = tables.Column("Enquête", linkify=("survey_detail", {"campaign_id": A("pk")}))
    kind = tables.Column("Genre")
    year = tables.Column("Année")
    tenant = tables.Column("De", accessor="tenant__short_name", orderable=False)
    starts_on = DayColumn("Du")
    ends_on = DayColumn("Au")
    asked = NumberColumn("Formations")
    taken = NumberColumn("Nos entretiens")

    class Meta:
        model = SurveyCampaign
        fields = ("title", "kind", "year", "tenant", "starts_on", "ends_on", "asked", "taken")

    def render_year(self, value: int) -> str:
        """A year is not a quantity."""
        return str(value)


class ScoreTable(tables.Table):
    """Published scores, each with its source; corrected by who wrote it."""

    year = tables.Column("Année")
    kind = tables.Column("Genre")
    percent = NumberColumn("Score (%)")
    facilities = NumberColumn("Formations", default="n.d.")
    source = tables.Column("Source")
    tenant = tables.Column("De", accessor="tenant__short_name", orderable=False)
    recorded_by = tables.Column("Inscrit par")
    because = tables.Column("Corrigé parce que", default="")
    correct = tables.Column("", empty_values=(), orderable=False, exclude_from_export=True)

    class Meta:
        model = PublishedScore
        fields = (
            "year", "kind", "percent", "facilities", "source", "tenant", "recorded_by", "because",
        )  # fmt: skip

    def __init__(self, *args: Any, corrected_by: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.corrected_by = corrected_by

    render_year = SurveyTable.render_year

    def render_percent(self, value: Decimal) -> str:
        """With the decimal that was published."""
        return percent(value)

    def render_correct(self, record: PublishedScore) -> str | SafeString:
        """Offer it to whose score it is."""
        if record.tenant_id != self.corrected_by:
            return ""
        return format_html(
            '<a href="{}">Corriger</a>', reverse("survey_score_correct", args=[record.pk])
        )


class InterviewTable(tables.Table):
    """Interviews, of nobody by name; who answered what stands on each one's page alone."""

    taken_on = CodeColumn(
        "Le",
        linkify=(
            "survey_answers",
            {"campaign_id": A("campaign_id"), "interview_id": A("pk")},
        ),
    )
    facility = tables.Column(
        "Formation sanitaire", accessor="facility__name", order_by=("facility__sort_key",)
    )
    entered_by = tables.Column("Saisi par")

    class Meta:
        model = SurveyInterview
        fields = ("taken_on", "facility", "entered_by")

    def render_taken_on(self, value: Any) -> str:
        """A day, 31/12/2025."""
        return f"{value:%d/%m/%Y}"

    def value_taken_on(self, value: Any) -> str:
        """The same in the export."""
        return str(value.isoformat())
