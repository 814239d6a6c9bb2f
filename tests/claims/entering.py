"""What entering an attestation needs in the small world: agreements, books; and one to enter."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from claims.models import Agreement, StubBook
from claims.rules.entry import NewClaim, NewLine
from claims.rules.words import CareKind
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, give_terms
from tests.world import World

DAY = date(2025, 6, 10)
RECEIVED = date(2025, 6, 20)


def give_books(world: World, **control: object) -> None:
    """Both facilities have an agreement with UMUCO and a book each; INEZA's is at the hospital."""
    give_terms(world, **control)
    for tenant, facility, prefix in (
        ("UMUCO", "FS-T001", "KIN"),
        ("UMUCO", "FS-T002", "GIT"),
        ("INEZA", "FS-T002", "INE"),
    ):
        with open_scope(world.system(tenant), source="essai"):
            place = {"tenant_id": world.tenants[tenant], "facility_id": world.facilities[facility]}
            Agreement(**place, starts_on=date(2024, 1, 1)).save()
            StubBook(
                **place,
                prefix=prefix,
                first_number=1,
                last_number=500,
                issued_on=date(2024, 1, 1),
            ).save()


def an_entry(world: World, *, facility: str = "FS-T001", **changes: object) -> NewClaim:
    """Return an attestation to enter: a consultation of 10 June, stub KIN-000001."""
    entry = NewClaim(
        facility_id=world.facilities[facility],
        stub="KIN-000001",
        member="UMU-1001-0",
        care_kind=CareKind.OUTPATIENT,
        starts_on=DAY,
        ends_on=DAY,
        received_on=RECEIVED,
        lines=(a_line(),),
        reason="PALU",
    )
    return replace(entry, **changes)


def a_line(act: str = CONSULTATION, quantity: str = "1", price: int = 1_000) -> NewLine:
    """Return a line to enter."""
    return NewLine(act=act, quantity=Decimal(quantity), unit_price_francs=price)
