"""Units: opened, renamed, closed, and the communes they work in.

A unit is never rewritten into another: a re-cut closes one row and opens the one that
replaces it, so that what was reported under the first stays true (recuts.py). Each tenant
writes its own units only.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, Gathering, NotFound
from conamus.kernel.periods import Period
from conamus.kernel.phones import clean_phone
from federations.models import Federation, PeriodLock, Place, RoleAssignment, Unit, UnitZone
from federations.rules.days import require_near_day
from federations.rules.roles import Permission
from federations.rules.units import kinds_opened_by
from federations.selectors.units import (
    is_never_open,
    lasting_zones,
    rows_about,
    rows_since,
    unclosed_on,
    units_of_code,
    was_recut,
)
from federations.services.above import (
    hold_above,
    open_beneath,
    require_centre,
    require_parent,
    require_parents_open,
)
from federations.services.access import require
from federations.services.assignments import require_nobody_left, require_nobody_outside
from federations.services.checked import save_checked
from federations.services.ground import (
    require_district_in_force,
    require_district_of_seat,
    require_one_zone,
)
from federations.services.holds import hold_units
from federations.services.periods import close_as_in
from federations.services.repetition import once
from federations.services.versions import ChangedMeanwhile, folded, require_read, version_of
from federations.tenancy.actor import Actor

_NO_UNIT = "Cette unité n’existe pas dans votre fédération."


class UnitChanged(ChangedMeanwhile):
    """The unit is not any more what its second writer has read."""

    thing = "cette unité"


class ZoneChanged(ChangedMeanwhile):
    """The same, of a unit's zone d'action; ``current`` is the unit."""

    thing = "cette zone d’action"


@dataclass(frozen=True, kw_only=True)
class UnitDetails:
    """What a person says of a unit; ids of rows that the service looks up itself."""

    name: str
    code: str
    parent_id: int
    management_centre_id: int | None = None
    place_id: int | None = None
    health_district_id: int | None = None
    address: str = ""
    phone: str = ""

    def as_fields(self) -> dict[str, Any]:
        """Return the values as the model's own fields."""
        return {
            **vars(self),
            "name": self.name.strip(),
            "code": self.code.strip().upper(),
            "phone": clean_phone(self.phone),
        }


@transaction.atomic
def create_unit(
    *,
    actor: Actor,
    kind: str,
    details: UnitDetails,
    valid_from: date,
    commune_ids: Iterable[int] = (),
    submission_key: str = "",
) -> Unit:
    """Open a unit of the actor's own tenant, with its zone d'action."""
    require(actor, Permission.MANAGE_UNITS)
    communes = sorted(set(commune_ids))

    def create() -> Unit:
        unit = Unit(tenant_id=actor.tenant_id, kind=kind, valid_from=valid_from)
        require_opened_here(actor, kind)
        gathering = Gathering()
        with gathering.part():
            require_opening(valid_from)
        save_unit(actor, unit, details, gathering)
        close_as_above(unit, Period(valid_from))
        add_communes(unit, communes, valid_from)
        return unit

    return once(
        tenant_id=actor.tenant_id,
        key=submission_key,
        content=["unit", kind, details.as_fields(), valid_from, communes],
        create=create,
        find=lambda pk: own_unit(actor, int(pk)),
    )


@transaction.atomic
def change_unit(
    *,
    actor: Actor,
    unit_id: int,
    details: UnitDetails,
    version: str,
    valid_from: date | None = None,
) -> Unit:
    """Correct what is said of a unit and, while nothing hangs from it, the day of its opening.

    ``version`` is the one that was read; None for ``valid_from``: the day stays.
    """
    require(actor, Permission.MANAGE_UNITS)
    unit = own_unit(actor, unit_id)
    require_not_root(unit)
    wanted = {**details.as_fields(), "valid_from": valid_from or unit.valid_from}
    require_read(unit, wanted, version=version, changed=UnitChanged)
    opened_on = unit.valid_from
    gathering = Gathering()
    with gathering.part():
        _move_opening(unit, wanted["valid_from"])
    save_unit(actor, unit, details, gathering)
    if unit.valid_from < opened_on:
        close_as_above(unit, Period(unit.valid_from, opened_on))
    return unit


