"""A re-cut of units with its households: decided, carried out by a job, taken back.

Whoever decides says where the households of each closed unit go, and sees the counts
before anything is written: a decision whose counts were not confirmed is refused with its
plan. The households pass in batches, each in its transaction; what is left to do is read
from the rows, so that a job that was killed, or runs twice, goes on where it stopped.
Enrolments stay with the unit that they were signed in: figures of the past do not move.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.db.models import F, Q

from conamus import clock
from conamus.kernel.errors import DomainError
from federations.models import Job, Recut, Unit
from federations.rules.roles import Permission
from federations.selectors.heirs import following_roles, following_units
from federations.selectors.units import recut_parts
from federations.services.access import require
from federations.services.following import hold_recut
from federations.services.jobs import request_job
from federations.services.recuts import Opening, recut_units, take_back_recut
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from membership.models import Household, LifeEvent, RecutMove, RecutShare
from membership.rules.recuts import successor_of
from membership.selectors.households import households
from membership.selectors.recuts import (
    RECUT_JOB,
    destinations,
    households_by_colline,
    recut_that_closed,
)
from membership.services.events import event_row
from membership.services.holding import hold_households, hold_ready
from membership.services.households import require_insuring_unit

BATCH = 200
#: A unit that closes and a colline, by their keys.
Origin = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """The households of a closing unit on a colline, and the place of where they go."""

    unit_id: int
    unit: str
    colline_id: int
    colline: str
    households: int
    place: int | None
    #: Whether zones d'action leave it open, so that a person says.
    is_asked: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What a re-cut will do to households; ``digest`` is what a person confirms."""

    lines: tuple[PlanLine, ...]
    digest: str

    @property
    def is_decided(self) -> bool:
        """Whether every household has somewhere to go."""
        return all(line.place is not None for line in self.lines)

    def counts(self) -> dict[tuple[str, int | None], int]:
        """Return how many households go from each unit to each place."""
        found: dict[tuple[str, int | None], int] = defaultdict(int)
        for line in self.lines:
            found[line.unit, line.place] += line.households
        return dict(found)


class ToConfirm(DomainError):
    """Nothing is written yet: the plan is to be looked at first."""

    code = "to-confirm"

    def __init__(self, plan: Plan) -> None:
        super().__init__(
            "Vérifiez ci-dessous où vont les ménages, puis confirmez. Rien n’est encore changé."
            if plan.is_decided
            else "Dites ci-dessous où vont les ménages des collines que les zones d’action ne "
            "départagent pas. Rien n’est encore changé."
        )
        self.plan = plan


@transaction.atomic
def decide_recut(
    *,
    actor: Actor,
    unit_ids: Collection[int],
    on_date: date,
    openings: Sequence[Opening],
    heirs: Mapping[int, int] | None = None,
    chosen: Mapping[Origin, int] | None = None,
    confirmed: str = "",
    submission_key: str = "",
) -> Recut:
    """Cut units anew and send their households on; ToConfirm until its plan is confirmed."""
    require(actor, Permission.MANAGE_UNITS)
    content = [
        "recut", sorted(unit_ids), on_date, [asdict(one) for one in openings],
        sorted((heirs or {}).items()),
    ]  # fmt: skip

    def create() -> Recut:
        plan = _plan(actor, unit_ids, openings, chosen or {}, content)
        recut = recut_units(
            actor=actor, unit_ids=unit_ids, on_date=on_date, openings=openings, heirs=heirs
        )
        if plan.lines:
            require(actor, Permission.DECIDE_MEMBERSHIP)
            _require_receiver(openings)
            if not plan.is_decided or confirmed != plan.digest:
                raise ToConfirm(plan)
            _share(recut, plan)
        if plan.lines or on_date > clock.today():
            _request(actor, recut)
        return recut

    return once(
        tenant_id=actor.tenant_id,
        key=submission_key,
        content=[*content, sorted((chosen or {}).items())],
        create=create,
        find=lambda pk: Recut.objects.get(tenant_id=actor.tenant_id, pk=pk),
    )


