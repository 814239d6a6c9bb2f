"""A facility over its federations: all of them for CONAMUS's advisers, one's own for a federation.

What a federation pays, and what it signals, is another's affair to nobody but the advisers: they
read it by narrow functions (claims/sql/55_facility_parts.sql).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from claims.models import ClaimSignal
from claims.rules.signals.across import Across, Part, Settled, across_federations
from claims.rules.signals.facilities import FacilityMonth
from claims.selectors.signals import facility_signals
from conamus.kernel.errors import NotFound
from federations.models import Federation
from federations.rules.roles import Role
from federations.tenancy.actor import Actor

_PARTS = """
SELECT f.id, f.name, f.facility_type, f.ownership, o.short_name, p.cases, p.asked_francs,
       p.squares, p.opened, p.confirmed, p.dismissed
FROM {function} p
JOIN federations_healthfacility f ON f.id = p.facility_id
JOIN federations_federation o ON o.id = p.processing_id
"""
_STATE = ClaimSignal.State


@dataclass(frozen=True, slots=True)
class ToldSignal:
    """A signal of a facility's month, whoever has it; ``pk``: one of the actor's own."""

    federation: str
    month: date
    rule: str
    facts: dict[str, Any]
    state: str
    settled_by: str
    settled_because: str
    pk: int | None = None

    @property
    def state_label(self) -> str:
        """Where it stands, in French."""
        return str(_STATE(self.state).label)


def sees_every_part(actor: Actor) -> bool:
    """Tell whether the actor compares a facility over all its federations."""
    return actor.role is Role.MEDICAL_ADVISER


def compared_facilities(actor: Actor, year: int) -> list[Across]:
    """Return each facility's care of a year, federation by federation and together.

    What is to be seen comes first. Two queries for an adviser, one for a federation.
    """
    parts = list(_parts(actor, year))
    return across_federations(parts, _own_signals(actor, year) if sees_every_part(actor) else None)


def compared_facility(actor: Actor, facility_id: int, year: int) -> Across:
    """Return one facility's parts among its peers; NotFound where it has no care of the year."""
    found = [
        one
        for one in compared_facilities(actor, year)
        if one.whole.care.facility == str(facility_id)
    ]
    if not found:
        raise NotFound("Cette formation sanitaire n’a pas d’attestation de cette année.")
    return found[0]


def _parts(actor: Actor, year: int) -> Iterator[Part]:
    if sees_every_part(actor):
        query, values = _PARTS.format(function="network_facility_parts(%s)"), [year]
    else:
        query, values = _PARTS.format(function="facility_parts(%s, %s)"), [year, actor.tenant_id]
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows = cursor.fetchall()
    for pk, name, level, ownership, federation, cases, asked, squares, *told in rows:
        care = FacilityMonth(str(pk), name, level, ownership, cases, asked, squares)
        yield Part(federation, care, Settled(*told))


def _own_signals(actor: Actor, year: int) -> dict[str, Settled]:
    """What became of the actor's own signals of the year, by facility."""
    counted = (
        facility_signals(actor)
        .filter(month__year=year)
        .values("facility_id")
        .annotate(
            opened=Count("pk", filter=Q(state=_STATE.OPEN)),
            confirmed=Count("pk", filter=Q(state=_STATE.CONFIRMED)),
            dismissed=Count("pk", filter=Q(state=_STATE.DISMISSED)),
        )
    )
    return {
        str(row["facility_id"]): Settled(row["opened"], row["confirmed"], row["dismissed"])
        for row in counted
    }


def signals_of_facility(actor: Actor, facility_id: int, year: int) -> list[ToldSignal]:
    """Return the signals of a facility's months in sight: one's own, then the federations'."""
    own = facility_signals(actor).filter(facility_id=facility_id, month__year=year)
    names = dict(Federation.objects.values_list("pk", "short_name"))
    told = [
        ToldSignal(
            names[one.tenant_id], one.month, one.rule, one.facts, one.state, one.settled_by,
            one.settled_because, one.pk,
        )
        for one in own.order_by("-month", "-pk")
    ]  # fmt: skip
    return [*told, *(_elsewhere(actor, facility_id, year, names) if sees_every_part(actor) else ())]


def _elsewhere(
    actor: Actor, facility_id: int, year: int, names: dict[int, str]
) -> Iterator[ToldSignal]:
    """Yield those of other tenants."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM network_facility_signals(%s, %s)", [facility_id, year])
        rows = cursor.fetchall()
    for tenant_id, month, rule, facts, *settled in rows:
        if tenant_id != actor.tenant_id:
            yield ToldSignal(names[tenant_id], month, rule, json.loads(facts), *settled)
