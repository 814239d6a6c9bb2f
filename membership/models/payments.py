"""Payments of contributions: receipts without gaps, and operators' statements.

A payment is never changed nor removed: what was wrong is undone by a counter-receipt, a row of
the same series with the amount reversed.
"""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from federations.models import Partner, StoredFile, TenantOwned, Unit
from membership.models.enrolments import Enrolment, Promise
from membership.models.reversals import reversal_constraints
from membership.models.scales import PayerKind


class Method(models.TextChoices):
    """How money came."""

    CASH = "cash", "espèces"
    BANK = "bank", "banque"
    MICROFINANCE = "microfinance", "microfinance"
    LUMICASH = "lumicash", "Lumicash"
    ECOCASH = "ecocash", "EcoCash"
    HARVEST = "harvest", "retenue sur la récolte"
    OPENING = "opening", "reprise du registre papier"


#: The methods that are a mobile operator's, with a statement to reconcile.
MOBILE_METHODS = (Method.LUMICASH, Method.ECOCASH)


class ReceiptBook(TenantOwned):
    """The running number of a unit's receipts in a year: locked, so that there is no gap."""

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False, verbose_name="unité"
    )
    year = models.PositiveSmallIntegerField("année civile")
    last_number = models.PositiveIntegerField("dernier numéro", default=0)

    class Meta:
        verbose_name = "carnet de reçus"
        verbose_name_plural = "carnets de reçus"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "unit", "year"], name="receipt_book_once")
        ]


class GroupPayment(TenantOwned):
    """One transfer of a mobile operator that pays for several households, as it was received.

    Each household's part is a `Payment` with its own receipt; the parts that stand, and what was
    given back, make the whole. What a counter-receipt frees waits to be shared out again.
    """

    method = models.CharField("opérateur", max_length=12, choices=Method)
    reference = models.CharField("référence", max_length=60)
    #: As of a payment: a reference whose receipts are all cancelled serves again.
    attempt = models.PositiveSmallIntegerField("utilisation de la référence", default=1)
    amount_francs = models.BigIntegerField("montant (FBu)")
    returned_francs = models.BigIntegerField("rendu au payeur (FBu)", default=0)
    return_reason = models.CharField("pourquoi rendu", max_length=200, blank=True, default="")
    operator_fee_francs = models.BigIntegerField("frais de l’opérateur (FBu)", default=0)
    payer_phone = models.CharField("téléphone du payeur", max_length=20, blank=True, default="")
    received_on = models.DateField("reçu le")
    recorded_by = models.CharField("encaissé par", max_length=150)
    recorded_at = models.DateTimeField("inscrit à", auto_now_add=True)

    class Meta:
        verbose_name = "paiement groupé"
        verbose_name_plural = "paiements groupés"
        ordering = ["-received_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="group_payment_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "method", "reference", "attempt"],
                name="group_reference_once",
                violation_error_message="Cette référence a déjà servi pour un paiement.",
            ),
            models.CheckConstraint(
                condition=Q(
                    returned_francs__gte=0,
                    returned_francs__lte=F("amount_francs"),
                    operator_fee_francs__gte=0,
                ),
                name="group_amounts",
                violation_error_message="On ne rend pas plus que ce qui a été reçu.",
            ),
        ]


class Payment(TenantOwned):
    """Money received for an enrolment, or its reversal; each has its numbered receipt.

    ``amount_francs`` is ``contribution_francs + fee_francs``; of these the two ``…_up_…`` parts
    go to the federation and to CONAMUS by the key of the day. All are negative in a
    counter-receipt.
    """

    enrolment = models.ForeignKey(
        Enrolment,
        on_delete=models.PROTECT,
        related_name="payments",
        db_constraint=False,
        verbose_name="adhésion",
    )
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name="encaissé par",
    )
    receipt_year = models.PositiveSmallIntegerField("année du reçu")
    receipt_number = models.PositiveIntegerField("numéro du reçu")
    amount_francs = models.BigIntegerField("montant (FBu)")
    contribution_francs = models.BigIntegerField("dont cotisation (FBu)")
    fee_francs = models.BigIntegerField("dont droit d’adhésion (FBu)")
    federation_francs = models.BigIntegerField("part de la fédération (FBu)")
    confederation_francs = models.BigIntegerField("part de CONAMUS (FBu)")
    method = models.CharField("moyen", max_length=12, choices=Method)
    payer = models.CharField(
        "payeur",
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
    #: The promise that a deduction from the harvest keeps; of no other method.
    promise = models.ForeignKey(
        Promise,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name="promesse",
    )
    reference = models.CharField("référence", max_length=60, blank=True, default="", db_default="")
    #: Which use of the reference or paper receipt this is: once its receipt is cancelled, what
    #: was written on the wrong household is written again on the right one.
    attempt = models.PositiveSmallIntegerField(
        "utilisation de la référence", default=1, db_default=1
    )
    #: The transfer that this is a part of, with others of the same reference.
    group = models.ForeignKey(
        GroupPayment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        db_constraint=False,
        verbose_name="paiement groupé",
    )
    #: Counted within a group. Every use of a reference begins at 1, so that it has one first.
    part = models.PositiveSmallIntegerField("part du paiement groupé", default=1, db_default=1)
    payer_phone = models.CharField(
        "téléphone du payeur", max_length=20, blank=True, default="", db_default=""
    )
    operator_fee_francs = models.BigIntegerField(
        "frais de l’opérateur (FBu)", default=0, db_default=0
    )
    paper_receipt = models.CharField(
        "numéro du reçu papier", max_length=30, blank=True, default="", db_default=""
    )
    received_on = models.DateField("reçu le")
    #: The head of the household as the receipt was written (a trigger asks, where nobody says);
    #: a counter-receipt names whom its receipt does.
    head_name = models.CharField("adhérent", max_length=125, blank=True, default="", db_default="")
    recorded_by = models.CharField("encaissé par", max_length=150)
    recorded_by_user_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField("inscrit à", auto_now_add=True, db_default=Now())
    reverses = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reversed_by",
        verbose_name="annule le reçu",
    )
    reversal_reason = models.CharField(
        "motif de l’annulation", max_length=200, blank=True, default="", db_default=""
    )

    class Meta:
        verbose_name = "paiement"
        ordering = ["-received_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "unit", "receipt_year", "receipt_number"], name="receipt_once"
            ),
            *reversal_constraints(
                "payment",
                served="Cette référence a déjà servi pour un paiement.",
                parts=("part",),
            ),
            models.UniqueConstraint(
                fields=["tenant", "unit", "paper_receipt", "attempt"],
                condition=~Q(paper_receipt="") & Q(reverses__isnull=True),
                name="paper_receipt_once",
                violation_error_message="Ce numéro de reçu papier a déjà servi.",
            ),
            models.CheckConstraint(
                condition=Q(amount_francs=F("contribution_francs") + F("fee_francs")),
                name="payment_parts_sum",
            ),
            models.CheckConstraint(
                condition=Q(group__isnull=False) | Q(part=1), name="payment_part_of_a_group"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "unit", "received_on"], name="payment_of_the_day"),
            models.Index(fields=["tenant", "-received_on", "-id"], name="payment_latest"),
        ]


