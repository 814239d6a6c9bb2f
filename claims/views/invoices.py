"""Pages of facilities' invoices: list, recording, one with what it holds and what was entered."""

from typing import Any

from django.db.models import QuerySet, Sum
from django.urls import reverse
from django_filters import FilterSet

from claims.filters.money import InvoiceFilter
from claims.forms.money import InvoiceForm
from claims.models import FacilityInvoice, InvoiceEntry
from claims.selectors import invoices as selectors
from claims.selectors.orders import name_of
from claims.services.invoices import record_invoice
from claims.tables.money import InvoiceTable
from claims.views.terms_lists import TermsList
from conamus import clock
from conamus.kernel.figures import format_date, format_francs, format_integer
from conamus.pages.forms import FormPage
from conamus.pages.views import ActorPage
from federations.rules.roles import Permission, is_permitted
from membership.rules.sentences import counted

State = FacilityInvoice.State


class InvoiceList(TermsList):
    """Facilities' invoices, the latest month first; those open on the first day come by file."""

    permission = Permission.SEE_INVOICES
    title = "Factures des formations sanitaires"
    table_class = InvoiceTable
    filter_class = InvoiceFilter
    import_kind = "factures-ouvertes"
    empty_text = (
        "Aucune facture. Chaque mois, une formation sanitaire envoie la sienne à son centre de "
        "gestion, qui l’inscrit ici et y rattache ses attestations."
    )
    add_url_name = "invoice_add"
    add_label = "Inscrire une facture"
    add_permission = Permission.RECORD_INVOICES

    def rows(self) -> QuerySet[Any]:
        """Return the invoices in the actor's sight."""
        return selectors.shown(selectors.visible_invoices(self.actor)).order_by("-month", "-pk")

    def listing(self) -> tuple[FilterSet, InvoiceTable]:
        """Name the federation to a facility alone: others know theirs."""
        filters = self.filter_class(self.request.GET, queryset=self.rows(), request=self.request)
        hidden = "facility" if self.actor.facility_id is not None else "tenant"
        self.found = filters.qs
        return filters, InvoiceTable(filters.qs, exclude=(hidden,))

    def state(self, count: int) -> str:
        """Count the invoices, and say what remains to be paid."""
        if not count:
            return ""
        left = self.found.filter(state=State.SETTLED).order_by().aggregate(s=Sum("due_francs"))["s"]
        return f"{counted(count, 'facture')}, reste à payer {format_francs(left or 0)}."


class InvoiceAdd(FormPage):
    """Record an invoice."""

    permission = Permission.RECORD_INVOICES
    form_class = InvoiceForm
    title = "Inscrire une facture"
    submit_label = "Inscrire la facture"
    success_message = "La facture est inscrite : rattachez-lui ses attestations."

    def save(self, data: dict[str, Any]) -> FacilityInvoice:
        """Call the service."""
        return record_invoice(actor=self.actor, facts=self.form.facts(), key=data["submission_key"])

    def done_url(self, made: FacilityInvoice) -> str:
        """Show the invoice."""
        return reverse("invoice_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("invoices")


class InvoiceDetail(ActorPage):
    """One invoice: what it announces, holds and comes to, what was entered on it."""

    permission = Permission.SEE_INVOICES
    template_name = "claims/invoice_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the invoice and what can be done with it."""
        invoice = selectors.invoice_by_id(self.actor, self.kwargs["invoice_id"])
        held = selectors.held_claims(invoice)
        return {
            "invoice": invoice,
            "title": f"Facture {invoice.number}, {invoice.facility.name}",
            "age": selectors.age_told(invoice, clock.today()),
            "facts": _facts(invoice),
            "held": held,
            "lines": [
                (claim, held.decided.get(claim.pk), -held.changed.get(claim.pk, 0))
                for claim in held.claims
            ],
            "changed_francs": -held.changed_total_francs,
            "entries": [(entry, _origin(entry)) for entry in selectors.entries_of(invoice)],
            **_offered(self.actor.role, invoice),
            "may_set_against": _may_set_against(self.actor.role, invoice),
        }


def _offered(role: Any, invoice: Any) -> dict[str, bool]:
    may_record = is_permitted(role, Permission.RECORD_INVOICES)
    may_pay = is_permitted(role, Permission.PAY_INVOICES)
    is_received, is_settled = invoice.state == State.RECEIVED, invoice.state == State.SETTLED
    return {
        "may_fill": may_record and is_received,
        "may_reopen": may_record
        and is_settled
        and not invoice.is_take_on
        and not (invoice.paid_francs or invoice.retained_francs),
        "may_cancel_taken_on": is_permitted(role, Permission.IMPORT_TAKE_ON)
        and may_record
        and is_settled
        and invoice.is_take_on
        and not (invoice.paid_francs or invoice.retained_francs or invoice.recovered_francs),
        "may_pay": may_pay and is_settled and invoice.due_francs > 0,
        "may_release": may_pay and is_settled and invoice.retained_francs > 0,
        "sees_claims": is_permitted(role, Permission.SEE_CLAIMS),
    }


def _may_set_against(role: Any, invoice: Any) -> bool:
    """A debt or an advance lessens what is due; a supplement makes something due."""
    if invoice.state not in (State.SETTLED, State.PAID):
        return False
    if not is_permitted(role, Permission.PAY_INVOICES):
        return False
    owes = selectors.supplement_francs(invoice.tenant_id, invoice.facility_id)
    return bool(invoice.due_francs or owes)


def _facts(invoice: Any) -> list[tuple[str, Any]]:
    told = invoice.told_francs
    return [
        ("Formation sanitaire", invoice.facility.name),
        ("Payée par", invoice.tenant.name),
        ("Centre de gestion", invoice.centre.name if invoice.centre else "la fédération"),
        ("Mois", f"{invoice.month:%m/%Y}"),
        ("Reçue le", format_date(invoice.received_on)),
        ("Attestations annoncées", _integer(invoice.told_count)),
        ("Montant annoncé", None if told is None else format_francs(told)),
        *(
            [
                ("Arrêtée le", f"{format_date(invoice.settled_on)}, par {invoice.settled_by}"),
                ("À payer", format_francs(invoice.payable_francs)),
                ("Payé, avances comprises", format_francs(invoice.paid_francs)),
                ("Retenu", format_francs(invoice.retained_francs)),
                ("Dettes déduites, compléments ajoutés", format_francs(-invoice.recovered_francs)),
                ("Reste", format_francs(invoice.due_francs)),
            ]
            if invoice.payable_francs is not None
            else []
        ),
        ("Échéance", format_date(invoice.due_on)),
        *([("Origine", "ouverte à la reprise")] if invoice.is_take_on else []),
        ("Inscrite par", invoice.recorded_by),
        *([("Annulée", invoice.cancelled_because)] if invoice.cancelled_because else []),
    ]


def _integer(value: int | None) -> str | None:
    return None if value is None else format_integer(value)


def _origin(entry: InvoiceEntry) -> str:
    """Say where an entry comes from: an order, a debt, or its reason."""
    if entry.order is not None:
        return name_of(entry.order)
    return entry.debt.reason if entry.debt is not None else entry.reason
