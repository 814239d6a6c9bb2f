"""The payments of a part: read, compared with those that are there, planned."""

from collections.abc import Sequence

from membership.rules.imports import (
    KnownPayment,
    KnownPayments,
    Line,
    NewPayment,
    PaymentRow,
    Refusal,
    RowOutcome,
    RowsRefused,
    payment_note,
    plan_payment,
    read_payment,
    title_of,
)
from membership.selectors.import_facts import debtors
from membership.selectors.known_payments import known_payments
from membership.services.imports.part import PartPlan, ReadPart
from membership.services.imports.run import ImportRun, closed_months


def read_payments(run: ImportRun, lines: Sequence[Line], plan: PartPlan) -> list[PaymentRow]:
    """Return the payments that can be read; ``plan`` has the rows of the others."""
    read = []
    for line in lines:
        try:
            read.append(read_payment(run.sheet, line))
        except RowsRefused as refused:
            plan.refuse([line[0]], refused.refusals)
    return read


def plan_payments(run: ImportRun, part: ReadPart, *, hold: bool) -> PartPlan:
    """Plan the payments that were read, each against those before it."""
    plan, read = part.plan, part.payments
    numbers = {row.number for row in read}
    households, owing = debtors(run.actor, numbers=numbers, year=run.year, hold=hold)
    known = KnownPayments(
        known_payments(
            run.actor.tenant_id,
            references={row.request.reference for row in read if row.request.reference},
            papers={row.request.paper_receipt for row in read if row.request.paper_receipt},
        )
    )
    closed = closed_months(
        run.actor.tenant_id,
        {
            (owing[key].unit_id, row.request.received_on)
            for row in read
            if (key := households.get(row.number)) in owing
        },
    )
    for row in read:
        try:
            household = households.get(row.number)
            if household is None or household not in owing:
                raise _no_debtor(run, row, is_known=household is not None)
            debtor = owing[household]
            if known.same_as(row, debtor) is not None:
                plan.outcomes[row.line] = RowOutcome.UNCHANGED
                continue
            told = closed(debtor.unit_id, row.request.received_on)
            made = plan_payment(
                row,
                debtor,
                run.keys,
                today=run.today,
                closed_month=told,
                too_old=run.too_old(row.request.received_on),
            )
            made.attempt = known.attempt_of(row, debtor)
        except RowsRefused as refused:
            plan.refuse([row.line], refused.refusals)
            continue
        known.add(_planned(made))
        plan.payments.append(made)
        plan.outcomes[row.line] = RowOutcome.CREATED
        plan.notes[row.line] = [payment_note(made)]
    return plan


def _no_debtor(run: ImportRun, row: PaymentRow, *, is_known: bool) -> RowsRefused:
    cause = f"aucun ménage de vos unités n’a le numéro « {row.number[:30]} »."
    if is_known:
        cause = f"ce ménage n’est pas inscrit pour {run.year} : inscrivez-le d’abord."
    return RowsRefused([Refusal(row.line, title_of(run.sheet.kind, "number"), cause)])


def _planned(made: NewPayment) -> KnownPayment:
    asked = made.request
    return KnownPayment(
        enrolment_id=made.debtor.enrolment_id,
        unit_id=made.debtor.unit_id,
        amount_francs=made.amount_francs,
        method=asked.method,
        received_on=asked.received_on,
        reference=asked.reference,
        paper_receipt=asked.paper_receipt,
        receipt=f"ligne {made.line}",
        line=made.line,
        attempt=made.attempt,
    )
