"""Files kept in the database: behind the same wall, in the same backup."""

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
