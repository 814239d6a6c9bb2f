"""Benefit packages as dated data, and the terms of control.

CONAMUS publishes a template for a year; a federation adopts it or derogates, with the day and
the reason. A package in force is never edited: a new version replaces it from a day, and each
decision names the version that it was taken by.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from claims.models.catalogue import Act
from claims.rules.package import Paper, Scope
from claims.rules.review import DEFERRAL_DAYS, MOST_DEFERRALS
from claims.rules.words import Bearer, CareKind, Family
from federations.models import TenantOwned
from membership.models import MutualistYear


class BenefitPackage(TenantOwned):
    """What a federation's members are owed for care in a mutualist year."""

    class State(models.TextChoices):
        DRAFT = "draft", "en préparation"
        IN_FORCE = "in_force", "en vigueur"
        REPLACED = "replaced", "remplacé"

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
        verbose_name="paquet type",
    )
    late_after_days = models.PositiveSmallIntegerField(
        "attestation tardive après (jours)",
        null=True,
        blank=True,
        default=90,
        help_text="Vide : une attestation n’est jamais trop tardive.",
    )
    accepts_unpriced = models.BooleanField(
        "actes sans tarif pris au prix demandé",
        default=True,
        help_text="Montrés à une personne. Sinon ils ne sont pas payés.",
    )
    derogation_on = models.DateField("dérogation du", null=True, blank=True)
    derogation_reason = models.CharField("motif de la dérogation", max_length=300, blank=True)
    #: A version holds for care from this day, to the day on which the next one begins.
    in_force_from = models.DateField("en vigueur dès le", null=True, blank=True)
    in_force_until = models.DateField("en vigueur jusqu’au (exclu)", null=True, blank=True)
    adopted_by = models.CharField("adopté par", max_length=150, blank=True)

    class Meta:
        verbose_name = "paquet de prestations"
        verbose_name_plural = "paquets de prestations"
        ordering = ["-year", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "year"],
                condition=Q(state="in_force"),
                name="package_once_in_force",
                violation_error_message="Un paquet est déjà en vigueur pour cette année.",
            ),
            models.UniqueConstraint(fields=["tenant", "id"], name="package_tenant_id"),
        ]


