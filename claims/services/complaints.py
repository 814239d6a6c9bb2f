"""Complaints of members: registered, answered once, taken up again by another that follows.

What was written by error is cancelled, saying why: it stays, told apart, and no delay counts it.
"""

from dataclasses import asdict, dataclass
from datetime import date

from django.db import IntegrityError, transaction

from claims.models import Complaint, ComplaintAnswer
from claims.rules.complaints import due_on
from claims.selectors.complaints import answered_on, complaint_by_id, visible_complaints
from claims.selectors.invoices import root_unit_id
from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, Gathering
from conamus.kernel.phones import clean_phone
from conamus.kernel.reasons import told_reason
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.periods import FIRST_MONTH
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from membership.models import Household
from membership.selectors.households import households

MOST_TOLD = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComplaint:
    """A complaint as it was heard; ``household_number`` where its member told it."""

    complainant: str
    channel: str
    subject: str
    told: str
    received_on: date
    phone: str = ""
    household_number: str = ""
    facility_id: int | None = None
    follows_id: int | None = None


@transaction.atomic
def register_complaint(*, actor: Actor, complaint: NewComplaint, key: str = "") -> Complaint:
    """Register a complaint; it is to be answered within the delay."""
    require(actor, Permission.RECORD_COMPLAINTS)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["register_complaint", asdict(complaint)],
        create=lambda: _register(actor, complaint),
        find=lambda result: visible_complaints(actor).get(pk=int(result)),
    )


@transaction.atomic
def answer_complaint(
    *, actor: Actor, complaint_id: int, outcome: str, text: str, answered: date
) -> ComplaintAnswer:
    """Write the answer that was given: once, and never changed."""
    require(actor, Permission.RECORD_COMPLAINTS)
    complaint = complaint_by_id(actor, complaint_id)
    if complaint.cancelled_on is not None:
        raise Conflict("Cette réclamation est annulée : elle n’attend pas de réponse.")
    if answered_on(complaint) is not None:
        raise Conflict("Cette réclamation a déjà sa réponse.")
    _check_answer(complaint, outcome, text, answered)
    row = ComplaintAnswer(
        tenant_id=actor.tenant_id,
        complaint=complaint,
        outcome=outcome,
        text=text.strip(),
        answered_on=answered,
        answered_by=actor.name,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("Quelqu’un vient de répondre à cette réclamation.") from error
    return row


@transaction.atomic
def cancel_complaint(*, actor: Actor, complaint_id: int, because: str) -> Complaint:
    """Tell that a complaint was written by error, and why; answered or not."""
    require(actor, Permission.RECORD_COMPLAINTS)
    complaint = complaint_by_id(actor, complaint_id)
    told = {
        "cancelled_on": clock.today(),
        "cancelled_by": actor.name,
        "cancelled_because": told_reason(because),
    }
    found = Complaint.objects.filter(pk=complaint.pk, cancelled_on__isnull=True)
    if not found.update(**told):
        raise Conflict("Cette réclamation est déjà annulée.")
    return complaint_by_id(actor, complaint_id)


def _register(actor: Actor, told: NewComplaint) -> Complaint:
    gathering = Gathering()
    household = phone = None
    with gathering.part():
        household = _household(actor, told.household_number)
    with gathering.part():
        phone = clean_phone(told.phone, field="phone")
    gathering.found.extend(_faults(told))
    if told.follows_id is not None:
        with gathering.part():
            _require_answered(actor, told.follows_id)
    gathering.refuse()
    complaint = Complaint(
        tenant_id=actor.tenant_id,
        unit_id=actor.unit_id or root_unit_id(actor.tenant_id),
        household=household,
        facility_id=told.facility_id,
        complainant=" ".join(told.complainant.split()),
        phone=phone or "",
        channel=told.channel,
        subject=told.subject,
        told=told.told.strip(),
        received_on=told.received_on,
        due_on=due_on(told.received_on),
        follows_id=told.follows_id,
        recorded_by=actor.name,
        recorded_by_user_id=actor.user_id,
    )
    complaint.save(force_insert=True)
    return complaint


def _household(actor: Actor, number: str) -> Household | None:
    if not number.strip():
        return None
    found = households(actor).filter(number__iexact=number.strip()).first()
    if found is None:
        raise DomainError("Aucun ménage de vos unités n’a ce numéro.", field="household_number")
    return found


def _faults(told: NewComplaint) -> list[DomainError]:
    faults = []
    if not told.complainant.strip():
        faults.append(DomainError("Dites qui se plaint.", field="complainant"))
    if told.channel not in Complaint.Channel.values:
        faults.append(DomainError("Dites par où elle est arrivée.", field="channel"))
    if told.subject not in Complaint.Subject.values:
        faults.append(DomainError("Choisissez l’objet.", field="subject"))
    if not 1 <= len(told.told.strip()) <= MOST_TOLD:
        faults.append(DomainError(f"De 1 à {MOST_TOLD} caractères.", field="told"))
    if told.received_on > clock.today():
        faults.append(DomainError("Ce jour est à venir.", field="received_on"))
    elif told.received_on < FIRST_MONTH:
        sentence = f"Rien n’est inscrit avant {FIRST_MONTH.year} : vérifiez le jour."
        faults.append(DomainError(sentence, field="received_on"))
    return faults


def _require_answered(actor: Actor, complaint_id: int) -> None:
    before = complaint_by_id(actor, complaint_id)
    if before.cancelled_on is not None:
        raise DomainError("La première réclamation est annulée : inscrivez-en une nouvelle.")
    if answered_on(before) is None:
        raise DomainError("La première réclamation attend encore sa réponse.")


def _check_answer(complaint: Complaint, outcome: str, text: str, answered: date) -> None:
    gathering = Gathering()
    if outcome not in ComplaintAnswer.Outcome.values:
        gathering.found.append(DomainError("Choisissez la conclusion.", field="outcome"))
    if not 1 <= len(text.strip()) <= MOST_TOLD:
        gathering.found.append(DomainError(f"De 1 à {MOST_TOLD} caractères.", field="text"))
    if answered > clock.today():
        gathering.found.append(DomainError("Ce jour est à venir.", field="answered_on"))
    elif answered < complaint.received_on:
        gathering.found.append(
            DomainError("La réponse ne précède pas la réclamation.", field="answered_on")
        )
    gathering.refuse()
