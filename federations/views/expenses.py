"""Pages of the expenses."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse

from conamus.kernel.figures import format_date, format_francs, format_integer
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage
from federations.filters.registers import ExpenseFilter
from federations.forms.activities import ExpenseForm, expense_initial, own_unit_id
from federations.models import Expense
from federations.rules.roles import Permission, is_permitted
from federations.selectors.registers import expenses_in_reach, sums_by
from federations.services.expenses import (
    ExpenseChanged,
    change_expense,
    own_expense,
    record_expense,
    remove_expense,
)
from federations.tables.registers import ExpenseTable
from federations.views.confirm import ConfirmPage


class ExpenseList(ListPage):
    """Expenses, latest first, with what the shown ones add up to."""

    permission = Permission.SEE_EXPENSES
    template_name = "federations/expenses.html"
    title = "Dépenses"
    table_class = ExpenseTable
    filter_class = ExpenseFilter
    empty_text = "Aucune dépense n’est inscrite."
    add_url_name = "expense_add"
    add_label = "Inscrire une dépense"
    add_permission = Permission.RECORD_EXPENSES

    def rows(self) -> QuerySet[Expense]:
        """Return the expenses in the actor's reach."""
        return expenses_in_reach(self.actor)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the sums of what the filters let through."""
        self.sums = sums_by(kwargs["filters"].qs)
        tables = [("Rubrique", self.sums["heading"]), ("Bailleur", self.sums["funder"])]
        return super().get_context_data(sums_tables=tables, **kwargs)

    def state(self, count: int) -> str:
        """Say what the shown expenses add up to."""
        if not count:
            return ""
        total = sum(amount for _, amount in self.sums["heading"])
        plural = "s" if count > 1 else ""
        return f"{format_integer(count)} dépense{plural}, {format_francs(total)} en tout."


class ExpenseDetail(ActorPage):
    """One expense."""

    permission = Permission.SEE_EXPENSES
    template_name = "federations/expense_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the expense and its facts."""
        expense = own_expense(self.actor, self.kwargs["expense_id"])
        return {
            "expense": expense,
            "title": expense.label,
            "facts": _facts(expense),
            "may_change": is_permitted(self.actor.role, Permission.RECORD_EXPENSES),
        }


class ExpenseFormPage(FormPage):
    """What recording and changing have in common."""

    abstract = True
    permission = Permission.RECORD_EXPENSES
    form_class = ExpenseForm

    def get_form(self, form_class: Any = None) -> ExpenseForm:
        """Keep the form at hand: its facts are made once it is valid."""
        self.form = super().get_form(form_class)
        return self.form

    def done_url(self, made: Expense) -> str:
        """Show the expense."""
        return reverse("expense_detail", args=[made.pk])


class ExpenseAdd(ExpenseFormPage):
    """Write an expense."""

    title = "Inscrire une dépense"
    submit_label = "Inscrire la dépense"
    success_message = "La dépense est inscrite."

    def get_initial(self) -> dict[str, Any]:
        """Begin at the actor's own unit."""
        return {"unit": own_unit_id(self.actor)}

    def save(self, data: dict[str, Any]) -> Expense:
        """Call the service."""
        return record_expense(actor=self.actor, facts=self.form.facts(), key=data["submission_key"])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("expenses")


class ExpenseEdit(ExpenseFormPage):
    """Correct an expense while its month is open; a second writer is told, and loses nothing."""

    template_name = "federations/expense_form.html"
    title = "Modifier la dépense"
    intro = "L’historique garde l’ancien montant. Une fois le mois fermé, plus rien ne change."
    success_message = "La dépense est modifiée."
    #: What somebody else saved in the meantime.
    other: Expense | None = None

    def get_initial(self) -> dict[str, Any]:
        """Begin from the expense as it is."""
        return expense_initial(own_expense(self.actor, self.kwargs["expense_id"]))

    def save(self, data: dict[str, Any]) -> Expense:
        """Call the service."""
        try:
            return change_expense(
                actor=self.actor,
                expense_id=self.kwargs["expense_id"],
                facts=self.form.facts(),
                version=data["version"],
            )
        except ExpenseChanged as error:
            self.other = error.current
            raise

    def form_invalid(self, form: Form) -> HttpResponse:
        """Let the next saving count as made after the other's."""
        if self.other is not None:
            self.form.follow(self.other.version)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show what the other saved."""
        other = self.other
        told = [("Libellé", other.label), *_facts(other)] if other else []
        return super().get_context_data(other_facts=told, **kwargs)

    def cancel_url(self) -> str:
        """Go back to the expense."""
        return reverse("expense_detail", args=[self.kwargs["expense_id"]])


class ExpenseRemove(ConfirmPage):
    """Take out an expense entered by mistake."""

    permission = Permission.RECORD_EXPENSES
    title = "Supprimer la dépense"
    submit_label = "Supprimer la dépense"
    success_message = "La dépense est supprimée ; l’historique garde ce qu’elle était."
    is_dangerous = True

    @cached_property
    def expense(self) -> Expense:
        """The expense of the address."""
        return own_expense(self.actor, self.kwargs["expense_id"])

    def consequence(self) -> str:
        """Say what goes and what stays."""
        return (
            f"« {self.expense.label} », {format_francs(self.expense.amount_francs)}, sort des "
            "dépenses et des totaux. Ce qu’elle était reste lisible dans l’historique."
        )

    def save(self, data: dict[str, Any]) -> None:
        """Call the service."""
        remove_expense(actor=self.actor, expense_id=self.expense.pk)

    def done_url(self, made: None) -> str:
        """Go back to the list."""
        return reverse("expenses")

    def cancel_url(self) -> str:
        """Go back to the expense."""
        return reverse("expense_detail", args=[self.kwargs["expense_id"]])


def _facts(expense: Expense) -> list[tuple[str, Any]]:
    return [
        ("Date", format_date(expense.spent_on)),
        ("Montant", format_francs(expense.amount_francs)),
        ("Rubrique", expense.get_heading_display()),
        ("Unité", expense.unit.name),
        ("Bailleur", expense.funder.name if expense.funder else "ressources propres"),
        ("Pièce", expense.voucher),
    ]
