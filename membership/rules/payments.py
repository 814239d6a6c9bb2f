"""What a payment of a contribution must be, whoever brings it: a desk, a file, a statement.

An amount is at most what its payer has left to pay; a mobile operator's payment carries the
operator's reference or at least the payer's telephone, by which its statement is reconciled; a
deduction from the harvest keeps a promise that was accepted; the day it was received is neither
to come nor before the enrolment.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from conamus.kernel.phones import clean_phone
from federations.rules.problems import Problem
from membership.rules.scale import PayerKind
from membership.rules.sentences import day, francs

#: Methods that are a mobile operator's, with a reference, a telephone and a fee.
MOBILE = frozenset({"lumicash", "ecocash"})
#: Methods whose paper (bank slip) has a reference to write down.
WITH_SLIP = frozenset({"bank", "microfinance"})
#: Comes with the take-on of a paper register, never at a desk.
TAKE_ON = "opening"
#: Handed over by the buyer of a harvest, for a promise.
HARVEST = "harvest"
MOST_REFERENCE, MOST_PAPER = 60, 30
#: What a spreadsheet makes of a long number: its last digits are lost, and many look the same.
_SHORTENED = re.compile(r"\d+([.,]\d+)?E\+\d+")
_BREAKS = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequest:
    """A payment as it is asked to be written; no amount: all that the payer has left."""

    method: str
    received_on: date
    amount_francs: int | None = None
    payer: str = PayerKind.HOUSEHOLD.value
    reference: str = ""
    payer_phone: str = ""
    operator_fee_francs: int = 0
    paper_receipt: str = ""
    #: Why it is dated further back than an agent may (rules/backdating).
    backdating_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What an enrolment asks and what was received for it (counter-receipts taken off).

    Amounts due hold the supplements of people who joined since. ``promise_id`` is the accepted
    promise that runs; ``has_unanswered_promise``: one is signed and waits for an answer. Of an
    enrolment that came from another federation the amounts are what was left;
    ``paid_before_francs`` is what the household paid there, ``paid_before_at`` that federation.
    """

    enrolled_on: date
    is_cancelled: bool
    due_francs: int
    fee_francs: int
    payer: str
    payer_share_francs: int
    paid_francs: int
    household_paid_francs: int
    fee_paid_francs: int
    promise_id: int | None = None
    has_unanswered_promise: bool = False
    paid_before_francs: int = 0
    paid_before_at: str = ""

    @property
    def household_left_francs(self) -> int:
        """What the household itself still has to pay."""
        return self.due_francs - self.payer_share_francs - self.household_paid_francs

    @property
    def payer_left_francs(self) -> int:
        """What the category's other payer still has to pay."""
        return self.payer_share_francs - (self.paid_francs - self.household_paid_francs)

    @property
    def fee_left_francs(self) -> int:
        """What is left of the joining fee."""
        return self.fee_francs - self.fee_paid_francs

    def left_of(self, payer: str) -> int:
        """Return what a payer has left to pay.

        >>> owed = Owed(
        ...     enrolled_on=date(2025, 1, 2),
        ...     is_cancelled=False,
        ...     due_francs=30_000,
        ...     fee_francs=0,
        ...     payer="state",
        ...     payer_share_francs=20_000,
        ...     paid_francs=24_000,
        ...     household_paid_francs=4_000,
        ...     fee_paid_francs=0,
        ... )
        >>> owed.left_of("household"), owed.left_of("state")
        (6000, 0)
        """
        is_household = payer == PayerKind.HOUSEHOLD
        return self.household_left_francs if is_household else self.payer_left_francs


def plain_reference(text: str) -> str:
    """Return a reference as it is kept and compared: capitals, without spaces.

    >>> plain_reference(" mp 25.06 a1 ")
    'MP25.06A1'
    """
    return "".join(text.split()).upper()


def is_shortened(reference: str) -> bool:
    """Tell whether a spreadsheet left of a plain reference but its first digits.

    >>> is_shortened("2,50630E+12"), is_shortened("250630E12")
    (True, False)
    """
    return bool(_SHORTENED.fullmatch(reference))


def plain_paper(text: str) -> str:
    """Return a paper receipt's number as it is kept: capitals, one hyphen for spaces or hyphens.

    >>> plain_paper("P-77"), plain_paper(" p  77 "), plain_paper("p - 77")
    ('P-77', 'P-77', 'P-77')
    """
    return "-".join(filter(None, _BREAKS.split(text.upper())))


def plain_request(request: PaymentRequest) -> PaymentRequest:
    """Return the request with its references and telephone as they are kept."""
    return replace(
        request,
        reference=plain_reference(request.reference),
        paper_receipt=plain_paper(request.paper_receipt),
        payer_phone=clean_phone(request.payer_phone, field="payer_phone"),
    )


