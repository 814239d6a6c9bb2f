"""Surveys: campaigns over facilities, anonymous interviews, their answers; published scores.

A campaign is a federation's, or the network's (CONAMUS); interviews belong to who enters them.
Nobody who answers is named: a sex, a band of age, nothing else.
"""

from django.db import models
from django.db.models import F, Q

from claims.models.questionnaires import Question, Questionnaire
from claims.rules.questionnaires import QuestionnaireKind
from claims.rules.surveys import AgeBand
from federations.models import HealthFacility, TenantOwned


class SurveyCampaign(TenantOwned):
    """A survey of a year: which questionnaire, when, how many interviews a facility."""

    title = models.CharField("titre", max_length=120)
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(
        "genre", max_length=12, choices=[(one.value, one.label) for one in QuestionnaireKind]
    )
    year = models.PositiveSmallIntegerField("année")
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    wanted = models.PositiveSmallIntegerField("entretiens par formation sanitaire")
    #: How the facilities were chosen, where they were drawn.
    seed = models.CharField("graine", max_length=32, blank=True, default="")
    planned_by = models.CharField("lancée par", max_length=150)
    planned_at = models.DateTimeField("lancée le", auto_now_add=True)

    class Meta:
        verbose_name = "enquête"
        ordering = ["-year", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="survey_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "year", "title"],
                name="survey_title_once",
                violation_error_message="Une enquête de cette année porte déjà ce titre.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="survey_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_anonymous(self) -> bool:
        """Whether members answer, and not a grid that is filled in of a facility."""
        return self.kind == QuestionnaireKind.SATISFACTION.value


class SurveyFacility(TenantOwned):
    """A facility of a campaign."""

    campaign = models.ForeignKey(
        SurveyCampaign, on_delete=models.PROTECT, related_name="facilities", db_constraint=False
    )
    facility = models.ForeignKey(HealthFacility, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "formation sanitaire enquêtée"
        verbose_name_plural = "formations sanitaires enquêtées"
        constraints = [
            models.UniqueConstraint(fields=["campaign", "facility"], name="survey_facility_once")
        ]


class SurveyInterview(TenantOwned):
    """One interview, or one grid of quality: where, when, of whom in a band; never a name."""

    class Sex(models.TextChoices):
        FEMALE = "F", "femme"
        MALE = "M", "homme"

    campaign = models.ForeignKey(
        SurveyCampaign, on_delete=models.PROTECT, related_name="interviews", verbose_name="enquête"
    )
    facility = models.ForeignKey(
        HealthFacility,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="formation sanitaire",
    )
    taken_on = models.DateField("le")
    sex = models.CharField("sexe", max_length=1, choices=Sex, blank=True, default="")
    age_band = models.CharField(
        "âge",
        max_length=8,
        choices=[(one.value, one.label) for one in AgeBand],
        blank=True,
        default="",
    )
    #: The page's or the file row's own key: sent twice, it is one interview.
    reference = models.CharField("référence", max_length=80)
    entered_by = models.CharField("saisi par", max_length=150)
    entered_by_user_id = models.BigIntegerField(null=True, blank=True)
    entered_on = models.DateField("saisi le jour", null=True, blank=True)
    entered_at = models.DateTimeField("saisi le", auto_now_add=True)
    #: The one that this corrects, which counts no more.
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        db_constraint=False,
        verbose_name="corrige",
    )

    class Meta:
        verbose_name = "entretien"
        ordering = ["-taken_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="interview_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "campaign", "reference"], name="interview_once"
            ),
        ]
        indexes = [models.Index(fields=["campaign", "facility"], name="interview_of_facility")]


class SurveyAnswer(TenantOwned):
    """An answer of an interview; ``points`` 0 to 100, null: it is not scored."""

    interview = models.ForeignKey(
        SurveyInterview, on_delete=models.PROTECT, related_name="answers", db_constraint=False
    )
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    value = models.CharField("réponse", max_length=500)
    points = models.PositiveSmallIntegerField("points", null=True, blank=True)

    class Meta:
        verbose_name = "réponse d’enquête"
        verbose_name_plural = "réponses d’enquête"
        ordering = ["interview", "question__position"]
        constraints = [
            models.UniqueConstraint(fields=["interview", "question"], name="survey_answer_once"),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__lte=100), name="survey_answer_points"
            ),
        ]


class InterviewReading(TenantOwned):
    """That who leads a survey of members read one interview by itself: who, when, as what."""

    interview = models.ForeignKey(
        SurveyInterview, on_delete=models.PROTECT, related_name="readings", db_constraint=False
    )
    read_by = models.CharField("lu par", max_length=150)
    read_by_user_id = models.BigIntegerField(null=True, blank=True)
    read_as = models.CharField("en tant que", max_length=24)
    read_at = models.DateTimeField("lu le", auto_now_add=True)

    class Meta:
        verbose_name = "lecture d’un entretien"
        verbose_name_plural = "lectures d’entretiens"
        ordering = ["-read_at", "-id"]


class PublishedScore(TenantOwned):
    """A score that was published of a year, with its source.

    A correction is a new version with its reason: the highest is in use, no row is ever changed.
    """

    kind = models.CharField(
        "genre", max_length=12, choices=[(one.value, one.label) for one in QuestionnaireKind]
    )
    year = models.PositiveSmallIntegerField("année")
    percent = models.DecimalField("score (%)", max_digits=4, decimal_places=1)
    facilities = models.PositiveSmallIntegerField("formations sanitaires", null=True, blank=True)
    source = models.CharField("source", max_length=300)
    version = models.PositiveSmallIntegerField("version", default=1, db_default=1)
    because = models.CharField(
        "raison de la correction", max_length=300, blank=True, default="", db_default=""
    )
    recorded_by = models.CharField("inscrit par", max_length=150)
    recorded_at = models.DateTimeField("inscrit le", auto_now_add=True)

    class Meta:
        verbose_name = "score publié"
        verbose_name_plural = "scores publiés"
        ordering = ["-year", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "kind", "year", "version"],
                name="published_score_once",
                violation_error_message="Le score de cette année est déjà inscrit.",
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="published_score_percent"
            ),
        ]