def unit_version(unit: Unit) -> str:
    """Return what tells this state of a unit from another."""
    return version_of(unit, (*UnitDetails.__dataclass_fields__, "valid_from"))


@transaction.atomic
def close_unit(*, actor: Actor, unit_id: int, closed_on: date) -> Unit:
    """Close a unit that nothing open hangs from and nobody works in; its zone ends with it."""
    require(actor, Permission.MANAGE_UNITS)
    unit = own_unit(actor, unit_id)
    require_not_root(unit)
    require_open(unit)
    if open_beneath(unit, closed_on).exists():
        raise DomainError(
            "Des unités ouvertes dépendent encore de celle-ci : fermez-les ou rattachez-les "
            "ailleurs d’abord.",
        )
    if told := rows_since(unit, closed_on):
        raise DomainError(
            f"Il s’est passé quelque chose dans cette unité depuis ce jour ({told}) : fermez-la "
            "un jour qui vient après.",
            field="closed_on",
        )
    require_nobody_left(unit, closed_on)
    end_unit(unit, closed_on, field="closed_on")
    return unit


@transaction.atomic
def reopen_unit(*, actor: Actor, unit_id: int) -> Unit:
    """Take a closure back: the unit goes on as if it had never closed, its zone too.

    One that others replace is not reopened, nor one of a re-cut that was taken back, nor one
    whose code another has taken, nor one above which, or whose centre, has closed.
    """
    require(actor, Permission.MANAGE_UNITS)
    unit = own_unit(actor, unit_id)
    if unit.valid_to is None:
        raise DomainError("Cette unité n’est pas fermée.")
    if was_recut(unit):
        raise DomainError(
            "Cette unité a été redécoupée : c’est le redécoupage qui se reprend, depuis sa page."
        )
    if is_never_open(unit):
        raise DomainError(
            "Le redécoupage qui ouvrait cette unité a été repris : elle n’a jamais ouvert."
        )
    require_parents_open(actor, [unit])
    take_closing_back(unit)
    return unit


def take_closing_back(unit: Unit) -> None:
    """Open a unit again, its zone with it, where nobody has taken its code."""
    ended, closed_on = lasting_zones(unit), unit.valid_to
    unit.valid_to = None
    require_free_code(unit)
    save_checked(unit)
    ended.update(valid_to=None)
    if closed_on is not None:
        close_as_above(unit, Period(closed_on))


@transaction.atomic
def set_zone(
    *,
    actor: Actor,
    unit_id: int,
    commune_ids: Iterable[int],
    from_date: date,
    version: str | None = None,
) -> list[UnitZone]:
    """Make the unit's zone d'action these communes from a day on; what was before stays written.

    ``version`` is that of the zone that was read; None: it does not depend on what it was.
    """
    require(actor, Permission.MANAGE_UNITS)
    unit = own_unit(actor, unit_id)
    require_open(unit)
    wanted = set(commune_ids)
    if version not in (None, zone_version(unit)) and not _is_zone(unit, wanted, from_date):
        raise ZoneChanged(unit)
    require_near_day(from_date, today=clock.today(), act="Un changement de zone", field="from_date")
    if from_date < unit.valid_from:
        raise DomainError("La date vient avant l’ouverture de l’unité.", field="from_date")
    kept = _rewrite_zone(unit, wanted, from_date)
    add_communes(unit, sorted(wanted - kept), from_date)
    return list(lasting_zones(unit))