def payment_problems(request: PaymentRequest, owed: Owed, *, today: date) -> list[Problem]:
    """Return all that forbids the payment, each at its field; nothing: it can be written."""
    if owed.is_cancelled:
        return [
            Problem("enrolment", "Cette adhésion est annulée : elle ne reçoit plus de paiement.")
        ]
    return [
        *_amount_problems(request, owed),
        *_day_problems(request, owed, today),
        *_method_problems(request),
        *_fee_problems(request, owed),
        *_harvest_problems(request, owed),
    ]


def _amount_problems(request: PaymentRequest, owed: Owed) -> Iterator[Problem]:
    if request.payer not in (PayerKind.HOUSEHOLD, owed.payer):
        yield Problem("payer", "Cette adhésion n’a pas cet autre payeur.")
        return
    left, amount = owed.left_of(request.payer), request.amount_francs
    if left <= 0:
        yield Problem("payer", "Tout est déjà payé : il ne reste rien à encaisser.")
    elif amount is not None and amount <= 0:
        yield Problem("amount_francs", "Le montant doit être supérieur à zéro.")
    elif amount is not None and amount > left:
        yield Problem(
            "amount_francs",
            f"Il ne reste que {francs(left)} à payer : {francs(amount)} dépasse le solde.",
        )


def _day_problems(request: PaymentRequest, owed: Owed, today: date) -> Iterator[Problem]:
    if request.received_on > today:
        yield Problem("received_on", "Le jour de l’encaissement est à venir.")
    elif request.received_on < owed.enrolled_on:
        yield Problem("received_on", f"L’adhésion n’est signée que le {day(owed.enrolled_on)}.")


def _harvest_problems(request: PaymentRequest, owed: Owed) -> Iterator[Problem]:
    if request.method != HARVEST:
        return
    if request.payer != PayerKind.HOUSEHOLD:
        yield Problem("method", "Seul le ménage paie par une retenue sur sa récolte.")
    elif owed.promise_id is None and owed.has_unanswered_promise:
        yield Problem(
            "method",
            "La promesse de ce ménage attend une réponse : le gestionnaire de la fédération "
            "l’accepte d’abord, la retenue s’encaisse ensuite.",
        )
    elif owed.promise_id is None:
        yield Problem(
            "method",
            "Une retenue sur la récolte tient une promesse, et ce ménage n’en a pas d’acceptée : "
            "faites signer et accepter la promesse, ou choisissez le moyen par lequel l’argent "
            "est arrivé.",
        )


def _method_problems(request: PaymentRequest) -> Iterator[Problem]:
    is_mobile = request.method in MOBILE
    if is_mobile and not request.reference and not request.payer_phone:
        yield Problem(
            "reference", "Donnez la référence de l’opérateur, ou au moins le téléphone du payeur."
        )
    if request.method in WITH_SLIP and not request.reference:
        yield Problem("reference", "Donnez la référence du bordereau.")
    if is_shortened(request.reference):
        yield Problem(
            "reference", "Le tableur a abîmé cette référence : recopiez-la telle qu’elle est."
        )
    if len(request.reference) > MOST_REFERENCE:
        yield Problem("reference", f"{MOST_REFERENCE} caractères au plus.")
    if len(request.paper_receipt) > MOST_PAPER:
        yield Problem("paper_receipt", f"{MOST_PAPER} caractères au plus.")


def _fee_problems(request: PaymentRequest, owed: Owed) -> Iterator[Problem]:
    fee = request.operator_fee_francs
    if fee and request.method not in MOBILE:
        yield Problem("operator_fee_francs", "Seuls Lumicash et EcoCash prélèvent des frais.")
        return
    amount = request.amount_francs
    wrong = fee_problem(fee, owed.left_of(request.payer) if amount is None else amount)
    if wrong:
        yield Problem("operator_fee_francs", wrong)


def fee_problem(fee_francs: int, amount_francs: int) -> str:
    """Say why an operator cannot have taken a fee on an amount; empty: it can.

    >>> fee_problem(150, 10_000), fee_problem(0, 0)
    ('', '')
    >>> fee_problem(5_000, 1_000).replace(chr(8239), " ").replace(chr(160), " ")
    'Les frais (5 000 FBu) dépassent le montant reçu (1 000 FBu) : vérifiez les deux.'
    """
    if fee_francs < 0:
        return "Les frais ne sont pas négatifs."
    # An amount that is none is told at its own field.
    if fee_francs > amount_francs > 0:
        return (
            f"Les frais ({francs(fee_francs)}) dépassent le montant reçu "
            f"({francs(amount_francs)}) : vérifiez les deux."
        )
    return ""
