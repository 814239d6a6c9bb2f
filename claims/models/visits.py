"""Visits to facilities: plan, sample of attestations, checklist, findings, report and answer.

A visit belongs to the federation that leads it, or to CONAMUS where a medical adviser does. The
facility meets it once its report is sent. What is found of an attestation is a row of that claim:
its parties hold it, and it is met only by whoever meets the visit too.
"""

from django.db import models
from django.db.models import F, Q

from claims.models.claims import CareOwned
from claims.models.questionnaires import Question, Questionnaire
from claims.rules.visit_sampling import SampleMethod
from claims.rules.visits import FoundLine, Verdict, VisitState
from conamus import clock
from federations.models import HealthFacility, TenantOwned


class OfFacility(TenantOwned):
    """A row between who leads a visit and the facility."""

    facility = models.ForeignKey(
        HealthFacility,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="formation sanitaire",
    )

    class Meta:
        abstract = True


class Visit(OfFacility):
    """A visit from plan to end; days and the period looked at include their last day."""

    class Purpose(models.TextChoices):
        ROUTINE = "routine", "suivi régulier"
        VERIFICATION = "verification", "contre-vérification d’attestations"
        SIGNAL = "signal", "signal de fraude"
        COMPLAINT = "complaint", "réclamation"
        QUALITY = "quality", "qualité des soins"

    purpose = models.CharField("objet", max_length=12, choices=Purpose)
    purpose_note = models.CharField("précision", max_length=300, blank=True, default="")
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    period_from = models.DateField("soins du")
    period_to = models.DateField("soins au")
    #: One member a line: name and function.
    team = models.TextField("équipe", max_length=1000)
    questionnaire = models.ForeignKey(
        Questionnaire,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="grille",
    )
    state = models.CharField(
        "état",
        max_length=10,
        choices=[(one.value, one.label) for one in VisitState],
        default=VisitState.PLANNED.value,
    )
    #: How the sample was drawn; empty until it is, and written once.
    sample_method = models.CharField(
        "tirage",
        max_length=10,
        blank=True,
        default="",
        choices=[(one.value, one.label) for one in SampleMethod],
    )
    sample_seed = models.CharField("graine", max_length=32, blank=True, default="")
    sample_plan = models.JSONField("taille", default=dict)
    #: Each stratum: count, francs, drawn.
    strata = models.JSONField("strates", default=list)
    met = models.CharField("reçus par", max_length=200, blank=True, default="")
    conclusion = models.TextField("conclusion", max_length=3000, blank=True, default="")
    advice = models.TextField("recommandations", max_length=3000, blank=True, default="")
    sent_on = models.DateField("rapport envoyé le", null=True, blank=True)
    answer_due_on = models.DateField("réponse attendue jusqu’au", null=True, blank=True)
    ended_because = models.CharField("fin", max_length=300, blank=True, default="")
    planned_by = models.CharField("prévue par", max_length=150)
    planned_by_user_id = models.BigIntegerField(null=True, blank=True)
    #: These moments are on the business date, as the days of a visit are (`conamus.clock`).
    planned_at = models.DateTimeField("prévue le", default=clock.moment, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    class Meta:
        verbose_name = "visite"
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["facility", "id"], name="visit_facility_id"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on"), period_to__gte=F("period_from")),
                name="visit_days_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "answered", "closed"])
                | Q(sent_on__isnull=False, answer_due_on__isnull=False),
                name="visit_sent_has_days",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "-starts_on"], name="visit_of_tenant"),
            models.Index(fields=["facility", "-starts_on"], name="visit_of_facility"),
        ]


