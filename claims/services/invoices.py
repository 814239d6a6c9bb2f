"""Invoices of facilities: recorded as received, filled with claims, settled, cancelled, taken on.

What is payable is no figure of the facility's: on settling it is the sum of the mutuelle's parts
of the decisions in force, all its claims being final, and it is fixed from then on. What a later
decision changes is a debt or a supplement of its own: a trigger writes it
(``note_changed_payable``).
"""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from claims.models import Claim, FacilityInvoice, InvoiceEntry, UndoneSettling
from claims.rules.invoices import take_on_problems, term_ends
from claims.rules.states import State
from claims.selectors.invoices import (
    centres,
    changed_since,
    claims_of,
    decided_francs,
    entries_of,
    invoice_by_id,
    is_decided_by,
    paid_by,
    term_days,
    visible_invoices,
)
from claims.services.facility_money import (
    enter,
    follow_up,
    hold_facility,
    hold_invoice,
    money_reason,
    move_claims,
    require_open,
    save_changed,
)
from claims.services.setting_against import set_open_against
from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, Gathering
from conamus.kernel.figures import format_integer
from conamus.kernel.periods import last_day
from federations.models import HealthFacility
from federations.rules.amounts import MOST_FRANCS
from federations.rules.problems import refuse_problems
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.periods import FIRST_MONTH
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from membership.rules.sentences import counted

MOST_NUMBER = 40
#: Attestations of one invoice: far above any month, far below what the database can hold.
MOST_TOLD = 999_999


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFacts:
    """An invoice as it came: its own number, its month, the day it was received."""

    facility_id: int
    number: str
    month: date
    received_on: date
    told_count: int | None = None
    told_francs: int | None = None
    centre_id: int | None = None


@transaction.atomic
def record_invoice(*, actor: Actor, facts: InvoiceFacts, key: str = "") -> FacilityInvoice:
    """Record a facility's monthly invoice; its term runs from the day it was received."""
    require(actor, Permission.RECORD_INVOICES)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["record_invoice", asdict(facts)],
        create=lambda: _record(actor, facts),
        find=lambda result: visible_invoices(actor).get(pk=int(result)),
    )


@transaction.atomic
def take_on_invoice(
    *, actor: Actor, facts: InvoiceFacts, payable_francs: int, due_on: date | None = None
) -> FacilityInvoice:
    """Take on an invoice that was open before: settled elsewhere, with what was left to pay.

    It belongs to the first days: once attestations of its month are decided here, it is recorded
    and settled like any other. Somebody else pays it than who took it on (`orders`).
    """
    require(actor, Permission.RECORD_INVOICES)
    require(actor, Permission.IMPORT_TAKE_ON)
    gathering = Gathering()
    with gathering.part():
        refuse_problems(
            take_on_problems(facts.told_francs, payable_francs, facts.received_on, due_on)
        )
    with gathering.part():
        _require_before_first_decided(actor, facts.month)
    gathering.refuse()
    invoice = _record(actor, facts)
    invoice.state = FacilityInvoice.State.SETTLED
    invoice.settled_on, invoice.settled_by = facts.received_on, actor.name
    invoice.payable_francs, invoice.is_take_on = payable_francs, True
    invoice.due_on = due_on or invoice.due_on
    save_changed(
        invoice, "state", "settled_on", "settled_by", "payable_francs", "is_take_on", "due_on"
    )
    return invoice


@transaction.atomic
def settle_invoice(*, actor: Actor, invoice_id: int, version: int | None = None) -> FacilityInvoice:
    """Settle an invoice whose claims are all final: what is payable is fixed, and its term.

    Open debts, supplements and advances of the facility are set against it at once.
    """
    require(actor, Permission.RECORD_INVOICES)
    invoice = hold_invoice(actor, invoice_id, version=version)
    if invoice.state != FacilityInvoice.State.RECEIVED:
        raise Conflict(f"Cette facture est déjà {invoice.get_state_display()}.")
    today = clock.today()
    require_open(actor, [invoice.centre_id], today, field="state")
    # Whoever takes a decision on one of them waits, and finds the invoice settled.
    claims = list(claims_of(invoice).select_for_update(no_key=True).order_by("care_year", "pk"))
    _require_final(claims)
    decided = decided_francs(claims)
    invoice.state = FacilityInvoice.State.SETTLED
    invoice.settled_on, invoice.settled_by = today, actor.name
    invoice.payable_francs = sum(decided.values())
    days = term_days(actor.tenant_id, invoice.facility_id, invoice.received_on)
    invoice.due_on = term_ends(invoice.received_on, days)
    save_changed(invoice, "state", "settled_on", "settled_by", "payable_francs", "due_on")
    reason = f"facture {invoice.number} arrêtée"
    move_claims(actor, invoice, State.FINAL, State.INVOICED, reason)
    set_open_against(actor, invoice.pk, today)
    follow_up(actor, [invoice.pk], reason)
    return invoice_by_id(actor, invoice_id)


