"""What only those who treat or review may read: diagnoses and attached papers.

Their own tables, their own permission, their own policy: nobody reads them but through narrow
functions (`claims/sql/35_private_readings.sql`) that keep each reading. Who enters an attestation
from paper writes the reason without ever reading it back.
"""

import uuid

from django.db import models

from claims.models.catalogue import CareReason
from claims.models.claims import CareOwned


class ClaimDiagnosis(CareOwned):
    """The reason for care of a claim; the latest row of a claim is the one that holds."""

    #: Given by the writer: who may not read the table cannot be told a number by it.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claim_id = models.BigIntegerField()
    reason = models.ForeignKey(
        CareReason, on_delete=models.PROTECT, related_name="+", verbose_name="motif"
    )
    note = models.CharField("précision", max_length=300, blank=True, default="")
    written_at = models.DateTimeField("écrit le", auto_now_add=True)

    class Meta:
        verbose_name = "motif d’une attestation"
        verbose_name_plural = "motifs des attestations"
        indexes = [models.Index(fields=["claim_id", "-written_at"], name="diagnosis_of_claim")]


class ClaimAttachment(CareOwned):
    """A paper or picture of a claim (prescription, result, the attestation itself)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claim_id = models.BigIntegerField()
    title = models.CharField("titre", max_length=120)
    content_type = models.CharField("type", max_length=80)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField("contenu")
    added_by = models.CharField("ajouté par", max_length=150)
    added_at = models.DateTimeField("ajouté le", auto_now_add=True)

    class Meta:
        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"
        indexes = [models.Index(fields=["claim_id"], name="attachment_of_claim")]


class PrivateReading(CareOwned):
    """That someone read a claim's diagnosis or papers: who, when, as what."""

    class What(models.TextChoices):
        REASON = "reason", "motif"
        PAPERS = "papers", "noms des pièces"
        PAPER = "paper", "pièce"

    claim_id = models.BigIntegerField()
    what = models.CharField("quoi", max_length=12)
    read_by = models.CharField("lu par", max_length=150)
    read_by_user_id = models.BigIntegerField(null=True, blank=True)
    read_as = models.CharField("en tant que", max_length=24)
    read_at = models.DateTimeField("lu le", auto_now_add=True)

    class Meta:
        verbose_name = "lecture d’un motif de soins"
        verbose_name_plural = "lectures des motifs de soins"
        indexes = [
            models.Index(fields=["tenant", "-read_at"], name="reading_of_tenant"),
            models.Index(fields=["claim_id"], name="reading_of_claim"),
        ]
