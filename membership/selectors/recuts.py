"""Reads of re-cuts: whose households are concerned, where they go, who went already."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F

from conamus import clock
from conamus.kernel.errors import NotFound
from federations.models import Job, Recut, Unit, UnitZone
from federations.selectors.units import recut_parts
from federations.tenancy.actor import Actor
from membership.models import RecutMove, RecutShare
from membership.rules.recuts import successor_of
from membership.selectors.households import households

#: The task that passes the households of a re-cut.
RECUT_JOB = "membership.move_recut"


@dataclass(frozen=True, slots=True, kw_only=True)
class CollineCount:
    """The open households of one unit that live on one colline."""

    unit_id: int
    unit: str
    colline_id: int
    colline: str
    communes: tuple[int, ...]
    households: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """From one unit to another (None: not said yet): how many went, how many will."""

    from_unit: str
    to_unit: str | None
    moved: int
    left: int


def households_by_colline(actor: Actor, unit_ids: Collection[int]) -> list[CollineCount]:
    """Count the open households of units by colline, unit by unit."""
    rows = (
        households(actor)
        .filter(unit_id__in=unit_ids, closed_on__isnull=True)
        .order_by("unit__sort_key", "colline__sort_key", "colline_id")
        .values(
            "unit_id",
            "colline_id",
            former=F("colline__former_commune_id"),
            current=F("colline__parent__parent_id"),
            unit_name=F("unit__name"),
            colline_name=F("colline__name"),
            commune=F("colline__parent__parent__name"),
        )
        .annotate(count=Count("pk"))
    )
    return [
        CollineCount(
            unit_id=row["unit_id"],
            unit=row["unit_name"],
            colline_id=row["colline_id"],
            colline=f"{row['colline_name']}, {row['commune']}",
            communes=tuple(key for key in (row["former"], row["current"]) if key),
            households=row["count"],
        )
        for row in rows
    ]


def destinations(recut: Recut, counts: Sequence[CollineCount]) -> dict[tuple[int, int], int | None]:
    """Return where the households of each (unit, colline) go; None: nobody has said."""
    new = recut_parts(recut, is_new=True)
    zones: dict[int, set[int]] = {unit.pk: set() for unit in new}
    opened = UnitZone.objects.filter(tenant_id=recut.tenant_id, unit__in=new)
    for unit_id, commune_id in opened.values_list("unit_id", "commune_id"):
        zones[unit_id].add(commune_id)
    said = _said(recut)
    found: dict[tuple[int, int], int | None] = {}
    for one in counts:
        key = (one.unit_id, one.colline_id)
        place = successor_of(
            one.communes,
            [zones[unit.pk] if unit.kind in Unit.INSURING else None for unit in new],
        )
        found[key] = said.get(key, None if place is None else new[place].pk)
    return found


def _said(recut: Recut) -> dict[tuple[int, int], int]:
    rows = RecutShare.objects.filter(tenant_id=recut.tenant_id, recut=recut)
    return {
        (from_unit, colline): to_unit
        for from_unit, colline, to_unit in rows.values_list(
            "from_unit_id", "colline_id", "to_unit_id"
        )
    }


def passages(
    recut: Recut, counts: Sequence[CollineCount], where: Mapping[tuple[int, int], int | None]
) -> list[Passage]:
    """Return what went and what is still to go, from each unit to each."""
    old, new = recut_parts(recut, is_new=False), recut_parts(recut, is_new=True)
    moves = RecutMove.objects.filter(tenant_id=recut.tenant_id, recut=recut)
    moved = {
        (row["from_unit_id"], row["to_unit_id"]): row["count"]
        for row in moves.order_by().values("from_unit_id", "to_unit_id").annotate(count=Count("pk"))
    }
    left: dict[tuple[int, int | None], int] = {}
    for one in counts:
        key = (one.unit_id, where[one.unit_id, one.colline_id])
        left[key] = left.get(key, 0) + one.households
    targets = [(unit.pk, unit.name) for unit in new]
    return [
        Passage(
            from_unit=unit.name,
            to_unit=name,
            moved=moved.get((unit.pk, target), 0) if target else 0,
            left=left.get((unit.pk, target), 0),
        )
        for unit in old
        for target, name in [*targets, (None, None)]
        if moved.get((unit.pk, target or 0)) or left.get((unit.pk, target))
    ]


def own_recut(actor: Actor, recut_id: int) -> Recut:
    """Return a re-cut of the actor's own tenant; NotFound for any other."""
    recut = Recut.objects.filter(tenant_id=actor.tenant_id, pk=recut_id).first()
    if recut is None:
        raise NotFound("Ce redécoupage n’existe pas dans votre fédération.")
    return recut


def recut_that_closed(unit_id: int) -> Recut | None:
    """Return the re-cut that closed a unit, today at the latest, unless it was taken back."""
    return Recut.objects.filter(
        parts__unit=unit_id,
        parts__is_new=False,
        taken_back_at__isnull=True,
        on_date__lte=clock.today(),
    ).first()


def unfinished_job(recut: Recut) -> Job | None:
    """Return the task that passes the households of a re-cut, while it waits or works."""
    found = Job.objects.filter(
        tenant_id=recut.tenant_id,
        kind=RECUT_JOB,
        state__in=Job.UNFINISHED,
        parameters__recut=recut.pk,
    )
    return found.order_by("created_at").first()
