"""The enrolment of a household for a year, what it owes, and its promises to pay."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from federations.models import Federation, Partner, Place, StoredFile, TenantOwned, Unit
from membership.models.households import Beneficiary, Household
from membership.models.scales import ContributionScale, PayerKind
from membership.models.years import MutualistYear


class Enrolment(TenantOwned):
    """A household's enrolment in a unit for a year: a fact of the day it was signed.

    ``colline``, ``head_sex``, ``head_birth_year`` (None: not kept), ``males`` and ``females``
    are what was declared that day: the numbers that the contribution is computed on and that
    the yearly report counts; who the people are is in the household's members. ``is_renewal``:
    the household was insured in the network the year before (rules/renewals); ``is_returning``: it
    was enrolled then and insured nobody, and begins anew; ``is_same_unit``: it was in this very
    unit, or in one that this one replaced.
    The amounts are what the scale asked that day; ``payer_francs`` is the share of another
    payer in them.
    """

    household = models.ForeignKey(
        Household,
        on_delete=models.PROTECT,
        related_name="enrolments",
        db_constraint=False,
        verbose_name="ménage",
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False, verbose_name="unité"
    )
    year = models.ForeignKey(
        MutualistYear,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="année",
        db_index=False,
    )
    colline = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="+", verbose_name="colline", db_index=False
    )
    enrolled_on = models.DateField("adhésion signée le")
    is_renewal = models.BooleanField("renouvellement")
    is_returning = models.BooleanField(
        "inscrit l’année d’avant sans être assuré", default=False, db_default=False
    )
    is_same_unit = models.BooleanField("dans la même unité", default=True)
    #: Of a renewal signed while the year before still waited: the day that waiting ends.
    waits_until = models.DateField("carence de l’année d’avant, finie le", null=True, blank=True)
    head_sex = models.CharField("sexe de l’adhérent", max_length=1, choices=Beneficiary.Sex)
    head_birth_year = models.PositiveSmallIntegerField(
        "année de naissance de l’adhérent", null=True, blank=True
    )
    males = models.PositiveSmallIntegerField("hommes")
    females = models.PositiveSmallIntegerField("femmes")
    category = models.SlugField(
        "catégorie", max_length=20, default="ordinary", db_default="ordinary"
    )
    scale = models.ForeignKey(
        ContributionScale,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name="barème",
    )
    contribution_francs = models.BigIntegerField("cotisation (FBu)", default=0, db_default=0)
    joining_fee_francs = models.BigIntegerField("droit d’adhésion (FBu)", default=0, db_default=0)
    payer_francs = models.BigIntegerField("dont à un autre payeur (FBu)", default=0, db_default=0)
    payer = models.CharField(
        "autre payeur",
        max_length=10,
        choices=PayerKind,
        default=PayerKind.HOUSEHOLD,
        db_default="household",
    )
    payer_partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="partenaire payeur",
    )
    #: Of an enrolment that came with a household from another federation: where and when it was
    #: signed, and what was paid there; the amounts above are what was left to pay.
    signed_at = models.ForeignKey(
        Federation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="signée à",
    )
    first_signed_on = models.DateField("signée là-bas le", null=True, blank=True)
    #: When the household's rights open, or opened last, by what it paid and promised there.
    opens_on = models.DateField("droits ouverts là-bas le", null=True, blank=True)
    paid_before_francs = models.BigIntegerField(
        "payé là-bas par le ménage (FBu)", default=0, db_default=0
    )
    payer_paid_before_francs = models.BigIntegerField(
        "payé là-bas par l’autre payeur (FBu)", default=0, db_default=0
    )
    cancelled_on = models.DateField("annulée le", null=True, blank=True)
    cancelled_because = models.CharField(
        "annulée parce que", max_length=200, blank=True, default="", db_default=""
    )

    class Meta:
        verbose_name = "adhésion"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "year"],
                condition=Q(cancelled_on__isnull=True),
                name="enrolment_once_a_year",
                violation_error_message="Ce ménage est déjà inscrit pour cette année.",
            ),
            models.UniqueConstraint(fields=["tenant", "id"], name="enrolment_tenant_id"),
            models.CheckConstraint(
                condition=Q(males__gt=0) | Q(females__gt=0), name="enrolment_covers_somebody"
            ),
            models.CheckConstraint(
                condition=Q(
                    contribution_francs__gte=0, joining_fee_francs__gte=0, payer_francs__gte=0
                ),
                name="enrolment_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(paid_before_francs__gte=0, payer_paid_before_francs__gte=0),
                name="enrolment_paid_before_not_negative",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "year", "unit"])]

    @property
    def due_francs(self) -> int:
        """What was asked the day it was signed, whoever pays; supplements are lines beside."""
        return self.contribution_francs + self.joining_fee_francs

    @property
    def people(self) -> int:
        """How many people it covers, as declared."""
        return self.males + self.females


class EnrolmentSupplement(TenantOwned):
    """What a person who joined after the enrolment adds to it: a line, never an edit.

    ``people`` is the size that the household is now charged for; the amount may be nothing, and
    the line then says that nothing more was asked. A line is taken back by its mirror, when the
    person had been entered by mistake.
    """

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="supplements", db_constraint=False
    )
    beneficiary = models.ForeignKey(
        Beneficiary,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name="pour",
    )
    asked_on = models.DateField("demandé le")
    people = models.PositiveSmallIntegerField("personnes comptées")
    contribution_francs = models.BigIntegerField("supplément (FBu)")
    payer_francs = models.BigIntegerField("dont à un autre payeur (FBu)", default=0)
    explanation = models.CharField("calcul", max_length=300)
    reverses = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reversed_by",
        verbose_name="reprend",
    )
    recorded_by = models.CharField("inscrit par", max_length=150)
    recorded_at = models.DateTimeField("inscrit à", auto_now_add=True, db_default=Now())

    class Meta:
        verbose_name = "supplément"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="supplement_tenant_id"),
            models.UniqueConstraint(
                fields=["enrolment", "beneficiary"],
                condition=Q(reverses__isnull=True),
                name="supplement_once",
                violation_error_message="Cette personne a déjà son supplément.",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, contribution_francs__gte=0, payer_francs__gte=0)
                | Q(reverses__isnull=False, contribution_francs__lte=0, payer_francs__lte=0),
                name="supplement_sign",
            ),
        ]


class Promise(TenantOwned):
    """A signed promise to pay a year's contribution, by deduction from the harvest."""

    class State(models.TextChoices):
        SIGNED = "signed", "signée, à accepter"
        ACCEPTED = "accepted", "acceptée"
        REFUSED = "refused", "refusée"

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="promises", db_constraint=False
    )
    amount_francs = models.BigIntegerField("montant promis (FBu)")
    signed_on = models.DateField("signée le")
    buyer = models.CharField(
        "retenue faite par", max_length=120, help_text="La station ou la coopérative qui retient."
    )
    document = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: Of the signed paper: it stands for the picture where none could be taken.
    paper_number = models.CharField(
        "n° du papier", max_length=30, blank=True, default="", db_default=""
    )
    state = models.CharField("état", max_length=8, choices=State, default=State.SIGNED)
    answered_on = models.DateField("acceptée ou refusée le", null=True, blank=True)
    answered_by = models.CharField("par", max_length=150, blank=True)
    answer = models.CharField("motif", max_length=200, blank=True)
    #: An accepted promise that is taken back opens nothing from this day on.
    withdrawn_on = models.DateField("retirée le", null=True, blank=True)
    withdrawn_because = models.CharField(
        "retirée parce que", max_length=200, blank=True, default="", db_default=""
    )

    class Meta:
        verbose_name = "promesse de paiement"
        verbose_name_plural = "promesses de paiement"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="promise_tenant_id"),
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=~Q(state="refused") & Q(withdrawn_on__isnull=True),
                name="promise_once",
                violation_error_message="Une promesse existe déjà pour cette adhésion.",
            ),
            models.CheckConstraint(
                condition=Q(amount_francs__gt=0),
                name="promise_positive",
                violation_error_message="Le montant promis est positif.",
            ),
        ]


class PromiseInstalment(TenantOwned):
    """A due date of a promise."""

    promise = models.ForeignKey(
        Promise, on_delete=models.CASCADE, related_name="instalments", db_constraint=False
    )
    due_on = models.DateField("échéance")
    amount_francs = models.BigIntegerField("montant (FBu)")

    class Meta:
        verbose_name = "échéance"
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(fields=["promise", "due_on"], name="instalment_once_a_day"),
            models.CheckConstraint(condition=Q(amount_francs__gt=0), name="instalment_positive"),
        ]
