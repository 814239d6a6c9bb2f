"""Statements of mobile operators: brought once, each line tied to the payments that it is.

The machine ties what is certain; a person settles the rest: chooses the payment, writes the one
that was forgotten, or sets the line aside with a reason. Locks: the operator (statements are
reconciled one after the other), the households in the order of their keys, the lines.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, NotFound
from conamus.kernel.figures import format_francs
from conamus.kernel.phones import phone_in
from conamus.kernel.reasons import told_reason
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.files import store_file
from federations.services.holds import hold_alone
from federations.services.sheets import read_sheet
from federations.tenancy.actor import Actor
from membership.models import (
    MOBILE_METHODS,
    GroupPayment,
    OperatorStatement,
    StatementLine,
    StatementTie,
)
from membership.rules.group_payments import GroupRequest, Part
from membership.rules.payments import PaymentRequest
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
from membership.selectors.payments import enrolment_of
from membership.selectors.statements import (
    as_read,
    candidates,
    left_francs,
    line_by_id,
    lines_like,
    statement_by_id,
    untied_payments,
)
from membership.services.group_payments import take_group_payment
from membership.services.line_ties import hold_payers, tie_payments
from membership.services.payments import take_payment

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
def settle_line(*, actor: Actor, line_id: int, payment_ids: Sequence[int]) -> StatementLine:
    """Tie an open line to the payment that a person recognised, or to several that make it."""
    require(actor, Permission.IMPORT_MEMBERS)
    seen = line_by_id(actor, line_id)
    asked = untied_payments(actor, seen.statement.method).filter(pk__in=payment_ids)
    hold_payers(actor, asked.values_list("pk", flat=True))
    line = _held(actor, line_id)
    payments = list(asked.order_by("pk"))
    if not payments or len(payments) != len(set(payment_ids)):
        raise DomainError(
            "Ce paiement n’est pas de cet opérateur, est annulé, ou est déjà rapproché.",
            field="payment",
        )
    if sum(payment.amount_francs for payment in payments) != left_francs(line):
        raise DomainError(
            f"Les montants diffèrent : il reste {format_francs(left_francs(line))} à rapprocher. "
            "Annulez le reçu par un contre-reçu, puis encaissez le montant du relevé.",
            field="payment",
        )
    return tie_payments(actor, line, payments, "Rapprochée à la main.")


@transaction.atomic
def pay_from_line(*, actor: Actor, line_id: int, number: str, year: int) -> StatementLine:
    """Write the payment that a line shows and nobody wrote, for a household; tie them."""
    require(actor, Permission.IMPORT_MEMBERS)
    seen = line_by_id(actor, line_id)
    left = left_francs(seen)
    if not left:
        raise Conflict("Il ne reste rien à inscrire de cette ligne.")
    enrolment = enrolment_of(actor, number, year)
    request = replace(_request(seen), amount_francs=left)
    if left != seen.amount_francs:
        # The operator's fee was on the whole, most of which may be others'.
        request = replace(request, operator_fee_francs=0)
    payment = take_payment(actor=actor, enrolment_id=enrolment.pk, request=request)
    line = _held(actor, line_id)
    return tie_payments(actor, line, [payment], "Paiement inscrit depuis le relevé.")


@transaction.atomic
def pay_several_from_line(
    *, actor: Actor, line_id: int, request: GroupRequest, parts: Sequence[Part], key: str = ""
) -> GroupPayment:
    """Write the payments of several households that a line shows and nobody wrote; tie them.

    The operator, the amount and the day are the line's, whatever is asked.
    """
    require(actor, Permission.IMPORT_MEMBERS)
    seen = line_by_id(actor, line_id)
    of_line = _request(seen)
    asked = replace(
        request,
        method=of_line.method,
        amount_francs=seen.amount_francs,
        received_on=of_line.received_on,
        operator_fee_francs=of_line.operator_fee_francs,
        backdating_reason=of_line.backdating_reason,
    )
    group = take_group_payment(actor=actor, request=asked, parts=parts, key=key)
    if not StatementTie.objects.filter(
        tenant_id=actor.tenant_id, line=seen, payment__group=group
    ).exists():
        line = _held(actor, line_id)
        tie_payments(actor, line, group.parts.all(), "Transfert réparti depuis le relevé.")
    return group


@transaction.atomic
def set_line_aside(*, actor: Actor, line_id: int, reason: str) -> StatementLine:
    """Leave an open line out, saying why: it is no contribution, or was repaid.

    Of a line that is tied in part, the rest: its receipts stay.
    """
    require(actor, Permission.IMPORT_MEMBERS)
    because = told_reason(reason, field="reason", missing="Dites pourquoi la ligne est écartée.")
    line = _held(actor, line_id)
    left = left_francs(line)
    line.state, line.explanation = _State.SET_ASIDE, because
    if line.ties.exists():
        if not left:
            raise Conflict(
                "Rien n’est à écarter de cette ligne : annulez ses reçus par un contre-reçu, "
                "réglez le reste de son paiement groupé, ou reprenez-la."
            )
        line.state = _State.MATCHED
        line.explanation = f"Dont {format_francs(left)} écartés : {because}"[:_MOST_EXPLAINED]
    line.settled_by = actor.name
    line.save(update_fields=["state", "explanation", "settled_by"])
    return line


@transaction.atomic
def release_line(*, actor: Actor, line_id: int) -> StatementLine:
    """Open again a line that was tied or set aside; the payment itself stays."""
    require(actor, Permission.IMPORT_MEMBERS)
    line = _held(actor, line_id, open_only=False)
    ties = StatementTie.objects.filter(tenant_id=actor.tenant_id, line=line)
    untied, _ = ties.delete()
    if line.state in _OPEN and not untied:
        raise Conflict("Cette ligne est déjà à traiter.")
    line.state = _State.UNKNOWN
    line.explanation, line.settled_by = "Reprise à la main.", actor.name
    line.save(update_fields=["state", "explanation", "settled_by"])
    return line


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


def _held(actor: Actor, line_id: int, *, open_only: bool = True) -> StatementLine:
    """Hold a line of the tenant, which nobody has settled in the meantime."""
    rows = StatementLine.objects.select_for_update(of=("self",)).select_related("statement")
    line = rows.filter(tenant_id=actor.tenant_id, pk=line_id).first()
    if line is None:
        raise NotFound("Cette ligne n’existe pas.")
    if open_only and line.state not in _OPEN:
        by = f" par {line.settled_by}" if line.settled_by else ""
        raise Conflict(f"Cette ligne est déjà {line.get_state_display()}{by}.")
    return line


def _request(line: StatementLine) -> PaymentRequest:
    return PaymentRequest(
        method=line.statement.method,
        received_on=line.paid_on,
        amount_francs=line.amount_francs,
        reference=line.reference,
        # What is no telephone (a name) is left out of the payment.
        payer_phone=phone_in(line.phone),
        operator_fee_francs=line.operator_fee_francs,
        # The day is the operator's, not ours: that is why it may be an old one.
        backdating_reason=f"Relevé « {line.statement.name[:120]} », ligne {line.line_number}",
    )
