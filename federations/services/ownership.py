"""Is the thing that a fact points at the actor's own? Another tenant's looks like none."""

from datetime import date

from conamus import clock
from conamus.kernel.errors import DomainError, NotFound
from federations.models import Partner, Place, Unit
from federations.rules.units import closing_told
from federations.selectors.reach import units_in_reach
from federations.services.holds import days_of_unit, hold_in_common
from federations.tenancy.actor import Actor


def require_own_unit(actor: Actor, unit_id: int) -> Unit:
    """Return a unit within the actor's reach; NotFound for any other."""
    unit = units_in_reach(actor).filter(pk=unit_id).first()
    if unit is None:
        raise NotFound("Cette unité n’existe pas.", field="unit")
    return unit


def require_unit_open_on(unit: Unit, day: date, *, field: str) -> None:
    """Raise for a day before a unit opened, or from its closing on.

    Not for the confederation and the federations: their first day here is that of their entry,
    and they bring the figures of the years before with them.
    """
    if unit.kind in (Unit.Kind.CONFEDERATION, Unit.Kind.FEDERATION):
        return
    hold_days(unit)
    if day < unit.valid_from:
        told = f"n’est ouverte que depuis le {unit.valid_from:%d/%m/%Y}"
        if unit.valid_from > clock.today():
            told = f"n’ouvre que le {unit.valid_from:%d/%m/%Y}"
        raise DomainError(
            f"« {unit.name} » {told} : choisissez un autre jour, ou une autre unité.", field=field
        )
    if unit.valid_to is not None and day >= unit.valid_to:
        raise DomainError(
            f"« {unit.name} » ({closing_told(unit.valid_to, clock.today())}) : choisissez un jour "
            "d’avant, ou une autre unité.",
            field=field,
        )


def hold_days(unit: Unit) -> None:
    """Have who would close the unit wait until the transaction ends, and read its days anew.

    For whoever asks whether a unit is open and then writes of it: neither would see the other.
    """
    hold_in_common(days_of_unit(unit.tenant_id, unit.pk))
    unit.refresh_from_db(fields=["valid_from", "valid_to"])


def require_own_funder(actor: Actor, funder_id: int | None) -> None:
    """Raise NotFound unless the funder, where there is one, is the tenant's."""
    if funder_id is None:
        return
    if not Partner.objects.filter(tenant_id=actor.tenant_id, pk=funder_id).exists():
        raise NotFound("Ce bailleur n’existe pas.", field="funder")


def require_place(place_id: int | None) -> None:
    """Raise NotFound unless the place, where there is one, is known."""
    if place_id is not None and not Place.objects.filter(pk=place_id).exists():
        raise NotFound("Ce lieu n’existe pas.", field="place")
