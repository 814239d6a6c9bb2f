"""Reads of units: who sees which, what hangs from what, what a unit went through.

Units are the network's directory: every role reads every tenant's, so only the reads
that limit an actor carry the tenant's predicate.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, models
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.fields.reverse_related import ManyToOneRel

from conamus.kernel.errors import NotFound
from federations.models import HealthFacility, Recut, RecutUnit, Unit, UnitZone
from federations.selectors.facilities import contracted_on
from federations.tenancy.actor import Actor
from federations.tenancy.scope import current_scope, is_scope_open

# Beneath a unit: what hangs from it, what its centre serves, and the rows that it
# replaced at a re-cut, which hold past years and, for a while, households. A re-cut that
# was taken back gives nothing: its new units are of no day.
_WALK = """
WITH RECURSIVE beneath(id, replaces_id) AS (
    SELECT id, replaces_id FROM federations_unit WHERE tenant_id = %s AND id = %s
    UNION
    SELECT u.id, u.replaces_id
    FROM federations_unit u
    JOIN beneath b
      ON u.parent_id = b.id OR u.management_centre_id = b.id OR u.id = b.replaces_id
      OR u.id IN (
          SELECT closed.unit_id FROM federations_recutunit opened
          JOIN federations_recutunit closed ON closed.recut_id = opened.recut_id
          WHERE opened.unit_id = b.id AND opened.is_new AND NOT closed.is_new)
    WHERE u.tenant_id = %s AND (u.valid_to IS NULL OR u.valid_to > u.valid_from)
)
"""
_BENEATH = _WALK + "SELECT id FROM beneath"  # noqa: S608 (our own words)
_NAMES_BENEATH = _WALK + "SELECT u.id, u.name FROM beneath JOIN federations_unit u USING (id)"  # noqa: S608
_IN_SIGHT = "units in sight"


def visible_unit_ids(actor: Actor) -> frozenset[int] | None:
    """Return the units a limited actor may see the members of; None: the whole tenant's."""
    return None if actor.unit_id is None else frozenset(_names_beneath(actor))


def in_sight(actor: Actor, *units: str) -> Q:
    """Return the predicate of the rows one of whose ``units`` is in the actor's sight.

    Of whoever is limited to no unit it says nothing: the tenant is a predicate of its own.
    """
    seen = visible_unit_ids(actor)
    if seen is None:
        return Q()
    return reduce(or_, (Q(**{f"{unit}__in": seen}) for unit in units))


def own_unit_name(actor: Actor) -> str:
    """Return the name of the unit that the actor is limited to; empty: to none."""
    return "" if actor.unit_id is None else _names_beneath(actor).get(actor.unit_id, "")


def _names_beneath(actor: Actor) -> dict[int, str]:
    """The names of the units in a limited actor's sight, their own among them, by their keys."""
    if not is_scope_open() or current_scope().actor != actor:
        return _read_names(actor)
    # Asked once for the actor of the scope: whoever is limited to a unit changes none.
    kept = current_scope().read_once
    if _IN_SIGHT not in kept:
        kept[_IN_SIGHT] = _read_names(actor)
    found: dict[int, str] = kept[_IN_SIGHT]
    return found


def _read_names(actor: Actor) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(_NAMES_BENEATH, [actor.tenant_id, actor.unit_id, actor.tenant_id])
        return dict(cursor.fetchall())


def visible_units(actor: Actor) -> RawSQL | None:
    """Return the same as a part of the one statement that asks: no statement of its own."""
    if actor.unit_id is None:
        return None
    return RawSQL(_BENEATH, [actor.tenant_id, actor.unit_id, actor.tenant_id])  # noqa: S611


def open_on(day: date) -> Q:
    """Return the predicate of rows in force on a day (units, zones and roles alike)."""
    return Q(valid_from__lte=day) & unclosed_on(day)


def unclosed_on(day: date) -> Q:
    """Return the predicate of rows not ended by a day: in force, or to come."""
    return Q(valid_to__isnull=True) | Q(valid_to__gt=day)


#: Units and roles of a re-cut that was taken back: they end on the day they begin.
NEVER_OPEN = Q(valid_to=F("valid_from"))


def is_never_open(unit: Unit) -> bool:
    """Tell whether a unit is of a re-cut that was taken back: of no day, and for good."""
    return unit.valid_to == unit.valid_from


def network_units() -> QuerySet[Unit]:
    """Return every unit of the network, with what a list shows of it."""
    return Unit.objects.select_related("tenant", "parent", "place", "management_centre")


def units_of_code(code: str, *, on: date) -> QuerySet[Unit]:
    """Return the units that have a code on a day or later, the first of them first."""
    found = Unit.objects.filter(unclosed_on(on), code__iexact=code.strip())
    return found.exclude(NEVER_OPEN).order_by("valid_from")


def own_units(
    actor: Actor, *, kinds: tuple[str, ...], on_date: date, chosen: int | None = None
) -> QuerySet[Unit]:
    """Return the actor's own units of some kinds, open on a day, and the one chosen before."""
    offered = open_on(on_date) | Q(pk=chosen)
    found = Unit.objects.filter(offered, tenant_id=actor.tenant_id, kind__in=kinds)
    return found.order_by("sort_key")


