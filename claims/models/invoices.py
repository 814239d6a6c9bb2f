"""Monthly invoices of facilities, and their payment by the processing federation.

An invoice is the facility's list of a month, with the day on which it was received. It becomes
payable when all its claims are final: what is payable is then the sum of their decisions, and no
bill is written before the decision. Payments, advances, retentions and recoveries are documents
of their own; what was wrong is undone by its reversal.
"""

from django.db import models
from django.db.models import F, Q

from claims.models.facility_money import FacilityMoney
from federations.models import HealthFacility, TenantOwned, Unit
from membership.models.reversals import reversal_constraints


class FacilityInvoice(TenantOwned):
    """What a facility asks for a month's attestations; the tenant is the processing side."""

    class State(models.TextChoices):
        RECEIVED = "received", "reçue"
        SETTLED = "settled", "arrêtée"
        PAID = "paid", "payée"
        CANCELLED = "cancelled", "annulée"

    facility = models.ForeignKey(
        HealthFacility,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="formation sanitaire",
    )
    centre = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        verbose_name="centre de gestion",
    )
    number = models.CharField("numéro de la formation sanitaire", max_length=40)
    month = models.DateField("mois", help_text="Le premier jour du mois.")
    received_on = models.DateField("reçue le")
    told_count = models.PositiveIntegerField("attestations annoncées", null=True, blank=True)
    told_francs = models.BigIntegerField("montant annoncé (FBu)", null=True, blank=True)
    state = models.CharField("état", max_length=10, choices=State, default=State.RECEIVED)
    settled_on = models.DateField("arrêtée le", null=True, blank=True)
    settled_by = models.CharField("arrêtée par", max_length=150, blank=True, default="")
    #: What is payable, fixed on settling: the mutuelle's part of its final decisions.
    payable_francs = models.BigIntegerField("à payer (FBu)", null=True, blank=True)
    due_on = models.DateField("échéance", null=True, blank=True)
    is_take_on = models.BooleanField("ouverte à la reprise", default=False)
    #: Why one that was taken on is cancelled.
    cancelled_because = models.CharField(
        "motif de l’annulation", max_length=200, blank=True, default="", db_default=""
    )
    recorded_by = models.CharField("inscrite par", max_length=150)
    recorded_by_user_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField("inscrite le", auto_now_add=True)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    class Meta:
        verbose_name = "facture de formation sanitaire"
        verbose_name_plural = "factures des formations sanitaires"
        ordering = ["-month", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="invoice_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "facility", "number"],
                condition=~Q(state="cancelled"),
                name="invoice_number_once",
                violation_error_message="Cette facture est déjà inscrite.",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="invoice_first_of_month"),
            models.CheckConstraint(
                condition=~Q(state__in=["settled", "paid"]) | Q(payable_francs__isnull=False),
                name="invoice_settled_has_amount",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "state", "due_on"], name="invoice_due")]

    def __str__(self) -> str:
        return self.number


class UndoneSettling(TenantOwned):
    """A settling that held for some days: its invoice was reopened, or, taken on, cancelled.

    The invoice itself says how it stands today; the account of a day between reads this.
    """

    invoice = models.ForeignKey(
        FacilityInvoice, on_delete=models.PROTECT, related_name="undone", db_constraint=False
    )
    facility = models.ForeignKey(HealthFacility, on_delete=models.PROTECT, related_name="+")
    francs = models.BigIntegerField("était à payer (FBu)")
    settled_on = models.DateField("arrêtée le")
    settled_by = models.CharField("arrêtée par", max_length=150)
    due_on = models.DateField("échéance")
    undone_on = models.DateField("défaite le")
    reason = models.CharField("motif", max_length=200)
    recorded_by = models.CharField("défaite par", max_length=150)
    recorded_at = models.DateTimeField("inscrit le", auto_now_add=True)

    class Meta:
        verbose_name = "arrêté défait d’une facture"
        verbose_name_plural = "arrêtés défaits des factures"
        ordering = ["invoice", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_on__gte=F("settled_on")), name="settling_undone_afterwards"
            )
        ]


class OrderBook(TenantOwned):
    """The running number of a federation's payment orders in a year, without gap."""

    year = models.PositiveSmallIntegerField("année")
    last_number = models.PositiveIntegerField("dernier numéro", default=0)

    class Meta:
        verbose_name = "carnet d’ordres"
        verbose_name_plural = "carnets d’ordres"
        constraints = [models.UniqueConstraint(fields=["tenant", "year"], name="order_book_once")]


