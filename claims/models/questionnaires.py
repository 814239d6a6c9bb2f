"""Questionnaires as data: checklists of visits, satisfaction of members, quality of facilities.

CONAMUS's are the network's; a federation may have its own. What was published is never changed: a
change is a new version, and answers stay with the version that asked.
"""

from django.db import models
from django.db.models import Q

from claims.rules.questionnaires import (
    MOST_WEIGHT,
    QuestionFacts,
    QuestionnaireKind,
    QuestionType,
)
from federations.models import TenantOwned


class Questionnaire(TenantOwned):
    """A version of a questionnaire; the latest begun one of its kind is in force."""

    kind = models.CharField(
        "genre", max_length=12, choices=[(one.value, one.label) for one in QuestionnaireKind]
    )
    version = models.PositiveSmallIntegerField("version")
    title = models.CharField("titre", max_length=120)
    in_force_from = models.DateField("en vigueur dès le")
    published_by = models.CharField("publié par", max_length=150)
    published_at = models.DateTimeField("publié le", auto_now_add=True)

    class Meta:
        verbose_name = "questionnaire"
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "kind", "version"], name="questionnaire_version_once"
            ),
            models.UniqueConstraint(fields=["tenant", "id"], name="questionnaire_tenant_id"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"


class Question(TenantOwned):
    """A question of a version; ``choices``: pairs of a word and its points (null: none)."""

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.PROTECT, related_name="questions", db_constraint=False
    )
    position = models.PositiveSmallIntegerField("n°")
    section = models.CharField("section", max_length=80, blank=True, default="")
    text = models.CharField("question", max_length=300)
    type = models.CharField(
        "type", max_length=8, choices=[(one.value, one.label) for one in QuestionType]
    )
    choices = models.JSONField("choix", default=list)
    weight = models.PositiveSmallIntegerField("poids", default=1)
    is_required = models.BooleanField("obligatoire", default=False)

    class Meta:
        verbose_name = "question"
        ordering = ["questionnaire", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "position"], name="question_place_once"
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=MOST_WEIGHT), name="question_weight"
            ),
        ]

    @property
    def facts(self) -> QuestionFacts:
        """The question as the rules take it."""
        return QuestionFacts(
            position=self.position,
            section=self.section,
            text=self.text,
            type=QuestionType(self.type),
            choices=tuple((word, points) for word, points in self.choices),
            weight=self.weight,
            is_required=self.is_required,
        )
