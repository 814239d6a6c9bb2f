"""Statements of mobile operators: brought once, each line tied to the payments that it is.

The machine ties what is certain; a person settles the rest: chooses the payment, writes the one
that was forgotten, or sets the line aside with a reason. Locks: the household, then the line.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, NotFound
from conamus.kernel.phones import phone_in
from conamus.kernel.reasons import told_reason
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.files import store_file
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
from membership.rules.statements import Match, Outcome, ReadLine, match_lines, read_lines
from membership.selectors.payments import enrolment_of
from membership.selectors.statements import (
    as_read,
    candidates,
    known_references,
    line_by_id,
    statement_by_id,
    untied_payments,
)
from membership.services.group_payments import take_group_payment
from membership.services.line_ties import tie_payments
from membership.services.payments import take_payment

MOST_LINES = 10_000
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
    known = _known(actor, method, digest)
    if known is not None:
        return BroughtStatement(known, was_known=True)
    sheet = read_sheet(content, most_rows=MOST_LINES, least_columns=3)
    read = read_lines([(1, sheet.headings), *sheet.rows], today=clock.today())
    try:
        with transaction.atomic():
            statement = _keep(actor, method, name, content, digest, read)
    except IntegrityError as error:
        raise Conflict("Ce relevé vient d’être apporté.", field="file") from error
    _write_lines(actor, statement, read)
    return BroughtStatement(statement, was_known=False)


@transaction.atomic
def match_again(*, actor: Actor, statement_id: int) -> int:
    """Try a statement's open lines once more; return how many are tied now."""
    require(actor, Permission.IMPORT_MEMBERS)
    statement = statement_by_id(actor, statement_id)
    rows = list(
        StatementLine.objects.select_for_update()
        .filter(~Exists(_ties_of_line()), tenant_id=actor.tenant_id, statement=statement)
        .filter(state__in=_OPEN)
        .order_by("line_number")
    )
    matches = _matches(actor, statement.method, [as_read(row) for row in rows])
    for row, match in zip(rows, matches, strict=True):
        row.state, row.explanation = match.outcome.value, match.explanation
    StatementLine.objects.bulk_update(rows, ["state", "explanation"])
    _write_ties(rows, matches)
    return sum(match.outcome is Outcome.MATCHED for match in matches)


@transaction.atomic
def settle_line(*, actor: Actor, line_id: int, payment_ids: Sequence[int]) -> StatementLine:
    """Tie an open line to the payment that a person recognised, or to several that make it."""
    require(actor, Permission.IMPORT_MEMBERS)
    line = _held(actor, line_id)
    found = untied_payments(actor, line.statement.method).filter(pk__in=payment_ids)
    payments = list(found.order_by("pk"))
    if not payments or len(payments) != len(set(payment_ids)):
        raise DomainError(
            "Ce paiement n’est pas de cet opérateur, est annulé, ou est déjà rapproché.",
            field="payment",
        )
    if sum(payment.amount_francs for payment in payments) != line.amount_francs:
        raise DomainError(
            "Les montants diffèrent : annulez le reçu par un contre-reçu, puis encaissez le "
            "montant du relevé.",
            field="payment",
        )
    return tie_payments(actor, line, payments, "Rapprochée à la main.")


@transaction.atomic
def pay_from_line(*, actor: Actor, line_id: int, number: str, year: int) -> StatementLine:
    """Write the payment that a line shows and nobody wrote, for a household; tie them."""
    require(actor, Permission.IMPORT_MEMBERS)
    seen = line_by_id(actor, line_id)
    enrolment = enrolment_of(actor, number, year)
    payment = take_payment(actor=actor, enrolment_id=enrolment.pk, request=_request(seen))
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
    """Leave an open line out, saying why: it is no contribution, or was repaid."""
    require(actor, Permission.IMPORT_MEMBERS)
    because = told_reason(reason, field="reason", missing="Dites pourquoi la ligne est écartée.")
    line = _held(actor, line_id)
    line.state, line.explanation = _State.SET_ASIDE, because
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


def _known(actor: Actor, method: str, digest: str) -> OperatorStatement | None:
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


def _write_lines(actor: Actor, statement: OperatorStatement, read: list[ReadLine]) -> None:
    known = known_references(actor, statement.method)
    matches = _matches(actor, statement.method, read, known)
    rows = StatementLine.objects.bulk_create(
        (_row(statement, match) for match in matches), batch_size=1_000
    )
    _write_ties(rows, matches)


def _write_ties(rows: Sequence[StatementLine], matches: Sequence[Match]) -> None:
    StatementTie.objects.bulk_create(
        StatementTie(tenant_id=row.tenant_id, line=row, payment_id=payment_id)
        for row, match in zip(rows, matches, strict=True)
        for payment_id in match.payment_ids
    )


def _ties_of_line() -> QuerySet[StatementTie]:
    return StatementTie.objects.filter(tenant_id=OuterRef("tenant_id"), line=OuterRef("pk"))


def _matches(
    actor: Actor, method: str, read: list[ReadLine], known: set[str] | None = None
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
    return match_lines(read, found, known_references=known or ())


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
        explanation=match.explanation[:300],
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
