"""Transfers of a mobile operator that pay for several households, each with its own receipt.

Locks: the households in the order of their keys, the transfer, then what a payment locks, in the
order of the units. A counter-receipt frees its part: the transfer's rest is shared out again, or
given back to the payer; once nothing of it stands, its reference serves again.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date

from django.db import IntegrityError, transaction

from conamus.kernel.errors import Conflict, DomainError, Gathering, NotAllowed, NotFound, Refusals
from conamus.kernel.phones import clean_phone
from conamus.kernel.reasons import told_reason
from federations.rules.problems import refuse_problems
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from membership.models import GroupPayment, PayerKind, Payment
from membership.rules.group_payments import (
    GroupRequest,
    Part,
    field_of,
    parts_problems,
    payment_of,
    sum_problems,
    transfer_problems,
)
from membership.rules.payments import PaymentRequest, plain_reference
from membership.selectors.group_payments import group_by_id, rest_of
from membership.selectors.payments import enrolment_of
from membership.services.line_ties import tie_rest
from membership.services.payments import (
    HeldEnrolment,
    ReferenceUse,
    check_payment,
    hold_enrolment,
    next_attempt,
    write_payment,
)
from membership.services.settled_years import renew_what_follows

_MOST_REASON = 200
_Checked = tuple[HeldEnrolment, PaymentRequest]


@transaction.atomic
def take_group_payment(
    *,
    actor: Actor,
    request: GroupRequest,
    parts: Sequence[Part],
    key: str = "",
) -> GroupPayment:
    """Write a transfer and a payment for each household that it pays for."""
    require(actor, Permission.COLLECT_CONTRIBUTIONS)
    asked = replace(
        request,
        reference=plain_reference(request.reference),
        payer_phone=clean_phone(request.payer_phone, field="payer_phone"),
    )
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["take_group_payment", asdict(asked), [asdict(part) for part in parts]],
        create=lambda: _take(actor, asked, parts),
        find=lambda result: GroupPayment.objects.get(tenant_id=actor.tenant_id, pk=int(result)),
    )


@transaction.atomic
def share_out_rest(
    *,
    actor: Actor,
    group_id: int,
    received_on: date,
    parts: Sequence[Part],
    backdating_reason: str = "",
    key: str = "",
) -> GroupPayment:
    """Give what a counter-receipt freed of a transfer to other households (or the same)."""
    require(actor, Permission.COLLECT_CONTRIBUTIONS)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=[
            "share_out_rest",
            group_id,
            received_on,
            backdating_reason,
            [asdict(part) for part in parts],
        ],
        create=lambda: _share_out(actor, group_id, received_on, backdating_reason, parts),
        find=lambda result: GroupPayment.objects.get(tenant_id=actor.tenant_id, pk=int(result)),
    )


@transaction.atomic
def return_rest(*, actor: Actor, group_id: int, reason: str) -> GroupPayment:
    """Say that what a counter-receipt freed of a transfer was given back to its payer."""
    require(actor, Permission.REVERSE_RECEIPTS)
    because = told_reason(
        reason,
        field="reason",
        most=_MOST_REASON,
        missing="Dites à qui et comment ce reste a été rendu.",
    )
    group, rest = _hold_rest(actor, group_id)
    group.returned_francs += rest
    group.return_reason = because
    group.save(update_fields=["returned_francs", "return_reason"])
    tie_rest(actor, group)
    return group


def _take(actor: Actor, asked: GroupRequest, parts: Sequence[Part]) -> GroupPayment:
    gathering = Gathering()
    with gathering.part():
        refuse_problems(transfer_problems(asked))
    with gathering.part():
        refuse_problems(parts_problems(parts))
    gathering.refuse()
    checked = _checked(actor, asked, parts, whole_francs=asked.amount_francs)
    first, payment = checked[0]
    attempt = next_attempt(actor, payment, first.household.unit_id)
    group = _insert(actor, asked, attempt)
    _write(actor, group, checked, after=0)
    return group


def _share_out(
    actor: Actor, group_id: int, received_on: date, backdating_reason: str, parts: Sequence[Part]
) -> GroupPayment:
    refuse_problems(parts_problems(parts, least=1))
    seen = group_by_id(actor, group_id)
    asked = GroupRequest(
        method=seen.method,
        reference=seen.reference,
        received_on=received_on,
        amount_francs=seen.amount_francs,
        payer_phone=seen.payer_phone,
        is_other_payer=seen.parts.exclude(payer=PayerKind.HOUSEHOLD).exists(),
        backdating_reason=backdating_reason,
    )
    checked = _checked(actor, asked, parts, whole_francs=rest_of(seen))
    group, rest = _hold_rest(actor, seen.pk)
    if rest != sum(payment.amount_francs or 0 for _, payment in checked):
        raise Conflict("Le reste de ce transfert vient de changer : rechargez la page.")
    last = group.parts.order_by("-part").values_list("part", flat=True)[0]
    tie_rest(actor, group, _write(actor, group, checked, after=last))
    return group


def _hold_rest(actor: Actor, group_id: int) -> tuple[GroupPayment, int]:
    """Hold a transfer, part of which stands and part of which was freed."""
    seen = group_by_id(actor, group_id)
    group = GroupPayment.objects.select_for_update(no_key=True).get(
        tenant_id=actor.tenant_id, pk=seen.pk
    )
    rest = rest_of(group)
    if rest + group.returned_francs == group.amount_francs:
        raise Conflict(
            "Tous les reçus de ce transfert sont annulés : sa référence est libre, encaissez-le "
            "de nouveau."
        )
    if not rest:
        raise Conflict("Il ne reste rien de ce transfert.")
    return group, rest


def _checked(
    actor: Actor, asked: GroupRequest, parts: Sequence[Part], *, whole_francs: int
) -> list[_Checked]:
    """Hold the households and return each part with its amount; refusals stand in their rows."""
    gathering = Gathering()
    held = _hold(actor, parts, gathering)
    checked: list[_Checked] = []
    for part in parts:
        if part.row not in held:
            continue
        one = held[part.row]
        payment = payment_of(asked, part, one.enrolment.payer)
        with gathering.part(), _in_its_row(part):
            if asked.is_other_payer and payment.payer == PayerKind.HOUSEHOLD:
                raise DomainError("Ce ménage n’a pas d’autre payeur.", field="payer")
            check_payment(actor, one, payment)
        amount = part.amount_francs or one.owed.left_of(payment.payer)
        checked.append((one, replace(payment, amount_francs=amount)))
    _refuse(gathering)
    amounts = [payment.amount_francs or 0 for _, payment in checked]
    refuse_problems(sum_problems(amounts, whole_francs=whole_francs))
    return checked


def _hold(actor: Actor, parts: Sequence[Part], gathering: Gathering) -> dict[int, HeldEnrolment]:
    """Hold the rows' households, in the order of their keys so that nobody waits in a circle."""
    found = {}
    for part in parts:
        with gathering.part(), _in_its_row(part):
            found[part.row] = enrolment_of(actor, part.number, part.year)
    in_order = sorted(found.items(), key=lambda item: item[1].household_id)
    return {row: hold_enrolment(actor, enrolment.pk) for row, enrolment in in_order}