class ReceiptPrint(TenantOwned):
    """That a receipt was printed: the first is the original, the others are duplicates.

    The first printing of all keeps what it said, and the others say the same, whatever is
    renamed or moved since; none is kept of receipts printed before that was so.
    """

    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="prints", db_constraint=False
    )
    words = models.JSONField("ce qu’il dit", null=True, encoder=DjangoJSONEncoder)
    #: A sheet or a ticket; unknown of printings before that was kept.
    paper = models.CharField("papier", max_length=8, blank=True, default="", db_default="")
    #: By somebody who takes no money, and so never has the original.
    by_reader = models.BooleanField("par qui n’encaisse pas", default=False, db_default=False)
    printed_by = models.CharField("imprimé par", max_length=150)
    printed_at = models.DateTimeField("imprimé à", auto_now_add=True)

    class Meta:
        verbose_name = "impression d’un reçu"
        verbose_name_plural = "impressions de reçus"


class OperatorStatement(TenantOwned):
    """A mobile operator's statement for a period, as it was brought."""

    method = models.CharField("opérateur", max_length=12, choices=Method)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("fichier", max_length=160)
    sha256 = models.CharField(max_length=64)
    starts_on = models.DateField("du", null=True, blank=True)
    ends_on = models.DateField("au", null=True, blank=True)
    recorded_by = models.CharField("apporté par", max_length=150)
    recorded_at = models.DateTimeField("apporté le", auto_now_add=True)

    class Meta:
        verbose_name = "relevé d’opérateur"
        verbose_name_plural = "relevés d’opérateur"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="statement_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "method", "sha256"],
                name="statement_once",
                violation_error_message="Ce relevé a déjà été apporté.",
            ),
        ]


class StatementLine(TenantOwned):
    """A transaction of a statement; its ties say which payments it is."""

    class State(models.TextChoices):
        MATCHED = "matched", "rapprochée"
        AMBIGUOUS = "ambiguous", "ambiguë"
        UNKNOWN = "unknown", "inconnue"
        SET_ASIDE = "set_aside", "écartée"

    statement = models.ForeignKey(
        OperatorStatement, on_delete=models.PROTECT, related_name="lines", db_constraint=False
    )
    line_number = models.PositiveIntegerField("ligne")
    reference = models.CharField("référence", max_length=60)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    paid_on = models.DateField("date")
    amount_francs = models.BigIntegerField("montant (FBu)")
    operator_fee_francs = models.BigIntegerField("frais (FBu)", default=0)
    note = models.CharField("libellé", max_length=200, blank=True)
    status = models.CharField(
        "statut chez l’opérateur", max_length=60, blank=True, default="", db_default=""
    )
    is_outgoing = models.BooleanField("sortie d’argent", default=False, db_default=False)
    state = models.CharField("état", max_length=10, choices=State)
    explanation = models.CharField("explication", max_length=300, blank=True)
    settled_by = models.CharField("traitée par", max_length=150, blank=True)

    class Meta:
        verbose_name = "ligne de relevé"
        verbose_name_plural = "lignes de relevé"
        ordering = ["statement", "line_number"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "line_number"], name="line_once"),
            models.UniqueConstraint(fields=["tenant", "id"], name="statement_line_tenant_id"),
        ]
        indexes = [models.Index(fields=["tenant", "reference"], name="statement_line_reference")]


class StatementTie(TenantOwned):
    """That a payment is (part of) a statement's line; a payment is of one line only."""

    line = models.ForeignKey(
        StatementLine, on_delete=models.PROTECT, related_name="ties", db_constraint=False
    )
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="ties", db_constraint=False, db_index=False
    )

    class Meta:
        verbose_name = "rapprochement"
        verbose_name_plural = "rapprochements"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "payment"], name="line_of_one_payment")
        ]
