"""Contributions received and given back, each with its numbered receipt.

A payment is never changed: a wrong one is undone by a counter-receipt of the same series, which
takes back exactly its parts. Locks are always taken in this order: the household (everyone who
writes about an enrolment holds it), the transfer it is a part of, the month in common, the
sharing keys in common, the receipt book. Money belongs to the unit that keeps the household on
the day it is taken.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, Gathering, NotFound
from conamus.kernel.reasons import told_reason
from federations.rules.problems import refuse_problems
from federations.rules.roles import Permission, is_permitted
from federations.selectors.units import visible_units
from federations.services.access import require
from federations.services.periods import require_open_month
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from membership.models import (
    Enrolment,
    GroupPayment,
    Household,
    Method,
    PayerKind,
    Payment,
    Transfer,
)
from membership.rules.payments import (
    HARVEST,
    TAKE_ON,
    Owed,
    PaymentRequest,
    payment_problems,
    plain_request,
)
from membership.rules.sharing import key_on, share, split_payment
from membership.selectors.balances import owed_by, with_promise
from membership.selectors.insured_years import insured_enrolments, later_renewal
from membership.selectors.payments import payment_by_id, receipt_of
from membership.selectors.statements import spent_lines
from membership.services.backdating import require_day, trace_backdating
from membership.services.line_ties import untie_payment
from membership.services.receipts import issue_numbers
from membership.services.settled_years import renew_what_follows
from membership.services.sharing import hold_sharing_keys

_MOST_REASON = 200
_REFERENCE_CONSTRAINTS = {
    "payment_reference_once": "reference",
    "paper_receipt_once": "paper_receipt",
}


@dataclass(frozen=True, slots=True)
class HeldEnrolment:
    """An enrolment whose household is held until the transaction ends."""

    household: Household
    enrolment: Enrolment
    owed: Owed


@dataclass(frozen=True, slots=True)
class ReferenceUse:
    """Which use of its reference a payment is and, of a group, which of its parts."""

    attempt: int
    group_id: int | None = None
    part: int = 1


@transaction.atomic
def take_payment(
    *, actor: Actor, enrolment_id: int, request: PaymentRequest, key: str = ""
) -> Payment:
    """Write money received for an enrolment and give it its receipt number.

    Without an amount, all that the payer has left. Refusals are gathered, each at its field.
    """
    require(actor, Permission.COLLECT_CONTRIBUTIONS)
    if request.method not in Method.values or request.method == TAKE_ON:
        raise DomainError("Choisissez le moyen de paiement.", field="method")
    asked = plain_request(request)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["take_payment", enrolment_id, asdict(asked)],
        create=lambda: _take(actor, hold_enrolment(actor, enrolment_id), asked),
        find=lambda result: Payment.objects.get(tenant_id=actor.tenant_id, pk=int(result)),
    )


@transaction.atomic
def reverse_payment(*, actor: Actor, payment_id: int, reason: str, key: str = "") -> Payment:
    """Cancel a receipt by a counter-receipt of today; return the counter-receipt."""
    require(actor, Permission.REVERSE_RECEIPTS)
    because = told_reason(
        reason, field="reason", most=_MOST_REASON, missing="Dites pourquoi le reçu est annulé."
    )
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["reverse_payment", payment_id, because],
        create=lambda: _reverse(actor, payment_id, because),
        find=lambda result: Payment.objects.get(tenant_id=actor.tenant_id, pk=int(result)),
    )


def hold_enrolment(actor: Actor, enrolment_id: int) -> HeldEnrolment:
    """Hold the household of an enrolment in the actor's sight, then read what it owes."""
    in_sight = Household.objects.filter(tenant_id=actor.tenant_id)
    units = visible_units(actor)
    if units is not None:
        in_sight = in_sight.filter(unit_id__in=units)
    wanted = Enrolment.objects.filter(tenant_id=actor.tenant_id, pk=enrolment_id)
    # Does not collide with the checks of foreign keys, only with other writers.
    held = in_sight.select_for_update(no_key=True)
    household = held.filter(pk__in=wanted.values("household_id")).first()
    if household is None:
        raise NotFound("Cette adhésion n’existe pas, ou n’est pas de votre unité.")
    enrolment = wanted.get()
    return HeldEnrolment(household, enrolment, owed_by(enrolment))


def _take(actor: Actor, held: HeldEnrolment, asked: PaymentRequest) -> Payment:
    if asked.method == HARVEST:
        held = replace(held, owed=with_promise(held.owed, held.enrolment))
    gathering = Gathering()
    with gathering.part():
        check_payment(actor, held, asked)
    attempt = 0
    with gathering.part():
        attempt = next_attempt(actor, asked, held.household.unit_id)
    gathering.refuse()
    payment = write_payment(actor, held, asked, ReferenceUse(attempt))
    renew_what_follows(actor, held.household, held.enrolment, by=payment)
    return payment


