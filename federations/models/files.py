"""Files kept in the database: behind the same wall, in the same backup.

A small one is a `StoredFile`, kept for ever. What a job makes for one person to take away
(an export, a long list on paper) is in pieces, so that no process ever holds it whole, and
goes after some days.
"""

from django.db import models

from federations.models.tenant import TenantOwned


class StoredFile(TenantOwned):
    """The bytes of a picture, a report, an import's error list; never changed."""

    name = models.CharField("nom", max_length=160)
    content_type = models.CharField("type", max_length=80)
    size_bytes = models.PositiveIntegerField("taille (octets)")
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField("contenu")
    created_at = models.DateTimeField("déposé le", auto_now_add=True)

    class Meta:
        verbose_name = "fichier"
        indexes = [models.Index(fields=["tenant", "created_at"])]


class FilePiece(TenantOwned):
    """A piece of the file that a job made for whoever asked (federations/services/deliveries).

    ``batch`` is the lease under which it was written: a job that runs again writes apart, and
    its result names the batch that counts.
    """

    job_id = models.UUIDField("tâche")
    batch = models.UUIDField("passage")
    rank = models.PositiveIntegerField("rang")
    content = models.BinaryField("contenu")
    created_at = models.DateTimeField("écrit le", auto_now_add=True)

    class Meta:
        verbose_name = "morceau de fichier"
        verbose_name_plural = "morceaux de fichiers"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "job_id", "batch", "rank"], name="file_piece_once"
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="file_piece_age")]
