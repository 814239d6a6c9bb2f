"""What a year's enrolment still owes when its household goes to another federation."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Exists, F, OuterRef, Sum

from conamus import clock
from membership.models import Enrolment, EnrolmentSupplement, PayerKind, Payment, Promise
from membership.rules.promises import InstalmentFact
from membership.rules.transfers import last_instalments, left_in_order
from membership.selectors.insured_years import standing_as_it_leaves


@dataclass(frozen=True, kw_only=True)
class Owed:
    """A year's enrolment as it leaves: what is still owed, and since when it is in order."""

    row: Enrolment
    paid_francs: int
    #: What of it another payer paid.
    payer_paid_francs: int
    #: What is left of what was signed, without the supplements; another payer's part of it.
    left_of_base_francs: int
    left_of_fee_francs: int
    left_to_payer_francs: int
    #: What is left of each supplement, in order: the line, all of it, another payer's part.
    left_of_lines: tuple[tuple[EnrolmentSupplement, int, int], ...]
    #: By payment or promise; of a household that is not, the day it signed.
    in_order_since: date
    #: When its rights open, or opened last; None: nothing has opened them.
    opens_on: date | None
    promise: Promise | None
    instalments: tuple[InstalmentFact, ...]

    @property
    def left_francs(self) -> int:
        """All that is left, of what was signed and of the supplements, whoever pays."""
        return self.left_of_base_francs + sum(left for _, left, _ in self.left_of_lines)

    @property
    def household_left_francs(self) -> int:
        """What the household itself has left, which is what a promise is for."""
        return (
            self.left_francs
            - self.left_to_payer_francs
            - sum(payer for *_, payer in self.left_of_lines)
        )


@dataclass(frozen=True, slots=True)
class Owing:
    """What a household that is proposed will owe where it goes, and whether a promise runs."""

    left_francs: int = 0
    has_promise: bool = False


def owing_of(tenant_id: int, household_ids: Collection[int]) -> dict[int, Owing]:
    """Return what will go along with each of these households (see `owed_there`); one query."""
    promised = Promise.objects.filter(
        tenant_id=tenant_id,
        enrolment=OuterRef("pk"),
        state=Promise.State.ACCEPTED,
        withdrawn_on__isnull=True,
    )
    rows = Enrolment.objects.filter(
        tenant_id=tenant_id,
        household_id__in=household_ids,
        year__ends_on__gt=clock.today(),
        cancelled_on__isnull=True,
    ).order_by()
    found: dict[int, Owing] = {}
    facts = rows.annotate(
        own=F("balance__household_left_francs"),
        others=F("balance__others_left_francs"),
        runs=Exists(promised),
    )
    for household_id, own, others, runs in facts.values_list(
        "household_id", "own", "others", "runs"
    ):
        before = found.get(household_id, Owing())
        # What one payer gave too much settles nothing of another's part.
        left = max(0, own) + max(0, others)
        found[household_id] = Owing(
            before.left_francs + left, before.has_promise or (runs and own > 0)
        )
    return found


def owed_there(row: Enrolment) -> Owed:
    """Return what a year's enrolment owes as it leaves, read in the origin's scope."""
    payments = Payment.objects.filter(tenant_id=row.tenant_id, enrolment=row)
    sums = payments.aggregate(paid=Sum("amount_francs"), fee=Sum("fee_francs"))
    paid, fee_paid = sums["paid"] or 0, sums["fee"] or 0
    by_others = payments.exclude(payer=PayerKind.HOUSEHOLD)
    payer_paid = by_others.aggregate(sum=Sum("amount_francs"))["sum"] or 0
    lines = list(_lines(row))
    own = left_in_order(
        [row.due_francs - row.payer_francs, *(asked - part for _, asked, part in lines)],
        paid - payer_paid,
    )
    others = left_in_order([row.payer_francs, *(part for *_, part in lines)], payer_paid)
    left = own[0] + others[0]
    # One that was taken back opens nothing anywhere.
    promise = Promise.objects.filter(
        tenant_id=row.tenant_id,
        enrolment=row,
        state=Promise.State.ACCEPTED,
        withdrawn_on__isnull=True,
    ).first()
    standing = standing_as_it_leaves(row, on=clock.today())
    owed = Owed(
        row=row,
        paid_francs=paid,
        payer_paid_francs=payer_paid,
        left_of_base_francs=left,
        left_of_fee_francs=min(left, max(0, row.joining_fee_francs - fee_paid)),
        left_to_payer_francs=others[0],
        left_of_lines=tuple(
            (line, more + part, part)
            for (line, *_), more, part in zip(lines, own[1:], others[1:], strict=True)
            if more or part
        ),
        in_order_since=standing.in_order_since or row.enrolled_on,
        opens_on=standing.opens_on,
        promise=promise,
        instalments=(),
    )
    return replace(owed, instalments=_instalments(promise, owed.household_left_francs))


def _lines(row: Enrolment) -> Iterator[tuple[EnrolmentSupplement, int, int]]:
    """Each supplement in order, what it asks less what was taken back, another payer's part."""
    lines = EnrolmentSupplement.objects.filter(
        tenant_id=row.tenant_id, enrolment=row, reverses__isnull=True
    ).select_related("reversed_by", "beneficiary")
    for line in lines.order_by("pk"):
        back = line.reversed_by if hasattr(line, "reversed_by") else None
        asked = line.contribution_francs + (back.contribution_francs if back else 0)
        payer = line.payer_francs + (back.payer_francs if back else 0)
        yield line, asked, min(asked, payer)


def _instalments(promise: Promise | None, left: int) -> tuple[InstalmentFact, ...]:
    """What is left of a promise: its last instalments, up to what is left to pay."""
    if promise is None:
        return ()
    parts = [
        InstalmentFact(due_on=part.due_on, amount_francs=part.amount_francs)
        for part in promise.instalments.order_by("due_on")
    ]
    return last_instalments(parts, left)