class VisitClaim(CareOwned):
    """An attestation that a visit verifies: how it was drawn, what was found, what it came to."""

    visit = models.ForeignKey(
        Visit, on_delete=models.PROTECT, related_name="claims", db_constraint=False
    )
    claim_id = models.BigIntegerField()
    stub_number = models.CharField("souche", max_length=24)
    care_on = models.DateField("date des soins")
    rank = models.PositiveSmallIntegerField("rang")
    stratum = models.PositiveSmallIntegerField("strate")
    #: The mutuelle's part when it was drawn.
    mutuelle_francs = models.BigIntegerField("part mutuelle (FBu)")
    verdict = models.CharField(
        "constat",
        max_length=14,
        blank=True,
        default="",
        choices=[(one.value, one.label) for one in Verdict],
    )
    #: Lines that the finding names: pairs of position and francs (null: all of it).
    found_lines = models.JSONField("lignes", default=list)
    note = models.CharField("remarque", max_length=300, blank=True, default="")
    found_by_user_id = models.BigIntegerField(null=True, blank=True)
    found_by = models.CharField("constaté par", max_length=150, blank=True, default="")
    #: What the finding takes off the mutuelle's part, proposed until it is decided.
    proposed_francs = models.BigIntegerField("à récupérer (FBu)", default=0)
    recovered_francs = models.BigIntegerField("retiré par décision (FBu)", null=True, blank=True)
    waived_because = models.CharField("abandonné parce que", max_length=300, blank=True, default="")
    settled_by = models.CharField("réglé par", max_length=150, blank=True, default="")
    settled_on = models.DateField("réglé le", null=True, blank=True)

    class Meta:
        verbose_name = "attestation vérifiée"
        verbose_name_plural = "attestations vérifiées"
        ordering = ["visit", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "claim_id"], name="visit_claim_once"),
            models.CheckConstraint(
                condition=Q(proposed_francs__gte=0), name="visit_claim_takes_nothing_back"
            ),
            models.CheckConstraint(
                condition=Q(recovered_francs__isnull=True) | Q(waived_because=""),
                name="visit_claim_settled_one_way",
            ),
        ]

    @property
    def named_lines(self) -> tuple[FoundLine, ...]:
        """The lines that the finding names."""
        return tuple(FoundLine(*line) for line in self.found_lines)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to decide: recovered, given up, or nothing was found."""
        return (
            not self.proposed_francs
            or self.recovered_francs is not None
            or bool(self.waived_because)
        )


class VisitMark(OfFacility):
    """The answer to a question of a visit's checklist."""

    visit = models.ForeignKey(
        Visit, on_delete=models.PROTECT, related_name="marks", db_constraint=False
    )
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    value = models.CharField("réponse", max_length=500)
    points = models.PositiveSmallIntegerField("points", null=True, blank=True)

    class Meta:
        verbose_name = "point de grille"
        verbose_name_plural = "points de grille"
        ordering = ["visit", "question__position"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "question"], name="visit_mark_once")
        ]


class VisitReply(OfFacility):
    """What the facility answered to the report: once."""

    visit = models.OneToOneField(
        Visit, on_delete=models.PROTECT, related_name="reply", db_constraint=False
    )
    is_agreed = models.BooleanField("accepte le rapport", default=False)
    text = models.TextField("réponse", max_length=3000, blank=True, default="")
    answered_by = models.CharField("répondu par", max_length=150)
    answered_on = models.DateField("répondu le")
    recorded_at = models.DateTimeField(default=clock.moment, editable=False)
    #: Who wrote a paper answer down, and from which paper; empty: the facility answered by itself.
    recorded_by = models.CharField("inscrite par", max_length=150, blank=True, default="")
    recorded_by_user_id = models.BigIntegerField(null=True, blank=True)
    paper = models.CharField("d’après", max_length=200, blank=True, default="")

    @property
    def is_accepted_by_facility(self) -> bool:
        """Whether the facility itself, by its own sign-in, accepted the report."""
        return self.is_agreed and not self.recorded_by

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(recorded_by="") | ~Q(paper=""), name="visit_reply_names_its_paper"
            )
        ]
        verbose_name = "réponse à un rapport de visite"
        verbose_name_plural = "réponses aux rapports de visite"


class VisitStep(OfFacility):
    """A move of a visit: who, when, why. Never changed."""

    visit = models.ForeignKey(
        Visit, on_delete=models.PROTECT, related_name="steps", db_constraint=False
    )
    to_state = models.CharField("à", max_length=10)
    reason = models.CharField("motif", max_length=300, blank=True, default="")
    by_name = models.CharField("par", max_length=150)
    at = models.DateTimeField("à", default=clock.moment, editable=False)

    class Meta:
        verbose_name = "étape d’une visite"
        verbose_name_plural = "étapes d’une visite"
        ordering = ["visit", "id"]
