"""Files of attestations too long for one request: kept in parts, tried, then entered part by part.

A file's rows name the reason for care, which who enters it may write and nobody of the federation's
side may read back: the rows and what is said of them are kept sealed with the application's key
(claims/selectors/sealed_parts.py), and a part that is entered keeps no row.
"""

import uuid

from django.db import models

from federations.models import HealthFacility, TenantOwned


class AttestationFile(TenantOwned):
    """A file brought in: whose, how far it is, what was decided."""

    class State(models.TextChoices):
        STAGED = "staged", "déposé"
        CHECKED = "checked", "vérifié, à décider"
        LOADING = "loading", "enregistrement en cours"
        DONE = "done", "enregistré"
        REFUSED = "refused", "rien enregistré"
        ABANDONED = "abandoned", "abandonné"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    #: Whose own file it is, where a facility brings it.
    facility = models.ForeignKey(
        HealthFacility,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="formation sanitaire",
    )
    file_name = models.CharField("fichier", max_length=160)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField("lignes")
    claims = models.PositiveIntegerField("attestations")
    all_or_nothing = models.BooleanField("tout ou rien", default=False)
    state = models.CharField("état", max_length=10, choices=State, default=State.STAGED)
    #: Who brought it, in whose name it is entered.
    brought_by = models.CharField("déposé par", max_length=150)
    brought_by_user_id = models.BigIntegerField(null=True, blank=True)
    brought_at = models.DateTimeField("déposé le", auto_now_add=True)

    class Meta:
        verbose_name = "fichier d’attestations"
        verbose_name_plural = "fichiers d’attestations"
        ordering = ["-brought_at"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="attestation_file_tenant_id")
        ]


class AttestationFilePart(TenantOwned):
    """Some of a file's attestations; entered in one transaction with its own mark."""

    file = models.ForeignKey(
        AttestationFile, on_delete=models.PROTECT, related_name="parts", db_constraint=False
    )
    facility = models.ForeignKey(
        HealthFacility, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    position = models.PositiveIntegerField("rang")
    #: The rows as they came, sealed; empty once entered.
    content = models.BinaryField("lignes")
    entered = models.PositiveIntegerField("à enregistrer, ou enregistrées", default=0)
    known = models.PositiveIntegerField("déjà là", default=0)
    refused = models.PositiveIntegerField("refusées", default=0)
    asked_francs = models.BigIntegerField("montant demandé (FBu)", default=0)
    #: Where and why rows are refused, sealed.
    errors = models.BinaryField("refus", default=b"")
    checked_at = models.DateTimeField("vérifiée le", null=True, blank=True)
    loaded_at = models.DateTimeField("enregistrée le", null=True, blank=True)

    class Meta:
        verbose_name = "part d’un fichier d’attestations"
        verbose_name_plural = "parts des fichiers d’attestations"
        ordering = ["file", "position"]
        constraints = [
            models.UniqueConstraint(fields=["file", "position"], name="attestation_part_once")
        ]
