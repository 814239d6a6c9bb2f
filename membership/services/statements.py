"""Statements of mobile operators: brought once, each line tied to the payments that it is.

The machine ties what is certain; a person settles the rest (`statement_lines`). Locks: the
operator (statements are reconciled one after the other), the households in the order of their keys,
the lines.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError
from conamus.kernel.reasons import told_reason
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.files import store_file
from federations.services.holds import hold_alone
from federations.services.sheets import read_sheet
from federations.tenancy.actor import Actor
from membership.models import (
    MOBILE_METHODS,
    OperatorStatement,
    StatementLine,
    StatementTie,
)
from membership.rules.statements import (
    Match,
    Outcome,
    ReadLine,
    lost_receipt,
    match_lines,
    read_lines,
    told_undone,
    undone_by,
)
from membership.selectors.statements import (
    as_read,
    candidates,
    lines_like,
    statement_by_id,
    untied_payments,
)
from membership.services.line_ties import hold_payers

MOST_LINES = 10_000
_MOST_EXPLAINED = 300
_State = StatementLine.State
_OPEN = (_State.UNKNOWN, _State.AMBIGUOUS)


@dataclass(frozen=True, slots=True)
class BroughtStatement:
    """A statement, and whether this very file had been brought before."""

    statement: OperatorStatement
    was_known: bool


@transaction.atomic
def bring_statement(*, actor: Actor, method: str, name: str, content: bytes) -> BroughtStatement:
    """Keep a statement and tie its lines; the same file again changes nothing."""
    require(actor, Permission.IMPORT_MEMBERS)
    if method not in MOBILE_METHODS:
        raise DomainError("Choisissez l’opérateur du relevé.", field="method")
    digest = hashlib.sha256(content).hexdigest()
    hold_alone(_lines_of(actor.tenant_id, method))
    same = _same_file(actor, method, digest)
    if same is not None:
        return BroughtStatement(same, was_known=True)
    sheet = read_sheet(content, most_rows=MOST_LINES, least_columns=3)
    read = read_lines([(1, sheet.headings), *sheet.rows], today=clock.today())
    like = lines_like(actor, method, read)
    known = [as_read(row) for row in like]
    matches = _matches(actor, method, read, known=known, undone=undone_by(known))
    statement = _keep(actor, method, name, content, digest, read)
    _write_lines(statement, _hold_found(actor, method, matches))
    _tell_undone(like, undone_by(read) - undone_by(known), statement)
    return BroughtStatement(statement, was_known=False)


@transaction.atomic
def match_again(*, actor: Actor, statement_id: int) -> int:
    """Try a statement's open lines once more; return how many are tied now."""
    require(actor, Permission.IMPORT_MEMBERS)
    statement = statement_by_id(actor, statement_id)
    hold_alone(_lines_of(actor.tenant_id, statement.method))
    seen = list(_open_lines(statement))
    matches = _hold_found(actor, statement.method, _matches_again(actor, statement, seen))
    still_open = set(_open_lines(statement).select_for_update().values_list("pk", flat=True))
    found = [
        (row, match)
        for row, match in zip(seen, matches, strict=True)
        # What a person took up again is not set aside again.
        if row.pk in still_open and match.outcome != Outcome.SET_ASIDE
    ]
    for row, match in found:
        row.state, row.explanation = match.outcome.value, match.explanation[:_MOST_EXPLAINED]
    StatementLine.objects.bulk_update([row for row, _ in found], ["state", "explanation"])
    _write_ties(found)
    return sum(match.outcome is Outcome.MATCHED for _, match in found)


@transaction.atomic
def set_rest_aside(*, actor: Actor, statement_id: int, reason: str) -> int:
    """Leave out all lines of a statement that are nothing yet, saying why; return how many.

    For a statement that should not have been brought, as another operator's: what is tied stays.
    """
    require(actor, Permission.IMPORT_MEMBERS)
    because = told_reason(
        reason, field="reason", missing="Dites pourquoi les lignes sont écartées."
    )
    statement = statement_by_id(actor, statement_id)
    hold_alone(_lines_of(actor.tenant_id, statement.method))
    rows = list(_open_lines(statement).select_for_update(of=("self",)))
    if not rows:
        raise Conflict("Aucune ligne de ce relevé n’est à traiter.")
    for row in rows:
        row.state, row.explanation, row.settled_by = _State.SET_ASIDE, because, actor.name
    StatementLine.objects.bulk_update(rows, ["state", "explanation", "settled_by"])
    return len(rows)


def _same_file(actor: Actor, method: str, digest: str) -> OperatorStatement | None:
    return OperatorStatement.objects.filter(
        tenant_id=actor.tenant_id, method=method, sha256=digest
    ).first()


