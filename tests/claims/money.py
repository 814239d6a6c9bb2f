"""Invoices and payments for tests: claims made final, invoices received and settled."""

from datetime import date
from typing import Any

from claims.models import Agreement, Claim, FacilityInvoice
from claims.rules.orders import OrderRequest
from claims.rules.states import State
from claims.services.decisions import decide_submitted
from claims.services.invoice_claims import tie_month
from claims.services.invoices import InvoiceFacts, record_invoice, settle_invoice
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, give_claim
from tests.world import World

TODAY = date(2025, 6, 30)


def facts(world: World, **other: Any) -> InvoiceFacts:
    """Return an invoice of March, received on 5 April."""
    values = {
        "facility_id": world.facilities["FS-T001"],
        "number": "F-1",
        "month": date(2025, 3, 1),
        "received_on": date(2025, 4, 5),
        **other,
    }
    return InvoiceFacts(**values)


def decide_final(world: World, *claims: int, processing: str = "UMUCO") -> None:
    """Decide claims, and let the term to contest pass."""
    system = world.system(processing)
    with open_scope(system, source="essai"):
        decide_submitted(actor=system, claim_ids=claims, year=2025)
        Claim.objects.filter(care_year=2025, pk__in=claims, state=State.DECIDED).update(
            state=State.FINAL
        )


def received(world: World, *prices: int, number: str = "F-1", by: str = "amina") -> FacilityInvoice:
    """Record an invoice with a final claim of one consultation for each price."""
    claims = [
        give_claim(
            world, lines=[(CONSULTATION, 1, price)], stub=f"{number.replace('-', '')}-{n:06d}"
        )
        for n, price in enumerate(prices, start=1)
    ]
    decide_final(world, *claims)
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        invoice = record_invoice(actor=actor, facts=facts(world, number=number))
        tie_month(actor=actor, invoice_id=invoice.pk)
    return invoice


def settled(world: World, *prices: int, number: str = "F-1", by: str = "amina") -> Any:
    """Settle the same: 80 % of each price is payable."""
    invoice = received(world, *prices, number=number, by=by)
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        return settle_invoice(actor=actor, invoice_id=invoice.pk)


def agree_advances(
    world: World, *facilities: str, tenant: str = "UMUCO", **clause: int
) -> list[Agreement]:
    """Sign agreements since 2024 that foresee advances: of a million, or what the clause says."""
    told = clause or {"advance_francs": 1_000_000}
    with open_scope(world.system(tenant), source="essai"):
        rows = [
            Agreement(
                tenant_id=world.tenants[tenant],
                facility_id=world.facilities[code],
                starts_on=date(2024, 1, 1),
                **told,
            )
            for code in facilities or ("FS-T001",)
        ]
        for row in rows:
            row.save()
    return rows


def by_bank(reference: str = "BRB-1", paid_on: date = TODAY) -> OrderRequest:
    """Return a transfer of today."""
    return OrderRequest(method="bank", reference=reference, paid_on=paid_on)
