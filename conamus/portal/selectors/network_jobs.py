"""The tasks of every tenant as the system administrator meets them: how they went, not what of.

Read as the dispatcher, whose database role sees jobs and mails of every tenant and nothing
else; title, parameters, result, and the words of a refusal, which may name people, are never asked
for.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.db.models import Case, QuerySet, TextField, Value, When
from django.utils import timezone

from conamus import clock
from conamus.kernel.errors import NotAllowed
from conamus.portal.job_names import job_name
from federations.models import Federation, Job, Unit
from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_dispatcher_scope

#: A failure is looked at for so long; the home page counts the same.
FAILED_DAYS = 30
MOST_SHOWN = 50
_TOLD = (
    "pk", "tenant_id", "actor", "kind", "state", "done", "total", "attempts", "not_before",
    "created_at", "finished_at",
)  # fmt: skip
_FAULT = Case(When(is_fault=True, then="reason"), default=Value(""), output_field=TextField())


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkJob:
    """A task of some tenant: of which kind, for which unit, how far, what broke it."""

    id: UUID
    name: str
    where: str
    state: str
    #: Empty: it did not fail, or a rule refused it.
    fault: str
    percent: int
    attempts: int
    #: It waits for a later day.
    is_planned: bool
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class NetworkJobs:
    """The latest failures and what is under way, with how many there are of each."""

    failed: list[NetworkJob]
    failed_count: int
    unfinished: list[NetworkJob]
    unfinished_count: int


def require_following(actor: Actor) -> None:
    """Raise NotAllowed unless the actor follows the tasks of the whole network."""
    if not is_permitted(actor.role, Permission.FOLLOW_NETWORK_JOBS):
        raise NotAllowed("Seul l’administrateur du système voit les tâches de tout le réseau.")


def network_jobs(actor: Actor) -> NetworkJobs:
    """Return what failed lately, the latest first, and what is not finished, the oldest first."""
    require_following(actor)
    since = timezone.now() - timedelta(days=FAILED_DAYS)
    with open_dispatcher_scope():
        failed = Job.objects.filter(state=Job.State.FAILED, finished_at__gt=since)
        unfinished = Job.objects.filter(state__in=Job.UNFINISHED)
        lately = _told(failed.order_by("-finished_at"))
        waiting = _told(unfinished.order_by("created_at"))
        counts = failed.count(), unfinished.count()
    names = _Names.of([*lately, *waiting])
    return NetworkJobs(
        failed=[names.told(row) for row in lately],
        failed_count=counts[0],
        unfinished=[names.told(row) for row in waiting],
        unfinished_count=counts[1],
    )


def _told(jobs: QuerySet[Job]) -> list[dict[str, Any]]:
    return list(jobs.values(*_TOLD, fault=_FAULT)[:MOST_SHOWN])


@dataclass(frozen=True, slots=True)
class _Names:
    tenants: dict[int, str]
    units: dict[int, str]

    @classmethod
    def of(cls, rows: list[dict[str, Any]]) -> Self:
        units = Unit.objects.filter(pk__in={row["actor"]["unit_id"] for row in rows} - {None})
        return cls(
            dict(Federation.objects.values_list("pk", "short_name")),
            dict(units.values_list("pk", "name")),
        )

    def told(self, row: dict[str, Any]) -> NetworkJob:
        places = self.tenants[row["tenant_id"]], self.units.get(row["actor"]["unit_id"], "")
        return NetworkJob(
            id=row["pk"],
            name=job_name(row["kind"]),
            where=", ".join(place for place in places if place),
            state=row["state"],
            fault=row["fault"],
            percent=100 * row["done"] // row["total"] if row["total"] else 0,
            attempts=row["attempts"],
            is_planned=row["not_before"] is not None and row["not_before"] > clock.today(),
            created_at=row["created_at"],
            finished_at=row["finished_at"],
        )
