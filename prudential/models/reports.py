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
    # Not a foreign key: jobs may be purged, reports stay. A job that runs twice finds here
    # what it has already made.
    made_by_job = models.UUIDField("tâche", null=True, blank=True, editable=False)
    #: Whether the regulator reads this edition, and if not, why.
    is_for_regulator = models.BooleanField("ouverte au régulateur", default=True, db_default=True)
    kept_because = models.CharField(
        "pas ouverte parce que", max_length=300, blank=True, default="", db_default=""
    )
    #: Printed for the regulator alone, with the figures as they are released.
    is_as_released = models.BooleanField("aux chiffres arrêtés", default=False, db_default=False)

    class Meta:
        verbose_name = "rapport annuel"
        verbose_name_plural = "rapports annuels"
        ordering = ["-produced_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "made_by_job"], name="annual_report_once_a_job"
            ),
            models.UniqueConstraint(fields=["tenant", "id"], name="annual_report_tenant_id"),
        ]
        indexes = [models.Index(fields=["tenant", "year", "-produced_at"])]

    def __str__(self) -> str:
        return f"Rapport annuel {self.year} — {self.unit}"

    @property
    def year_text(self) -> str:
        """The year as it is written: without a thousands separator."""
        return str(self.year)

    @property
    def file_label(self) -> str:
        """What the link to the file says."""
        return f"Télécharger le rapport {self.year} (PDF)"

    @property
    def regulator_word(self) -> str:
        """Whether the regulator reads it, in words."""
        if not self.is_for_regulator:
            return f"pas ouverte : {self.kept_because}"
        return "la sienne, aux chiffres arrêtés" if self.is_as_released else "ouverte"
