"""Pages of what facilities pay back: receiving it, its receipt, undoing it."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from claims.documents.repayments import repayment_pdf
from claims.forms.money import ReasonForm, RepaymentForm
from claims.models import FacilityRepayment
from claims.rules.invoices import owed_back
from claims.selectors.facility_accounts import facility_with_account
from claims.selectors.invoices import open_advances, open_debts
from claims.selectors.repayments import lessened, name_of_repayment, repayment_by_id
from claims.services.repayments import receive_repayment, reverse_repayment
from conamus.kernel.figures import format_date, format_francs
from conamus.pages.forms import FormPage
from conamus.pages.views import ActorPage, ActorView
from federations.rules.roles import Permission, is_permitted
from membership.views.payments import pdf_response


class RepaymentAdd(FormPage):
    """Receive what a facility pays back of its debts and advances."""

    permission = Permission.PAY_INVOICES
    form_class = RepaymentForm
    title = "Encaisser un remboursement"
    submit_label = "Inscrire le remboursement"
    intro = (
        "Ce que la formation sanitaire rend diminue ses dettes, puis ses avances, les plus "
        "anciennes d’abord, ses compléments déduits. Une erreur s’annule par une contre-écriture."
    )

    @cached_property
    def facility(self) -> Any:
        """The facility of the address."""
        return facility_with_account(self.actor, self.kwargs["facility_id"])

    @cached_property
    def owed_francs(self) -> int:
        """What it owes, and has in advance."""
        account = (self.actor.tenant_id, self.facility.pk)
        return owed_back(open_debts(*account), open_advances(*account))

    def get_initial(self) -> dict[str, Any]:
        """Propose the whole."""
        return {"amount_francs": self.owed_francs or None}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say who owes what."""
        owed = format_francs(self.owed_francs)
        state = f"{self.facility.name} doit {owed}, avances ouvertes comprises."
        return super().get_context_data(state=state, **kwargs)

    def save(self, data: dict[str, Any]) -> FacilityRepayment:
        """Call the service."""
        return receive_repayment(
            actor=self.actor,
            facility_id=self.facility.pk,
            francs=data["amount_francs"],
            request=self.form.request(),
            key=data["submission_key"],
        )

    def success_message_for(self, made: FacilityRepayment) -> str:
        """Say how much was received."""
        return f"{format_francs(made.amount_francs)} encaissés : le reçu est prêt."

    def done_url(self, made: FacilityRepayment) -> str:
        """Show it."""
        return reverse("repayment_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the account."""
        return reverse("due_statement", args=[self.facility.pk])


class RepaymentDetail(ActorPage):
    """One repayment: which debts and advances it lessens, what has become of it."""

    permission = Permission.SEE_INVOICES
    template_name = "claims/repayment_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the repayment and what can be done with it."""
        repayment = repayment_by_id(self.actor, self.kwargs["repayment_id"])
        former, is_undone = repayment.reverses, hasattr(repayment, "reversed_by")
        kind = "Remboursement" if former is None else "Annulation de remboursement"
        may_pay = is_permitted(self.actor.role, Permission.PAY_INVOICES)
        return {
            "repayment": repayment,
            "title": f"{kind} {name_of_repayment(repayment)}",
            "undoes": name_of_repayment(former) if former is not None else "",
            "undone_by": repayment.reversed_by if is_undone else None,
            "facts": _facts(repayment),
            "lessened": lessened(repayment),
            "may_reverse": may_pay and former is None and not is_undone,
        }


class RepaymentReceipt(ActorView):
    """The receipt as a PDF."""

    permission = Permission.SEE_INVOICES

    def get(self, request: HttpRequest, repayment_id: int) -> HttpResponse:
        """Answer the PDF."""
        repayment = repayment_by_id(self.actor, repayment_id)
        name = f"remboursement-{name_of_repayment(repayment)}.pdf"
        return pdf_response(repayment_pdf(repayment).content, name)


class RepaymentReverse(FormPage):
    """Undo a repayment by a counter-entry."""

    permission = Permission.PAY_INVOICES
    form_class = ReasonForm
    title = "Annuler un remboursement"
    submit_label = "Établir la contre-écriture"
    success_message = "Le remboursement est annulé ; voici sa contre-écriture."
    intro = (
        "Le reçu n’est pas effacé : une contre-écriture d’aujourd’hui reprend son montant, et ce "
        "qu’il avait rendu est de nouveau dû. Sa référence pourra servir une seconde fois."
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which one it is."""
        repayment = repayment_by_id(self.actor, self.kwargs["repayment_id"])
        told = f"{repayment.facility.name}, {format_francs(repayment.amount_francs)}"
        title = f"Annuler le remboursement {name_of_repayment(repayment)}"
        return super().get_context_data(title=title, state=told, **kwargs)

    def save(self, data: dict[str, Any]) -> FacilityRepayment:
        """Call the service."""
        return reverse_repayment(
            actor=self.actor,
            repayment_id=self.kwargs["repayment_id"],
            reason=data["reason"],
            key=data["submission_key"],
        )

    def done_url(self, made: FacilityRepayment) -> str:
        """Show the counter-entry."""
        return reverse("repayment_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to it."""
        return reverse("repayment_detail", args=[self.kwargs["repayment_id"]])


def _facts(repayment: FacilityRepayment) -> list[tuple[str, Any]]:
    more = [
        ("Référence", repayment.reference),
        ("Motif de l’annulation", repayment.reversal_reason),
    ]
    return [
        ("Montant", format_francs(repayment.amount_francs)),
        ("Formation sanitaire", repayment.facility.name),
        ("Rendu à", repayment.tenant.name),
        ("Reçu le", format_date(repayment.received_on)),
        ("Moyen", repayment.get_method_display()),
        *((name, value) for name, value in more if value),
        ("Inscrit par", repayment.recorded_by),
    ]
