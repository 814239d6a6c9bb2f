"""Reads of facilities' invoices: who sees which, what they come to, which claims they hold.

The side that processes claims sees its own invoices, a centre's operator those of the centre; a
facility's user sees the facility's, whichever federation they were sent to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Case, DateField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from claims.models import (
    Agreement,
    Claim,
    DecisionLine,
    FacilityDebt,
    FacilityInvoice,
    InvoiceEntry,
    PaymentOrder,
    RepaymentShare,
)
from claims.rules.invoices import TERM_DAYS, Age, Open, Told, age_of
from claims.rules.states import ENDED, State
from claims.selectors.agreements import running_on
from conamus.kernel.errors import NotFound
from federations.models import Unit
from federations.selectors.reach import units_in_reach
from federations.selectors.units import in_sight, open_on
from federations.tenancy.actor import Actor

#: Years of care of which a debt may still be answered: a partition each.
_YEARS_ANSWERED = 3
#: Of the debts that a redone decision made: a visit's facility has answered its report.
_STILL_ANSWERED = """
SELECT b.id
FROM claims_facilitydebt b
JOIN claims_claim c ON c.care_year = ANY(%(years)s) AND c.id = b.claim_id
WHERE b.id = ANY(%(debts)s) AND b.decision_id IS NOT NULL
  AND (c.state = 'contested'
       OR EXISTS (SELECT FROM terms_to_answer(c.care_year, c.id) t
                  WHERE t.facility_until >= %(on)s))
"""
_ENDED = [state.value for state in ENDED]


def visible_invoices(actor: Actor) -> QuerySet[FacilityInvoice]:
    """Return the invoices in the actor's sight, the latest month first."""
    if actor.facility_id is not None:
        return FacilityInvoice.objects.filter(facility_id=actor.facility_id)
    return FacilityInvoice.objects.filter(in_sight(actor, "centre"), tenant_id=actor.tenant_id)


def with_sums(rows: QuerySet[FacilityInvoice], *, until: date | None = None) -> QuerySet[Any]:
    """Annotate what was entered by kind, and what remains; ``until`` a day, that day included."""
    kinds = InvoiceEntry.Kind
    return rows.annotate(
        paid_francs=entered_on("pk", until, kinds.PAID, kinds.ADVANCE),
        retained_francs=entered_on("pk", until, kinds.RETAINED),
        recovered_francs=entered_on("pk", until, kinds.RECOVERED),
        due_francs=F("payable_francs") - entered_on("pk", until),
    )


def entered_on(invoice: str, until: date | None, *kinds: str) -> Coalesce:
    """Return what was entered on the invoice that a column names, of some kinds or of all."""
    entries = InvoiceEntry.objects.filter(
        tenant_id=OuterRef("tenant_id"), invoice=OuterRef(invoice)
    )
    if kinds:
        entries = entries.filter(kind__in=kinds)
    return _sum_until(entries, "invoice", until)


def _sum_until(rows: QuerySet[Any], by: str, until: date | None) -> Coalesce:
    if until is not None:
        rows = rows.filter(entered_on__lte=until)
    sums = rows.order_by().values(by).annotate(sum=Sum("francs")).values("sum")
    return Coalesce(Subquery(sums), Value(0))


def shown(rows: QuerySet[FacilityInvoice]) -> QuerySet[Any]:
    """Add what lists and pages show."""
    return with_sums(rows).select_related("facility", "centre", "tenant")


def invoice_by_id(actor: Actor, invoice_id: int) -> Any:
    """Return an invoice in the actor's sight with its sums; NotFound for any other."""
    found = shown(visible_invoices(actor)).filter(pk=invoice_id).first()
    if found is None:
        raise NotFound("Cette facture n’existe pas, ou n’est pas de votre unité.")
    return found


def care_years(invoice: FacilityInvoice) -> tuple[int, int]:
    """Return the years of care that an invoice may hold: the month's, and the one before."""
    return invoice.month.year - 1, invoice.month.year


def claims_of(invoice: FacilityInvoice) -> QuerySet[Claim]:
    """Return the claims that an invoice holds, those that ended otherwise left out."""
    return _tied_to(invoice).exclude(state__in=_ENDED)


def paid_by(invoice: FacilityInvoice) -> QuerySet[Claim]:
    """Return the claims that a settled invoice pays: those that were replaced since as well."""
    return _tied_to(invoice).exclude(state=State.CANCELLED.value)


def _tied_to(invoice: FacilityInvoice) -> QuerySet[Claim]:
    return Claim.objects.filter(
        care_year__in=care_years(invoice),
        processing_id=invoice.tenant_id,
        facility_id=invoice.facility_id,
        invoice_id=invoice.pk,
    )


def attachable(invoice: FacilityInvoice) -> QuerySet[Claim]:
    """Return the facility's claims that no invoice holds, of this invoice's centre or of none."""
    found = Claim.objects.filter(
        care_year__in=care_years(invoice),
        processing_id=invoice.tenant_id,
        facility_id=invoice.facility_id,
        invoice_id__isnull=True,
    ).exclude(state__in=[*_ENDED, State.ENTERED.value])
    if invoice.centre_id is None:
        return found
    return found.filter(Q(centre_id=invoice.centre_id) | Q(centre_id__isnull=True))


