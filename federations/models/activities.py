"""The register of activities, and expenses by heading and funder.

``version`` grows with each change of an activity or an expense, so that two writers who
have the same one open cannot overwrite each other.
"""

from django.db import models
from django.db.models import F, Q

from federations.models.places import Place
from federations.models.tenant import TenantOwned
from federations.models.units import Partner, Unit

#: A result is a line or two of the report's table; a text goes to its narrative.
LONGEST_RESULT = 2_000


class Activity(TenantOwned):
    """A training, awareness session, mission or meeting, as the yearly report counts it."""

    class Kind(models.TextChoices):
        TRAINING = "training", "formation"
        AWARENESS = "awareness", "sensibilisation"
        WORKSHOP = "workshop", "atelier"
        MISSION = "mission", "mission de suivi"
        PROVIDER_MEETING = "provider_meeting", "concertation avec les prestataires"
        MEETING = "meeting", "réunion"
        MEDIA = "media", "émission ou publication"
        OTHER = "other", "autre"

    class Chapter(models.TextChoices):
        CAPACITIES = "capacities", "Renforcement des capacités organisationnelles"
        STRUCTURE = "structure", "Structuration des mutuelles de santé"
        QUALITY = "quality", "Amélioration de la qualité des soins"
        ADVOCACY = "advocacy", "Plaidoyer et dialogue politique"
        COMMUNICATION = "communication", "Communication et visibilité"
        GENDER = "gender", "Promotion du genre et de l’environnement"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="unité")
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    kind = models.CharField("nature", max_length=20, choices=Kind)
    chapter = models.CharField("chapitre du rapport", max_length=20, choices=Chapter)
    theme = models.CharField("thème", max_length=200)
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="lieu",
    )
    place_note = models.CharField("précision sur le lieu", max_length=160, blank=True)
    funder = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="bailleur",
    )
    cost_francs = models.BigIntegerField("coût (FBu)", null=True, blank=True)
    result = models.CharField("résultat obtenu", max_length=LONGEST_RESULT, blank=True)
    source = models.CharField("source", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    class Meta:
        verbose_name = "activité"
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="activity_ends_after_start",
                violation_error_message="La fin ne peut pas précéder le début.",
            ),
            models.CheckConstraint(
                condition=Q(cost_francs__isnull=True) | Q(cost_francs__gte=0),
                name="activity_cost_not_negative",
                violation_error_message="Le coût ne peut pas être négatif.",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "-starts_on"])]

    def __str__(self) -> str:
        return self.theme


class ActivityParticipants(TenantOwned):
    """The participants of one kind at an activity; the share of women may be unknown."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="participants")
    label = models.CharField("participants", max_length=120)
    total = models.PositiveIntegerField("nombre")
    women = models.PositiveIntegerField("dont femmes", null=True, blank=True)

    class Meta:
        verbose_name = "groupe de participants"
        verbose_name_plural = "participants"
        constraints = [
            models.CheckConstraint(
                condition=Q(women__isnull=True) | Q(women__lte=F("total")),
                name="participants_women_within_total",
                violation_error_message="Il y a plus de femmes que de participants.",
            )
        ]


class Expense(TenantOwned):
    """Money spent under a heading, paid by a funder or from the unit's own resources."""

    class Heading(models.TextChoices):
        INVESTMENT = "INVESTISSEMENT", "Investissement"
        ACTIVITIES = "ACTIVITES", "Activités"
        STAFF = "PERSONNEL", "Personnel"
        RUNNING = "FONCTIONNEMENT", "Fonctionnement"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="unité")
    spent_on = models.DateField("date")
    heading = models.CharField("rubrique", max_length=20, choices=Heading)
    funder = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="bailleur",
        help_text="Vide : ressources propres.",
    )
    amount_francs = models.BigIntegerField("montant (FBu)")
    label = models.CharField("libellé", max_length=200)
    voucher = models.CharField("pièce", max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    class Meta:
        verbose_name = "dépense"
        ordering = ["-spent_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_francs__gt=0),
                name="expense_amount_positive",
                violation_error_message="Le montant doit être supérieur à zéro.",
            )
        ]
        indexes = [models.Index(fields=["tenant", "-spent_on"])]

    def __str__(self) -> str:
        return self.label
