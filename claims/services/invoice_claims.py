"""Which claims an invoice holds: tied to it until it is settled, one invoice a claim at most."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from claims.models import Claim, FacilityInvoice
from claims.rules.stubs import parse_stub
from claims.selectors.invoices import attachable, care_years, claims_of, of_month
from claims.services.facility_money import hold_invoice, save_changed
from conamus.kernel.errors import DomainError
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor

_MOST_TOLD = 8


@dataclass(frozen=True, slots=True)
class Tied:
    """How many claims were tied, or untied."""

    invoice: FacilityInvoice
    count: int


@transaction.atomic
def tie_month(*, actor: Actor, invoice_id: int) -> Tied:
    """Tie all the facility's claims of the invoice's month that no invoice holds."""
    require(actor, Permission.RECORD_INVOICES)
    invoice = _held(actor, invoice_id)
    count = _tie(invoice, of_month(attachable(invoice), invoice.month).values_list("pk", flat=True))
    if not count:
        raise DomainError("Aucune attestation de ce mois n’attend une facture.", field="stubs")
    return Tied(invoice, count)


@transaction.atomic
def tie_stubs(*, actor: Actor, invoice_id: int, stubs: Iterable[str]) -> Tied:
    """Tie the claims of a list of stubs; all of them, or none."""
    require(actor, Permission.RECORD_INVOICES)
    invoice = _held(actor, invoice_id)
    wanted = _parsed(stubs)
    found = dict(
        attachable(invoice).filter(stub_number__in=wanted).values_list("stub_number", "pk")
    )
    _refuse_missing(invoice, [stub for stub in wanted if stub not in found])
    return Tied(invoice, _tie(invoice, found.values()))


@transaction.atomic
def untie_stubs(*, actor: Actor, invoice_id: int, stubs: Iterable[str]) -> Tied:
    """Take the claims of a list of stubs off an invoice that is not settled."""
    require(actor, Permission.RECORD_INVOICES)
    invoice = _held(actor, invoice_id)
    wanted = _parsed(stubs)
    held = claims_of(invoice).filter(stub_number__in=wanted)
    found = set(held.values_list("stub_number", flat=True))
    missing = [stub for stub in wanted if stub not in found]
    if missing:
        raise DomainError(f"Pas sur cette facture : {_some(missing)}.", field="stubs")
    count = held.update(invoice_id=None, version=F("version") + 1)
    save_changed(invoice)
    return Tied(invoice, count)


def _held(actor: Actor, invoice_id: int) -> FacilityInvoice:
    invoice: FacilityInvoice = hold_invoice(actor, invoice_id)
    if invoice.state != FacilityInvoice.State.RECEIVED:
        raise DomainError("Cette facture est arrêtée : ses attestations ne changent plus.")
    return invoice


def _tie(invoice: FacilityInvoice, claim_ids: Iterable[int]) -> int:
    """Tie claims that are still free: another invoice that took one meanwhile keeps it."""
    count = Claim.objects.filter(
        care_year__in=care_years(invoice), pk__in=list(claim_ids), invoice_id__isnull=True
    ).update(invoice_id=invoice.pk, version=F("version") + 1)
    save_changed(invoice)
    return count


def _parsed(stubs: Iterable[str]) -> list[str]:
    written = [stub for stub in stubs if stub.strip()]
    if not written:
        raise DomainError("Donnez au moins un numéro de souche.", field="stubs")
    try:
        return list(dict.fromkeys(str(parse_stub(stub)) for stub in written))
    except DomainError as error:
        raise DomainError(error.message, field="stubs") from error


def _refuse_missing(invoice: FacilityInvoice, missing: list[str]) -> None:
    """Say of each stub that cannot be tied why: unknown, not sent, or held by an invoice."""
    if not missing:
        return
    rows = Claim.objects.filter(
        care_year__in=care_years(invoice),
        processing_id=invoice.tenant_id,
        facility_id=invoice.facility_id,
        stub_number__in=missing,
    )
    told = {row.stub_number: _why(row, invoice) for row in rows.order_by("pk")}
    sentences = [
        f"{stub} : {told.get(stub, 'inconnue pour cette formation sanitaire')}"
        for stub in missing[:_MOST_TOLD]
    ]
    more = f" ; et {len(missing) - _MOST_TOLD} autres" if len(missing) > _MOST_TOLD else ""
    raise DomainError(f"{' ; '.join(sentences)}{more}.", field="stubs")


def _why(claim: Claim, invoice: FacilityInvoice) -> str:
    if claim.invoice_id == invoice.pk:
        return "déjà sur cette facture"
    if claim.invoice_id is not None:
        number = (
            FacilityInvoice.objects.filter(tenant_id=invoice.tenant_id, pk=claim.invoice_id)
            .values_list("number", flat=True)
            .first()
        )
        return f"déjà sur la facture {number}"
    if claim.centre_id not in (None, invoice.centre_id):
        return "d’un autre centre de gestion"
    return f"{claim.get_state_display()}, elle ne se facture pas"


def _some(stubs: list[str]) -> str:
    more = " et d’autres" if len(stubs) > _MOST_TOLD else ""
    return ", ".join(stubs[:_MOST_TOLD]) + more
