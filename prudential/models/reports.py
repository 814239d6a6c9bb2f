"""Annual reports as they were produced: the file, and the figures that are in it."""

from django.db import models

from federations.models import StoredFile, TenantOwned, Unit


class AnnualReport(TenantOwned):
    """A produced report; a new production is a new row, the old one stays."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="unité")
    year = models.PositiveSmallIntegerField("année d’activité")
    produced_at = models.DateTimeField("produit le", auto_now_add=True)
    produced_by = models.CharField("produit par", max_length=150)
    pages = models.PositiveSmallIntegerField("pages")
    facts = models.JSONField("chiffres")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "rapport annuel"
        verbose_name_plural = "rapports annuels"
        ordering = ["-produced_at"]
        indexes = [models.Index(fields=["tenant", "year", "-produced_at"])]
