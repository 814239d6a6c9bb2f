"""Control: what people found in claims, what facilities answered, what the machine signalled."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from claims.models.claims import CareOwned
from federations.models import HealthFacility, TenantOwned


class Review(CareOwned):
    """One person's control of a claim, from opening it to its outcome. Never changed."""

    class Stage(models.TextChoices):
        ADMINISTRATIVE = "administrative", "contrôle administratif"
        MEDICAL = "medical", "contrôle médical"
        SECOND = "second", "second lecteur"
        HOME = "home", "fédération d’origine"
        VISIT = "visit", "visite de la formation sanitaire"

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "acceptée"
        CUT = "cut", "coupée"
        REJECTED = "rejected", "rejetée"
        ASKED = "asked", "question à la formation sanitaire"
        DEFERRED = "deferred", "remise à plus tard"
        SECOND_READER = "second_reader", "transmise au second lecteur"
        CONTESTED = "contested", "contestée"
        MAINTAINED = "maintained", "décision maintenue"

    claim_id = models.BigIntegerField()
    stage = models.CharField("étape", max_length=14, choices=Stage)
    outcome = models.CharField("issue", max_length=14, choices=Outcome)
    note = models.CharField("remarque", max_length=500, blank=True, default="")
    #: Whether the claim was drawn by the sample, and not for a signal or its amount.
    is_sampled = models.BooleanField("tirée au sort", default=False, db_default=False)
    decision_id = models.BigIntegerField(null=True, blank=True)
    #: What the mutuelle would have owed without the findings, less what it owes.
    taken_off_francs = models.BigIntegerField("retiré à la part mutuelle (FBu)", default=0)
    until = models.DateField("remise au", null=True, blank=True)
    opened_at = models.DateTimeField("ouverte à", null=True, blank=True)
    reviewed_by = models.CharField("par", max_length=150)
    reviewed_by_user_id = models.BigIntegerField(null=True, blank=True)
    reviewed_at = models.DateTimeField("à", auto_now_add=True, db_default=Now())

    class Meta:
        verbose_name = "contrôle"
        verbose_name_plural = "contrôles"
        ordering = ["claim_id", "id"]
        indexes = [
            models.Index(fields=["claim_id", "id"], name="review_of_claim"),
            models.Index(fields=["reviewed_by_user_id", "-reviewed_at"], name="review_by_person"),
        ]


class ReviewFinding(CareOwned):
    """What a review took off a line: all, down to a quantity, or francs; a reason, a note."""

    review = models.ForeignKey(
        Review, on_delete=models.PROTECT, related_name="findings", db_constraint=False
    )
    claim_id = models.BigIntegerField()
    position = models.PositiveSmallIntegerField("ligne")
    reason = models.CharField("motif", max_length=20)
    is_all = models.BooleanField("toute la ligne", default=False)
    to_quantity = models.DecimalField(
        "quantité retenue", max_digits=9, decimal_places=2, null=True, blank=True
    )
    francs = models.BigIntegerField("montant coupé (FBu)", null=True, blank=True)
    note = models.CharField("remarque", max_length=300, blank=True, default="")
    #: Written once, when a later review of the claim takes it back.
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)

    class Meta:
        verbose_name = "constat"
        ordering = ["review", "position"]
        indexes = [models.Index(fields=["claim_id"], name="finding_of_claim")]


class FacilityReply(CareOwned):
    """What a facility answered, once, to the decision on its claim, or to a question."""

    claim_id = models.BigIntegerField()
    decision_number = models.PositiveSmallIntegerField("à la décision n°")
    is_agreed = models.BooleanField("accepte la décision", default=False)
    text = models.TextField("réponse", max_length=2000, blank=True, default="")
    answered_by = models.CharField("répondu par", max_length=150)
    answered_on = models.DateField("répondu le")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "réponse de la formation sanitaire"
        verbose_name_plural = "réponses des formations sanitaires"
        constraints = [
            models.UniqueConstraint(
                fields=["claim_id", "decision_number"],
                name="reply_once",
                violation_error_message="La formation sanitaire a déjà répondu à cette décision.",
            )
        ]


class ClaimSignal(CareOwned):
    """What a rule found unusual in a claim; it rejects nothing by itself."""

    class State(models.TextChoices):
        OPEN = "open", "à examiner"
        CONFIRMED = "confirmed", "confirmé"
        DISMISSED = "dismissed", "écarté"

    claim_id = models.BigIntegerField()
    rule = models.CharField("règle", max_length=30)
    #: The share of the rule's signals that was confirmed so far, in percent.
    weight = models.PositiveSmallIntegerField("poids (%)")
    facts = models.JSONField("détails", default=dict)
    #: The decision that it was learnt after; none: raised as the claim was checked.
    after_decision_id = models.BigIntegerField("après la décision", null=True, blank=True)
    state = models.CharField("état", max_length=10, choices=State, default=State.OPEN)
    raised_at = models.DateTimeField("levé le", auto_now_add=True, db_default=Now())
    settled_by = models.CharField(
        "traité par", max_length=150, blank=True, default="", db_default=""
    )
    settled_at = models.DateTimeField("traité le", null=True, blank=True)
    settled_because = models.CharField(
        "parce que", max_length=300, blank=True, default="", db_default=""
    )

    class Meta:
        verbose_name = "signal"
        verbose_name_plural = "signaux"
        constraints = [
            models.UniqueConstraint(fields=["claim_id", "rule"], name="signal_once_a_rule")
        ]
        indexes = [
            models.Index(fields=["processing", "rule", "state"], name="signal_by_rule"),
        ]


class FacilitySignal(TenantOwned):
    """What a rule found unusual in a facility's month against its peers."""

    facility = models.ForeignKey(HealthFacility, on_delete=models.PROTECT, related_name="+")
    month = models.DateField("mois")
    rule = models.CharField("règle", max_length=30)
    facts = models.JSONField("détails", default=dict)
    state = models.CharField(
        "état", max_length=10, choices=ClaimSignal.State, default=ClaimSignal.State.OPEN
    )
    raised_at = models.DateTimeField("levé le", auto_now_add=True, db_default=Now())
    settled_by = models.CharField(
        "traité par", max_length=150, blank=True, default="", db_default=""
    )
    settled_at = models.DateTimeField("traité le", null=True, blank=True)
    settled_because = models.CharField(
        "parce que", max_length=300, blank=True, default="", db_default=""
    )

    class Meta:
        verbose_name = "signal d’une formation sanitaire"
        verbose_name_plural = "signaux des formations sanitaires"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "facility", "month", "rule"], name="facility_signal_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="facility_signal_month"),
        ]


class RegisterLook(TenantOwned):
    """How far a federation's register was read, for what it has changed since of decided care."""

    #: The last event of the history before which nothing new can appear.
    until_event = models.BigIntegerField()
    looked_at = models.DateTimeField("lu à")

    class Meta:
        verbose_name = "lecture du registre"
        verbose_name_plural = "lectures du registre"
        constraints = [models.UniqueConstraint(fields=["tenant"], name="register_look_once")]