def of_month(rows: QuerySet[Claim], month: date) -> QuerySet[Claim]:
    """Keep the claims whose care ended in a month: a stay is billed once it is over."""
    return rows.filter(ends_on__year=month.year, ends_on__month=month.month)


def decided_francs(claims: Sequence[Claim]) -> dict[int, int]:
    """Return the mutuelle's part of each claim's decision in force, by claim; one query."""
    by_decision = {claim.decision_id: claim.pk for claim in claims if claim.decision_id}
    sums = (
        DecisionLine.objects.filter(
            care_year__in={claim.care_year for claim in claims}, decision_id__in=by_decision
        )
        .order_by()
        .values_list("decision_id")
        .annotate(sum=Sum("mutuelle_francs"))
    )
    return {by_decision[decision]: francs for decision, francs in sums}


def changed_since(invoice: FacilityInvoice, claims: Iterable[Claim]) -> dict[int, int]:
    """Return by claim what changed of it since its invoice was settled: owed back; below 0, owed.

    A replaced claim's is all that the invoice pays of it. Where nothing changed, no entry.
    """
    debts = FacilityDebt.objects.filter(
        tenant_id=invoice.tenant_id,
        facility_id=invoice.facility_id,
        claim_id__in=[claim.pk for claim in claims],
    )
    return dict(debts.order_by().values_list("claim_id").annotate(sum=Sum("francs")))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldClaims:
    """The claims of an invoice, with what it pays of each, and how they compare.

    ``decided``: the mutuelle's part, as it was when the invoice was settled, or is until then;
    ``changed``: what was owed back of it since (`changed_since`).
    """

    claims: list[Claim]
    decided: dict[int, int]
    changed: dict[int, int]
    count: Told
    francs: Told

    @property
    def asked_francs(self) -> int:
        """What the facility asked for in all."""
        return sum(claim.asked_francs for claim in self.claims)

    @property
    def decided_total_francs(self) -> int:
        """The mutuelle's part of what is decided."""
        return sum(self.decided.values())

    @property
    def changed_total_francs(self) -> int:
        """What changed in all since: owed back; below zero, owed to the facility."""
        return sum(self.changed.values())

    @property
    def waiting(self) -> list[Claim]:
        """Those that are not final yet."""
        return [
            claim
            for claim in self.claims
            if claim.state not in (State.FINAL, State.INVOICED, State.PAID)
        ]


def held_claims(invoice: FacilityInvoice) -> HeldClaims:
    """Read the claims of an invoice; three queries.

    Of a settled one they add up to what is payable, whatever was decided or replaced since.
    """
    is_settled = invoice.payable_francs is not None
    rows = paid_by(invoice) if is_settled else claims_of(invoice)
    claims = list(rows.order_by("starts_on", "stub_number"))
    replaced = [claim.pk for claim in claims if claim.state == State.SUPERSEDED]
    decided = decided_francs(claims) | dict.fromkeys(replaced, 0)
    changed = changed_since(invoice, claims) if is_settled else {}
    for claim_id, francs in changed.items():
        decided[claim_id] += francs
    return HeldClaims(
        claims=claims,
        decided=decided,
        changed=changed,
        count=Told(invoice.told_count, len(claims)),
        francs=Told(invoice.told_francs, sum(decided.values())),
    )


def entries_of(invoice: FacilityInvoice) -> list[InvoiceEntry]:
    """Return what was entered on an invoice, in order."""
    rows = InvoiceEntry.objects.filter(tenant_id=invoice.tenant_id, invoice=invoice)
    return list(rows.select_related("order", "debt").order_by("pk"))


def is_decided_by(tenant_id: int, on: date) -> bool:
    """Tell whether the federation decided an attestation itself that it had received by a day."""
    rows = Claim.objects.filter(
        care_year__lte=on.year,
        processing_id=tenant_id,
        received_on__lte=on,
        decision_id__isnull=False,
    )
    return rows.exclude(state__in=_ENDED).exists()


def term_days(tenant_id: int, facility_id: int, on: date) -> int:
    """Return the payment term of the agreement of a day: the federation's own, else a mutuelle's.

    Where several mutuelles have one each, the shortest; where none runs any more, the last one's.
    """
    begun = Agreement.objects.filter(
        tenant_id=tenant_id, facility_id=facility_id, starts_on__lte=on
    )
    gone_on = Case(When(running_on(on), then=None), default="ends_on", output_field=DateField())
    closest = (gone_on.desc(nulls_first=True), F("unit").asc(nulls_first=True), "payment_term_days")
    days: int | None = begun.order_by(*closest).values_list("payment_term_days", flat=True).first()
    return TERM_DAYS if days is None else days


