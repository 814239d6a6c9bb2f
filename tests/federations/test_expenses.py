"""Expenses: whole francs as people write them, whose they are, until the month is closed."""

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from conamus.kernel.errors import DomainError, NotAllowed, NotFound, PeriodClosed
from federations.models import Activity, Expense, HistoryEvent, Unit
from federations.rules.activities import ExpenseFacts, expense_problems
from federations.rules.amounts import parse_francs
from federations.services.expenses import (
    ExpenseChanged,
    change_expense,
    record_expense,
    remove_expense,
)
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
            actor=actor,
            expense_id=made.pk,
            facts=replace(facts, amount_francs=1_234_500),
            version=made.version,
        )
        assert Expense.objects.get().amount_francs == 1_234_500
        with pytest.raises(ExpenseChanged, match="Relisez"):
            remove_expense(actor=actor, expense_id=made.pk, version=made.version)
        remove_expense(actor=actor, expense_id=made.pk, version=made.version + 1)
        assert not Expense.objects.exists()
    with behind_the_wall():
        events = HistoryEvent.objects.filter(table_name="federations_expense").order_by("id")
        assert [event.operation for event in events] == ["I", "U", "D"]
        assert events[1].before == {"amount_francs": 1_234_568, "version": 1}


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
            lambda: change_expense(actor=bernard, expense_id=made.pk, facts=mine, version=1),
            lambda: remove_expense(actor=bernard, expense_id=made.pk, version=1),
        ):
            with pytest.raises(NotFound):
                attempt()


def test_a_closed_month_is_left_alone(world, as_actor):
    actor = world.actor("amina")
    unit_id = world.units["UMU-S1"]
    with as_actor(actor):
        made = record_expense(actor=actor, facts=facts_for(unit_id))
        lock_month(actor=actor, unit=Unit.objects.get(pk=unit_id), month=date(2024, 5, 31))
        moved = facts_for(unit_id, spent_on=date(2024, 6, 1))
        for attempt in (
            lambda: record_expense(actor=actor, facts=facts_for(unit_id)),
            lambda: change_expense(actor=actor, expense_id=made.pk, facts=moved, version=1),
            lambda: remove_expense(actor=actor, expense_id=made.pk, version=made.version),
        ):
            with pytest.raises(PeriodClosed):
                attempt()
        record_expense(actor=actor, facts=facts_for(world.units["UMUCO"]))


class TestAUnitsLife:
    """An expense is of a day on which its unit is open."""

    @pytest.mark.parametrize(
        ("life", "day", "words"),
        [
            ((date(2015, 1, 1), None), date(2014, 12, 31), "ouverte que depuis le 01/01/2015"),
            ((date(2026, 1, 1), None), date(2025, 5, 6), "n’ouvre que le 01/01/2026"),
            ((date(2015, 1, 1), date(2024, 1, 1)), date(2024, 1, 1), "fermée le 01/01/2024"),
        ],
    )
    def test_none_is_written_or_moved_outside_it(self, amina, world, life, day, words):
        unit_id = world.units["UMU-S2"]
        Unit.objects.filter(pk=unit_id).update(valid_from=life[0], valid_to=life[1])
        there = record_expense(actor=amina, facts=facts_for(world.units["UMUCO"]))
        outside = facts_for(unit_id, spent_on=day)
        for attempt in (
            lambda: record_expense(actor=amina, facts=outside),
            lambda: change_expense(actor=amina, expense_id=there.pk, facts=outside, version=1),
        ):
            with pytest.raises(DomainError, match=words) as refused:
                attempt()
            assert refused.value.field == "spent_on"
        assert Expense.objects.values_list("unit_id", flat=True).get() == world.units["UMUCO"]

    def test_one_of_its_first_and_its_last_day_is(self, amina, world):
        unit_id = world.units["UMU-S2"]
        Unit.objects.filter(pk=unit_id).update(valid_to=date(2024, 1, 1))
        for day in (date(2015, 1, 1), date(2023, 12, 31)):
            record_expense(actor=amina, facts=facts_for(unit_id, spent_on=day))
        assert Expense.objects.count() == 2

    def test_one_that_a_recut_left_behind_is_corrected_where_it_is(self, amina, world):
        facts = facts_for(world.units["UMU-S2"])
        made = record_expense(actor=amina, facts=facts)
        Unit.objects.filter(pk=facts.unit_id).update(valid_to=date(2024, 5, 1))
        dearer = replace(facts, amount_francs=7)
        change_expense(actor=amina, expense_id=made.pk, facts=dearer, version=1)
        assert Expense.objects.get().amount_francs == 7
        with pytest.raises(DomainError, match="fermée le"):
            moved = replace(dearer, spent_on=date(2024, 5, 7))
            change_expense(actor=amina, expense_id=made.pk, facts=moved, version=2)

    def test_a_federation_brings_the_years_before_its_entry(self, amina, world):
        root = world.units["UMUCO"]
        Unit.objects.filter(pk=root).update(valid_from=date(2025, 6, 1))
        record_expense(actor=amina, facts=facts_for(root))
        assert Expense.objects.get().spent_on == date(2024, 5, 6)


