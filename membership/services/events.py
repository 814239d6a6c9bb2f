"""The rows that a household's timeline is made of, written with what they tell of."""

from datetime import date

from django.utils import timezone

from federations.models import Unit
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Household, LifeEvent


def event_row(
    actor: Actor,
    household: Household,
    kind: LifeEvent.Kind,
    happened_on: date,
    *,
    person: Beneficiary | None = None,
    note: str = "",
    to_unit: Unit | None = None,
) -> LifeEvent:
    """Return the row, not yet written; ``to_unit``: where a passage leads."""
    return LifeEvent(
        tenant_id=actor.tenant_id,
        household=household,
        beneficiary=person,
        kind=kind,
        happened_on=happened_on,
        to_unit=to_unit,
        note=note[:300],
        recorded_by=actor.name,
        recorded_at=timezone.now(),
    )


def write_event(
    actor: Actor,
    household: Household,
    kind: LifeEvent.Kind,
    happened_on: date,
    *,
    person: Beneficiary | None = None,
    note: str = "",
    to_unit: Unit | None = None,
) -> LifeEvent:
    """Write the event."""
    row = event_row(actor, household, kind, happened_on, person=person, note=note, to_unit=to_unit)
    row.save(force_insert=True)
    return row