def write_payment(
    actor: Actor, held: HeldEnrolment, asked: PaymentRequest, use: ReferenceUse
) -> Payment:
    """Write a payment that was checked, under the next number of the unit's book.

    What it settles is renewed by the caller, once all that was checked together is written.
    """
    unit_id = held.household.unit_id
    amount = asked.amount_francs or held.owed.left_of(asked.payer)
    parts = _parts(actor, held.owed, asked, amount)
    year = asked.received_on.year
    numbers = issue_numbers(tenant_id=actor.tenant_id, unit_id=unit_id, year=year)
    is_other = asked.payer != PayerKind.HOUSEHOLD
    payment = _insert(
        Payment(
            tenant_id=actor.tenant_id,
            enrolment=held.enrolment,
            unit_id=unit_id,
            receipt_year=year,
            receipt_number=numbers[0],
            amount_francs=amount,
            method=asked.method,
            payer=asked.payer,
            payer_partner_id=held.enrolment.payer_partner_id if is_other else None,
            promise_id=held.owed.promise_id if asked.method == HARVEST else None,
            reference=asked.reference,
            payer_phone=asked.payer_phone,
            operator_fee_francs=asked.operator_fee_francs,
            paper_receipt=asked.paper_receipt,
            attempt=use.attempt,
            group_id=use.group_id,
            part=use.part,
            received_on=asked.received_on,
            recorded_by=actor.name,
            recorded_by_user_id=actor.user_id,
            **parts,
        )
    )
    trace_backdating(
        actor, held.enrolment, asked.received_on, asked.backdating_reason, payment=payment
    )
    return payment


def check_payment(actor: Actor, held: HeldEnrolment, asked: PaymentRequest) -> None:
    """Refuse what the enrolment, the month or the day forbids; references apart."""
    gathering = Gathering()
    with gathering.part():
        refuse_problems(payment_problems(asked, held.owed, today=clock.today()))
    with gathering.part():
        require_open_month(
            tenant_id=actor.tenant_id,
            unit_id=held.household.unit_id,
            on_date=asked.received_on,
            field="received_on",
        )
    with gathering.part():
        require_day(
            actor,
            held.enrolment.year_id,
            asked.received_on,
            asked.backdating_reason,
            field="received_on",
        )
    gathering.refuse()


def next_attempt(actor: Actor, asked: PaymentRequest, unit_id: int) -> int:
    """Return which use of its references a payment is; those of a receipt that stands are taken."""
    gathering = Gathering()
    before = _same_references(actor, asked, unit_id)
    for row in before:
        if not hasattr(row, "reversed_by"):
            gathering.found.extend(_uses(row, asked))
    if asked.reference and not gathering.found:
        gathering.found.extend(_spent(actor, asked))
    gathering.refuse()
    return 1 + max((row.attempt for row in before), default=0)


def _same_references(actor: Actor, asked: PaymentRequest, unit_id: int) -> list[Payment]:
    """Return the receipts that bear the reference or the paper receipt's number already."""
    same = Q(pk__in=[])
    if asked.reference:
        same |= Q(method=asked.method, reference=asked.reference)
    if asked.paper_receipt:
        same |= Q(unit_id=unit_id, paper_receipt=asked.paper_receipt)
    found = Payment.objects.filter(same, tenant_id=actor.tenant_id, reverses__isnull=True)
    return list(found.select_related("unit", "reversed_by"))


def _uses(row: Payment, asked: PaymentRequest) -> Iterator[DomainError]:
    """Say what a receipt that stands has already used; a cancelled one's is free again."""
    used = f"a déjà servi : reçu {receipt_of(row)}."
    if asked.reference and (row.method, row.reference) == (asked.method, asked.reference):
        yield DomainError(f"Cette référence {used}", field="reference")
    if asked.paper_receipt and row.paper_receipt == asked.paper_receipt:
        yield DomainError(f"Ce numéro de reçu papier {used}", field="paper_receipt")


def _spent(actor: Actor, asked: PaymentRequest) -> Iterator[DomainError]:
    """Say where an operator's statement shows the reference as something else than this payment."""
    of_operator = (
        line
        for line in spent_lines(actor.tenant_id, [asked.reference])
        if line.statement.method == asked.method
    )
    line = next(of_operator, None)
    if line is None:
        return
    told = f"est d’une ligne de relevé du {line.paid_on:%d/%m/%Y}"
    receipts = ", ".join(receipt_of(tie.payment) for tie in line.ties.all())
    told += f" rapprochée : reçu {receipts}." if receipts else f" écartée : {line.explanation}"
    yield DomainError(f"Cette référence {told}", field="reference")


def _parts(actor: Actor, owed: Owed, asked: PaymentRequest, amount: int) -> dict[str, int]:
    """Split into fee and contribution, and share by the key of the day."""
    split = split_payment(amount_francs=amount, fee_left_francs=max(0, owed.fee_left_francs))
    key = key_on(hold_sharing_keys(actor.tenant_id), asked.received_on)
    shares = share(key, contribution_francs=split.contribution_francs, fee_francs=split.fee_francs)
    return {
        "contribution_francs": split.contribution_francs,
        "fee_francs": split.fee_francs,
        "federation_francs": shares.federation_francs,
        "confederation_francs": shares.confederation_francs,
    }


