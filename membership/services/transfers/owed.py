"""What a year's enrolment still owes when its household goes to another federation."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Exists, F, OuterRef, Sum

from conamus import clock
from membership.models import Enrolment, EnrolmentSupplement, PayerKind, Payment, Promise
from membership.rules.promises import InstalmentFact
from membership.rules.transfers import last_instalments
from membership.selectors.insured_years import standing_as_it_leaves


@dataclass(frozen=True, kw_only=True)
class Owed:
    """A year's enrolment as it leaves: what is still owed, and since when it is in order."""

    row: Enrolment
    paid_francs: int
    #: What of it another payer paid.
    payer_paid_francs: int
    left_francs: int
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
    def left_of_base_francs(self) -> int:
        """What is left of what was signed, without the supplements."""
        return self.left_francs - sum(left for _, left, _ in self.left_of_lines)

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
    balance = F("balance__owed_francs") - F("balance__paid_francs")
    facts = rows.annotate(left=balance, runs=Exists(promised))
    for household_id, left, runs in facts.values_list("household_id", "left", "runs"):
        before = found.get(household_id, Owing())
        found[household_id] = Owing(
            before.left_francs + max(0, left), before.has_promise or (runs and left > 0)
        )
    return found


def owed_there(row: Enrolment) -> Owed:
    """Return what a year's enrolment owes as it leaves, read in the origin's scope."""
    payments = Payment.objects.filter(tenant_id=row.tenant_id, enrolment=row)
    sums = payments.aggregate(paid=Sum("amount_francs"), fee=Sum("fee_francs"))
    paid, fee_paid = sums["paid"] or 0, sums["fee"] or 0
    by_others = payments.exclude(payer=PayerKind.HOUSEHOLD)
    payer_paid = by_others.aggregate(sum=Sum("amount_francs"))["sum"] or 0
    left = max(0, row.due_francs - paid)
    lines = tuple(_left_of_lines(row, max(0, paid - row.due_francs)))
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
        left_francs=left + sum(more for _, more, _ in lines),
        left_of_fee_francs=min(left, max(0, row.joining_fee_francs - fee_paid)),
        left_to_payer_francs=min(left, max(0, row.payer_francs - payer_paid)),
        left_of_lines=lines,
        in_order_since=standing.in_order_since or row.enrolled_on,
        opens_on=standing.opens_on,
        promise=promise,
        instalments=(),
    )
    return replace(owed, instalments=_instalments(promise, owed.household_left_francs))


def _left_of_lines(
    row: Enrolment, paid_francs: int
) -> Iterator[tuple[EnrolmentSupplement, int, int]]:
    """What is left of each supplement: money beyond what was signed pays them in order."""
    lines = EnrolmentSupplement.objects.filter(
        tenant_id=row.tenant_id, enrolment=row, reverses__isnull=True
    ).select_related("reversed_by", "beneficiary")
    for line in lines.order_by("pk"):
        back = line.reversed_by if hasattr(line, "reversed_by") else None
        asked = line.contribution_francs + (back.contribution_francs if back else 0)
        payer = line.payer_francs + (back.payer_francs if back else 0)
        left = max(0, asked - paid_francs)
        paid_francs = max(0, paid_francs - asked)
        if left:
            yield line, left, min(left, payer)


def _instalments(promise: Promise | None, left: int) -> tuple[InstalmentFact, ...]:
    """What is left of a promise: its last instalments, up to what is left to pay."""
    if promise is None:
        return ()
    parts = [
        InstalmentFact(due_on=part.due_on, amount_francs=part.amount_francs)
        for part in promise.instalments.order_by("due_on")
    ]
    return last_instalments(parts, left)