@transaction.atomic
def send_rest(*, actor: Actor, recut_id: int, chosen: Mapping[Origin, int]) -> Job:
    """Say where households that nobody had placed go, and send all that is left."""
    require(actor, Permission.MANAGE_UNITS)
    recut = hold_recut(actor, recut_id)
    _require_standing(recut)
    counts = households_by_colline(actor, _keys(recut, is_new=False))
    is_awaited = bool(following_units(recut) or following_roles(recut))
    if counts:
        require(actor, Permission.DECIDE_MEMBERSHIP)
        _say_rest(recut, chosen, destinations(recut, counts), is_awaited=is_awaited)
    elif not is_awaited:
        raise DomainError("Tous les ménages sont passés : il ne reste rien à faire.")
    return _request(actor, recut)


def _say_rest(
    recut: Recut,
    chosen: Mapping[Origin, int],
    where: Mapping[Origin, int | None],
    *,
    is_awaited: bool,
) -> None:
    allowed = {unit.pk for unit in recut_parts(recut, is_new=True) if unit.kind in Unit.INSURING}
    wanted = {key: to for key, to in chosen.items() if key in where and where[key] is None}
    if not set(wanted.values()) <= allowed:
        raise DomainError("Choisissez une des nouvelles unités.")
    if not is_awaited and all(to is None for to in ({**where, **wanted}).values()):
        raise DomainError("Dites d’abord où vont ces ménages.")
    RecutShare.objects.bulk_create(
        RecutShare(
            tenant_id=recut.tenant_id, recut=recut, from_unit_id=unit, colline_id=colline,
            to_unit_id=to,
        )
        for (unit, colline), to in sorted(wanted.items())
    )  # fmt: skip


