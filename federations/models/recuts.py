"""Re-cuts: which units closed and which opened together, on what day, by whose decision.

A re-cut is decided once and never edited; one that is taken back stays, with who took it
back. ``RecutUnit`` holds no person's name: like the units, everyone reads it.
"""

from django.db import models

from federations.models.tenant import TenantOwned
from federations.models.units import Unit


class Recut(TenantOwned):
    """Units that close on a day and those that open in their place."""

    on_date = models.DateField("au")
    decided_by = models.CharField("décidé par", max_length=150)
    decided_at = models.DateTimeField("décidé le", auto_now_add=True)
    #: What has passed from the old units to their heirs on the day, so that it can go back: lists
    #: of [unit, old unit, heir] (children, served), of [role that ended, role that began] (roles).
    followed = models.JSONField("ce qui a suivi", default=dict)
    taken_back_at = models.DateTimeField("repris le", null=True, blank=True)
    taken_back_by = models.CharField("repris par", max_length=150, blank=True)

    class Meta:
        verbose_name = "redécoupage"
        ordering = ["-on_date", "-id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="recut_tenant_id")]

    def __str__(self) -> str:
        return f"redécoupage du {self.on_date:%d/%m/%Y}"


class RecutUnit(TenantOwned):
    """A unit that a re-cut closed, or one that it opened."""

    recut = models.ForeignKey(
        Recut, on_delete=models.PROTECT, related_name="parts", db_constraint=False
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="recuts", db_constraint=False
    )
    is_new = models.BooleanField("ouverte par le redécoupage")
    #: Of a unit that closed: the one to which what hangs from it, and who works there, pass.
    heir = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        verbose_name="à qui passe ce qui en dépend",
    )

    class Meta:
        verbose_name = "unité d’un redécoupage"
        verbose_name_plural = "unités d’un redécoupage"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["recut", "unit"], name="recut_unit_once")]