def open_debts(tenant_id: int, facility_id: int, *, by: date | None = None) -> list[Open]:
    """Return what a facility owes back still, or is owed as a supplement, oldest first.

    ``by`` a day: of what had arisen then.
    """
    rows = FacilityDebt.objects.filter(tenant_id=tenant_id, facility_id=facility_id)
    if by is not None:
        rows = rows.filter(arisen_on__lte=by)
    left = with_left(rows).exclude(left_francs=0).order_by("arisen_on", "pk")
    return [Open(pk, francs) for pk, francs in left.values_list("pk", "left_francs")]


def due_debts(tenant_id: int, facility_id: int, on: date) -> list[Open]:
    """Return the open debts without those that the facility may still answer, or has contested."""
    debts = open_debts(tenant_id, facility_id)
    years = list(range(on.year - _YEARS_ANSWERED, on.year + 1))
    owed = [one.key for one in debts if one.francs > 0]
    with connection.cursor() as cursor:
        cursor.execute(_STILL_ANSWERED, {"debts": owed, "years": years, "on": on})
        answered = {key for (key,) in cursor.fetchall()}
    return [one for one in debts if one.key not in answered]


def unanswered_francs(tenant_id: int, facility_id: int, on: date) -> int:
    """Return what of a facility's open debts waits for its answer, and is not set against yet."""
    of_facility = (tenant_id, facility_id)
    open_ones, due = open_debts(*of_facility), due_debts(*of_facility, on)
    return sum(one.francs for one in open_ones) - sum(one.francs for one in due)


def supplement_francs(tenant_id: int, facility_id: int) -> int:
    """Return what a facility is owed in supplements, its debts apart."""
    return -sum(one.francs for one in open_debts(tenant_id, facility_id) if one.francs < 0)


def debt_label(debt: FacilityDebt) -> str:
    """Say what a debt is; below zero, it is a supplement."""
    return f"{'Dette' if debt.francs > 0 else 'Complément'} : {debt.reason}"


def with_left(debts: QuerySet[FacilityDebt], *, until: date | None = None) -> QuerySet[Any]:
    """Add what is left of debts once invoices and repayments, until a day, are taken off."""
    return debts.annotate(
        left_francs=F("francs")
        - _used(InvoiceEntry.objects.all(), "debt", until)
        - _used(RepaymentShare.objects.all(), "debt", until)
    )


def with_left_of_advances(
    advances: QuerySet[PaymentOrder], *, until: date | None = None
) -> QuerySet[Any]:
    """Add what is left of advances once invoices and repayments, until a day, are taken off."""
    return advances.annotate(
        left_francs=F("amount_francs")
        - _used(InvoiceEntry.objects.all(), "order", until)
        - _used(RepaymentShare.objects.all(), "advance", until)
    )


def _used(rows: QuerySet[Any], of: str, until: date | None) -> Coalesce:
    own = rows.filter(tenant_id=OuterRef("tenant_id"), **{of: OuterRef("pk")})
    return _sum_until(own, of, until)


def open_advances(tenant_id: int, facility_id: int, *, by: date | None = None) -> list[Open]:
    """Return what is left of the advances given to a facility, by a day or so far, oldest first."""
    rows = PaymentOrder.objects.filter(
        tenant_id=tenant_id,
        facility_id=facility_id,
        kind=PaymentOrder.Kind.ADVANCE,
        reverses__isnull=True,
        reversed_by__isnull=True,
    )
    if by is not None:
        rows = rows.filter(paid_on__lte=by)
    left = with_left_of_advances(rows).filter(left_francs__gt=0).order_by("pk")
    return [Open(pk, francs) for pk, francs in left.values_list("pk", "left_francs")]


def settled_francs(tenant_id: int, facility_id: int, *, since: date, until: date) -> int:
    """Return what was settled of a facility's invoices of some months; ``until`` is excluded."""
    rows = FacilityInvoice.objects.filter(
        tenant_id=tenant_id,
        facility_id=facility_id,
        state__in=(FacilityInvoice.State.SETTLED, FacilityInvoice.State.PAID),
        month__gte=since,
        month__lt=until,
    )
    found: int = rows.aggregate(sum=Coalesce(Sum("payable_francs"), Value(0)))["sum"]
    return found


def root_unit_id(tenant_id: int) -> int:
    """Return the federation's own unit, in whose books orders are."""
    kinds = (Unit.Kind.CONFEDERATION, Unit.Kind.FEDERATION)
    found: int = (
        Unit.objects.filter(tenant_id=tenant_id, kind__in=kinds, valid_to__isnull=True)
        .values_list("pk", flat=True)
        .get()
    )
    return found


def centres(actor: Actor, on: date) -> QuerySet[Unit]:
    """Return the management centres that the actor may write invoices for."""
    centres = units_in_reach(actor).filter(open_on(on), kind=Unit.Kind.MANAGEMENT_CENTRE)
    return centres.order_by("sort_key")


def age_told(invoice: Any, on: date) -> Age | None:
    """Return how old what remains on an invoice is; None where nothing remains."""
    return age_of(invoice.due_on, on) if invoice.due_francs and invoice.due_on else None
