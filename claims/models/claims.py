"""Claims: attestations of care as they were brought, line by line, and their way.

A claim belongs to the patient's federation (``tenant``) and is entered, decided and paid by the
processing one; the facility sees its own, whichever federation they belong to. All three stand
on every row, so that each policy is one comparison. The tables are partitioned by the year of
care; their keys in the database are (care_year, id), which migrations write in SQL.
"""

from django.db import models
from django.db.models.functions import Now

from claims.models.catalogue import Act
from claims.rules.review import Why
from claims.rules.states import WRITTEN, State
from claims.rules.words import CareKind
from conamus import clock
from federations.models import Federation, HealthFacility, TenantOwned, Unit
from membership.models import Beneficiary, Household


class CareOwned(TenantOwned):
    """A row of a claim: its home, who processes it, where the care was given, in which year."""

    # One key of the database, (care_year, claim, tenant, processing, facility), holds each row to
    # its claim and to the same three parties; the claim's own are plain keys. All are in SQL.
    tenant = models.ForeignKey(
        Federation,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        editable=False,
        verbose_name="fédération d’origine",
    )
    processing = models.ForeignKey(
        Federation,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="fédération traitante",
    )
    facility = models.ForeignKey(
        HealthFacility,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="formation sanitaire",
    )
    care_year = models.PositiveSmallIntegerField("année des soins")

    class Meta:
        abstract = True


class Claim(CareOwned):
    """An attestation de soins: one case, of one person, at one facility.

    ``asked_francs`` is the sum of its lines, held by the service that writes both. The three
    ``told_…`` amounts are what the paper says, compared with the sums by the check.
    """

    class Source(models.TextChoices):
        FACILITY = "facility", "saisie par la formation sanitaire"
        CENTRE = "centre", "saisie par le centre"
        FILE = "file", "fichier"

    class WaitsFor(models.TextChoices):
        """What a claim to review waits for, other than its first reader."""

        DAY = "day", "remise à plus tard"
        FACILITY = "facility", "réponse de la formation sanitaire"
        SECOND_READER = "second_reader", "second lecteur"

    household = models.ForeignKey(
        Household,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name="ménage",
    )
    beneficiary = models.ForeignKey(
        Beneficiary,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name="patient",
    )
    #: The network's person: what ceilings count follows it from federation to federation.
    person_id = models.UUIDField("personne", editable=False)
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name="section du patient",
    )
    centre = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name="centre de gestion",
    )
    stub_number = models.CharField("numéro de souche", max_length=24)
    care_kind = models.CharField(
        "genre", max_length=12, choices=[(kind.value, kind.label) for kind in CareKind]
    )
    starts_on = models.DateField("date des soins")
    ends_on = models.DateField("dernier jour")
    received_on = models.DateField("reçue le")
    episode = models.CharField("épisode", max_length=40, blank=True, default="", db_default="")
    has_referral = models.BooleanField("référé", default=False, db_default=False)
    invoice_id = models.BigIntegerField("facture", null=True, blank=True)
    told_total_francs = models.BigIntegerField("total écrit (FBu)", null=True, blank=True)
    told_mutuelle_francs = models.BigIntegerField(
        "part mutuelle écrite (FBu)", null=True, blank=True
    )
    told_patient_francs = models.BigIntegerField("part patient écrite (FBu)", null=True, blank=True)
    asked_francs = models.BigIntegerField("demandé (FBu)")
    state = models.CharField(
        "état",
        max_length=10,
        choices=[(state.value, state.label) for state in State],
        default=State.ENTERED.value,
    )
    state_since = models.DateTimeField("depuis", auto_now_add=True, db_default=Now())
    #: The decision in force; those before it stay, superseded.
    decision_id = models.BigIntegerField("décision", null=True, blank=True)
    #: What waits for a person, and how urgently: amount × signal (`claims.rules.review`).
    review_rank = models.BigIntegerField("rang de contrôle", default=0, db_default=0)
    waits_for = models.CharField(
        "attend", max_length=13, choices=WaitsFor, blank=True, default="", db_default=""
    )
    #: The first day on which it comes back into the queue by itself.
    waits_until = models.DateField("attend jusqu’au", null=True, blank=True)
    source = models.CharField("origine", max_length=10, choices=Source)
    entered_by = models.CharField("saisie par", max_length=150)
    entered_by_user_id = models.BigIntegerField(null=True, blank=True)
    entered_at = models.DateTimeField("saisie à", db_default=Now())
    supersedes_id = models.BigIntegerField("remplace", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    class Meta:
        verbose_name = "attestation de soins"
        verbose_name_plural = "attestations de soins"
        ordering = ["-starts_on", "-id"]
        indexes = [
            models.Index(fields=["tenant", "household", "care_year"], name="claim_household"),
            models.Index(fields=["person_id", "starts_on"], name="claim_person"),
            models.Index(fields=["processing", "state", "-review_rank"], name="claim_queue"),
            # The queue of who reviews for every federation: small, whatever the table's size.
            models.Index(
                fields=["-review_rank", "id"],
                condition=models.Q(state__in=[State.TO_REVIEW.value, State.CONTESTED.value]),
                name="claim_waiting",
            ),
            models.Index(fields=["processing", "-starts_on", "-id"], name="claim_processing_day"),
            models.Index(fields=["tenant", "-starts_on", "-id"], name="claim_home_day"),
            models.Index(fields=["facility", "-starts_on", "-id"], name="claim_facility_day"),
            # The list of who sees every federation's.
            models.Index(fields=["-starts_on", "-id"], name="claim_day"),
            models.Index(fields=["invoice_id"], name="claim_invoice"),
            # What took a claim's place, whatever its year, stub or patient: of most there is none.
            models.Index(
                fields=["supersedes_id"],
                condition=models.Q(supersedes_id__isnull=False),
                name="claim_supersedes",
            ),
        ]

    def __str__(self) -> str:
        return self.stub_number


class ClaimLine(CareOwned):
    """A line of an attestation, as it was asked; its amount is quantity × price, rounded."""

    claim = models.ForeignKey(
        Claim,
        on_delete=models.PROTECT,
        related_name="lines",
        db_constraint=False,
        db_index=False,
    )
    position = models.PositiveSmallIntegerField("ligne")
    act = models.ForeignKey(
        Act, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name="acte"
    )
    quantity = models.DecimalField("quantité", max_digits=9, decimal_places=2)
    unit_price_francs = models.BigIntegerField("prix unitaire (FBu)")
    asked_francs = models.BigIntegerField("demandé (FBu)")
    given_on = models.DateField("le", null=True, blank=True)

    class Meta:
        verbose_name = "ligne d’attestation"
        verbose_name_plural = "lignes d’attestation"
        ordering = ["claim", "position"]
        indexes = [models.Index(fields=["claim", "position"], name="claim_line_place")]


class ClaimStep(CareOwned):
    """A move of a claim from one state to another: who, when, why. Never changed."""

    claim = models.ForeignKey(
        Claim,
        on_delete=models.PROTECT,
        related_name="steps",
        db_constraint=False,
        db_index=False,
    )
    from_state = models.CharField("de", max_length=10, blank=True, default="")
    to_state = models.CharField("à", max_length=10)
    reason = models.CharField("motif", max_length=300, blank=True, default="")
    by_name = models.CharField("par", max_length=150)
    by_user_id = models.BigIntegerField(null=True, blank=True)
    by_role = models.CharField("rôle", max_length=24)
    at = models.DateTimeField("à", db_default=Now())

    class Meta:
        verbose_name = "étape d’une attestation"
        verbose_name_plural = "étapes d’une attestation"
        ordering = ["claim", "id"]
        indexes = [
            models.Index(fields=["claim", "id"], name="claim_step_of"),
            # What the random sample alone sent to a reader: few, met month by month.
            models.Index(
                fields=["processing", "claim"],
                condition=models.Q(to_state=State.TO_REVIEW.value, reason=Why.SAMPLE.label),
                name="claim_step_sampled",
            ),
            # What a reader has written, and leaves to others: of most of them nothing.
            models.Index(
                fields=["by_user_id", "claim"],
                condition=models.Q(
                    to_state__in=sorted(state.value for state in WRITTEN),
                    by_user_id__isnull=False,
                ),
                name="claim_step_written",
            ),
        ]


class CareAccount(TenantOwned):
    """What decisions on a household's care of a year are serialised on: locked, never counted."""

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    care_year = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = "compte de soins"
        verbose_name_plural = "comptes de soins"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "household", "care_year"], name="care_account_once"
            )
        ]