def _keep(
    actor: Actor, method: str, name: str, content: bytes, digest: str, read: list[ReadLine]
) -> OperatorStatement:
    stored = store_file(
        tenant_id=actor.tenant_id,
        name=name,
        content_type="application/octet-stream",
        content=content,
    )
    days = [line.paid_on for line in read]
    return OperatorStatement.objects.create(
        tenant_id=actor.tenant_id,
        method=method,
        file=stored,
        name=name[:160],
        sha256=digest,
        starts_on=min(days),
        ends_on=max(days),
        recorded_by=actor.name,
    )


def _lines_of(tenant_id: int, method: str) -> str:
    """Every line of an operator: what one is depends on what was brought before."""
    return f"lines:{tenant_id}:{method}"


def _open_lines(statement: OperatorStatement) -> QuerySet[StatementLine]:
    """Return the lines of a statement that are nothing yet, not even in part."""
    ties = StatementTie.objects.filter(tenant_id=OuterRef("tenant_id"), line=OuterRef("pk"))
    return (
        StatementLine.objects.filter(~Exists(ties), tenant_id=statement.tenant_id)
        .filter(statement=statement, state__in=_OPEN)
        .order_by("line_number")
    )


def _matches_again(
    actor: Actor, statement: OperatorStatement, rows: Sequence[StatementLine]
) -> list[Match]:
    """Match a statement's open lines with the receipts of today, after all that was before."""
    read = [as_read(row) for row in rows]
    like = lines_like(actor, statement.method, read)
    mine = {row.pk for row in rows}
    known = [
        as_read(row)
        for row in like
        if row.statement_id < statement.pk
        or (row.statement_id == statement.pk and row.reference and row.pk not in mine)
    ]
    undone = undone_by(as_read(row) for row in like)
    return _matches(actor, statement.method, read, known=known, undone=undone)


def _matches(
    actor: Actor,
    method: str,
    read: list[ReadLine],
    *,
    known: Sequence[ReadLine],
    undone: Collection[tuple[str, int]],
) -> list[Match]:
    if not read:
        return []
    days = [line.paid_on for line in read]
    found = candidates(
        actor,
        method,
        starts_on=min(days),
        ends_on=max(days),
        references=[line.reference for line in read if line.reference],
    )
    return match_lines(read, found, known=known, undone=undone)


def _hold_found(actor: Actor, method: str, matches: Sequence[Match]) -> list[Match]:
    """Hold the households whose receipts were found; what was cancelled meanwhile is not tied."""
    found = [payment_id for match in matches for payment_id in match.payment_ids]
    hold_payers(actor, found)
    untied = untied_payments(actor, method).filter(pk__in=found)
    standing = set(untied.values_list("pk", flat=True))
    return [
        match if standing.issuperset(match.payment_ids) else lost_receipt(match)
        for match in matches
    ]


def _write_lines(statement: OperatorStatement, matches: Sequence[Match]) -> None:
    rows = StatementLine.objects.bulk_create(
        (_row(statement, match) for match in matches), batch_size=1_000
    )
    _write_ties(list(zip(rows, matches, strict=True)))


def _write_ties(found: Sequence[tuple[StatementLine, Match]]) -> None:
    StatementTie.objects.bulk_create(
        StatementTie(tenant_id=row.tenant_id, line=row, payment_id=payment_id)
        for row, match in found
        for payment_id in match.payment_ids
    )


def _tell_undone(
    like: Sequence[StatementLine],
    undone: Collection[tuple[str, int]],
    statement: OperatorStatement,
) -> None:
    """Open again the earlier lines of what the operator took back: a counter-receipt is due."""
    keys = [row.pk for row in like if (row.reference, row.amount_francs) in undone]
    rows = StatementLine.objects.select_for_update().filter(
        tenant_id=statement.tenant_id, pk__in=keys
    )
    changed = [
        row for row in rows.exclude(state=_State.SET_ASIDE).order_by("pk") if as_read(row).is_money
    ]
    for row in changed:
        row.state = _State.AMBIGUOUS
        words = told_undone(has_receipt=row.ties.exists())
        row.explanation = f"{words} Relevé « {statement.name} »."[:_MOST_EXPLAINED]
    StatementLine.objects.bulk_update(changed, ["state", "explanation"])


def _row(statement: OperatorStatement, match: Match) -> StatementLine:
    line = match.line
    return StatementLine(
        tenant_id=statement.tenant_id,
        statement=statement,
        line_number=line.number,
        reference=line.reference,
        phone=line.phone,
        paid_on=line.paid_on,
        amount_francs=line.amount_francs,
        operator_fee_francs=line.fee_francs,
        note=line.note,
        state=match.outcome.value,
        status=line.status,
        is_outgoing=line.is_outgoing,
        explanation=match.explanation[:_MOST_EXPLAINED],
    )
