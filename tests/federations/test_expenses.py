"""Expenses: whole francs as people write them, whose they are, until the month is closed."""

from dataclasses import replace
from datetime import date

import pytest

from conamus.kernel.errors import DomainError, NotAllowed, NotFound, PeriodClosed
from federations.models import Expense, HistoryEvent, Unit
from federations.rules.activities import ExpenseFacts, expense_problems
from federations.rules.amounts import parse_francs
from federations.services.expenses import change_expense, record_expense, remove_expense
from federations.services.periods import lock_month


def facts_for(unit_id: int, **changes) -> ExpenseFacts:
    facts = ExpenseFacts(
        unit_id=unit_id,
        spent_on=date(2024, 5, 6),
        heading="PERSONNEL",
        amount_francs=1_234_568,
        label="Salaires de mai",
    )
    return replace(facts, **changes)


@pytest.mark.parametrize(
    ("typed", "francs"),
    [
        ("1234568", 1_234_568),
        ("1 234 568", 1_234_568),
        ("1\u00a0234\u00a0568", 1_234_568),
        ("1\u202f234\u202f568 FBu", 1_234_568),
        (" 0 ", 0),
        ("-5", -5),
    ],
)
def test_amounts_are_read_as_people_write_them(typed, francs):
    assert parse_francs(typed, field="montant") == francs


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("1234,5", "sans décimales"),
        ("12.", "sans décimales"),
        ("1.234.568", "espaces"),
        ("douze", "en chiffres"),
        ("", "en chiffres"),
        ("١٢", "en chiffres"),
        ("9" * 40, "trop grand"),
    ],
)
def test_anything_else_is_refused_with_its_sentence(typed, words):
    with pytest.raises(DomainError) as refused:
        parse_francs(typed, field="montant")
    assert words in refused.value.message
    assert refused.value.field == "montant"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_francs": 0}, "amount_francs"),
        ({"spent_on": date(2025, 7, 1)}, "spent_on"),
        ({"spent_on": date(1980, 7, 1)}, "spent_on"),
    ],
)
def test_each_mistake_is_told_at_its_field(changes, field):
    problems = expense_problems(facts_for(1, **changes), today=date(2025, 6, 30))
    assert [problem.field for problem in problems] == [field]


def test_it_is_written_corrected_and_traced(world, as_actor, behind_the_wall):
    actor = world.actor("amina")
    facts = facts_for(world.units["UMU-S1"], funder_id=world.partners["Bailleur Umuco"])
    with as_actor(actor):
        made = record_expense(actor=actor, facts=facts, key="depense-1")
        assert record_expense(actor=actor, facts=facts, key="depense-1").pk == made.pk
        change_expense(
            actor=actor, expense_id=made.pk, facts=replace(facts, amount_francs=1_234_500)
        )
        assert Expense.objects.get().amount_francs == 1_234_500
        remove_expense(actor=actor, expense_id=made.pk)
        assert not Expense.objects.exists()
    with behind_the_wall():
        events = HistoryEvent.objects.filter(table_name="federations_expense").order_by("id")
        assert [event.operation for event in events] == ["I", "U", "D"]
        assert events[1].before == {"amount_francs": 1_234_568}


@pytest.mark.parametrize("username", ["agnes", "arthur", "medard", "regine"])
def test_only_managers_write_expenses(world, as_actor, username):
    actor = world.actor(username)
    with as_actor(actor), pytest.raises(NotAllowed):
        record_expense(actor=actor, facts=facts_for(world.units["UMUCO"]))


def test_another_federations_unit_funder_and_expense_look_unknown(world, as_actor):
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        made = record_expense(actor=amina, facts=facts_for(world.units["UMUCO"]))
    mine = facts_for(world.units["INEZA"])
    with as_actor(bernard):
        for attempt in (
            lambda: record_expense(actor=bernard, facts=facts_for(world.units["UMUCO"])),
            lambda: record_expense(
                actor=bernard, facts=replace(mine, funder_id=world.partners["Bailleur Umuco"])
            ),
            lambda: change_expense(actor=bernard, expense_id=made.pk, facts=mine),
            lambda: remove_expense(actor=bernard, expense_id=made.pk),
        ):
            with pytest.raises(NotFound):
                attempt()


def test_a_closed_month_is_left_alone(world, as_actor):
    actor = world.actor("amina")
    unit_id = world.units["UMUCO"]
    with as_actor(actor):
        made = record_expense(actor=actor, facts=facts_for(unit_id))
        lock_month(actor=actor, unit=Unit.objects.get(pk=unit_id), month=date(2024, 5, 31))
        moved = facts_for(unit_id, spent_on=date(2024, 6, 1))
        for attempt in (
            lambda: record_expense(actor=actor, facts=facts_for(unit_id)),
            lambda: change_expense(actor=actor, expense_id=made.pk, facts=moved),
            lambda: remove_expense(actor=actor, expense_id=made.pk),
        ):
            with pytest.raises(PeriodClosed):
                attempt()
        record_expense(actor=actor, facts=facts_for(world.units["UMU-S1"]))
