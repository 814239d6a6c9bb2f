"""The register of health facilities (FOSA): one for the whole network.

A facility may have agreements with several federations, so the register belongs to no
tenant; agreements and tariffs do, and come with the claims.
"""

from django.db import models

from federations.models.places import HealthDistrict, Place
from federations.models.tenant import Named


class HealthFacility(Named):
    """A place of care: its type × ownership, where it is, whether it is contracted."""

    class Type(models.TextChoices):
        CDS = "CDS", "centre de santé (CDS)"
        HOSPITAL = "HOPITAL", "hôpital"
        CLINIC = "CLINIQUE_POLYCLINIQUE", "clinique ou polyclinique"
        MEDICAL_CENTRE = "CENTRE_MEDICAL", "centre médical"
        PHARMACY = "PHARMACIE", "pharmacie"

    class Ownership(models.TextChoices):
        PUBLIC = "public", "public"
        PRIVATE = "private", "privé"
        FAITH_BASED = "faith_based", "confessionnel"

    class Status(models.TextChoices):
        CONTRACTED = "contracted", "conventionnée"
        SUSPENDED = "suspended", "suspendue"
        CLOSED = "closed", "fermée"

    code = models.CharField(
        "code",
        max_length=20,
        unique=True,
        error_messages={"unique": "Ce code est déjà celui d’une autre formation sanitaire."},
    )
    facility_type = models.CharField("type", max_length=24, choices=Type)
    ownership = models.CharField("statut juridique", max_length=12, choices=Ownership)
    status = models.CharField("situation", max_length=12, choices=Status, default=Status.CONTRACTED)
    commune = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="+", verbose_name="commune (depuis 2025)"
    )
    former_commune = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="+", verbose_name="commune (avant 2025)"
    )
    health_district = models.ForeignKey(
        HealthDistrict,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="district sanitaire",
    )
    phone = models.CharField("téléphone", max_length=20, blank=True)
    contracted_on = models.DateField("conventionnée le")
    closed_on = models.DateField("fermée le", null=True, blank=True)

    class Meta:
        verbose_name = "formation sanitaire"
        verbose_name_plural = "formations sanitaires"
        ordering = ["sort_key"]
        indexes = [models.Index(fields=["search_key"])]


class FacilityStanding(models.Model):
    """What a facility was said to be from a day on: over any day, the latest word counts.

    Written once its type or ownership changes; a facility of which nothing is written has always
    been what the register says. So care is decided as its facility was on that day.
    """

    facility = models.ForeignKey(HealthFacility, on_delete=models.PROTECT, related_name="standings")
    starts_on = models.DateField("depuis le")
    facility_type = models.CharField("type", max_length=24, choices=HealthFacility.Type)
    ownership = models.CharField(
        "statut juridique", max_length=12, choices=HealthFacility.Ownership
    )

    class Meta:
        verbose_name = "type et statut d’une formation sanitaire"
        verbose_name_plural = "types et statuts des formations sanitaires"
        ordering = ["pk"]
