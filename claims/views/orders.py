"""Pages of payment orders: list, paying a facility's invoices, advances, advice, undoing."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django_filters import FilterSet

from claims.documents.orders import order_pdf
from claims.filters.money import OrderFilter
from claims.forms.money import AdvanceForm, PayForm, ReasonForm
from claims.models import PaymentOrder
from claims.selectors import orders as selectors
from claims.selectors.facility_accounts import facility_with_account
from claims.selectors.invoices import (
    due_debts,
    open_advances,
    supplement_francs,
    unanswered_francs,
)
from claims.selectors.repayments import name_of_repayment, repaid_of
from claims.services.orders import give_advance, pay_invoices, reverse_order
from claims.tables.money import OrderTable, is_undone
from conamus import clock
from conamus.kernel.figures import format_date, format_francs
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage, ActorView
from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor
from membership.rules.sentences import counted
from membership.views.payments import pdf_response


class OrderList(ListPage):
    """Payment orders and counter-orders, the latest first."""

    permission = Permission.SEE_INVOICES
    title = "Paiements aux formations sanitaires"
    table_class = OrderTable
    filter_class = OrderFilter
    empty_text = "Aucun paiement. Une facture se paie une fois arrêtée, depuis « Échéances »."
    add_url_name = "advance_add"
    add_label = "Accorder une avance"
    add_permission = Permission.PAY_INVOICES

    def rows(self) -> QuerySet[PaymentOrder]:
        """Return the orders in the actor's sight."""
        return selectors.shown_orders(selectors.visible_orders(self.actor))

    def listing(self) -> tuple[FilterSet, OrderTable]:
        """Name the federation to a facility alone: others know theirs."""
        filters = self.filter_class(self.request.GET, queryset=self.rows(), request=self.request)
        hidden = "facility" if self.actor.facility_id is not None else "tenant"
        self.found = filters.qs
        return filters, OrderTable(filters.qs, exclude=(hidden,))

    def state(self, count: int) -> str:
        """Count the orders and add them up."""
        if not count:
            return ""
        total = self.found.order_by().aggregate(s=Sum("amount_francs"))["s"] or 0
        return f"{counted(count, 'ordre')}, {format_francs(total)} contre-ordres déduits."


