"""Money that a facility pays back: what it owes, or has in advance, and no later invoice uses up.

A repayment is a numbered document like a payment order, and is undone by its counter-entry. Its
shares say which debts and advances it lessens; each is lessened by invoices and repayments
together.
"""

from django.db import models
from django.db.models import Q

from claims.models.facility_money import FacilityMoney
from claims.models.invoices import FacilityDebt, PaymentOrder
from federations.models import HealthFacility, TenantOwned
from membership.models.reversals import reversal_constraints


class FacilityRepayment(FacilityMoney):
    """Money received from a facility for what it owes; or what undoes such a receipt."""

    year = models.PositiveSmallIntegerField("année")
    number = models.PositiveIntegerField("reçu n°")
    received_on = models.DateField("reçu le")
    reverses = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reversed_by",
        db_constraint=False,
        verbose_name="annule le reçu",
    )

    class Meta:
        verbose_name = "remboursement d’une formation sanitaire"
        verbose_name_plural = "remboursements des formations sanitaires"
        ordering = ["-received_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "year", "number"], name="repayment_number_once"
            ),
            *reversal_constraints(
                "repayment", served="Cette référence a déjà servi pour un remboursement."
            ),
        ]


class RepaymentShare(TenantOwned):
    """What a repayment takes from a debt or an advance; of a supplement, below zero, uses up."""

    repayment = models.ForeignKey(
        FacilityRepayment, on_delete=models.PROTECT, related_name="shares", db_constraint=False
    )
    debt = models.ForeignKey(
        FacilityDebt,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="repaid",
        db_constraint=False,
    )
    advance = models.ForeignKey(
        PaymentOrder,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="repaid",
        db_constraint=False,
    )
    facility = models.ForeignKey(HealthFacility, on_delete=models.PROTECT, related_name="+")
    francs = models.BigIntegerField("montant (FBu)")
    entered_on = models.DateField("le")

    class Meta:
        verbose_name = "part d’un remboursement"
        verbose_name_plural = "parts des remboursements"
        ordering = ["repayment", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(francs=0), name="repayment_share_not_nothing"),
            models.CheckConstraint(
                condition=Q(debt__isnull=False, advance__isnull=True)
                | Q(debt__isnull=True, advance__isnull=False),
                name="repayment_share_of_one",
            ),
        ]
