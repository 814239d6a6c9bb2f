"""Statements of mobile operators: brought once, each line tied to the payment that it is.

The machine ties what is certain; a person settles the rest: chooses the payment, writes the one
that was forgotten, or sets the line aside with a reason. Locks: the household, then the line.
"""

import hashlib
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from conamus.kernel.errors import Conflict, DomainError, NotFound
from conamus.kernel.phones import clean_phone
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.files import store_file
from federations.services.sheets import read_sheet
from federations.tenancy.actor import Actor
from membership.models import MOBILE_METHODS, Enrolment, OperatorStatement, Payment, StatementLine
from membership.rules.payments import PaymentRequest
from membership.rules.statements import Match, Outcome, ReadLine, match_lines, read_lines
from membership.selectors.payments import enrolments_in_sight
from membership.selectors.statements import (
    as_read,
    candidates,
    known_references,
    line_by_id,
    statement_by_id,
    untied_payments,
)
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
    read = read_lines([(1, sheet.headings), *sheet.rows])
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
        .filter(tenant_id=actor.tenant_id, statement=statement, state__in=_OPEN)
        .order_by("line_number")
    )
    matches = _matches(actor, statement.method, [as_read(row) for row in rows])
    for row, match in zip(rows, matches, strict=True):
        row.state, row.payment_id = match.outcome.value, match.payment_id
        row.explanation = match.explanation
    StatementLine.objects.bulk_update(rows, ["state", "payment", "explanation"])
    return sum(match.outcome is Outcome.MATCHED for match in matches)


@transaction.atomic
def settle_line(*, actor: Actor, line_id: int, payment_id: int) -> StatementLine:
    """Tie an open line to the payment that a person recognised."""
    require(actor, Permission.IMPORT_MEMBERS)
    line = _held(actor, line_id)
    payment = untied_payments(actor, line.statement.method).filter(pk=payment_id).first()
    if payment is None:
        raise DomainError(
            "Ce paiement n’est pas de cet opérateur, est annulé, ou est déjà rapproché.",
            field="payment",
        )
    if payment.amount_francs != line.amount_francs:
        raise DomainError(
            "Les montants diffèrent : annulez le reçu par un contre-reçu, puis encaissez le "
            "montant du relevé.",
            field="payment",
        )
    return _tie(actor, line, payment, "Rapprochée à la main.")


@transaction.atomic
def pay_from_line(*, actor: Actor, line_id: int, number: str, year: int) -> StatementLine:
    """Write the payment that a line shows and nobody wrote, for a household; tie them."""
    require(actor, Permission.IMPORT_MEMBERS)
    seen = line_by_id(actor, line_id)
    enrolment = _enrolment(actor, number, year)
    payment = take_payment(actor=actor, enrolment_id=enrolment.pk, request=_request(seen))
    return _tie(actor, _held(actor, line_id), payment, "Paiement inscrit depuis le relevé.")


@transaction.atomic
def set_line_aside(*, actor: Actor, line_id: int, reason: str) -> StatementLine:
    """Leave an open line out, saying why: it is no contribution, or was repaid."""
    require(actor, Permission.IMPORT_MEMBERS)
    because = " ".join(reason.split())
    if not because:
        raise DomainError("Dites pourquoi la ligne est écartée.", field="reason")
    line = _held(actor, line_id)
    line.state, line.explanation = _State.SET_ASIDE, because[:300]
    line.settled_by = actor.name
    line.save(update_fields=["state", "explanation", "settled_by"])
    return line


@transaction.atomic
def release_line(*, actor: Actor, line_id: int) -> StatementLine:
    """Open again a line that was tied or set aside; the payment itself stays."""
    require(actor, Permission.IMPORT_MEMBERS)
    line = _held(actor, line_id, open_only=False)
    if line.state in _OPEN:
        raise Conflict("Cette ligne est déjà à traiter.")
    line.state, line.payment = _State.UNKNOWN, None
    line.explanation, line.settled_by = "Reprise à la main.", actor.name
    line.save(update_fields=["state", "payment", "explanation", "settled_by"])
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
    StatementLine.objects.bulk_create(
        (_row(statement, match) for match in matches), batch_size=1_000
    )


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
        payment_id=match.payment_id,
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


def _tie(actor: Actor, line: StatementLine, payment: Payment, words: str) -> StatementLine:
    line.state, line.payment = _State.MATCHED, payment
    line.explanation, line.settled_by = words, actor.name
    try:
        with transaction.atomic():
            line.save(update_fields=["state", "payment", "explanation", "settled_by"])
    except IntegrityError as error:
        raise Conflict("Ce paiement vient d’être rapproché d’une autre ligne.") from error
    return line


def _enrolment(actor: Actor, number: str, year: int) -> Enrolment:
    found = enrolments_in_sight(actor).filter(
        household__number=number.strip().upper(), year_id=year, cancelled_on__isnull=True
    )
    enrolment = found.first()
    if enrolment is None:
        raise DomainError(f"Aucun ménage de ce numéro n’est inscrit pour {year}.", field="number")
    return enrolment


def _request(line: StatementLine) -> PaymentRequest:
    return PaymentRequest(
        method=line.statement.method,
        received_on=line.paid_on,
        amount_francs=line.amount_francs,
        reference=line.reference,
        payer_phone=_phone(line.phone),
        operator_fee_francs=line.operator_fee_francs,
        # The day is the operator's, not ours: that is why it may be an old one.
        backdating_reason=f"Relevé « {line.statement.name[:120]} », ligne {line.line_number}",
    )


def _phone(text: str) -> str:
    """A statement's telephone; what is none (a name) is left out of the payment."""
    try:
        return clean_phone(text)
    except DomainError:
        return ""
