"""A household that passes to another unit of its own federation; it keeps number and rights.

The enrolment of the year stays a fact of the unit that it was signed in; the next renewal
is one « in another unit », which is no loss for the network.
"""

from datetime import date

from django.db import transaction

from conamus import clock
from conamus.kernel.errors import DomainError
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor
from membership.models import Household, LifeEvent
from membership.selectors.life import last_moves
from membership.services.events import write_event
from membership.services.holding import hold_household, require_open
from membership.services.households import require_colline, require_insuring_unit


@transaction.atomic
def move_household(
    *,
    actor: Actor,
    household_id: int,
    version: int | None,
    unit_id: int,
    moved_on: date,
    colline_id: int | None = None,
) -> Household:
    """Pass a household to another mutuelle or section of the federation."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    household = hold_household(actor, household_id, version)
    require_open(household)
    if moved_on > clock.today():
        raise DomainError("La date est dans l’avenir.", field="moved_on")
    if moved_on < household.registered_on:
        raise DomainError(
            f"Le ménage est inscrit depuis le {household.registered_on:%d/%m/%Y}.",
            field="moved_on",
        )
    last = last_moves(household.tenant_id, [household.pk]).get(household.pk)
    if last is not None and moved_on < last:
        raise DomainError(
            f"Le ménage est dans son unité depuis le {last:%d/%m/%Y}.", field="moved_on"
        )
    unit = require_insuring_unit(actor, unit_id, moved_on)
    if unit.pk == household.unit_id:
        raise DomainError("Le ménage est déjà dans cette unité.", field="unit")
    before = household.unit.name
    household.unit = unit
    if colline_id is not None:
        household.colline = require_colline(colline_id)
    household.save(update_fields=["unit", "colline"])
    note = f"De {before} à {unit.name}."
    write_event(actor, household, LifeEvent.Kind.MOVED, moved_on, note=note, to_unit=unit)
    return household
