"""Expenses by heading and funder: record, correct, remove, until the month is closed.

A correction names the version that was read: what somebody else wrote in the meantime is
never overwritten unseen.
"""

from dataclasses import asdict, fields

from django.db import transaction

from conamus import clock
from conamus.kernel.errors import Gathering, NotFound
from federations.models import Expense
from federations.rules.activities import ExpenseFacts, expense_problems
from federations.rules.problems import refuse_problems
from federations.rules.roles import Permission
from federations.selectors.registers import expenses_in_reach
from federations.services.access import require
from federations.services.checked import save_checked
from federations.services.ownership import (
    require_own_funder,
    require_own_unit,
    require_unit_open_on,
)
from federations.services.periods import require_open_month
from federations.services.repetition import once
from federations.services.versions import ChangedMeanwhile
from federations.tenancy.actor import Actor


class ExpenseChanged(ChangedMeanwhile):
    """The expense is not any more what its second writer has read."""

    thing = "cette dépense"


def own_expense(actor: Actor, expense_id: int) -> Expense:
    """Return an expense within the actor's reach; NotFound for any other."""
    expense = expenses_in_reach(actor).filter(pk=expense_id).first()
    if expense is None:
        raise NotFound("Cette dépense n’existe pas, ou a été supprimée.")
    return expense


@transaction.atomic
def record_expense(*, actor: Actor, facts: ExpenseFacts, key: str = "") -> Expense:
    """Write an expense that was made."""
    require(actor, Permission.RECORD_EXPENSES)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["record_expense", asdict(facts)],
        create=lambda: _write(actor, Expense(tenant_id=actor.tenant_id), facts),
        find=lambda result: own_expense(actor, int(result)),
    )


@transaction.atomic
def change_expense(*, actor: Actor, expense_id: int, facts: ExpenseFacts, version: int) -> Expense:
    """Correct an expense; neither its old month nor its new one may be closed.

    ``version`` is the one that was read.
    """
    require(actor, Permission.RECORD_EXPENSES)
    expense = _locked(actor, expense_id)
    if _facts_of(expense) == facts:
        return expense
    if version != expense.version:
        raise ExpenseChanged(own_expense(actor, expense_id))
    expense.version += 1
    return _write(actor, expense, facts)


@transaction.atomic
def remove_expense(*, actor: Actor, expense_id: int, version: int) -> None:
    """Take out an expense entered by mistake; what it was stays in the history."""
    require(actor, Permission.RECORD_EXPENSES)
    expense = _locked(actor, expense_id)
    if version != expense.version:
        raise ExpenseChanged(own_expense(actor, expense_id), is_removal=True)
    expense.delete()


def _locked(actor: Actor, expense_id: int) -> Expense:
    """Hold the row, and refuse one whose month is closed."""
    own_expense(actor, expense_id)
    expense = Expense.objects.select_for_update().get(pk=expense_id, tenant_id=actor.tenant_id)
    _require_open(expense)
    return expense


def _facts_of(expense: Expense) -> ExpenseFacts:
    return ExpenseFacts(
        **{field.name: getattr(expense, field.name) for field in fields(ExpenseFacts)}
    )


def _write(actor: Actor, expense: Expense, facts: ExpenseFacts) -> Expense:
    # What a re-cut leaves after its unit's closing is corrected where it is.
    stays = (expense.unit_id, expense.spent_on) == (facts.unit_id, facts.spent_on)
    for column, value in asdict(facts).items():
        setattr(expense, column, value)
    gathering = Gathering()
    with gathering.part():
        refuse_problems(expense_problems(facts, today=clock.today()))
    with gathering.part():
        unit = require_own_unit(actor, facts.unit_id)
        if not stays:
            require_unit_open_on(unit, facts.spent_on, field="spent_on")
    with gathering.part():
        require_own_funder(actor, facts.funder_id)
    with gathering.part():
        _require_open(expense)
    gathering.refuse()
    save_checked(expense)
    return expense


def _require_open(expense: Expense) -> None:
    require_open_month(
        tenant_id=expense.tenant_id,
        unit_id=expense.unit_id,
        on_date=expense.spent_on,
        field="spent_on",
    )