def _reverse(actor: Actor, payment_id: int, because: str) -> Payment:
    seen = payment_by_id(actor, payment_id)
    # Two who cancel one receipt wait for one another here.
    household = Household.objects.select_for_update(no_key=True).get(
        tenant_id=actor.tenant_id, pk=seen.enrolment.household_id
    )
    payment = payment_by_id(actor, payment_id)
    _require_still_here(household, payment.enrolment)
    # What is left of its group is shared out by one person at a time.
    GroupPayment.objects.select_for_update(no_key=True).filter(
        tenant_id=actor.tenant_id, pk=payment.group_id or 0
    ).first()
    if payment.reverses_id is not None:
        raise DomainError("Un contre-reçu ne s’annule pas : encaissez de nouveau.")
    if hasattr(payment, "reversed_by"):
        raise Conflict(f"Ce reçu est déjà annulé par le {receipt_of(payment.reversed_by)}.")
    today = clock.today()
    require_open_month(
        tenant_id=actor.tenant_id, unit_id=payment.unit_id, on_date=today, field="reason"
    )
    numbers = issue_numbers(tenant_id=actor.tenant_id, unit_id=payment.unit_id, year=today.year)
    reversal = _insert(
        Payment(
            receipt_year=today.year,
            receipt_number=numbers[0],
            received_on=today,
            recorded_by=actor.name,
            recorded_by_user_id=actor.user_id,
            reverses=payment,
            reversal_reason=because,
            **_mirror(payment),
        )
    )
    untie_payment(payment)
    _examine_renewal(actor, household, payment.enrolment)
    return reversal


def _examine_renewal(actor: Actor, household: Household, enrolment: Enrolment) -> None:
    """A year that this leaves uninsured has no renewal, unless who decides lets it be."""
    is_gone = household.closed_because == Household.Closing.TRANSFERRED
    later = later_renewal(enrolment)
    if not (is_gone or later) or is_permitted(actor.role, Permission.DECIDE_MEMBERSHIP):
        return
    if insured_enrolments(actor.tenant_id, [enrolment], on=clock.today()):
        return
    if later is None:
        raise DomainError(
            "Ce ménage est passé à une autre fédération, qui renouvelle l’année que ce reçu paie : "
            "demandez au gestionnaire de la fédération."
        )
    raise DomainError(
        f"L’adhésion {later.year_id} renouvelle l’année que ce reçu paie, sans droit d’adhésion ni "
        f"carence : annulez d’abord l’adhésion {later.year_id}, ou demandez au gestionnaire de la "
        "fédération."
    )


def _require_still_here(household: Household, enrolment: Enrolment) -> None:
    """What was paid opens rights elsewhere by now, and no counter-receipt would close them."""
    left, cancelled = household.closed_on, enrolment.cancelled_on
    if household.closed_because != Household.Closing.TRANSFERRED or left is None:
        return
    if cancelled is None or cancelled < left:
        return
    gone = Transfer.objects.filter(
        tenant_id=household.tenant_id, household=household, state=Transfer.State.ACCEPTED
    ).select_related("destination").first()  # fmt: skip
    where = gone.destination.name if gone else "une autre fédération"
    raise DomainError(
        f"Cette adhésion est passée à {where} le {left:%d/%m/%Y}, avec ce qui était payé : ce reçu "
        "ne s’annule plus ici. Demandez à cette fédération, ou à CONAMUS."
    )


def _mirror(payment: Payment) -> dict[str, Any]:
    """Return what a counter-receipt has in common with its receipt, amounts reversed."""
    same = (
        "tenant_id", "enrolment_id", "unit_id", "method", "payer", "payer_partner_id",
        "promise_id", "reference", "payer_phone", "paper_receipt", "attempt", "group_id", "part",
        "head_name",
    )  # fmt: skip
    turned = (
        "amount_francs", "contribution_francs", "fee_francs", "federation_francs",
        "confederation_francs",
    )  # fmt: skip
    values: dict[str, Any] = {name: getattr(payment, name) for name in same}
    return values | {name: -getattr(payment, name) for name in turned}


def _insert(payment: Payment) -> Payment:
    """Save; a constraint that another transaction met first is told at its field."""
    try:
        with transaction.atomic():
            payment.save(force_insert=True)
    except IntegrityError as error:
        name = error.__cause__.diag.constraint_name if error.__cause__ else ""  # type: ignore[attr-defined]
        field = _REFERENCE_CONSTRAINTS.get(name or "")
        if field is None:
            raise
        raise Conflict(
            "Quelqu’un vient d’utiliser ce numéro : vérifiez les reçus du jour.", field=field
        ) from error
    return payment
