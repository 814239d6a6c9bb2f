"""Counting how many of a day's insured have open rights: by a task, once a day or when asked.

The people of a whole federation are read in one scope and counted by the rule that answers each
check, so that a figure and an answer never differ. The count is one row, written at the end: a task
that is stopped leaves the count of before.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_date
from federations.models import Federation, Job
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.jobs import request_job
from federations.tenancy.actor import Actor, system_actor
from federations.tenancy.scope import open_scope
from membership.models import OpenRights
from membership.rules.open_rights import InsuredPerson, count_people
from membership.selectors.open_rights import (
    COUNT_JOB,
    insured_people,
    is_counted,
    with_open_rights,
)

#: Told how far it is: done, total, the step in French.
Progress = Callable[[int, int, str], None]
_SOURCE = "compte des droits ouverts"


@transaction.atomic
def request_open_rights(*, actor: Actor, day: date) -> Job:
    """Ask for the count of a day that has come; one that is on its way is not asked for twice."""
    require(actor, Permission.SEE_HOUSEHOLDS)
    require(actor, Permission.SEE_CONTRIBUTIONS)
    if day > clock.today():
        raise DomainError("Ce jour n’est pas encore venu.", field="le")
    asked: dict[str, Any] = {"kind": COUNT_JOB, "parameters": {"day": day.isoformat()}}
    on_its_way = Job.objects.filter(
        tenant_id=actor.tenant_id,
        actor__user_id=actor.user_id,
        state__in=Job.UNFINISHED,
        **asked,
    ).first()
    return on_its_way or request_job(
        actor=actor, title=f"Droits ouverts au {format_date(day)}", **asked
    )


def count_open_rights(*, actor: Actor, day: date, progress: Progress) -> OpenRights:
    """Count the whole federation's open rights of a day, in place of an earlier count."""
    require(actor, Permission.SEE_HOUSEHOLDS)
    with open_scope(actor, source=_SOURCE):
        people = insured_people(actor.tenant_id, day)
        covered: list[InsuredPerson] = []
        for done, found in with_open_rights(actor.tenant_id, people, day):
            covered += found
            progress(done, len(people), "Lecture des droits")
        row, _ = OpenRights.objects.update_or_create(
            tenant_id=actor.tenant_id,
            day=day,
            defaults={"counted_at": timezone.now(), "figures": count_people(covered, day)},
        )
    return row


def count_all_open_rights(*, on: date) -> int:
    """Count each federation whose day was not counted yet; return how many were."""
    federations = Federation.objects.filter(kind=Federation.Kind.FEDERATION).order_by("pk")
    counted = 0
    for tenant_id in federations.values_list("pk", flat=True):
        actor = system_actor(tenant_id, _SOURCE)
        with open_scope(actor, source=_SOURCE):
            is_done = is_counted(tenant_id, on)
        if not is_done:
            count_open_rights(actor=actor, day=on, progress=lambda *_: None)
            counted += 1
    return counted
