"""Pages of the till: find who pays, take the money, the receipt, the list, the cancellation."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django_filters import FilterSet

from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_date, format_francs
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage, ActorView
from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor
from federations.views.registers import counted
from membership.documents.receipts import Format
from membership.filters.payments import PaymentFilter
from membership.forms.payments import PaymentForm, ReversalForm
from membership.models import Payment
from membership.selectors import payments as selectors
from membership.selectors.promises import may_promise, standing_promise
from membership.selectors.settled_years import told_on_receipt
from membership.services.payments import reverse_payment, take_payment
from membership.services.receipts import print_receipt
from membership.tables.payments import PaymentTable

MOST_FOUND = 30


class PaymentList(ListPage):
    """Receipts and counter-receipts, the latest first."""

    permission = Permission.SEE_CONTRIBUTIONS
    title = "Encaissements"
    table_class = PaymentTable
    filter_class = PaymentFilter
    focuses_search = True
    empty_text = "Aucune cotisation n’est encore encaissée."
    add_url_name = "payment_find"
    add_label = "Encaisser"
    add_permission = Permission.COLLECT_CONTRIBUTIONS

    def rows(self) -> QuerySet[Payment]:
        """Return the receipts in the actor's sight."""
        return selectors.payments(self.actor)

    def shown(self, rows: QuerySet[Payment]) -> QuerySet[Payment]:
        """Add what has become of each."""
        return selectors.shown(rows)

    def count_of(self, filters: FilterSet) -> int:
        """Count the receipts with their sums, in one statement."""
        self.received = filters.add_up()
        return self.received.count

    def state(self, count: int) -> str:
        """Count the receipts and add them up."""
        if not count:
            return ""
        found = self.received
        return (
            f"{counted(count, 'reçu')}, {format_francs(found.amount_francs)} contre-reçus déduits "
            f"; reprise exclue, {format_francs(found.federation_francs)} vont à la fédération et "
            f"{format_francs(found.confederation_francs)} à CONAMUS."
        )


class PaymentFind(ActorPage):
    """Find the household that pays, by name or number."""

    permission = Permission.COLLECT_CONTRIBUTIONS
    template_name = "membership/payment_find.html"

    def page(self) -> dict[str, Any]:
        """Return the enrolments that the text leads to."""
        text = self.request.GET.get("q", "").strip()[:100]
        found = selectors.enrolments_to_pay(self.actor, text, most=MOST_FOUND)
        heads = selectors.heads_of(
            [one.household_id for one in found], tenant_id=self.actor.tenant_id
        )
        return {
            "title": "Encaisser une cotisation",
            "state": "Cherchez le ménage qui paie ; ceux qui doivent encore viennent d’abord.",
            "search_text": text,
            "lines": [(one, heads.get(one.household_id)) for one in found],
            "is_cut": len(found) == MOST_FOUND,
        }


class PaymentAdd(FormPage):
    """Take money for an enrolment."""

    permission = Permission.COLLECT_CONTRIBUTIONS
    template_name = "membership/payment_form.html"
    form_class = PaymentForm
    title = "Encaisser"
    submit_label = "Encaisser et donner le reçu"

    @cached_property
    def enrolment(self) -> Any:
        """The enrolment of the address, with its balance."""
        return selectors.enrolment_by_id(self.actor, self.kwargs["enrolment_id"])

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form what is owed; a method and an amount may come with the address."""
        kwargs = super().get_form_kwargs()
        asked = {name: self.request.GET[name] for name in ("method",) if name in self.request.GET}
        return {**kwargs, "enrolment": self.enrolment, "initial": {**kwargs["initial"], **asked}}

    def save(self, data: dict[str, Any]) -> Payment:
        """Call the service."""
        return take_payment(
            actor=self.actor,
            enrolment_id=self.enrolment.pk,
            request=self.form.request(),
            key=data["submission_key"],
        )

    def success_message_for(self, made: Payment) -> str:
        """Say how much was taken."""
        return f"{format_francs(made.amount_francs)} encaissés : le reçu est prêt."

    def done_url(self, made: Payment) -> str:
        """Show the receipt, at the button that prints it."""
        return f"{reverse('payment_detail', args=[made.pk])}#imprimer"

    def cancel_url(self) -> str:
        """Go back to the search."""
        return reverse("payment_find")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add who pays, and what was paid before."""
        enrolment = self.enrolment
        heads = selectors.heads_of([enrolment.household_id], tenant_id=self.actor.tenant_id)
        head = heads.get(enrolment.household_id)
        promise = standing_promise(enrolment)
        return super().get_context_data(
            enrolment=enrolment,
            head=head,
            promise=promise,
            over_francs=-enrolment.left_francs,
            may_promise=promise is None and self._may_promise(),
            title=f"Encaisser : {head or 'ménage'} {enrolment.household.number}",
            paid_before=[
                (payment, selectors.receipt_of(payment))
                for payment in selectors.payments_of(enrolment)
            ],
            **kwargs,
        )

    def _may_promise(self) -> bool:
        return self.enrolment.household_left_francs > 0 and may_promise(self.enrolment)


class PaymentDetail(ActorPage):
    """One receipt: what it is for, its parts, what has become of it."""

    permission = Permission.SEE_CONTRIBUTIONS
    template_name = "membership/payment_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the receipt and what can be done with it."""
        payment = selectors.payment_by_id(self.actor, self.kwargs["payment_id"])
        is_reversal = payment.reverses is not None
        role = self.actor.role
        may_reverse = is_permitted(role, Permission.REVERSE_RECEIPTS)
        is_cancelled = hasattr(payment, "reversed_by")
        kind = "Contre-reçu" if is_reversal else "Reçu"
        return {
            "payment": payment,
            "title": f"{kind} {selectors.receipt_of(payment)}",
            "facts": _facts(self.actor, payment),
            "parts": _parts(payment),
            "told": told_on_receipt(payment),
            "is_cancelled": is_cancelled,
            "cancelled_by": payment.reversed_by if is_cancelled else None,
            "may_reverse": may_reverse and not is_reversal and not is_cancelled,
            "may_collect": is_permitted(role, Permission.COLLECT_CONTRIBUTIONS),
            "sees_household": is_permitted(role, Permission.SEE_HOUSEHOLDS),
        }