def in_province(province_id: int) -> Q:
    """Return the predicate of units placed in a province, or working in a commune of it.

    The province is one of before mid-2025; a zone may name communes of either division.
    """
    former = Q(commune__parent_id=province_id)
    since = Q(commune__predecessors__former__parent_id=province_id)
    zones = UnitZone.objects.filter(former | since, unit=OuterRef("pk"))
    placed = Q(place_id=province_id) | Q(place__parent_id=province_id)
    return placed | Q(place__parent__parent_id=province_id) | Q(Exists(zones))


def was_recut(unit: Unit) -> bool:
    """Tell whether other units stand in this one's place."""
    return bool(heirs_of(unit))


def heirs_of(unit: Unit) -> list[Unit]:
    """Return the units that replace this one, without those of a re-cut taken back."""
    together = RecutUnit.objects.filter(
        is_new=True, recut__in=RecutUnit.objects.filter(unit=unit, is_new=False).values("recut")
    )
    heirs = Unit.objects.filter(Q(replaces=unit) | Q(pk__in=together.values("unit")))
    return list(heirs.exclude(NEVER_OPEN).order_by("valid_from", "sort_key"))


def replaced_by(unit: Unit) -> list[Unit]:
    """Return the units that this one replaces."""
    together = RecutUnit.objects.filter(
        is_new=False, recut__in=RecutUnit.objects.filter(unit=unit, is_new=True).values("recut")
    )
    wanted = Q(pk=unit.replaces_id) | Q(pk__in=together.values("unit"))
    return list(Unit.objects.filter(wanted).order_by("sort_key"))


def recut_parts(recut: Recut, *, is_new: bool) -> list[Unit]:
    """Return the units that a re-cut closed, or those that it opened, in the order decided."""
    parts = RecutUnit.objects.filter(tenant_id=recut.tenant_id, recut=recut, is_new=is_new)
    return [part.unit for part in parts.select_related("unit").order_by("pk")]


def replaced_by_each(units: QuerySet[Unit]) -> dict[int, frozenset[int]]:
    """Return, for each unit, those that it replaced, at one re-cut after another.

    One query, and one more for each re-cut before.
    """
    found = direct = _replaced(units)
    while earlier := set().union(*direct.values()) - found.keys():
        direct = _replaced(Unit.objects.filter(pk__in=earlier))
        found = found | direct
    return {pk: _all_replaced(pk, found) for pk in found}


def _replaced(units: QuerySet[Unit]) -> dict[int, frozenset[int]]:
    closed = RecutUnit.objects.filter(
        is_new=False, recut__parts__unit=OuterRef("pk"), recut__parts__is_new=True
    ).values("unit_id")
    rows = units.order_by().values_list("pk", "replaces_id", ArraySubquery(closed))
    return {pk: frozenset({first, *others} - {None}) for pk, first, others in rows}


def _all_replaced(unit_id: int, direct: dict[int, frozenset[int]]) -> frozenset[int]:
    found = before = direct[unit_id]
    while before:
        before = frozenset().union(*(direct[one] for one in before)) - found
        found |= before
    return found


def rows_about(units: Sequence[Unit], *, aside: Collection[type[models.Model]]) -> str:
    """Say how many rows of each table, of whichever application, point at a tenant's units.

    A row of no day tells of nothing: a role, or a unit, of a re-cut that was taken back.
    """
    told = []
    for relation in Unit._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel) or relation.related_model in aside:
            continue
        model: Any = relation.related_model
        rows = model._default_manager.filter(
            **{f"{relation.field.name}__in": units}, tenant_id__in={one.tenant_id for one in units}
        )
        if {"valid_from", "valid_to"} <= {one.name for one in model._meta.concrete_fields}:
            rows = rows.exclude(NEVER_OPEN)
        if count := rows.count():
            told.append(f"{count} × {model._meta.verbose_name}")
    return " ; ".join(told)


def rows_since(unit: Unit, day: date) -> str:
    """Say how many rows of each table tell of something in the unit on a day or after it.

    A table's day is its first field that is named so (« …_on »); one that has none is not asked.
    """
    told = []
    for relation in Unit._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel):
            continue
        model: Any = relation.related_model
        on = _day_field(model)
        if on is None:
            continue
        rows = model._default_manager.filter(
            **{relation.field.name: unit, f"{on}__gte": day}, tenant_id=unit.tenant_id
        )
        found = rows.aggregate(count=Count("pk"), last=Max(on))
        if found["count"]:
            name = model._meta.verbose_name
            told.append(f"{found['count']} × {name}, jusqu’au {found['last']:%d/%m/%Y}")
    return " ; ".join(told)


def _day_field(model: Any) -> str | None:
    fields = (field for field in model._meta.concrete_fields if field.name.endswith("_on"))
    return next((field.name for field in fields if isinstance(field, models.DateField)), None)


