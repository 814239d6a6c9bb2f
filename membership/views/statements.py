"""Pages of operators' statements: bring one, see what is not reconciled, settle line by line."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_date, format_francs, format_integer
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage
from conamus.pages.years import chosen_year
from federations.rules.roles import Permission, is_permitted
from federations.views.confirm import ConfirmPage
from membership.filters.statements import LineFilter, StatementFilter, UnlistedFilter
from membership.forms.statements import (
    LineAsideForm,
    LineChoiceForm,
    LinePaymentForm,
    RestAsideForm,
    StatementForm,
)
from membership.models import Payment, StatementLine
from membership.selectors import statements as selectors
from membership.selectors.payments import receipt_of, shown
from membership.services import statement_lines as line_services
from membership.services import statements as services
from membership.services.statements import BroughtStatement
from membership.tables.payments import UnlistedTable
from membership.tables.statements import LineTable, StatementTable

_OPEN = (StatementLine.State.UNKNOWN, StatementLine.State.AMBIGUOUS)


class StatementList(ListPage):
    """The federation's statements, the latest first."""

    permission = Permission.SEE_IMPORTS
    add_permission = Permission.IMPORT_MEMBERS
    template_name = "membership/statements.html"
    title = "Relevés des opérateurs"
    table_class = StatementTable
    filter_class = StatementFilter
    empty_text = (
        "Aucun relevé n’est encore apporté. Téléchargez celui de Lumicash ou d’EcoCash chez "
        "l’opérateur, puis apportez-le ici : chaque ligne est rapprochée des reçus."
    )
    add_url_name = "statement_add"
    add_label = "Apporter un relevé"

    def rows(self) -> QuerySet[Any]:
        """Return the statements."""
        return selectors.statements(self.actor)

    def state(self, count: int) -> str:
        """Say what is still open."""
        waiting = selectors.lines(self.actor).filter(state__in=_OPEN).count()
        unlisted = selectors.unlisted_payments(self.actor, on=clock.today()).count()
        return (
            f"Lignes à traiter : {format_integer(waiting)}. Paiements mobiles de plus de "
            f"{selectors.LISTED_WITHIN_DAYS} jours dans aucun relevé : {format_integer(unlisted)}."
        )


