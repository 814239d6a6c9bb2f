"""The acceptance of a transfer: closed at the origin, opened here, in one transaction.

The year's enrolment follows the household (docs/decisions/0011): it is cancelled at the origin,
which keeps the money that it received, and opened here owing only what was not paid there. So
rights go on without a new waiting period, and the household is counted once in the network.
Where the household will live is asked, and is in the receiving unit's zone d'action, or said to
be outside; a whole section that passes stays where it lives.
"""

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone

from conamus import clock
from conamus.kernel.errors import DomainError
from federations.models import Federation, Place, Unit
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.files import store_file
from federations.tenancy.actor import Actor
from membership.models import (
    Beneficiary,
    Enrolment,
    EnrolmentSupplement,
    FormerNumber,
    Household,
    LifeEvent,
    PayerKind,
    Promise,
    PromiseInstalment,
    Transfer,
)
from membership.rules.identity import corrected_since
from membership.rules.numbers import beneficiary_number
from membership.rules.sentences import day, francs
from membership.selectors.collines import colline_label, is_in_zone
from membership.selectors.identities import states_of
from membership.selectors.insured_years import insured_enrolments
from membership.selectors.transfers import incoming_by_id
from membership.services.card_ends import CardEnd, end_card
from membership.services.events import write_event
from membership.services.following_year import retell_following_year
from membership.services.holding import hold_household, present_members
from membership.services.households import require_colline, require_insuring_unit
from membership.services.numbers import issue_number
from membership.services.transfers.origin import at_origin, hold_proposed
from membership.services.transfers.owed import Owed, owed_there

_SAME = (
    "person_id", "family_name", "given_name", "sort_key", "search_key", "given_key",
    "phonetic_key", "sex", "birth_date", "is_birth_estimated", "relationship", "phone",
    "identity_paper", "joined_on", "declared_on", "continues_cover",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Leaving:
    """All that goes along, read in the origin's scope."""

    household: Household
    people: list[Beneficiary]
    photos: dict[int, tuple[str, bytes]]
    #: Of each, what of name, sex or birth was corrected there: a fact, not what was said before.
    corrected: dict[int, str]
    owed: list[Owed] = field(default_factory=list)
    #: The last mutualist year that is over and insured it: a renewal goes on from there.
    insured_until_year: int | None = None


@transaction.atomic
def accept_transfer(
    *,
    actor: Actor,
    transfer_id: int,
    unit_id: int,
    colline_id: int | None = None,
    is_outside_zone: bool = False,
) -> Household:
    """Receive a household into a unit of one's own; return the household opened here.

    ``colline_id``: where it will live; None: where it lives now. Outside the unit's zone
    d'action only where that is said.
    """
    require(actor, Permission.DECIDE_MEMBERSHIP)
    today = clock.today()
    unit = require_insuring_unit(actor, unit_id, today)
    origin = incoming_by_id(actor, transfer_id).tenant
    here = Federation.objects.get(pk=actor.tenant_id)
    with at_origin(actor, origin.pk) as there:
        leaving = _close_there(there, transfer_id, today, here)
    colline = require_colline(leaving.household.colline_id if colline_id is None else colline_id)
    if not is_outside_zone:
        _require_in_zone(unit, colline, today)
    household = _open_here(actor, leaving, unit, today, colline)
    told = [f"De {origin.name}, où il avait le numéro {leaving.household.number}."]
    told += [_told(owed) for owed in leaving.owed]
    if is_outside_zone and not is_in_zone(unit, colline, on=today):
        told.append(f"Habite à {colline}, hors de la zone d’action de {unit.name}.")
    write_event(actor, household, LifeEvent.Kind.TRANSFER_IN, today, note=" ".join(told))
    with at_origin(actor, origin.pk):
        _answer(actor, transfer_id, unit, household)
    return household


def _require_in_zone(unit: Unit, colline: Place, today: date) -> None:
    if not is_in_zone(unit, colline, on=today):
        raise DomainError(
            f"{colline_label(colline)} n’est pas dans la zone d’action de « {unit.name} » : "
            "choisissez une autre colline ou une autre unité, ou dites que le ménage habite hors "
            "de la zone.",
            field="colline",
        )


def _told(owed: Owed) -> str:
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
    end_card(household, CardEnd.TRANSFERRED)
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
        corrected={
            key: corrected_since(states)
            for key, states in states_of(household.tenant_id, [one.pk for one in people]).items()
        },
        owed=[owed_there(row) for row in rows.order_by("year_id")],
        insured_until_year=_insured_until(household, today),
    )


