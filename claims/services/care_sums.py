"""The sums of care counted again: as few rows as there are figures, and nothing left unsaid."""

from datetime import date

from django.db import connection

from federations.models import Federation
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor, system_actor
from federations.tenancy.scope import open_scope

#: Years of care whose claims still move: this one and the one before.
_YEARS_BACK = 1


def recount_care(*, actor: Actor, year: int) -> None:
    """Count again a year's care that the actor's federation processes, in place of what is kept."""
    require(actor, Permission.CHECK_CLAIMS)
    with connection.cursor() as cursor:
        for function in ("recount_care", "recount_accepted"):
            cursor.execute(f"SELECT {function}(%s, %s::smallint)", [year, actor.tenant_id])


def recount_all_care(*, on: date) -> None:
    """Count every federation's last years again, each in a transaction of its own."""
    federations = Federation.objects.filter(kind=Federation.Kind.FEDERATION).order_by("pk")
    for tenant_id in federations.values_list("pk", flat=True):
        actor = system_actor(tenant_id, "sommes de soins")
        for year in range(on.year - _YEARS_BACK, on.year + 1):
            with open_scope(actor, source="tâche périodique"):
                recount_care(actor=actor, year=year)
