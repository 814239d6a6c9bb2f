"""Writes of stub books: issued to a facility, withdrawn; no number is ever in two books."""

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction

from claims.models import StubBook
from claims.rules.stubs import StubRange, check_ranges
from claims.selectors.agreements import why_none_holds
from claims.services.holding import hold
from conamus import clock
from conamus.kernel.errors import DomainError, Gathering, NotFound
from conamus.kernel.figures import format_date
from federations.models import HealthFacility
from federations.rules.days import require_near_day
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.checked import save_checked
from federations.services.repetition import once
from federations.tenancy.actor import Actor

#: The rules' names of a book's parts, and the form's.
_FIELDS = {"first": "first_number", "last": "last_number"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBook:
    """A book of numbered attestations; ``is_take_on``: it was in circulation on the first day."""

    facility_id: int
    prefix: str
    first_number: int
    last_number: int
    issued_on: date
    is_take_on: bool = False


@transaction.atomic
def issue_book(*, actor: Actor, book: NewBook, key: str = "") -> StubBook:
    """Issue a book to a facility that has an agreement."""
    require(actor, Permission.MANAGE_AGREEMENTS)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["stub_book", asdict(book)],
        create=lambda: _issue(actor, book),
        find=lambda pk: StubBook.objects.get(tenant_id=actor.tenant_id, pk=pk),
    )


@transaction.atomic
def withdraw_book(*, actor: Actor, book_id: int, withdrawn_on: date) -> StubBook:
    """Take a book back: its stubs are good for care before that day only."""
    require(actor, Permission.MANAGE_AGREEMENTS)
    row = StubBook.objects.select_for_update(of=("self",)).filter(
        tenant_id=actor.tenant_id, pk=book_id
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("Ce carnet n’existe pas.")
    if row.withdrawn_on is not None:
        raise DomainError(
            f"Ce carnet est déjà retiré depuis le {format_date(row.withdrawn_on)}.",
            field="withdrawn_on",
        )
    if withdrawn_on < row.issued_on:
        raise DomainError(
            f"Ce carnet est remis le {format_date(row.issued_on)} : son retrait vient après.",
            field="withdrawn_on",
        )
    require_near_day(withdrawn_on, today=clock.today(), act="Un retrait", field="withdrawn_on")
    row.withdrawn_on = withdrawn_on
    save_checked(row, changed=("withdrawn_on",))
    return row


def _issue(actor: Actor, book: NewBook) -> StubBook:
    hold(actor.tenant_id, "stub_books")
    row = StubBook(tenant_id=actor.tenant_id, **asdict(book))
    row.prefix = row.prefix.strip().upper()
    gathering = Gathering()
    with gathering.part():
        _require_facility(actor, book)
    with gathering.part():
        _require_free(actor, row)
    save_checked(row, conflict_field="first_number", gathered=gathering)
    return row


def _require_facility(actor: Actor, book: NewBook) -> None:
    """The facility has an agreement on the day of issue; what circulated already may have ended."""
    facility = HealthFacility.objects.filter(pk=book.facility_id).first()
    if facility is None:
        raise NotFound("Cette formation sanitaire n’existe pas.", field="facility")
    if book.issued_on > clock.today():
        raise DomainError("Ce carnet serait remis dans le futur.", field="issued_on")
    require_near_day(book.issued_on, today=clock.today(), act="Une remise", field="issued_on")
    told = why_none_holds(actor.tenant_id, facility, book.issued_on)
    if told and not book.is_take_on:
        raise DomainError(told, field="facility")


def _require_free(actor: Actor, row: StubBook) -> None:
    """Refuse numbers that another book has: under the same prefix, of any facility."""
    others = StubBook.objects.filter(tenant_id=actor.tenant_id, prefix=row.prefix)
    try:
        check_ranges([_as_rule(one) for one in (row, *others)])
    except DomainError as error:
        field = _FIELDS.get(error.field or "", error.field)
        raise DomainError(error.message, field=field) from error


def _as_rule(row: StubBook) -> StubRange:
    return StubRange(str(row.facility_id), row.prefix, row.first_number, row.last_number)
