"""Numbers that units hand out, and those that people had before."""

from django.db import models
from django.db.models import F, Q

from federations.models import TenantOwned, Unit
from membership.models.households import Beneficiary, Household


class NumberRange(TenantOwned):
    """The numbers that a unit hands out to its households, one after the other.

    A number never tells a place: units are re-cut, numbers stay.
    """

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False, verbose_name="unité"
    )
    prefix = models.CharField("préfixe", max_length=8)
    first = models.PositiveIntegerField("premier")
    last = models.PositiveIntegerField("dernier")
    following = models.PositiveIntegerField("prochain")
    opened_on = models.DateField("ouverte le")

    class Meta:
        verbose_name = "plage de numéros"
        verbose_name_plural = "plages de numéros"
        ordering = ["first"]
        constraints = [
            models.UniqueConstraint(fields=["prefix", "first"], name="number_range_once"),
            models.CheckConstraint(
                condition=Q(last__gte=F("first"), following__gte=F("first"))
                & Q(following__lte=F("last") + 1),
                name="number_range_in_order",
                violation_error_message="La plage finit après son premier numéro.",
            ),
        ]


class FormerNumber(TenantOwned):
    """A number that a household or a person had before: it still leads to them."""

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="former_numbers", db_constraint=False
    )
    beneficiary = models.ForeignKey(
        Beneficiary,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="former_numbers",
        db_constraint=False,
    )
    number = models.CharField("ancien numéro", max_length=30)
    replaced_on = models.DateField("remplacé le")
    because = models.CharField("raison", max_length=200)

    class Meta:
        verbose_name = "ancien numéro"
        verbose_name_plural = "anciens numéros"
        indexes = [models.Index(fields=["tenant", "number"], name="former_number")]
