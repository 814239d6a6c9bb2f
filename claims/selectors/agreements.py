"""Reads of agreements: whose they are, and whether one holds on a day.

A facility's user reads the facility's own with every federation; everyone else their tenant's.
"""

from datetime import date, timedelta

from django.db.models import (
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from claims.models import Agreement, AgreementSuspension, StubBook, StubUse
from claims.rules.advances import AdvanceClause
from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_date
from federations.models import HealthFacility
from federations.tenancy.actor import Actor

_RELATED = ("facility", "tenant", "unit")
#: An agreement that ends within so many days is told beforehand.
SOON_DAYS = 60


def own_rows(actor: Actor) -> Q:
    """Return what keeps rows to the actor's: their facility's, else their tenant's."""
    if actor.facility_id is not None:
        return Q(facility_id=actor.facility_id)
    return Q(tenant_id=actor.tenant_id)


def agreements(actor: Actor) -> QuerySet[Agreement]:
    """Return the agreements in the actor's sight, ended ones included."""
    return Agreement.objects.filter(own_rows(actor)).select_related(*_RELATED)


def readable_agreement(actor: Actor, agreement_id: int) -> Agreement:
    """Return one of them, with its suspensions and documents."""
    related = ("suspensions", "documents")
    found = agreements(actor).prefetch_related(*related).filter(pk=agreement_id).first()
    if found is None:
        raise NotFound("Cette convention n’existe pas.")
    return found


def suspension_of(row: Agreement, suspension_id: int) -> AgreementSuspension:
    """Return one of an agreement's suspensions."""
    found = row.suspensions.filter(pk=suspension_id).first()
    if found is None:
        raise NotFound("Cette suspension n’existe pas.")
    return found


def running_on(day: date) -> Q:
    """Return what keeps agreements, suspensions or tariffs to those that run on a day."""
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gt=day))


def suspended_on(day: date) -> Exists:
    """Return what tells whether an agreement is suspended on a day."""
    return Exists(AgreementSuspension.objects.filter(running_on(day), agreement_id=OuterRef("pk")))


def holding_on(tenant_id: int, facility_id: int, day: date) -> QuerySet[Agreement]:
    """Return the tenant's agreements with a facility that hold on a day."""
    found = Agreement.objects.filter(running_on(day), ~suspended_on(day))
    return found.filter(tenant_id=tenant_id, facility_id=facility_id)


def advances_agreed(tenant_id: int, facility_id: int, day: date) -> AdvanceClause:
    """Return what the agreement that holds says of advances, the whole federation's first."""
    rows = holding_on(tenant_id, facility_id, day)
    clauses = [row.advances for row in rows.order_by(F("unit_id").asc(nulls_first=True), "pk")]
    return next((clause for clause in clauses if clause.allows_some), AdvanceClause())


def why_none_holds(tenant_id: int, facility: HealthFacility, day: date) -> str:
    """Say why no agreement holds on a day, and what to do; empty: one does."""
    if holding_on(tenant_id, facility.pk, day).exists():
        return ""
    told = f"{facility.name} n’a pas de convention qui vaille le {format_date(day)}"
    row = Agreement.objects.filter(tenant_id=tenant_id, facility_id=facility.pk).first()
    if row is None:
        return f"{told} : votre fédération n’en a jamais signé avec elle."
    if row.starts_on > day:
        return f"{told} : la sienne commence le {format_date(row.starts_on)}."
    if row.ends_on is not None and row.ends_on <= day:
        return f"{told} : la sienne a pris fin le {format_date(row.ends_on)}."
    return f"{told} : elle est suspendue ce jour-là."


def situation(row: Agreement, day: date) -> tuple[str, str]:
    """Return the tone and the words of where an agreement with its suspensions stands on a day."""
    if row.starts_on > day:
        return "none", f"commence le {format_date(row.starts_on)}"
    if row.ends_on is not None and row.ends_on <= day:
        return "none", f"finie le {format_date(row.ends_on)}"
    for pause in row.suspensions.all():
        if pause.starts_on <= day and (pause.ends_on is None or day < pause.ends_on):
            until = f" jusqu’au {format_date(pause.ends_on)}" if pause.ends_on else ""
            return "bad", f"suspendue{until}"
    if row.ends_on is not None and row.ends_on <= day + timedelta(days=SOON_DAYS):
        return "watch", f"finit le {format_date(row.ends_on)}"
    return "good", "en vigueur"


def stub_books(actor: Actor) -> QuerySet[StubBook]:
    """Return the stub books in the actor's sight with how many of their stubs were entered."""
    uses = StubUse.objects.filter(
        tenant_id=OuterRef("tenant_id"),
        freed_at__isnull=True,
        number__gte=OuterRef("first_stub"),
        number__lte=OuterRef("last_stub"),
    )
    counted = uses.order_by().annotate(n=Func(F("id"), function="count")).values("n")
    found = StubBook.objects.filter(own_rows(actor)).select_related("facility", "tenant")
    return found.annotate(used=Coalesce(Subquery(counted, output_field=IntegerField()), 0))


def readable_book(actor: Actor, book_id: int) -> StubBook:
    """Return one of them."""
    found = stub_books(actor).filter(pk=book_id).first()
    if found is None:
        raise NotFound("Ce carnet n’existe pas.")
    return found


def own_facility(actor: Actor) -> HealthFacility | None:
    """Return the facility of a facility's user; None for everyone else."""
    if actor.facility_id is None:
        return None
    return HealthFacility.objects.filter(pk=actor.facility_id).first()