def _write(
    actor: Actor, group: GroupPayment, checked: Sequence[_Checked], *, after: int
) -> list[Payment]:
    """Write the parts, in the order of their units, whose receipt books are held from then on.

    Only then is the year after a settled one renewed: a first enrolment that a part pays stays.
    """
    uses = enumerate(checked, start=after + 1)
    in_order = sorted(uses, key=lambda item: (item[1][0].household.unit_id, item[0]))
    written = [
        (held, write_payment(actor, held, payment, ReferenceUse(group.attempt, group.pk, number)))
        for number, (held, payment) in in_order
    ]
    for held, made in written:
        renew_what_follows(actor, held.household, held.enrolment, by=made)
    return [made for _, made in written]


def _insert(actor: Actor, asked: GroupRequest, attempt: int) -> GroupPayment:
    try:
        with transaction.atomic():
            return GroupPayment.objects.create(
                tenant_id=actor.tenant_id,
                method=asked.method,
                reference=asked.reference,
                attempt=attempt,
                amount_francs=asked.amount_francs,
                operator_fee_francs=asked.operator_fee_francs,
                payer_phone=asked.payer_phone,
                received_on=asked.received_on,
                recorded_by=actor.name,
            )
    except IntegrityError as error:
        raise Conflict(
            "Quelqu’un vient d’utiliser cette référence : vérifiez les reçus du jour.",
            field="reference",
        ) from error


@contextmanager
def _in_its_row(part: Part) -> Iterator[None]:
    """Tell what is wrong with a part beside it."""
    try:
        yield
    except (NotAllowed, NotFound):
        raise
    except DomainError as error:
        raise Refusals(
            [DomainError(one.message, field=field_of(part, one.field)) for one in error.each()]
        ) from error


def _refuse(gathering: Gathering) -> None:
    """Refuse; what is wrong with the transfer itself is told once, not for every part."""
    gathering.found = list({(one.field, one.message): one for one in gathering.found}.values())
    gathering.refuse()