class OrderAdd(FormPage):
    """Pay invoices of a facility by one order."""

    permission = Permission.PAY_INVOICES
    form_class = PayForm
    template_name = "claims/order_form.html"
    title = "Payer"
    submit_label = "Inscrire le paiement"

    @cached_property
    def facility(self) -> Any:
        """The facility of the address."""
        return facility_with_account(self.actor, self.kwargs["facility_id"])

    @cached_property
    def invoices(self) -> list[Any]:
        """What is to be paid."""
        return list(selectors.invoices_to_pay(self.actor, self.facility.pk))

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form what is to be paid."""
        return {**super().get_form_kwargs(), "invoices": self.invoices}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what is open with the facility."""
        account = (self.actor.tenant_id, self.facility.pk)
        debts = due_debts(*account, clock.today())
        return super().get_context_data(
            title=f"Payer {self.facility.name}",
            facility=self.facility,
            state=_to_pay(self.invoices),
            debt_francs=sum(one.francs for one in debts if one.francs > 0),
            unanswered_francs=unanswered_francs(*account, clock.today()),
            supplement_francs=supplement_francs(*account),
            advance_francs=sum(one.francs for one in open_advances(*account)),
            **kwargs,
        )

    def save(self, data: dict[str, Any]) -> PaymentOrder:
        """Call the service."""
        return pay_invoices(
            actor=self.actor,
            facility_id=self.facility.pk,
            shares=self.form.shares(),
            request=self.form.request(),
            key=data["submission_key"],
        )

    def success_message_for(self, made: PaymentOrder) -> str:
        """Say how much was paid."""
        return f"{format_francs(made.amount_francs)} payés : l’avis de paiement est prêt."

    def done_url(self, made: PaymentOrder) -> str:
        """Show the order."""
        return reverse("order_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to what is due."""
        return reverse("dues")


class AdvanceAdd(FormPage):
    """Pay a facility in advance."""

    permission = Permission.PAY_INVOICES
    form_class = AdvanceForm
    title = "Accorder une avance"
    submit_label = "Inscrire l’avance"
    success_message = "L’avance est inscrite."
    intro = "Les prochaines factures arrêtées de la formation sanitaire l’emploient d’elles-mêmes."

    def save(self, data: dict[str, Any]) -> PaymentOrder:
        """Call the service."""
        return give_advance(
            actor=self.actor,
            facility_id=data["facility"].pk,
            francs=data["amount_francs"],
            request=self.form.request(),
            key=data["submission_key"],
        )

    def done_url(self, made: PaymentOrder) -> str:
        """Show the order."""
        return reverse("order_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("orders")


class OrderDetail(ActorPage):
    """One order: what it pays, what has become of it."""

    permission = Permission.SEE_INVOICES
    template_name = "claims/order_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the order and what can be done with it."""
        order = selectors.order_by_id(self.actor, self.kwargs["order_id"])
        kind = "Contre-ordre" if order.reverses is not None else "Ordre de paiement"
        undone = is_undone(order)
        may_pay = is_permitted(self.actor.role, Permission.PAY_INVOICES)
        return {
            "order": order,
            "title": f"{kind} {selectors.name_of(order)}",
            "undoes": selectors.name_of(order.reverses) if order.reverses is not None else "",
            "undone_by": order.reversed_by if undone else None,
            "facts": [*_facts(order), *_repaid(self.actor, order)],
            "spread": selectors.spread_of(order),
            "may_reverse": may_pay and order.reverses is None and not undone,
        }


class OrderAdvice(ActorView):
    """The payment advice as a PDF, with room for the receipt's signature."""

    permission = Permission.SEE_INVOICES

    def get(self, request: HttpRequest, order_id: int) -> HttpResponse:
        """Answer the PDF."""
        order = selectors.order_by_id(self.actor, order_id)
        name = selectors.name_of(order)
        return pdf_response(order_pdf(order).content, f"avis-{name}.pdf")


class OrderReverse(FormPage):
    """Undo an order by a counter-order."""

    permission = Permission.PAY_INVOICES
    form_class = ReasonForm
    title = "Annuler un ordre"
    submit_label = "Établir le contre-ordre"
    success_message = "L’ordre est annulé ; voici son contre-ordre."
    intro = (
        "L’ordre n’est pas effacé : un contre-ordre daté d’aujourd’hui reprend son montant, et ce "
        "qu’il avait payé est de nouveau à payer. Sa référence pourra servir une seconde fois."
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which order it is."""
        order = selectors.order_by_id(self.actor, self.kwargs["order_id"])
        state = f"{order.facility.name}, {format_francs(order.amount_francs)}"
        title = f"Annuler l’ordre {selectors.name_of(order)}"
        return super().get_context_data(title=title, state=state, **kwargs)

    def save(self, data: dict[str, Any]) -> PaymentOrder:
        """Call the service."""
        return reverse_order(
            actor=self.actor,
            order_id=self.kwargs["order_id"],
            reason=data["reason"],
            key=data["submission_key"],
        )

    def done_url(self, made: PaymentOrder) -> str:
        """Show the counter-order."""
        return reverse("order_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the order."""
        return reverse("order_detail", args=[self.kwargs["order_id"]])


def _to_pay(invoices: list[Any]) -> str:
    if not invoices:
        return "Aucune facture arrêtée n’attend de paiement."
    total = sum(invoice.due_francs for invoice in invoices)
    return f"{counted(len(invoices), 'facture')} à payer, {format_francs(total)} en tout."


def _repaid(actor: Actor, order: PaymentOrder) -> list[tuple[str, str]]:
    """Return what came back of an advance; a centre is not told of the federation's receipts."""
    return [
        (
            f"Rendu le {format_date(share.entered_on)}",
            f"{format_francs(share.francs)}, reçu {name_of_repayment(share.repayment)}",
        )
        for share in (repaid_of(order) if actor.unit_id is None else ())
    ]


def _facts(order: PaymentOrder) -> list[tuple[str, Any]]:
    more = [
        ("Référence", order.reference),
        ("Motif de l’annulation", order.reversal_reason),
        ("Motif de l’antidatage", order.backdating_reason),
    ]
    return [
        ("Montant", format_francs(order.amount_francs)),
        ("Formation sanitaire", order.facility.name),
        ("Payé par", order.tenant.name),
        ("Nature", order.get_kind_display()),
        ("Payé le", format_date(order.paid_on)),
        ("Moyen", order.get_method_display()),
        *((name, value) for name, value in more if value),
        ("Inscrit par", order.recorded_by),
    ]
