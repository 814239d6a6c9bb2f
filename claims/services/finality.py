"""Decisions become final by themselves once nobody may contest them any more."""

from datetime import date
from typing import Any

from django.db import connection

from claims.rules.states import Side, State, check_move
from conamus import clock
from federations.models import Federation
from federations.rules.roles import Permission, Role
from federations.services.access import require
from federations.tenancy.actor import Actor, system_actor
from federations.tenancy.scope import open_scope

#: Claims moved together: bounds the locks that are held.
CHUNK = 5_000
#: Of both sides (claims/sql/25_terms_to_answer.sql), whoever may still object.
_DUE = """
WITH due AS (
    SELECT c.care_year, c.id, c.tenant_id, c.processing_id, c.facility_id
    FROM claims_claim c
    CROSS JOIN LATERAL terms_to_answer(c.care_year, c.id) t
    WHERE c.care_year BETWEEN %(from_year)s AND %(to_year)s
      AND c.processing_id = %(tenant)s AND c.state = 'decided'
      AND coalesce(greatest(t.facility_until, t.home_until), t.decided_on) < %(on)s
    ORDER BY c.id
    LIMIT %(most)s
    FOR UPDATE OF c SKIP LOCKED
), step AS (
    INSERT INTO claims_claimstep (
        care_year, tenant_id, processing_id, facility_id, claim_id, from_state, to_state, reason,
        by_name, by_user_id, by_role, at)
    SELECT care_year, tenant_id, processing_id, facility_id, id, 'decided', 'final',
           'le délai de réponse est passé', %(name)s, NULL, %(role)s, %(at)s
    FROM due
)
UPDATE claims_claim c
SET state = 'final', state_since = %(at)s, version = c.version + 1
FROM due
WHERE c.care_year = due.care_year AND c.id = due.id
"""
_YEARS_BACK = 3


def make_all_final(*, on: date) -> int:
    """Make final, one federation after the other, each in a transaction of its own."""
    federations = Federation.objects.filter(kind=Federation.Kind.FEDERATION).order_by("pk")
    total = 0
    for tenant_id in federations.values_list("pk", flat=True):
        actor = system_actor(tenant_id, "délais de réponse")
        with open_scope(actor, source="tâche périodique"):
            total += make_final(actor=actor, on=on)
    return total


def make_final(*, actor: Actor, on: date) -> int:
    """Make the federation's decisions final whose term has passed on a day; safe to repeat."""
    require(actor, Permission.CHECK_CLAIMS)
    check_move(State.DECIDED, State.FINAL, side=Side.SYSTEM, role=actor.role)
    values: dict[str, Any] = {
        "tenant": actor.tenant_id,
        "from_year": on.year - _YEARS_BACK,
        "to_year": on.year + 1,
        "on": on,
        "most": CHUNK,
        "name": actor.name,
        "at": clock.moment(),
        "role": Role.SYSTEM.value,
    }
    moved = CHUNK
    total = 0
    with connection.cursor() as cursor:
        while moved == CHUNK:
            cursor.execute(_DUE, values)
            moved = cursor.rowcount
            total += moved
    return total