class StatementAdd(FormPage):
    """Bring a statement."""

    permission = Permission.IMPORT_MEMBERS
    form_class = StatementForm
    title = "Apporter un relevé"
    submit_label = "Apporter et rapprocher"

    def save(self, data: dict[str, Any]) -> BroughtStatement:
        """Call the service."""
        upload = data["file"]
        return services.bring_statement(
            actor=self.actor, method=data["method"], name=upload.name, content=upload.read()
        )

    def success_message_for(self, made: BroughtStatement) -> str:
        """Say whether anything is new."""
        if made.was_known:
            return "Ce fichier avait déjà été apporté : rien n’a changé."
        return "Le relevé est rapproché des reçus."

    def done_url(self, made: BroughtStatement) -> str:
        """Show the statement."""
        return reverse("statement_detail", args=[made.statement.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("statements")


class StatementDetail(ListPage):
    """A statement's lines; those to settle are one filter away."""

    permission = Permission.SEE_IMPORTS
    template_name = "membership/statement_detail.html"
    title = "Relevé"
    table_class = LineTable
    filter_class = LineFilter

    @cached_property
    def statement(self) -> Any:
        """The statement of the address."""
        return selectors.statement_by_id(self.actor, self.kwargs["statement_id"])

    def rows(self) -> QuerySet[StatementLine]:
        """Return its lines."""
        return selectors.lines(self.actor).filter(statement=self.statement)

    def state(self, count: int) -> str:
        """Say how far the statement is reconciled."""
        one = self.statement
        done = one.matched + one.set_aside
        return (
            f"Lignes traitées : {format_integer(done)} sur {format_integer(one.line_count)} ; "
            f"rapprochées {format_integer(one.matched)}, écartées {format_integer(one.set_aside)}, "
            f"ambiguës {format_integer(one.ambiguous)}, inconnues {format_integer(one.unknown)}."
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the statement, and say whether something is open."""
        one = self.statement
        context = super().get_context_data(statement=one, **kwargs)
        context["title"] = f"{one.get_method_display()} : {one.name}"
        context["done"] = one.matched + one.set_aside
        may_settle = is_permitted(self.actor.role, Permission.IMPORT_MEMBERS)
        context["is_open"] = may_settle and bool(one.ambiguous + one.unknown)
        return context


class StatementMatch(ConfirmPage):
    """Try the open lines again, after payments were written or cancelled."""

    permission = Permission.IMPORT_MEMBERS
    title = "Rapprocher de nouveau"
    submit_label = "Rapprocher de nouveau"

    def consequence(self) -> str:
        """Say what is tried."""
        one = selectors.statement_by_id(self.actor, self.kwargs["statement_id"])
        return (
            f"Lignes à traiter : {format_integer(one.ambiguous + one.unknown)}. Elles sont "
            "comparées aux reçus d’aujourd’hui ; ce qui est rapproché ou écarté ne change pas."
        )

    def save(self, data: dict[str, Any]) -> int:
        """Call the service."""
        return services.match_again(actor=self.actor, statement_id=self.kwargs["statement_id"])

    def success_message_for(self, made: int) -> str:
        """Say how many lines were tied."""
        return f"Lignes rapprochées cette fois : {format_integer(made)}."

    def done_url(self, made: int) -> str:
        """Show the statement."""
        return reverse("statement_detail", args=[self.kwargs["statement_id"]])

    def cancel_url(self) -> str:
        """Go back to the statement."""
        return reverse("statement_detail", args=[self.kwargs["statement_id"]])


class StatementAside(ConfirmPage):
    """Leave out what is left of a statement that should not have been brought."""

    permission = Permission.IMPORT_MEMBERS
    form_class = RestAsideForm
    title = "Écarter les lignes à traiter"
    submit_label = "Écarter ces lignes"

    @cached_property
    def statement(self) -> Any:
        """The statement of the address."""
        return selectors.statement_by_id(self.actor, self.kwargs["statement_id"])

    def consequence(self) -> str:
        """Say how many lines, and what stays."""
        one = self.statement
        return (
            f"Lignes à traiter de « {one.name} » : {format_integer(one.ambiguous + one.unknown)}. "
            "Elles sont écartées ensemble, avec ce motif ; celles qui tiennent à un reçu restent. "
            "Chacune peut se reprendre, et le même fichier s’apporter pour un autre opérateur."
        )

    def save(self, data: dict[str, Any]) -> int:
        """Call the service."""
        return services.set_rest_aside(
            actor=self.actor, statement_id=self.statement.pk, reason=data["reason"]
        )

    def success_message_for(self, made: int) -> str:
        """Say how many lines were left out."""
        return f"Lignes écartées : {format_integer(made)}."

    def done_url(self, made: int) -> str:
        """Show the statement."""
        return self.cancel_url()

    def cancel_url(self) -> str:
        """Go back to the statement."""
        return reverse("statement_detail", args=[self.statement.pk])


class LinePage(ActorPage):
    """One line, and the ways to settle it."""

    permission = Permission.SEE_IMPORTS
    template_name = "membership/statement_line.html"

    def page(self) -> dict[str, Any]:
        """Return the line and its forms."""
        line = selectors.line_by_id(self.actor, self.kwargs["line_id"])
        role = self.actor.role
        may_settle = is_permitted(role, Permission.IMPORT_MEMBERS)
        is_open = may_settle and line.state in _OPEN
        receipts = _payments_of(line)
        left = selectors.left_francs(line) if is_open else 0
        choices = selectors.choices_for(self.actor, line) if left else []
        return {
            "line": line,
            "title": f"Ligne {line.line_number} du relevé {line.statement.get_method_display()}",
            "state": f"{line.get_state_display().capitalize()}. {line.explanation}",
            "facts": _facts(line),
            "is_open": is_open,
            "left_francs": left,
            "may_release": may_settle and (bool(receipts) or not is_open),
            "receipts": [(payment, receipt_of(payment)) for payment in receipts],
            "group": next((payment.group for payment in receipts if payment.group), None),
            "may_share": is_open and is_permitted(role, Permission.COLLECT_CONTRIBUTIONS),
            "choice_form": self._form(LineChoiceForm, choices=choices) if choices else None,
            "payment_form": self._form(
                LinePaymentForm, initial={"year": chosen_year(self.request)}
            ),
            "aside_form": self._form(LineAsideForm),
        }

    def _form(self, form_class: type, **kwargs: Any) -> Any:
        return form_class(actor=self.actor, **kwargs)


class LineActionPage(FormPage):
    """What settling a line has in common: back to the lines that are left."""

    abstract = True

    @cached_property
    def line(self) -> StatementLine:
        """The line of the address."""
        return selectors.line_by_id(self.actor, self.kwargs["line_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show which line it is."""
        state = ", ".join(f"{name.lower()} {value}" for name, value in _facts(self.line)[:4])
        return super().get_context_data(state=state, **kwargs)

    def done_url(self, made: StatementLine) -> str:
        """Go back to the statement's lines."""
        return reverse("statement_detail", args=[made.statement_id])

    def cancel_url(self) -> str:
        """Go back to the line."""
        return reverse("statement_line", args=[self.kwargs["line_id"]])


class LineSettle(LineActionPage):
    """Choose the payment that a line is."""

    permission = Permission.IMPORT_MEMBERS
    form_class = LineChoiceForm
    title = "Choisir le paiement"
    submit_label = "C’est ce paiement"
    success_message = "La ligne est rapprochée."

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the payments that the line may be."""
        choices = selectors.choices_for(self.actor, self.line)
        return {**super().get_form_kwargs(), "choices": choices}

    def save(self, data: dict[str, Any]) -> StatementLine:
        """Call the service."""
        return line_services.settle_line(
            actor=self.actor, line_id=self.line.pk, payment_ids=data["payment"]
        )


class LinePay(LineActionPage):
    """Write the payment that a line shows and nobody wrote."""

    permission = Permission.IMPORT_MEMBERS
    form_class = LinePaymentForm
    title = "Inscrire le paiement"
    submit_label = "Inscrire le paiement"

    def get_initial(self) -> dict[str, Any]:
        """Begin at the year in use."""
        return {"year": chosen_year(self.request)}

    def save(self, data: dict[str, Any]) -> StatementLine:
        """Call the service; what the line itself cannot pay is told beside the household."""
        try:
            return line_services.pay_from_line(
                actor=self.actor, line_id=self.line.pk, number=data["number"], year=data["year"]
            )
        except DomainError as error:
            if error.field in ("number", "year"):
                raise
            raise DomainError(error.message, field="number") from error

    def success_message_for(self, made: StatementLine) -> str:
        """Name the receipt."""
        payment = _payments_of(selectors.line_by_id(self.actor, made.pk))[0]
        return f"Le reçu {receipt_of(payment)} est établi et la ligne rapprochée."


class LineAside(LineActionPage):
    """Leave a line out."""

    permission = Permission.IMPORT_MEMBERS
    form_class = LineAsideForm
    title = "Écarter la ligne"
    submit_label = "Écarter la ligne"

    def success_message_for(self, made: StatementLine) -> str:
        """Say whether it was the whole line."""
        if made.state == StatementLine.State.MATCHED:
            return "Le reste est écarté et la ligne rapprochée."
        return "La ligne est écartée."

    def save(self, data: dict[str, Any]) -> StatementLine:
        """Call the service."""
        return line_services.set_line_aside(
            actor=self.actor, line_id=self.line.pk, reason=data["reason"]
        )


class LineRelease(ConfirmPage):
    """Open a settled line again."""

    permission = Permission.IMPORT_MEMBERS
    title = "Reprendre la ligne"
    submit_label = "Reprendre la ligne"
    success_message = "La ligne est de nouveau à traiter."

    def consequence(self) -> str:
        """Say what stays."""
        line = selectors.line_by_id(self.actor, self.kwargs["line_id"])
        return (
            f"La ligne de {format_francs(line.amount_francs)} du {format_date(line.paid_on)} "
            "redevient à traiter. Le reçu, s’il y en a un, reste tel quel."
        )

    def save(self, data: dict[str, Any]) -> StatementLine:
        """Call the service."""
        return line_services.release_line(actor=self.actor, line_id=self.kwargs["line_id"])

    def done_url(self, made: StatementLine) -> str:
        """Show the line, to settle it."""
        return reverse("statement_line", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the line."""
        return reverse("statement_line", args=[self.kwargs["line_id"]])


class UnlistedList(ListPage):
    """Mobile payments that no statement has shown."""

    permission = Permission.SEE_IMPORTS
    title = "Paiements mobiles sans relevé"
    table_class = UnlistedTable
    filter_class = UnlistedFilter
    empty_text = "Tous les paiements mobiles d’avant ces jours figurent dans un relevé."

    def rows(self) -> QuerySet[Payment]:
        """Return them, the oldest first."""
        return selectors.unlisted_payments(self.actor, on=clock.today())

    def shown(self, rows: QuerySet[Payment]) -> QuerySet[Payment]:
        """Add whose receipt it is."""
        return shown(rows)

    def state(self, count: int) -> str:
        """Say what to do with them."""
        return (
            f"Reçus il y a plus de {selectors.LISTED_WITHIN_DAYS} jours, dans aucun relevé : "
            f"{format_integer(count)}. Apportez le relevé qui manque, ou annulez le reçu."
        )


def _payments_of(line: StatementLine) -> list[Payment]:
    return [tie.payment for tie in line.ties.all()]


def _facts(line: StatementLine) -> list[tuple[str, Any]]:
    return [
        ("Montant", format_francs(line.amount_francs)),
        ("Date", format_date(line.paid_on)),
        ("Référence", line.reference or "aucune"),
        ("Téléphone", line.phone or "aucun"),
        ("Frais", format_francs(line.operator_fee_francs)),
        *([("Libellé", line.note)] if line.note else []),
        *([("Statut", line.status)] if line.status else []),
        *([("Traitée par", line.settled_by)] if line.settled_by else []),
    ]
