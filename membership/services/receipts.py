"""Receipts: their numbers, handed out in order and none lost; their printing, traced.

A unit's book for a calendar year is one row, held from the number's issue to the end of the
transaction: who comes second waits, and a transaction that fails gives its number back. Always
taken last, after the household (see `payments`).

The first printing by somebody who may take money is the original, on either paper (an A4 sheet
holds both its copies); every other is a duplicate, on the other paper too, and says so: two
originals of one receipt could be claimed twice. On a line that fails it may never arrive: who asked
for it has it again, on the same paper, for some minutes. But for that word and its day a
duplicate says what the first printing said, whoever is the head or however the unit is called by
then.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from conamus import clock
from conamus.kernel.errors import DomainError
from federations.rules.roles import Permission, is_permitted
from federations.services.access import require
from federations.services.holds import hold_alone
from federations.tenancy.actor import Actor
from membership.documents.receipts import (
    Format,
    Receipt,
    as_first_printed,
    receipt_facts,
    receipt_pdf,
)
from membership.models import Payment, ReceiptPrint
from membership.selectors.payments import payment_by_id

#: How long the original is given again to who asked for it: a file that arrived whole can be
#: printed twice anyway, one that broke off must not cost the household its original.
ORIGINAL_AGAIN = timedelta(minutes=15)

_TAKE = """
INSERT INTO membership_receiptbook (tenant_id, unit_id, year, last_number)
VALUES (%s, %s, %s, %s)
ON CONFLICT (tenant_id, unit_id, year)
DO UPDATE SET last_number = membership_receiptbook.last_number + excluded.last_number
RETURNING last_number
"""


def issue_numbers(*, tenant_id: int, unit_id: int, year: int, count: int = 1) -> range:
    """Return the next ``count`` numbers of a unit's book; opens the book where it is new."""
    if count < 1:
        raise DomainError("Demandez au moins un numéro de reçu.", field="count")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [tenant_id, unit_id, year, count])
        last: int = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)


@dataclass(frozen=True, slots=True)
class PrintedReceipt:
    """A receipt's PDF and the name of its file."""

    content: bytes
    file_name: str


@transaction.atomic
def print_receipt(*, actor: Actor, payment_id: int, paper: Format) -> PrintedReceipt:
    """Return a receipt as a PDF; the original once, then duplicates that say the same."""
    require(actor, Permission.SEE_CONTRIBUTIONS)
    payment = payment_by_id(actor, payment_id)
    receipt = _traced(actor, payment, paper)
    return PrintedReceipt(receipt_pdf(receipt, paper).content, f"recu-{receipt.number}.pdf")


def _traced(actor: Actor, payment: Payment, paper: Format) -> Receipt:
    """Trace the printing; return what it says, as the first one said it."""
    # Two who print at once wait for one another here: on a word, for who only reads receipts
    # prints too, and holds no row.
    hold_alone(f"printing:{actor.tenant_id}:{payment.pk}")
    prints = ReceiptPrint.objects.filter(tenant_id=actor.tenant_id, payment=payment)
    earlier = list(prints.order_by("pk"))
    by_reader = not is_permitted(actor.role, Permission.COLLECT_CONTRIBUTIONS)
    receipt = receipt_facts(actor, payment)
    words = next((one.words for one in earlier if one.words is not None), None)
    ReceiptPrint.objects.create(
        tenant_id=actor.tenant_id,
        payment=payment,
        words=None if words else receipt.words,
        paper=paper,
        by_reader=by_reader,
        printed_by=actor.name,
    )
    if words is not None:
        receipt = as_first_printed(receipt, words)
    is_original = not by_reader and _has_original(actor, paper, earlier)
    return receipt if is_original else replace(receipt, copied_on=clock.today())


def _has_original(actor: Actor, paper: Format, earlier: list[ReceiptPrint]) -> bool:
    """Whether who takes money is given the original: nobody had it, or they did just now."""
    first = next((one for one in earlier if not one.by_reader), None)
    if first is None:
        return True
    is_theirs = (first.printed_by, first.paper) == (actor.name, paper)
    return is_theirs and timezone.now() - first.printed_at <= ORIGINAL_AGAIN
