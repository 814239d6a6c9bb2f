"""Contribution scales and the key by which a part goes up, as dated data.

CONAMUS publishes a template for a year; a federation adopts it, or adopts it with a
derogation of which it gives the day and the reason. A scale in force is never edited:
a new version replaces it, and enrolments keep the one that they were computed on.
"""

from django.db import models
from django.db.models import F, Q

from federations.models import Partner, TenantOwned
from membership.models.years import MutualistYear


class PayerKind(models.TextChoices):
    """Who pays a part of a contribution."""

    HOUSEHOLD = "household", "ménage"
    PARTNER = "partner", "partenaire"
    STATE = "state", "État"
    SPONSOR = "sponsor", "parrain"


class ContributionScale(TenantOwned):
    """What households pay for a year: bands, categories and joining fee."""

    class State(models.TextChoices):
        DRAFT = "draft", "en préparation"
        IN_FORCE = "in_force", "en vigueur"
        REPLACED = "replaced", "remplacé"

    class Growth(models.TextChoices):
        """What is asked for people who join after the enrolment."""

        RENEWAL = "renewal", "rien avant le renouvellement"
        JOINERS = "joiners", "le supplément, sauf pour un nouveau-né"
        EVERYONE = "everyone", "le supplément, pour un nouveau-né aussi"

    year = models.ForeignKey(
        MutualistYear, on_delete=models.PROTECT, related_name="+", verbose_name="année mutualiste"
    )
    state = models.CharField("état", max_length=10, choices=State, default=State.DRAFT)
    template = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="barème type",
    )
    joining_fee_francs = models.BigIntegerField("droit d’adhésion (FBu)", default=0)
    fee_again_after_years = models.PositiveSmallIntegerField(
        "droit d’adhésion dû de nouveau après (années sans adhésion)",
        null=True,
        blank=True,
        default=1,
        db_default=1,
        help_text="Vide : le droit d’adhésion ne se paie qu’une fois.",
    )
    most_people = models.PositiveSmallIntegerField(
        "personnes au plus",
        null=True,
        blank=True,
        help_text="Vide : un ménage peut être de toute taille.",
    )
    growth = models.CharField(
        "personne entrée en cours d’année",
        max_length=8,
        choices=Growth,
        default=Growth.RENEWAL,
        db_default="renewal",
    )
    derogation_on = models.DateField("dérogation du", null=True, blank=True)
    derogation_reason = models.CharField("motif de la dérogation", max_length=300, blank=True)
    in_force_from = models.DateField("en vigueur dès le", null=True, blank=True)
    adopted_by = models.CharField("adopté par", max_length=150, blank=True)

    class Meta:
        verbose_name = "barème des cotisations"
        verbose_name_plural = "barèmes des cotisations"
        ordering = ["-year", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "year"],
                condition=Q(state="in_force"),
                name="scale_once_in_force",
                violation_error_message="Un barème est déjà en vigueur pour cette année.",
            ),
            models.UniqueConstraint(fields=["tenant", "id"], name="scale_tenant_id"),
            models.CheckConstraint(
                condition=Q(joining_fee_francs__gte=0),
                name="scale_fee_not_negative",
                violation_error_message="Le droit d’adhésion n’est pas négatif.",
            ),
            models.CheckConstraint(
                condition=Q(fee_again_after_years__gte=1),
                name="scale_fee_again_after_a_year",
                violation_error_message="Une année sans adhésion au moins.",
            ),
        ]


class ScaleCategory(TenantOwned):
    """A category of members in a scale, and who pays which share for them."""

    scale = models.ForeignKey(
        ContributionScale, on_delete=models.CASCADE, related_name="categories"
    )
    code = models.SlugField("code", max_length=20)
    label = models.CharField("catégorie", max_length=60)
    payer = models.CharField(
        "autre payeur", max_length=10, choices=PayerKind, default=PayerKind.HOUSEHOLD
    )
    payer_partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="partenaire payeur",
    )
    payer_percent = models.DecimalField(
        "part de l’autre payeur (%)", max_digits=5, decimal_places=2, default=0
    )
    joining_fee_due = models.BooleanField("droit d’adhésion dû", default=True)
    may_promise = models.BooleanField("promesse de paiement admise", default=False)
    agents_may_grant = models.BooleanField(
        "accordée sans décision du gestionnaire",
        default=False,
        db_default=False,
        help_text="Ne compte que si un autre paie : sinon le gestionnaire décide, ménage par "
        "ménage.",
    )

    class Meta:
        verbose_name = "catégorie de membres"
        verbose_name_plural = "catégories de membres"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["scale", "code"], name="scale_category_once"),
            models.CheckConstraint(
                condition=Q(payer_percent__gte=0, payer_percent__lte=100),
                name="scale_category_percent",
                violation_error_message="La part est entre 0 et 100 %%.",
            ),
        ]


class ScaleBand(TenantOwned):
    """What a household of some sizes pays; an empty category is for all without bands."""

    scale = models.ForeignKey(ContributionScale, on_delete=models.CASCADE, related_name="bands")
    category = models.CharField("catégorie", max_length=20, blank=True, default="")
    size_from = models.PositiveSmallIntegerField("de (personnes)")
    size_to = models.PositiveSmallIntegerField("à (personnes)", null=True, blank=True)
    amount_francs = models.BigIntegerField("cotisation (FBu)")
    supplement_from = models.PositiveSmallIntegerField(
        "supplément dès la personne n°", null=True, blank=True
    )
    supplement_francs = models.BigIntegerField("supplément par personne (FBu)", default=0)

    class Meta:
        verbose_name = "tranche"
        ordering = ["category", "size_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["scale", "category", "size_from"], name="scale_band_once"
            ),
            models.CheckConstraint(
                condition=Q(size_to__isnull=True) | Q(size_to__gte=F("size_from")),
                name="scale_band_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(amount_francs__gte=0, supplement_francs__gte=0),
                name="scale_band_not_negative",
            ),
        ]


class SharingKey(TenantOwned):
    """Which part of what is collected goes up, from a day on; the unit keeps the rest."""

    valid_from = models.DateField("dès le")
    valid_to = models.DateField("jusqu’au (exclu)", null=True, blank=True)
    federation_percent = models.DecimalField(
        "cotisation : part de la fédération (%)", max_digits=5, decimal_places=2
    )
    confederation_percent = models.DecimalField(
        "cotisation : part de CONAMUS (%)", max_digits=5, decimal_places=2
    )
    fee_federation_percent = models.DecimalField(
        "droit d’adhésion : part de la fédération (%)", max_digits=5, decimal_places=2
    )
    fee_confederation_percent = models.DecimalField(
        "droit d’adhésion : part de CONAMUS (%)", max_digits=5, decimal_places=2
    )

    class Meta:
        verbose_name = "clé de répartition"
        verbose_name_plural = "clés de répartition"
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "valid_from"], name="sharing_key_once"),
            models.CheckConstraint(
                condition=Q(
                    federation_percent__gte=0,
                    confederation_percent__gte=0,
                    fee_federation_percent__gte=0,
                    fee_confederation_percent__gte=0,
                ),
                name="sharing_key_not_negative",
            ),
        ]
