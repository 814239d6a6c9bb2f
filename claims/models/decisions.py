"""Decisions: what the mutuelle owes for a claim, each franc with its reason. Never edited.

A new decision supersedes the one before it; the older keeps its lines, and no longer counts.
"""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Now

from claims.models.catalogue import Act
from claims.models.claims import CareAuthorisation, CareOwned, Claim
from claims.models.packages import BenefitPackage
from claims.rules.cuts import CutCode
from claims.rules.words import Bearer
from membership.models import Household


class Decision(CareOwned):
    """A decision on a claim, by the machine or a person, by a version of a package."""

    class Kind(models.TextChoices):
        AUTOMATIC = "automatic", "d’office"
        REVIEW = "review", "après contrôle"
        CONTRADICTORY = "contradictory", "après la réponse de la formation sanitaire"
        CONTEST = "contest", "après contestation de la fédération d’origine"
        REDONE = "redone", "refaite avec le lot"
        VISIT = "visit", "après une visite de la formation sanitaire"

    claim = models.ForeignKey(
        Claim,
        on_delete=models.PROTECT,
        related_name="decisions",
        db_constraint=False,
        db_index=False,
    )
    number = models.PositiveSmallIntegerField("décision n°")
    kind = models.CharField("nature", max_length=14, choices=Kind)
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    person_id = models.UUIDField(editable=False)
    care_on = models.DateField("date des soins")
    episode = models.CharField(max_length=40, blank=True, default="", db_default="")
    package = models.ForeignKey(
        BenefitPackage,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name="paquet",
    )
    rights_sentence = models.CharField("droits", max_length=300, blank=True, default="")
    batch = models.UUIDField("lot", null=True, blank=True)
    decided_by = models.CharField("décidé par", max_length=150)
    decided_by_user_id = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField("décidé le", auto_now_add=True, db_default=Now())
    #: Written once, when another decision takes its place or the claim is cancelled.
    superseded_at = models.DateTimeField("remplacée le", null=True, blank=True)

    class Meta:
        verbose_name = "décision"
        ordering = ["claim", "number"]
        indexes = [
            models.Index(fields=["claim", "number"], name="decision_of_claim"),
            models.Index(
                fields=["tenant", "household", "care_year"],
                condition=Q(superseded_at__isnull=True),
                name="decision_in_force",
            ),
            models.Index(
                fields=["person_id"],
                condition=Q(superseded_at__isnull=True),
                name="decision_of_person",
            ),
        ]


class DecisionLine(CareOwned):
    """What was decided of a line. Its amounts close: the constraints hold the sums."""

    decision = models.ForeignKey(
        Decision,
        on_delete=models.PROTECT,
        related_name="lines",
        db_constraint=False,
        db_index=False,
    )
    position = models.PositiveSmallIntegerField("ligne")
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+", db_index=False)
    family = models.CharField("famille", max_length=12)
    #: What was accepted of the quantity asked.
    quantity = models.DecimalField("quantité retenue", max_digits=9, decimal_places=2)
    percent = models.DecimalField("taux (%)", max_digits=5, decimal_places=2)
    asked_francs = models.BigIntegerField("demandé (FBu)")
    agreed_francs = models.BigIntegerField("convenu (FBu)")
    covered_francs = models.BigIntegerField("couvert (FBu)")
    deductible_francs = models.BigIntegerField("franchise (FBu)")
    copayment_francs = models.BigIntegerField("ticket modérateur (FBu)")
    ceiling_cut_francs = models.BigIntegerField("au-dessus du plafond (FBu)")
    other_payer_francs = models.BigIntegerField("autre payeur (FBu)")
    mutuelle_francs = models.BigIntegerField("part de la mutuelle (FBu)")
    patient_francs = models.BigIntegerField("part du patient (FBu)")

    class Meta:
        verbose_name = "ligne de décision"
        verbose_name_plural = "lignes de décision"
        ordering = ["decision", "position"]
        indexes = [models.Index(fields=["decision", "position"], name="decision_line_place")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    agreed_francs=F("mutuelle_francs")
                    + F("patient_francs")
                    + F("other_payer_francs")
                ),
                name="decision_line_shares_sum",
            ),
            models.CheckConstraint(
                condition=Q(
                    covered_francs=F("mutuelle_francs")
                    + F("copayment_francs")
                    + F("ceiling_cut_francs")
                    + F("deductible_francs")
                    + F("other_payer_francs")
                ),
                name="decision_line_covered_sum",
            ),
            models.CheckConstraint(
                condition=Q(
                    mutuelle_francs__gte=0,
                    patient_francs__gte=0,
                    other_payer_francs__gte=0,
                    copayment_francs__gte=0,
                    ceiling_cut_francs__gte=0,
                    deductible_francs__gte=0,
                    asked_francs__gte=F("agreed_francs"),
                ),
                name="decision_line_not_negative",
            ),
        ]


class DecisionCut(CareOwned):
    """A cut of a line other than the co-payment: code, francs, who bears it, its words."""

    decision = models.ForeignKey(
        Decision,
        on_delete=models.PROTECT,
        related_name="cuts",
        db_constraint=False,
        db_index=False,
    )
    position = models.PositiveSmallIntegerField("ligne")
    rank = models.PositiveSmallIntegerField("rang")
    code = models.CharField("motif", max_length=20, choices=[(c.value, c.value) for c in CutCode])
    francs = models.BigIntegerField("montant (FBu)")
    bearer = models.CharField(
        "à la charge de", max_length=12, choices=[(b.value, b.label) for b in Bearer]
    )
    facts = models.JSONField("détails", default=dict)
    #: What of the details tells an illness (`claims.rules.cuts.parted_facts`).
    private_facts = models.JSONField(
        "détails médicaux", default=dict, db_default=Value({}, models.JSONField())
    )

    class Meta:
        verbose_name = "coupe"
        ordering = ["decision", "position", "rank"]
        indexes = [models.Index(fields=["decision", "position", "rank"], name="decision_cut_place")]


class AuthorisationUse(CareOwned):
    """What a decision uses of an authorisation's amount; a superseded decision's is free again."""

    decision = models.ForeignKey(
        Decision,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    authorisation = models.ForeignKey(
        CareAuthorisation, on_delete=models.PROTECT, related_name="uses", verbose_name="bon"
    )
    francs = models.BigIntegerField("montant (FBu)")

    class Meta:
        verbose_name = "utilisation d’un bon"
        verbose_name_plural = "utilisations des bons"