@transaction.atomic
def reopen_invoice(*, actor: Actor, invoice_id: int, reason: str) -> FacilityInvoice:
    """Take a settled invoice back before anything is paid or retained: it is received again."""
    require(actor, Permission.RECORD_INVOICES)
    because = money_reason(reason)
    invoice = hold_invoice(actor, invoice_id)
    # Whoever replaces or decides one of them is waited for, and its debt is met here.
    list(paid_by(invoice).select_for_update(no_key=True).order_by("care_year", "pk"))
    _require_untouched(invoice)
    today = clock.today()
    require_open(actor, [invoice.centre_id], invoice.settled_on, field="reason")
    require_open(actor, [invoice.centre_id], today, field="reason")
    enter(actor, _turned_back(invoice, today, because))
    _keep_settling(actor, invoice, today, because)
    invoice.state = FacilityInvoice.State.RECEIVED
    invoice.settled_on, invoice.settled_by, invoice.payable_francs = None, "", None
    save_changed(invoice, "state", "settled_on", "settled_by", "payable_francs")
    move_claims(actor, invoice, State.INVOICED, State.FINAL, f"facture rouverte : {because}")
    return invoice_by_id(actor, invoice_id)


@transaction.atomic
def cancel_invoice(*, actor: Actor, invoice_id: int, reason: str = "") -> FacilityInvoice:
    """Cancel an invoice that is not settled: its claims wait for another, its number is free.

    One that was taken on is cancelled with a reason until something is entered on it: it may be
    brought again, corrected.
    """
    require(actor, Permission.RECORD_INVOICES)
    invoice = hold_invoice(actor, invoice_id)
    if invoice.is_take_on:
        return _cancel_taken_on(actor, invoice, money_reason(reason))
    if invoice.state != FacilityInvoice.State.RECEIVED:
        raise DomainError("Seule une facture qui n’est pas arrêtée s’annule.", field="state")
    claims_of(invoice).update(invoice_id=None, version=F("version") + 1)
    invoice.state = FacilityInvoice.State.CANCELLED
    save_changed(invoice, "state")
    return invoice


def _cancel_taken_on(actor: Actor, invoice: Any, because: str) -> FacilityInvoice:
    require(actor, Permission.IMPORT_TAKE_ON)
    if invoice.state != FacilityInvoice.State.SETTLED or _entered_sums(invoice):
        raise DomainError(
            "Une facture reprise s’annule tant que rien n’y est payé, imputé ou retenu.",
            field="reason",
        )
    today = clock.today()
    for day in (invoice.settled_on, today):
        require_open(actor, [invoice.centre_id], day, field="reason")
    _keep_settling(actor, invoice, today, because)
    invoice.state, invoice.cancelled_because = FacilityInvoice.State.CANCELLED, because
    save_changed(invoice, "state", "cancelled_because")
    done: FacilityInvoice = invoice
    return done


def _keep_settling(actor: Actor, invoice: Any, undone_on: date, because: str) -> None:
    """Keep what was payable until today: the account of the days before stays what it was."""
    UndoneSettling.objects.create(
        tenant_id=invoice.tenant_id,
        invoice_id=invoice.pk,
        facility_id=invoice.facility_id,
        francs=invoice.payable_francs,
        settled_on=invoice.settled_on,
        settled_by=invoice.settled_by,
        due_on=invoice.due_on,
        undone_on=undone_on,
        reason=because,
        recorded_by=actor.name,
    )


def _require_before_first_decided(actor: Actor, month: date) -> None:
    """Refuse a month in which the federation decided attestations itself, or that is after one."""
    if is_decided_by(actor.tenant_id, last_day(month)):
        raise DomainError(
            f"Des attestations reçues en {month:%m/%Y} ou avant sont décidées ici : cette facture "
            "n’est plus de la reprise. Inscrivez-la, rattachez ses attestations et arrêtez-la.",
            field="month",
        )


def _record(actor: Actor, facts: InvoiceFacts) -> FacilityInvoice:
    hold_facility(actor, facts.facility_id)
    number = " ".join(facts.number.split())
    centre_id = facts.centre_id if actor.unit_id is None else actor.unit_id
    _check(actor, facts, number, centre_id)
    days = term_days(actor.tenant_id, facts.facility_id, facts.received_on)
    invoice = FacilityInvoice(
        tenant_id=actor.tenant_id,
        facility_id=facts.facility_id,
        centre_id=centre_id,
        number=number,
        month=facts.month.replace(day=1),
        received_on=facts.received_on,
        told_count=facts.told_count,
        told_francs=facts.told_francs,
        due_on=term_ends(facts.received_on, days),
        recorded_by=actor.name,
        recorded_by_user_id=actor.user_id,
    )
    try:
        with transaction.atomic():
            invoice.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("Cette facture vient d’être inscrite.", field="number") from error
    return invoice