def latest_recut_of(unit: Unit) -> int | None:
    """Return the latest re-cut that closed or opened the unit, for its own tenant."""
    return (
        RecutUnit.objects.filter(tenant_id=unit.tenant_id, unit=unit)
        .order_by("-recut")
        .values_list("recut_id", flat=True)
        .first()
    )


def unit_by_id(unit_id: int) -> Unit:
    """Return a unit of the network's directory."""
    related = ("tenant", "parent", "place", "management_centre", "health_district", "replaces")
    unit = Unit.objects.select_related(*related).filter(pk=unit_id).first()
    if unit is None:
        raise NotFound("Cette unité n’existe pas.")
    return unit


def zones_of(unit: Unit) -> list[UnitZone]:
    """Return the unit's zone d'action, past communes included."""
    zones = UnitZone.objects.filter(unit=unit).select_related("commune__parent")
    return list(zones.order_by("valid_to", "commune__sort_key"))


def open_communes(unit: Unit) -> list[int]:
    """Return the communes of a unit's zone d'action as it was last decided, by their keys."""
    zones = lasting_zones(unit).order_by("commune_id")
    return list(zones.values_list("commune_id", flat=True))


def lasting_zones(unit: Unit) -> QuerySet[UnitZone]:
    """Return the communes that end with the unit only: its zone as it was last decided."""
    ends = {"valid_to__isnull": True} if unit.valid_to is None else {"valid_to": unit.valid_to}
    return UnitZone.objects.filter(tenant_id=unit.tenant_id, unit=unit, **ends)


def beneath(unit: Unit) -> list[Unit]:
    """Return what hangs from the unit or, for a centre, what it serves."""
    under = Q(parent=unit) | Q(management_centre=unit)
    return list(Unit.objects.filter(under).order_by("valid_to", "kind", "sort_key"))


def communes_on(unit: Unit, day: date) -> set[int]:
    """Return the communes where a unit works on a day, or will as it opens, by their keys."""
    zones = UnitZone.objects.filter(open_on(max(day, unit.valid_from)), unit=unit)
    return set(zones.values_list("commune_id", flat=True))


def facilities_near(zones: list[UnitZone], on_date: date) -> QuerySet[HealthFacility]:
    """Return the facilities contracted on a day in a zone d'action's communes of that day."""
    communes = [
        zone.commune_id
        for zone in zones
        if zone.valid_from <= on_date and (zone.valid_to is None or zone.valid_to > on_date)
    ]
    return contracted_on(on_date, commune_ids=communes).select_related("former_commune")


#: A day of a unit's story: the day, a sentence, and the other unit's id where there is one.
Moment = tuple[date, str, int | None]


@dataclass(slots=True)
class Branch:
    """A unit and what hangs from it."""

    unit: Unit
    branches: list["Branch"] = field(default_factory=list)


def unit_tree(on_date: date) -> list[Branch]:
    """Return the units open on a day as trees; one whose parent is closed stands at the top."""
    units = Unit.objects.filter(open_on(on_date)).order_by("kind", "sort_key")
    branches = {unit.pk: Branch(unit) for unit in units}
    under: dict[int | None, list[Branch]] = defaultdict(list)
    for branch in branches.values():
        parent = branch.unit.parent_id
        under[parent if parent in branches else None].append(branch)
    for key, branch in branches.items():
        branch.branches = under[key]
    return under[None]


def story_of(unit: Unit, zones: list[UnitZone], today: date) -> list[Moment]:
    """Return what the unit went through and what is decided for later, in order."""
    moments: list[Moment] = []
    opened = "Ouverte" if unit.valid_from <= today else "Ouvre"
    for old in (before := replaced_by(unit)):
        moments.append((unit.valid_from, f"{opened} en remplacement de {old.name}", old.pk))
    if not before:
        moments.append((unit.valid_from, opened, None))
    moments += _moves_of_zone(unit, zones)
    for heir in heirs_of(unit):
        replaced = "Remplacée" if heir.valid_from <= today else "Sera remplacée"
        moments.append((heir.valid_from, f"{replaced} par {heir.name}", heir.pk))
    if unit.valid_to:
        closed = "Fermée" if unit.valid_to <= today else "Ferme"
        never = unit.valid_to == unit.valid_from
        moments.append((unit.valid_to, "Redécoupage repris" if never else closed, None))
    return sorted(moments, key=lambda moment: moment[0])


def _moves_of_zone(unit: Unit, zones: list[UnitZone]) -> list[Moment]:
    joined: dict[date, list[str]] = defaultdict(list)
    left: dict[date, list[str]] = defaultdict(list)
    for zone in zones:
        if zone.valid_from > unit.valid_from:
            joined[zone.valid_from].append(zone.commune.name)
        if zone.valid_to and zone.valid_to != unit.valid_to:
            left[zone.valid_to].append(zone.commune.name)
    moves: list[Moment] = [
        (day, f"Zone d’action étendue à {', '.join(names)}", None) for day, names in joined.items()
    ]
    moves += [(day, f"Zone d’action sans {', '.join(names)}", None) for day, names in left.items()]
    return moves