class TestTwoWriters:
    @pytest.fixture
    def made(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            return record_expense(actor=actor, facts=facts_for(world.units["UMUCO"]))

    def change(self, world, as_actor, made, version, **changes):
        actor = world.actor("amina")
        facts = facts_for(world.units["UMUCO"], **changes)
        with as_actor(actor):
            return change_expense(actor=actor, expense_id=made.pk, facts=facts, version=version)

    def stored(self, world, as_actor):
        with as_actor(world.actor("amina")):
            return Expense.objects.values_list("label", "amount_francs", "version").get()

    def test_the_second_is_told_and_overwrites_nothing(self, world, as_actor, made):
        assert made.version == 1
        self.change(world, as_actor, made, 1, label="Salaires corrigés")
        with pytest.raises(ExpenseChanged, match="entre-temps") as refused:
            self.change(world, as_actor, made, 1, amount_francs=5)
        assert refused.value.current.label == "Salaires corrigés"
        assert self.stored(world, as_actor) == ("Salaires corrigés", 1_234_568, 2)
        self.change(world, as_actor, made, 2, amount_francs=5)
        assert self.stored(world, as_actor) == ("Salaires de mai", 5, 3)

    def test_the_same_sent_twice_is_no_second_change(self, world, as_actor, made, behind_the_wall):
        for _ in range(2):
            self.change(world, as_actor, made, 1, amount_francs=7)
        assert self.stored(world, as_actor) == ("Salaires de mai", 7, 2)
        with behind_the_wall():
            events = HistoryEvent.objects.filter(table_name="federations_expense", operation="U")
            assert events.count() == 1

    def test_both_have_the_form_open(self, world, as_actor, made, sign_in):
        client = sign_in("amina")
        edit = reverse("expense_edit", args=[made.pk])
        assert 'name="version" value="1"' in client.get(edit).content.decode()
        typed = {
            "label": "Salaires corrigés",
            "spent_on": "2024-05-06",
            "unit": world.units["UMUCO"],
            "heading": "PERSONNEL",
            "amount_francs": "900",
            "version": "1",
        }
        assert client.post(edit, typed).status_code == 302
        mine = typed | {"label": "Les miens", "amount_francs": "1 000"}
        answer = client.post(edit, mine)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Quelqu’un a modifié cette dépense entre-temps" in page
        for words in ("Salaires corrigés", "900\u00a0FBu", 'value="Les miens"', 'value="1 000"'):
            assert words in page
        assert 'name="version" value="2"' in page
        assert self.stored(world, as_actor) == ("Salaires corrigés", 900, 2)
        assert client.post(edit, mine | {"version": "2"}).status_code == 302
        assert self.stored(world, as_actor) == ("Les miens", 1000, 3)


def test_the_demonstrations_expenses_and_activities_begin_at_one(demo_network, behind_the_wall):
    with behind_the_wall():
        for model in (Expense, Activity):
            assert set(model.objects.values_list("version", flat=True)) == {1}
