"""Pages of transfers that pay for several households: list, entry, detail, and their rest."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_date, format_francs
from conamus.kernel.text import read_number
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage
from conamus.pages.years import chosen_year
from federations.rules.roles import Permission, is_permitted
from federations.views.registers import counted
from membership.filters.group_payments import GroupPaymentFilter
from membership.forms.group_payments import GroupPaymentForm, RestForm, ReturnForm
from membership.models import GroupPayment, StatementLine
from membership.selectors import group_payments as selectors
from membership.selectors.payments import receipt_of
from membership.selectors.statements import line_by_id
from membership.services.group_payments import return_rest, share_out_rest, take_group_payment
from membership.services.statement_lines import pay_several_from_line
from membership.tables.group_payments import GroupPaymentTable


class GroupPaymentList(ListPage):
    """Transfers that pay for several households, the latest first."""

    permission = Permission.SEE_CONTRIBUTIONS
    title = "Paiements groupés"
    table_class = GroupPaymentTable
    filter_class = GroupPaymentFilter
    empty_text = (
        "Aucun transfert Lumicash ou EcoCash n’a encore payé pour plusieurs ménages. Quand l’un "
        "arrive, répartissez-le ici : chaque ménage a son reçu, la référence ne sert qu’une fois."
    )
    add_url_name = "payment_group_add"
    add_label = "Répartir un transfert"
    add_permission = Permission.COLLECT_CONTRIBUTIONS

    def rows(self) -> QuerySet[Any]:
        """Return the transfers in sight."""
        return selectors.group_payments(self.actor)


class GroupPaymentAdd(FormPage):
    """Enter a transfer and share it between households; from a statement's line (``?ligne=``)."""

    permission = Permission.COLLECT_CONTRIBUTIONS
    template_name = "membership/group_payment_form.html"
    form_class = GroupPaymentForm
    title = "Répartir un transfert entre plusieurs ménages"
    submit_label = "Encaisser et donner les reçus"
    intro = (
        "Une ligne par ménage ; un montant laissé vide est tout ce que le ménage doit encore. "
        "Les parts font ensemble le montant du transfert."
    )

    @cached_property
    def line(self) -> StatementLine | None:
        """The open line of a statement that the address names."""
        asked = read_number(self.request.GET.get("ligne", ""))
        if asked is None:
            return None
        if not is_permitted(self.actor.role, Permission.IMPORT_MEMBERS):
            raise NotFound("Cette ligne n’existe pas.")
        return line_by_id(self.actor, asked)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the year in use, and what the line proposes."""
        year = chosen_year(self.request)
        kwargs = {**super().get_form_kwargs(), "year": year, "line": self.line}
        if self.line is not None:
            kwargs["proposed"] = selectors.proposed_parts(self.actor, self.line, year=year)
        return kwargs

    def save(self, data: dict[str, Any]) -> GroupPayment:
        """Call the service."""
        asked: dict[str, Any] = {
            "actor": self.actor,
            "request": self.form.request(),
            "parts": self.form.parts(),
            "key": data["submission_key"],
        }
        if self.line is None:
            return take_group_payment(**asked)
        return pay_several_from_line(line_id=self.line.pk, **asked)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what the statement shows."""
        line = self.line
        state = "" if line is None else (
            f"Ligne {line.line_number} du relevé {line.statement.get_method_display()} : "
            f"{format_francs(line.amount_francs)} reçus le {format_date(line.paid_on)}."
        )  # fmt: skip
        return super().get_context_data(state=state, **kwargs)

    def success_message_for(self, made: GroupPayment) -> str:
        """Count the receipts."""
        return f"{counted(made.parts.count(), 'reçu')} : le transfert est réparti."

    def done_url(self, made: GroupPayment) -> str:
        """Show the receipts."""
        return reverse("payment_group", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to where one came from."""
        if self.line is not None:
            return reverse("statement_line", args=[self.line.pk])
        return reverse("payment_groups")


class GroupPaymentDetail(ActorPage):
    """A transfer, its receipts, and what became of each franc."""

    permission = Permission.SEE_CONTRIBUTIONS
    template_name = "membership/group_payment_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the transfer with its parts."""
        group = selectors.group_by_id(self.actor, self.kwargs["group_id"])
        shared = selectors.shared_out(self.actor, group)
        has_rest = bool(group.standing_francs) and group.rest_francs > 0
        role = self.actor.role
        return {
            "title": f"Paiement groupé {group.reference}",
            "state": _state(group),
            "group": group,
            "facts": _facts(group),
            "receipts": [(one, receipt_of(one)) for one in shared.receipts],
            "elsewhere_francs": shared.elsewhere_francs,
            "may_share": has_rest and is_permitted(role, Permission.COLLECT_CONTRIBUTIONS),
            "may_return": has_rest and is_permitted(role, Permission.REVERSE_RECEIPTS),
        }


class RestPage(FormPage):
    """What the pages about a transfer's rest have in common."""

    abstract = True

    @cached_property
    def group(self) -> Any:
        """The transfer of the address, with its sums."""
        return selectors.group_by_id(self.actor, self.kwargs["group_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say how much is left."""
        return super().get_context_data(state=_state(self.group), **kwargs)

    def done_url(self, made: GroupPayment) -> str:
        """Show the transfer."""
        return reverse("payment_group", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the transfer."""
        return reverse("payment_group", args=[self.kwargs["group_id"]])


class RestShare(RestPage):
    """Share out what a counter-receipt freed."""

    permission = Permission.COLLECT_CONTRIBUTIONS
    template_name = "membership/group_payment_form.html"
    form_class = RestForm
    title = "Répartir le reste du transfert"
    submit_label = "Donner les reçus"
    success_message = "Le reste du transfert est réparti."

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the year in use and the transfer's day."""
        year = chosen_year(self.request)
        return {
            **super().get_form_kwargs(),
            "year": year,
            "received_on": self.group.received_on,
        }

    def save(self, data: dict[str, Any]) -> GroupPayment:
        """Call the service."""
        return share_out_rest(
            actor=self.actor,
            group_id=self.group.pk,
            received_on=data["received_on"],
            parts=self.form.parts(),
            backdating_reason=data.get("backdating_reason", ""),
            key=data["submission_key"],
        )


class RestReturn(RestPage):
    """Say that the rest was given back."""

    permission = Permission.REVERSE_RECEIPTS
    form_class = ReturnForm
    title = "Rendre le reste au payeur"
    submit_label = "Le reste est rendu"
    success_message = "Le reste du transfert est noté comme rendu."
    intro = "Le reste ne sera plus réparti ; les reçus qui valent encore ne changent pas."

    def save(self, data: dict[str, Any]) -> GroupPayment:
        """Call the service."""
        return return_rest(actor=self.actor, group_id=self.group.pk, reason=data["reason"])


def _state(group: Any) -> str:
    if not group.standing_francs:
        return (
            "Tous les reçus sont annulés : la référence est libre, le transfert s’encaisse de "
            "nouveau."
        )
    if group.rest_francs:
        return f"Reste à répartir ou à rendre : {format_francs(group.rest_francs)}."
    return "Entièrement réparti."


def _facts(group: Any) -> list[tuple[str, Any]]:
    given_back = (
        f"{format_francs(group.returned_francs)} : {group.return_reason}"
        if group.returned_francs
        else ""
    )
    facts = [
        ("Montant", format_francs(group.amount_francs)),
        ("Opérateur", group.get_method_display()),
        ("Référence", group.reference),
        ("Reçu le", format_date(group.received_on)),
        ("Téléphone du payeur", group.payer_phone),
        (
            "Frais de l’opérateur",
            format_francs(group.operator_fee_francs) if group.operator_fee_francs else "",
        ),
        ("Dans des reçus valables", format_francs(group.standing_francs)),
        ("Rendu au payeur", given_back),
        ("Inscrit par", group.recorded_by),
    ]
    return [(name, value) for name, value in facts if value]