def _check(actor: Actor, facts: InvoiceFacts, number: str, centre_id: int | None) -> None:
    gathering = Gathering()
    if not HealthFacility.objects.filter(pk=facts.facility_id).exists():
        gathering.found.append(DomainError("Choisissez la formation sanitaire.", field="facility"))
    if centre_id and not centres(actor, clock.today()).filter(pk=centre_id).exists():
        gathering.found.append(DomainError("Choisissez un de vos centres.", field="centre"))
    gathering.found.extend(_number_faults(actor, facts, number))
    gathering.found.extend(_day_faults(facts))
    for field in ("told_count", "told_francs"):
        most = MOST_TOLD if field == "told_count" else MOST_FRANCS
        if not 0 <= (getattr(facts, field) or 0) <= most:
            told = f"De 0 à {format_integer(most)} : vérifiez les zéros."
            gathering.found.append(DomainError(told, field=field))
    with gathering.part():
        require_open(actor, [centre_id], facts.received_on, field="received_on")
    gathering.refuse()


def _number_faults(actor: Actor, facts: InvoiceFacts, number: str) -> list[DomainError]:
    if not 1 <= len(number) <= MOST_NUMBER:
        return [DomainError(f"De 1 à {MOST_NUMBER} caractères.", field="number")]
    same = FacilityInvoice.objects.filter(
        tenant_id=actor.tenant_id, facility_id=facts.facility_id, number=number
    ).exclude(state=FacilityInvoice.State.CANCELLED)
    there = same.first()
    if there is None:
        return []
    return [
        DomainError(
            f"Cette formation sanitaire a déjà une facture {number}, reçue le "
            f"{there.received_on:%d/%m/%Y}.",
            field="number",
        )
    ]


def _day_faults(facts: InvoiceFacts) -> list[DomainError]:
    today = clock.today()
    if facts.received_on > today:
        return [DomainError("Le jour de réception est à venir.", field="received_on")]
    if facts.month < FIRST_MONTH:
        return [DomainError(f"Rien n’est inscrit avant {FIRST_MONTH.year}.", field="month")]
    if facts.month.replace(day=1) > facts.received_on:
        return [DomainError("Ce mois n’avait pas commencé à la réception.", field="month")]
    return []


def _require_final(claims: list[Claim]) -> None:
    if not claims:
        raise DomainError(
            "Cette facture ne tient aucune attestation : rattachez-les d’abord.", field="state"
        )
    waiting = [claim for claim in claims if claim.state != State.FINAL]
    if waiting:
        some = ", ".join(claim.stub_number for claim in waiting[:5])
        more = " et d’autres" if len(waiting) > 5 else ""
        are = "ne sont pas définitives" if len(waiting) > 1 else "n’est pas définitive"
        raise DomainError(
            f"{counted(len(waiting), 'attestation')} {are} encore ({some}{more}) : la facture "
            "s’arrête quand toutes le sont.",
            field="state",
        )


def _require_untouched(invoice: Any) -> None:
    if invoice.state != FacilityInvoice.State.SETTLED or invoice.is_take_on:
        raise DomainError("Seule une facture arrêtée, et pas encore payée, se rouvre.")
    kinds = InvoiceEntry.Kind
    if _entered_sums(invoice) & {kinds.PAID.value, kinds.RETAINED.value}:
        raise DomainError("Un paiement ou une retenue est inscrit : annulez-le d’abord.")
    if changed_since(invoice, paid_by(invoice)):
        raise DomainError(
            "Une décision a changé, ou une attestation a été remplacée, depuis que la facture est "
            "arrêtée ; la différence est déjà une dette ou un complément : la facture ne se "
            "rouvre plus."
        )


def _entered_sums(invoice: Any) -> set[str]:
    """Return the kinds of which something stands on an invoice, what was undone left out."""
    sums: Counter[str] = Counter()
    for entry in entries_of(invoice):
        sums[entry.kind] += entry.francs
    return {kind for kind, francs in sums.items() if francs}


def _turned_back(invoice: Any, today: date, because: str) -> list[InvoiceEntry]:
    """Return what undoes the debts and advances that stand against an invoice."""
    left: dict[tuple[str, int | None, int | None], int] = {}
    for entry in entries_of(invoice):
        if entry.kind == InvoiceEntry.Kind.PAID:
            # An order and the counter-order that undid it are both whole, and make nothing.
            continue
        place = (entry.kind, entry.order_id, entry.debt_id)
        left[place] = left.get(place, 0) + entry.francs
    return [
        InvoiceEntry(
            tenant_id=invoice.tenant_id,
            invoice_id=invoice.pk,
            facility_id=invoice.facility_id,
            kind=kind,
            francs=-francs,
            order_id=order_id,
            debt_id=debt_id,
            entered_on=today,
            reason=because,
        )
        for (kind, order_id, debt_id), francs in left.items()
        if francs
    ]
