"""Reads for the list of valid members that a facility without a line keeps on paper."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from federations.models import HealthFacility, Job, StoredFile, UnitZone
from federations.selectors.facilities import contracted_on, in_communes
from federations.selectors.units import in_sight, open_on
from federations.tenancy.actor import Actor
from membership.models import Beneficiary
from membership.rules.rights import coverage_on, last_day
from membership.selectors.rights import FoundPerson, own_people

LIST_JOB = "valid_members"
#: People read at a time, so that the bar moves and memory stays small.
BATCH = 2_000
_A_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidMember:
    """A line of the list."""

    name: str
    number: str
    sex: str
    birth_year: int
    last_day: date


def facilities_in_reach(actor: Actor, on: date) -> QuerySet[HealthFacility]:
    """Return the facilities contracted on a day in the zones of the units in the actor's sight."""
    seen = in_sight(actor, "unit")
    zones = UnitZone.objects.filter(open_on(on), seen, tenant_id=actor.tenant_id)
    here = contracted_on(on).filter(in_communes(zones.values("commune_id")))
    return here.select_related("commune").order_by("sort_key")


def people_living_in(
    actor: Actor, *, communes: Collection[int], units: Collection[int], on: date
) -> list[int]:
    """Return who may have rights on a day in these communes, in the actor's sight.

    The people of open households, and the babies of others: a newborn keeps its first days.
    ``units`` empty: of all units in sight.
    """
    is_open = Q(household__closed_on__isnull=True)
    found = Beneficiary.objects.filter(
        is_open | Q(birth_date__gt=on - _A_YEAR),
        tenant_id=actor.tenant_id,
        left_on__isnull=True,
        died_on__isnull=True,
        household__tenant_id=actor.tenant_id,
        household__colline__parent__parent_id__in=communes,
    )
    found = found.filter(in_sight(actor, "household__unit"))
    if units:
        found = found.filter(household__unit_id__in=units)
    return list(found.order_by("search_key", "number").values_list("pk", flat=True))


def valid_members(
    tenant_id: int, beneficiary_ids: Sequence[int], on: date
) -> Iterator[tuple[int, list[ValidMember]]]:
    """Yield, batch by batch, how many were read and those whose rights are open on the day.

    In the order of the identifiers given.
    """
    for start in range(0, len(beneficiary_ids), BATCH):
        ids = beneficiary_ids[start : start + BATCH]
        found = {person.beneficiary_id: person for person in own_people(tenant_id, ids, on)}
        lines = [_valid(found[each], on) for each in ids if each in found]
        yield start + len(ids), [line for line in lines if line is not None]


def _valid(person: FoundPerson, on: date) -> ValidMember | None:
    coverage = coverage_on(person.facts, on)
    until = last_day(coverage)
    if not coverage.is_open or until is None:
        return None
    return ValidMember(
        name=person.name,
        number=person.number,
        sex=person.sex,
        birth_year=person.facts.person.birth_date.year,
        last_day=until,
    )


def list_jobs(actor: Actor) -> QuerySet[Job]:
    """Return the lists asked for, the latest first: for an actor of some units, their own."""
    found = Job.objects.filter(tenant_id=actor.tenant_id, kind=LIST_JOB)
    if actor.unit_id is not None:
        found = found.filter(actor__user_id=actor.user_id)
    return found.order_by("-created_at")


def list_job(actor: Actor, job_id: UUID) -> Job | None:
    """Return one of them."""
    return list_jobs(actor).filter(pk=job_id).first()


def list_file(actor: Actor, job_id: UUID) -> StoredFile | None:
    """Return the printed list that a job made, bytes included."""
    job = list_job(actor, job_id)
    file_id = (job.result or {}).get("file_id") if job else None
    if file_id is None:
        return None
    return StoredFile.objects.filter(tenant_id=actor.tenant_id, pk=file_id).first()
