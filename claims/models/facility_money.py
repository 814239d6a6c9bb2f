"""What money that goes to a facility and money that comes back have in common."""

from django.db import models

from federations.models import HealthFacility, TenantOwned
from membership.models import Method


class FacilityMoney(TenantOwned):
    """A document of money between a federation and a facility, undone by its reversal.

    Its number, its day and what it reverses are each document's own.
    """

    facility = models.ForeignKey(
        HealthFacility,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="formation sanitaire",
    )
    amount_francs = models.BigIntegerField("montant (FBu)")
    method = models.CharField("moyen", max_length=12, choices=Method)
    reference = models.CharField("référence", max_length=60, blank=True, default="")
    #: Grows when the reference of a document that was undone serves again for the right one.
    attempt = models.PositiveSmallIntegerField("tentative", default=1, db_default=1)
    recorded_by = models.CharField("inscrit par", max_length=150)
    recorded_by_user_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField("inscrit le", auto_now_add=True)
    reversal_reason = models.CharField(
        "motif de l’annulation", max_length=200, blank=True, default=""
    )

    class Meta:
        abstract = True
