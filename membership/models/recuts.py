"""What a re-cut of units does to households: where each colline's go, and who went."""

from django.db import models

from federations.models import Place, Recut, TenantOwned, Unit
from membership.models.households import Household


class RecutShare(TenantOwned):
    """Where the households of a closed unit that live on a colline go; never changed."""

    recut = models.ForeignKey(
        Recut, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    from_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    colline = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )

    class Meta:
        verbose_name = "répartition d’un redécoupage"
        verbose_name_plural = "répartitions d’un redécoupage"
        constraints = [
            models.UniqueConstraint(
                fields=["recut", "from_unit", "colline"], name="recut_share_once"
            )
        ]


class RecutMove(TenantOwned):
    """A household that a re-cut passed from a closed unit to a new one; never changed."""

    recut = models.ForeignKey(
        Recut, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    from_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    to_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )

    class Meta:
        verbose_name = "ménage passé par un redécoupage"
        verbose_name_plural = "ménages passés par un redécoupage"
        constraints = [
            models.UniqueConstraint(fields=["recut", "household"], name="recut_move_once")
        ]
