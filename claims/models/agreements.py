"""Agreements of health facilities with federations or mutuelles, dated."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Concat, LPad

from claims.rules.advances import MEAN_MONTHS, MOST_PERCENT, AdvanceClause
from claims.rules.stubs import DIGITS
from federations.models import HealthFacility, StoredFile, TenantOwned, Unit


def _stub(column: str) -> Concat:
    """A stub of a book as claims keep it: prefix, hyphen, six digits."""
    digits = LPad(Cast(column, models.CharField()), DIGITS, Value("0"))
    return Concat("prefix", Value("-"), digits)


class Agreement(TenantOwned):
    """That a facility treats a federation's or mutuelle's members on third-party payment.

    ``ends_on`` is excluded. ``unit`` empty: with the whole federation.
    """

    facility = models.ForeignKey(
        HealthFacility,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="formation sanitaire",
    )
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        verbose_name="mutuelle",
    )
    number = models.CharField("numéro", max_length=40, blank=True, default="")
    starts_on = models.DateField("dès le")
    ends_on = models.DateField("jusqu’au (exclu)", null=True, blank=True)
    payment_term_days = models.PositiveSmallIntegerField("délai de paiement (jours)", default=30)
    ended_because = models.CharField("motif de la fin", max_length=200, blank=True, default="")
    #: What may be open of advances (`claims.rules.advances`); all empty: none are given.
    advance_francs = models.BigIntegerField("avances, au plus (FBu)", null=True, blank=True)
    advance_percent = models.PositiveSmallIntegerField(
        "avances : part du mois moyen (%)", null=True, blank=True
    )
    advance_months = models.PositiveSmallIntegerField("mois de la moyenne", null=True, blank=True)

    class Meta:
        verbose_name = "convention"
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="agreement_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "facility", "unit", "starts_on"],
                name="agreement_once_a_day",
                nulls_distinct=False,
                violation_error_message="Une convention commence déjà ce jour-là.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="agreement_ends_after_start",
                violation_error_message="La convention finit après son début.",
            ),
            models.CheckConstraint(
                condition=Q(advance_percent__isnull=True, advance_months__isnull=True)
                | Q(
                    advance_percent__isnull=False,
                    advance_percent__range=(1, MOST_PERCENT),
                    advance_months__isnull=False,
                    advance_months__in=MEAN_MONTHS,
                ),
                name="agreement_advance_share",
                violation_error_message="Une part du mois moyen dit sur combien de mois : 3 ou 12.",
            ),
            models.CheckConstraint(
                condition=Q(advance_francs__isnull=True) | Q(advance_francs__gt=0),
                name="agreement_advance_francs",
                violation_error_message="Le montant des avances est supérieur à zéro.",
            ),
        ]

    @property
    def advances(self) -> AdvanceClause:
        """What it says of advances."""
        return AdvanceClause(self.advance_francs, self.advance_percent, self.advance_months)


class AgreementSuspension(TenantOwned):
    """Days on which an agreement does not hold; ``ends_on`` (excluded) empty: until lifted."""

    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, related_name="suspensions", db_constraint=False
    )
    facility = models.ForeignKey(HealthFacility, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField("dès le")
    ends_on = models.DateField("jusqu’au (exclu)", null=True, blank=True)
    reason = models.CharField("motif", max_length=200)

    class Meta:
        verbose_name = "suspension de convention"
        verbose_name_plural = "suspensions de convention"
        ordering = ["-starts_on"]


class AgreementDocument(TenantOwned):
    """A signed paper of an agreement."""

    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, related_name="documents", db_constraint=False
    )
    facility = models.ForeignKey(HealthFacility, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("titre", max_length=120)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_by = models.CharField("ajouté par", max_length=150)
    added_at = models.DateTimeField("ajouté le", auto_now_add=True)

    class Meta:
        verbose_name = "document de convention"
        verbose_name_plural = "documents de convention"


class StubBook(TenantOwned):
    """A book of numbered attestations issued to a facility: ``prefix`` and first to last."""

    facility = models.ForeignKey(
        HealthFacility,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="formation sanitaire",
    )
    prefix = models.CharField("préfixe", max_length=10, blank=True, default="")
    first_number = models.PositiveIntegerField("premier numéro")
    last_number = models.PositiveIntegerField("dernier numéro")
    issued_on = models.DateField("remis le")
    withdrawn_on = models.DateField("retiré le", null=True, blank=True)
    is_take_on = models.BooleanField("en circulation à la reprise", default=False)

    # Stored as claims keep a stub: behind the wall an index is read by a plain column alone, and a
    # bound computed from two would have every use of the federation read for each book.
    first_stub = models.GeneratedField(
        expression=_stub("first_number"),
        output_field=models.CharField(max_length=24),
        db_persist=True,
    )
    last_stub = models.GeneratedField(
        expression=_stub("last_number"),
        output_field=models.CharField(max_length=24),
        db_persist=True,
    )

    class Meta:
        verbose_name = "carnet d’attestations"
        verbose_name_plural = "carnets d’attestations"
        ordering = ["prefix", "first_number"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "prefix", "first_number"], name="stub_book_once"
            ),
            models.CheckConstraint(
                condition=Q(last_number__gte=F("first_number")),
                name="stub_book_order",
                violation_error_message="Le dernier numéro suit le premier.",
            ),
        ]


class StubUse(TenantOwned):
    """That a stub was used for a claim: once in the processing federation, ever.

    ``attempt`` grows when a cancelled claim's stub is entered again.
    """

    number = models.CharField("numéro de souche", max_length=24)
    facility = models.ForeignKey(HealthFacility, on_delete=models.PROTECT, related_name="+")
    claim_id = models.BigIntegerField()
    care_year = models.PositiveSmallIntegerField()
    freed_at = models.DateTimeField("rendue le", null=True, blank=True)

    class Meta:
        verbose_name = "souche utilisée"
        verbose_name_plural = "souches utilisées"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"],
                condition=Q(freed_at__isnull=True),
                name="stub_used_once",
                violation_error_message="Cette souche a déjà servi.",
            ),
        ]
        indexes = [
            # What had a stub before: few were given up.
            models.Index(
                fields=["tenant", "number"],
                condition=Q(freed_at__isnull=False),
                name="stub_given_up",
            ),
        ]
