"""Household cards and the keys that sign them.

A card proves who somebody is; it never says that rights are open.
"""

from datetime import date

from django.db import models
from django.db.models import Q

from federations.models import TenantOwned
from membership.models.households import Household


class SigningKey(TenantOwned):
    """A federation's pair of keys (ES256); the private one is sealed, and never shown."""

    key_id = models.CharField("identifiant", max_length=16, unique=True)
    public_key = models.TextField("clé publique (PEM)")
    sealed_private_key = models.TextField(editable=False)
    valid_from = models.DateField("dès le")
    retired_on = models.DateField("ne signe plus dès le", null=True, blank=True)
    revoked_on = models.DateField("révoquée le", null=True, blank=True)

    class Meta:
        verbose_name = "clé de signature"
        verbose_name_plural = "clés de signature"
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"],
                condition=Q(retired_on__isnull=True),
                name="signing_key_one_active",
            ),
            models.UniqueConstraint(fields=["tenant", "id"], name="signing_key_tenant_id"),
        ]


class Card(TenantOwned):
    """A card issued to a household; a lost one is revoked and another issued.

    With its key revoked, or past its last day, a card is no good either; it is revoked in its
    turn when another is issued.
    """

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="cards", db_constraint=False
    )
    serial = models.CharField("numéro de carte", max_length=20, unique=True)
    key = models.ForeignKey(
        SigningKey, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    payload = models.TextField("contenu du code QR")
    issued_on = models.DateField("émise le")
    expires_on = models.DateField("valable jusqu’au")
    issued_by = models.CharField("émise par", max_length=150)
    #: The job that issued it with others, to be printed together; None: issued alone.
    batch_id = models.UUIDField(null=True, blank=True, editable=False)
    revoked_on = models.DateField("révoquée le", null=True, blank=True)
    revoked_because = models.CharField("parce que", max_length=200, blank=True)

    class Meta:
        verbose_name = "carte"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(revoked_on__isnull=True),
                name="card_one_valid",
                violation_error_message="Ce ménage a déjà une carte valable.",
            )
        ]
        indexes = [
            models.Index(
                fields=["batch_id"], condition=Q(batch_id__isnull=False), name="card_batch"
            ),
            models.Index(
                fields=["expires_on"], condition=Q(revoked_on__isnull=False), name="card_revoked"
            ),
        ]

    def fault(self, on: date) -> str:
        """Return why the card is no good on a day, to follow « carte »; empty: it is good."""
        if self.revoked_on is not None:
            return f"révoquée le {self.revoked_on:%d/%m/%Y} : {self.revoked_because}"
        if self.key.revoked_on is not None:
            return f"révoquée avec sa clé le {self.key.revoked_on:%d/%m/%Y}"
        return f"échue depuis le {self.expires_on:%d/%m/%Y}" if self.expires_on < on else ""
