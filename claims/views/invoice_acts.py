"""Pages of what is done with one invoice: filling, settling, undoing, retaining, imputing."""

from functools import cached_property
from typing import Any

from django.urls import reverse

from claims.forms.money import (
    ReasonForm,
    RetentionForm,
    SettleForm,
    TieForm,
    UntieForm,
    split_stubs,
)
from claims.models import FacilityInvoice
from claims.selectors import invoices as selectors
from claims.services.invoice_claims import Tied, tie_month, tie_stubs, untie_stubs
from claims.services.invoices import cancel_invoice, reopen_invoice, settle_invoice
from claims.services.retentions import release, retain
from claims.services.setting_against import set_against_invoice
from conamus import clock
from conamus.kernel.figures import format_francs
from conamus.pages.forms import FormPage
from federations.rules.roles import Permission
from federations.views.confirm import ConfirmPage
from membership.rules.sentences import counted


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
        debts = selectors.due_debts(invoice.tenant_id, invoice.facility_id, clock.today())
        advances = selectors.open_advances(invoice.tenant_id, invoice.facility_id)
        waiting = selectors.unanswered_francs(invoice.tenant_id, invoice.facility_id, clock.today())
        later = (
            f" {format_francs(waiting)} de dettes attendent encore sa réponse, ou l’issue de sa "
            "contestation."
        )
        return (
            f"Reste à payer {format_francs(invoice.due_francs)}. La formation sanitaire doit "
            f"{format_francs(sum(one.francs for one in debts))} (compléments déduits) et garde "
            f"{format_francs(sum(one.francs for one in advances))} d’avances : ce qui est ouvert "
            f"est imputé, les plus anciennes d’abord.{later if waiting else ''}"
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
