"""An import checked or loaded part by part, by a job or a command; after a stop it goes on.

Each part is done in one transaction together with its mark, so a part is done once or not at
all. With « tout ou rien » all parts are one transaction, undone when a single row is refused.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from conamus.kernel.errors import Conflict
from conamus.kernel.figures import format_integer
from conamus.kernel.memory import without_collector
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor
from membership.models import ImportPart, MemberImport
from membership.rules.imports import Kind, pack_findings
from membership.selectors.import_rows import unpack_rows
from membership.selectors.imports import own_import, part_content, parts_of
from membership.services.imports.part import PartPlan, ReadPart
from membership.services.imports.planning import plan_part, read_part, recall_part
from membership.services.imports.receipts import write_payments
from membership.services.imports.run import ImportRun, open_run
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
    for part_id, ahead in _told(desk, run, _parts(desk, run), "Vérification"):
        with desk.scope():
            _check_part(run, part_id, ahead)
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
) -> Iterator[tuple[int, "_Ahead"]]:
    """Return the parts one by one, saying how far it is before each."""
    done, total = 0, run.row.rows
    with ThreadPoolExecutor(max_workers=1) as hands:
        ahead = _Ahead(run, [key for key, _, _ in parts], hands)
        for key, first, rows in parts:
            desk.tell(done, total, f"{verb} : ligne {format_integer(first)}")
            with without_collector():
                yield key, ahead
            done += rows
    desk.tell(done, total, f"{verb} : fin")


class _Ahead:
    """Reads the next part's rows while the database is busy with this one's.

    Only reading is done in the other thread: it asks nothing of the database, and what it reads
    does not change once the file is kept.
    """

    def __init__(self, run: ImportRun, keys: Sequence[int], hands: ThreadPoolExecutor) -> None:
        self._run, self._hands = run, hands
        self._following = dict(pairwise(keys))
        self._coming: tuple[int, Future[ReadPart]] | None = None

    def take(self, part_id: int) -> ReadPart:
        """Return a part read; in an open scope."""
        coming, self._coming = self._coming, None
        if coming is not None and coming[0] == part_id:
            return coming[1].result()
        return _read(self._run, part_content(self._run.row, part_id))

    def begin_after(self, part_id: int) -> None:
        """Begin the part after this one: best just before the database has much to do."""
        following = self._following.get(part_id)
        if following is not None:
            content = part_content(self._run.row, following)
            self._coming = following, self._hands.submit(_read, self._run, content)


def _read(run: ImportRun, content: bytes) -> ReadPart:
    return read_part(run, unpack_rows(content))


@dataclass(frozen=True, slots=True)
class _Found:
    """What is kept of a part that was gone through."""

    counts: dict[str, int]
    refused: list[list[object]]
    findings: bytes

    def keep(self, part: ImportPart) -> None:
        part.counts, part.refused, part.findings = self.counts, self.refused, self.findings


_FOUND = ("counts", "refused", "findings")


def _found(read: ReadPart, plan: PartPlan) -> _Found:
    findings = pack_findings(read.lines, plan.outcomes, plan.notes)
    return _Found(plan.counts(), plan.told(), findings)


def _check_part(run: ImportRun, part_id: int, ahead: _Ahead) -> None:
    part, read = _part(run, part_id), ahead.take(part_id)
    if part.checked_at is not None:
        recall_part(run, read, part.refused)
        return
    ahead.begin_after(part_id)
    _found(read, plan_part(run, read, is_trial=True)).keep(part)
    part.checked_at = timezone.now()
    part.save(update_fields=[*_FOUND, "checked_at"])


def _load_good(desk: Desk, run: ImportRun) -> str:
    for part_id, ahead in _told(desk, run, _parts(desk, run), "Chargement"):
        with desk.scope():
            _load_part(run, part_id, ahead)
    with desk.scope():
        return _end(run, _State.DONE)


def _load_whole(desk: Desk, run: ImportRun) -> str:
    found: dict[int, _Found] = {}
    parts = _parts(desk, run)
    try:
        with desk.scope(), transaction.atomic():
            refused = 0
            for part_id, ahead in _told(desk, run, parts, "Chargement"):
                found[part_id] = _load_part(run, part_id, ahead, goes_on=not refused)
                refused += len(found[part_id].refused)
            if refused:
                raise _Undone
            return _end(run, _State.DONE)
    except _Undone:
        with desk.scope():
            return _end_refused(run, found)


def _load_part(run: ImportRun, part_id: int, ahead: _Ahead, *, goes_on: bool = True) -> _Found:
    """Load one part and mark it; a part that another worker loaded meanwhile is left alone."""
    hold_loads(run.actor.tenant_id)
    part, read = _part(run, part_id), ahead.take(part_id)
    if part.loaded_at is not None:
        recall_part(run, read, part.refused)
        return _Found(part.counts, part.refused, bytes(part.findings))
    run.hold_keys()
    plan = plan_part(run, read, is_trial=not goes_on)
    ahead.begin_after(part_id)
    if goes_on:
        write_payments(run, plan)
        write_households(run, plan)
    found = _found(read, plan)
    found.keep(part)
    part.loaded_at = timezone.now()
    part.save(update_fields=[*_FOUND, "loaded_at"])
    return found


def hold_loads(tenant_id: int) -> None:
    """Let the tenant's loads go one after the other, part by part, until the transaction ends.

    Two files may name the same households by what no constraint holds to once (their head): the
    one that comes second must find what the first one wrote. Desks are not held up.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"import:{tenant_id}"]
        )


def _part(run: ImportRun, part_id: int) -> ImportPart:
    found = ImportPart.objects.select_for_update().filter(tenant_id=run.actor.tenant_id)
    return found.defer("content", "search", "findings").get(pk=part_id)


def _end(run: ImportRun, state: str) -> str:
    changed = MemberImport.objects.filter(
        tenant_id=run.actor.tenant_id, pk=run.row.pk, state=_State.LOADING
    ).update(state=state)
    if not changed:
        raise Conflict("Cet import a été terminé par un autre travail.")
    return state


def _end_refused(run: ImportRun, found: dict[int, _Found]) -> str:
    """Nothing was written: keep what was found, which the undone transaction took with it."""
    parts = ImportPart.objects.filter(tenant_id=run.actor.tenant_id)
    for key, one in found.items():
        parts.filter(pk=key).update(**{name: getattr(one, name) for name in _FOUND})
    return _end(run, _State.REFUSED)
