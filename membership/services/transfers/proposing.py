"""The proposal of a transfer to another federation, and what becomes of it before acceptance."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from conamus.kernel.errors import Conflict, DomainError, NotFound
from conamus.kernel.reasons import told_reason
from federations.models import Federation
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Household, Transfer
from membership.selectors.transfers import incoming_by_id, own_transfer
from membership.services.holding import hold_household, present_members, require_open
from membership.services.transfers.origin import at_origin, hold_proposed
from membership.services.transfers.owed import Owing, owing_of

_State = Transfer.State


@transaction.atomic
def propose_transfer(
    *,
    actor: Actor,
    household_id: int,
    version: int | None,
    destination_id: int,
    leaves_on: date,
    because: str = "",
    key: str = "",
) -> Transfer:
    """Propose a household to another federation, which reads names, sexes, years, what is owed."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["transfer", household_id, destination_id, leaves_on, because],
        create=lambda: _propose(actor, household_id, version, destination_id, leaves_on, because),
        find=lambda pk: own_transfer(actor, int(pk)),
    )


def _propose(
    actor: Actor,
    household_id: int,
    version: int | None,
    destination_id: int,
    leaves_on: date,
    because: str,
) -> Transfer:
    household = hold_household(actor, household_id, version)
    require_open(household)
    require_other_federation(actor, destination_id)
    if Transfer.objects.filter(
        tenant_id=actor.tenant_id, household=household, state=_State.PROPOSED
    ).exists():
        raise Conflict("Un transfert de ce ménage est déjà proposé : retirez-le d’abord.")
    if leaves_on < household.registered_on:
        raise DomainError(
            f"Le ménage est inscrit depuis le {household.registered_on:%d/%m/%Y}.",
            field="leaves_on",
        )
    owing = owing_of(actor.tenant_id, [household.pk]).get(household.pk, Owing())
    row = proposal(actor, household, present_members(household), owing, destination_id, leaves_on)
    row.because = because.strip()[:300]
    row.save(force_insert=True)
    return row


def require_other_federation(actor: Actor, destination_id: int) -> Federation:
    """Return a federation that is not the actor's own."""
    found = Federation.objects.filter(pk=destination_id, kind=Federation.Kind.FEDERATION).exclude(
        pk=actor.tenant_id
    )
    federation = found.first()
    if federation is None:
        raise NotFound("Choisissez une autre fédération.", field="destination")
    return federation


def proposal(
    actor: Actor,
    household: Household,
    people: list[Beneficiary],
    owing: Owing,
    destination_id: int,
    leaves_on: date,
) -> Transfer:
    """Return the row, not yet written: what the other federation may see, and no more."""
    head = next((one for one in people if one.relationship == Beneficiary.Relationship.HEAD), None)
    if head is None:
        raise DomainError(f"Le ménage {household.number} n’a pas d’adhérent.")
    return Transfer(
        tenant_id=actor.tenant_id,
        destination_id=destination_id,
        household=household,
        number=household.number,
        head_name=str(head)[:125],
        people=[_shown(person) for person in people],
        leaves_on=leaves_on,
        left_francs=owing.left_francs,
        has_promise=owing.has_promise,
        proposed_by=actor.name,
    )


def _shown(person: Beneficiary) -> dict[str, Any]:
    return {
        "name": str(person),
        "sex": person.sex,
        "birth_year": person.birth_date.year,
        "relationship": person.relationship,
    }


@transaction.atomic
def withdraw_transfer(*, actor: Actor, transfer_id: int) -> Transfer:
    """Take a proposal back while the other federation has not answered."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    own_transfer(actor, transfer_id)
    row = hold_proposed(actor.tenant_id, transfer_id)
    row.state = _State.WITHDRAWN
    row.answered_by, row.answered_at = actor.name, timezone.now()
    row.save(update_fields=["state", "answered_by", "answered_at"])
    return row


@transaction.atomic
def refuse_transfer(*, actor: Actor, transfer_id: int, answer: str) -> Transfer:
    """Refuse a household that another federation proposes, saying why; nothing moves."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    told = told_reason(
        answer, field="answer", missing="Dites pourquoi : l’autre fédération le lira."
    )
    origin_id = incoming_by_id(actor, transfer_id).tenant_id
    with at_origin(actor, origin_id):
        row = hold_proposed(origin_id, transfer_id)
        row.state, row.answer = _State.REFUSED, told
        row.answered_by, row.answered_at = actor.name, timezone.now()
        row.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    return row
