"""The register of activities: what may stand in it, whose it is, what the history keeps."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import DataError, transaction
from django.urls import reverse

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound, PeriodClosed
from federations.models import Activity, HistoryEvent, Unit
from federations.rules.activities import ActivityFacts, ParticipantGroup, activity_problems
from federations.services.activities import (
    ActivityChanged,
    change_activity,
    own_activity,
    record_activity,
    remove_activity,
)
from federations.services.periods import lock_month

TODAY = date(2025, 6, 30)


def facts_for(unit_id: int, **changes) -> ActivityFacts:
    """Return an activity that nothing is wrong with, then changed."""
    facts = ActivityFacts(
        unit_id=unit_id,
        starts_on=date(2024, 5, 6),
        ends_on=date(2024, 5, 8),
        kind="training",
        chapter="quality",
        theme="Soins subsidiés",
        cost_francs=1_200_000,
        participants=(ParticipantGroup(label="prestataires", total=31, women=12),),
    )
    return replace(facts, **changes)


def group(total: int, women: int | None, label: str = "agents") -> tuple[ParticipantGroup, ...]:
    return (ParticipantGroup(label=label, total=total, women=women),)


class TestRules:
    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"ends_on": date(2024, 5, 5)}, "ends_on", "précéder"),
            ({"ends_on": date(2026, 5, 5)}, "ends_on", "un an au plus"),
            ({"starts_on": date(2025, 7, 1), "ends_on": date(2025, 7, 2)}, "starts_on", "prévue"),
            ({"starts_on": TODAY, "ends_on": date(2025, 7, 1)}, "ends_on", "est en cours"),
            ({"starts_on": date(1980, 1, 1), "ends_on": date(1980, 1, 2)}, "starts_on", "1990"),
            ({"cost_francs": -1}, "cost_francs", "négatif"),
            ({"participants": group(10, 11)}, "participants-0-women", "plus de femmes"),
            ({"participants": group(10, -1)}, "participants-0-women", "négatif"),
            ({"participants": group(0, None)}, "participants-0-total", "supérieur à zéro"),
            ({"participants": group(10**30, None)}, "participants-0-total", "au plus"),
            ({"participants": group(3, 1, " ")}, "participants-0-label", "qui étaient"),
            ({"participants": group(3, 1) + group(2, 1)}, "participants-1-label", "déjà"),
            *(
                (
                    {"participants": group(3, 1, "Agents de santé") + group(2, 1, same)},
                    "participants-1-label",
                    "déjà",
                )
                for same in ("agents de sante", " Agents  de\u00a0santé", "AGENTS DE SANTÉ")
            ),
        ],
    )
    def test_each_mistake_is_told_at_its_field(self, changes, field, words):
        problems = activity_problems(facts_for(1, **changes), today=TODAY)
        assert [problem.field for problem in problems] == [field]
        assert words in problems[0].message

    def test_signs_part_kinds_of_participants(self):
        of_two_ages = group(3, 1, "< 18 ans") + group(2, 1, "> 18 ans")
        assert activity_problems(facts_for(1, participants=of_two_ages), today=TODAY) == []

    def test_all_mistakes_are_told_at_once(self):
        facts = facts_for(1, ends_on=date(2024, 1, 1), cost_francs=-5, participants=group(1, 2))
        fields = [problem.field for problem in activity_problems(facts, today=TODAY)]
        assert fields == ["ends_on", "cost_francs", "participants-0-women"]

    def test_an_activity_of_today_is_no_plan(self):
        facts = facts_for(1, starts_on=TODAY, ends_on=TODAY)
        assert activity_problems(facts, today=TODAY) == []


class TestRecording:
    def test_it_stands_in_the_register_with_its_participants(self, world, as_actor):
        actor = world.actor("amina")
        facts = facts_for(
            world.units["UMU-S1"],
            funder_id=world.partners["Bailleur Umuco"],
            place_id=world.places["A-GI-01"],
        )
        with as_actor(actor):
            made = record_activity(actor=actor, facts=facts)
            stored = own_activity(actor, made.pk)
            assert (stored.theme, stored.cost_francs) == ("Soins subsidiés", 1_200_000)
            assert stored.funder.name == "Bailleur Umuco"
            rows = stored.participants.values_list("label", "total", "women")
            assert list(rows) == [("prestataires", 31, 12)]

    def test_the_same_key_records_once(self, world, as_actor):
        actor = world.actor("amina")
        facts = facts_for(world.units["UMUCO"])
        with as_actor(actor):
            first = record_activity(actor=actor, facts=facts, key="k1")
            second = record_activity(actor=actor, facts=facts, key="k1")
            assert first.pk == second.pk
            assert Activity.objects.count() == 1
            with pytest.raises(Conflict):
                record_activity(actor=actor, facts=replace(facts, theme="Autre"), key="k1")

    def test_a_result_is_no_report(self, world, as_actor, sign_in):
        actor = world.actor("amina")
        facts = facts_for(world.units["UMUCO"], result="mot " * 500)
        with as_actor(actor):
            made = record_activity(actor=actor, facts=facts)
            longer = replace(facts, result=facts.result + "x")
            with pytest.raises(DomainError, match="2000") as refused:
                record_activity(actor=actor, facts=longer)
            assert refused.value.field == "result"
            with pytest.raises(DataError, match="2000"), transaction.atomic():
                Activity.objects.filter(pk=made.pk).update(result=longer.result)
        page = sign_in("amina").post("/activites/inscrire/", {"result": "x" * 2001})
        assert page.status_code == 422
        assert "2000" in page.content.decode().partition('id="id_result_error"')[2][:300]

    def test_a_reader_may_not(self, world, as_actor):
        actor = world.actor("arthur")
        with as_actor(actor), pytest.raises(NotAllowed):
            record_activity(actor=actor, facts=facts_for(world.units["UMUCO"]))

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"unit_id": "INE-S1"}, "unit"),
            ({"funder_id": "Bailleur Ineza"}, "funder"),
            ({"place_id": -1}, "place"),
        ],
    )
    def test_what_is_another_tenants_looks_unknown(self, world, as_actor, changes, field):
        known = {**world.units, **world.partners}
        ids = {name: known.get(value, value) for name, value in changes.items()}
        actor = world.actor("amina")
        facts = replace(facts_for(world.units["UMUCO"]), **ids)
        with as_actor(actor), pytest.raises(NotFound) as refused:
            record_activity(actor=actor, facts=facts)
        assert refused.value.field == field

    def test_an_agent_records_for_the_own_section_only(self, world, as_actor):
        actor = world.actor("agnes")
        with as_actor(actor):
            record_activity(actor=actor, facts=facts_for(world.units["UMU-S1"]))
            for other in ("UMU-S2", "UMUCO"):
                with pytest.raises(NotFound):
                    record_activity(actor=actor, facts=facts_for(world.units[other]))

    def test_limits_of_the_table_are_sentences_too(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            for changes, field in (
                ({"theme": "x" * 201}, "theme"),
                ({"theme": ""}, "theme"),
                ({"kind": "party"}, "kind"),
            ):
                with pytest.raises(DomainError) as refused:
                    record_activity(actor=actor, facts=facts_for(world.units["UMUCO"], **changes))
                assert refused.value.field == field


class TestChanging:
    def test_only_what_changed_is_in_the_history(self, world, as_actor, behind_the_wall):
        actor = world.actor("amina")
        facts = facts_for(world.units["UMUCO"])
        with as_actor(actor):
            made = record_activity(actor=actor, facts=facts)
            changed = replace(facts, theme="Triage")
            change_activity(actor=actor, activity_id=made.pk, facts=changed, version=1)
        with behind_the_wall():
            changes = HistoryEvent.objects.filter(operation="U")
            event = changes.get(table_name="federations_activity", row_id=str(made.pk))
            assert event.before == {"theme": "Soins subsidiés", "version": 1}
            assert event.after == {"theme": "Triage", "version": 2}
            assert event.actor_name == "Amina Nduwimana"
            assert not changes.filter(table_name="federations_activityparticipants").exists()

    def test_rows_of_participants_follow_the_form(self, world, as_actor):
        actor = world.actor("amina")
        facts = facts_for(world.units["UMUCO"], participants=group(5, 2, "a") + group(6, 3, "b"))
        with as_actor(actor):
            made = record_activity(actor=actor, facts=facts)
            changed = replace(facts, participants=group(6, 3, "b"))
            change_activity(actor=actor, activity_id=made.pk, facts=changed, version=1)
            rows = made.participants.values_list("label", "total", "women")
            assert list(rows) == [("b", 6, 3)]

    def test_another_federations_activity_is_not_found(self, world, as_actor):
        amina, bernard = world.actor("amina"), world.actor("bernard")
        with as_actor(amina):
            made = record_activity(actor=amina, facts=facts_for(world.units["UMUCO"]))
        with as_actor(bernard):
            for attempt in (
                lambda: change_activity(
                    actor=bernard,
                    activity_id=made.pk,
                    facts=facts_for(world.units["INEZA"]),
                    version=1,
                ),
                lambda: remove_activity(actor=bernard, activity_id=made.pk, version=1),
                lambda: own_activity(bernard, made.pk),
            ):
                with pytest.raises(NotFound):
                    attempt()


class TestTwoWriters:
    @pytest.fixture
    def made(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            return record_activity(actor=actor, facts=facts_for(world.units["UMUCO"]))

    def change(self, world, as_actor, made, version, **changes):
        actor = world.actor("amina")
        facts = facts_for(world.units["UMUCO"], **changes)
        with as_actor(actor):
            return change_activity(actor=actor, activity_id=made.pk, facts=facts, version=version)

    def test_the_second_is_told_and_overwrites_nothing(self, world, as_actor, made):
        assert self.change(world, as_actor, made, 1, theme="Triage").version == 2
        with pytest.raises(ActivityChanged, match="entre-temps") as refused:
            self.change(world, as_actor, made, 1, result="Atteint")
        assert refused.value.current.theme == "Triage"
        again = self.change(world, as_actor, made, 2, result="Atteint")
        assert (again.theme, again.result, again.version) == ("Soins subsidiés", "Atteint", 3)

    def test_a_change_of_participants_alone_counts(self, world, as_actor, made):
        self.change(world, as_actor, made, 1, participants=group(5, 2))
        with pytest.raises(ActivityChanged):
            self.change(world, as_actor, made, 1, participants=group(6, 2))
        with as_actor(world.actor("amina")):
            assert list(made.participants.values_list("label", "total")) == [("agents", 5)]

    def test_the_same_sent_twice_is_no_second_change(self, world, as_actor, made):
        spaced = group(5, 2, " agents ")
        for _ in range(2):
            assert self.change(world, as_actor, made, 1, participants=spaced).version == 2

    def test_both_have_the_form_open(self, world, as_actor, made, sign_in):
        client = sign_in("amina")
        edit = reverse("activity_edit", args=[made.pk])
        assert 'name="version" value="1"' in client.get(edit).content.decode()
        typed = {
            "theme": "Triage",
            "kind": "training",
            "chapter": "quality",
            "unit": world.units["UMUCO"],
            "starts_on": "2024-05-06",
            "ends_on": "2024-05-08",
            "rows": "3",
            "participants-0-label": "infirmiers",
            "participants-0-total": "8",
            "version": "1",
        }
        assert client.post(edit, typed).status_code == 302
        mine = typed | {"theme": "Le mien", "participants-0-label": "médecins"}
        answer = client.post(edit, mine)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Quelqu’un a modifié cette activité entre-temps" in page
        for words in ("<dd>Triage</dd>", "infirmiers : 8", 'value="Le mien"', 'value="médecins"'):
            assert words in page
        assert 'name="version" value="2"' in page
        with_row = client.post(edit, mine | {"version": "2", "add_row": "1"}).content.decode()
        assert 'name="version" value="2"' in with_row
        with as_actor(world.actor("amina")):
            assert Activity.objects.get().theme == "Triage"
        assert client.post(edit, mine | {"version": "2"}).status_code == 302


class TestAUnitsLife:
    """An activity takes place while its unit is open, from its first day to its last."""

    @pytest.mark.parametrize(
        ("life", "field", "words"),
        [
            ((date(2024, 5, 7), None), "starts_on", "ouverte que depuis le 07/05/2024"),
            ((date(2026, 1, 1), None), "starts_on", "n’ouvre que le 01/01/2026"),
            ((date(2015, 1, 1), date(2024, 5, 6)), "starts_on", "fermée le 06/05/2024"),
            ((date(2015, 1, 1), date(2024, 5, 8)), "ends_on", "fermée le 08/05/2024"),
        ],
    )
    def test_none_stands_outside_it(self, amina, world, life, field, words):
        unit_id = world.units["UMU-S2"]
        there = record_activity(actor=amina, facts=facts_for(world.units["UMUCO"]))
        same = record_activity(actor=amina, facts=facts_for(unit_id, theme="Triage"))
        Unit.objects.filter(pk=unit_id).update(valid_from=life[0], valid_to=life[1])
        facts = facts_for(unit_id)
        for attempt in (
            lambda: record_activity(actor=amina, facts=facts),
            lambda: change_activity(actor=amina, activity_id=there.pk, facts=facts, version=1),
        ):
            with pytest.raises(DomainError, match=words) as refused:
                attempt()
            assert refused.value.field == field
        # One that a re-cut left behind is corrected where it is.
        change_activity(actor=amina, activity_id=same.pk, facts=facts, version=1)
        assert own_activity(amina, same.pk).theme == facts.theme


class TestRemoving:
    def test_what_another_changed_is_read_before_it_goes(self, world, as_actor, sign_in):
        actor = world.actor("amina")
        facts = facts_for(world.units["UMUCO"])
        with as_actor(actor):
            made = record_activity(actor=actor, facts=facts)
        client, address = sign_in("amina"), reverse("activity_remove", args=[made.pk])
        assert 'name="version" value="1"' in client.get(address).content.decode()
        with as_actor(actor):
            changed = replace(facts, theme="Triage")
            change_activity(actor=actor, activity_id=made.pk, facts=changed, version=1)
        told = client.post(address, {"version": "1"})
        page = told.content.decode()
        assert told.status_code == 422
        assert "entre-temps" in page
        for words in ("<dd>Triage</dd>", "Relisez", 'name="version" value="2"'):
            assert words in page
        assert client.post(address).status_code == 422
        with as_actor(actor):
            assert Activity.objects.count() == 1
        assert client.post(address, {"version": "2"}).status_code == 302
        with as_actor(actor):
            assert not Activity.objects.exists()

    def test_what_it_was_stays_in_the_history(self, world, as_actor, behind_the_wall):
        actor = world.actor("amina")
        with as_actor(actor):
            made = record_activity(actor=actor, facts=facts_for(world.units["UMUCO"]))
            remove_activity(actor=actor, activity_id=made.pk, version=1)
            assert not Activity.objects.exists()
        with behind_the_wall():
            event = HistoryEvent.objects.get(table_name="federations_activity", operation="D")
            assert event.before["theme"] == "Soins subsidiés"
            participants = HistoryEvent.objects.get(
                table_name="federations_activityparticipants", operation="D"
            )
            assert participants.before["women"] == 12


class TestClosedMonth:
    def test_nothing_enters_leaves_or_moves_in_a_closed_month(self, world, as_actor):
        actor = world.actor("amina")
        unit_id = world.units["UMUCO"]
        open_month = {"starts_on": date(2024, 6, 3), "ends_on": date(2024, 6, 3)}
        with as_actor(actor):
            closed = record_activity(actor=actor, facts=facts_for(unit_id))
            other = record_activity(actor=actor, facts=facts_for(unit_id, **open_month))
            lock_month(actor=actor, unit=Unit.objects.get(pk=unit_id), month=date(2024, 5, 1))
            attempts = (
                lambda: record_activity(actor=actor, facts=facts_for(unit_id)),
                lambda: remove_activity(actor=actor, activity_id=closed.pk, version=1),
                lambda: change_activity(
                    actor=actor,
                    activity_id=closed.pk,
                    facts=facts_for(unit_id, **open_month),
                    version=1,
                ),
                lambda: change_activity(
                    actor=actor, activity_id=other.pk, facts=facts_for(unit_id), version=1
                ),
            )
            for attempt in attempts:
                with pytest.raises(PeriodClosed) as refused:
                    attempt()
                assert refused.value.field == "starts_on"

    def test_every_month_that_it_spans_is_asked(self, world, as_actor):
        actor, unit_id = world.actor("amina"), world.units["UMUCO"]
        spanning = {"starts_on": date(2024, 4, 30), "ends_on": date(2024, 6, 2)}
        april = {"starts_on": date(2024, 4, 30), "ends_on": date(2024, 4, 30)}
        with as_actor(actor):
            there = record_activity(actor=actor, facts=facts_for(unit_id, **spanning))
            short = record_activity(actor=actor, facts=facts_for(unit_id, **april))
            lock_month(actor=actor, unit=Unit.objects.get(pk=unit_id), month=date(2024, 5, 1))
            for attempt in (
                lambda: record_activity(actor=actor, facts=facts_for(unit_id, **spanning)),
                lambda: remove_activity(actor=actor, activity_id=there.pk, version=1),
                lambda: change_activity(
                    actor=actor,
                    activity_id=short.pk,
                    facts=facts_for(unit_id, **spanning),
                    version=1,
                ),
            ):
                with pytest.raises(PeriodClosed, match="05/2024") as refused:
                    attempt()
                assert refused.value.field == "ends_on"
            remove_activity(actor=actor, activity_id=short.pk, version=1)