class CareAuthorisation(TenantOwned):
    """A bon de prise en charge: care agreed beforehand, with its amount and its days."""

    beneficiary = models.ForeignKey(
        Beneficiary,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        verbose_name="patient",
    )
    processing = models.ForeignKey(
        Federation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    facility = models.ForeignKey(
        HealthFacility,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="formation sanitaire",
    )
    number = models.CharField("numéro", max_length=24)
    family = models.CharField("famille", max_length=12, blank=True, default="")
    act = models.ForeignKey(
        Act, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="acte"
    )
    francs = models.BigIntegerField("montant au plus (FBu)", null=True, blank=True)
    starts_on = models.DateField("valable dès le")
    ends_on = models.DateField("jusqu’au (inclus)")
    given_by = models.CharField("accordé par", max_length=150)
    given_by_user_id = models.BigIntegerField(null=True, blank=True)
    #: On the business date: whether it came after the care is read off it.
    given_at = models.DateTimeField("accordé le", default=clock.moment, editable=False)
    #: Told where it is valid from long before the day on which it was given.
    dated_back_because = models.CharField(
        "antidaté parce que", max_length=300, blank=True, default=""
    )
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "bon de prise en charge"
        verbose_name_plural = "bons de prise en charge"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="authorisation_tenant_id"),
            models.UniqueConstraint(
                fields=["processing", "number"],
                name="authorisation_number_once",
                violation_error_message="Ce numéro de bon a déjà servi.",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "beneficiary"], name="authorisation_person")]
