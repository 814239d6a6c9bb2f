"""A file brought in: told at once if it is no register, else kept in parts, as it came.

One transaction keeps all of it or nothing. Parts are whole households, about four thousand rows
each: what is checked or loaded later is a part at a time, whatever the size of the file.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction

from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.memory import without_collector
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.ownership import require_own_unit
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from membership.models import ImportPart, MemberImport
from membership.rules.imports import (
    COLUMNS,
    HouseholdMarks,
    Kind,
    Line,
    Sheet,
    Titles,
    find_titles,
    read_titles,
    searched_text,
)
from membership.selectors.import_rows import pack_rows, pack_text
from membership.selectors.imports import own_import, unfinished_like
from membership.services.backdating import MOST_REASON
from membership.services.imports.refused import refusal
from membership.services.imports.run import require_terms
from membership.services.imports.tables import Table, open_table
from membership.services.imports.workbooks import SheetHead

ROWS_A_PART = 4_000
#: Rows that never change household are cut here all the same: no part is too large to hold.
MOST_ROWS_A_PART = 2 * ROWS_A_PART
_PARTS_AT_ONCE = 10
#: A spreadsheet gives a sheet thirty-one characters; other programs more.
_MOST_NAME = 100


@transaction.atomic
def stage_import(
    *,
    actor: Actor,
    kind: str,
    year: int,
    unit_id: int | None,
    path: Path,
    name: str,
    sheet: str = "",
    backdating_reason: str = "",
    key: str = "",
) -> MemberImport:
    """Keep a file's rows; the same file, not yet done with, is found again.

    ``sheet`` names the one of a workbook that is meant; empty: the one whose columns are known.
    ``backdating_reason``: why rows are dated further back than an agent may; without one such
    rows are refused.
    """
    require(actor, Permission.IMPORT_MEMBERS)
    kind = Kind(kind)
    if unit_id is not None:
        require_own_unit(actor, unit_id)
    require_terms(actor, kind, year, today=clock.today())
    with open_table(
        path, lambda heads: _chosen_sheet(kind, heads, sheet), partial(find_titles, kind)
    ) as table:
        facts: dict[str, Any] = {
            "kind": kind,
            "year": year,
            "unit_id": unit_id,
            "sha256": table.sha256,
            "sheet_name": table.sheet[:_MOST_NAME],
            "backdating_reason": " ".join(backdating_reason.split())[:MOST_REASON],
        }
        there = unfinished_like(actor, **facts)
        if there is not None:
            return _to_check_anew(there)
        return once(
            tenant_id=actor.tenant_id,
            key=key,
            content=["stage_import", facts],
            create=lambda: _stage(actor, table, name, facts),
            find=lambda pk: own_import(actor, pk),  # type: ignore[arg-type]
        )


def _to_check_anew(row: MemberImport) -> MemberImport:
    """Return a file brought again: what its check found then says nothing of today's register."""
    if row.state == MemberImport.State.CHECKED:
        ImportPart.objects.filter(tenant_id=row.tenant_id, member_import=row).update(
            checked_at=None, counts={}, refused=[], findings=b""
        )
        row.state, row.job_id = MemberImport.State.STAGED, None
        row.save(update_fields=["state", "job_id"])
    return row


def _chosen_sheet(kind: Kind, heads: Sequence[SheetHead], asked: str) -> int:
    """Return the sheet that is asked for, else the only one whose columns are recognised."""
    names = ", ".join(f"« {head.name} »" for head in heads)
    if asked:
        wanted = " ".join(asked.casefold().split())
        for at, head in enumerate(heads):
            if " ".join(head.name.casefold().split()) == wanted:
                return at
        raise refusal(f"Ce classeur n’a pas de feuille « {asked[:60]} » : {names}.", "sheet")
    known = [at for at, head in enumerate(heads) if _is_known(kind, head)]
    if len(known) > 1:
        told = ", ".join(f"« {heads[at].name} »" for at in known)
        raise refusal(f"Plusieurs feuilles ont les colonnes : dites laquelle, {told}.", "sheet")
    if len(heads) > 1 and not known:
        raise refusal(
            f"Aucune des feuilles ({names}) n’a toutes les colonnes obligatoires : comparez avec "
            "le modèle, ou dites laquelle lire sous « Feuille »."
        )
    return known[0] if known else 0


