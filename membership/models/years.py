"""Mutualist years, each federation's campaign for one, targets, and published past years."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from federations.models import Partner, TenantOwned, Unit


class MutualistYear(models.Model):
    """A year of cover; since 2018 the calendar year (source: S19)."""

    year = models.PositiveSmallIntegerField("année", primary_key=True)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au (exclu)")

    class Meta:
        verbose_name = "année mutualiste"
        verbose_name_plural = "années mutualistes"
        ordering = ["-year"]

    def __str__(self) -> str:
        return str(self.year)


class Campaign(TenantOwned):
    """When a federation collects for a year, and the terms on which rights open.

    CONAMUS's own row is the network's template: a federation's campaign begins as a copy of
    it. Every number of days is a parameter (how-mutuelles-work, open questions).
    """

    year = models.ForeignKey(
        MutualistYear, on_delete=models.PROTECT, related_name="+", verbose_name="année mutualiste"
    )
    opens_on = models.DateField("collecte ouverte le")
    closes_on = models.DateField("collecte close le", help_text="Dernier jour de la collecte.")
    grace_until = models.DateField(
        "renouvellement sans carence jusqu’au", help_text="Dernier jour du délai de grâce."
    )
    waiting_days_new = models.PositiveSmallIntegerField(
        "carence des nouveaux membres (jours)", default=30, db_default=30
    )
    waiting_days_late = models.PositiveSmallIntegerField(
        "carence des renouvellements tardifs (jours)", default=30, db_default=30
    )
    newborn_days = models.PositiveSmallIntegerField(
        "couverture du nouveau-né non déclaré (jours)", default=90, db_default=90
    )
    promise_tolerance_days = models.PositiveSmallIntegerField(
        "tolérance après l’échéance d’une promesse (jours)", default=0, db_default=0
    )
    backdating_days = models.PositiveSmallIntegerField(
        "jours dont une signature ou un paiement peut être antidaté",
        default=7,
        db_default=7,
        help_text="Au-delà, ou avant la fin de la grâce, le gestionnaire seul, avec un motif.",
    )
    waiting_from_year_start = models.BooleanField(
        "carence comptée à partir du début de l’année",
        default=False,
        db_default=False,
        help_text="Sinon elle court dès le paiement, même fait avant le début de l’année.",
    )
    waiting_days_reopened = models.PositiveSmallIntegerField(
        "carence à la réouverture des droits (jours)", default=0, db_default=0
    )
    entry_back_days = models.PositiveSmallIntegerField(
        "jours d’avant l’inscription comptés dans la carence d’une personne qui entre",
        default=0,
        db_default=0,
    )
    last_enrolment_on = models.DateField(
        "dernière adhésion acceptée le",
        null=True,
        blank=True,
        help_text="Vide : les adhésions restent possibles jusqu’à la fin de l’année.",
    )

    class Meta:
        verbose_name = "campagne de collecte"
        verbose_name_plural = "campagnes de collecte"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "year"], name="campaign_once_a_year"),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="campaign_closes_after_opening",
                violation_error_message="La collecte se clôt après son ouverture.",
            ),
            models.CheckConstraint(
                condition=Q(grace_until__gte=F("closes_on")),
                name="campaign_grace_after_close",
                violation_error_message="Le délai de grâce finit après la clôture.",
            ),
        ]


class UnitTarget(TenantOwned):
    """How many households a unit's target population counts in a year.

    Penetration is insured households over these (norms, complementary indicators).
    """

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False, verbose_name="unité"
    )
    year = models.ForeignKey(
        MutualistYear, on_delete=models.PROTECT, related_name="+", verbose_name="année mutualiste"
    )
    households = models.PositiveIntegerField("ménages cibles")
    source = models.CharField("source", max_length=200, blank=True)

    class Meta:
        verbose_name = "cible d’une unité"
        verbose_name_plural = "cibles des unités"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "unit", "year"], name="target_once_a_year"),
            models.CheckConstraint(
                condition=Q(households__gt=0),
                name="target_is_positive",
                violation_error_message="La cible compte au moins un ménage.",
            ),
        ]


class PastYear(TenantOwned):
    """A past year's published counts, brought in at take-on: no households behind them.

    A correction is a new version with its reason, and so is a withdrawal; the highest is the
    one in use, unless it withdraws the year, and no row is ever changed.
    """

    promoter = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="+", verbose_name="promoteur"
    )
    label = models.CharField("année mutualiste", max_length=9)
    starts_year = models.PositiveSmallIntegerField("première année")
    sections = models.PositiveIntegerField("mutuelles et sections")
    households = models.PositiveIntegerField("ménages")
    source = models.CharField("source", max_length=200)
    #: Published for the whole network and kept by the confederation: only it corrects them.
    is_of_network = models.BooleanField("tenue par CONAMUS", default=False, db_default=False)
    version = models.PositiveSmallIntegerField("version", default=1, db_default=1)
    #: The year was brought in by mistake: nothing counts it any more.
    is_withdrawn = models.BooleanField("retirée", default=False, db_default=False)
    because = models.CharField(
        "raison de la correction", max_length=300, blank=True, default="", db_default=""
    )
    recorded_by = models.CharField(
        "inscrite par", max_length=150, blank=True, default="", db_default=""
    )
    recorded_at = models.DateTimeField("inscrite le", db_default=Now())

    class Meta:
        verbose_name = "année passée publiée"
        verbose_name_plural = "années passées publiées"
        ordering = ["starts_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "promoter", "label", "version"], name="past_year_version_once"
            )
        ]

    def __str__(self) -> str:
        """What the history calls it: each version is a row of its own."""
        return f"{self.label}, {'retirée' if self.is_withdrawn else f'version {self.version}'}"