def _rewrite_zone(unit: Unit, wanted: Collection[int], day: date) -> set[int]:
    """End what is not wanted from a day on; return the communes that go on.

    What was decided for that day or later is corrected, not followed by a second row: an end is
    taken back, a later beginning comes forward. A commune is in a zone once on any day.
    """
    kept: set[int] = set()
    there = unit.zones.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    for zone in there.order_by("valid_from"):
        if zone.commune_id not in wanted:
            _end_zone(zone, day)
        elif zone.commune_id in kept:
            zone.delete()
        else:
            kept.add(zone.commune_id)
            _set_days(zone, begins=min(zone.valid_from, day), ends=None)
    return kept


def zone_version(unit: Unit) -> str:
    """Return what tells this zone d'action, and its days, from another."""
    rows = unit.zones.order_by("commune_id", "valid_from")
    return folded(list(rows.values_list("commune_id", "valid_from", "valid_to")))


def _is_zone(unit: Unit, wanted: Collection[int], day: date) -> bool:
    """Tell whether a zone is made of these communes from a day on, with nothing decided later."""
    there = list(unit.zones.filter(unclosed_on(day)))
    return {zone.commune_id for zone in there} == set(wanted) and all(
        zone.valid_to is None and zone.valid_from <= day for zone in there
    )


def own_unit(actor: Actor, unit_id: int) -> Unit:
    """Lock and return a unit of the actor's own tenant, alone: facts written of it are through."""
    hold_units(actor.tenant_id, [unit_id])
    rows = Unit.objects.select_for_update()
    unit = rows.filter(tenant_id=actor.tenant_id, pk=unit_id).first()
    if unit is None:
        raise NotFound(_NO_UNIT)
    return unit


def require_opened_here(actor: Actor, kind: str) -> None:
    """Raise unless the actor's tenant opens units of this kind."""
    tenant = Federation.objects.get(pk=actor.tenant_id)
    if kind not in kinds_opened_by(tenant.kind):
        raise DomainError("Une unité de cette nature ne s’ouvre pas ici.", field="kind")


def require_not_root(unit: Unit) -> None:
    """Raise for the confederation and the federations themselves."""
    if unit.kind in (Unit.Kind.CONFEDERATION, Unit.Kind.FEDERATION):
        raise DomainError("La confédération et les fédérations ne se modifient pas ici.")


def require_open(unit: Unit) -> None:
    """Raise for a unit that is closed already, or that a decided day closes."""
    if unit.valid_to is None:
        return
    if unit.valid_to <= clock.today():
        raise DomainError(f"Cette unité est déjà fermée, depuis le {unit.valid_to:%d/%m/%Y}.")
    raise DomainError(
        f"Cette unité ferme le {unit.valid_to:%d/%m/%Y} : reprenez d’abord cette fermeture."
    )


def require_opening(day: date) -> None:
    """Raise for a day on which no unit opens."""
    require_near_day(day, today=clock.today(), act="Une ouverture", field="valid_from")


def _move_opening(unit: Unit, day: date) -> None:
    """Correct the day of a unit's opening, its zone's with it, while nothing hangs from it.

    Months closed with others' do not depend on the day, nor do roles that began after it.
    """
    if day == unit.valid_from:
        return
    require_opening(day)
    if unit.valid_to is not None and day >= unit.valid_to:
        raise DomainError(
            f"L’ouverture vient avant la fermeture, le {unit.valid_to:%d/%m/%Y}.",
            field="valid_from",
        )
    told = rows_about([unit], aside={UnitZone, RoleAssignment, PeriodLock})
    if unit.zones.exclude(pk__in=lasting_zones(unit).filter(valid_from=unit.valid_from)).exists():
        told = told or "sa zone d’action a changé"
    if told:
        raise DomainError(
            "Le jour de l’ouverture ne se corrige plus : il s’est passé quelque chose dans cette "
            f"unité depuis ({told}).",
            field="valid_from",
        )
    require_nobody_outside(unit, day)
    unit.zones.update(valid_from=day)
    unit.valid_from = day


