"""Promises to pay: a signed deduction from the harvest, accepted or refused by the federation.

A promise is signed for all that the household has left, in instalments before the year ends;
accepted, it opens rights, and a missed instalment closes them until it is paid (the rule of
coverage reads both). What the buyer hands over is an ordinary payment, by the method « retenue
sur la récolte ».
"""

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, Gathering, NotFound
from conamus.kernel.reasons import told_reason
from federations.models import StoredFile
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.files import store_file
from federations.services.papers import clean_paper
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from membership.models import MutualistYear, Promise, PromiseInstalment
from membership.rules.promises import InstalmentFact, check_instalments, check_to_come
from membership.selectors.promises import may_promise, promises, standing_promise
from membership.services.payments import HeldEnrolment, hold_enrolment
from membership.services.settled_years import renew_what_follows

MOST_PAPER_NUMBER = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRequest:
    """A promise as it was signed."""

    signed_on: date
    buyer: str
    instalments: tuple[InstalmentFact, ...]
    #: Of the signed paper, where no picture of it comes with the promise.
    paper_number: str = ""


@dataclass(frozen=True, slots=True)
class SignedPaper:
    """The signed paper, scanned or photographed."""

    name: str
    content: bytes


@transaction.atomic
def sign_promise(
    *,
    actor: Actor,
    enrolment_id: int,
    request: PromiseRequest,
    paper: SignedPaper | None = None,
    key: str = "",
) -> Promise:
    """Write a signed promise for all that the household has left to pay; its paper is told."""
    require(actor, Permission.COLLECT_CONTRIBUTIONS)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["sign_promise", enrolment_id, asdict(request)],
        create=lambda: _sign(actor, hold_enrolment(actor, enrolment_id), request, paper),
        find=lambda result: Promise.objects.get(tenant_id=actor.tenant_id, pk=int(result)),
    )


@transaction.atomic
def answer_promise(*, actor: Actor, promise_id: int, accepts: bool, answer: str = "") -> Promise:
    """Accept a signed promise, or refuse it with a reason; either is said once."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    because = " ".join(answer.split())
    if not accepts and not because:
        raise DomainError("Dites pourquoi la promesse est refusée.", field="answer")
    held, promise = _held(actor, promise_id)
    if promise.state != Promise.State.SIGNED:
        raise Conflict(f"Cette promesse est déjà {promise.get_state_display()}.")
    if accepts:
        _check_acceptable(held, promise)
    promise.state = Promise.State.ACCEPTED if accepts else Promise.State.REFUSED
    promise.answered_on, promise.answered_by = clock.today(), actor.name
    promise.answer = because[:200]
    promise.save(update_fields=["state", "answered_on", "answered_by", "answer"])
    if accepts:
        renew_what_follows(actor, held.household, held.enrolment, by=promise)
    return promise


@transaction.atomic
def withdraw_promise(*, actor: Actor, promise_id: int, because: str) -> Promise:
    """Take back an accepted promise: from today on it opens nothing, what was stays."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    reason = told_reason(because, most=200, missing="Dites pourquoi la promesse est retirée.")
    _, promise = _held(actor, promise_id)
    if promise.state != Promise.State.ACCEPTED or promise.withdrawn_on is not None:
        raise Conflict("Seule une promesse acceptée se retire, une fois.")
    promise.withdrawn_on, promise.withdrawn_because = clock.today(), reason
    promise.save(update_fields=["withdrawn_on", "withdrawn_because"])
    return promise


def _check_acceptable(held: HeldEnrolment, promise: Promise) -> None:
    """A promise that is missed the day it is accepted would open nothing."""
    if held.owed.is_cancelled:
        raise DomainError("Cette adhésion est annulée : il n’y a plus rien à promettre.")
    if promise.document_id is None and not promise.paper_number:
        raise DomainError(
            "La promesse signée manque : refusez celle-ci, et faites-la inscrire avec sa photo ou "
            "le numéro du papier."
        )
    today = clock.today()
    to_come = sum(part.amount_francs for part in promise.instalments.all() if part.due_on >= today)
    if held.owed.household_left_francs > to_come:
        raise DomainError(
            "Une échéance est passée sans être payée pendant que la promesse attendait : "
            "refusez-la, et faites signer pour ce qui reste."
        )


