"""Pages of the expenses."""

from typing import Any

from django.db.models import QuerySet

from conamus.kernel.figures import format_date, format_francs
from conamus.pages.views import ActorPage
from federations.filters.registers import ExpenseFilter
from federations.forms.activities import ExpenseForm, expense_initial, own_unit_id
from federations.models import Expense
from federations.rules.roles import Permission, is_permitted
from federations.selectors.registers import expenses_in_reach, sums_by
from federations.services.expenses import (
    change_expense,
    own_expense,
    record_expense,
    remove_expense,
)
from federations.tables.registers import ExpenseTable
from federations.views.registers import (
    RegisterFormPage,
    RegisterList,
    RegisterRemovePage,
    counted,
)
from federations.views.versions import VersionedPage


class ExpenseList(RegisterList):
    """Expenses of a year, latest first, with what the shown ones add up to."""

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

    def sum_up(self, rows: QuerySet[Expense]) -> str:
        """Count the expenses and add them up."""
        total = sum(amount for _, amount in self.sums["heading"])
        return f"{counted(rows.count(), 'dépense')}, {format_francs(total)} en tout."


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


class ExpenseFormPage(RegisterFormPage):
    """What recording and changing have in common."""

    abstract = True
    permission = Permission.RECORD_EXPENSES
    form_class = ExpenseForm
    list_url_name, detail_url_name = "expenses", "expense_detail"


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


class ExpenseEdit(VersionedPage, ExpenseFormPage):
    """Correct an expense while its month is open; a second writer is told, and loses nothing."""

    title = "Modifier la dépense"
    intro = "L’historique garde l’ancien montant. Une fois le mois fermé, plus rien ne change."
    success_message = "La dépense est modifiée."

    def get_initial(self) -> dict[str, Any]:
        """Begin from the expense as it is."""
        return expense_initial(own_expense(self.actor, self.kwargs["expense_id"]))

    def change(self, data: dict[str, Any], version: int) -> Expense:
        """Call the service."""
        return change_expense(
            actor=self.actor,
            expense_id=self.kwargs["expense_id"],
            facts=self.form.facts(),
            version=version,
        )

    def facts_of(self, thing: Expense) -> list[tuple[str, Any]]:
        """Return what the other saved."""
        return _all_facts(thing)


class ExpenseRemove(RegisterRemovePage):
    """Take out an expense entered by mistake."""

    permission = Permission.RECORD_EXPENSES
    title = "Supprimer la dépense"
    submit_label = "Supprimer la dépense"
    success_message = "La dépense est supprimée ; l’historique garde ce qu’elle était."
    list_url_name, detail_url_name = "expenses", "expense_detail"

    def get_initial(self) -> dict[str, Any]:
        """Begin from the version that is shown."""
        return {"version": own_expense(self.actor, self.kwargs["expense_id"]).version}

    def consequence(self) -> str:
        """Say what goes and what stays."""
        expense = own_expense(self.actor, self.kwargs["expense_id"])
        return (
            f"« {expense.label} », {format_francs(expense.amount_francs)}, sort des "
            "dépenses et des totaux. Ce qu’elle était reste lisible dans l’historique."
        )

    def change(self, data: dict[str, Any], version: int) -> None:
        """Call the service."""
        remove_expense(actor=self.actor, expense_id=self.kwargs["expense_id"], version=version)

    def facts_of(self, thing: Expense) -> list[tuple[str, Any]]:
        """Return what the other saved."""
        return _all_facts(thing)


def _all_facts(expense: Expense) -> list[tuple[str, Any]]:
    return [("Libellé", expense.label), *_facts(expense)]


def _facts(expense: Expense) -> list[tuple[str, Any]]:
    return [
        ("Date", format_date(expense.spent_on)),
        ("Montant", format_francs(expense.amount_francs)),
        ("Rubrique", expense.get_heading_display()),
        ("Unité", expense.unit.name),
        ("Bailleur", expense.funder.name if expense.funder else "ressources propres"),
        ("Pièce", expense.voucher),
    ]