class PaymentReceipt(ActorView):
    """The receipt as a PDF: two copies on A4, or an 80 mm ticket (``?format=ticket``)."""

    permission = Permission.SEE_CONTRIBUTIONS

    def get(self, request: HttpRequest, payment_id: int) -> HttpResponse:
        """Answer the PDF; what is printed again says so."""
        wanted = request.GET.get("format", Format.A4)
        if wanted not in set(Format):
            raise NotFound("Un reçu s’imprime en A4 ou en ticket.")
        printed = print_receipt(actor=self.actor, payment_id=payment_id, paper=Format(wanted))
        return pdf_response(printed.content, printed.file_name)

    def head(self, request: HttpRequest, payment_id: int) -> HttpResponse:
        """Say what it would be, and print nothing: the original is for who fetches it."""
        selectors.payment_by_id(self.actor, payment_id)
        return HttpResponse(content_type="application/pdf")


class PaymentReverse(FormPage):
    """Cancel a receipt by a counter-receipt."""

    permission = Permission.REVERSE_RECEIPTS
    template_name = "membership/payment_reverse.html"
    form_class = ReversalForm
    title = "Annuler un reçu"
    submit_label = "Établir le contre-reçu"
    success_message = "Le reçu est annulé ; voici son contre-reçu."
    intro = (
        "Le reçu n’est pas effacé : un contre-reçu daté d’aujourd’hui reprend son montant. Les "
        "droits du ménage sont refermés si la cotisation n’est plus payée."
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show which receipt it is, and what becomes of the transfer that it is a part of."""
        payment = selectors.payment_by_id(self.actor, self.kwargs["payment_id"])
        title = f"Annuler le reçu {selectors.receipt_of(payment)}"
        shown = {"facts": _facts(self.actor, payment), "title": title, **kwargs}
        if payment.group is not None:
            shown["intro"] = f"{self.intro} {_freed(payment)}"
        return super().get_context_data(**shown)

    def save(self, data: dict[str, Any]) -> Payment:
        """Call the service."""
        return reverse_payment(
            actor=self.actor,
            payment_id=self.kwargs["payment_id"],
            reason=data["reason"],
            key=data["submission_key"],
        )

    def done_url(self, made: Payment) -> str:
        """Show the counter-receipt."""
        return reverse("payment_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the receipt."""
        return reverse("payment_detail", args=[self.kwargs["payment_id"]])


def _freed(payment: Payment) -> str:
    return (
        f"Ce reçu est une part d’un transfert : les autres reçus ne changent pas, et ses "
        f"{format_francs(payment.amount_francs)} seront à répartir de nouveau ou à rendre au "
        "payeur."
    )


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """Answer a PDF that the browser shows, so that it prints in one gesture."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _facts(actor: Actor, payment: Payment) -> list[tuple[str, Any]]:
    number = payment.enrolment.household.number
    more = [
        ("Référence", payment.reference),
        ("Part d’un transfert", _group_of(payment)),
        ("Téléphone du payeur", payment.payer_phone),
        ("Frais de l’opérateur", _francs_or_none(payment.operator_fee_francs)),
        ("Reçu papier", payment.paper_receipt),
        ("Promesse tenue", _promise_of(payment)),
        ("Motif de l’annulation", payment.reversal_reason),
        ("Antidaté", selectors.backdating_reasons(actor.tenant_id, [payment]).get(payment.pk)),
    ]
    return [
        ("Montant", format_francs(payment.amount_francs)),
        ("Ménage", f"{number}, {payment.head_name}" if payment.head_name else number),
        ("Cotisation de l’année", str(payment.enrolment.year_id)),
        ("Payé par", selectors.payer_label(payment)),
        ("Reçu le", format_date(payment.received_on)),
        ("Moyen", payment.get_method_display()),
        *((name, value) for name, value in more if value),
        ("Unité", payment.unit.name),
        ("Inscrit par", f"{payment.recorded_by}, le {_moment(payment)}"),
    ]


def _group_of(payment: Payment) -> str:
    group = payment.group
    if group is None:
        return ""
    url = reverse("payment_group", args=[group.pk])
    words = f"de {format_francs(group.amount_francs)} pour plusieurs ménages"
    return format_html('<a href="{}">{}</a>', url, words)


def _promise_of(payment: Payment) -> str:
    promise = payment.promise
    if promise is None:
        return ""
    return f"signée le {format_date(promise.signed_on)}, retenue par {promise.buyer}"


def _moment(payment: Payment) -> str:
    return f"{timezone.localtime(payment.recorded_at):%d/%m/%Y à %H:%M}"


def _francs_or_none(amount: int) -> str:
    return format_francs(amount) if amount else ""


def _parts(payment: Payment) -> list[tuple[str, int]]:
    up = payment.federation_francs + payment.confederation_francs
    return [
        ("Cotisation", payment.contribution_francs),
        ("Droit d’adhésion", payment.fee_francs),
        ("Reste dans l’unité", payment.amount_francs - up),
        ("Part de la fédération", payment.federation_francs),
        ("Part de CONAMUS", payment.confederation_francs),
    ]