def _held(actor: Actor, promise_id: int) -> tuple[HeldEnrolment, Promise]:
    """Hold a promise in sight, its household first."""
    seen = promises(actor).filter(pk=promise_id).first()
    if seen is None:
        raise NotFound("Cette promesse n’existe pas.")
    held = hold_enrolment(actor, seen.enrolment_id)
    promise = Promise.objects.select_for_update().get(tenant_id=actor.tenant_id, pk=promise_id)
    return held, promise


def _sign(
    actor: Actor, held: HeldEnrolment, request: PromiseRequest, paper: SignedPaper | None
) -> Promise:
    _check(held, request, paper)
    document = _kept_paper(actor, paper) if paper else None
    promise = Promise.objects.create(
        tenant_id=actor.tenant_id,
        enrolment=held.enrolment,
        amount_francs=held.owed.household_left_francs,
        signed_on=request.signed_on,
        buyer=" ".join(request.buyer.split()),
        document=document,
        paper_number=_paper_number(request),
    )
    PromiseInstalment.objects.bulk_create(
        PromiseInstalment(tenant_id=actor.tenant_id, promise=promise, **asdict(part))
        for part in request.instalments
    )
    return promise


def _check(held: HeldEnrolment, request: PromiseRequest, paper: SignedPaper | None) -> None:
    enrolment, owed = held.enrolment, held.owed
    if owed.is_cancelled:
        raise DomainError("Cette adhésion est annulée : il n’y a plus rien à promettre.")
    if not may_promise(enrolment):
        raise DomainError("La catégorie de ce ménage n’admet pas de promesse de paiement.")
    if standing_promise(enrolment) is not None:
        raise Conflict("Une promesse existe déjà pour cette adhésion.")
    if owed.household_left_francs <= 0:
        raise DomainError("Tout est déjà payé : il n’y a rien à promettre.")
    gathering = Gathering()
    with gathering.part():
        _check_signature(enrolment.enrolled_on, request)
    with gathering.part():
        _check_paper(request, paper)
    with gathering.part():
        check_instalments(
            request.instalments,
            balance_francs=owed.household_left_francs,
            promised_on=request.signed_on,
            ends_on=MutualistYear.objects.get(pk=enrolment.year_id).ends_on,
        )
    with gathering.part():
        check_to_come(request.instalments, today=clock.today())
    gathering.refuse()


def _check_signature(enrolled_on: date, request: PromiseRequest) -> None:
    if request.signed_on > clock.today():
        raise DomainError("Le jour de la signature est à venir.", field="signed_on")
    if request.signed_on < enrolled_on:
        raise DomainError("La promesse est signée avant l’adhésion.", field="signed_on")
    if not request.buyer.strip():
        raise DomainError("Dites qui retient l’argent de la récolte.", field="buyer")


def _check_paper(request: PromiseRequest, paper: SignedPaper | None) -> None:
    number = _paper_number(request)
    if len(number) > MOST_PAPER_NUMBER:
        raise DomainError(f"{MOST_PAPER_NUMBER} caractères au plus.", field="paper_number")
    if paper is None and not number:
        raise DomainError(
            "Joignez la promesse signée, ou donnez le numéro du papier.", field="document"
        )


def _paper_number(request: PromiseRequest) -> str:
    return " ".join(request.paper_number.split())


def _kept_paper(actor: Actor, paper: SignedPaper) -> StoredFile:
    kept = clean_paper(paper.content, field="document")
    return store_file(
        tenant_id=actor.tenant_id,
        name=paper.name,
        content_type=kept.content_type,
        content=kept.content,
    )