class PackageClause(TenantOwned):
    """One rule of a package; its kind says which of the columns it needs."""

    class Kind(models.TextChoices):
        RATE = "rate", "taux de prise en charge"
        CEILING = "ceiling", "plafond"
        LIMIT = "limit", "limite de quantité ou de fréquence"
        INTERVAL = "interval", "intervalle minimal"
        WAIT = "wait", "délai d’attente"
        CONDITION = "condition", "condition d’âge ou de sexe"
        EXCLUSION = "exclusion", "exclusion"
        REQUIREMENT = "requirement", "accord ou référence exigés"
        OTHER_PAYER = "other_payer", "autre payeur"
        DEDUCTIBLE = "deductible", "franchise"

    package = models.ForeignKey(
        BenefitPackage, on_delete=models.CASCADE, related_name="clauses", db_constraint=False
    )
    kind = models.CharField("nature", max_length=12, choices=Kind)
    # What care it speaks of; empty does not narrow.
    family = models.CharField(
        "famille",
        max_length=12,
        blank=True,
        default="",
        choices=[(family.value, family.label) for family in Family],
    )
    act = models.ForeignKey(
        Act, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="acte"
    )
    level = models.CharField("type de formation", max_length=24, blank=True, default="")
    ownership = models.CharField("statut juridique", max_length=12, blank=True, default="")
    care_kind = models.CharField(
        "genre de soins",
        max_length=12,
        blank=True,
        default="",
        choices=[(kind.value, kind.label) for kind in CareKind],
    )
    sex = models.CharField("sexe", max_length=1, blank=True, default="")
    age_from = models.PositiveSmallIntegerField("âge dès (ans)", null=True, blank=True)
    age_to = models.PositiveSmallIntegerField("âge jusqu’à (ans, inclus)", null=True, blank=True)
    # What it says.
    percent = models.DecimalField("part (%)", max_digits=5, decimal_places=2, null=True, blank=True)
    francs = models.BigIntegerField("montant (FBu)", null=True, blank=True)
    quantity = models.DecimalField(
        "quantité", max_digits=9, decimal_places=2, null=True, blank=True
    )
    days = models.PositiveSmallIntegerField("jours", null=True, blank=True)
    scope = models.CharField(
        "compté par",
        max_length=16,
        blank=True,
        default="",
        choices=[(s.value, s.value) for s in Scope],
    )
    paper = models.CharField(
        "pièce", max_length=14, blank=True, default="", choices=[(p.value, p.value) for p in Paper]
    )
    bearer = models.CharField(
        "à la charge de",
        max_length=12,
        blank=True,
        default="",
        choices=[(bearer.value, bearer.label) for bearer in Bearer],
    )
    payer = models.CharField("autre payeur", max_length=60, blank=True, default="")
    is_chronic = models.BooleanField("maladies chroniques", default=False)
    is_maternity = models.BooleanField("grossesse et accouchement", default=False)
    other_cover = models.CharField("autre couverture", max_length=6, blank=True, default="")
    #: For a condition: the sex and ages to which what it targets is owed.
    owed_sex = models.CharField("dû au sexe", max_length=1, blank=True, default="")
    owed_age_from = models.PositiveSmallIntegerField("dû dès (ans)", null=True, blank=True)
    owed_age_to = models.PositiveSmallIntegerField("dû jusqu’à (ans)", null=True, blank=True)
    wording = models.CharField("libellé", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "clause du paquet"
        verbose_name_plural = "clauses du paquet"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__gte=0, percent__lte=100),
                name="clause_percent",
                violation_error_message="La part est entre 0 et 100 %%.",
            ),
            models.CheckConstraint(
                condition=Q(francs__isnull=True) | Q(francs__gte=0),
                name="clause_francs",
                violation_error_message="Le montant n’est pas négatif.",
            ),
            models.CheckConstraint(
                condition=(~Q(kind__in=["rate", "other_payer"]) | Q(percent__isnull=False))
                & (
                    ~Q(kind__in=["ceiling", "deductible"])
                    | (Q(francs__isnull=False) & ~Q(scope=""))
                )
                & (~Q(kind="limit") | Q(quantity__isnull=False))
                & (~Q(kind__in=["interval", "wait"]) | Q(days__isnull=False))
                & (~Q(kind="requirement") | ~Q(paper="")),
                name="clause_says_what_its_kind_needs",
                violation_error_message="La clause ne dit pas ce que sa nature exige.",
            ),
            models.CheckConstraint(
                condition=Q(age_from__isnull=True)
                | Q(age_to__isnull=True)
                | Q(age_to__gte=F("age_from")),
                name="clause_ages",
                violation_error_message="Le second âge suit le premier.",
            ),
        ]


class ControlTerms(TenantOwned):
    """How a processing federation checks claims, from a day: amounts, sample, terms."""

    in_force_from = models.DateField("dès le")
    accepted_below_francs = models.BigIntegerField("accepté d’office au-dessous de (FBu)")
    sample_percent = models.DecimalField("échantillon (%)", max_digits=5, decimal_places=2)
    second_reader_from_francs = models.BigIntegerField("second lecteur dès (FBu)")
    reply_days = models.PositiveSmallIntegerField("délai de réponse (jours)", default=30)
    contest_days = models.PositiveSmallIntegerField(
        "délai de contestation de la fédération d’origine (jours)", default=30
    )
    most_deferrals = models.PositiveSmallIntegerField(
        "remises à plus tard, au plus", default=MOST_DEFERRALS, db_default=MOST_DEFERRALS
    )
    deferral_days = models.PositiveSmallIntegerField(
        "durée d’une remise, au plus (jours)", default=DEFERRAL_DAYS, db_default=DEFERRAL_DAYS
    )
    adopted_by = models.CharField("adopté par", max_length=150, blank=True)

    class Meta:
        verbose_name = "règles de contrôle"
        verbose_name_plural = "règles de contrôle"
        ordering = ["-in_force_from"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "in_force_from"], name="control_once_a_day"),
            models.CheckConstraint(
                condition=Q(sample_percent__gte=0, sample_percent__lte=100),
                name="control_sample",
                violation_error_message="L’échantillon est entre 0 et 100 %%.",
            ),
        ]


class SampleSeed(TenantOwned):
    """What the random sample of a federation's month is drawn by. Never changed.

    Made by the machine when the month's first claim is checked; read by the check, and by the
    doctors of the network, who enter nothing.
    """

    month = models.DateField("mois", help_text="Le premier jour du mois.")
    seed = models.CharField("graine", max_length=32)
    made_at = models.DateTimeField("tirée le", auto_now_add=True, db_default=Now())

    class Meta:
        verbose_name = "graine de l’échantillon"
        verbose_name_plural = "graines de l’échantillon"
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "month"], name="sample_seed_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="sample_seed_first_of_month"),
        ]
