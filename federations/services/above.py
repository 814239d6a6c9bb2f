"""What a unit hangs from: of its tenant and of a fitting kind, and lasting as long as it does.

From a unit that is to be cut anew others hang until the day, then from its heir
(docs/decisions/0056). Asked under a lock, so that two decisions at once see each other.
"""

from collections.abc import Collection
from datetime import date, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from conamus import clock
from conamus.kernel.errors import DomainError
from federations.models import Unit
from federations.rules.units import closing_told, is_served_by_a_centre, may_stand_under
from federations.selectors.heirs import handing_on_to, heirs_on
from federations.selectors.units import NEVER_OPEN, unclosed_on
from federations.tenancy.actor import Actor

_HOLD_IN_COMMON = (
    "SELECT id FROM federations_unit WHERE tenant_id = %s AND id = ANY(%s) ORDER BY id FOR SHARE"
)


def hold_above(actor: Actor, unit_ids: Collection[int | None]) -> None:
    """Keep what a unit is about to hang from as it is until the transaction ends.

    Whoever closes it waits, and then sees the unit beneath; whoever waited for a closing then
    finds it closed. Held in common: many units are opened under one at a time.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_IN_COMMON, [actor.tenant_id, [key for key in unit_ids if key]])


def require_parent(actor: Actor, unit: Unit) -> None:
    """Raise unless the unit above is the tenant's, of a fitting kind, and lasts as long."""
    own = Unit.objects.filter(tenant_id=actor.tenant_id)
    parent = own.filter(pk=unit.parent_id).first() if unit.parent_id else None
    if parent is None:
        raise DomainError("Choisissez une unité de votre fédération.", field="parent")
    if not may_stand_under(unit.kind, parent.kind):
        raise DomainError(
            f"Une unité de nature « {unit.get_kind_display()} » ne se rattache pas à une unité de "
            f"nature « {parent.get_kind_display()} ».",
            field="parent",
        )
    _require_lasting(actor, parent, unit, field="parent")


def require_centre(actor: Actor, unit: Unit) -> None:
    """Raise unless the centre, where there is one, may serve the unit."""
    if unit.management_centre_id is None:
        return
    if not is_served_by_a_centre(unit.kind):
        raise DomainError(
            "Seules les mutuelles et les sections ont un centre de gestion.",
            field="management_centre",
        )
    centre = Unit.objects.filter(
        tenant_id=actor.tenant_id,
        pk=unit.management_centre_id,
        kind=Unit.Kind.MANAGEMENT_CENTRE,
    ).first()
    if centre is None:
        raise DomainError("Choisissez un centre de votre fédération.", field="management_centre")
    _require_lasting(actor, centre, unit, field="management_centre")


def _require_lasting(actor: Actor, above: Unit, unit: Unit, *, field: str) -> None:
    """A unit may be older than what it hangs from, is not open before it, and never outlasts it."""
    first = max(unit.valid_from, clock.today())
    if above.valid_from > first and getattr(unit, f"{field}_id") != _written(unit, field):
        raise DomainError(
            f"« {above.name} » n’ouvre que le {above.valid_from:%d/%m/%Y} : une unité n’en dépend "
            "qu’à partir de ce jour.",
            field=field,
        )
    holder = _holder_at_end(actor, above, unit, until=unit.valid_to)
    if holder.valid_to is None or not _closes_before(holder, unit.valid_to):
        return
    raise DomainError(
        f"« {holder.name} » ({closing_told(holder.valid_to, clock.today())}) : une unité ne peut "
        "pas en dépendre après ce jour.",
        field=field,
    )


def _written(unit: Unit, field: str) -> int | None:
    """Return what a unit hangs from until now: it may go on to, on the day of a re-cut."""
    return Unit.objects.filter(pk=unit.pk).values_list(f"{field}_id", flat=True).first()


def require_parents_open(actor: Actor, units: Collection[Unit]) -> None:
    """A unit does not come back under one that has closed since, or is to close."""
    links = {key for unit in units for key in _links_of(unit)}
    hold_above(actor, links)
    above = Unit.objects.in_bulk(links)
    for unit in units:
        for key in _links_of(unit):
            holder = _holder_at_end(actor, above[key], unit, until=None)
            if holder.valid_to is not None:
                told = closing_told(holder.valid_to, clock.today())
                raise DomainError(f"« {holder.name} » ({told}) : rouvrez-la d’abord.")


def _links_of(unit: Unit) -> list[int]:
    return [key for key in (unit.parent_id, unit.management_centre_id) if key]


def _closes_before(above: Unit, until: date | None) -> bool:
    return above.valid_to is not None and (until is None or until > above.valid_to)


def _holder_at_end(actor: Actor, above: Unit, unit: Unit, *, until: date | None) -> Unit:
    """Return what a unit that hangs from another will hang from as it ends.

    That is the heir of what is cut anew before, held until the transaction ends; of what has
    closed already, only for a unit that has not followed yet.
    """
    if not _closes_before(above, until) or not _is_to_follow(unit, above):
        return above
    day = date.max if until is None else until - timedelta(days=1)
    heir = heirs_on([above.pk], day).get(above.pk)
    if heir is None or not _may_hold(heir, above, unit):
        return above
    hold_above(actor, {heir.pk})
    heir.refresh_from_db()
    return heir


def _is_to_follow(unit: Unit, above: Unit) -> bool:
    """Tell whether what closes is still to hand the unit on: that is done once, on the day."""
    if above.valid_to is None or above.valid_to > clock.today():
        return True
    return open_beneath(above, above.valid_to).filter(pk=unit.pk).exists()


def _may_hold(heir: Unit, above: Unit, unit: Unit) -> bool:
    is_centre = above.kind == Unit.Kind.MANAGEMENT_CENTRE
    return heir.kind == above.kind or (not is_centre and may_stand_under(unit.kind, heir.kind))


def open_beneath(unit: Unit, day: date) -> QuerySet[Unit]:
    """Return the units that hang from the unit, or that it serves, and are not closed by a day.

    Those that a re-cut to come hands on to it are among them.
    """
    above = {unit.pk, *handing_on_to(unit)}
    under = Q(parent__in=above) | Q(management_centre__in=above)
    found = Unit.objects.filter(under, unclosed_on(day), tenant_id=unit.tenant_id)
    return found.exclude(NEVER_OPEN)
