"""Places in both administrative divisions, and health districts beside them.

18 provinces and 119 communes until mid-2025; 5 provinces and 42 communes since (loi
organique n° 1/05 du 16 mars 2023), with their zones and collines. A household keeps its
colline; a report chooses the division. No key is derived from a place.
"""

from django.db import models

from federations.models.tenant import Named


class Place(Named):
    """A province, commune, zone or colline of one division, dated."""

    class Kind(models.TextChoices):
        PROVINCE = "province", "province"
        COMMUNE = "commune", "commune"
        ZONE = "zone", "zone"
        COLLINE = "colline", "colline"

    class Division(models.TextChoices):
        UNTIL_2025 = "until_2025", "18 provinces (jusqu’à mi-2025)"
        SINCE_2025 = "since_2025", "5 provinces (depuis mi-2025)"

    class FormerMethod(models.TextChoices):
        NAME = "name", "par le nom"
        ASSIGNED = "assigned", "réparti, non officiel"

    kind = models.CharField("niveau", max_length=10, choices=Kind)
    division = models.CharField("découpage", max_length=12, choices=Division)
    code = models.CharField("code", max_length=30)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    former_commune = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="ancienne commune",
        help_text="Pour une colline : la commune où elle se trouvait jusqu’à mi-2025.",
    )
    former_method = models.CharField(max_length=10, choices=FormerMethod, blank=True)
    seat = models.CharField("chef-lieu", max_length=60, blank=True)
    valid_from = models.DateField("en vigueur dès", null=True, blank=True)
    valid_to = models.DateField("jusqu’au (exclu)", null=True, blank=True)

    class Meta:
        verbose_name = "lieu"
        verbose_name_plural = "lieux"
        ordering = ["sort_key"]
        constraints = [
            models.UniqueConstraint(fields=["division", "code"], name="place_code_per_division"),
        ]
        indexes = [
            models.Index(fields=["division", "kind", "sort_key"]),
            models.Index(fields=["search_key"]),
        ]


class CommuneMapping(models.Model):
    """How much of a commune of the old division lies in one of the new."""

    former = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="successors")
    current = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="predecessors")
    share = models.DecimalField("part des collines", max_digits=5, decimal_places=4, null=True)
    is_main = models.BooleanField("principale")
    method = models.CharField("méthode", max_length=80)

    class Meta:
        verbose_name = "correspondance de communes"
        constraints = [
            models.UniqueConstraint(fields=["former", "current"], name="mapping_once"),
            models.UniqueConstraint(
                fields=["former"], condition=models.Q(is_main=True), name="mapping_one_main"
            ),
        ]


class HealthDistrict(Named):
    """A health district: a second hierarchy, which does not follow the communes."""

    code = models.CharField("code", max_length=10, unique=True)
    former_province = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="+", verbose_name="province (avant 2025)"
    )
    valid_from = models.DateField("en vigueur dès", null=True, blank=True)
    valid_to = models.DateField("jusqu’au (exclu)", null=True, blank=True)

    class Meta:
        verbose_name = "district sanitaire"
        verbose_name_plural = "districts sanitaires"
        ordering = ["sort_key"]