class PaymentOrder(FacilityMoney):
    """Money that goes to a facility: a payment of invoices, or an advance; or its reversal."""

    class Kind(models.TextChoices):
        PAYMENT = "payment", "paiement"
        ADVANCE = "advance", "avance"

    kind = models.CharField("nature", max_length=10, choices=Kind, default=Kind.PAYMENT)
    order_year = models.PositiveSmallIntegerField("année")
    order_number = models.PositiveIntegerField("ordre n°")
    paid_on = models.DateField("payé le")
    reverses = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reversed_by",
        verbose_name="annule l’ordre",
    )
    #: Why an advance is dated further back than the days that papers take.
    backdating_reason = models.CharField(
        "motif de l’antidatage", max_length=200, blank=True, default="", db_default=""
    )

    class Meta:
        verbose_name = "ordre de paiement"
        verbose_name_plural = "ordres de paiement"
        ordering = ["-paid_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "order_year", "order_number"], name="order_number_once"
            ),
            *reversal_constraints("order", served="Cette référence a déjà servi pour un paiement."),
        ]


class InvoiceEntry(TenantOwned):
    """What changes what remains due on an invoice: a payment's share, a retention, a recovery.

    ``francs`` lessens what is due when positive; a reversal or the release of a retention is
    a negative row of the same kind.
    """

    class Kind(models.TextChoices):
        PAID = "paid", "payé"
        RETAINED = "retained", "retenu"
        ADVANCE = "advance", "imputé sur une avance"
        RECOVERED = "recovered", "récupéré"

    invoice = models.ForeignKey(
        FacilityInvoice, on_delete=models.PROTECT, related_name="entries", db_constraint=False
    )
    facility = models.ForeignKey(HealthFacility, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("nature", max_length=10, choices=Kind)
    francs = models.BigIntegerField("montant (FBu)")
    order = models.ForeignKey(
        PaymentOrder,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        db_constraint=False,
        verbose_name="ordre",
    )
    #: The debt that a recovery lessens.
    debt = models.ForeignKey(
        "FacilityDebt",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        db_constraint=False,
        verbose_name="dette",
    )
    entered_on = models.DateField("le")
    reason = models.CharField("motif", max_length=200, blank=True, default="")
    recorded_by = models.CharField("inscrit par", max_length=150)
    recorded_at = models.DateTimeField("inscrit le", auto_now_add=True)

    class Meta:
        verbose_name = "mouvement d’une facture"
        verbose_name_plural = "mouvements des factures"
        ordering = ["invoice", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(francs=0), name="invoice_entry_not_nothing"),
            models.CheckConstraint(
                condition=~Q(kind__in=["paid", "advance"]) | Q(order__isnull=False),
                name="invoice_entry_of_an_order",
            ),
            models.CheckConstraint(
                condition=~Q(kind="recovered") | Q(debt__isnull=False),
                name="invoice_entry_of_a_debt",
            ),
        ]


class FacilityDebt(TenantOwned):
    """What a facility owes back: a lower decision after payment, or a visit's finding.

    Negative: what is owed to it still, by a higher decision; it comes with its next invoice.
    """

    facility = models.ForeignKey(HealthFacility, on_delete=models.PROTECT, related_name="+")
    claim_id = models.BigIntegerField(null=True, blank=True)
    decision_id = models.BigIntegerField(null=True, blank=True)
    francs = models.BigIntegerField("montant (FBu)")
    reason = models.CharField("motif", max_length=200)
    arisen_on = models.DateField("née le")
    recorded_by = models.CharField("inscrite par", max_length=150)
    recorded_at = models.DateTimeField("inscrite le", auto_now_add=True)

    class Meta:
        verbose_name = "dette d’une formation sanitaire"
        verbose_name_plural = "dettes des formations sanitaires"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="facility_debt_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "decision_id"],
                condition=Q(decision_id__isnull=False),
                name="facility_debt_once_a_decision",
            ),
            # A paid claim that another replaces: all that was paid for it, once.
            models.UniqueConstraint(
                fields=["tenant", "claim_id"],
                condition=Q(decision_id__isnull=True, claim_id__isnull=False),
                name="facility_debt_once_a_claim",
            ),
            models.CheckConstraint(condition=~Q(francs=0), name="facility_debt_not_nothing"),
        ]
