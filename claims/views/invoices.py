"""Pages of facilities' invoices: list, recording, what they hold, settling, retaining, undoing."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet, Sum
from django.urls import reverse
from django_filters import FilterSet

from claims.filters.money import InvoiceFilter
from claims.forms.money import (
    InvoiceForm,
    ReasonForm,
    RetentionForm,
    SettleForm,
    TieForm,
    UntieForm,
    split_stubs,
)
from claims.models import FacilityInvoice, InvoiceEntry
from claims.selectors import invoices as selectors
from claims.selectors.orders import name_of
from claims.services.invoice_claims import Tied, tie_month, tie_stubs, untie_stubs
from claims.services.invoices import (
    cancel_invoice,
    record_invoice,
    reopen_invoice,
    settle_invoice,
)
from claims.services.retentions import release, retain
from claims.services.setting_against import set_against_invoice
from claims.tables.money import InvoiceTable
from claims.views.terms_lists import TermsList
from conamus import clock
from conamus.kernel.figures import format_date, format_francs, format_integer
from conamus.pages.forms import FormPage
from conamus.pages.views import ActorPage
from federations.rules.roles import Permission, is_permitted
from federations.views.confirm import ConfirmPage
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

    def get_form(self, form_class: Any = None) -> Any:
        """Keep the form: its facts are made once it is valid."""
        self.form = super().get_form(form_class)
        return self.form

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
            "lines": [(claim, held.decided.get(claim.pk)) for claim in held.claims],
            "entries": [(entry, _origin(entry)) for entry in selectors.entries_of(invoice)],
            **_offered(self.actor.role, invoice),
        }


class InvoicePage:
    """What the forms about one invoice have in common."""

    actor: Any
    kwargs: dict[str, Any]

    @cached_property
    def invoice(self) -> Any:
        """The invoice of the address; another's does not exist."""
        return selectors.invoice_by_id(self.actor, self.kwargs["invoice_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which invoice it is."""
        title = f"{self.title} : {self.invoice.number}"  # type: ignore[attr-defined]
        context: dict[str, Any] = super().get_context_data(  # type: ignore[misc]
            **{
                "title": title,
                "state": f"{self.invoice.facility.name}, {self.invoice.month:%m/%Y}",
                **kwargs,
            }
        )
        return context

    def done_url(self, made: Any) -> str:
        """Show the invoice."""
        return self.cancel_url()

    def cancel_url(self) -> str:
        """Go back to the invoice."""
        return reverse("invoice_detail", args=[self.kwargs["invoice_id"]])


class InvoiceTie(InvoicePage, FormPage):
    """Tie attestations to an invoice."""

    permission = Permission.RECORD_INVOICES
    form_class = TieForm
    title = "Rattacher des attestations"
    submit_label = "Rattacher"
    intro = "Une attestation n’est que sur une facture. Rien n’est payé avant d’être décidé."

    def get_form(self, form_class: Any = None) -> Any:
        """Keep the form: its list is read once it is valid."""
        self.form = super().get_form(form_class)
        return self.form

    def save(self, data: dict[str, Any]) -> Tied:
        """Call the service."""
        if data["which"] == "month":
            return tie_month(actor=self.actor, invoice_id=self.invoice.pk)
        return tie_stubs(actor=self.actor, invoice_id=self.invoice.pk, stubs=self.form.listed())

    def success_message_for(self, made: Tied) -> str:
        """Say how many."""
        return f"{counted(made.count, 'attestation')} rattachées."


class InvoiceUntie(InvoicePage, FormPage):
    """Take attestations off an invoice."""

    permission = Permission.RECORD_INVOICES
    form_class = UntieForm
    title = "Retirer des attestations"
    submit_label = "Retirer de la facture"
    intro = "Elles attendront une autre facture ; leur décision ne change pas."

    def save(self, data: dict[str, Any]) -> Tied:
        """Call the service."""
        return untie_stubs(
            actor=self.actor, invoice_id=self.invoice.pk, stubs=split_stubs(data["stubs"])
        )

    def success_message_for(self, made: Tied) -> str:
        """Say how many."""
        return f"{counted(made.count, 'attestation')} retirées."


class InvoiceSettle(InvoicePage, FormPage):
    """Settle an invoice, as it was read."""

    permission = Permission.RECORD_INVOICES
    form_class = SettleForm
    template_name = "claims/invoice_settle.html"
    title = "Arrêter la facture"
    submit_label = "Arrêter la facture"
    success_message = "La facture est arrêtée : son montant à payer est fixé."

    def get_initial(self) -> dict[str, Any]:
        """Carry the version that is shown."""
        return {"version": self.invoice.version}

    def save(self, data: dict[str, Any]) -> FacilityInvoice:
        """Call the service."""
        return settle_invoice(actor=self.actor, invoice_id=self.invoice.pk, version=data["version"])

    def form_invalid(self, form: Any) -> Any:
        """Let the next confirmation be of what is shown now."""
        form.data = {**{name: form.data.get(name) for name in form.data},
                     "version": str(self.invoice.version)}  # fmt: skip
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show what it would come to."""
        held = selectors.held_claims(self.invoice)
        return super().get_context_data(held=held, **kwargs)


class InvoiceReopen(InvoicePage, FormPage):
    """Take a settled invoice back before any payment."""

    permission = Permission.RECORD_INVOICES
    form_class = ReasonForm
    title = "Rouvrir la facture"
    submit_label = "Rouvrir la facture"
    success_message = "La facture est rouverte."
    intro = (
        "Ses attestations redeviennent définitives, les dettes et avances imputées sont rendues ; "
        "elle s’arrêtera de nouveau. Impossible dès qu’un paiement ou une retenue est inscrit."
    )

    def save(self, data: dict[str, Any]) -> FacilityInvoice:
        """Call the service."""
        return reopen_invoice(actor=self.actor, invoice_id=self.invoice.pk, reason=data["reason"])


class InvoiceCancel(InvoicePage, ConfirmPage):
    """Cancel an invoice that is not settled, or one taken on that nothing is entered on."""

    permission = Permission.RECORD_INVOICES
    title = "Annuler la facture"
    submit_label = "Annuler la facture"
    success_message = "La facture est annulée ; ses attestations attendent une autre facture."

    def get_form_class(self) -> Any:
        """Ask why one taken on is cancelled: it is already due."""
        return ReasonForm if self.invoice.is_take_on else super().get_form_class()

    def consequence(self) -> str:
        """Say what follows."""
        if self.invoice.is_take_on:
            return (
                f"La facture {self.invoice.number} reste lisible, annulée, et n’est plus à payer ; "
                "corrigée, elle pourra être importée de nouveau."
            )
        return (
            f"La facture {self.invoice.number} reste lisible, annulée ; ses attestations "
            "attendront une autre facture et son numéro pourra resservir."
        )

    def save(self, data: dict[str, Any]) -> FacilityInvoice:
        """Call the service."""
        return cancel_invoice(
            actor=self.actor, invoice_id=self.invoice.pk, reason=data.get("reason", "")
        )

    def success_message_for(self, made: FacilityInvoice) -> str:
        """Say what becomes of it."""
        return "La facture est annulée." if made.is_take_on else self.success_message


class InvoiceSetAgainst(InvoicePage, ConfirmPage):
    """Set open debts and advances against an invoice."""

    permission = Permission.PAY_INVOICES
    title = "Imputer dettes et avances"
    submit_label = "Imputer"
    success_message = "Dettes, compléments et avances sont imputés."

    def consequence(self) -> str:
        """Say what is open."""
        invoice = self.invoice
        debts = selectors.open_debts(invoice.tenant_id, invoice.facility_id)
        advances = selectors.open_advances(invoice.tenant_id, invoice.facility_id)
        return (
            f"Reste à payer {format_francs(invoice.due_francs)}. La formation sanitaire doit "
            f"{format_francs(sum(one.francs for one in debts))} (compléments déduits) et garde "
            f"{format_francs(sum(one.francs for one in advances))} d’avances : ce qui est ouvert "
            "est imputé, les plus anciennes d’abord."
        )

    def save(self, data: dict[str, Any]) -> FacilityInvoice:
        """Call the service."""
        return set_against_invoice(actor=self.actor, invoice_id=self.invoice.pk)


class InvoiceRetain(InvoicePage, FormPage):
    """Retain some of what is due."""

    permission = Permission.PAY_INVOICES
    form_class = RetentionForm
    title = "Retenir un montant"
    submit_label = "Retenir"
    success_message = "Le montant est retenu ; il reste dû jusqu’à sa levée."
    intro = (
        "Ce qui est retenu n’est pas perdu : la facture n’est payée qu’une fois la retenue levée."
    )

    def save(self, data: dict[str, Any]) -> FacilityInvoice:
        """Call the service."""
        return retain(
            actor=self.actor,
            invoice_id=self.invoice.pk,
            francs=data["amount_francs"],
            reason=data["reason"],
            key=data["submission_key"],
        )


class InvoiceRelease(InvoicePage, FormPage):
    """Release some of what was retained."""

    permission = Permission.PAY_INVOICES
    form_class = RetentionForm
    title = "Lever une retenue"
    submit_label = "Lever la retenue"
    success_message = "La retenue est levée : le montant est de nouveau à payer."

    def get_initial(self) -> dict[str, Any]:
        """Offer all that is retained."""
        return {"amount_francs": self.invoice.retained_francs}

    def save(self, data: dict[str, Any]) -> FacilityInvoice:
        """Call the service."""
        return release(
            actor=self.actor,
            invoice_id=self.invoice.pk,
            francs=data["amount_francs"],
            reason=data["reason"],
            key=data["submission_key"],
        )


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
