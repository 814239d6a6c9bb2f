"""What every service of a facility's money does first and last.

First it holds the facility's account with the federation: whoever else pays, settles, sets against
or undoes for the same facility waits, so that what is read is true until it is written. Last, the
state of an invoice follows what remains on it, and its claims follow the invoice.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db import connection

from claims.models import FacilityInvoice, InvoiceEntry
from claims.rules.states import Side, State, check_move
from claims.selectors.invoices import care_years, invoice_by_id, root_unit_id
from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, Gathering
from conamus.kernel.reasons import told_reason
from federations.rules.roles import Role
from federations.services.periods import require_open_month
from federations.tenancy.actor import Actor

_MOST_REASON = 200
_HOLD = (
    "SELECT pg_advisory_xact_lock("
    "hashtextextended('facility-money:' || %s::text || ':' || %s::text, 0))"
)
_MOVE = """
WITH moved AS (
    UPDATE claims_claim
    SET state = %(target)s, state_since = %(at)s, version = version + 1
    WHERE care_year = ANY(%(years)s) AND processing_id = %(tenant)s AND facility_id = %(facility)s
      AND invoice_id = %(invoice)s AND state = %(source)s
    RETURNING care_year, tenant_id, processing_id, facility_id, id
)
INSERT INTO claims_claimstep (
    care_year, tenant_id, processing_id, facility_id, claim_id, from_state, to_state, reason,
    by_name, by_user_id, by_role, at)
SELECT care_year, tenant_id, processing_id, facility_id, id, %(source)s, %(target)s, %(reason)s,
    %(name)s, %(user)s, %(role)s, %(at)s
FROM moved ORDER BY id
"""


def hold_facility(actor: Actor, facility_id: int) -> None:
    """Hold a facility's account with the actor's federation until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [actor.tenant_id, facility_id])


def hold_invoice(actor: Actor, invoice_id: int, *, version: int | None = None) -> Any:
    """Hold the account of an invoice in sight, then read it; Conflict for another version."""
    hold_facility(actor, invoice_by_id(actor, invoice_id).facility_id)
    invoice = invoice_by_id(actor, invoice_id)
    if version is not None and version != invoice.version:
        raise Conflict(
            "Quelqu’un a modifié cette facture entre-temps : relisez ce qui est montré, puis "
            "confirmez de nouveau."
        )
    return invoice


def require_open(actor: Actor, centre_ids: Iterable[int | None], on: date, *, field: str) -> None:
    """Refuse a day of a month that is closed for the federation, or for one of the centres."""
    units = {root_unit_id(actor.tenant_id), *(one for one in centre_ids if one is not None)}
    for unit_id in sorted(units):
        require_open_month(tenant_id=actor.tenant_id, unit_id=unit_id, on_date=on, field=field)


def money_reason(reason: str) -> str:
    """Return a reason as the books of a facility's money keep it."""
    return told_reason(reason, field="reason", most=_MOST_REASON)


def attempt_of(before: Iterable[Any], name: Callable[[Any], str], gathering: Gathering) -> int:
    """Return which use of its reference a document is, of those that bore it ``before``.

    One that is not undone is an obstacle, told by its ``name``.
    """
    rows = list(before)
    for row in rows:
        if not hasattr(row, "reversed_by"):
            told = f"Cette référence a déjà servi : {name(row)}."
            gathering.found.append(DomainError(told, field="reference"))
    return 1 + max((row.attempt for row in rows), default=0)


def save_changed(invoice: FacilityInvoice, *fields: str) -> None:
    """Save some fields, and count the change."""
    invoice.version += 1
    invoice.save(update_fields=[*fields, "version"])


def move_claims(
    actor: Actor, invoice: FacilityInvoice, source: State, target: State, reason: str
) -> None:
    """Move an invoice's claims from one state to another, each with its step."""
    side = Side.SYSTEM if actor.role is Role.SYSTEM else Side.PROCESSING
    check_move(source, target, side=side, role=actor.role)
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE,
            {
                "source": source.value,
                "target": target.value,
                "years": list(care_years(invoice)),
                "tenant": invoice.tenant_id,
                "facility": invoice.facility_id,
                "invoice": invoice.pk,
                "reason": reason,
                "at": clock.moment(),
                "name": actor.name,
                "user": actor.user_id,
                "role": actor.role.value,
            },
        )


def enter(actor: Actor, entries: list[InvoiceEntry]) -> None:
    """Write entries in one statement: the database adds them up once (trigger ``hold_sums``)."""
    for entry in entries:
        entry.recorded_by = actor.name
    InvoiceEntry.objects.bulk_create(entries)


def follow_up(actor: Actor, invoice_ids: Iterable[int], reason: str) -> None:
    """Let invoices be paid where nothing remains and nothing is retained, or payable again."""
    for invoice_id in sorted(set(invoice_ids)):
        invoice = invoice_by_id(actor, invoice_id)
        is_paid = invoice.due_francs == 0 and invoice.retained_francs == 0
        if is_paid and invoice.state == FacilityInvoice.State.SETTLED:
            _turn(actor, invoice, FacilityInvoice.State.PAID, reason)
        elif not is_paid and invoice.state == FacilityInvoice.State.PAID:
            _turn(actor, invoice, FacilityInvoice.State.SETTLED, reason)


def _turn(
    actor: Actor, invoice: FacilityInvoice, state: FacilityInvoice.State, reason: str
) -> None:
    is_paid = state == FacilityInvoice.State.PAID
    source, target = (State.INVOICED, State.PAID) if is_paid else (State.PAID, State.INVOICED)
    move_claims(actor, invoice, source, target, reason)
    invoice.state = state
    save_changed(invoice, "state")