def _is_known(kind: Kind, head: SheetHead) -> bool:
    try:
        read_titles(kind, head.rows[find_titles(kind, head.rows)] if head.rows else [])
    except DomainError:
        return False
    return True


def _stage(actor: Actor, table: Table, name: str, facts: dict[str, Any]) -> MemberImport:
    kind: Kind = facts["kind"]
    titles = read_titles(kind, table.titles)
    if kind is not Kind.PAYMENTS and facts["unit_id"] is None and "unit" not in titles.places:
        raise refusal("Choisissez l’unité, ou ajoutez au fichier une colonne « Unité ».")
    row = MemberImport.objects.create(
        tenant_id=actor.tenant_id,
        kind=kind.value,
        year_id=facts["year"],
        unit_id=facts["unit_id"],
        file_name=name[-160:],
        sha256=table.sha256,
        sheet_name=table.sheet[:_MOST_NAME],
        backdating_reason=facts["backdating_reason"],
        headings={"titles": table.titles, "places": titles.places, "sheets": table.sheets},
        unknown_headings=titles.unknown,
        brought_by=actor.name[:150],
    )
    sheet = Sheet(kind, titles.places)
    with without_collector():
        parts = _parts(sheet, _without_example(sheet, titles, table.rows))
        row.rows = _keep_parts(row, sheet, parts)
    if not row.rows:
        raise refusal("Ce fichier n’a pas de ligne sous ses titres.")
    row.save(update_fields=["rows"])
    return row


def _without_example(sheet: Sheet, titles: Titles, rows: Iterator[Line]) -> Iterator[Line]:
    """Leave out the model's own example, where it was left in the file."""
    example = {column.name: column.example for column in COLUMNS[sheet.kind]}
    for line in islice(rows, 1):
        is_example = all(
            name in titles.places and sheet.cell(line[1], name) == text
            for name, text in example.items()
        )
        if not is_example:
            yield line
    yield from rows


def _parts(sheet: Sheet, rows: Iterator[Line]) -> Iterator[list[Line]]:
    """Cut the rows between two households."""
    part: list[Line] = []
    known_by = HouseholdMarks(sheet)
    for line in rows:
        is_same = known_by.take(line[1])
        if len(part) >= ROWS_A_PART and _may_cut(sheet, part, is_same=is_same):
            yield part
            part = []
        part.append(line)
    if part:
        yield part


def _may_cut(sheet: Sheet, part: list[Line], *, is_same: bool) -> bool:
    return sheet.kind is Kind.PAYMENTS or not is_same or len(part) >= MOST_ROWS_A_PART


def _keep_parts(row: MemberImport, sheet: Sheet, parts: Iterator[list[Line]]) -> int:
    rows = 0
    waiting: list[ImportPart] = []
    for position, part in enumerate(parts):
        rows += len(part)
        waiting.append(
            ImportPart(
                tenant_id=row.tenant_id,
                member_import=row,
                position=position,
                first_row=part[0][0],
                rows=len(part),
                content=pack_rows(part),
                search=pack_text(searched_text(sheet, part)),
            )
        )
        if len(waiting) == _PARTS_AT_ONCE:
            ImportPart.objects.bulk_create(waiting)
            waiting = []
    ImportPart.objects.bulk_create(waiting)
    return rows


@transaction.atomic
def abandon_import(*, actor: Actor, import_id: Any) -> MemberImport:
    """Give up a file that was not decided; its rows stay for whoever asks what it was."""
    require(actor, Permission.IMPORT_MEMBERS)
    row = own_import(actor, import_id)
    changed = MemberImport.objects.filter(
        tenant_id=actor.tenant_id,
        pk=row.pk,
        state__in=(MemberImport.State.STAGED, MemberImport.State.CHECKED),
    ).update(state=MemberImport.State.ABANDONED)
    if not changed:
        raise DomainError("Cet import est déjà décidé : il ne s’abandonne plus.")
    return own_import(actor, import_id)
