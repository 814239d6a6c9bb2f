"""The acceptance of a transfer: closed at the origin, opened here, in one transaction.

The year's enrolment follows the household (docs/decisions/0011): it is cancelled at the origin,
which keeps the money that it received, and opened here owing only what was not paid there. So
rights go on without a new waiting period, and the household is counted once in the network.
"""

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from conamus import clock
from conamus.kernel.errors import DomainError
from federations.models import Federation, Unit
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.files import store_file
from federations.tenancy.actor import Actor
from membership.models import (
    Beneficiary,
    Enrolment,
    FormerNumber,
    Household,
    LifeEvent,
    PayerKind,
    Payment,
    Promise,
    PromiseInstalment,
    Transfer,
)
from membership.rules.numbers import beneficiary_number
from membership.rules.promises import InstalmentFact
from membership.rules.sentences import day, francs
from membership.rules.transfers import last_instalments
from membership.selectors.transfers import incoming_by_id
from membership.services.events import write_event
from membership.services.holding import hold_household, present_members
from membership.services.households import require_colline, require_insuring_unit
from membership.services.numbers import issue_number
from membership.services.transfers.origin import at_origin, hold_proposed

_SAME = (
    "person_id", "family_name", "given_name", "sort_key", "search_key", "given_key",
    "phonetic_key", "sex", "birth_date", "is_birth_estimated", "relationship", "phone",
    "identity_paper", "joined_on", "declared_on",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Owed:
    """A year's enrolment as it leaves: what is still owed, and since when it is in order."""

    row: Enrolment
    paid_francs: int
    left_francs: int
    left_of_fee_francs: int
    left_to_payer_francs: int
    in_order_since: date
    promise: Promise | None
    instalments: tuple[InstalmentFact, ...]


@dataclass(frozen=True, kw_only=True)
class _Leaving:
    """All that goes along, read in the origin's scope."""

    household: Household
    people: list[Beneficiary]
    photos: dict[int, tuple[str, bytes]]
    owed: list[_Owed] = field(default_factory=list)


@transaction.atomic
def accept_transfer(
    *, actor: Actor, transfer_id: int, unit_id: int, colline_id: int | None = None
) -> Household:
    """Receive a household into a unit of one's own; return the household opened here."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    today = clock.today()
    unit = require_insuring_unit(actor, unit_id, today)
    origin = incoming_by_id(actor, transfer_id).tenant
    here = Federation.objects.get(pk=actor.tenant_id)
    with at_origin(actor, origin.pk) as there:
        leaving = _close_there(there, transfer_id, today, here)
    household = _open_here(actor, leaving, unit, today, colline_id)
    told = [f"De {origin.name}, où il avait le numéro {leaving.household.number}."]
    told += [_told(owed) for owed in leaving.owed]
    write_event(actor, household, LifeEvent.Kind.TRANSFER_IN, today, note=" ".join(told))
    with at_origin(actor, origin.pk):
        _answer(actor, transfer_id, unit, household)
    return household


def _told(owed: _Owed) -> str:
    """What was paid before the arrival: the receipts stay where the household came from."""
    year, left = owed.row.year_id, owed.left_francs
    if owed.paid_francs <= 0:
        return f"Adhésion {year} : rien n’y était payé."
    if left:
        return f"Adhésion {year} : {francs(owed.paid_francs)} payés là-bas, reste {francs(left)}."
    return (
        f"Adhésion {year} : {francs(owed.paid_francs)} payés là-bas, en règle depuis le "
        f"{day(owed.in_order_since)}."
    )


def _close_there(there: Actor, transfer_id: int, today: date, here: Federation) -> _Leaving:
    transfer = hold_proposed(there.tenant_id, transfer_id)
    if transfer.leaves_on > today:
        raise DomainError(
            f"Le ménage ne quitte sa fédération que le {transfer.leaves_on:%d/%m/%Y} : acceptez "
            "à partir de ce jour."
        )
    household = hold_household(there, transfer.household_id, None)
    if household.closed_on is not None:
        raise DomainError("Ce ménage a été fermé entre-temps dans sa fédération.")
    leaving = _read(household, today)
    for owed in leaving.owed:
        owed.row.cancelled_on = max(today, owed.row.enrolled_on)
        owed.row.cancelled_because = f"transfert vers {here.name}"[:200]
        owed.row.save(update_fields=["cancelled_on", "cancelled_because"])
    Beneficiary.objects.filter(pk__in=[one.pk for one in leaving.people]).update(
        left_on=today, left_because=Beneficiary.Leaving.TRANSFER
    )
    household.closed_on = today
    household.closed_because = Household.Closing.TRANSFERRED
    household.save(update_fields=["closed_on", "closed_because"])
    kind = LifeEvent.Kind.TRANSFER_OUT
    write_event(there, household, kind, today, note=f"Vers {here.name}.")
    return leaving


def _read(household: Household, today: date) -> _Leaving:
    people = present_members(household)
    rows = Enrolment.objects.select_for_update(of=("self",)).filter(
        tenant_id=household.tenant_id,
        household=household,
        year__ends_on__gt=today,
        cancelled_on__isnull=True,
    )
    return _Leaving(
        household=household,
        people=people,
        photos={
            one.pk: (one.photo.content_type, bytes(one.photo.content))
            for one in people
            if one.photo is not None
        },
        owed=[_owed(row) for row in rows.order_by("year_id")],
    )


def _owed(row: Enrolment) -> _Owed:
    payments = Payment.objects.filter(tenant_id=row.tenant_id, enrolment=row)
    sums = payments.aggregate(paid=Sum("amount_francs"), fee=Sum("fee_francs"))
    paid, fee_paid = sums["paid"] or 0, sums["fee"] or 0
    by_others = payments.exclude(payer=PayerKind.HOUSEHOLD)
    payer_paid = by_others.aggregate(sum=Sum("amount_francs"))["sum"] or 0
    left = max(0, row.due_francs - paid)
    received = payments.filter(amount_francs__gt=0).order_by("-received_on").first()
    is_settled = left == 0 and received is not None
    promise = Promise.objects.filter(
        tenant_id=row.tenant_id, enrolment=row, state=Promise.State.ACCEPTED
    ).first()
    return _Owed(
        row=row,
        paid_francs=paid,
        left_francs=left,
        left_of_fee_francs=min(left, max(0, row.joining_fee_francs - fee_paid)),
        left_to_payer_francs=min(left, max(0, row.payer_francs - payer_paid)),
        in_order_since=max(row.enrolled_on, received.received_on)
        if is_settled and received
        else row.enrolled_on,
        promise=promise,
        instalments=_instalments(promise, left),
    )


def _instalments(promise: Promise | None, left: int) -> tuple[InstalmentFact, ...]:
    """What is left of a promise: its last instalments, up to what is left to pay."""
    if promise is None:
        return ()
    parts = [
        InstalmentFact(due_on=part.due_on, amount_francs=part.amount_francs)
        for part in promise.instalments.order_by("due_on")
    ]
    return last_instalments(parts, left)


def _open_here(
    actor: Actor, leaving: _Leaving, unit: Unit, today: date, colline_id: int | None
) -> Household:
    old = leaving.household
    household = Household.objects.create(
        tenant_id=actor.tenant_id,
        unit=unit,
        number=issue_number(actor=actor, unit_id=unit.pk),
        colline_id=old.colline_id if colline_id is None else require_colline(colline_id).pk,
        registered_on=today,
        category=old.category,
        phone=old.phone,
        other_cover=old.other_cover,
        other_cover_number=old.other_cover_number,
    )
    former = [_former(household, None, old.number, today)]
    for rank, one in enumerate(leaving.people, start=1):
        person = _person_here(household, one, rank, leaving.photos.get(one.pk))
        former.append(_former(household, person, one.number, today))
    FormerNumber.objects.bulk_create(former)
    for owed in leaving.owed:
        _enrol_here(household, owed)
    return household


def _person_here(
    household: Household, one: Beneficiary, rank: int, photo: tuple[str, bytes] | None
) -> Beneficiary:
    person = Beneficiary(tenant_id=household.tenant_id, household=household)
    for name in _SAME:
        setattr(person, name, getattr(one, name))
    person.number = beneficiary_number(household.number, rank)
    if photo is not None:
        person.photo = store_file(
            tenant_id=household.tenant_id, name="photo", content_type=photo[0], content=photo[1]
        )
    person.save(force_insert=True)
    return person


def _former(
    household: Household, person: Beneficiary | None, number: str, today: date
) -> FormerNumber:
    return FormerNumber(
        tenant_id=household.tenant_id,
        household=household,
        beneficiary=person,
        number=number,
        replaced_on=today,
        because="transfert d’une autre fédération",
    )


def _enrol_here(household: Household, owed: _Owed) -> None:
    """The same year, here: declared numbers kept, and only what was not paid there is owed."""
    old = owed.row
    has_payer = owed.left_to_payer_francs > 0
    row = Enrolment.objects.create(
        tenant_id=household.tenant_id,
        household=household,
        unit_id=household.unit_id,
        year_id=old.year_id,
        colline_id=household.colline_id,
        enrolled_on=owed.in_order_since,
        is_renewal=old.is_renewal,
        is_same_unit=False,
        head_sex=old.head_sex,
        males=old.males,
        females=old.females,
        category=old.category,
        contribution_francs=owed.left_francs - owed.left_of_fee_francs,
        joining_fee_francs=owed.left_of_fee_francs,
        payer_francs=owed.left_to_payer_francs,
        payer=old.payer if has_payer else PayerKind.HOUSEHOLD,
    )
    if owed.promise is not None and owed.instalments:
        _promise_here(row, owed.promise, owed)


def _promise_here(row: Enrolment, old: Promise, owed: _Owed) -> None:
    promise = Promise.objects.create(
        tenant_id=row.tenant_id,
        enrolment=row,
        amount_francs=owed.left_francs,
        signed_on=old.signed_on,
        buyer=old.buyer,
        state=old.state,
        answered_on=old.answered_on,
        answered_by=old.answered_by,
        answer=old.answer,
    )
    PromiseInstalment.objects.bulk_create(
        PromiseInstalment(
            tenant_id=row.tenant_id,
            promise=promise,
            due_on=part.due_on,
            amount_francs=part.amount_francs,
        )
        for part in owed.instalments
    )


def _answer(actor: Actor, transfer_id: int, unit: Unit, household: Household) -> None:
    row = Transfer.objects.get(pk=transfer_id)
    row.state, row.destination_unit_id = Transfer.State.ACCEPTED, unit.pk
    row.opened_household_id = household.pk
    row.answered_by, row.answered_at = actor.name, timezone.now()
    row.save(
        update_fields=[
            "state",
            "destination_unit_id",
            "opened_household_id",
            "answered_by",
            "answered_at",
        ]
    )
