"""Complaints of members: what was said, and what was answered, each written once.

A complaint is no medical paper: it says what went wrong, never the illness.
"""

from django.db import models
from django.db.models import F, Q

from federations.models import HealthFacility, TenantOwned, Unit
from membership.models import Household


class Complaint(TenantOwned):
    """What a member complains of, at which unit it was heard, by when it is to be answered."""

    class Channel(models.TextChoices):
        VISIT = "visit", "au guichet"
        PHONE = "phone", "téléphone"
        LETTER = "letter", "lettre ou formulaire"
        MEETING = "meeting", "réunion de membres"
        OTHER = "other", "autre"

    class Subject(models.TextChoices):
        CARE_REFUSED = "care_refused", "soins refusés"
        OVERCHARGED = "overcharged", "montant demandé trop élevé"
        WELCOME = "welcome", "accueil et attente"
        MEDICINES = "medicines", "médicaments manquants"
        DECISION = "decision", "décision sur une attestation"
        RIGHTS = "rights", "droits ou carte"
        CONTRIBUTION = "contribution", "cotisation ou reçu"
        STAFF = "staff", "comportement d’un agent"
        OTHER = "other", "autre"

    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name="reçue par",
    )
    household = models.ForeignKey(
        Household,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        verbose_name="ménage",
    )
    facility = models.ForeignKey(
        HealthFacility,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="formation sanitaire",
    )
    complainant = models.CharField("plaignant", max_length=150)
    phone = models.CharField("téléphone", max_length=20, blank=True, default="")
    channel = models.CharField("par", max_length=10, choices=Channel)
    subject = models.CharField("objet", max_length=14, choices=Subject)
    told = models.TextField("ce qui est dit", max_length=2000)
    received_on = models.DateField("reçue le")
    due_on = models.DateField("réponse due le")
    #: The complaint whose answer did not satisfy.
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        db_constraint=False,
        verbose_name="revient sur",
    )
    recorded_by = models.CharField("inscrite par", max_length=150)
    recorded_by_user_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField("inscrite le", auto_now_add=True)
    #: Written by error: told apart, counted in no delay. All three, or none.
    cancelled_on = models.DateField("annulée le", null=True, blank=True)
    cancelled_by = models.CharField("annulée par", max_length=150, blank=True, default="")
    cancelled_because = models.CharField("parce que", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "réclamation"
        ordering = ["-received_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="complaint_tenant_id"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("received_on")), name="complaint_due_after_received"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on__isnull=True, cancelled_by="", cancelled_because="")
                | (Q(cancelled_on__isnull=False) & ~Q(cancelled_by="") & ~Q(cancelled_because="")),
                name="complaint_cancelled_by_one_because",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "-received_on"], name="complaint_of_day")]


class ComplaintAnswer(TenantOwned):
    """The answer given to a complaint: one, never changed."""

    class Outcome(models.TextChoices):
        FOUNDED = "founded", "fondée"
        PARTLY = "partly", "fondée en partie"
        UNFOUNDED = "unfounded", "non fondée"
        ELSEWHERE = "elsewhere", "transmise à qui de droit"

    complaint = models.OneToOneField(
        Complaint,
        on_delete=models.PROTECT,
        related_name="answer",
        db_constraint=False,
        verbose_name="réclamation",
    )
    outcome = models.CharField("conclusion", max_length=10, choices=Outcome)
    text = models.TextField("réponse", max_length=2000)
    answered_on = models.DateField("répondue le")
    answered_by = models.CharField("répondue par", max_length=150)
    recorded_at = models.DateTimeField("inscrite le", auto_now_add=True)

    class Meta:
        verbose_name = "réponse à une réclamation"
        verbose_name_plural = "réponses aux réclamations"