@transaction.atomic
def recut_batch(*, actor: Actor, recut_id: int) -> int:
    """Pass the next households, at most ``BATCH``; return how many (0: none is left)."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    recut = hold_recut(actor, recut_id)
    _require_standing(recut)
    if recut.on_date > clock.today():
        raise DomainError(f"Le redécoupage est pour le {recut.on_date:%d/%m/%Y}.")
    old = _keys(recut, is_new=False)
    where = destinations(recut, households_by_colline(actor, old))
    unsaid = Q()
    for (unit, colline), to in where.items():
        if to is None:
            unsaid |= Q(unit_id=unit, colline_id=colline)
    ready = households(actor).filter(unit_id__in=old, closed_on__isnull=True)
    if unsaid:
        ready = ready.exclude(unsaid)
    _, held = hold_ready(actor, ready, most=BATCH)
    by_passage: dict[Origin, list[Household]] = defaultdict(list)
    for one in held:
        to = where.get((one.unit_id, one.colline_id))
        if to is not None:
            by_passage[one.unit_id, to].append(one)
    for (_, to), rows in by_passage.items():
        _pass(actor, recut, rows, to)
    return sum(len(rows) for rows in by_passage.values())


def pass_who_returns(actor: Actor, household: Household) -> None:
    """Pass a household that opens again in a unit that was cut anew meanwhile, to where it went.

    The passage took the open ones only. Where nobody has said, the household stays: the page of
    the re-cut asks.
    """
    while (recut := recut_that_closed(household.unit_id)) is not None:
        where = destinations(recut, households_by_colline(actor, [household.unit_id]))
        to = where[household.unit_id, household.colline_id]
        if to is None:
            return
        _pass(actor, recut, [household], to)
        household.refresh_from_db(fields=["unit", "version"])


@transaction.atomic
def undo_recut(*, actor: Actor, recut_id: int) -> Recut:
    """Take a re-cut back, its households returned, while nothing has happened since."""
    require(actor, Permission.MANAGE_UNITS)
    recut = hold_recut(actor, recut_id)
    _require_standing(recut)
    moves = list(RecutMove.objects.filter(tenant_id=actor.tenant_id, recut=recut))
    if moves:
        require(actor, Permission.DECIDE_MEMBERSHIP)
        _return(actor, moves)
    return take_back_recut(actor=actor, recut_id=recut_id, aside=(RecutMove, RecutShare))


def _plan(
    actor: Actor,
    unit_ids: Collection[int],
    openings: Sequence[Opening],
    chosen: Mapping[Origin, int],
    content: object,
) -> Plan:
    zones = [set(one.commune_ids) if one.kind in Unit.INSURING else None for one in openings]
    lines = []
    for count in households_by_colline(actor, unit_ids):
        place = successor_of(count.communes, zones)
        is_asked = place is None
        said = chosen.get((count.unit_id, count.colline_id))
        if is_asked and said is not None and said in range(len(zones)) and zones[said] is not None:
            place = said
        lines.append(
            PlanLine(
                unit_id=count.unit_id, unit=count.unit, colline_id=count.colline_id,
                colline=count.colline, households=count.households, place=place,
                is_asked=is_asked,
            )
        )  # fmt: skip
    told = json.dumps([content, [asdict(line) for line in lines]], default=str, sort_keys=True)
    return Plan(tuple(lines), hashlib.sha256(told.encode()).hexdigest())


def _require_receiver(openings: Sequence[Opening]) -> None:
    if not any(one.kind in Unit.INSURING for one in openings):
        raise DomainError(
            "Des ménages doivent aller quelque part : ouvrez au moins une mutuelle ou une section.",
            field="kind",
        )


def _require_standing(recut: Recut) -> None:
    if recut.taken_back_at is not None:
        raise DomainError("Ce redécoupage est déjà repris : ses ménages sont rendus.")


def _keys(recut: Recut, *, is_new: bool) -> list[int]:
    return [unit.pk for unit in recut_parts(recut, is_new=is_new)]


def _share(recut: Recut, plan: Plan) -> None:
    new = _keys(recut, is_new=True)
    RecutShare.objects.bulk_create(
        RecutShare(
            tenant_id=recut.tenant_id, recut=recut, from_unit_id=line.unit_id,
            colline_id=line.colline_id, to_unit_id=new[line.place],
        )
        for line in plan.lines
        if line.place is not None
    )  # fmt: skip


def _request(actor: Actor, recut: Recut) -> Job:
    return request_job(
        actor=actor,
        kind=RECUT_JOB,
        title=f"Passage aux nouvelles unités, {recut}",
        parameters={"recut": recut.pk},
        not_before=recut.on_date if recut.on_date > clock.today() else None,
    )


def _pass(actor: Actor, recut: Recut, rows: Sequence[Household], to_unit_id: int) -> None:
    target = require_insuring_unit(actor, to_unit_id, recut.on_date)
    moves = [
        RecutMove(
            tenant_id=actor.tenant_id, recut=recut, household=one, from_unit_id=one.unit_id,
            to_unit=target,
        )
        for one in rows
    ]  # fmt: skip
    RecutMove.objects.bulk_create(moves)
    told = f"De {rows[0].unit.name} à {target.name}, par redécoupage."
    _set_unit(actor, rows, target.pk)
    LifeEvent.objects.bulk_create(
        event_row(actor, one, LifeEvent.Kind.MOVED, _passed_on(recut, one), note=told)
        for one in rows
    )


def _passed_on(recut: Recut, household: Household) -> date:
    """The day of the re-cut, or the later one from which the household is there (again)."""
    there_from = household.reinstated_on or household.registered_on
    return max(recut.on_date, there_from)


def _return(actor: Actor, moves: Sequence[RecutMove]) -> None:
    origin = {move.household_id: move for move in moves}
    held = hold_households(actor, list(origin))
    gone = [one.number for one in held if one.unit_id != origin[one.pk].to_unit_id]
    if gone:
        raise DomainError(
            "Ce redécoupage ne se reprend plus : le ménage "
            f"{gone[0]} est passé ailleurs depuis ({len(gone)} en tout)."
        )
    by_unit: dict[int, list[Household]] = defaultdict(list)
    for one in held:
        by_unit[origin[one.pk].from_unit_id].append(one)
    names = dict(
        Unit.objects.filter(tenant_id=actor.tenant_id, pk__in=by_unit).values_list("pk", "name")
    )
    for unit_id, rows in by_unit.items():
        told = f"Rendu à {names[unit_id]} : redécoupage repris."
        _set_unit(actor, rows, unit_id)
        LifeEvent.objects.bulk_create(
            event_row(actor, one, LifeEvent.Kind.MOVED, clock.today(), note=told) for one in rows
        )


def _set_unit(actor: Actor, rows: Sequence[Household], unit_id: int) -> None:
    Household.objects.filter(
        tenant_id=actor.tenant_id, pk__in=[household.pk for household in rows]
    ).update(unit=unit_id, version=F("version") + 1)
