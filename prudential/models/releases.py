"""Figures as they were last released to the regulator."""

from django.db import models

from federations.models import TenantOwned


class ReleasedFigures(TenantOwned):
    """CONAMUS's: the figures of one year that the regulator's pages are made of.

    Small groups are in it: the regulator's role reads it by functions that hide them
    (prudential/sql). The figures have the shape that those who keep them give (selectors).
    """

    class Subject(models.TextChoices):
        """What is counted."""

        INSURED = "insured", "assurés"
        CARE = "care", "soins"

    subject = models.CharField("objet", max_length=10, choices=Subject)
    year = models.PositiveSmallIntegerField("année")
    settled_on = models.DateField("arrêtés au")
    figures = models.JSONField("chiffres")

    class Meta:
        verbose_name = "chiffres arrêtés"
        verbose_name_plural = "chiffres arrêtés"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "subject", "year"], name="released_figures_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Chiffres de {self.year} arrêtés au {self.settled_on}"
