"""Is the thing that a fact points at the actor's own? Another tenant's looks like none."""

from conamus.kernel.errors import NotFound
from federations.models import Partner, Place, Unit
from federations.selectors.reach import units_in_reach
from federations.tenancy.actor import Actor


def require_own_unit(actor: Actor, unit_id: int) -> Unit:
    """Return a unit within the actor's reach; NotFound for any other."""
    unit = units_in_reach(actor).filter(pk=unit_id).first()
    if unit is None:
        raise NotFound("Cette unité n’existe pas.", field="unit")
    return unit


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
