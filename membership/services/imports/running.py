"""An import checked or loaded part by part, by a job or a command; after a stop it goes on.

Each part is done in one transaction together with its mark, so a part is done once or not at
all. With « tout ou rien » all parts are one transaction, undone when a single row is refused.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from conamus.kernel.errors import Conflict
from conamus.kernel.figures import format_integer
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor
from membership.models import ImportPart, MemberImport
from membership.rules.imports import Kind
from membership.selectors.imports import own_import, parts_of
from membership.services.imports.planning import PartPlan, plan_part, recall_part
from membership.services.imports.receipts import write_payments
from membership.services.imports.run import ImportRun, open_run, without_collector
from membership.services.imports.staging import unpack
from membership.services.imports.writing import write_households

_State = MemberImport.State


@dataclass(frozen=True, slots=True)
class Desk:
    """Who imports, how a scope is opened for one transaction, and who hears how far it is."""

    actor: Actor
    scope: Callable[[], AbstractContextManager[object]]
    tell: Callable[[int, int, str], None] = lambda done, total, step: None


class _Undone(Exception):
    """Leaves the transaction of an all-or-nothing load with nothing written."""


def require_importer(actor: Actor, kind: Kind) -> None:
    """Raise NotAllowed unless the actor may import, and write what such a file writes."""
    require(actor, Permission.IMPORT_MEMBERS)
    writes = kind is Kind.PAYMENTS
    require(actor, Permission.COLLECT_CONTRIBUTIONS if writes else Permission.ENROL_HOUSEHOLDS)


def check_import(desk: Desk, import_id: UUID) -> None:
    """Find out what each part would do; nothing but its findings is written."""
    with desk.scope():
        run = _open(desk.actor, import_id)
        if run.row.state != _State.STAGED:
            return
    for part_id in _told(desk, run, _parts(desk, run), "Vérification"):
        with desk.scope():
            _check_part(run, part_id)
    with desk.scope():
        MemberImport.objects.filter(
            tenant_id=desk.actor.tenant_id, pk=import_id, state=_State.STAGED
        ).update(state=_State.CHECKED)


def load_import(desk: Desk, import_id: UUID) -> str:
    """Load the good rows, or all or nothing, as was decided; return the import's state."""
    with desk.scope():
        run = _open(desk.actor, import_id)
    if run.row.state == _State.LOADING:
        whole = run.row.choice == MemberImport.Choice.ALL_OR_NOTHING
        return _load_whole(desk, run) if whole else _load_good(desk, run)
    return run.row.state


def _open(actor: Actor, import_id: UUID) -> ImportRun:
    row = own_import(actor, import_id)
    require_importer(actor, Kind(row.kind))
    return open_run(actor, row)


def _parts(desk: Desk, run: ImportRun) -> list[tuple[int, int, int]]:
    with desk.scope():
        return list(parts_of(run.row).values_list("pk", "first_row", "rows"))


def _told(
    desk: Desk, run: ImportRun, parts: Sequence[tuple[int, int, int]], verb: str
) -> Iterator[int]:
    """Return the parts one by one, saying how far it is before each."""
    done, total = 0, run.row.rows
    for key, first, rows in parts:
        desk.tell(done, total, f"{verb} : ligne {format_integer(first)}")
        with without_collector():
            yield key
        done += rows
    desk.tell(done, total, f"{verb} : fin")


def _check_part(run: ImportRun, part_id: int) -> None:
    part = _part(run, part_id)
    lines = unpack(part)
    if part.checked_at is not None:
        recall_part(run, lines, part.refused)
        return
    _keep(part, plan_part(run, lines, is_trial=True))
    part.checked_at = timezone.now()
    part.save(update_fields=["counts", "refused", "checked_at"])


def _load_good(desk: Desk, run: ImportRun) -> str:
    for part_id in _told(desk, run, _parts(desk, run), "Chargement"):
        with desk.scope():
            _load_part(run, part_id)
    with desk.scope():
        return _end(run, _State.DONE)


def _load_whole(desk: Desk, run: ImportRun) -> str:
    plans: dict[int, PartPlan] = {}
    parts = _parts(desk, run)
    try:
        with desk.scope(), transaction.atomic():
            refused = 0
            for part_id in _told(desk, run, parts, "Chargement"):
                plans[part_id] = _load_part(run, part_id, goes_on=not refused)
                refused += len(plans[part_id].refusals)
            if refused:
                raise _Undone
            return _end(run, _State.DONE)
    except _Undone:
        with desk.scope():
            return _end_refused(run, plans)


def _load_part(run: ImportRun, part_id: int, *, goes_on: bool = True) -> PartPlan:
    """Load one part and mark it; a part that another worker loaded meanwhile is left alone."""
    part = _part(run, part_id)
    lines = unpack(part)
    if part.loaded_at is not None:
        recall_part(run, lines, part.refused)
        return PartPlan()
    plan = plan_part(run, lines, is_trial=not goes_on)
    if goes_on:
        write_payments(run, plan)
        write_households(run, plan)
    _keep(part, plan)
    part.loaded_at = timezone.now()
    part.save(update_fields=["counts", "refused", "loaded_at"])
    return plan


def _part(run: ImportRun, part_id: int) -> ImportPart:
    found = ImportPart.objects.select_for_update().filter(tenant_id=run.actor.tenant_id)
    return found.get(pk=part_id)


def _keep(part: ImportPart, plan: PartPlan) -> None:
    part.counts, part.refused = plan.counts(), plan.told()


def _end(run: ImportRun, state: str) -> str:
    changed = MemberImport.objects.filter(
        tenant_id=run.actor.tenant_id, pk=run.row.pk, state=_State.LOADING
    ).update(state=state)
    if not changed:
        raise Conflict("Cet import a été terminé par un autre travail.")
    return state


def _end_refused(run: ImportRun, plans: dict[int, PartPlan]) -> str:
    """Nothing was written: keep what was found, which the undone transaction took with it."""
    parts = ImportPart.objects.filter(tenant_id=run.actor.tenant_id)
    for key, plan in plans.items():
        parts.filter(pk=key).update(counts=plan.counts(), refused=plan.told())
    return _end(run, _State.REFUSED)