def save_unit(
    actor: Actor, unit: Unit, details: UnitDetails, gathered: Gathering | None = None
) -> None:
    """Write what is said of a unit; tell all that is wrong at once, ``gathered`` with it."""
    had_district = unit.health_district_id
    hung_from = {unit.parent_id, unit.management_centre_id}
    for name, value in details.as_fields().items():
        setattr(unit, name, value)
    hold_above(actor, {unit.parent_id, unit.management_centre_id} - hung_from)
    gathering = gathered or Gathering()
    for require_fitting in (require_parent, require_centre):
        with gathering.part():
            require_fitting(actor, unit)
    with gathering.part():
        require_free_code(unit)
    with gathering.part():
        require_district_of_seat(unit)
        require_district_in_force(unit.health_district, was=had_district, begins_on=unit.valid_from)
    save_checked(unit, conflict_field="code", gathered=gathering)


def require_free_code(unit: Unit) -> None:
    """Raise Conflict, naming who has it, for a code that another unit has on a day of this one.

    Of the days since today: what a closed unit had is free again.
    """
    today = clock.today()
    if unit.valid_to is not None and unit.valid_to <= today:
        return
    others = units_of_code(unit.code, on=max(unit.valid_from, today)).exclude(pk=unit.pk)
    if unit.valid_to is not None:
        others = others.filter(valid_from__lt=unit.valid_to)
    other = others.select_related("tenant").first()
    if other is not None:
        raise Conflict(
            f"Le code {unit.code} est déjà celui de « {other.name} » ({other.tenant.short_name}) : "
            "chaque unité du réseau a le sien.",
            field="code",
        )


def close_as_above(unit: Unit, days: Period) -> None:
    """Close, for the days that a unit has won, the months closed for what it hangs from."""
    close_as_in(unit, (unit.parent_id, unit.management_centre_id), days)


def end_unit(unit: Unit, day: date, *, field: str) -> None:
    """Close a unit, its zone with it, on a day that can be.

    After the last change of its zone, so that taking the closing back loses none.
    """
    if day <= unit.valid_from:
        raise DomainError(
            f"La fermeture vient après l’ouverture, le {unit.valid_from:%d/%m/%Y}.", field=field
        )
    require_near_day(day, today=clock.today(), act="Une fermeture", field=field)
    _require_zone_settled(unit, day, field=field)
    ending = lasting_zones(unit)
    unit.valid_to = day
    save_checked(unit)
    ending.update(valid_to=day)


def _require_zone_settled(unit: Unit, day: date, *, field: str) -> None:
    changes = unit.zones.aggregate(begun=Max("valid_from"), ended=Max("valid_to"))
    last = max((change for change in changes.values() if change is not None), default=None)
    if last is not None and last >= day:
        raise DomainError(
            f"Sa zone d’action change le {last:%d/%m/%Y} : fermez l’unité après ce jour, ou "
            "reprenez d’abord ce changement.",
            field=field,
        )


def _end_zone(zone: UnitZone, day: date) -> None:
    """End a commune of a zone; one that would end before it began never was."""
    if zone.valid_from >= day:
        zone.delete()
    else:
        _set_days(zone, begins=zone.valid_from, ends=day)


def _set_days(zone: UnitZone, *, begins: date, ends: date | None) -> None:
    if (zone.valid_from, zone.valid_to) != (begins, ends):
        zone.valid_from, zone.valid_to = begins, ends
        zone.save(update_fields=["valid_from", "valid_to"])


def add_communes(unit: Unit, commune_ids: list[int], day: date) -> None:
    """Open communes of a unit's zone d'action."""
    known = set(
        Place.objects.filter(pk__in=commune_ids, kind=Place.Kind.COMMUNE).values_list(
            "pk", flat=True
        )
    )
    if known != set(commune_ids):
        raise DomainError("Une zone d’action se compose de communes.", field="communes")
    still = unit.zones.filter(valid_to__isnull=True).values_list("commune_id", flat=True)
    require_one_zone({*commune_ids, *still})
    UnitZone.objects.bulk_create(
        UnitZone(tenant_id=unit.tenant_id, unit=unit, commune_id=pk, valid_from=day)
        for pk in commune_ids
    )