def _insured_until(household: Household, today: date) -> int | None:
    """The last year that is over and insured the household, there or where it had come from."""
    over = list(
        Enrolment.objects.filter(
            tenant_id=household.tenant_id,
            household=household,
            year__ends_on__lte=today,
            cancelled_on__isnull=True,
        ).order_by()
    )
    insured = insured_enrolments(household.tenant_id, over, on=today)
    years = [row.year_id for row in over if row.pk in insured]
    if household.insured_until_year is not None:
        years.append(household.insured_until_year)
    return max(years, default=None)


def _open_here(
    actor: Actor, leaving: _Leaving, unit: Unit, today: date, colline: Place
) -> Household:
    old = leaving.household
    household = Household.objects.create(
        tenant_id=actor.tenant_id,
        unit=unit,
        number=issue_number(actor=actor, unit_id=unit.pk),
        colline=colline,
        registered_on=today,
        category=old.category,
        phone=old.phone,
        other_cover=old.other_cover,
        other_cover_number=old.other_cover_number,
        guardian_name=old.guardian_name,
        guardian_phone=old.guardian_phone,
        first_registered_on=old.first_registered_on or old.registered_on,
        insured_until_year=leaving.insured_until_year,
    )
    former = [_former(household, None, old.number, today)]
    for rank, one in enumerate(leaving.people, start=1):
        person = _person_here(household, one, rank, leaving)
        former.append(_former(household, person, one.number, today))
    FormerNumber.objects.bulk_create(former)
    for owed in leaving.owed:
        _enrol_here(household, owed)
    for owed in leaving.owed:
        retell_following_year(household.tenant_id, owed.row.year_id, [household.pk])
    return household


def _person_here(
    household: Household, one: Beneficiary, rank: int, leaving: _Leaving
) -> Beneficiary:
    person = Beneficiary(tenant_id=household.tenant_id, household=household)
    for name in _SAME:
        setattr(person, name, getattr(one, name))
    person.number = beneficiary_number(household.number, rank)
    person.corrected_before = leaving.corrected[one.pk]
    photo = leaving.photos.get(one.pk)
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


def _enrol_here(household: Household, owed: Owed) -> None:
    """The same year, here: declared numbers kept, and only what was not paid there is owed.

    What was paid there is kept beside: it is no other payer's, and no reason to cancel.
    """
    old = owed.row
    has_payer = owed.left_to_payer_francs > 0 or any(payer for *_, payer in owed.left_of_lines)
    row = Enrolment.objects.create(
        tenant_id=household.tenant_id,
        household=household,
        unit_id=household.unit_id,
        year_id=old.year_id,
        colline_id=household.colline_id,
        enrolled_on=owed.in_order_since,
        is_renewal=old.is_renewal,
        is_returning=old.is_returning,
        is_same_unit=False,
        waits_until=old.waits_until,
        head_sex=old.head_sex,
        head_birth_year=old.head_birth_year,
        males=old.males,
        females=old.females,
        category=old.category,
        contribution_francs=owed.left_of_base_francs - owed.left_of_fee_francs,
        joining_fee_francs=owed.left_of_fee_francs,
        payer_francs=owed.left_to_payer_francs,
        payer=old.payer if has_payer else PayerKind.HOUSEHOLD,
        signed_at_id=old.signed_at_id or old.tenant_id,
        first_signed_on=old.first_signed_on or old.enrolled_on,
        opens_on=owed.opens_on,
        paid_before_francs=old.paid_before_francs + owed.paid_francs - owed.payer_paid_francs,
        payer_paid_before_francs=old.payer_paid_before_francs + owed.payer_paid_francs,
    )
    _supplements_here(row, owed)
    if owed.promise is not None and owed.instalments:
        _promise_here(row, owed.promise, owed)


def _supplements_here(row: Enrolment, owed: Owed) -> None:
    """What is left to pay for those who joined: their rights go on waiting for it."""
    here = dict(
        Beneficiary.objects.filter(tenant_id=row.tenant_id, household_id=row.household_id)
        .values_list("person_id", "pk")
    )  # fmt: skip
    for line, left, payer in owed.left_of_lines:
        person = here.get(line.beneficiary.person_id)
        if person is None:
            # Who has left meanwhile still cost what was asked: it is owed by the household.
            row.contribution_francs += left
            row.payer_francs += payer
            continue
        EnrolmentSupplement.objects.create(
            tenant_id=row.tenant_id,
            enrolment=row,
            beneficiary_id=person,
            asked_on=line.asked_on,
            people=line.people,
            contribution_francs=left,
            payer_francs=payer,
            explanation=line.explanation,
            recorded_by=line.recorded_by,
        )
    row.save(update_fields=["contribution_francs", "payer_francs"])


def _promise_here(row: Enrolment, old: Promise, owed: Owed) -> None:
    promise = Promise.objects.create(
        tenant_id=row.tenant_id,
        enrolment=row,
        amount_francs=owed.household_left_francs,
        signed_on=old.signed_on,
        buyer=old.buyer,
        paper_number=old.paper_number,
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
