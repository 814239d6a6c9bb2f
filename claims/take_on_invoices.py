"""Bringing in the invoices of facilities that were open on the first day."""

from typing import Any

from claims.models import FacilityInvoice
from claims.services.invoices import InvoiceFacts, take_on_invoice
from conamus.kernel.errors import DomainError
from federations.models import HealthFacility, Unit
from federations.rules.roles import Permission
from federations.rules.take_on import CellKind, Column, Outcome
from federations.services.take_on import ImportContext, Importer, Question
from federations.take_on.lookups import facility, open_unit, refuse_difference

COLUMNS = (
    Column(
        name="facility", heading="Formation sanitaire", example="FS-EX01", is_required=True,
        help="Son code au registre.",
    ),
    Column(name="number", heading="Facture", example="12/2024", is_required=True),
    Column(
        name="month", heading="Mois", example="01/11/2024", kind=CellKind.DAY, is_required=True,
        help="Un jour du mois facturé.",
    ),
    Column(
        name="received_on", heading="Reçue le", example="05/12/2024", kind=CellKind.DAY,
        is_required=True,
    ),
    Column(name="told_count", heading="Attestations", example="84", kind=CellKind.INTEGER),
    Column(
        name="told_francs", heading="Montant demandé (FBu)", example="412 000",
        kind=CellKind.FRANCS, is_required=True,
    ),
    Column(
        name="payable_francs", heading="Reste à payer (FBu)", example="398 500",
        kind=CellKind.FRANCS, is_required=True,
        help="Après contrôle, paiements déjà faits déduits.",
    ),
    Column(
        name="due_on", heading="Échéance", example="04/01/2025", kind=CellKind.DAY,
        help="Vide : le délai de la convention, dès la réception.",
    ),
    Column(
        name="centre", heading="Centre de gestion", example="",
        help="Son code. Vide : la fédération.",
    ),
)  # fmt: skip


def bring_invoice(context: ImportContext, values: dict[str, Any]) -> Outcome:
    """Take the invoice on, unless it is there already."""
    centre = values["centre"]
    facts = InvoiceFacts(
        facility_id=values["facility"].pk,
        number=values["number"],
        month=values["month"],
        received_on=values["received_on"],
        told_count=values["told_count"],
        told_francs=values["told_francs"],
        centre_id=centre.pk if centre else None,
    )
    there = _there(context, facts)
    if there is None:
        take_on_invoice(
            actor=context.actor,
            facts=facts,
            payable_francs=values["payable_francs"],
            due_on=values["due_on"],
        )
        return Outcome.CREATED
    refuse_difference(
        f"La facture {there.number}",
        {
            "mois": (there.month, facts.month.replace(day=1)),
            "réception": (there.received_on, facts.received_on),
            "montant demandé": (there.told_francs, values["told_francs"]),
            "reste à payer": (there.payable_francs, values["payable_francs"]),
            "centre de gestion": (there.centre_id, context.actor.unit_id or facts.centre_id),
        },
        if_given={
            "attestations": (there.told_count, facts.told_count),
            "échéance": (there.due_on, values["due_on"]),
        },
    )
    return Outcome.UNCHANGED


def _there(context: ImportContext, facts: InvoiceFacts) -> FacilityInvoice | None:
    return (
        FacilityInvoice.objects.filter(
            tenant_id=context.actor.tenant_id,
            facility_id=facts.facility_id,
            number=" ".join(facts.number.split()),
        )
        .exclude(state=FacilityInvoice.State.CANCELLED)
        .first()
    )


def _facility(context: ImportContext, values: dict[str, Any]) -> HealthFacility:
    return facility(context, values["facility"], field="facility")


def _centre(context: ImportContext, values: dict[str, Any]) -> Unit | None:
    if not values["centre"]:
        return None
    unit = open_unit(context, values["centre"], field="centre")
    if unit.kind != Unit.Kind.MANAGEMENT_CENTRE:
        raise DomainError(f"{unit.name} n’est pas un centre de gestion.", field="centre")
    return unit


INVOICES = Importer(
    kind="factures-ouvertes",
    title="Factures de formations sanitaires encore ouvertes",
    explanation=(
        "Celles qui étaient contrôlées et pas entièrement payées avant le système : ce qu’il "
        "en reste à payer, au plus ce qui était demandé. Seulement des mois d’avant votre "
        "première attestation décidée ici ; qui les importe ne les paie pas."
    ),
    permission=Permission.RECORD_INVOICES,
    columns=COLUMNS,
    previewed=("facility", "number", "month", "told_francs", "payable_francs", "due_on"),
    summed="payable_francs",
    apply=bring_invoice,
    questions=(
        Question(ask=_facility, needs=("facility",), answers="facility"),
        Question(ask=_centre, needs=("centre",), answers="centre"),
    ),
)
