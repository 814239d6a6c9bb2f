"""What can be delivered, and the reasons for care: the network's lists, kept by CONAMUS.

A federation may add acts of its own; a code is unique in the whole network, so that an
attestation means the same wherever it is read.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from claims.rules.words import Family
from federations.models import TenantOwned
from federations.models.tenant import Named


class Act(TenantOwned, Named):
    """An act, medicine, laboratory test or day of stay that an attestation may carry."""

    code = models.CharField("code", max_length=20)
    family = models.CharField(
        "famille", max_length=12, choices=[(family.value, family.label) for family in Family]
    )
    strength = models.CharField("dosage", max_length=40, blank=True, default="")
    form = models.CharField("forme", max_length=40, blank=True, default="")
    atc = models.CharField("code ATC", max_length=8, blank=True, default="")
    closed_on = models.DateField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "acte ou produit"
        verbose_name_plural = "actes et produits"
        ordering = ["sort_key"]
        constraints = [
            models.UniqueConstraint(
                Upper("code"),
                name="act_code_once_in_network",
                violation_error_message="Ce code est déjà celui d’un autre acte.",
            ),
        ]
        indexes = [models.Index(fields=["search_key"], name="act_search")]

    @property
    def full_name(self) -> str:
        """The name with the strength that tells it from its likes."""
        return f"{self.name} {self.strength}".strip()


class CareReason(TenantOwned, Named):
    """A reason for care of the short list, with its ICD-10 code and what is usually done."""

    code = models.CharField("code", max_length=12)
    icd10 = models.CharField("code CIM-10", max_length=8, blank=True, default="")
    is_chronic = models.BooleanField("maladie chronique", default=False)
    is_maternity = models.BooleanField("grossesse ou accouchement", default=False)
    usual_treatment = models.TextField("traitement habituel", blank=True, default="")
    closed_on = models.DateField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "motif de soins"
        verbose_name_plural = "motifs de soins"
        ordering = ["sort_key"]
        constraints = [
            models.UniqueConstraint(
                Upper("code"),
                name="care_reason_code_once",
                violation_error_message="Ce code est déjà celui d’un autre motif.",
            ),
        ]


class Tariff(TenantOwned):
    """The agreed price of an act from a day: of a facility, a type × ownership, or general.

    What is empty does not narrow; the closest is taken (`claims.rules.tariffs`). ``ends_on`` is
    excluded. Two tariffs of one place and act never share a day: the service holds it under a
    lock. A price that began is not edited: it ends, another begins.
    """

    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+", verbose_name="acte")
    facility = models.ForeignKey(
        "federations.HealthFacility",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="formation sanitaire",
    )
    level = models.CharField("type", max_length=24, blank=True, default="")
    ownership = models.CharField("statut juridique", max_length=12, blank=True, default="")
    price_francs = models.BigIntegerField("prix convenu (FBu)")
    starts_on = models.DateField("dès le")
    ends_on = models.DateField("jusqu’au (exclu)", null=True, blank=True)

    class Meta:
        verbose_name = "tarif"
        ordering = ["act", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "act", "facility", "level", "ownership", "starts_on"],
                name="tariff_once_a_day",
                nulls_distinct=False,
                violation_error_message="Un tarif commence déjà ce jour-là.",
            ),
            models.CheckConstraint(
                condition=Q(price_francs__gte=0),
                name="tariff_not_negative",
                violation_error_message="Le prix n’est pas négatif.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="tariff_ends_after_start",
                violation_error_message="Le tarif finit après son début.",
            ),
            models.CheckConstraint(
                condition=Q(facility__isnull=True) | Q(level="", ownership=""),
                name="tariff_one_place",
                violation_error_message=(
                    "Un tarif est d’une formation sanitaire, ou d’un type et d’un statut."
                ),
            ),
        ]
