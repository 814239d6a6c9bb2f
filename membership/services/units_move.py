"""A whole section's households moved: to another unit, or to another federation.

Within the federation the households pass in batches, each in its transaction; to another
federation each is proposed, and the other side receives them in the same way. What is left to
do is read from the rows themselves, so a job that was interrupted goes on where it stopped.
"""

from collections import defaultdict
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from conamus import clock
from conamus.kernel.errors import DomainError
from federations.models import Job
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.jobs import request_job_once
from federations.services.ownership import require_own_unit
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Household, LifeEvent, Transfer
from membership.rules.sentences import counted
from membership.selectors.households import households
from membership.selectors.life import last_moves
from membership.selectors.transfers import waiting_here
from membership.services.events import event_row
from membership.services.holding import hold_ready
from membership.services.households import require_insuring_unit
from membership.services.transfers.owed import Owing, owing_of
from membership.services.transfers.proposing import proposal, require_other_federation

MOVE_JOB = "membership.move_section"
PROPOSE_JOB = "membership.propose_section"
RECEIVE_JOB = "membership.receive_section"
BATCH = 200


@transaction.atomic
def request_section_move(
    *, actor: Actor, from_unit_id: int, to_unit_id: int, moved_on: date, key: str = ""
) -> Job:
    """Ask for all open households of a unit to pass to another unit of the federation."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    _require_past(moved_on, "moved_on")
    source = require_own_unit(actor, from_unit_id)
    target = require_insuring_unit(actor, to_unit_id, moved_on, field="to_unit")
    if source.pk == target.pk:
        raise DomainError("Choisissez une autre unité.", field="to_unit")
    if not open_in(actor, source.pk).exists():
        raise DomainError("Cette unité n’a aucun ménage ouvert.", field="from_unit")
    return _asked_once(
        actor,
        MOVE_JOB,
        title=f"Passage des ménages de {source.name} à {target.name}",
        parameters={"from": source.pk, "to": target.pk, "on": moved_on.isoformat()},
        key=key,
    )


@transaction.atomic
def move_batch(*, actor: Actor, from_unit_id: int, to_unit_id: int, moved_on: date) -> int:
    """Pass the next households, at most ``BATCH``; return how many (0: none is left)."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    source = require_own_unit(actor, from_unit_id)
    target = require_insuring_unit(actor, to_unit_id, moved_on)
    count, held = hold_ready(actor, open_in(actor, source.pk), most=BATCH)
    Household.objects.filter(
        tenant_id=actor.tenant_id, pk__in=[household.pk for household in held]
    ).update(unit=target, version=F("version") + 1)
    told = f"De {source.name} à {target.name}, avec toute l’unité."
    last = last_moves(actor.tenant_id, [household.pk for household in held])
    LifeEvent.objects.bulk_create(
        event_row(
            actor, one, LifeEvent.Kind.MOVED,
            max(moved_on, one.registered_on, last.get(one.pk, moved_on)),
            note=told, to_unit=target,
        )
        for one in held
    )  # fmt: skip
    return count


@transaction.atomic
def request_section_proposal(
    *,
    actor: Actor,
    from_unit_id: int,
    destination_id: int,
    leaves_on: date,
    because: str,
    key: str = "",
) -> Job:
    """Ask for all open households of a unit to be proposed to another federation."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    source = require_own_unit(actor, from_unit_id)
    target = require_other_federation(actor, destination_id)
    if not open_in(actor, source.pk).exists():
        raise DomainError("Cette unité n’a aucun ménage ouvert.", field="from_unit")
    return _asked_once(
        actor,
        PROPOSE_JOB,
        title=f"Proposition des ménages de {source.name} à {target.name}",
        parameters={
            "from": source.pk,
            "destination": target.pk,
            "on": leaves_on.isoformat(),
            "because": because.strip()[:300] or f"Passage de {source.name}",
        },
        key=key,
    )


@transaction.atomic
def propose_batch(
    *, actor: Actor, from_unit_id: int, destination_id: int, leaves_on: date, because: str
) -> int:
    """Propose the next households without an open proposal; return how many were looked at."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    require_other_federation(actor, destination_id)
    left = open_in(actor, from_unit_id).exclude(
        pk__in=Transfer.objects.filter(
            tenant_id=actor.tenant_id, state=Transfer.State.PROPOSED
        ).values("household_id")
    )
    count, held = hold_ready(actor, left.filter(pk__in=_headed(actor)), most=BATCH)
    people = _people_of(actor, held)
    owing = owing_of(actor.tenant_id, [household.pk for household in held])
    rows = [
        proposal(
            actor, one, people.get(one.pk, []), owing.get(one.pk, Owing()), destination_id,
            leaves_on,
        )
        for one in held
    ]  # fmt: skip
    for row in rows:
        row.because = because
    Transfer.objects.bulk_create(rows)
    return count


@transaction.atomic
def request_section_reception(
    *,
    actor: Actor,
    transfer_ids: list[int],
    unit_id: int,
    is_outside_zone: bool = False,
    key: str = "",
) -> Job:
    """Ask for the chosen proposals of other federations to be accepted into one unit.

    Households that are received together keep their collines; those outside the unit's zone
    d'action are left out unless ``is_outside_zone``.
    """
    require(actor, Permission.DECIDE_MEMBERSHIP)
    unit = require_insuring_unit(actor, unit_id, clock.today())
    wanted = waiting_here(actor).filter(pk__in=transfer_ids)
    keys = list(wanted.values_list("pk", flat=True))
    if not keys:
        raise DomainError("Cochez au moins un ménage.", field="transfer_ids")
    return _asked_once(
        actor,
        RECEIVE_JOB,
        title=f"Accueil de {counted(len(keys), 'ménage')} dans {unit.name}",
        parameters={"transfers": keys, "unit": unit.pk, "outside": is_outside_zone},
        key=key,
    )


def _asked_once(
    actor: Actor, kind: str, *, title: str, parameters: dict[str, Any], key: str
) -> Job:
    """Ask for a job; the same one asked for again while it is under way is that one."""
    same = Job.objects.filter(
        tenant_id=actor.tenant_id,
        actor__user_id=actor.user_id,
        state__in=Job.UNFINISHED,
        kind=kind,
        parameters=parameters,
    )
    if (running := same.first()) is not None:
        return running
    return request_job_once(actor=actor, kind=kind, title=title, parameters=parameters, key=key)


def open_in(actor: Actor, unit_id: int) -> QuerySet[Household]:
    """Return a unit's open households."""
    return households(actor).filter(unit_id=unit_id, closed_on__isnull=True)


def _headed(actor: Actor) -> QuerySet[Beneficiary, int]:
    """The households that have a head: only these can be proposed."""
    heads = Beneficiary.objects.filter(
        tenant_id=actor.tenant_id,
        relationship=Beneficiary.Relationship.HEAD,
        left_on__isnull=True,
    )
    return heads.values_list("household_id", flat=True)


def _people_of(actor: Actor, held: list[Household]) -> dict[int, list[Beneficiary]]:
    found: dict[int, list[Beneficiary]] = defaultdict(list)
    present = Beneficiary.objects.filter(
        tenant_id=actor.tenant_id, household__in=held, left_on__isnull=True
    )
    for person in present.order_by("number"):
        found[person.household_id].append(person)
    return found


def _require_past(day: date, field: str) -> None:
    if day > clock.today():
        raise DomainError("La date est dans l’avenir.", field=field)
