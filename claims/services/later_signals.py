"""Signals of what a register learns after a decision: a death, an enrolment ended, rights closed.

Each home federation's register is read for what changed since the last reading; the decided care
of the households touched is looked at again, wherever it was given and whoever processed it. A
signal is raised once for a claim and rule, and how far the register was read is written last: a
reading that was killed is simply done again.
"""

from datetime import date

from claims.models import RegisterLook
from claims.selectors.register_changes import RegisterChanges, decided_care, register_changes
from claims.services.signals import CHUNK, raise_later_signals
from federations.models import Federation
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor, system_actor
from federations.tenancy.scope import open_scope

TASK = "signaux après décision"
_SOURCE = "tâche périodique"


def look_again_everywhere(*, on: date) -> int:
    """Read every federation's register, one after the other; return the new signals."""
    federations = Federation.objects.filter(kind=Federation.Kind.FEDERATION).order_by("pk")
    actors = [system_actor(pk, TASK) for pk in federations.values_list("pk", flat=True)]
    return sum(_look_again(actor, on) for actor in actors)


def _look_again(actor: Actor, on: date) -> int:
    """Look at what one register touches, a part a transaction."""
    with open_scope(actor, source=_SOURCE):
        changes = register_changes(actor.tenant_id)
        care = decided_care(actor.tenant_id, changes.households, on)
    raised = 0
    for year, claims in care.items():
        for start in range(0, len(claims), CHUNK):
            part = claims[start : start + CHUNK]
            with open_scope(actor, source=_SOURCE):
                raised += raise_later_signals(actor=actor, claim_ids=part, year=year)
    with open_scope(actor, source=_SOURCE):
        keep_look(actor=actor, changes=changes)
    return raised


def keep_look(*, actor: Actor, changes: RegisterChanges) -> None:
    """Write how far the federation's register was read."""
    require(actor, Permission.CHECK_CLAIMS)
    RegisterLook.objects.update_or_create(
        tenant_id=actor.tenant_id,
        defaults={"until_event": changes.until_event, "looked_at": changes.looked_at},
    )
