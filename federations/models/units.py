"""Units of the network at every level, dated, and the partners beside them.

One table for all kinds: books, norms, users and activities point at "a unit" whatever
its level (docs/decisions). A re-cut closes one row and opens another that replaces it.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from federations.models.places import HealthDistrict, Place
from federations.models.tenant import Named, TenantOwned


class Unit(TenantOwned, Named):
    """A body of the network: from the confederation down to the section."""

    class Kind(models.TextChoices):
        CONFEDERATION = "confederation", "confédération"
        FEDERATION = "federation", "fédération"
        MUTUELLE = "mutuelle", "mutuelle"
        SECTION = "section", "section"
        MANAGEMENT_CENTRE = "management_centre", "centre de gestion"
        PROVINCIAL_ANTENNA = "provincial_antenna", "antenne provinciale"
        COMMUNAL_ANTENNA = "communal_antenna", "antenne communale"
        DISTRICT_UNION = "district_union", "union de district sanitaire (UDS)"

    #: The kinds that insure households.
    INSURING = (Kind.MUTUELLE, Kind.SECTION)

    kind = models.CharField("nature", max_length=20, choices=Kind)
    code = models.CharField("code", max_length=30)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="rattachée à",
    )
    management_centre = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="served_units",
        verbose_name="centre de gestion",
    )
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="lieu",
    )
    health_district = models.ForeignKey(
        HealthDistrict,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="district sanitaire",
    )
    address = models.CharField("adresse", max_length=200, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    valid_from = models.DateField("ouverte le")
    valid_to = models.DateField("fermée le", null=True, blank=True)
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name="remplace",
    )

    class Meta:
        verbose_name = "unité"
        ordering = ["sort_key"]
        constraints = [
            models.UniqueConstraint(
                Upper("code"),
                condition=Q(valid_to__isnull=True),
                name="unit_code_once_in_network",
                violation_error_message="Ce code est déjà celui d’une unité ouverte du réseau.",
            ),
            models.UniqueConstraint(fields=["tenant", "id"], name="unit_tenant_id"),
            models.CheckConstraint(
                # Equal: a re-cut that was taken back; the unit was never open.
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="unit_closes_after_opening",
                violation_error_message="La fermeture vient après l’ouverture.",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "kind", "sort_key"])]


class UnitZone(TenantOwned):
    """A commune of a unit's zone d'action, dated."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="zones")
    commune = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField("dès le")
    valid_to = models.DateField("jusqu’au (exclu)", null=True, blank=True)

    class Meta:
        verbose_name = "commune de la zone d’action"
        verbose_name_plural = "zone d’action"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "commune"],
                condition=Q(valid_to__isnull=True),
                name="zone_once_open",
            )
        ]


class Partner(TenantOwned, Named):
    """A promoter, partner or funder of the tenant that records it."""

    class Kind(models.TextChoices):
        PROMOTER = "promoter", "promoteur"
        FUNDER = "funder", "bailleur"
        TECHNICAL = "technical", "partenaire technique"
        STATE = "state", "institution publique"

    kind = models.CharField("nature", max_length=12, choices=Kind)
    acronym = models.CharField("sigle", max_length=40, blank=True)
    is_active = models.BooleanField("actif", default=True)

    class Meta:
        verbose_name = "partenaire"
        ordering = ["sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "search_key"],
                name="partner_name_once",
                violation_error_message="Un partenaire porte déjà ce nom.",
            ),
            models.CheckConstraint(
                condition=~Q(search_key=""),
                name="partner_has_a_name",
                violation_error_message="Un bailleur doit avoir un nom.",
            ),
        ]
