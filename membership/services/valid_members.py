"""The list of valid members on paper: asked for as a job, read, printed and kept as a file.

Read in one scope, printed outside of any, stored in another; a job that runs twice finds the
file that it has already made.
"""

from collections.abc import Callable, Collection
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from conamus import clock
from conamus.kernel.errors import DomainError, NotFound
from federations.models import Federation, HealthFacility, Job, Place, StoredFile, Unit
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.files import store_file
from federations.services.jobs import request_job_once
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope
from membership.documents.valid_members import ValidMembersList, print_valid_members
from membership.selectors.valid_members import (
    LIST_JOB,
    ValidMember,
    people_living_in,
    valid_members,
)

PDF = "application/pdf"
#: Told how far it is: done, total, the step in French.
Progress = Callable[[int, int, str], None]
#: A list of more people is no paper to look somebody up in.
MOST_PEOPLE = 10_000


@transaction.atomic
def request_valid_members(
    *,
    actor: Actor,
    facility_id: int | None,
    communes: Collection[int],
    units: Collection[int] = (),
    key: str = "",
) -> Job:
    """Ask for the list of people with open rights today who live in some communes."""
    require(actor, Permission.SEE_HOUSEHOLDS)
    require(actor, Permission.CHECK_RIGHTS)
    facility = _facility(facility_id)
    today = clock.today()
    people = people_living_in(actor, communes=communes, units=units, on=today)
    if len(people) > MOST_PEOPLE:
        raise DomainError(
            "Ces communes ont trop de membres pour une liste : choisissez-en moins, ou quelques "
            "unités.",
            field="communes",
        )
    parameters = {
        "facility_id": facility_id,
        "communes": sorted(communes),
        "units": sorted(units),
        "on": today.isoformat(),
    }
    where = facility.name if facility else ", ".join(_names(Place.objects.filter(pk__in=communes)))
    return request_job_once(
        actor=actor,
        kind=LIST_JOB,
        title=f"Membres aux droits ouverts : {where}",
        parameters=parameters,
        key=key,
    )


def produce_valid_members(
    *,
    actor: Actor,
    job_id: UUID,
    facility_id: int | None,
    communes: Collection[int],
    units: Collection[int],
    progress: Progress,
) -> StoredFile:
    """Read, print and keep the list as it stands today; call it outside of any scope."""
    require(actor, Permission.SEE_HOUSEHOLDS)
    name = f"droits-ouverts-{job_id.hex}.pdf"
    with open_scope(actor, source=f"tâche:{LIST_JOB}"):
        made = StoredFile.objects.filter(tenant_id=actor.tenant_id, name=name).first()
        if made is not None:
            return made
        listed = _read(actor, facility_id, communes, units, progress)
    progress(len(listed.members), len(listed.members) + 1, "Mise en page et impression")
    printed = print_valid_members(listed)
    with open_scope(actor, source=f"tâche:{LIST_JOB}"):
        return store_file(
            tenant_id=actor.tenant_id, name=name, content_type=PDF, content=printed.content
        )


def _read(
    actor: Actor,
    facility_id: int | None,
    communes: Collection[int],
    units: Collection[int],
    progress: Progress,
) -> ValidMembersList:
    on = clock.today()
    people = people_living_in(actor, communes=communes, units=units, on=on)
    members: list[ValidMember] = []
    for done, lines in valid_members(actor.tenant_id, people, on):
        members += lines
        progress(done, len(people) + 1, "Lecture des droits")
    facility = _facility(facility_id)
    return ValidMembersList(
        federation=Federation.objects.get(pk=actor.tenant_id).name,
        facility="" if facility is None else f"{facility.name} ({facility.code})",
        communes=tuple(_names(Place.objects.filter(pk__in=communes))),
        units=tuple(_names(Unit.objects.filter(tenant_id=actor.tenant_id, pk__in=units))),
        on=on,
        members=members,
    )


def _facility(facility_id: int | None) -> HealthFacility | None:
    if facility_id is None:
        return None
    facility = HealthFacility.objects.filter(pk=facility_id).first()
    if facility is None:
        raise NotFound("Cette formation sanitaire n’existe pas.", field="facility")
    return facility


def _names(rows: QuerySet[Place] | QuerySet[Unit]) -> list[str]:
    return list(rows.order_by("sort_key").values_list("name", flat=True))
