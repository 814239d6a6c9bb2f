"""Money that a facility pays back: what it owes and no later invoice recovers.

A repayment is a numbered document like a payment order, and is undone by its counter-entry. Its
shares say which debts it lessens; a debt is lessened by invoices and repayments together.
"""

from django.db import models
from django.db.models import Q

from claims.models.invoices import FacilityDebt
from federations.models import HealthFacility, TenantOwned
from membership.models import Method


class FacilityRepayment(TenantOwned):
    """Money received from a facility for its debts; or what undoes such a receipt."""

    facility = models.ForeignKey(
        HealthFacility,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="formation sanitaire",
    )
    year = models.PositiveSmallIntegerField("année")
    number = models.PositiveIntegerField("reçu n°")
    amount_francs = models.BigIntegerField("montant (FBu)")
    method = models.CharField("moyen", max_length=12, choices=Method)
    reference = models.CharField("référence", max_length=60, blank=True, default="")
    #: Grows when the reference of a repayment that was undone serves again for the right one.
    attempt = models.PositiveSmallIntegerField("tentative", default=1, db_default=1)
    received_on = models.DateField("reçu le")
    recorded_by = models.CharField("inscrit par", max_length=150)
    recorded_by_user_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField("inscrit le", auto_now_add=True)
    reverses = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reversed_by",
        db_constraint=False,
        verbose_name="annule le reçu",
    )
    reversal_reason = models.CharField(
        "motif de l’annulation", max_length=200, blank=True, default=""
    )

    class Meta:
        verbose_name = "remboursement d’une formation sanitaire"
        verbose_name_plural = "remboursements des formations sanitaires"
        ordering = ["-received_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="repayment_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "year", "number"], name="repayment_number_once"
            ),
            models.UniqueConstraint(
                fields=["tenant", "method", "reference", "attempt"],
                condition=~Q(reference="") & Q(reverses__isnull=True),
                name="repayment_reference_once",
                violation_error_message="Cette référence a déjà servi pour un remboursement.",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount_francs__gt=0)
                | Q(reverses__isnull=False, amount_francs__lt=0),
                name="repayment_sign",
                violation_error_message="Le montant est positif.",
            ),
        ]


class RepaymentShare(TenantOwned):
    """What a repayment takes from a debt; of a supplement, below zero, what it uses up."""

    repayment = models.ForeignKey(
        FacilityRepayment, on_delete=models.PROTECT, related_name="shares", db_constraint=False
    )
    debt = models.ForeignKey(
        FacilityDebt, on_delete=models.PROTECT, related_name="repaid", db_constraint=False
    )
    facility = models.ForeignKey(HealthFacility, on_delete=models.PROTECT, related_name="+")
    francs = models.BigIntegerField("montant (FBu)")
    entered_on = models.DateField("le")

    class Meta:
        verbose_name = "part d’un remboursement"
        verbose_name_plural = "parts des remboursements"
        ordering = ["repayment", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(francs=0), name="repayment_share_not_nothing")
        ]
